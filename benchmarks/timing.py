"""How a time is taken."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable, repeats: int) -> float:
    """Return the median time of `work`, after one run that does not count."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
