"""Autograde a class: find the hand-ins, run them in parallel, judge, and write everything down."""

import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.core import answerfile
from grader.instructor import gradebook, handin, hidden
from grader.instructor.grading import PARTIAL, PRINTED_SHARE, REJECTED, LessonGrade, rejected
from grader.instructor.paths import ClassFolder, lessons
from grader.instructor.store import NotStored, Store
from grader.instructor.work import Task, Workers, surely
from grader.judge.compare import clean


class Busy(RuntimeError):
    """Raised when a class is being graded already; the message is one sentence."""


STUDENT = re.compile(r"(?!\.)[\w.@ +,'()-]{1,80}")
TROUBLE = (PARTIAL, REJECTED)


@dataclass(frozen=True)
class HandIn:
    """One student's folder for one lesson, and the file in it that counts."""

    student: str
    lesson: str
    path: Path | None
    sentence: str = ""


# --------------------------------------------------------------------------- finding


def find(folder: ClassFolder, wanted: list[str], student: str = "") -> list[HandIn]:
    """Return the hand-ins of a class, sorted: for each student and lesson the file that counts.

    Of several notebooks the one named after the lesson counts, else the newest; an answer file
    counts where there is no notebook.
    """
    found = []
    if not folder.submitted.is_dir():
        return found
    for home in sorted(path for path in folder.submitted.iterdir() if path.is_dir()):
        if student in ("", home.name):
            found += [_look(home, lesson) for lesson in wanted if _is_there(home / lesson)]
    return found


def _is_there(place: Path) -> bool:
    try:
        return os.path.lexists(place)
    except OSError:
        return True


def _look(home: Path, lesson: str) -> HandIn:
    """Return the hand-in of one student for one lesson; what cannot be looked into gets a sentence."""
    student, place = clean(home.name), home / lesson
    try:
        if home.is_symlink() or place.is_symlink() or not place.is_dir():
            return HandIn(student, lesson, None, "The place of the hand-in is a link or a file, not a folder.")
        return _choose(student, lesson, place)
    except OSError as error:
        return HandIn(student, lesson, None, f"The folder of the hand-in cannot be read ({error.strerror}).")


def _choose(student: str, lesson: str, place: Path) -> HandIn:
    if not STUDENT.fullmatch(student):
        return HandIn(student, lesson, None, "The name of the student's folder has signs that are not allowed.")
    files = sorted(path for path in place.iterdir() if not path.is_dir() or path.is_symlink())
    files = [path for path in files if not path.name.startswith("._")]  # macOS leaves these in archives
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
    answers = [path for path in files if path.name.endswith(".answer.json")]
    named = [path for path in notebooks if path.stem == lesson]
    alike = [path for path in notebooks if path.stem.startswith(lesson)]
    for group in (named, _newest_first(alike), _newest_first(notebooks), _newest_first(answers)):
        if group:
            return HandIn(student, lesson, group[0])
    other = f" (found {clean(files[0].name)[:60]})" if files else ""
    sentence = f"There is no notebook and no answer file in the folder{other}: hand in the .ipynb file."
    return HandIn(student, lesson, None, sentence)


def _newest_first(paths: list[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.lstat().st_mtime, reverse=True)


# --------------------------------------------------------------------------- grading


def task(hand_in: HandIn, secret: bytes, share: float, unprotected: bool = False) -> Task:
    """Return a hand-in as a unit of work; a file that cannot be read becomes a sentence."""
    names = {"student": hand_in.student, "lesson": hand_in.lesson, "share": share, "unprotected": unprotected}
    if hand_in.path is None:
        return Task(**names, content=None, sentence=hand_in.sentence)
    answers = hand_in.path.suffix.lower() == ".json"
    try:
        content = answerfile.read_bytes(hand_in.path, answerfile.MAX_BYTES if answers else handin.MAX_BYTES)
    except answerfile.AnswerFileError as error:
        return Task(**names, content=None, sentence=str(error))
    givens = hidden.draw(secret, hand_in.lesson, hand_in.student)
    return Task(**names, content=content, answers=answers, givens=givens)


def autograde(
    folder: ClassFolder,
    wanted: list[str] | None = None,
    *,
    student: str = "",
    jobs: int = 0,
    share: float = PRINTED_SHARE,
    executor: Executor | None = None,
    unprotected: bool = False,
    say=print,
) -> dict:
    """Grade a class and write gradebook, notebooks, grades.csv and summary.json; return the summary.

    A notebook whose runs are stored is not run again. jobs: worker processes, all cores when 0.
    executor: another way to run the work, with the interface of ``concurrent.futures``; jobs is then how
    many workers it has.

    Raises:
        Unprotected: when a worker has nothing to confine student code with, unless `unprotected`.

    """
    hand_ins = find(folder, wanted or lessons(), student)
    secret = hidden.secret(folder.secret)
    workers = Workers(jobs or os.cpu_count() or 1, executor)
    if not folder.results.exists():
        workers.start()  # they load while the gradebook is made ready

    def tasks(some: list[HandIn]) -> Iterator[Task]:
        return (task(one, secret, share, unprotected) for one in some)

    def left(some: list[HandIn]) -> Iterator[tuple[LessonGrade, dict]]:
        say(workers.protection(unprotected))
        return workers.do(tasks(some))

    try:
        grades = _graded(hand_ins, tasks, left, Store(folder.results))
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
    _keep_times(folder, grades)
    summary = summarise(folder, grades)
    gradebook.write_csv(folder, folder.root / "grades.csv", statuses(summary))
    return summary


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
    folder: ClassFolder, wanted: list[str] | None = None, *, student: str = "", share: float = PRINTED_SHARE
) -> Iterator[LessonGrade | None]:
    """Yield the grade of each hand-in, judged anew from what its runs have left; None where nothing is stored.

    No student's code runs: a hand-in that was never run, or was changed since, has nothing stored.
    """
    secret, store = hidden.secret(folder.secret), Store(folder.results)
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


