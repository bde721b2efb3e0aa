"""Rebuild a hand-in: the instructor's notebook, with only the text of the student's own cells put back."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import nbformat

from grader.instructor import paths
from grader.instructor.handin import HandInError, StudentCell

MARKER = re.compile(r"(?m)^# Exercise: (\w+)")


@dataclass
class Rebuilt:
    """A notebook that is safe to run: every cell is the instructor's or a student's own text.

    stubs: the exercise cells as handed out, by id. notes: what the instructor may want to know.
    """

    lesson: str
    notebook: nbformat.NotebookNode
    stubs: dict[str, str]
    notes: list[str] = field(default_factory=list)


@cache
def _release(lesson: str) -> str:
    return paths.release(lesson).read_text(encoding="utf-8")


def released(lesson: str) -> nbformat.NotebookNode:
    """Return a fresh copy of the notebook that students got.

    Raises:
        HandInError: when the course has no such lesson.

    """
    if lesson not in paths.lessons():
        raise HandInError(f"There is no lesson {lesson}: choose one of {', '.join(paths.lessons())}.")
    return nbformat.reads(_release(lesson), as_version=4)


def is_exercise(cell) -> bool:
    """Say whether this instructor's cell is one that students fill in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_check(cell) -> bool:
    """Say whether this instructor's cell is a check."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def is_picture(cell) -> bool:
    """Say whether this instructor's cell only draws."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("picture_")


def is_extra(cell) -> bool:
    """Say whether a cell of a rebuilt notebook was added by the student."""
    return bool(cell.metadata.get("downhill_extra"))


def rebuild(cells: list[StudentCell], lesson: str) -> Rebuilt:
    """Return the instructor's notebook with the student's answers and added cells.

    A student's cell is recognised by the name of its exercise, its cell id, its first line, or its
    text; one that is doubled counts in its last filled-in form; all other cells are the student's
    own and stay where they stood. Whatever else the hand-in says about itself is dropped.

    Raises:
        HandInError: when the hand-in is another lesson, or none of ours.

    """
    notebook = released(lesson)
    matches = [_match(cell, notebook) for cell in cells]
    _require_lesson(cells, matches, notebook, lesson)
    rebuilt = Rebuilt(lesson, notebook, {c.id: c.source for c in notebook.cells if is_exercise(c)})
    _put_answers(rebuilt, cells, matches)
    _put_extras(rebuilt, cells, matches)
    return rebuilt


def _match(cell: StudentCell, notebook) -> str:
    """Return the id of the instructor's cell that this is, or an empty text."""
    marker = MARKER.search(cell.source)
    named = {c.metadata["nbgrader"]["grade_id"]: c.id for c in notebook.cells if "nbgrader" in c.metadata}
    ids = {c.id for c in notebook.cells}
    if marker and marker.group(1) in named and cell.kind == "code":
        return named[marker.group(1)]
    if cell.grade_id in named:
        return named[cell.grade_id]
    if cell.cell_id in ids:
        return cell.cell_id
    text = cell.source.split()
    return next((c.id for c in notebook.cells if text and c.source.split() == text), "")


def _require_lesson(cells: list[StudentCell], matches: list[str], notebook, lesson: str) -> None:
    own = {c.id for c in notebook.cells if is_exercise(c)} - {"quiz", "reflection"}
    if own & set(matches):
        return
    for other in paths.lessons():
        theirs = {c.id for c in released(other).cells if is_exercise(c)} - {"quiz", "reflection"}
        names = {cell.grade_id for cell in cells} | {m for cell in cells for m in MARKER.findall(cell.source)}
        if other != lesson and theirs & names:
            raise HandInError(f"This looks like lesson {other}, and {lesson} was expected: hand in the right notebook.")
    if not any(cell.source.strip() for cell in cells):
        raise HandInError("The notebook has no cell with text: save it and hand it in again.")
    raise HandInError(f"No exercise of lesson {lesson} is in this notebook: hand in the notebook of the course.")


def _put_answers(rebuilt: Rebuilt, cells: list[StudentCell], matches: list[str]) -> None:
    found = Counter(matches)
    for target in (c for c in rebuilt.notebook.cells if is_exercise(c)):
        written = [c.source for c, name in zip(cells, matches, strict=True) if name == target.id]
        filled = [text for text in written if text.split() and text.split() != target.source.split()]
        if filled:
            target.source = filled[-1]
        if found[target.id] > 1:
            rebuilt.notes.append(f"{target.id}: the cell is there {found[target.id]} times; the last one counts")
        if not written:
            rebuilt.notes.append(f"{target.id}: the cell was deleted")
    for cell in rebuilt.notebook.cells:
        changed = [c for c, name in zip(cells, matches, strict=True) if name == cell.id]
        locked = cell.cell_type == "code" and not is_exercise(cell)
        if locked and changed and all(c.source.split() != cell.source.split() for c in changed):
            rebuilt.notes.append(f"{cell.id}: a locked cell was changed and has been restored")


def _put_extras(rebuilt: Rebuilt, cells: list[StudentCell], matches: list[str]) -> None:
    """Put each cell that the student added behind the instructor's cell that stood before it."""
    behind: dict[str, list] = {}
    before, seen = "", set()
    for cell, name in zip(cells, matches, strict=True):
        if name and name not in seen:
            seen.add(name)
            before = name
        elif not name and cell.kind in ("code", "markdown") and cell.source.strip():
            behind.setdefault(before, []).append(cell)
    arranged = _extra_cells(behind.get("", []))
    for cell in rebuilt.notebook.cells:
        arranged += [cell, *_extra_cells(behind.get(cell.id, []))]
    for number, cell in enumerate(cell for cell in arranged if is_extra(cell)):
        cell.id = f"extra-{number}"
    rebuilt.notebook.cells = arranged


def _extra_cells(cells: list[StudentCell]) -> list:
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    return [
        make[cell.kind](cell.source, metadata={"downhill_extra": True, "tags": ["raises-exception"]}) for cell in cells
    ]
