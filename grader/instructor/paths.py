"""Where things are: the folders of the sources and of a class."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "solutions"
COURSE = ROOT / "course"


class BrokenFile(ValueError):
    """A file of the class folder that cannot be read; the message is one sentence."""


@dataclass(frozen=True)
class ClassFolder:
    """A class in nbgrader's layout; everything in it belongs to the instructor and is never committed."""

    root: Path

    @classmethod
    def default(cls) -> "ClassFolder":
        """Return the class folder: ``DOWNHILL_CLASS`` if set, else ``class/`` beside the sources."""
        return cls(Path(os.environ.get("DOWNHILL_CLASS", ROOT / "class")).resolve())

    @property
    def submitted(self) -> Path:
        """Hand-ins: ``submitted/<student>/<lesson>/``."""
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        """Graded notebooks: ``autograded/<student>/<lesson>/``."""
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        """Pages for students: ``feedback/<student>/<lesson>/``."""
        return self.root / "feedback"

    @property
    def results(self) -> Path:
        """What runs of hand-ins left behind, by content hash."""
        return self.root / "results"

    @property
    def database(self) -> Path:
        """The gradebook, as SQLite."""
        return self.root / "gradebook.db"

    @property
    def db_url(self) -> str:
        """The gradebook's address for nbgrader: ``DOWNHILL_DB_URL`` if set, else a file of the class."""
        return os.environ.get("DOWNHILL_DB_URL") or f"sqlite:///{self.database}"

    @property
    def secret(self) -> Path:
        """The secret from which hidden givens are drawn."""
        return self.root / "secret"

    def load(self, name: str, cure: str) -> dict:
        """Return the JSON object in a file of the class; an empty one when there is no such file.

        Raises:
            BrokenFile: for anything else; cure: what to do then.

        """
        path = self.root / name
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise BrokenFile(f"{path} cannot be read: remove it, and {cure}.")
        return found


def with_tools(**more: str) -> dict[str, str]:
    """Return our environment with the programs beside this Python on the path, and more."""
    scripts, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    found = path if scripts in path.split(os.pathsep) else scripts + os.pathsep + path
    return {**os.environ, "PATH": found, **more}


def tool(name: str) -> str:
    """Return the path of a program that lies beside this Python."""
    return str(Path(sys.executable).parent / name)


def release(lesson: str) -> Path:
    """Return the notebook that students get."""
    return COURSE / lesson / f"{lesson}.ipynb"


def solution(lesson: str) -> Path:
    """Return the notebook with the answers."""
    return SOLUTIONS / lesson / f"{lesson}.ipynb"


def script(lesson: str) -> Path:
    """Return the percent script, the only file of a lesson that a person edits."""
    return SOLUTIONS / lesson / f"{lesson}.py"


def lessons() -> list[str]:
    """Return the names of all lessons that have a script, in order."""
    return sorted(path.parent.name for path in SOLUTIONS.glob("*/[0-9]*.py") if path.stem == path.parent.name)
