"""Givens: the numbers and functions an exercise starts from.

A notebook prints them in one line. A second run of the same notebook may replace them: the
environment variable ``DOWNHILL_GIVENS`` then holds, as JSON, ``{exercise: {name: value}}``.
"""

import json
import os

VARIABLE = "DOWNHILL_GIVENS"


def replaced(exercise: str) -> dict:
    """Return the values that replace the printed givens of `exercise`; empty in an ordinary run."""
    return json.loads(os.environ.get(VARIABLE, "{}")).get(exercise, {})


def choose(exercise: str, printed: dict, namespace: dict) -> list:
    """Return the givens of `exercise` in the order of `printed`.

    A replaced value takes the type of the printed one; where a function is printed, its replacement
    is the name of another function in `namespace`.
    """
    other = replaced(exercise)
    return [like(value, other[name], namespace) if name in other else value for name, value in printed.items()]


def like(printed: object, value: object, namespace: dict) -> object:
    """Return `value` as the same kind of thing as `printed`: tuple for tuple, function for function."""
    if callable(printed):
        return namespace[value]
    if isinstance(printed, (list, tuple)):
        inner = printed[0] if printed else None
        return type(printed)(like(inner, item, namespace) for item in value)
    if isinstance(printed, float) and isinstance(value, int):
        return float(value)
    return value
