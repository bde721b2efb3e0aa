"""The tiers: what this machine offers to confine a stranger's code, the strongest first."""

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.instructor.sandbox import confine
from grader.instructor.sandbox.runtime import RUNTIME, SCRATCH

RUNTIME_FILE = Path(__file__).with_name("runtime.py")
SCRATCH_BYTES = 400 * 2**20  # bytes of all files of a job, where a file system of its own bounds them
FIRST_USER, USERS = 200_000, 100_000  # a user for each worker: Linux counts the processes of a user in all sandboxes
READABLE = (*RUNTIME, sys.prefix, sys.base_prefix)  # what every job may read
CAPABILITIES = ("SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE", "FOWNER")


@dataclass(frozen=True)
class Places:
    """Where one server's files are: its home, with the staged core in it, and lists of fonts."""

    home: Path
    fonts: list[Path]


@dataclass(frozen=True)
class Tier:
    """One way to confine: its name, what it keeps away, and how a server is started in it.

    wrapped: bubblewrap gives the server namespaces of its own, in which it is process 1.
    landlock: a child that did not give up its files is not used.
    """

    name: str
    words: str
    wrapped: bool
    landlock: bool

    def accepts(self, given_up: object) -> bool:
        """Say whether a child has given up what this tier promises."""
        promised = ("landlock", "calls") if self.landlock else ()
        return isinstance(given_up, dict) and all(given_up.get(one) is True for one in promised)

    def command(self, places: Places, control: int) -> list[str]:
        """Return the command that starts a server which listens on the open socket `control`."""
        wrapped = self.wrapped
        may_choose = os.getuid() == 0 and (wrapped or _reachable(sys.base_prefix, sys.prefix))
        scratch = SCRATCH if wrapped else str(places.home / "scratch")
        settings = {
            "control": control,
            "stage": str(places.home / "core"),
            "readable": READABLE,
            "scratch": scratch,
            "fonts": [f"/fonts/{path.name}" if wrapped else str(path) for path in places.fonts],
            "alone": wrapped,
            "landlock": self.landlock,
            "user": FIRST_USER + os.getpid() % USERS if may_choose else 0,
        }
        if not wrapped:
            os.mkdir(scratch, 0o711)
        python = [sys.executable, "-P", "-s", "-B", str(RUNTIME_FILE), json.dumps(settings)]
        return [*_bubblewrap(places), *python] if wrapped else python


def _reachable(*folders: str) -> bool:
    """Say whether everybody may read these folders, and enter those above them."""
    read = all(Path(one).stat().st_mode & 0o005 == 0o005 for one in folders)
    return read and all(path.stat().st_mode & 0o001 for one in folders for path in Path(one).parents)


def _bubblewrap(places: Places) -> list[str]:
    """Return bubblewrap's part of the command: what is there, and nothing else is."""
    spaces = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--as-pid-1"]
    rights = ["--unshare-user"]
    if os.getuid() == 0:
        rights = ["--cap-drop", "ALL", *(word for one in CAPABILITIES for word in ("--cap-add", f"CAP_{one}"))]
    shown = _outermost([*READABLE, str(places.home / "core"), str(RUNTIME_FILE.parent)])
    fonts = [word for path in places.fonts for word in ("--ro-bind", str(path), f"/fonts/{path.name}")]
    return [
        "bwrap", *spaces, *rights, "--die-with-parent", "--new-session", "--hostname", "downhill",
        *(word for place in shown for word in _bind(place)), "--proc", "/proc", "--dev", "/dev",
        "--perms", "0755", "--dir", "/fonts", *fonts,
        "--size", str(SCRATCH_BYTES), "--perms", "0755", "--tmpfs", SCRATCH, "--chdir", "/",
    ]  # fmt: skip


def _outermost(places: list[str]) -> list[str]:
    """Return the places that exist and lie in none of the others."""
    real = sorted({place.rstrip("/") for place in places if os.path.exists(place)}, key=len)
    return [one for i, one in enumerate(real) if not any(one.startswith(f"{other}/") for other in real[:i])]


def _bind(place: str) -> list[str]:
    """Return the words that show a place inside, read-only, below folders that everybody may enter."""
    if os.path.islink(place):
        return ["--symlink", os.readlink(place), place]
    above = [str(folder) for folder in list(Path(place).parents)[::-1][1:]]
    made = [word for folder in above for word in ("--perms", "0755", "--dir", folder)]
    return [*made, "--ro-bind", place, place]


BUBBLEWRAP = Tier("bubblewrap and Landlock", "processes, files, network and user of its own", True, True)
LANDLOCK = Tier("Landlock", "its own files only, no network", False, True)
OPEN = Tier("no protection", "limits on memory, files and time only", False, False)


def candidates() -> list[Tier]:
    """Return the tiers that this machine may have, the strongest first, but for the open one."""
    if not confine.version():
        return []
    return [BUBBLEWRAP, LANDLOCK] if shutil.which("bwrap") else [LANDLOCK]
