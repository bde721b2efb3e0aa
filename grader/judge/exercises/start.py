"""Exercises of 00_start: how a check speaks, without points."""

from grader.judge import catalogue as known
from grader.judge.model import Exercise, Key, Mistake

EXERCISES = (
    Exercise(
        id="first_answer",
        title="Your first answer",
        points=0,
        keys=(Key("first_answer", "the walk", kind="path"),),
        reference=lambda givens: {"first_answer": [4.0, 2.0, 1.0, 0.5]},
        mistakes=(
            Mistake(known.STARTS_WITH_START, lambda givens: {"first_answer": [4.0, 4.0, 2.0, 1.0]}),
            Mistake(known.START_MISSING, lambda givens: {"first_answer": [2.0, 1.0, 0.5]}),
            Mistake(known.TAKEN_OFF, lambda givens: {"first_answer": [4.0, 3.0, 2.0, 1.0]}),
            Mistake(known.TAKEN_OFF, lambda givens: {"first_answer": [4.0, 2.0, 0.0, -2.0]}),
            Mistake(known.DOUBLED, lambda givens: {"first_answer": [4.0, 8.0, 16.0, 32.0]}),
        ),
        hints=(
            "Which entry does not follow the rule that each one is half of the one before?",
            "Count from the left: the start is entry number zero.",
            "The third and fourth entries are the half and the quarter of two.",
        ),
    ),
)
