"""How a time is taken."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable, repeats: int) -> float:
    """Return the median time of `work`, after one run that does not count."""
    return in_turns(repeats, work)[0]


def in_turns(repeats: int, *works: Callable) -> list[float]:
    """Return the median time of each of `works`, after one run that does not count; they take turns.

    A machine that slows down for a minute slows down both sides of a ratio then.
    """
    times = [[_once(work) for work in works] for _ in range(repeats + 1)][1:]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def _once(work: Callable) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
