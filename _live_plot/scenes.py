"""The calls of the founding notebooks, and `animate`, which the lessons use beside them."""

from collections.abc import Callable, Sequence

import numpy as np

from _live_plot.heights import parameters
from _live_plot.landscapes import Contours, Curve, Landscape, Surface
from _live_plot.player import Animation, film
from _live_plot.strips import strips_of
from _live_plot.values import grid, one_number, pairs, path, range_of, shown

SURFACE_TICKS = 60


def anim_2d(x_range, func: Callable, points, delta: float = 500, *, label: str = "path", title: str = "") -> Animation:
    """Move a ball along the curve of func.

    x_range: a grid of x, or a pair. points: n pairs (x, f), the last one included. delta:
    milliseconds per step.

    Raises:
        ValueError: for points that are no pairs, an x_range that is no range, or a func that
            returns no finite value.

    """
    lifted = pairs(points, 2, "(x, f(x))")
    return film(landscape(func, x_range), [lifted], [label], (), delta, title)


def anim_3d(
    x_range,
    y_range,
    elev: float,
    azim: float,
    func: Callable,
    data,
    delta: float = 500,
    *,
    label: str = "path",
    title: str = "",
) -> Animation:
    """Move a ball over the surface of func(X, Y), seen from elevation and azimuth in degrees.

    data: n triples (x, y, f), the last one included.

    Raises:
        ValueError: as for `anim_2d`.

    """
    points = pairs(data, 3, "(x, y, f(x, y))")
    xs, ys = (grid(given, name, SURFACE_TICKS) for given, name in ((x_range, "x_range"), (y_range, "y_range")))
    xs, ys = (axis[:: max(1, len(axis) // SURFACE_TICKS)] for axis in (xs, ys))
    view = (one_number(elev, "elev"), one_number(azim, "azim"))
    return film(Surface(func, xs, ys, *view), [points], [label], (), delta, title)


def animate(
    func: Callable,
    *paths,
    x_range=None,
    y_range=None,
    delta: float = 60,
    labels: Sequence[str] | None = None,
    title: str = "",
    strips: dict | None = None,
) -> Animation:
    """Move one or more paths over the landscape of func: a curve for numbers, contours for points.

    paths: each of shape (n,) or (n, 2), the start first, or a `Trajectory`, which brings its label and
    its series along. labels: one for each path. strips: what is drawn below on the same slider, such as
    {"learning rate": rates}: a series of shape (n,) or (n, c), a mapping from names to series, or,
    where there are several paths, one series for each.

    Raises:
        ValueError: for paths or strips of a shape that cannot be drawn together.

    """
    named = [getattr(one, "label", None) for one in paths]
    strips = _series(paths) if strips is None else strips
    arrays = [path(getattr(one, "points", one)) for one in paths] or [np.zeros((0, 1))]
    labels = [labels] if isinstance(labels, str) else labels
    labels = [str(label) for label in labels] if labels is not None else _labels(named, len(arrays))
    if len(labels) != len(arrays):
        raise ValueError(f"labels: expected one for each path, {len(arrays)} in all; got {len(labels)}")
    if len({array.shape[1] for array in arrays if len(array)}) > 1:
        raise ValueError("the paths have points of different dimensions; draw them apart")
    width = max((array.shape[1] for array in arrays if len(array)), default=1 if y_range is None else 2)
    arrays = [array if len(array) else np.zeros((0, width)) for array in arrays]
    every = np.concatenate(arrays)
    x_range = range_of(every[:, 0]) if x_range is None else x_range
    if width == 2 and y_range is None:
        y_range = range_of(every[:, 1])
    land = landscape(func, x_range, y_range if width == 2 else None)
    return film(land, arrays, labels, strips_of(strips, len(arrays)), delta, title)


def landscape(func: Callable, x_range, y_range=None) -> Landscape:
    """Return the landscape of func over a range, or over two.

    Raises:
        ValueError: for ranges that are none, or one range for a function of two numbers.

    """
    if not callable(func):
        raise ValueError(f"func: expected a function, got {shown(func)}")
    if y_range is not None:
        return Contours(func, grid(x_range, "x_range", 100), grid(y_range, "y_range", 100))
    if parameters(func) == 2:
        raise ValueError("func takes two numbers: give a y_range, too")
    return Curve(func, grid(x_range, "x_range"))


def _labels(named: list, count: int) -> list[str]:
    plain = [f"path {i + 1}" for i in range(count)] if count > 1 else ["path"]
    return [str(label or other) for label, other in zip(named or [None], plain, strict=True)]


def _series(paths: Sequence) -> dict:
    """Return the series that recorded walks bring along, for those names that all walks have."""
    series = [getattr(one, "series", {}) for one in paths]
    names = [name for name in (series[0] if series else ()) if all(name in one for one in series)]
    return {name: paths[0].told(name) if len(paths) == 1 else [one.told(name) for one in paths] for name in names}
