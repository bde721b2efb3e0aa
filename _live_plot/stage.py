"""A figure without pyplot: a landscape and empty strips rendered once, and paths over the same pixels."""

import base64
import io
import json
from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from _live_plot import look
from _live_plot.landscapes import Landscape, Nowhere
from _live_plot.layout import Once
from _live_plot.strips import Strip

STRIP = 1.2  # inches
MANY = 5000  # points of a line


class Stage:
    """One figure; canvas: what makes its canvas, which draws with Agg."""

    def __init__(self, landscape: Landscape, strips: Sequence[Strip] = (), title: str = "", canvas=FigureCanvasAgg):
        width, height = landscape.size
        rows = [height] * bool(height) + [STRIP] * len(strips)
        self.landscape = landscape
        self.figure = Figure(figsize=(width, max(sum(rows), 2.0)), dpi=100, layout=Once())
        self.canvas = canvas(self.figure)
        places = iter(self.figure.add_gridspec(max(len(rows), 1), 1, height_ratios=rows or [1]))
        self.axes = self.figure.add_subplot(next(places), projection=landscape.projection) if height else None
        self.below = [self.figure.add_subplot(place) for place, _ in zip(places, strips, strict=False)]
        landscape.draw(self.figure, self.axes)
        for axes in [self.axes, *self.below][not height :][:1]:
            axes.set_title(look.plain(title))
        self.set_strips(strips, max((strip.steps for strip in strips), default=1))
        for axes in self.below[:-1]:
            axes.set(xlabel="", xticklabels=[])
        self.lines: list = []

    def set_strips(self, strips: Sequence[Strip], steps: int, slack: float = 0.1) -> None:
        """Give the strips their ranges."""
        self.strips = list(strips)
        for strip, axes in zip(strips, self.below, strict=True):
            strip.draw(axes, steps, slack)

    def settle(self) -> None:
        """Render what does not move, and keep its pixels and its layout."""
        self.canvas.draw()
        self.figure.set_layout_engine("none")
        self.region = self.canvas.copy_from_bbox(self.figure.bbox)

    def stand_on(self, made: dict) -> None:
        """Take the pixels and the axes of a stage that was settled before."""
        from PIL import Image

        self.figure.set_size_inches(made["inches"])
        self.figure.set_layout_engine("none")
        self.axes = self.figure.add_axes(made["place"])
        self.axes.set(xlim=made["ends"][0], ylim=made["ends"][1])
        pixels = Image.open(io.BytesIO(base64.b64decode(made["pixels"]))).convert("RGBA")
        np.asarray(self.canvas.get_renderer().buffer_rgba())[:] = np.asarray(pixels)
        self.region = self.canvas.copy_from_bbox(self.figure.bbox)

    def draw_paths(self, paths: list[np.ndarray], labels: Sequence[str]) -> None:
        """Draw lifted paths and the series of the strips over the settled pixels."""
        self.canvas.restore_region(self.region)
        for line in self.lines_of(paths, labels):
            line.axes.draw_artist(line)
        if len(paths) > 1 and self.axes:
            self.axes.draw_artist(self.axes.legend(loc="best", fontsize=8))

    def lines_of(self, paths: list[np.ndarray], labels: Sequence[str]) -> list:
        """Put lifted paths and the series of the strips on the axes, in place of earlier ones, and return them."""
        for line in self.lines:
            line.remove()
        self.lines = []
        if self.axes:
            for i, (path, label) in enumerate(zip(paths, labels, strict=True)):
                self._line(self.axes, path, i, label)
        for axes, style, points, _ in self.series():
            self._line(axes, points, style, "")
        return self.lines

    def _line(self, axes, points: np.ndarray, style: int, label: str) -> None:
        form = look.line(style) | {"marker": look.marker(style), "markersize": 3, "linewidth": 1.2}
        near = np.where(np.abs(points) < 1e100, points, np.nan)
        if len(near) > MANY:  # a still picture does not show more
            near = near[np.linspace(0, len(near) - 1, MANY).astype(int)]
        (line,) = axes.plot(*near.T, label=f" {look.plain(label)}", scalex=False, scaley=False, **form)
        self.lines.append(line)

    def series(self) -> Iterator[tuple]:
        """Yield axes, style, points of shape (n, 2) and number of the path of each line in the strips."""
        for strip, axes in zip(self.strips, self.below, strict=True):
            for i, one in enumerate(strip.series):
                for column in range(one.shape[1]):
                    style = column if len(strip.series) == 1 else i
                    yield axes, style, np.column_stack([np.arange(len(one)), one[:, column]]), i

    # ----------------------------------------------------------------------- pixels

    def png(self, level: int = 6) -> bytes:
        """Return what is drawn as a picture; level: how hard it is compressed, 1 to 9."""
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(buffer, "png", compress_level=level)
        return buffer.getvalue()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.canvas.get_width_height()

    def places(self, points: np.ndarray, axes=None) -> np.ndarray:
        """Return data points of some axes, or of the landscape, as fractions of the picture, from the top left."""
        axes = axes or self.axes
        if axes is None:
            return points[:, :2]
        width, height = self.size
        with np.errstate(all="ignore"):  # a walk that has burst
            near = np.where(np.isfinite(points) & (np.abs(points) < 1e100), points, np.nan)
            if near.shape[1] == 3:
                near = _projected(axes, near)
            pixels = axes.transData.transform(near)
        return np.column_stack([pixels[:, 0] / width, 1 - pixels[:, 1] / height])

    def frame(self, axes=None) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of some axes, as fractions of the picture from its top left corner."""
        axes = axes or self.axes
        if axes is None:
            return 0.0, 0.0, 1.0, 1.0
        width, height = self.size
        box = axes.get_window_extent()
        ends = (box.x0 / width, 1 - box.y1 / height, box.x1 / width, 1 - box.y0 / height)
        return tuple(round(float(end), 5) for end in ends)


def _projected(axes, points: np.ndarray) -> np.ndarray:
    """Return points of shape (n, 3) as the axes' own two coordinates."""
    from mpl_toolkits.mplot3d import proj3d

    if not len(points):
        return np.zeros((0, 2))
    x, y, _ = proj3d.proj_transform(*points.T, axes.get_proj())
    return np.column_stack([x, y])


