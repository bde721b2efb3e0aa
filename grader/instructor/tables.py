"""Grades as tables: ``grades.csv``, and what Canvas and Moodle import."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.core import files
from grader.instructor import archive, gradebook
from grader.instructor.archive import CANVAS, MOODLE
from grader.instructor.paths import ClassFolder
from grader.judge.exercises import LESSONS


class NoTable(ValueError):
    """A table that cannot be made; the message is one sentence."""


def write_csv(folder: ClassFolder, path: Path, statuses: dict[tuple[str, str], str]) -> None:
    """Write ``grades.csv``: student, lesson, score, max_score, status, then a column for each exercise."""
    _write(path, _plain(folder, statuses))


def write_table(folder: ClassFolder, kind: str, path: Path, lesson: str = "") -> int:
    """Write the table that an LMS imports, and return how many rows it has.

    Raises:
        NoTable: when nothing was collected from that LMS, or Moodle's lesson is not named.

    """
    known = archive.numbers(folder).get(kind)
    if not known:
        raise NoTable(f"Nothing was collected from {kind} yet: python -m grader collect ARCHIVE LESSON.")
    if kind == MOODLE and lesson not in known:
        raise NoTable(f"Moodle takes a table for each assignment: say --lesson, one of {', '.join(known)}.")
    scores = {(row["student"], row["lesson"]): row for row in gradebook.scores(folder)}
    rows = list((_canvas if kind == CANVAS else _moodle)(known, scores, lesson))
    _write(path, rows)
    return len(rows) - (2 if kind == CANVAS else 1)


def _write(path: Path, rows: Iterable[list]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    files.write(path, text.getvalue())


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _plain(folder: ClassFolder, statuses: dict[tuple[str, str], str]) -> Iterator[list]:
    exercises = [one.id for lesson in LESSONS for one in LESSONS[lesson] if one.points]
    yield ["student", "lesson", "score", "max_score", "status", *exercises]
    for row in gradebook.scores(folder):
        cells = [f"{row['exercises'][name]:g}" if name in row["exercises"] else "" for name in exercises]
        status = statuses.get((row["student"], row["lesson"]), "")
        yield [inert(row["student"]), row["lesson"], f"{row['score']:g}", f"{row['max_score']:g}", status, *cells]


def _canvas(known: dict, scores: dict, _lesson: str) -> Iterator[list]:
    """Yield the rows of Canvas's gradebook import: a column for each lesson, people by their numbers."""
    lessons = sorted(known)
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(f"Downhill {name}" for name in lessons)]
    possible = [f"{sum(one.points for one in LESSONS[name]):g}" for name in lessons]
    yield ["    Points Possible", "", "", "", "", *possible]
    people = {student: number for lesson in lessons for student, number in known[lesson].items()}
    for student, number in sorted(people.items()):
        earned = [scores.get((student, lesson)) for lesson in lessons]
        name = student.removesuffix(f" {number}")
        yield [inert(name), number, "", "", "", *(f"{row['score']:g}" if row else "" for row in earned)]


def _moodle(known: dict, scores: dict, lesson: str) -> Iterator[list]:
    """Yield the rows of Moodle's offline grading worksheet."""
    yield ["Identifier", "Full name", "Status", "Grade", "Maximum Grade", "Feedback comments"]
    for student, number in sorted(known[lesson].items()):
        row = scores.get((student, lesson))
        if row:
            yield [
                f"Participant {number}", inert(student), "Submitted for grading",
                f"{row['score']:g}", f"{row['max_score']:g}", "",
            ]  # fmt: skip
