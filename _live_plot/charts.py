"""Pictures that do not move: contours for pyplot, losses, rates, places."""

import base64
import io
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from _live_plot import look
from _live_plot.backend import backend
from _live_plot.landscapes import Contours
from _live_plot.player import describe
from _live_plot.values import numbers, shown


class Chart(Figure):
    """A figure that shows itself in a notebook, whether or not pyplot is there."""

    alt = "a chart"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        if backend() == "none":
            return {"text/plain": self.alt}
        buffer = io.BytesIO()
        FigureCanvasAgg(self).print_png(buffer)
        return {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": self.alt}


def show_contours(
    objective: Callable,
    x_lims: Sequence[float] = (-10.0, 10.0),
    y_lims: Sequence[float] = (-10.0, 10.0),
    x_ticks: int = 100,
    y_ticks: int = 100,
    *,
    levels: int = 20,
    filled: bool = True,
    log: bool | str = "auto",
):
    """Draw the contours of `objective` on new pyplot axes, leave them current and return them.

    objective takes a point of shape (2,), two numbers, or a NumPy column of shape (2, 1).

    Raises:
        ValueError: for limits or ticks that make no grid, or an objective without finite values.

    """
    import matplotlib.pyplot as plt

    for name, ticks in (("x_ticks", x_ticks), ("y_ticks", y_ticks)):
        if int(ticks) < 2:
            raise ValueError(f"{name}: expected at least 2, got {ticks}")
    for name, lims in (("x_lims", x_lims), ("y_lims", y_lims)):
        if len(lims) != 2 or not lims[0] < lims[1] or not np.isfinite(numbers(lims, name)).all():
            raise ValueError(f"{name}: expected two limits, the lower one first, got {shown(lims)}")
    land = Contours(
        objective, *(np.linspace(*map(float, lims), int(n)) for lims, n in ((x_lims, x_ticks), (y_lims, y_ticks)))
    )
    figure, axes = plt.subplots(figsize=(7, 7))
    if backend() != "none":
        land.draw(figure, axes, levels, filled, log)
    return axes


def show_loss(*histories, labels: Sequence[str] | None = None) -> Chart:
    """Return a figure of one or more loss histories against the step: linear on the left, log on the right."""
    arrays = [numbers([] if history is None else history, "loss").reshape(-1) for history in histories]
    labels = labels or [f"path {i + 1}" for i in range(len(arrays))]
    figure = Chart(figsize=(8, 3), dpi=100, layout="constrained")
    figure.alt = describe("Loss against step, linear and logarithmic", [array[:, None] for array in arrays], labels)
    for side, (axes, name) in enumerate(zip(figure.subplots(1, 2), ("linear", "logarithmic"), strict=True)):
        _curves(axes, arrays, labels)
        positive = any((array > 0).any() for array in arrays)
        axes.set(xlabel="step", ylabel="$f$", title=name, yscale="log" if side and positive else "linear")
    return figure


def show_rates(*series, labels: Sequence[str] | None = None, marks=(), name: str = "learning rate") -> Chart:
    """Return a figure of numbers that hold for one step each, such as learning rates, as staircases.

    series: each of shape (n,); None is empty. marks: steps at which a dotted line stands, such as the
    ends of epochs.
    """
    arrays = [numbers([] if one is None else one, name).reshape(-1) for one in series]
    labels = labels or [f"curve {i + 1}" for i in range(len(arrays))]
    figure = Chart(figsize=(8, 2.6), dpi=100, layout="constrained")
    figure.alt = describe(f"{name} against step", [array[:, None] for array in arrays], labels)
    axes = figure.subplots()
    _curves(axes, arrays, labels, drawstyle="steps-post", marker=".")
    for mark in marks:
        axes.axvline(mark, color="#999999", linestyle=":", linewidth=1)
    axes.set(xlabel="step", ylabel=name)
    return figure


def _curves(axes, arrays: list[np.ndarray], labels: Sequence[str], **form) -> None:
    """Draw numbers against the step, told apart by colour and dash; say so where there are none."""
    for i, (array, label) in enumerate(zip(arrays, labels, strict=True)):
        axes.plot(array, label=label, **look.line(i), **form)
    if not any(array.size for array in arrays):
        axes.text(0.5, 0.5, "nothing recorded yet", ha="center", transform=axes.transAxes)
    if len(arrays) > 1:
        axes.legend(fontsize=8)