def staged(
    landscape: Landscape, paths: Sequence[np.ndarray], labels: Sequence[str], strips: Sequence[Strip], title: str
) -> Stage:
    """Return a stage for lifted paths, on which everything but these is rendered."""
    stage = Stage(landscape, strips, title)
    if stage.axes and not any(len(path) for path in paths):
        stage.axes.set_title(f"{look.plain(title)}\nno steps recorded".strip())
    stage.settle()
    return stage


def still(level: int = 6, **what) -> bytes:
    """Return the picture of whole paths as PNG, compressed so hard, 1 to 9; what: the arguments of `staged`."""
    stage = staged(**what)
    stage.draw_paths(what["paths"], what["labels"])
    return stage.png(level)


def ground(landscape: Landscape, title: str, empty: bool) -> str:
    """Return a landscape without paths, from which `on_ground` makes pictures; empty: whether there will be none."""
    stage = staged(landscape, [] if empty else [np.zeros((1, 2))], [], [], title)
    made = {
        "pixels": base64.b64encode(stage.png(1)).decode(),
        "inches": list(stage.figure.get_size_inches()),
        "place": stage.axes.get_position().bounds,
        "ends": [stage.axes.get_xlim(), stage.axes.get_ylim()],
    }
    return json.dumps(made)


def on_ground(made: str, paths: list[np.ndarray], labels: Sequence[str], level: int = 6) -> bytes:
    """Return the picture of whole paths over what `ground` has made, as PNG."""
    stage = Stage(Nowhere())
    stage.stand_on(json.loads(made))
    stage.draw_paths(paths, labels)
    return stage.png(level)