def _written(folder: ClassFolder, book, one: LessonGrade) -> LessonGrade:
    """Write a grade; one that cannot be written is said so, and stops nobody else's."""
    try:
        gradebook.write(folder, book, one)
        return one
    except Exception as error:
        book.db.rollback()
        sentence = f"The grade could not be written ({type(error).__name__}): grade it by hand and tell the course."
        return rejected(one.lesson, one.student, sentence)


def _graded(hand_ins: list[HandIn], tasks: Callable, perform: Callable, store: Store) -> Iterator[LessonGrade]:
    """Yield the grade of each hand-in: first those whose runs are stored, then the others as they finish."""
    left = []
    for hand_in, one in zip(hand_ins, tasks(hand_ins), strict=True):
        try:
            yield surely(one, store.stored)
        except NotStored:
            left.append(hand_in)
    for done, runs in perform(left) if left else ():
        store.keep(runs)
        yield done


def _progress(done: int, total: int, seconds: float, one: LessonGrade) -> str:
    left = seconds / done * (total - done)
    return (
        f"[{done:{len(str(total))}d}/{total}] {one.student:16} {one.lesson:12} {one.score:6g} of {one.max_score:<4g}"
        f" {one.status:12} {60 * done / max(seconds, 1e-9):5.0f}/min, {left:4.0f} s left"
    )


# --------------------------------------------------------------------------- the summary


def summarise(folder: ClassFolder, grades: list[LessonGrade]) -> dict:
    """Write ``summary.json``: what happened to whom; entries of hand-ins not graded now are kept."""
    path = folder.root / "summary.json"
    entries = {(entry["student"], entry["lesson"]): entry for entry in load_summary(folder)["hand_ins"]}
    entries |= {(one.student, one.lesson): _entry(one) for one in grades}
    listed = [entries[name] for name in sorted(entries)]
    problems = [entry for entry in listed if entry["status"] in TROUBLE]
    summary = {"hand_ins": listed, "problems": len(problems)}
    answerfile.write(path, json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    return summary


def _keep_times(folder: ClassFolder, grades: list[LessonGrade]) -> None:
    """Write ``times.json``: the seconds of each exercise, which are the only thing that two gradings differ in."""
    times = load_times(folder)
    for one in grades:
        times.setdefault(one.student, {})[one.lesson] = {name: round(took, 4) for name, took in one.times.items()}
    answerfile.write(folder.root / "times.json", json.dumps(times, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def load_times(folder: ClassFolder) -> dict[str, dict[str, dict[str, float]]]:
    """Return the seconds that each exercise of each hand-in ran in the last grading, by student and lesson."""
    try:
        return json.loads((folder.root / "times.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def load_summary(folder: ClassFolder) -> dict:
    """Return the summary of the last grading; an empty one when there is none."""
    try:
        return json.loads((folder.root / "summary.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"hand_ins": [], "problems": 0}


def statuses(summary: dict) -> dict[tuple[str, str], str]:
    """Return the status of each (student, lesson)."""
    return {(entry["student"], entry["lesson"]): entry["status"] for entry in summary["hand_ins"]}


def _entry(one: LessonGrade) -> dict:
    return {
        "student": one.student,
        "lesson": one.lesson,
        "status": one.status,
        "sentence": one.sentence,
        "score": one.score,
        "max_score": one.max_score,
        "notes": one.notes,
        "exercises": {
            each.exercise.id: {
                "points": each.points,
                "max_points": each.exercise.points,
                "status": each.shown.status if one.status != REJECTED else REJECTED,
                "misconceptions": list(each.shown.misconceptions),
                "hidden": None if each.hidden is None else each.hidden.passed,
            }
            for each in one.exercises
        },
    }
