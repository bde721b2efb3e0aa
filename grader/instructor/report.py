"""The class report: points, outcomes, time, misconceptions with a picture of each, and pairs that are too alike."""

import base64
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader.core import files
from grader.instructor import pages, pairs, summary
from grader.instructor.paths import ClassFolder
from grader.judge import catalogue, figures
from grader.judge.diagnosis import judge
from grader.judge.exercises import LESSONS
from grader.judge.model import Evidence, Exercise, Misconception
from grader.judge.overlay import overlay

MOST_PAIRS = 50
LOOKS = (
    ("passed", "#009E73", ""),
    ("in part", "#E69F00", "//"),
    ("not yet", "#D55E00", "xx"),
    ("stopped by an error", "#CC79A7", ".."),
    ("not attempted", "#BBBBBB", ""),
)


@dataclass(frozen=True)
class Seen:
    """A misconception in one exercise: who has it, and a PNG of what it does to the path, in base64."""

    name: str
    cause: str
    students: list[str]
    picture: str


@dataclass(frozen=True)
class Row:
    """What a class did in one exercise; seconds: how long it ran, for each hand-in, in order."""

    id: str
    title: str
    points: float
    most: int
    counts: Counter
    seconds: list[float]
    seen: list[Seen]

    @property
    def number(self) -> int:
        """How many hand-ins there are."""
        return self.counts.total()

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)

    @property
    def alt(self) -> str:
        """The outcomes in words."""
        return ", ".join(f"{count} {look}" for look, count in self.counts.items())


def write(folder: ClassFolder, say=print) -> Path:
    """Write ``report.html`` and ``report.png`` of a class and return the page's path."""
    hand_ins = summary.load(folder)["hand_ins"]
    lessons = rows(hand_ins, summary.load_times(folder))
    picture = draw(hand_ins, [row for own in lessons.values() for row in own])
    files.write(folder.root / "report.png", picture)
    page = folder.root / "report.html"
    text = pages.render(
        "report.html",
        hand_ins=hand_ins,
        students=len({entry["student"] for entry in hand_ins}),
        picture=base64.b64encode(picture).decode(),
        lessons=lessons,
        looks=[(look, colour) for look, colour, _ in LOOKS],
        pairs=pairs.suspicious(folder, hand_ins)[:MOST_PAIRS],
        trouble=[entry for entry in hand_ins if entry["status"] != "graded"],
    )
    files.write(page, text)
    say(f"class report in {page}")
    return page


def rows(hand_ins: list[dict], times: dict) -> dict[str, list[Row]]:
    """Return a row for each exercise with points, by lesson, of those that somebody handed in."""
    found = {}
    for lesson in LESSONS:
        own = [entry for entry in hand_ins if entry["lesson"] == lesson]
        if own:
            found[lesson] = [_row(one, own, times) for one in LESSONS[lesson] if one.points]
    return {lesson: own for lesson, own in found.items() if own}


def _row(exercise: Exercise, hand_ins: list[dict], times: dict) -> Row:
    entries = {entry["student"]: entry["exercises"].get(exercise.id) for entry in hand_ins}
    entries = {student: entry for student, entry in entries.items() if entry}
    took = [times.get(entry["student"], {}).get(entry["lesson"], {}).get(exercise.id) for entry in hand_ins]
    points = [entry["points"] for entry in entries.values()]
    return Row(
        exercise.id,
        exercise.title,
        statistics.fmean(points) if points else 0.0,
        exercise.points,
        Counter(_outcome(entry) for entry in entries.values()),
        sorted(one for one in took if one is not None),
        _seen(exercise, entries),
    )


def _seen(exercise: Exercise, entries: dict[str, dict]) -> list[Seen]:
    """Return the misconceptions of an exercise, the most frequent first."""
    students = defaultdict(list)
    for student, entry in entries.items():
        for name in entry["misconceptions"][:1]:
            students[name].append(student)
    return [
        Seen(name, _cause(exercise, name), found, picture_of(exercise, name))
        for name, found in sorted(students.items(), key=lambda item: -len(item[1]))
    ]


def _cause(exercise: Exercise, name: str) -> str:
    """Return the sentence of a misconception: of this exercise, or of the catalogue."""
    own = [one.misconception for one in (*exercise.mistakes, *exercise.crashes)]
    known = [one for one in vars(catalogue).values() if isinstance(one, Misconception)]
    return next((one.cause for one in own + known if one.name == name), "")


def _outcome(entry: dict) -> str:
    if 0 < entry["points"] < entry["max_points"]:
        return "in part"
    named = {"error": "stopped by an error", "rejected": "not attempted"}
    return named.get(entry["status"], entry["status"])


def picture_of(exercise: Exercise, name: str) -> str:
    """Return what a known mistake does to the printed path, as a PNG in base64; nothing where it has no path.

    The mistake draws itself: no student's numbers are in it.
    """
    for mistake in exercise.mistakes:
        if mistake.misconception.name == name:
            values = {**exercise.reference(exercise.givens), **mistake.makes(exercise.givens)}
            drawn = overlay(exercise, values, exercise.givens, judge(exercise, Evidence(values), exercise.givens))
            return base64.b64encode(drawn[0]).decode() if drawn else ""
    return ""


# --------------------------------------------------------------------------- the picture at the top


def draw(hand_ins: list[dict], found: list[Row]) -> bytes:
    """Return a PNG: points of each hand-in, outcomes of each exercise, misconceptions seen."""
    counted = {row.id: row.counts for row in found}
    seen = Counter({(row.id, one.name): len(one.students) for row in found for one in row.seen}).most_common(20)
    height = 2.2 + 0.26 * max(len(counted), len(seen), 6)
    figure = figures.blank(14, height, layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1.3, 1.3))
    _draw_points(left, hand_ins)
    _draw_outcomes(middle, counted)
    _draw_misconceptions(right, seen)
    return figures.png(figure)


def _draw_points(axes, hand_ins: list[dict]) -> None:
    for at, lesson in enumerate(LESSONS):
        shares = [100 * e["score"] / e["max_score"] for e in hand_ins if e["lesson"] == lesson and e["max_score"]]
        spread = np.linspace(-0.25, 0.25, len(shares)) if len(shares) > 1 else np.zeros(len(shares))
        axes.plot(at + spread, sorted(shares), "o", color="#0072B2", markersize=5)
    axes.set_xticks(range(len(LESSONS)), list(LESSONS), rotation=30, ha="right")
    axes.set(ylabel="percent of the points", ylim=(-5, 105), title="points, one dot a hand-in")


def _draw_outcomes(axes, counted: dict[str, Counter]) -> None:
    names, ends = list(counted), np.zeros(len(counted))
    for look, colour, hatch in LOOKS:
        widths = np.array([counted[name][look] for name in names], dtype=float)
        axes.barh(names, widths, left=ends, color=colour, hatch=hatch, edgecolor="white", label=look)
        ends += widths
    axes.invert_yaxis()
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="hand-ins", title="exercises")
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, frameon=False)


def _draw_misconceptions(axes, seen: list) -> None:
    labels = [f"{name}\n({exercise})" for (exercise, name), _ in seen]
    axes.barh(range(len(seen)), [count for _, count in seen], color="#0072B2")
    axes.set_yticks(range(len(seen)), labels, fontsize=7)
    axes.invert_yaxis()
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="hand-ins", title="misconceptions seen")
