"""Series over the steps, drawn below a landscape and moved by the same slider."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.lines import Line2D

from _live_plot import look
from _live_plot.values import FAR, numbers, shown

ONE_ONLY = "names its columns, which goes with one path only"


@dataclass(frozen=True)
class Strip:
    """One array of shape (n, c) for each path; columns: the names of the c columns, or nothing."""

    name: str
    series: list[np.ndarray]
    columns: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps the longest series has."""
        return max((len(one) for one in self.series), default=0)

    @property
    def logarithmic(self) -> bool:
        """Whether the numbers are all positive and span more than two decades."""
        finite = self._finite()
        return bool(finite.size and finite.min() > 0 and finite.max() > 100 * finite.min())

    def _finite(self) -> np.ndarray:
        """Return the numbers that the axis shows: finite ones, without those of a walk that has burst."""
        every = np.concatenate([one.ravel() for one in self.series]) if self.series else np.zeros(0)
        first = np.concatenate([np.abs(one[:1]).ravel() for one in self.series]) if self.series else np.zeros(0)
        most = FAR * max([1.0, *first[np.isfinite(first)]])
        return every[np.isfinite(every) & (np.abs(every) <= min(most, 1e100))]

    def limits(self, slack: float = 0.1) -> tuple[float, float]:
        """Return the lower and upper end of the axis; slack: the room beyond the numbers, as a share of them."""
        finite = self._finite()
        if self.logarithmic:
            return float(finite.min() / (1 + 5 * slack)), float(finite.max() * (1 + 5 * slack))
        if not finite.size:
            return 0.0, 1.0
        pad = slack * (finite.max() - finite.min()) or 0.1 * abs(finite.max()) or 1.0
        return float(finite.min() - pad), float(finite.max() + pad)

    def draw(self, axes, steps: int, slack: float = 0.1) -> None:
        """Give axes the ranges and names of the strip, for so many steps."""
        steps = max(steps, 1)
        scale = "log" if self.logarithmic else "linear"
        axes.set(yscale=scale, ylim=self.limits(slack), xlim=(-0.02 * steps, 1.02 * steps))
        axes.set(ylabel=look.plain(self.name), xlabel="step")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if self.columns:
            lines = [Line2D([], [], **look.line(i)) for i in range(len(self.columns))]
            axes.legend(lines, [look.plain(one) for one in self.columns], fontsize=8, loc="upper right")

    def fits(self, axes) -> bool:
        """Say whether axes that were drawn for fewer numbers have room for these."""
        low, high = axes.get_ylim()
        below, above = self.limits(0.0)
        same_scale = (axes.get_yscale() == "log") == self.logarithmic
        return same_scale and self.steps <= axes.get_xlim()[1] and low <= below and above <= high

    def words(self, path: int, step: int) -> str:
        """Return what the status line says of a path at a step."""
        one = self.series[path]
        if step >= len(one):
            return ""
        said = [f"{value:.4g}" for value in one[step]]
        if self.columns:
            said = [f"{column} {value}" for column, value in zip(self.columns, said, strict=True)]
        return f", {self.name} {' '.join(said)}"


def strips_of(strips: dict | None, paths: int) -> list[Strip]:
    """Return the strips of a mapping from a name to what is drawn.

    strips: a series of shape (n,) or (n, c), or with names for its columns: a mapping from names to series
        of shape (n,), or a list of mappings; where there are several paths, one series for each.

    Raises:
        ValueError: when there is another number of series than of paths.

    """
    if not isinstance(strips, Mapping | None):
        raise ValueError(f"strips: expected names with series, such as {{'learning rate': rates}}, got {shown(strips)}")
    return [strip_of(name, _each(name, given, paths)) for name, given in (strips or {}).items()]


def _each(name: str, given, paths: int) -> list:
    """Return what was given for each path; for a single one it stands by itself."""
    if paths == 1:
        return [given]
    if isinstance(given, Mapping):
        raise ValueError(f"strips: {name!r} {ONE_ONLY}; there are {paths}")
    many = list(given) if isinstance(given, Iterable) else []
    if len(many) != paths:
        raise ValueError(f"strips: {name!r} needs one series for each of the {paths} paths, got {len(many)}")
    return many


def strip_of(name: str, many: list) -> Strip:
    """Return the strip of one series for each path, in the forms of `strips_of`.

    Raises:
        ValueError: for what is no number, or columns with names where there are several paths.

    """
    tables = [_by_column(one) for one in many]
    if tables == [None] * len(many):
        return Strip(name, [_columns(one, name) for one in many])
    if len(many) > 1:
        raise ValueError(f"strips: {name!r} {ONE_ONLY}; there are {len(many)}")
    columns = [_columns(one, name)[:, 0] for one in tables[0].values()]
    table = np.full((max((len(one) for one in columns), default=0), len(columns)), np.nan)
    for i, one in enumerate(columns):  # a shorter column ends early
        table[: len(one), i] = one
    return Strip(name, [table], tuple(str(key) for key in tables[0]))


def _by_column(one) -> Mapping | None:
    """Return a mapping from names to series, from one or from a list of mappings; None for plain numbers."""
    if isinstance(one, Mapping):
        return one
    if isinstance(one, list) and one and all(isinstance(step, Mapping) for step in one):
        return {key: [step.get(key, np.nan) for step in one] for key in dict.fromkeys(k for step in one for k in step)}
    return None


def _columns(one: Sequence | None, name: str) -> np.ndarray:
    array = numbers(one, name)
    return array.reshape(len(array), -1) if array.size and array.ndim else np.zeros((0, 1))
