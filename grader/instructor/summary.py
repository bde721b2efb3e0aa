"""What happened to whom, in ``summary.json``, and how long it took, in ``times.json``."""

import json

from grader.core import files
from grader.instructor.grading import PARTIAL, REJECTED, LessonGrade
from grader.instructor.paths import ClassFolder

TROUBLE = (PARTIAL, REJECTED)
AGAIN = "run autograde again; nothing is run twice"


def write(folder: ClassFolder, grades: list[LessonGrade]) -> dict:
    """Write ``summary.json``: what happened to whom; entries of hand-ins not graded now are kept."""
    path = folder.root / "summary.json"
    entries = {(entry["student"], entry["lesson"]): entry for entry in load(folder)["hand_ins"]}
    entries |= {(one.student, one.lesson): _entry(one) for one in grades}
    listed = [entries[name] for name in sorted(entries)]
    problems = [entry for entry in listed if entry["status"] in TROUBLE]
    summary = {"hand_ins": listed, "problems": len(problems)}
    files.write(path, json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    return summary


def write_times(folder: ClassFolder, grades: list[LessonGrade]) -> None:
    """Write ``times.json``: the seconds of each exercise, which are the only thing that two gradings differ in."""
    times = load_times(folder)
    for one in grades:
        times.setdefault(one.student, {})[one.lesson] = {name: round(took, 4) for name, took in one.times.items()}
    files.write(folder.root / "times.json", json.dumps(times, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def load_times(folder: ClassFolder) -> dict[str, dict[str, dict[str, float]]]:
    """Return the seconds that each exercise of each hand-in ran in the last grading, by student and lesson."""
    return folder.load("times.json", AGAIN)


def load(folder: ClassFolder) -> dict:
    """Return the summary of the last grading; an empty one when there is none."""
    return {"hand_ins": [], "problems": 0} | folder.load("summary.json", AGAIN)


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
