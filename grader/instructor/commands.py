"""The commands of ``python -m grader``."""

import argparse
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grader.core import answerfile, files
from grader.instructor import (
    archive,
    autograde,
    cluster,
    feedback,
    gradebook,
    hidden,
    regrade,
    report,
    settings,
    summary,
    tables,
    work,
)
from grader.instructor.grading import LessonGrade, grade_answers, unknown_keys
from grader.instructor.paths import BrokenFile, ClassFolder, lessons
from grader.instructor.runner import Unprotected
from grader.instructor.submissions import find, parts
from grader.judge.card import Card
from grader.judge.exercises import LESSONS
from grader.judge.model import NOT_ATTEMPTED

MOST_JOBS = 256
REFUSED = (  # what a command ends with in one sentence, and no traceback
    files.CannotWrite, cluster.NoCluster, autograde.Busy, gradebook.NoGradebook, hidden.NoSecret, archive.ArchiveError,
    BrokenFile, Unprotected, tables.NoTable,
)  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m grader", description="Grade a class of Downhill.")
    commands = top.add_subparsers(dest="command", required=True)
    auto = commands.add_parser("autograde", help="run and judge the hand-ins of a class, in parallel")
    auto.add_argument("lesson", nargs="*", help="lessons to grade; all when none is named")
    auto.add_argument("--student", default="", help="grade one student only")
    auto.add_argument("--jobs", type=int, default=0, help="worker processes; all cores when 0")
    auto.add_argument("--scheduler", default="", help="address of a Dask scheduler whose workers do the work")
    auto.add_argument("--unprotected", action="store_true", help="go on where nothing confines student code")
    auto.add_argument("--share", type=_share, help="share of points for the printed givens alone; the class keeps it")
    again = commands.add_parser("regrade", help="judge stored answers again, and show which grades change")
    again.add_argument("lesson", nargs="*", help="lessons to judge; all when none is named")
    again.add_argument("--student", default="", help="one student only")
    again.add_argument("--share", type=_share, help="as for autograde; kept with --write")
    again.add_argument("--write", action="store_true", help="write the new grades after showing what changes")
    answers = commands.add_parser("answers", help="judge answer files alone, without running anything")
    answers.add_argument("file", nargs="+", type=Path)
    pages = commands.add_parser("feedback", help="write the pages for students")
    pages.add_argument("lesson", nargs="*")
    pages.add_argument("--student", default="")
    commands.add_parser("report", help="write the report on the class")
    table = commands.add_parser("export", help="write grades.csv from the gradebook")
    table.add_argument("--to", type=Path, default=None, help="where to; class/grades.csv when not given")
    table.add_argument(
        "--for", dest="kind", choices=["csv", archive.CANVAS, archive.MOODLE], default="csv", help="who reads it"
    )
    table.add_argument("--lesson", dest="assignment", default="", help="the assignment, for Moodle")
    taken = commands.add_parser("collect", help="take hand-ins out of an archive of Moodle's or Canvas's")
    taken.add_argument("archive", type=Path)
    taken.add_argument("lesson", nargs=1)
    for one in (auto, again, taken, pages, commands.choices["report"], table):
        one.add_argument("--class", dest="folder", type=Path, default=None, help="the class folder")
    return top


def _share(text: str) -> float:
    """Return a part between 0 and 1."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"expected a part between 0 and 1, got {text}")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 when all went well, 1 when some hand-in had a problem, 2 for a wrong call."""
    given = parser().parse_args(arguments)
    unknown = [name for name in getattr(given, "lesson", []) if name not in LESSONS]
    if unknown:
        print(f"There is no lesson {unknown[0]}: choose from {', '.join(LESSONS)}.", file=sys.stderr)
        return 2
    folder = ClassFolder(given.folder.resolve()) if getattr(given, "folder", None) else ClassFolder.default()
    signal.signal(signal.SIGINT, _stop)
    try:
        if given.command in ("regrade", "feedback", "report", "export") and not gradebook.is_there(folder):
            print(f"There is no gradebook in {folder.root}: run python -m grader autograde first.", file=sys.stderr)
            return 2
        return globals()[f"run_{given.command}"](given, folder)
    except REFUSED as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # whoever read this has heard enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(f"{error.filename or folder.root}: {error.strerror or error}: look at what is there.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. What is graded is kept: the same command goes on from there.", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work.stop.clear()
    return 2


def _stop(*_) -> None:
    """Stop, even where Python ignores the exception, as in the callback of a weak reference."""
    work.stop.set()
    raise KeyboardInterrupt


