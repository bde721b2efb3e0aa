"""Room for labels, measured once: Matplotlib's own engine measures every axes four times to find the same."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, ScalarFormatter
from matplotlib.transforms import Bbox, ScaledTranslation

from _live_plot import look

PAD = 0.06  # inches around each axes
DECADES = 1e3  # between the ends of a logarithmic axis: a longer one is labelled by powers of ten alone
TICKS = 6  # at most and about, of an axis of so many inches:
LONG = 2.0
LEAST = 0.6  # of the width, which a landscape of equal scales may leave to what stands below it


class Once(LayoutEngine):
    """Places the axes of one grid; a landscape of equal scales is as large as fits, and what is below as wide."""

    _adjust_compatible = False
    _colorbar_gridspec = False

    def execute(self, fig: Figure) -> None:
        """Set the positions of all axes that stand in the figure's grid."""
        placed = [axes for axes in fig.axes if axes.get_subplotspec() is not None]
        if not placed:
            return
        for axes in placed:
            _ease_ticks(axes)
        grid = placed[0].get_gridspec()
        size = fig.get_size_inches()
        left, bottom, right, top = _margins(fig, placed, grid)
        widths = _shares(size[0] - left.sum() - right.sum(), grid.get_width_ratios(), grid.ncols)
        heights = _shares(size[1] - bottom.sum() - top.sum(), grid.get_height_ratios(), grid.nrows)
        for axes in placed:
            row, column = _cell(axes)
            if axes.get_aspect() != "auto":
                wanted = heights[row] / axes.get_data_ratio()
                widths[column] = np.clip(wanted, LEAST * widths[column], widths[column])
        spare = size[0] - (left + widths + right).sum()
        x = spare / 2 + np.cumsum(left + widths + right) - right - widths
        y = size[1] - np.cumsum(top + heights + bottom) + bottom
        for axes in placed:
            row, column = _cell(axes)
            box = np.array([x[column], y[row], widths[column], heights[row]]) / [*size, *size]
            axes._set_position(box)  # the public way would take the axes out of the layout


def _margins(fig: Figure, placed: list, grid) -> list[np.ndarray]:
    """Return the inches that labels need on each side: left and right by column, bottom and top by row."""
    renderer = fig.canvas.get_renderer()
    margins = [np.zeros(n) for n in (grid.ncols, grid.nrows, grid.ncols, grid.nrows)]
    for axes in placed:
        around, inside = _around(axes, renderer), axes.bbox
        row, column = _cell(axes)
        needed = (inside.x0 - around.x0, inside.y0 - around.y0, around.x1 - inside.x1, around.y1 - inside.y1)
        for side, place, pixels in zip(margins, (column, row, column, row), needed, strict=True):
            side[place] = max(side[place], pixels / fig.dpi + PAD)
    return margins


def _around(axes, renderer) -> Bbox:
    """Return the pixels of axes with their labels, title and bar; Matplotlib measures more, and some of it twice."""
    if axes.name == "3d":
        return axes.get_tightbbox(renderer, for_layout_only=True)
    boxes = [axes.title.get_window_extent(renderer)] if axes.get_title() else []
    for one in (axes, *axes.child_axes):
        locator = one.get_axes_locator()
        one.apply_aspect(locator(one, renderer) if locator else None)
        boxes += [one.bbox, *_around_axis(one.xaxis, renderer), *_around_axis(one.yaxis, renderer)]
    return Bbox.union(boxes)


def _around_axis(axis, renderer) -> list[Bbox]:
    """Return the pixels of an axis, whose label is put beside its ticks.

    Left alone, an axis measures its ticks again whenever it asks where its label goes: here, and in drawing.
    """
    axis.set_label_coords(0.5, 0.5)  # within the axes, where it is out of the way
    ticks = axis.get_tightbbox(renderer, for_layout_only=True)
    if ticks is None or not axis.get_label_text():
        return [ticks] if ticks else []
    _put_label(axis, ticks)
    inside, label = axis.axes.bbox, axis.label.get_window_extent(renderer)
    if axis.axis_name == "x":  # how long a label is does not matter
        return [ticks, Bbox.from_extents(inside.x0, label.y0, inside.x1, label.y1)]
    return [ticks, Bbox.from_extents(label.x0, inside.y0, label.x1, inside.y1)]


def _put_label(axis, ticks: Bbox) -> None:
    """Put the label of an axis where Matplotlib does: beside ticks and spine, in the middle, and away by its pad."""
    axes, side, dpi = axis.axes, axis.get_label_position(), axis.axes.figure.dpi
    inside, beside = axes.bbox, Bbox.union([ticks, axes.spines.get(side, axes).get_window_extent()])
    middle, x, y = {
        "left": ((0.0, 0.5), beside.x0 - inside.x0, 0.0),
        "right": ((1.0, 0.5), beside.x1 - inside.x1, 0.0),
        "bottom": ((0.5, 0.0), 0.0, beside.y0 - inside.y0),
        "top": ((0.5, 1.0), 0.0, beside.y1 - inside.y1),
    }[side]
    pad = axis.labelpad / 72
    away = np.array([x, y]) / dpi + pad * 2 * (np.array(middle) - 0.5)
    axis.set_label_coords(*middle, transform=axes.transAxes + ScaledTranslation(*away, axes.figure.dpi_scale_trans))


def _ease_ticks(axes) -> None:
    """Leave ticks out, since each is measured and drawn, and name powers of ten in plain signs; formulas take 5 ms."""
    width, height = axes.bbox.size / axes.figure.dpi
    for axis, scale, ends, length in (
        (axes.xaxis, axes.get_xscale(), axes.get_xlim(), width),
        (axes.yaxis, axes.get_yscale(), axes.get_ylim(), height),
    ):
        if scale == "log":
            locator, formatter = _powers(max(ends) / min(ends))
            axis.set_minor_locator(NullLocator())
            axis.set_major_locator(locator)
            axis.set_major_formatter(formatter)
        elif length > LONG and isinstance(axis.get_major_locator(), MaxNLocator):
            axis.get_major_locator().set_params(nbins=TICKS)


def _powers(ratio: float) -> tuple:
    """Return where the labels of a logarithmic axis stand, and what they say; ratio: of its ends."""
    if ratio > DECADES:
        return LogLocator(), look.power_of_ten
    if ratio > 10:
        return LogLocator(subs=(1.0, 2.0, 5.0)), look.short
    return MaxNLocator(TICKS), ScalarFormatter()  # there may be no power at all between them


def _cell(axes) -> tuple[int, int]:
    spec = axes.get_subplotspec()
    return spec.rowspan.start, spec.colspan.start


def _shares(whole: float, ratios, count: int) -> np.ndarray:
    """Return how a length, which is never nothing, is shared."""
    ratios = np.ones(count) if ratios is None else np.asarray(ratios, dtype=float)
    return max(whole, 0.5) * ratios / ratios.sum()
