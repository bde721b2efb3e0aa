"""The class report: points and the misconceptions seen, as one picture and a page around it."""

import base64
import io
from collections import Counter
from html import escape
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from grader.instructor.autograde import load_summary
from grader.instructor.paths import ClassFolder
from grader.judge.exercises import LESSONS

LOOKS = (
    ("passed", "#009E73", ""),
    ("in part", "#E69F00", "//"),
    ("not yet", "#D55E00", "xx"),
    ("stopped by an error", "#CC79A7", ".."),
    ("not attempted", "#BBBBBB", ""),
)
STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
    "td,th{padding:2px 12px 2px 0;text-align:left}"
)


def write(folder: ClassFolder, say=print) -> Path:
    """Write ``report.html`` and ``report.png`` of a class and return the page's path."""
    hand_ins = load_summary(folder)["hand_ins"]
    picture = draw(hand_ins)
    (folder.root / "report.png").write_bytes(picture)
    page = folder.root / "report.html"
    page.write_text(_page(hand_ins, picture), encoding="utf-8")
    say(f"class report in {page}")
    return page


def outcomes(hand_ins: list[dict]) -> dict[str, Counter]:
    """Return how many hand-ins passed, passed in part, did not, or were not tried, by exercise."""
    found: dict[str, Counter] = {}
    for lesson, exercises in LESSONS.items():
        for one in exercises:
            if one.points:
                own = [entry["exercises"] for entry in hand_ins if entry["lesson"] == lesson]
                entries = [exercises[one.id] for exercises in own if one.id in exercises]
                found[one.id] = Counter(_outcome(entry) for entry in entries)
    return {name: counts for name, counts in found.items() if counts}


def _outcome(entry: dict) -> str:
    if 0 < entry["points"] < entry["max_points"]:
        return "in part"
    named = {"error": "stopped by an error", "rejected": "not attempted"}
    return named.get(entry["status"], entry["status"])


def misconceptions(hand_ins: list[dict]) -> Counter:
    """Return how often each misconception was seen, by (exercise, name)."""
    return Counter(
        (name, entry["misconceptions"][0])
        for hand_in in hand_ins
        for name, entry in hand_in["exercises"].items()
        if entry["misconceptions"] and entry["max_points"]
    )


def draw(hand_ins: list[dict]) -> bytes:
    """Return a PNG: points of each hand-in, outcomes of each exercise, misconceptions seen."""
    counted, seen = outcomes(hand_ins), misconceptions(hand_ins).most_common(20)
    height = 2.2 + 0.26 * max(len(counted), len(seen), 6)
    figure = Figure(figsize=(14, height), dpi=100, layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1.3, 1.3))
    _draw_points(left, hand_ins)
    _draw_outcomes(middle, counted)
    _draw_misconceptions(right, seen)
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


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
    axes.set(xlabel="hand-ins", title="exercises")
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, frameon=False)


def _draw_misconceptions(axes, seen: list) -> None:
    labels = [f"{name}\n({exercise})" for (exercise, name), _ in seen]
    axes.barh(range(len(seen)), [count for _, count in seen], color="#0072B2")
    axes.set_yticks(range(len(seen)), labels, fontsize=7)
    axes.invert_yaxis()
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set(xlabel="hand-ins", title="misconceptions seen")


def _page(hand_ins: list[dict], picture: bytes) -> str:
    source = base64.b64encode(picture).decode()
    seen = misconceptions(hand_ins).most_common()
    rows = "".join(
        f"<tr><td>{escape(exercise)}</td><td>{escape(name)}</td><td>{count}</td></tr>"
        for (exercise, name), count in seen
    )
    trouble = "".join(
        f"<tr><td>{escape(e['student'])}</td><td>{escape(e['lesson'])}</td><td>{escape(e['status'])}</td>"
        f"<td>{escape(e['sentence'])}</td></tr>"
        for e in hand_ins
        if e["status"] != "graded"
    )
    alt = f"Points, outcomes and misconceptions of {len(hand_ins)} hand-ins; the numbers are in the tables below."
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Class report</title>'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        f"style-src 'unsafe-inline'\"><style>{STYLE}</style><h1>Class report</h1>"
        f'<img alt="{alt}" style="max-width:100%" src="data:image/png;base64,{source}">'
        f"<h2>Misconceptions</h2><table><tr><th>exercise</th><th>misconception</th><th>hand-ins</th></tr>{rows}</table>"
        "<h2>Not graded in full</h2>"
        f"<table><tr><th>student</th><th>lesson</th><th>status</th><th>why</th></tr>{trouble}</table>"
        "</html>"
    )