def run_autograde(given, folder: ClassFolder) -> int:
    """Grade the class and say what went wrong with whom."""
    if not 0 <= given.jobs <= MOST_JOBS:
        print(f"--jobs is a number of processes, at most {MOST_JOBS}, got {given.jobs}.", file=sys.stderr)
        return 2
    if not find(folder, given.lesson or lessons(), given.student):
        print(f"There is no hand-in in {folder.submitted}/<student>/<lesson>/.", file=sys.stderr)
        return 2
    if given.scheduler:
        with cluster.connected(given.scheduler) as (executor, workers):
            written = _autograde(given, folder, jobs=workers, executor=executor)
    else:
        written = _autograde(given, folder, jobs=given.jobs)
    now = [e for e in written["hand_ins"] if e["lesson"] in (given.lesson or lessons())]
    now = [e for e in now if given.student in ("", e["student"])]
    trouble = [e for e in now if e["status"] in summary.TROUBLE]
    for entry in trouble:
        print(f"{entry['student']}, {entry['lesson']}: {entry['status']}. {entry['sentence']}")
    print(f"{len(now)} hand-ins, {len(trouble)} with problems; see {folder.root / 'summary.json'}")
    return 1 if trouble else 0


def run_regrade(given, folder: ClassFolder) -> int:
    """Show how grades change when stored answers are judged again, and write them when asked to."""
    judged: Counter = Counter()

    def again() -> Iterator[LessonGrade]:
        judged.clear()
        for one in regrade.judged_again(folder, given.lesson, student=given.student, share=given.share):
            judged[one is not None] += 1
            if one is not None:
                yield one

    changed: Counter = Counter()
    for change in regrade.changes(folder, again()):
        print(change)
        changed[change.student, change.lesson] += 1
    print(f"{judged[True]} hand-ins judged again; {changed.total()} grades of {len(changed)} hand-ins change")
    if judged[False]:
        print(f"{judged[False]} hand-ins have no stored run: python -m grader autograde runs them")
    if given.write:
        settings.share(folder, given.share)
        autograde.record(folder, again(), given.lesson or lessons(), judged[True])
        print(f"written to {folder.root}")
    elif changed:
        print("nothing is written yet; --write does it")
    return 0


def _autograde(given, folder: ClassFolder, **how) -> dict:
    named = {"student": given.student, "share": given.share, "unprotected": given.unprotected}
    return autograde.autograde(folder, given.lesson, **named, **how)


def run_answers(given, folder: ClassFolder) -> int:
    """Judge each answer file and print what its exercises are worth."""
    worst = 0
    for path in given.file:
        print(f"{path}:")
        try:
            values = answerfile.read(path)
        except answerfile.AnswerFileError as error:
            print(f"  {error}")
            worst = 1
            continue
        print_answers(values, lessons_of(path, values))
    return worst


def lessons_of(path: Path, values: dict) -> list[str]:
    """Return the lesson a file is named after, else every lesson that records one of its keys."""
    named, _ = parts(path.name)
    if named in LESSONS:
        return [named]
    return [
        lesson
        for lesson, exercises in LESSONS.items()
        if any(key.name in values for one in exercises for key in one.keys)
    ]


def print_answers(values: dict, found: list[str]) -> None:
    """Print the result of every exercise that the file tries, and what its other keys are."""
    known = {key.name for lesson in found for one in LESSONS[lesson] for key in one.keys}
    for lesson in found:
        one = grade_answers(values, lesson, with_notebook=False)
        for each in one.exercises:
            if each.printed.status != NOT_ATTEMPTED:
                print("  " + Card(each.exercise, each.printed).text().replace("\n", "\n  "))
    for sentence in unknown_keys({k: v for k, v in values.items() if k not in known}, *(found[:1] or lessons()[:1])):
        print(f"  - {sentence}")
    if not found:
        print("  no exercise of the course records any of these keys")


def run_feedback(given, folder: ClassFolder) -> int:
    """Write the feedback pages."""
    feedback.write_all(folder, given.lesson or lessons(), given.student)
    return 0


def run_report(given, folder: ClassFolder) -> int:
    """Write the class report."""
    report.write(folder)
    return 0


def run_collect(given, folder: ClassFolder) -> int:
    """Take hand-ins out of an archive, and say what became of each member."""
    found = archive.read(given.archive, given.lesson[0])
    for student, what in archive.collect(folder, found):
        print(f"{student:30} {what}")
    for note in found.notes:
        print(f"left out: {note}")
    print(f"{len(found.files)} hand-ins of {given.lesson[0]} from {found.kind} in {folder.submitted}")
    return 1 if found.notes else 0


def run_export(given, folder: ClassFolder) -> int:
    """Write the table of grades."""
    if given.kind != "csv":
        target = given.to or folder.root / f"{given.kind}.csv"
        rows = tables.write_table(folder, given.kind, target, given.assignment)
        print(f"{rows} rows for {given.kind} in {target}")
        return 0
    target = given.to or folder.root / "grades.csv"
    tables.write_csv(folder, target, summary.statuses(summary.load(folder)))
    print(f"grades in {target}")
    return 0
