"""The benchmarks run: each of the shorter ones measures something, once, and what it measures is explained."""

import math
from functools import partial

import pytest

from _live_plot import backend
from benchmarks import __main__ as bench
from benchmarks import grading, nbgrader, plots, timing


def once(repeats, *works):
    """Return the seconds of one run of each."""
    return [timing._once(work) for work in works]


@pytest.mark.parametrize(
    "measure",
    [
        plots.measure_landscape,
        grading.measure_check,
        grading.measure_sandbox,
        grading.measure_answer_files,
        grading.measure_worker,
        partial(nbgrader.measure_growth, (2, 3)),
    ],
)
def test_a_benchmark_measures_what_the_page_explains(measure, monkeypatch):
    monkeypatch.setattr(timing, "in_turns", once)
    monkeypatch.setattr(grading, "in_turns", once)
    monkeypatch.setattr(grading, "FILES", 4)
    monkeypatch.setenv("MPLBACKEND", "agg")  # a benchmark sets both, and they are put back
    monkeypatch.setenv(backend.VARIABLE, "png")

    figures = measure()

    assert figures
    assert figures.keys() <= bench.WHAT.keys()
    assert all(math.isfinite(figure) for figure in figures.values())
    assert all(bench._row(name, figure) for name, figure in figures.items())
