"""Run a rebuilt notebook in a fresh kernel that holds the core only, and bring back data.

The unit of work is a function of (rebuilt notebook, givens) to (outputs, answers). Nothing that the
kernel says is trusted: outputs are sanitised and answers go through the strict reader.
"""

import ast
import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from subprocess import DEVNULL
from typing import ClassVar

import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from grader.core import answerfile
from grader.core.givens import VARIABLE
from grader.instructor import confine, paths
from grader.instructor.launch import RUNTIME
from grader.instructor.rebuild import is_check, is_picture
from grader.instructor.sanitise import sanitise

CELL_SECONDS = 30
START_SECONDS = 120
RESTARTS = 3
RUN_SECONDS = 300
MAX_SAID = 16 * 2**20
STAGED = ("grader/__init__.py", "grader/core", "live_plot.py")


@dataclass
class Run:
    """What one run left behind.

    outputs: sanitised outputs by cell id. answers: the text of the answer file; None where there is
        none to read, for which `problem` has one sentence. stopped: the cells that hung or killed the
        kernel, with one sentence each. seconds: wall time.
    """

    outputs: dict[str, list[dict]] = field(default_factory=dict)
    answers: str | None = None
    problem: str = ""
    stopped: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def to_json(self) -> str:
        """Return the run as text for the store."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Run":
        """Return a run that was stored."""
        return cls(**json.loads(text))


def key(lesson: str, sources: list[str], givens: dict | None) -> str:
    """Return the content hash of a run: what is executed, with which givens, in which environment."""
    content = json.dumps([lesson, sources, givens, environment()], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


@cache
def environment() -> dict[str, str]:
    """Return what a run depends on beside the notebook: versions, and the hash of the staged core."""
    packages = {name: metadata.version(name) for name in ("torch", "numpy", "matplotlib", "ipykernel")}
    staged = hashlib.sha256()
    for path in sorted(_staged_files()):
        staged.update(path.read_bytes())
    return packages | {"python": sys.version.split()[0], "core": staged.hexdigest()}


def _staged_files() -> list[Path]:
    found = []
    for name in STAGED:
        path = paths.ROOT / name
        found += [path] if path.is_file() else [p for p in path.rglob("*") if p.suffix in (".py", ".json")]
    return found


def sources(notebook: nbformat.NotebookNode, hidden: bool) -> list[tuple[str, str]]:
    """Return (cell id, text) of the cells to run: no checks, and of pictures only their names in a hidden run."""
    return [
        (cell.id, names_only(cell.source) if hidden and is_picture(cell) else cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and not is_check(cell)
    ]


def names_only(source: str) -> str:
    """Return the imports and definitions of one of our picture cells, which later cells may use."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return "\n".join(ast.unparse(node) for node in ast.parse(source).body if isinstance(node, kinds))


def run(lesson: str, cells: list[tuple[str, str]], givens: dict | None = None) -> Run:
    """Run cells of one notebook from the top in a fresh kernel and return what they left.

    A cell that hangs or kills its kernel is replaced by one that says so, and the notebook is run
    again, so that what comes after it is graded too.
    """
    stopped: dict[str, str] = {}
    start = time.monotonic()
    with _folder("downhill-") as folder, _nobody_left():
        stage = _stage(Path(folder) / "core")
        for attempt in range(RESTARTS + 1):
            scratch = Path(folder) / f"run-{attempt}"
            scratch.mkdir()
            found, bad = asyncio.run(_attempt(_replaced(cells, stopped), stage, scratch, givens))
            found.answers, found.problem = _answers(scratch / f"{lesson}.answer.json")
            if bad is None:
                break
            stopped[bad[0] or "the notebook"] = bad[1]
            if not bad[0]:
                break
    found.stopped, found.seconds = stopped, time.monotonic() - start
    return found


@contextmanager
def _folder(prefix: str):
    """Make a folder, and remove it whatever a student's code has put there: deep trees, closed folders."""
    place = tempfile.mkdtemp(prefix=prefix)
    try:
        yield place
    finally:
        for command in (["chmod", "-R", "u+rwx", place], ["rm", "-rf", "--", place]):
            subprocess.run(command, stdout=DEVNULL, stderr=DEVNULL, check=False)


@contextmanager
def _nobody_left():
    """End every process that was started inside the block, however far it has run away.

    Orphans come to this process, because it asks Linux to be their reaper.
    """
    confine.adopt_orphans()
    me = psutil.Process()
    before = {child.pid for child in me.children()}  # other workers, and what is theirs
    try:
        yield
    finally:
        for _ in range(20):
            new = [child for child in me.children() if child.pid not in before]
            left = new + [one for child in new for one in _descendants(child)]
            if not left:
                break
            for child in left:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            psutil.wait_procs(left, timeout=2)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _replaced(cells: list[tuple[str, str]], stopped: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, f"raise TimeoutError({stopped[name]!r})" if name in stopped else text) for name, text in cells]


def _stage(folder: Path) -> Path:
    """Copy the core, and only the core, to where the kernel finds it."""
    for path in _staged_files():
        target = folder / path.relative_to(paths.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return folder


def _answers(path: Path) -> tuple[str | None, str]:
    """Return the text of the answer file, or None and one sentence."""
    if not path.exists() and not path.is_symlink():
        return None, ""
    try:
        return answerfile.read_bytes(path, answerfile.MAX_BYTES).decode("utf-8", "replace"), ""
    except answerfile.AnswerFileError as error:
        return None, f"The answers of the run cannot be read: {error}"


class BoundedClient(NotebookClient):
    """A client that keeps a bounded amount of what one cell says; the rest is dropped on arrival."""

    seen: ClassVar[dict[str, int]] = {}

    def process_message(self, msg: dict, cell, cell_index: int):
        """Take one message of the kernel, unless its cell has said too much already."""
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "error", "update_display_data"):
            self.seen[cell.id] = self.seen.get(cell.id, 0) + len(repr(msg["content"]))
            if self.seen[cell.id] > MAX_SAID:
                return None
        return super().process_message(msg, cell, cell_index)


