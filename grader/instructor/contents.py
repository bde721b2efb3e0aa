"""The table of contents: what each lesson says about itself in its first cell, and the course's landing page."""

import re
from dataclasses import dataclass

import jupytext

from grader.instructor import paths

PAGE = """\
# The course

{lessons} lessons, {points} points, about {hours} hours.
Each is a notebook: read, predict, fill in the cells that say `your code here`, run the check, look at the picture.
The check says whether an answer is right, and if not, which mistake it is; you may try as often as you like.

On your own machine `make lab` opens the lessons as your own copies in `work/`.
In Colab use the badge of a lesson, and save a copy in your Drive first (*File*, *Save a copy in Drive*).
Start with lesson 0 when you have never seen a check, and go on in order: each lesson says at its top what it needs.

| lesson | time | points | |
|---|---|---|---|
{rows}

## What you will be able to do

{goals}
## Handing in

Save the notebook and hand it in; its last cell says where your answers are, and in Colab it downloads them.
Grading runs your notebook once as it is and once with other numbers: what works in general earns all points.
"""


@dataclass(frozen=True)
class Entry:
    """One lesson: its name, the title without its number, minutes, points and goals."""

    lesson: str
    number: int
    title: str
    minutes: int
    points: int
    goals: tuple[str, ...]


def entry(lesson: str) -> Entry:
    """Read what a lesson says about itself.

    Raises:
        ValueError: when its first cell has no title, time or goals.

    """
    text = jupytext.read(paths.script(lesson), fmt="py:percent").cells[0].source
    title = re.match(r"# (\d+) · (.+)", text)
    minutes = re.search(r"(?m)^(\d+) minutes, (\d+|no) points", text)
    goals = re.findall(r"(?m)^- (.+)$", text)
    if not (title and minutes and goals):
        raise ValueError(
            f"{paths.script(lesson)}: the first cell needs '# N · Title', 'M minutes, P points' and goals."
        )
    points = 0 if minutes[2] == "no" else int(minutes[2])
    return Entry(lesson, int(title[1]), title[2], int(minutes[1]), points, tuple(goal.rstrip(";.") for goal in goals))


def landing(badge: str) -> str:
    """Return the text of course/README.md; `badge` is a pattern with {lesson} in it."""
    entries = [entry(lesson) for lesson in paths.lessons()]
    rows = [
        f"| [{one.number} · {one.title}]({one.lesson}/{one.lesson}.ipynb) | {one.minutes} min "
        f"| {one.points or '–'} | {badge.format(lesson=one.lesson)} |"
        for one in entries
    ]
    goals = [
        f"**{one.number} · {one.title.split(':')[0]}**\n\n" + "".join(f"- {goal}\n" for goal in one.goals)
        for one in entries
    ]
    return PAGE.format(
        lessons=len(entries),
        points=sum(one.points for one in entries),
        hours=round(sum(one.minutes for one in entries) / 60),
        rows="\n".join(rows),
        goals="\n".join(goals),
    )
