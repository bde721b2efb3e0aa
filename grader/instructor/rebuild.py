"""Rebuild a hand-in: the instructor's notebook, with only the text of the student's own cells put back."""

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache

import nbformat

from grader.instructor import paths
from grader.instructor.handin import HandInError, StudentCell
from grader.judge import rules

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
def _release(lesson: str) -> nbformat.NotebookNode:
    return nbformat.read(paths.release(lesson), as_version=4)


def released(lesson: str) -> nbformat.NotebookNode:
    """Return a fresh copy of the notebook that students got.

    Raises:
        HandInError: when the course has no such lesson.
        FileNotFoundError: when this is an installed package without a course beside it.

    """
    if not paths.COURSE.is_dir():
        raise FileNotFoundError(f"There is no course in {paths.ROOT}: clone the repository, and grade from there.")
    if lesson not in paths.lessons():
        raise HandInError(f"There is no lesson {lesson}: choose one of {', '.join(paths.lessons())}.")
    return deepcopy(_release(lesson))


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
    matches = _matches(cells, notebook)
    _require_lesson(cells, matches, notebook, lesson)
    rebuilt = Rebuilt(lesson, notebook, {c.id: c.source for c in notebook.cells if is_exercise(c)})
    _put_answers(rebuilt, cells, matches)
    _put_extras(rebuilt, cells, matches)
    return rebuilt


def _matches(cells: list[StudentCell], notebook) -> list[str]:
    """Return for each cell the id of the instructor's cell that it is, or an empty text.

    A first line names an exercise only where no cell carries the exercise's own id.
    """
    own = {c.id: c for c in notebook.cells}
    named = {c.metadata["nbgrader"]["grade_id"]: c.id for c in notebook.cells if "nbgrader" in c.metadata}
    texts = {tuple(c.source.split()): c.id for c in notebook.cells if c.source.strip()}
    found = []
    for cell in cells:
        name = named.get(cell.grade_id) or (cell.cell_id if cell.cell_id in own else "")
        name = name or texts.get(tuple(cell.source.split()), "")
        found.append(name if name and cell.kind == own[name].cell_type else "")
    for i, cell in enumerate(cells):
        marker = MARKER.search(cell.source)
        if not found[i] and marker and cell.kind == "code" and marker.group(1) in named:
            target = named[marker.group(1)]
            if not any(name == target and not _is_only_marked(cells[j]) for j, name in enumerate(found)):
                found[i] = target
    return found


def _is_only_marked(cell: StudentCell) -> bool:
    return not (cell.grade_id or cell.cell_id)


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
        written = _joined([(c.source, name == target.id) for c, name in zip(cells, matches, strict=True)])
        filled = [text for text in written if text.split() and text.split() != target.source.split()]
        if filled:
            target.source = filled[-1]
        if found[target.id] > 1:
            rebuilt.notes.append(f"{target.id}: the cell is there {found[target.id]} times; the last one counts")
        if not written:
            target.source = target.source.split("\n", 1)[0]  # a stub would overwrite what stands beside it
            rebuilt.notes.append(f"{target.id}: the cell was deleted")


def _joined(pieces: list[tuple[str, bool]]) -> list[str]:
    """Return the texts of one exercise; neighbours are one cell that was split, unless each has its first line."""
    texts: list[str] = []
    before = False
    for text, own in pieces:
        if own and before and not MARKER.search(text):
            texts[-1] += f"\n{text}"
        elif own:
            texts.append(text)
        before = own
    return texts


def _put_extras(rebuilt: Rebuilt, cells: list[StudentCell], matches: list[str]) -> None:
    """Put each cell that the student added behind the instructor's cell that stood before it."""
    behind: dict[str, list] = {}
    ahead: dict[str, list] = {}
    before, seen = "", set()
    own = {c.id: c for c in rebuilt.notebook.cells}
    for cell, name in zip(cells, matches, strict=True):
        if name and name not in seen:
            seen.add(name)
            before = name
            added = _added_lines(cell, own[name])
            if added is not None:
                rebuilt.notes.append(f"{name}: a locked cell was changed and has been restored")
                where = ahead if is_check(own[name]) else behind
                where.setdefault(name, []).extend(added)
        elif not name and cell.kind in ("code", "markdown") and cell.source.strip():
            behind.setdefault(before, []).append(cell)
    arranged = _extra_cells(behind.get("", []))
    for cell in rebuilt.notebook.cells:
        arranged += [*_extra_cells(ahead.get(cell.id, [])), cell, *_extra_cells(behind.get(cell.id, []))]
    for number, cell in enumerate(cell for cell in arranged if is_extra(cell)):
        cell.id = f"extra-{number}"
    rebuilt.notebook.cells = arranged


def _added_lines(cell: StudentCell, original) -> list[StudentCell] | None:
    """Return what a student wrote into a locked cell, as a cell of its own; None for an unchanged one."""
    if original.cell_type != "code" or is_exercise(original) or cell.source.split() == original.source.split():
        return None
    kept = {line.strip() for line in original.source.splitlines()}
    added = [line for line in cell.source.splitlines() if line.strip() and line.strip() not in kept]
    added = [line for line in added if "answer.given(" not in line]
    text = "\n".join(added)
    return [StudentCell("code", text)] if text and rules.tree(text) is not None else []


def _extra_cells(cells: list[StudentCell]) -> list:
    metadata = {"downhill_extra": True, "tags": ["raises-exception"]}
    return [
        nbformat.v4.new_code_cell(cell.source, metadata=metadata)
        if cell.kind == "code"
        else nbformat.v4.new_markdown_cell(_fenced(cell.source), metadata=metadata)
        for cell in cells
    ]


def _fenced(text: str) -> str:
    """Return a student's markdown as literal text, so that no page that shows it runs anything."""
    fenced = re.fullmatch(r"(`{3,})text\n(.*)\n\1", text, re.DOTALL)
    if fenced and fenced[1] not in fenced[2]:
        return text  # it has been through here before
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
