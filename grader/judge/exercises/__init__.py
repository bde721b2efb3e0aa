"""The exercises of the course, one module for each lesson or part of one, found by id."""

from dataclasses import replace

from grader.judge.draws import distinct
from grader.judge.exercises import (
    classes,
    clipping,
    descent,
    epochs,
    landscapes,
    momentum,
    nets,
    optim,
    plane,
    schedule,
    slopes,
    start,
)
from grader.judge.model import Exercise
from grader.judge.trails import remembering

_PARTS: dict[str, tuple[Exercise, ...]] = {
    "00_start": start.EXERCISES,
    "01_slopes": slopes.EXERCISES,
    "02_descent": descent.EXERCISES,
    "04_optim": optim.EXERCISES,
    "05_inside": momentum.EXERCISES + classes.EXERCISES + clipping.EXERCISES,
    "06_landscapes": landscapes.EXERCISES,
    "07_schedules": schedule.EXERCISES + epochs.EXERCISES,
    "08_model": plane.EXERCISES + nets.EXERCISES,
}


def _ready(one: Exercise) -> Exercise:
    """Return an exercise whose draws differ from what is printed, and which remembers its answers."""
    return remembering(replace(one, draw=one.draw and distinct(one.draw, one.givens)))


LESSONS = {lesson: tuple(map(_ready, exercises)) for lesson, exercises in _PARTS.items()}


def find(lesson: str, exercise: str) -> Exercise:
    """Return the exercise of a lesson with this id.

    Raises:
        LookupError: when there is no such lesson or exercise; the message lists what there is.

    """
    if lesson not in LESSONS:
        raise LookupError(f"There is no lesson {lesson!r}: choose one of {', '.join(LESSONS)}.")
    for one in LESSONS[lesson]:
        if one.id == exercise:
            return one
    ids = ", ".join(one.id for one in LESSONS[lesson])
    raise LookupError(f"Lesson {lesson} has no exercise {exercise!r}: choose one of {ids}.")
