"""Landscapes: what a path moves over, how it is drawn, and what is said of a place on it.

dimensions: how many numbers a place of a path has, before it is lifted.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from _live_plot import heights, look
from _live_plot.values import grid, shown


class Landscape:
    """What the landscapes share: a function over some grids, and its heights, which are asked for once.

    size: inches. made_of: the names of what a landscape is made of beside the function.
    """

    size = (6.4, 0.0)
    dimensions = 0
    projection: str | None = None
    made_of: tuple[str, ...] = ()
    heights: np.ndarray | None = None

    def parts(self) -> dict:
        """Return what the landscape is drawn from, without its function."""
        return {name: getattr(self, name) for name in self.made_of} | {"heights": self.heights}

    @classmethod
    def of(cls, heights: np.ndarray | None, **made_of) -> "Landscape":
        """Return a landscape from its parts; it can be drawn, and knows no function."""
        land = cls(None, **made_of) if cls.made_of else cls()
        land.heights = heights
        return land

    def lift(self, path: np.ndarray) -> np.ndarray:
        """Return the path as it is."""
        return path

    def strokes(self, path: np.ndarray) -> list[np.ndarray] | None:
        """Return nothing to draw with a step."""
        return None


class Nowhere(Landscape):
    """No landscape: only what is drawn below."""

    words_for_alt = "Numbers against the step"

    def draw(self, figure, axes) -> None:
        """Draw nothing."""

    def lift(self, path: np.ndarray) -> np.ndarray:
        """Return no place for each step."""
        return np.full((len(path), 2), np.nan)

    def words(self, path: np.ndarray) -> list[str]:
        """Return what is said of each step."""
        return [""] * len(path)


class Curve(Landscape):
    """The curve of a function of one number over a grid of shape (n,)."""

    size = (6.4, 4.0)
    dimensions = 1
    made_of = ("xs",)

    def __init__(self, func: Callable | None, xs: np.ndarray):
        self.func, self.xs = func, xs
        self.words_for_alt = f"The curve of f from {xs[0]:g} to {xs[-1]:g}"

    @property
    def ranges(self) -> list[tuple[float, float]]:
        """The two ends of the axis."""
        return [(float(self.xs[0]), float(self.xs[-1]))]

    @cached_property
    def heights(self) -> np.ndarray:
        """The values of the function on the grid."""
        where = f"from {self.xs[0]:g} to {self.xs[-1]:g}"
        return _finite_somewhere(heights.curve(self.func, self.xs), where)

    def draw(self, figure, axes) -> None:
        """Draw the curve."""
        finite = np.isfinite(self.heights) & (np.abs(self.heights) < 1e150)
        axes.plot(self.xs, np.where(finite, self.heights, np.nan), color="#444444", linewidth=1.5)
        look.name_axes(axes, "x", "f(x)")
        axes.set_xlim(self.xs[0], self.xs[-1])

    def lift(self, path: np.ndarray) -> np.ndarray:
        """Return a path of shape (n, 1) with its heights, shape (n, 2); pairs (x, f) stay as they are."""
        return path if path.shape[1] == 2 else np.column_stack([path, heights.along(self.func, path)])

    def words(self, path: np.ndarray) -> list[str]:
        """Return what is said of each point of a lifted path."""
        return [f"x = {x:.6g}, f = {f:.6g}" for x, f in path]

    def strokes(self, path: np.ndarray) -> list[np.ndarray]:
        """Return the two ends of a tangent at each point of a lifted path, each of shape (n, 2)."""
        x, y = path[:, :1], path[:, 1:]
        step, reach = 1e-4 * (self.xs[-1] - self.xs[0]), 0.08 * (self.xs[-1] - self.xs[0])
        ahead, behind = (np.clip(x + side, self.xs[0], self.xs[-1]) for side in (step, -step))
        with np.errstate(all="ignore"):  # outside of the picture there is no tangent
            rise = heights.along(self.func, ahead) - heights.along(self.func, behind)
            slope = rise.reshape(-1, 1) / (ahead - behind)
            return [np.column_stack([x + side, y + side * slope]) for side in (-reach, reach)]


class Contours(Landscape):
    """The contours of a function of two numbers over grids of shape (n,) and (m,)."""

    size = (6.4, 5.2)
    dimensions = 2
    made_of = ("xs", "ys")

    def __init__(self, func: Callable | None, xs: np.ndarray, ys: np.ndarray):
        self.func, self.xs, self.ys = func, xs, ys
        self.words_for_alt = (
            f"Contours of f, x1 from {xs[0]:g} to {xs[-1]:g}, x2 from {ys[0]:g} to {ys[-1]:g}"
        )  # fmt: skip

    @property
    def ranges(self) -> list[tuple[float, float]]:
        """The two ends of each axis."""
        return [(float(axis[0]), float(axis[-1])) for axis in (self.xs, self.ys)]

    @cached_property
    def heights(self) -> np.ndarray:
        """The values of the function on the grid, shape (m, n)."""
        return _finite_somewhere(heights.surface(self.func, self.xs, self.ys), "on the grid")

    def draw(self, figure, axes, levels: int = 20, filled: bool = True, log: bool | str = "auto") -> None:
        """Draw contours whose levels leave out single spikes, with a bar that says how high they are.

        log: logarithmic levels, where needed above the lowest height; "auto" takes them over three decades.
        """
        lowest, edges = _levels(self.heights[np.isfinite(self.heights)], levels, log)
        contours = axes.contourf if filled else axes.contour
        shown_heights = np.ma.masked_invalid(self.heights) - lowest
        drawn = contours(self.xs, self.ys, shown_heights, levels=edges, cmap="cividis", extend="both")
        look.name_axes(axes, "x₁", "x₂")
        axes.set_aspect(_aspect(self.xs, self.ys))
        bar = figure.colorbar(drawn, cax=_beside(axes), format="%.3g", ticks=edges[:: max(1, len(edges) // 5)])
        bar.set_label("f − min f" if lowest else "f", style="italic")

    def words(self, path: np.ndarray) -> list[str]:
        """Return what is said of each point of a path."""
        values = heights.along(self.func, path)
        return [f"({x:.5g}, {y:.5g}), f = {f:.6g}" for (x, y), f in zip(path, values, strict=True)]


class Surface(Landscape):
    """The surface of a function of two numbers, seen from an elevation and an azimuth in degrees."""

    size = (6.4, 4.8)
    dimensions = 3
    projection = "3d"
    made_of = ("xs", "ys", "elev", "azim")
    words_for_alt = "A surface seen from above"

    def __init__(self, func: Callable | None, xs: np.ndarray, ys: np.ndarray, elev: float, azim: float):
        self.func, self.xs, self.ys, self.elev, self.azim = func, xs, ys, elev, azim

    @cached_property
    def heights(self) -> np.ndarray:
        """The values of the function on the grid, shape (m, n)."""
        return _finite_somewhere(heights.surface(self.func, self.xs, self.ys), "on the grid")

    def draw(self, figure, axes) -> None:
        """Draw the surface, and fix where it is seen from."""
        axes.view_init(elev=self.elev, azim=self.azim)
        grid, Z = np.meshgrid(self.xs, self.ys), np.ma.masked_invalid(self.heights)
        axes.plot_surface(*grid, Z, cmap="cividis", alpha=0.85, linewidth=0, antialiased=False)
        look.name_axes(axes, "x", "y")
        axes.set_zlabel("f", style="italic")

    def words(self, path: np.ndarray) -> list[str]:
        """Return what is said of each point."""
        return [f"x = {x:.6g}, y = {y:.6g}, f = {f:.6g}" for x, y, f in path]


def landscape(func: Callable, x_range, y_range=None) -> Curve | Contours:
    """Return the landscape of func over a range, or over two.

    Raises:
        ValueError: for ranges that are none, or one range for a function of two numbers.

    """
    if not callable(func):
        raise ValueError(f"func: expected a function, got {shown(func)}")
    if y_range is not None:
        return Contours(func, grid(x_range, "x_range", 100), grid(y_range, "y_range", 100))
    if heights.parameters(func) == 2:
        raise ValueError("func takes two numbers: give a y_range, too")
    return Curve(func, grid(x_range, "x_range"))


def _levels(finite: np.ndarray, levels: int, log: bool | str) -> tuple[float, np.ndarray]:
    """Return what is taken from every height, and the levels of what is left."""
    low, high = np.percentile(finite, [2, 98])
    if log == "auto":
        log = high > low and finite.min() > 0 and high / max(low, 1e-300) > 1e3
    if not log:
        low, high = (low, high) if high > low else (low - 1, low + 1)
        return 0.0, np.linspace(low, high, levels)
    lowest = min(0.0, float(finite.min()))
    above = finite[finite > lowest] - lowest
    bottom = (above.min(initial=high) if lowest == 0 else (high - lowest) * 1e-6) or 1e-12
    bottom = max(bottom, 1e-12)
    return lowest, np.geomspace(bottom, max(high - lowest, 2 * bottom), levels)


def _finite_somewhere(found: np.ndarray, where: str) -> np.ndarray:
    """Return heights.

    Raises:
        ValueError: when none of them is finite.

    """
    if not np.isfinite(found).any():
        raise ValueError(f"func returned no finite value {where}; first values: {shown(found.ravel()[:3].tolist())}")
    return found


def _aspect(xs: np.ndarray, ys: np.ndarray) -> str:
    """Return "equal", so that right angles look right, unless the picture would become a strip."""
    ratio = (xs[-1] - xs[0]) / (ys[-1] - ys[0])
    return "equal" if 1 / 3 <= ratio <= 3 else "auto"


def _beside(axes):
    """Return axes for a bar, to the right of a landscape and as high, and as wide beside a narrow one as elsewhere."""
    width = 1.0 if axes.get_aspect() == "auto" else min(1.0, 1 / axes.get_data_ratio())
    return axes.inset_axes((1 + 0.03 / width, 0.0, 0.05 / width, 1.0))
