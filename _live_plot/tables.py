"""Charts of a few things: bars, matrices with their numbers in them, and names in a row."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from _live_plot import look
from _live_plot.chart import Chart, form
from _live_plot.values import numbers, shown

WRITTEN = 60  # numbers of a matrix that are written into its fields


def show_bars(
    bars: Mapping[str, Sequence], names: Sequence, *, name: str = "", against: str = "", log: bool = False
) -> Chart:
    """Return a chart of some groups of bars, side by side; they lie where their names are words.

    bars: each of shape (n,); None is empty. names: n numbers or words, one for each bar of a group. name: of
    the lengths, and against: of the names. log: lengths are logarithmic, and linear around nothing where some
    are not positive.

    Raises:
        ValueError: for bars that are no numbers, or not as many as there are names.

    """
    if not isinstance(bars, Mapping):
        raise ValueError(f"bars: expected names with numbers, such as {{'steps': counts}}, got {shown(bars)}")
    words = look.names_of(names, "names")
    lengths = [numbers(one, "bars").reshape(-1) for one in bars.values()]
    if any(len(one) not in (0, len(words)) for one in lengths):
        raise ValueError(f"bars: expected {len(words)} numbers in each, as in `names`; got {list(map(len, lengths))}")
    lie = any(isinstance(one, str) for one in names)
    names, groups = words, [str(one) for one in bars]
    said = [f"{group}: {', '.join(f'{v:.4g}' for v in one)}" for group, one in zip(groups, lengths, strict=True)]
    alt = f"Bars of {name or 'numbers'} for {', '.join(names)}. {'. '.join(said)}."
    size = (7, 0.8 + 0.2 * max(4, len(names) * len(groups))) if lie else (7, 3)
    sides = {"name": str(name), "against": str(against), "log": bool(log), "lie": lie}
    return Chart("bars", alt, size, lengths=lengths, groups=groups, names=names, **sides)


@form
def _bars(
    figure: Figure, lengths: list, groups: list[str], names: list[str], name: str, against: str, log: bool, lie: bool
) -> None:
    axes = figure.subplots()
    draw, side = (axes.barh, "x") if lie else (axes.bar, "y")
    lengths, width = list(map(look.near, lengths)), 0.8 / max(1, len(groups))
    for i, (one, group) in enumerate(zip(lengths, groups, strict=True)):
        places = np.arange(len(one)) + (i - (len(groups) - 1) / 2) * width
        draw(places, one, width, color=look.colour(i + 1), hatch=look.hatch(i), label=look.plain(group))
    if not any(one.size for one in lengths):
        look.nothing_yet(axes)
    across, along = (axes.yaxis, axes.xaxis) if lie else (axes.xaxis, axes.yaxis)
    across.set_ticks(range(len(names)), [look.plain(one) for one in names])
    across.set_label_text(look.plain(against))
    along.set_label_text(look.plain(name))
    if lie:
        axes.invert_yaxis()  # the first one on top
    finite = np.concatenate([one[np.isfinite(one)] for one in lengths] or [np.zeros(0)])
    if log and (finite > 0).any():
        least = np.abs(finite[finite != 0]).min()
        scale = {"value": "log"} if (finite > 0).all() else {"value": "symlog", "linthresh": least}
        getattr(axes, f"set_{side}scale")(**scale)
    if len(groups) > 1:
        axes.legend(fontsize=8)


def show_matrices(matrices: Mapping[str, Sequence]) -> Chart:
    """Return a chart of some matrices by name: a coloured field for each number, with the number in it.

    matrices: each of shape (n, m), or (m,) for a single row; None is empty.

    Raises:
        ValueError: for what has no rows and columns of numbers.

    """
    if not isinstance(matrices, Mapping):
        raise ValueError(f"matrices: expected names with rows of numbers, got {shown(matrices)}")
    arrays = [_rows(given, str(label)) for label, given in matrices.items()]
    labels = [str(label) for label in matrices]
    said = ". ".join(f"{label}: {_size(array)}" for label, array in zip(labels, arrays, strict=True))
    return Chart("matrices", f"Numbers in rows and columns. {said}.", (8, 2.6), arrays=arrays, labels=labels)


def _size(array: np.ndarray) -> str:
    if not array.size:
        return "no numbers yet"
    return f"{len(array)} row{'s' * (len(array) != 1)} of {array.shape[1]} numbers"


def _rows(given, label: str) -> np.ndarray:
    found = numbers(given, label)
    if found.ndim > 2 or found.ndim == 0:
        raise ValueError(f"{label}: expected rows of numbers, got shape {found.shape}")
    return found.reshape(-1, found.shape[-1]) if found.size else np.zeros((0, 0))


@form
def _matrices(figure: Figure, arrays: list[np.ndarray], labels: list[str]) -> None:
    for axes, array, label in zip(np.ravel(figure.subplots(1, max(1, len(arrays)))), arrays, labels, strict=False):
        axes.set_title(look.plain(label))
        if not array.size:
            axes.set(xticks=[], yticks=[])
            look.nothing_yet(axes)
            continue
        picture = axes.imshow(look.near(array), cmap="cividis")
        axes.set(xticks=range(array.shape[1]), yticks=range(len(array)), xlabel="column", ylabel="row")
        if array.size <= WRITTEN:
            for (i, j), value in np.ndenumerate(array):
                colour = "black" if picture.norm(value) > 0.5 else "white"
                axes.text(j, i, f"{value:.3g}", ha="center", va="center", color=colour, fontsize=9)


def show_chain(names: Sequence) -> Chart:
    """Return a chart of names in boxes, with an arrow from each to the next; None is empty."""
    names = look.names_of([] if names is None else names, "names")
    alt = f"A chain of {len(names)} boxes: {', '.join(names)}." if names else "A chain without boxes."
    return Chart("chain", alt, (8, 1.0), names=names)


@form
def _chain(figure: Figure, names: list[str]) -> None:
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-0.5, max(3.5, len(names) - 0.5)), ylim=(0, 1))
    axes.axis("off")
    if not names:
        look.nothing_yet(axes)
    for k, name in enumerate(names):
        box = {"boxstyle": "round", "facecolor": "#dbe9f6"}
        axes.text(k, 0.4, look.plain(name), ha="center", va="center", fontsize=10, bbox=box)
        if k:
            axes.annotate("", (k - 0.35, 0.85), (k - 0.65, 0.85), arrowprops={"arrowstyle": "->"})
