"""One page for each student and lesson: points, cards, the student's code and what it printed and drew.

Everything that came from a student is escaped by the template; the page runs no script and loads
nothing.
"""

from itertools import accumulate
from pathlib import Path

import nbformat
from markupsafe import Markup

from grader.core import files
from grader.instructor import gradebook, pages, summary
from grader.instructor.paths import ClassFolder
from grader.instructor.rebuild import is_extra
from grader.judge.exercises import LESSONS


def write_all(folder: ClassFolder, wanted: list[str], student: str = "", say=print) -> list[Path]:
    """Write the pages of a class and return where they are."""
    written = []
    for entry in summary.load(folder)["hand_ins"]:
        if entry["lesson"] in wanted and student in ("", entry["student"]):
            written.append(write(folder, entry))
    say(f"{len(written)} feedback pages in {folder.feedback}")
    return written


def write(folder: ClassFolder, entry: dict) -> Path:
    """Write the page of one hand-in from its autograded notebook and the gradebook."""
    target = folder.feedback / entry["student"] / entry["lesson"] / f"{entry['lesson']}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target, page(folder, entry))
    return target


def page(folder: ClassFolder, entry: dict) -> str:
    """Return the page of one hand-in."""
    lesson, student = entry["lesson"], entry["student"]
    remarks = gradebook.remarks(folder, lesson, student)
    cells = _cells(folder, lesson, student)
    exercises = [_exercise(one, entry, remarks.get(one.id, {}), cells) for one in LESSONS[lesson]]
    exercises = [one for one in exercises if one["max_score"] or one["card"]]
    score = sum(one["score"] for one in exercises)
    total = sum(one["max_score"] for one in exercises)
    return pages.render(
        "feedback.html",
        lesson=lesson,
        student=student,
        sentence=entry["sentence"],
        notes=entry["notes"],
        score=score,
        max_score=total,
        percent=100 * score / total if total else 0,
        exercises=exercises,
    )


def _cells(folder: ClassFolder, lesson: str, student: str) -> list:
    path = folder.autograded / student / lesson / f"{lesson}.ipynb"
    return nbformat.read(path, as_version=4).cells if path.exists() else []


def _exercise(one, entry: dict, remark: dict, cells: list) -> dict:
    """Return what the template shows of one exercise."""
    names = (one.id, f"record_{one.id}", f"picture_{one.id}")
    own = [
        _cell(cell, written=cell.id == one.id or is_extra(cell))
        for cell, belongs in zip(cells, _belongings(cells), strict=True)
        if belongs in names
    ]
    card = next((_card(cell) for cell in cells if cell.id == f"check_{one.id}"), "")
    return {
        "id": one.id,
        "title": one.title,
        "status": entry["exercises"].get(one.id, {}).get("status", "not graded"),
        "score": remark.get("score", entry["exercises"].get(one.id, {}).get("points", 0)),
        "max_score": one.points,
        "remark": remark.get("comment", ""),
        "card": Markup(card),  # made by the judge, with the student's text escaped
        "cells": own,
    }


def _belongings(cells: list) -> list[str]:
    """Return the instructor's cell that each cell is, or that stands before it where a student added it."""
    return list(accumulate(cells, lambda before, cell: before if is_extra(cell) else cell.id, initial=""))[1:]


def _card(cell) -> str:
    return next((output["data"].get("text/html", "") for output in cell.outputs if "data" in output), "")


def _cell(cell, written: bool) -> dict:
    """Return what is shown of a cell: its text if the student wrote it, and its outputs."""
    shown = [] if cell.cell_type != "code" else [_output(output) for output in cell.outputs]
    return {"source": cell.source if written else "", "outputs": [output for output in shown if output]}


def _output(output: dict) -> dict | None:
    if output["output_type"] == "stream":
        return {"kind": output["name"], "data": output["text"]}
    if output["output_type"] == "error":
        return {"kind": "error", "data": f"{output['ename']}: {output['evalue']}"}
    if "image/png" in output["data"]:
        return {"kind": "picture", "data": output["data"]["image/png"]}
    return {"kind": "value", "data": output["data"]["text/plain"]} if "text/plain" in output["data"] else None
