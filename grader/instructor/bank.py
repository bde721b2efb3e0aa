"""The bank: right and wrong answers as students write them, and a quick way to try one.

``solutions/<lesson>/bank.py`` holds cells with the header ``# %% honest="..." exercise="..."`` or
``# %% wrong="..." exercise="..."``. A cell is a whole answer, or a few lines ``# - old`` and
``# + new`` that say how it differs from the model answer. `Bench` runs one of them between the
locked cells of its exercise in this process; the tests use it for thousands of draws, and hand-ins
made of the same cells go through the real loop.
"""

import ast
import contextlib
import io
import json
import os
import re
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import matplotlib

from grader.core import answerfile
from grader.core.givens import VARIABLE
from grader.instructor import paths
from grader.instructor.rebuild import is_check, is_exercise, is_picture, released
from grader.judge.exercises import find
from grader.judge.model import Evidence, Givens, Result

HEADER = re.compile(r'(?m)^# %% (honest|wrong)="([^"]*)" exercise="(\w+)"$')


@dataclass(frozen=True)
class Entry:
    """One answer: its lesson and exercise, whether it is honest, its text.

    name: what is special about an honest answer, or the misconception of a wrong one; empty where
        a wrong one breaks a rule.
    """

    lesson: str
    exercise: str
    honest: bool
    name: str
    source: str

    def __str__(self) -> str:
        kind = "honest" if self.honest else "wrong"
        return f"{self.exercise}-{kind}-{self.name}"


def entries(lesson: str) -> list[Entry]:
    """Return all answers of a lesson's bank, in the order of the file."""
    text = (paths.SOLUTIONS / lesson / "bank.py").read_text(encoding="utf-8")
    unknown = [line for line in re.findall(r"(?m)^# %%.*$", text) if not HEADER.fullmatch(line)]
    if unknown:
        raise ValueError(f'{lesson}/bank.py: {unknown[0]!r} is not # %% honest="..." exercise="..." or wrong="...".')
    pieces = HEADER.split(text)[1:]
    found = []
    for kind, name, exercise, source in zip(*[iter(pieces)] * 4, strict=True):
        find(lesson, exercise)
        body = re.split(r"(?m)^# -{10,}", source)[0].strip() + "\n"
        if body.startswith("# - "):
            body = edited(model(lesson, exercise), body, f"{lesson}/bank.py, {name or exercise!r}")
        found.append(Entry(lesson, exercise, kind == "honest", name, body))
    return found


def edited(source: str, edits: str, place: str) -> str:
    """Return `source` with runs of lines ``# - old`` replaced by the lines ``# + new`` after them.

    Old lines are found by their text; new ones keep their indentation relative to the first old one.

    Raises:
        ValueError: when the old lines are not there exactly once.

    """
    lines = source.splitlines()
    for old, new in re.findall(r"((?:^# - .*\n)+)((?:^# \+.*\n)*)", edits, re.MULTILINE):
        wanted, written = ([line[4:] for line in part.splitlines()] for part in (old, new))
        texts = [line.strip() for line in lines]
        n = len(wanted)
        at = [i for i in range(len(texts) - n + 1) if texts[i : i + n] == [line.strip() for line in wanted]]
        if len(at) != 1:
            raise ValueError(
                f"{place}: {wanted[0].strip()!r} is in the model answer {len(at)} times, and must be once."
            )
        margin = len(lines[at[0]]) - len(texts[at[0]]) - (len(wanted[0]) - len(wanted[0].lstrip()))
        lines[at[0] : at[0] + n] = [(" " * margin + line).rstrip() for line in written]
    return "\n".join(lines) + "\n"


def _plain_python(source: str) -> str:
    """Return the text of a cell with IPython's magics and shell lines taken out."""
    source = re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", source)
    return re.sub(r"(?m)=[ \t]*[%!].*$", "= None", source)


class Bench:
    """The locked cells of one lesson, ready to try answers between them in this process."""

    def __init__(self, lesson: str):
        matplotlib.use("agg")
        self.lesson = lesson
        self.cells = released(lesson).cells
        self.namespace = {"__name__": "__main__"}
        self.folder = tempfile.TemporaryDirectory(prefix="downhill-bench-")
        for cell in self.cells:
            if cell.cell_type == "code" and not (is_exercise(cell) or is_check(cell) or is_picture(cell)):
                if cell.id.startswith("record_") or "answer.download" in cell.source:
                    continue
                self._execute(cell.source, self.namespace)

    def _execute(self, source: str, namespace: dict) -> tuple[str, str] | None:
        """Run a cell; return the name and text of its exception, if any."""
        source = source.replace("Answers(", f"Answers(folder={self.folder.name!r}, lesson=")
        quiet = (contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings())
        with quiet[0], quiet[1]:
            warnings.simplefilter("ignore")
            try:
                exec(compile(_plain_python(source), "<cell>", "exec"), namespace)
            except Exception as error:  # whatever a student's cell raises is evidence
                return type(error).__name__, str(error)
        return None

    def attempt(self, exercise: str, source: str, givens: Givens | None = None) -> Evidence:
        """Return the evidence that `source` leaves as the cell of `exercise`, with these givens."""
        namespace = dict(self.namespace)
        namespace["answer"].clear()
        given = [c for c in self.cells if c.id == f"given_{exercise}"]
        record = [c for c in self.cells if c.id == f"record_{exercise}"]
        stub = next(c.source for c in self.cells if c.id == exercise)
        os.environ[VARIABLE] = json.dumps({exercise: givens} if givens else {})
        try:
            steps = [*(c.source for c in given), source, *(c.source for c in record)]
            errors = [self._execute(text, namespace) for text in steps]
        finally:
            del os.environ[VARIABLE]
        values = answerfile.loads(namespace["answer"].text())
        return Evidence(values, source, next((e for e in errors if e), None), stub)

    def close(self) -> None:
        """Remove the folder of the answer file."""
        self.folder.cleanup()


def named(entry: Entry, result: Result) -> bool:
    """Say whether a wrong answer is rejected for what it is; one that breaks a rule has no name."""
    return not result.passed and (entry.name in result.misconceptions if entry.name else bool(result.question))


def model(lesson: str, exercise: str) -> str:
    """Return the model answer: the exercise's cell in the solution notebook, without its marks."""
    cells = json.loads(Path(paths.solution(lesson)).read_text(encoding="utf-8"))["cells"]
    source = "".join(next(cell["source"] for cell in cells if cell["id"] == exercise))
    source = re.sub(r"(?m)^\s*### (BEGIN|END) SOLUTION\n?", "", source)
    ast.parse(source)
    return source
