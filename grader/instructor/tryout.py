"""Try the whole bank through the real loop: hand-ins made of its answers, rebuilt, run twice and judged.

``make bank`` prints what became of every answer, and fails when a figure is lower than the one kept
in ``solutions/bank.txt``; ``--keep`` writes that file.
"""

import argparse
import re
import sys
from collections import Counter
from concurrent.futures import as_completed

from tqdm import tqdm

from grader.instructor import bank, build, paths, runner, sample
from grader.instructor.bank import Entry
from grader.instructor.grading import ExerciseGrade, grade
from grader.instructor.work import Pool

KEPT = paths.SOLUTIONS / "bank.txt"
COLUMNS = {"wrong": 7, "rejected": 10, "named": 7, "honest": 8, "accepted": 10}


def count(lesson: str) -> int:
    """Return how many hand-ins hold every answer of a lesson's bank: one answer an exercise in each."""
    return max(Counter(entry.exercise for entry in bank.entries(lesson)).values())


def hand_in(lesson: str, number: int) -> dict[str, Entry]:
    """Return the answers of one hand-in by exercise; exercises with fewer answers have the model's."""
    found: dict[str, list[Entry]] = {}
    for entry in bank.entries(lesson):
        found.setdefault(entry.exercise, []).append(entry)
    return {exercise: answers[number] for exercise, answers in found.items() if number < len(answers)}


def attempt(lesson: str, number: int) -> list[tuple[Entry, Counter, str]]:
    """Grade one hand-in; return what became of each of its answers, and what was said about it.

    A model answer that does not pass is reported too, as an honest answer that was not accepted.
    """
    chosen = hand_in(lesson, number)
    notebook = sample.fill(
        lesson, lambda _, name: chosen[name].source if name in chosen else sample.model(lesson, name)
    )
    graded = grade(build.text(notebook).encode(), lesson, run=_without_pictures)
    return [row for one in graded.exercises for row in _told(one, chosen.get(one.exercise.id), lesson)]


def _told(one: ExerciseGrade, entry: Entry | None, lesson: str) -> list[tuple[Entry, Counter, str]]:
    passed, said = one.shown.passed, f"{one.shown.seen} {', '.join(one.shown.misconceptions)}"
    if entry is None and passed:
        return []
    entry = entry or Entry(lesson, one.exercise.id, True, "model", "")
    if entry.honest:
        return [(entry, Counter(honest=1, accepted=passed), said)]
    return [(entry, Counter(wrong=1, rejected=not passed, named=bank.named(entry, one.shown)), said)]


def _without_pictures(lesson: str, cells: list[tuple[str, str]], givens: dict | None) -> runner.Run:
    return runner.run(lesson, [cell for cell in cells if not cell[0].startswith("picture_")], givens)


def attempt_all(lessons: list[str]) -> dict[str, Counter]:
    """Grade every hand-in on all processors; return the figures of each exercise, and say what went wrong."""
    figures: dict[str, Counter] = {}
    work = [(lesson, number) for lesson in lessons for number in range(count(lesson))]
    with Pool() as workers:
        running = [workers.submit(attempt, *one) for one in work]
        for done in tqdm(as_completed(running), total=len(work), unit="hand-in", mininterval=5):
            for entry, found, seen in done.result():
                figures.setdefault(f"{entry.lesson}/{entry.exercise}", Counter()).update(found)
                if not (found["named"] or found["accepted"]):
                    tqdm.write(f"{entry}: {seen}")
    return figures


def table(figures: dict[str, Counter]) -> list[str]:
    """Return a line for each exercise, in the order of the course."""
    lines = [f"{'exercise':34}" + "".join(f"{name:>{width}}" for name, width in COLUMNS.items())]
    for name in sorted(figures, key=lambda name: name.split("/")[0]):
        lines.append(f"{name:34}" + "".join(f"{figures[name][one]:>{width}}" for one, width in COLUMNS.items()))
    return lines


def total(figures: dict[str, Counter]) -> str:
    """Return the last line: all answers, and what became of them."""
    found = sum(figures.values(), Counter())
    return (
        f"bank: wrong {found['wrong']} rejected {found['rejected']} named {found['named']}; "
        f"honest {found['honest']} accepted {found['accepted']}"
    )


def worse(line: str, kept: str) -> list[str]:
    """Return what is worse than it should be: a wrong answer passed, few named, or a figure below the kept one."""
    found, before = ({name: int(n) for name, n in re.findall(r"(\w+) (\d+)", text)} for text in (line, kept))
    faults = [f"{name} fell from {n} to {found[name]}" for name, n in before.items() if found[name] < n]
    if found["rejected"] < found["wrong"]:
        faults.append(f"{found['wrong'] - found['rejected']} wrong answers passed")
    if found["accepted"] < found["honest"]:
        faults.append(f"{found['honest'] - found['accepted']} honest answers did not pass")
    if found["named"] < 0.95 * found["wrong"]:
        faults.append("fewer than 95 of 100 wrong answers are named")
    return faults


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 0 when no figure is worse than it should be."""
    parser = argparse.ArgumentParser(description="Try every answer of the bank through the real loop.")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="only these lessons")
    parser.add_argument("--keep", action="store_true", help="keep the figures for later runs")
    given = parser.parse_args(arguments)
    figures = attempt_all(given.lessons or paths.lessons())
    line = total(figures)
    kept = KEPT.read_text(encoding="utf-8") if KEPT.exists() and not given.lessons else ""
    faults = worse(line, kept)
    if given.keep and not given.lessons:
        KEPT.write_text(line + "\n", encoding="utf-8")
    print("\n".join([*table(figures), *faults, line]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
