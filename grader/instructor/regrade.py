"""Judge stored answers again, where a check or a tolerance has changed, and show what that changes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.instructor import gradebook, hidden, settings
from grader.instructor.autograde import task
from grader.instructor.grading import LessonGrade
from grader.instructor.paths import ClassFolder, lessons
from grader.instructor.store import NotStored, Store
from grader.instructor.submissions import find
from grader.instructor.work import surely


@dataclass(frozen=True)
class Change:
    """Points of one exercise of one hand-in, in the gradebook and judged anew."""

    student: str
    lesson: str
    exercise: str
    before: float
    after: float

    def __str__(self) -> str:
        return f"{self.student:16} {self.lesson:14} {self.exercise:20} {self.before:6g} -> {self.after:g}"


def judged_again(
    folder: ClassFolder, wanted: list[str] | None = None, *, student: str = "", share: float | None = None
) -> Iterator[LessonGrade | None]:
    """Yield the grade of each hand-in, judged anew from what its runs have left; None where nothing is stored.

    No student's code runs: a hand-in that was never run, or was changed since, has nothing stored. share: as for
    `autograde`, but the class does not keep it.
    """
    secret, store = hidden.secret(folder.secret), Store(folder.results)
    share = settings.share(folder) if share is None else share
    for hand_in in find(folder, wanted or lessons(), student):
        try:
            yield surely(task(hand_in, secret, share), store.stored)
        except NotStored:
            yield None


def changes(folder: ClassFolder, grades: Iterable[LessonGrade]) -> Iterator[Change]:
    """Yield how grades differ from those in the gradebook; nothing is written."""
    booked = {(row["student"], row["lesson"]): row["exercises"] for row in gradebook.scores(folder, "auto")}
    for one in grades:
        yield from _changes(one, booked)


def _changes(one: LessonGrade, booked: dict) -> Iterator[Change]:
    before = booked.get((one.student, one.lesson), {})
    for each in one.exercises:
        had = before.get(each.exercise.id, 0.0)
        if each.exercise.points and abs(each.points - had) > 1e-9:
            yield Change(one.student, one.lesson, each.exercise.id, had, each.points)
