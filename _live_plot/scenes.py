"""The calls of the founding notebooks, and `animate`, which the lessons use beside them."""

from collections.abc import Callable, Sequence

import numpy as np

from _live_plot import look
from _live_plot.landscapes import Surface, landscape
from _live_plot.player import Animation, film
from _live_plot.strips import strips_of
from _live_plot.trajectory import Trajectory, strips_of_walks
from _live_plot.values import grid, one_number, pairs, path, range_of

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
    walks = [one for one in paths if isinstance(one, Trajectory)]
    arrays = [path(one.points if isinstance(one, Trajectory) else one) for one in paths] or [np.zeros((0, 1))]
    if labels is None and walks and len(walks) == len(paths):
        labels = [walk.label for walk in walks]
    labels = look.labels(labels, len(arrays), "path")
    if len({array.shape[1] for array in arrays if len(array)}) > 1:
        raise ValueError("the paths have points of different dimensions; draw them apart")
    width = max((array.shape[1] for array in arrays if len(array)), default=1 if y_range is None else 2)
    arrays = [array if len(array) else np.zeros((0, width)) for array in arrays]
    every = np.concatenate(arrays)
    x_range = range_of(every[:, 0]) if x_range is None else x_range
    if width == 2 and y_range is None:
        y_range = range_of(every[:, 1])
    land = landscape(func, x_range, y_range if width == 2 else None)
    recorded = strips is None and walks and len(walks) == len(paths)
    below = strips_of_walks(walks) if recorded else strips_of(strips, len(arrays))
    return film(land, arrays, labels, below, delta, title)
