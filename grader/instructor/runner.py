"""Run a rebuilt notebook in a fresh process that holds the core only, and bring back data.

The unit of work is a function of (rebuilt notebook, givens) to (outputs, answers). Nothing that the
process says is trusted: outputs are sanitised and answers go through the strict reader.
"""

import ast
import hashlib
import json
import os
import shutil
import site
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import metadata
from multiprocessing.util import Finalize
from pathlib import Path

import nbformat

from _live_plot import backend
from grader.core.givens import VARIABLE
from grader.instructor import paths
from grader.instructor.pictures import Gallery, developed
from grader.instructor.rebuild import is_check, is_picture
from grader.instructor.sandbox import canary
from grader.instructor.sandbox.supervisor import Server
from grader.instructor.sandbox.tier import READABLE
from grader.instructor.sanitise import Album, sanitise_all

CELL_SECONDS = 30
RESTARTS = 3
RUN_SECONDS = 300
PICTURE_SECONDS = 10
PICTURES_SECONDS = 60  # for all pictures of a notebook
STAGED = ("grader/__init__.py", "grader/core", "live_plot.py", "_live_plot")


@dataclass
class Run:
    """What one run left behind.

    outputs: sanitised outputs by cell id. answers: the text of the answer file; None where there is
        none to read, for which `problem` has one sentence. stopped: the cells that hung or killed the
        process, with one sentence each. times: the seconds that each cell took, by its id.
    """

    outputs: dict[str, list[dict]] = field(default_factory=dict)
    answers: str | None = None
    problem: str = ""
    stopped: dict[str, str] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the run as text for the store."""
        return json.dumps(vars(self))

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
    packages = {name: metadata.version(name) for name in ("torch", "numpy", "matplotlib", "ipython")}
    staged = hashlib.sha256()
    for path in sorted(_staged_files()):
        staged.update(path.read_bytes())
    return packages | {"python": sys.version.split()[0], "core": staged.hexdigest()}


def _staged_files() -> list[Path]:
    found = []
    for name in STAGED:
        path = paths.ROOT / name
        found += [path] if path.is_file() else [p for p in path.rglob("*") if p.suffix in (".py", ".json", ".js")]
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
    """Run cells of one notebook from the top in a fresh child of the fork server; return what they left.

    A cell that hangs or kills its child is replaced by one that says so, and the notebook is run
    again, so that what comes after it is graded too.
    """
    stopped: dict[str, str] = {}
    start = time.monotonic()
    seed = int(key(lesson, [list(cell) for cell in cells], givens)[:8], 16)
    shown = givens is None  # of a hidden run nothing is shown, and a page of feedback holds no scripts
    environment = {VARIABLE: json.dumps(givens or {}), backend.VARIABLE: "data" if shown else "none"}
    job = {"environment": environment, "shown": shown, "seed": seed, "answer": f"{lesson}.answer.json"}
    for _ in range(RESTARTS + 1):
        left = start + RUN_SECONDS - time.monotonic()
        album = Album(gallery())
        attempt = server().run(_replaced(cells, stopped), job, CELL_SECONDS, max(left, 1.0), album.prepare)
        if attempt.stopped is None:
            break
        name, sentence = attempt.stopped
        stopped[name or "the notebook"] = sentence
        if not name:
            break
    outputs = developed(attempt.outputs, gallery(), partial(_draw, meanwhile=album.prepare))
    return Run(sanitise_all(outputs, album), attempt.answers, attempt.problem, stopped, attempt.times)


def _draw(drafts: list[tuple[str, str]], meanwhile: Callable) -> dict[str, tuple[str, str]]:
    """Return the picture and the ground of each draft, drawn in a child that runs nothing of a student's.

    drafts: each with its ground, if that is known. What cannot be drawn is left out. meanwhile: what to do with
    the picture of one while the next is drawn.
    """
    job = {"environment": {}, "shown": True, "draws": True, "seed": 0, "answer": "none"}
    made, cells, start = {}, list(enumerate(drafts)), time.monotonic()
    while cells:
        left = max(start + PICTURES_SECONDS - time.monotonic(), 0.0)
        attempt = server().run([(str(number), draft) for number, draft in cells], job, PICTURE_SECONDS, left, meanwhile)
        for number, (text, _) in cells:
            for data in (output.get("data") or {} for output in attempt.outputs.get(str(number), [])):
                if isinstance(data.get("image/png"), str):
                    made[text] = data["image/png"], str(data.get("ground", ""))
        name = (attempt.stopped or ("",))[0]
        cells = [cell for cell in cells if cell[0] > int(name)] if name else []
    return made


class Unprotected(RuntimeError):
    """Raised on a machine where nothing confines student code."""

    def __str__(self) -> str:
        return f"{self.args[0]}: grade elsewhere, or say --unprotected if you trust every hand-in."


def run_confined(lesson: str, cells: list[tuple[str, str]], givens: dict | None = None) -> Run:
    """Run cells as `run` does, where something confines them.

    Raises:
        Unprotected: where nothing does.

    """
    if not protected():
        raise Unprotected(protection())
    return run(lesson, cells, givens)


@cache
def gallery() -> Gallery:
    """Return where this process keeps its pictures."""
    made = Gallery()
    Finalize(None, made.close, exitpriority=10)
    return made


@cache
def server() -> Server:
    """Return the fork server of this process, in the strongest tier that keeps its promises on this machine."""
    made = canary.strongest(stage, _font_cache())
    Finalize(None, made.close, exitpriority=10)  # runs at the end of worker processes, too
    return made


def _replaced(cells: list[tuple[str, str]], stopped: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, f"raise TimeoutError({stopped[name]!r})" if name in stopped else text) for name, text in cells]


def stage(folder: Path) -> None:
    """Copy the core, and only the core, to where the server finds it."""
    for path in _staged_files():
        target = folder / path.relative_to(paths.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for path in (folder, *folder.rglob("*")):  # the child's user reads it, whatever the instructor's umask is
        path.chmod(0o755 if path.is_dir() else 0o644)


def protected() -> bool:
    """Say whether the course's checks and solutions are out of reach of a student's code on this machine."""
    return server().tier.landlock and not _in_reach()


def _in_reach() -> Path | None:
    """Return a copy of the course in a place that every job may read."""
    copies = [paths.ROOT, *(Path(place) for place in site.getsitepackages() if (Path(place) / "grader/judge").exists())]
    return next((one for one in copies if any(one.is_relative_to(place) for place in READABLE)), None)


def protection() -> str:
    """Return one line on what keeps a student's code in its place on this machine."""
    tier = server().tier
    if not tier.landlock:
        return f"nothing on this machine confines student code: {tier.words}, with your rights on your files"
    if copy := _in_reach():
        return f"the course lies in {copy}, which every program must be able to read"
    return f"student code is confined by {tier.name}: {tier.words}"


def state() -> tuple[bool, str]:
    """Return whether this machine protects the instructor's files, and one line on how."""
    return protected(), protection()


@cache
def _font_cache() -> list[Path]:
    """Return Matplotlib's list of fonts, so that no server has to build its own."""
    import matplotlib
    from matplotlib import font_manager

    folder = Path(matplotlib.get_cachedir())
    font_manager.get_font_names()
    return [path for path in folder.glob("fontlist-*.json") if os.access(path, os.R_OK)]