class CoreKernel(AsyncKernelManager):
    """A kernel started through launch.py: the staged core on its path, and nothing else of ours to read."""

    stage: Path
    writable: tuple[Path, ...]

    @property
    def kernel_spec(self) -> KernelSpec:
        """Return how to start it; -I keeps the instructor's environment out."""
        launcher = Path(__file__).with_name("launch.py")
        places = ":".join(str(path) for path in self.writable)
        how = "confined" if confine.version() else "open"
        quiet = "ignore:Couldn't bind IOPub Pipe:UserWarning"  # output of subprocesses would come over TCP
        argv = [sys.executable, "-I", "-B", "-W", quiet, str(launcher), str(self.stage), places, how]
        argv += ["-f", "{connection_file}", "--IPKernelApp.log_level=CRITICAL"]
        return KernelSpec(argv=argv, display_name="Downhill", language="python")


async def _attempt(cells, stage: Path, scratch: Path, givens: dict | None):
    """Run the cells; return the run, and (cell id, sentence) of the cell that ended it early, if any."""
    done, bad = Run(), None
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text, id=name) for name, text in cells])
    with _folder("downhill-k") as sockets:
        manager = CoreKernel(transport="ipc", ip=f"{sockets}/k", connection_file=f"{sockets}/kernel.json")
        manager.stage, manager.writable = stage, (scratch, _home(scratch), Path(sockets))
        client = BoundedClient(
            notebook, km=manager, timeout=CELL_SECONDS, startup_timeout=START_SECONDS, allow_errors=True,
            iopub_timeout=4, raise_on_iopub_timeout=False, interrupt_on_timeout=False, record_timing=False,
        )  # fmt: skip
        client.reset_execution_trackers()
        client.seen = {}
        try:
            environment = _environment(scratch, givens)
            away = {"stdout": DEVNULL, "stderr": DEVNULL}  # a student's process never writes to our terminal
            await client.async_start_new_kernel(cwd=str(scratch), env=environment, **away)
            await client.async_start_new_kernel_client()
            end = time.monotonic() + RUN_SECONDS
            for index, cell in enumerate(notebook.cells):
                if time.monotonic() > end:
                    return done, ("", f"The notebook ran longer than {RUN_SECONDS} seconds in all and was stopped.")
                bad = await _execute(client, cell, index)
                done.outputs[cell.id] = sanitise(cell.outputs)
                if bad is not None:
                    break
        finally:
            await _end(client, manager)
    return done, bad


async def _execute(client: NotebookClient, cell, index: int) -> tuple[str, str] | None:
    """Run one cell; return its id and one sentence when the kernel did not survive it."""
    limit = CELL_SECONDS + 10
    try:
        await asyncio.wait_for(client.async_execute_cell(cell, index), limit)
    except (CellTimeoutError, TimeoutError):
        return cell.id, f"This cell ran longer than {CELL_SECONDS} seconds and was stopped."
    except DeadKernelError:
        return cell.id, "This cell ended the kernel."
    except Exception:  # messages that are none: the student's code has reached into its own kernel
        return cell.id, "This cell broke the connection to its kernel."
    if not await client.km.is_alive():
        return cell.id, "This cell ended the kernel."
    return None


async def _end(client: NotebookClient, manager: CoreKernel) -> None:
    if client.kc is not None:
        client.kc.stop_channels()
    if manager.has_kernel:
        with suppress(Exception):  # the kernel may be gone; nothing of it is needed any more
            await manager.shutdown_kernel(now=True)


def _environment(scratch: Path, givens: dict | None) -> dict[str, str]:
    """Return the whole environment of the kernel: nothing of the instructor's own."""
    home = _home(scratch)
    fonts = home / "matplotlib"
    fonts.mkdir(parents=True)
    for path in _font_cache():
        shutil.copy(path, fonts)
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": str(fonts),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        VARIABLE: json.dumps(givens or {}),
    }


def _home(scratch: Path) -> Path:
    return scratch.with_name(f"{scratch.name}-home")


def protected() -> bool:
    """Say whether the files of the instructor are out of reach of a student's code on this machine."""
    readable = [Path(place) for place in RUNTIME] + [Path(sys.base_prefix)]
    return bool(confine.version()) and not any(paths.ROOT.is_relative_to(place) for place in readable)


def protection() -> str:
    """Return one line on what keeps a student's code in its place on this machine."""
    version = confine.version()
    if not version:
        return "this machine has no Landlock, so student code runs with your rights on your files"
    if not protected():
        return f"the checkout lies in {paths.ROOT}, which every program must be able to read"
    kept = ["its own files only", "no network where a namespace is allowed"]
    kept += ["no TCP"] * (version >= 4) + ["no signals to others"] * (version >= 6)
    return f"student code is confined by Landlock (version {version}): {', '.join(kept)}"


@cache
def _font_cache() -> list[Path]:
    """Return Matplotlib's list of fonts, so that no kernel has to build its own."""
    import matplotlib
    from matplotlib import font_manager

    folder = Path(matplotlib.get_cachedir())
    font_manager.get_font_names()
    return [path for path in folder.glob("fontlist-*.json") if os.access(path, os.R_OK)]
