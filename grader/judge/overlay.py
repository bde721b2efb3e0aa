"""The small picture of a check: your path and the expected one, up to where they part."""

import base64
from typing import Protocol

import numpy as np

from grader.judge import figures
from grader.judge.compare import Unusable, align, usable
from grader.judge.model import Answer, Exercise, Givens, Result

FEW = 40  # points that are shown, where the paths part early
YOURS, EXPECTED = "#D55E00", "#595959"


class Shelf(Protocol):
    """Where pictures are kept by what they show, as texts."""

    def get(self, source: str) -> str | None:
        """Return what was kept for `source`."""

    def keep(self, source: str, made: str) -> None:
        """Keep what was made from `source`."""


def overlay(
    exercise: Exercise, values: Answer, givens: Givens, result: Result, shelf: Shelf | None = None
) -> tuple[bytes, str] | None:
    """Return a PNG and its alt text for a path that differs; None where there is nothing to draw.

    shelf: where many who make the same mistake share its picture.
    """
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
    paths = [path.astype(float) for path in (got[: max(FEW, 2 * n + 2)], expected[: n + 1])]
    words = f"{key.label}, yours against the expected: the first {n} points agree."
    return (_kept(shelf, paths, key.label) if shelf else drawn(*paths, key.label)), words


def _kept(shelf: Shelf, paths: list[np.ndarray], label: str) -> bytes:
    source = "\n".join(["overlay", label, *(f"{path.shape} {path.tobytes().hex()}" for path in paths)])
    made = shelf.get(source)
    if made is None:
        made = base64.b64encode(drawn(*paths, label)).decode()
        shelf.keep(source, made)
    return base64.b64decode(made)


def drawn(got: np.ndarray, expected: np.ndarray, label: str) -> bytes:
    """Return the picture of two paths as PNG."""
    figure = figures.blank(3.6, 2.4)
    axes = figure.add_axes((0.2, 0.19, 0.77, 0.74))  # a layout engine would draw everything twice
    axes.ticklabel_format(scilimits=(-3, 4))
    axes.locator_params(nbins=4)
    draw = _draw_plane if got.ndim == 2 and got.shape[1] == 2 else _draw_steps
    draw(axes, got, expected, label)
    axes.xaxis.set_label_coords(0.58, 0.085, figure.transFigure)  # at the edge: beside the ticks it would measure them
    axes.yaxis.set_label_coords(0.05, 0.57, figure.transFigure)
    axes.legend(fontsize=8, frameon=False)
    axes.tick_params(labelsize=8)
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_offset_text().set_fontsize(8)  # such as 1e6
    return figures.png(figure)


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
