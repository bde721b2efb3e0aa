"""Pairs of hand-ins that are more alike than chance: the same answer where few others wrote it so.

The weight of an exercise that two hand-ins wrote alike is the surprise in it, log2(n / k) bits, where k of n
hand-ins wrote it so (Shannon's information of an event of frequency k/n). Word for word counts twice as
much as alike but for names, comments and layout. What everybody writes weighs nothing, but that many copied the
published solution word for word is said of each of them.
"""

import ast
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from grader.instructor import paths
from grader.instructor.paths import ClassFolder
from grader.judge.exercises import LESSONS
from grader.judge.model import Exercise
from grader.judge.rules import parse

PUBLISHED = "the published solution"
SHORTEST = 40  # characters without blanks: below this many, answers are alike by themselves
LEAST = 7.0  # bits of a pair that is worth a look
EXERCISES = 2  # that must be alike, at least
MOST = 0.25  # of a class: what more of it wrote alike says nothing about two of them,
FEW = 4  # unless they are this few in a small one


@dataclass
class Pair:
    """Two hand-ins of a lesson: exercises with the same words, exercises alike but for names, and bits."""

    lesson: str
    one: str
    other: str
    words: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    bits: float = 0.0


def suspicious(folder: ClassFolder, hand_ins: Iterable[dict]) -> list[Pair]:
    """Return the pairs of a class that are worth a look, the most alike first; the published solution counts, too."""
    by_lesson = defaultdict(list)
    for entry in hand_ins:
        by_lesson[entry["lesson"]].append(entry["student"])
    found = []
    for lesson, students in by_lesson.items():
        written = {student: answers(folder, lesson, student) for student in students}
        written[PUBLISHED] = _cells(paths.solution(lesson), lesson)
        found += alike(lesson, written)
    return sorted(found, key=lambda pair: -pair.bits)


def answers(folder: ClassFolder, lesson: str, student: str) -> dict[str, str]:
    """Return the texts of a hand-in's exercise cells; none where there was no notebook to run."""
    return _cells(folder.autograded / student / lesson / f"{lesson}.ipynb", lesson)


def _cells(path, lesson: str) -> dict[str, str]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    names = {one.id for one in LESSONS[lesson]}
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell.get("id") in names}


def alike(lesson: str, written: dict[str, dict[str, str]]) -> list[Pair]:
    """Return the pairs among texts of exercises by student, as many as are worth a look."""
    found: dict[tuple[str, str], Pair] = {}
    stubs = _cells(paths.release(lesson), lesson)
    for one in filter(_is_code, LESSONS[lesson]):
        own = {student: own_text(texts.get(one.id, ""), stubs.get(one.id, "")) for student, texts in written.items()}
        own = {student: text for student, text in own.items() if len("".join(text.split())) >= SHORTEST}
        here = lesson, one.id, len(written)
        _weigh(found, *here, {student: text.split() for student, text in own.items()}, 2.0, "words")
        _weigh(found, *here, {student: shape(written[student][one.id]) for student in own}, 1.0, "shapes")
    return [pair for pair in found.values() if pair.bits >= LEAST and len(pair.words + pair.shapes) >= EXERCISES]


def _is_code(exercise: Exercise) -> bool:
    """Say whether an exercise is answered by code, and not by a choice of which there are few."""
    return bool(exercise.function) or exercise.draw is not None


def _weigh(found: dict, lesson: str, exercise: str, number: int, forms: dict, factor: float, where: str) -> None:
    """Add what one exercise says to the pairs that wrote it in the same form, unless it has said more already."""
    groups = defaultdict(list)
    for student, form in forms.items():
        groups[repr(form)].append(student)
    crowd = max(FEW, MOST * number)
    for group in groups.values():
        bits = factor * math.log2(number / min(len(group), crowd))
        names_of_pairs = combinations(sorted(group), 2)
        if len(group) > crowd:  # of a crowd only what stands in the published solution word for word
            names_of_pairs = _with_published(group) if where == "words" else ()
        for names in names_of_pairs:
            pair = found.setdefault(names, Pair(lesson, *names))
            if exercise not in pair.words:
                getattr(pair, where).append(exercise)
                pair.bits += bits


def _with_published(group: list[str]) -> list[tuple[str, str]]:
    return [tuple(sorted((one, PUBLISHED))) for one in group if one != PUBLISHED] if PUBLISHED in group else []


def own_text(text: str, stub: str) -> str:
    """Return what a student wrote: the lines of a cell that were not handed out, without blanks at their ends."""
    given = {line.strip() for line in stub.splitlines()} | {"### BEGIN SOLUTION", "### END SOLUTION"}
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip() and line.strip() not in given)


def shape(text: str) -> str:
    """Return the syntax of a text with its names numbered as they come; the words themselves where it is no Python."""
    module = parse(text)
    if module is None:
        return text
    for node in list(ast.walk(module)):
        if isinstance(getattr(node, "body", None), list):
            node.body = [one for one in node.body if not _idle(one)] or node.body
        for name in {"returns", "annotation"} & set(node._fields):
            setattr(node, name, None)
    numbers: dict[str, int] = {}
    for node in ast.walk(module):
        for name in {"id", "arg", "name"} & set(node._fields):
            if isinstance(getattr(node, name), str):
                setattr(node, name, f"v{numbers.setdefault(getattr(node, name), len(numbers))}")
    try:
        return ast.dump(module)
    except RecursionError:
        return text


def _idle(node: ast.stmt) -> bool:
    """Say whether a statement is a text, an import, or a call of print."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    value = getattr(node, "value", None) if isinstance(node, ast.Expr) else None
    printed = isinstance(value, ast.Call) and getattr(value.func, "id", "") == "print"
    return printed or isinstance(value, ast.Constant)
