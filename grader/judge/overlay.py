"""The small picture of a check: your path and the expected one, up to where they part."""

import io
from functools import lru_cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from grader.judge.compare import Unusable, align, usable
from grader.judge.model import Answer, Exercise, Givens, Result

FEW = 40  # points that are shown, where the paths part early
YOURS, EXPECTED = "#D55E00", "#595959"


def overlay(exercise: Exercise, values: Answer, givens: Givens, result: Result) -> tuple[bytes, str] | None:
    """Return a PNG and its alt text for a path that differs; None where there is nothing to draw."""
    if result.shown is None:
        return None
    name, n = result.shown
    key = exercise.key(name)
    expected = np.asarray(exercise.reference(givens)[name], dtype=float)
    try:
        got = align(usable(values[name], key), expected, key)
    except Unusable:
        return None
    if got.ndim not in (1, 2) or len(got) == 0 or not np.isfinite(got[: n + 1]).any():
        return None
    paths = [(path.astype(float).tobytes(), path.shape) for path in (got[: max(FEW, 2 * n + 2)], expected[: n + 1])]
    return drawn(*paths, key.label), f"{key.label}, yours against the expected: the first {n} points agree."


@lru_cache(maxsize=200)  # many make the same mistake
def drawn(got: tuple, expected: tuple, label: str) -> bytes:
    """Return the picture of two paths, each as bytes and shape, as PNG."""
    got, expected = (np.frombuffer(data).reshape(shape) for data, shape in (got, expected))
    figure = Figure(figsize=(3.6, 2.4), dpi=100)
    axes = figure.add_axes((0.2, 0.19, 0.77, 0.76))  # a layout engine would draw everything twice
    axes.ticklabel_format(scilimits=(-3, 4))
    axes.locator_params(nbins=4)
    draw = _draw_plane if got.ndim == 2 and got.shape[1] == 2 else _draw_steps
    draw(axes, got, expected, label)
    axes.legend(fontsize=8, frameon=False)
    axes.tick_params(labelsize=8)
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def _clip(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Hide points so far away that the expected path would shrink to a dot."""
    reach = 20 * max(1e-9, float(np.nanmax(np.abs(expected))))
    return np.where(np.abs(got) < reach, got, np.nan)


def _draw_steps(axes, got: np.ndarray, expected: np.ndarray, label: str) -> None:
    got, expected = got.reshape(len(got), -1)[:, 0], expected.reshape(len(expected), -1)[:, 0]
    shown = min(len(got), max(12, 2 * len(expected)))
    axes.plot(expected, "s-", color=EXPECTED, markersize=6, fillstyle="none", label="expected, so far")
    axes.plot(_clip(got[:shown], expected), "o--", color=YOURS, markersize=3, label="yours")
    axes.set_xlabel("step", fontsize=8)
    axes.set_ylabel(label, fontsize=8)


def _draw_plane(axes, got: np.ndarray, expected: np.ndarray, label: str) -> None:
    shown = _clip(got[: max(FEW, 2 * len(expected))], expected)
    axes.plot(expected[:, 0], expected[:, 1], "s-", color=EXPECTED, fillstyle="none", label="expected, so far")
    axes.plot(shown[:, 0], shown[:, 1], "o--", color=YOURS, markersize=3, label="yours")
    axes.set_xlabel(f"{label}, first coordinate", fontsize=8)
    axes.set_ylabel("second", fontsize=8)
