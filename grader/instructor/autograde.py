"""Autograde a class: run what was handed in, in parallel, judge it, and write everything down."""

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from grader.core import answerfile, files
from grader.instructor import gradebook, handin, hidden, settings, summary, tables
from grader.instructor.grading import LessonGrade, rejected
from grader.instructor.paths import ClassFolder, lessons
from grader.instructor.store import NotStored, Store
from grader.instructor.submissions import HandIn, find, strays
from grader.instructor.work import Task, Workers, surely


class Busy(RuntimeError):
    """Raised when a class is being graded already; the message is one sentence."""


def task(hand_in: HandIn, secret: bytes, share: float, unprotected: bool = False) -> Task:
    """Return a hand-in as a unit of work; a file that cannot be read becomes a sentence."""
    names = {"student": hand_in.student, "lesson": hand_in.lesson, "share": share, "unprotected": unprotected}
    if hand_in.path is None:
        return Task(**names, content=None, sentence=hand_in.sentence)
    answers = not _is_notebook(hand_in)
    try:
        content = files.read(hand_in.path, answerfile.MAX_BYTES if answers else handin.MAX_BYTES)
    except files.Unreadable as error:
        return Task(**names, content=None, sentence=str(error))
    givens = hidden.draw(secret, hand_in.lesson, hand_in.student)
    return Task(**names, content=content, answers=answers, givens=givens)


def autograde(
    folder: ClassFolder,
    wanted: list[str] | None = None,
    *,
    student: str = "",
    jobs: int = 0,
    share: float | None = None,
    executor: Executor | None = None,
    unprotected: bool = False,
    say=print,
) -> dict:
    """Grade a class and write gradebook, notebooks, grades.csv and summary.json; return the summary.

    A notebook whose runs are stored is not run again. jobs: worker processes, all cores when 0.
    executor: another way to run the work, with the interface of ``concurrent.futures``; jobs is then how
    many workers it has. share: what an answer earns that holds for the printed givens only; the class keeps it.

    Raises:
        Unprotected: when a worker has nothing to confine student code with, unless `unprotected`.

    """
    hand_ins = find(folder, wanted or lessons(), student)
    for line in strays(folder):
        say(line)
    secret, share = hidden.secret(folder.secret), settings.share(folder, share)
    workers = Workers(jobs or os.cpu_count() or 1, executor)
    if not folder.results.exists():
        workers.start()  # they load while the gradebook is made ready

    def tasks(some: list[HandIn]) -> Iterator[Task]:
        return (task(one, secret, share, unprotected) for one in some)

    def ready() -> None:
        words = workers.protection(unprotected)
        if words:
            say(words)

    def left(some: list[HandIn]) -> Iterator[tuple[LessonGrade, dict]]:
        return workers.do(tasks(some))

    try:
        grades = _graded(hand_ins, tasks, ready, left, Store(folder.results))
        return record(folder, grades, sorted({one.lesson for one in hand_ins}), len(hand_ins), say)
    finally:
        workers.close()


def record(folder: ClassFolder, found: Iterable[LessonGrade], wanted: list[str], total: int, say=print) -> dict:
    """Write each grade as it comes, then ``summary.json`` and ``grades.csv``; return the summary.

    wanted: the lessons that the grades are of. total: how many grades there will be.

    Raises:
        Busy: when another grading of the class is running.

    """
    with _alone(folder):
        return _record(folder, found, wanted, total, say)


@contextmanager
def _alone(folder: ClassFolder) -> Iterator[None]:
    """Hold the class for this process; the system lets go of it however the process ends."""
    folder.root.mkdir(parents=True, exist_ok=True)
    with open(folder.root / ".lock", "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            number = file.read(20).strip()
            raise Busy(f"{folder.root} is being graded by process {number}: wait until it has ended.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _record(folder: ClassFolder, found: Iterable[LessonGrade], wanted: list[str], total: int, say) -> dict:
    gradebook.prepare(folder, wanted)
    start, grades = time.monotonic(), []
    with gradebook.opened(folder) as book:
        for one in found:
            grades.append(_written(folder, book, one))
            say(_progress(len(grades), total, time.monotonic() - start, one))
            grades[-1].notebook = None  # it is written; a thousand of them would fill the memory
    summary.write_times(folder, grades)
    written = summary.write(folder, grades)
    tables.write_csv(folder, folder.root / "grades.csv", summary.statuses(written))
    return written


def _written(folder: ClassFolder, book, one: LessonGrade) -> LessonGrade:
    """Write a grade; one that cannot be written is said so, and stops nobody else's."""
    try:
        gradebook.write(folder, book, one)
        return one
    except Exception as error:
        book.db.rollback()
        sentence = f"The grade could not be written ({type(error).__name__}): grade it by hand and tell the course."
        return rejected(one.lesson, one.student, sentence)


def _graded(
    hand_ins: list[HandIn], tasks: Callable, ready: Callable, perform: Callable, store: Store
) -> Iterator[LessonGrade]:
    """Yield the grade of each hand-in: first those whose runs are stored, then the others as they finish.

    ready: raises what speaks against running anything, before the first grade of a class that has no runs yet.
    """
    new = not store.folder.exists()
    left = list(filter(_is_notebook, hand_ins)) if new else []
    if left:
        ready()
    some = [hand_in for hand_in in hand_ins if not (new and _is_notebook(hand_in))]
    for hand_in, one in zip(some, tasks(some), strict=True):
        try:
            yield surely(one, store.stored)
        except NotStored:
            left.append(hand_in)
    if left and not new:
        ready()
    for done, runs in perform(left) if left else ():
        store.keep(runs)
        yield done


def _is_notebook(hand_in: HandIn) -> bool:
    return hand_in.path is not None and hand_in.path.suffix.lower() != ".json"


def _progress(done: int, total: int, seconds: float, one: LessonGrade) -> str:
    left = seconds / done * (total - done)
    return (
        f"[{done:{len(str(total))}d}/{total}] {one.student:16} {one.lesson:12} {one.score:6g} of {one.max_score:<4g}"
        f" {one.status:12} {60 * done / max(seconds, 1e-9):5.0f}/min, {left:4.0f} s left"
    )
