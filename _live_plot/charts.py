"""Pictures that do not move: contours for pyplot, losses, rates, places."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from _live_plot import look
from _live_plot.backend import backend
from _live_plot.chart import Chart, form
from _live_plot.landscapes import Contours, Landscape, landscape
from _live_plot.values import grid, numbers, one_number, pairs, path, shown, whole
from _live_plot.words import describe

FEW = 60  # points that a curve shows one by one


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

    x_ticks, y_ticks = whole(x_ticks, "x_ticks", 2), whole(y_ticks, "y_ticks", 2)
    levels = whole(levels, "levels", 2)
    if log not in (True, False, "auto"):
        raise ValueError(f"log: expected True, False or 'auto', got {shown(log)}")
    axes_of = [_limits(x_lims, "x_lims", x_ticks), _limits(y_lims, "y_lims", y_ticks)]
    land = Contours(objective, *axes_of)
    if backend() == "none":
        return plt.subplots(figsize=(7, 7))[1]
    _ = land.heights  # before there is a figure that an error would leave behind
    figure, axes = plt.subplots(figsize=(7, 7))
    land.draw(figure, axes, levels, filled, log)
    return axes


def _limits(lims, name: str, ticks: int) -> np.ndarray:
    """Return a grid between two limits, the lower one first.

    Raises:
        ValueError: for anything else.

    """
    ends = numbers(lims, name)
    if ends.shape != (2,) or not ends[0] < ends[1] or not np.isfinite(ends).all():
        raise ValueError(f"{name}: expected two limits, the lower one first, got {shown(lims)}")
    return np.linspace(*ends, ticks)


def show_loss(*histories, labels: Sequence[str] | None = None) -> Chart:
    """Return a chart of one or more loss histories against the step: linear on the left, log on the right."""
    arrays = [numbers(history, "loss").reshape(-1) for history in histories]
    labels = look.labels(labels, len(arrays), "curve")
    alt = describe("Loss against step, linear and logarithmic", [array[:, None] for array in arrays], labels)
    return Chart("loss", alt, (8, 3), arrays=arrays, labels=labels)


@form
def _loss(figure: Figure, arrays: list[np.ndarray], labels: list[str]) -> None:
    for side, (axes, name) in enumerate(zip(figure.subplots(1, 2), ("linear", "logarithmic"), strict=True)):
        _lines(axes, arrays, labels)
        positive = any((array[np.isfinite(array)] > 0).any() for array in arrays)
        axes.set(xlabel="step", title=name, yscale="log" if side and positive else "linear")
        axes.set_ylabel("f", style="italic")


def show_rates(*series, labels: Sequence[str] | None = None, marks=(), name: str = "learning rate") -> Chart:
    """Return a chart of numbers that hold for one step each, such as learning rates, as staircases.

    series: each of shape (n,); None is empty. marks: steps at which a dotted line stands, such as the
    ends of epochs.
    """
    labels = look.labels(labels, len(series), "curve")
    return _chart(labels, series, None, marks, "", name, "step", stairs=True)


def show_curves(
    curves: Mapping[str, Sequence],
    at=None,
    *,
    marks: Mapping[str, float] | Sequence[float] = (),
    dots: Mapping[str, Sequence] | None = None,
    log: str = "",
    name: str = "",
    against: str = "step",
    limits: Sequence[float] | None = None,
) -> Chart:
    """Return a chart of some curves by name.

    curves: each of shape (n,); None is empty. at: where the numbers belong, of shape (n,); 0, 1, ... without
    it. marks: where dotted lines stand; by name they take the look of the curve of that name. dots: places in
    the look of the curve of their name, each of shape (n, 2). log: which axes are logarithmic: "x", "y" or
    "xy". limits: the ends of the upright axis.

    Raises:
        ValueError: for curves that are no numbers, or that are not as long as `at`.

    """
    if not isinstance(curves, Mapping):
        raise ValueError(f"curves: expected names with numbers, such as {{'loss': losses}}, got {shown(curves)}")
    if not isinstance(log, str) or set(log) - set("xy"):
        raise ValueError(f"log: expected 'x', 'y' or 'xy', got {shown(log)}")
    ends = None if limits is None else grid(limits, "limits")[[0, -1]].tolist()
    if not isinstance(dots, Mapping | None):
        raise ValueError(f"dots: expected names with places, such as {{'start': [(0, 1)]}}, got {shown(dots)}")
    places = [(str(label), pairs(found, 2, "(x, y)")) for label, found in (dots or {}).items()]
    return _chart(list(curves), list(curves.values()), at, marks, log, name, against, limits=ends, dots=places)


def show_places(
    func: Callable,
    places: Mapping[str, Sequence],
    x_range,
    y_range=None,
    *,
    arrows: Mapping[str, Sequence] | None = None,
    title: str = "",
) -> Chart:
    """Return a landscape with groups of places, such as starts and where they lead, and of arrows.

    places: by name, each of shape (n,) on a curve and (n, 2) on contours; None is empty. arrows: by name,
    each of shape (n, 4): where an arrow begins, and how far it reaches.

    Raises:
        ValueError: for ranges that are none, or places of another dimension.

    """
    land = landscape(func, x_range, y_range)
    groups = {label: _group(given, land.dimensions, label) for label, given in places.items()}
    lifted = {str(label): land.lift(found) for label, found in groups.items()}
    counts = [f"{label}: {len(found)} place{'s' * (len(found) != 1)}" for label, found in lifted.items()]
    alt = ". ".join([land.words_for_alt, *counts]) + "."
    reach = {str(label): pairs(found, 4, "(x, y, dx, dy)") for label, found in (arrows or {}).items()}
    if backend() != "none":
        _ = land.heights  # before the figure is asked for: what is wrong with the function is said here
    return Chart(
        "places", alt, land.size, landscape=land, places=list(lifted.items()), arrows=list(reach.items()), title=title
    )


@form
def _places(figure: Figure, landscape: Landscape, places: list[tuple], arrows: list[tuple], title: str) -> None:
    axes = figure.add_subplot()
    landscape.draw(figure, axes)
    axes.set_title(look.plain(title))
    for i, (label, found) in enumerate(arrows):
        _arrows(axes, found, i, label)
    for i, (label, found) in enumerate(places):
        style = {"color": look.colour(i), "marker": look.marker(i), "markeredgecolor": "white", "markersize": 7}
        axes.plot(*found.T, linestyle="", label=look.plain(label), scalex=False, scaley=False, **style)
    if places or arrows:
        axes.legend(fontsize=8)


def _group(places, width: int, label: str) -> np.ndarray:
    """Return places of shape (n, width); a flat pair of numbers is one place on contours."""
    found = path(places)
    if width == 2 and found.shape == (2, 1):
        found = found.T
    if len(found) and found.shape[1] != width:
        raise ValueError(f"places: {label!r} has {found.shape[1]} numbers for each place, and the landscape {width}")
    return found if len(found) else np.zeros((0, width))


def _arrows(axes, arrows: np.ndarray, style: int, label: str) -> None:
    """Draw arrows from (x, y) by (dx, dy), told apart by colour and width."""
    form = {"color": look.colour(style), "width": 0.006 + 0.002 * style, "label": look.plain(label)}
    axes.quiver(*arrows.T, angles="xy", scale_units="xy", scale=1, edgecolor="white", linewidth=0.3, zorder=3, **form)


def _chart(
    labels: list, curves: Sequence, at, marks, log: str, name: str, against: str, limits=None, dots=(), stairs=False
) -> Chart:
    """Return a chart of curves; its arguments are those of `show_curves`, and whether the numbers are staircases."""
    arrays = [numbers(one, name or "curve").reshape(-1) for one in curves]
    where = None if at is None else numbers(at, "at").reshape(-1)
    if where is not None and any(len(one) not in (0, len(where)) for one in arrays):
        raise ValueError(f"curves: expected {len(where)} numbers in each, as in `at`; got {[len(a) for a in arrays]}")
    labels = [str(label) for label in labels]
    marks = marks if isinstance(marks, Mapping) else dict(enumerate(numbers(marks, "marks").reshape(-1)))
    marks = [(str(label), one_number(mark, "marks")) for label, mark in marks.items()]
    alt = describe(f"{name or 'Numbers'} against {against}", [one[:, None] for one in arrays], labels)
    beside = {"marks": marks, "dots": list(dots), "stairs": stairs}
    sides = {"log": log, "name": str(name), "against": str(against), "limits": limits}
    return Chart("curves", alt, (8, 2.8), arrays=arrays, labels=labels, at=where, **beside, **sides)


@form
def _curves(
    figure: Figure, arrays: list, labels: list[str], at, marks: list, dots: list, stairs: bool, **sides
) -> None:
    axes = figure.subplots()
    few = max((len(one) for one in arrays), default=0) <= FEW
    _lines(axes, arrays, labels, at, marker="." if few else "", drawstyle="steps-post" if stairs else "default")
    colours = {label: look.colour(i) for i, label in enumerate(labels)}
    for label, mark in marks:
        if np.isfinite(mark):
            axes.axvline(mark, linestyle=":", linewidth=1.2, color=colours.get(label, "#999999"))
    for label, places in dots:
        marker = look.marker(labels.index(label)) if label in labels else "o"
        axes.plot(*look.near(places).T, linestyle="", marker=marker, color=colours.get(label, "#999999"))
    _name_sides(axes, [at] if at is not None else arrays, arrays, **sides)


def _name_sides(axes, across: list, upright: list, log: str, name: str, against: str, limits) -> None:
    """Give axes their names, scales and limits; across and upright: the numbers on either."""
    axes.set(xlabel=look.plain(against), ylabel=look.plain(name))
    for side in log:
        if any((one > 0).any() for one in (across if side == "x" else upright)):  # an axis needs one such place
            axes.set(**{f"{side}scale": "log"})
    if limits is not None:
        axes.set_ylim(limits)


def _lines(axes, arrays: list[np.ndarray], labels: Sequence[str], at=None, **form) -> None:
    """Draw numbers against the step, told apart by colour and dash; say so where there are none."""
    for i, (array, label) in enumerate(zip(arrays, labels, strict=True)):
        steps = np.arange(len(array)) if at is None else at[: len(array)]
        axes.plot(steps, look.near(array), label=look.plain(label), **look.line(i), **form)
    if not any(array.size for array in arrays):
        look.nothing_yet(axes)
    if len(arrays) > 1:
        axes.legend(fontsize=8)
