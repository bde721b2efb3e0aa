"""A picture that grows while a loop runs, and becomes the player when the loop ends."""

import base64
import time
from collections.abc import Callable
from types import TracebackType

import numpy as np

from _live_plot.backend import backend, in_notebook
from _live_plot.landscapes import Nowhere, landscape
from _live_plot.player import Animation, film
from _live_plot.stage import Stage
from _live_plot.strips import Strip
from _live_plot.trajectory import Trajectory, strips_of_walks
from _live_plot.values import delay as wait
from _live_plot.values import numbers, one_number, shown
from _live_plot.words import describe

SHARE = 0.25  # of the time of the loop, at most, goes into pictures,
HEAD_START = 0.5  # seconds beyond that, for the first ones


class LivePlot:
    """Show paths while they are walked: ``with LivePlot(f, (-10, 10)) as live: ... live.add(x, loss=f)``.

    func, x_range, y_range: the landscape, as in `animate`; without one only numbers against the step are
    drawn. fps: pictures per second at most; a picture that takes long makes them fewer, so that three
    quarters of the time stay with the loop. widget: draw on an ipympl canvas that can be zoomed while the
    loop runs. When the block ends, with an exception or an interrupt too, the player takes the place of
    the last picture, unless that is a canvas; it stays in `animation`.

    Raises:
        ValueError: for ranges that are none, or func without x_range.

    """

    def __init__(
        self,
        func: Callable | None = None,
        x_range=None,
        y_range=None,
        *,
        fps: float = 10,
        delta: float = 60,
        title: str = "",
        widget: bool = False,
    ):
        if func is not None and x_range is None:
            raise ValueError("LivePlot: give the range that the landscape covers, such as x_range=(-10, 10)")
        if not one_number(fps, "fps") > 0:
            raise ValueError(f"fps: expected a number of pictures per second, such as 10; got {shown(fps)}")
        self.land = Nowhere() if func is None else landscape(func, x_range, y_range)
        self.slot, self.delta, self.title, self.widget = 1 / fps, wait(delta), title, widget
        self.began: float | None = None
        self.walks: dict[str, Trajectory] = {}
        self.stage: Stage | None = None
        self.handle = None
        self.shown_at = self.spent = 0.0
        self.pictures = 0
        self.animation: Animation | None = None

    def __repr__(self) -> str:
        return repr(self.animation) if self.animation else "LivePlot, to open with: with LivePlot(...) as live:"

    def __enter__(self) -> "LivePlot":
        self.began = time.monotonic()
        if self.land.dimensions and backend() == "html" and in_notebook():
            self._show()
        return self

    def add(self, *point, label: str = "path", loss=None, **series) -> None:
        """Record a place and numbers that go with it, and draw them if it is time to.

        point: the coordinates, one by one or as one tensor; on a curve a second number is taken for the
        height. label: which path moves, where there are several. loss and series: numbers, or mappings
        from names to numbers, which share one strip.

        Raises:
            ValueError: for a place of another dimension, or what is no number.
            RuntimeError: outside of its block.

        """
        if self.began is None:
            raise RuntimeError("live.add: open the plot first, with LivePlot(...) as live:")
        label = str(label)
        series = series if loss is None else {"loss": loss} | series
        walk = self.walks.get(label, Trajectory(label))
        walk.add(*self._place(point), **series)
        self.walks[label] = walk
        if self._due() and backend() == "html" and in_notebook():
            self._show()

    def _due(self) -> bool:
        """Say whether it is time for a picture, and the loop has had its share."""
        now = time.monotonic()
        return now - self.shown_at >= self.slot and self.spent <= SHARE * (now - self.began) + HEAD_START

    def _place(self, point: tuple) -> tuple:
        place = np.concatenate([np.zeros(0), *(numbers(part, "point").reshape(-1) for part in point)])
        allowed = {0: (0,), 1: (1, 2), 2: (2,)}[self.land.dimensions]
        if place.size not in allowed:
            wanted = {0: "no place, since there is no landscape", 1: "one coordinate", 2: "two coordinates"}[
                self.land.dimensions
            ]
            raise ValueError(f"live.add: expected {wanted}, got {shown(point)}")
        if self.land.dimensions == 1 and place.size == 1:
            place = np.append(place, np.nan)  # the height follows from the curve, for all places at once
        return (place,) if place.size else ()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.animation = film(self.land, *self._drawn(), self.delta, self.title)
        except Exception as trouble:
            if error is None:
                raise
            error.add_note(f"LivePlot could not draw: {trouble}")  # what stopped the loop matters more
            return
        if backend() == "none" or not in_notebook():
            return
        if self.handle is None:
            from IPython.display import display

            display(self.animation)
        elif self.widget:
            self._show()
        else:
            self.handle.update(self.animation)

    # ----------------------------------------------------------------------- while the loop runs

    def _drawn(self) -> tuple[list[np.ndarray], list[str], list[Strip]]:
        """Return paths, labels and strips as of now."""
        walks = list(self.walks.values()) or [Trajectory()]
        strips = strips_of_walks(walks)
        return [self._path(walk, strips) for walk in walks], [walk.label for walk in walks], strips

    def _path(self, walk: Trajectory, strips: list[Strip]) -> np.ndarray:
        """Return the places of a walk, with heights on a curve; no place for each step without a landscape."""
        if self.land.dimensions == 0:
            return np.full((max((strip.steps for strip in strips), default=0), 2), np.nan)
        path = np.array(walk.points) if walk.points else np.zeros((0, 2))
        if self.land.dimensions == 1 and backend() != "none":
            open_ends = np.isnan(path[:, 1])
            path[open_ends] = self.land.lift(path[open_ends, :1])
        return path

    def _show(self) -> None:
        """Draw what there is, and show it in place of the last picture."""
        start, curtain = time.monotonic(), self.stage
        paths, labels, strips = self._drawn()
        lifted = [self.land.lift(path) for path in paths]
        if self.stage is None or [one.name for one in strips] != [one.name for one in self.stage.strips]:
            self._raise_curtain(strips)
        elif not all(strip.fits(axes) for strip, axes in zip(strips, self.stage.below, strict=True)):
            self._make_room(strips)
        self.stage.strips = strips
        if self.widget:
            self.stage.lines_of(lifted, labels)
            self.stage.canvas.draw()
        else:
            self.stage.draw_paths(lifted, labels)
            self._send(describe(self.land.words_for_alt, lifted if self.land.dimensions else [], labels, strips))
        self.pictures += 1
        self.shown_at = time.monotonic()
        if curtain is self.stage:  # a new figure is made once, and does not count
            self.spent += self.shown_at - start

    def _raise_curtain(self, strips: list[Strip]) -> None:
        """Make the figure: at the start, and again when there are other strips than before."""
        canvas = {"canvas": _live_canvas} if self.widget else {}
        self.stage = Stage(self.land, strips, self.title, **canvas)
        self._make_room(strips)
        if self.widget:
            self._send_canvas()

    def _make_room(self, strips: list[Strip]) -> None:
        """Give the strips room for twice the steps."""
        steps = max((strip.steps for strip in strips), default=0)
        self.stage.set_strips(strips, max(50, 2 * steps), slack=0.5)
        self.stage.settle()

    def _send(self, alt: str) -> None:
        from IPython.display import display

        bundle = {"image/png": base64.b64encode(self.stage.png(1)).decode(), "text/plain": alt}
        if self.handle is None:
            self.handle = display(bundle, raw=True, display_id=True)
        else:
            self.handle.update(bundle, raw=True)

    def _send_canvas(self) -> None:
        from IPython.display import display

        canvas = self.stage.canvas
        if self.handle is None:
            self.handle = display(canvas, display_id=True)
        else:
            self.handle.update(canvas)
        # The front end asks for its first picture only when this cell has ended (ipympl 0.10, issues 258
        # and 290 there); what it would say is said here.
        canvas.syncing_data_url = False
        canvas.manager.resize(*canvas.get_width_height())
        canvas.manager.handle_json({"type": "send_image_mode"})
        canvas.manager.handle_json({"type": "refresh"})


def _live_canvas(figure):
    """Return a canvas of ipympl's for a figure that pyplot does not know."""
    try:
        from ipympl.backend_nbagg import Canvas, FigureManager
    except ImportError:
        raise ImportError("widget=True needs ipympl: run %pip install ipympl, or leave widget out") from None
    canvas = Canvas(figure)
    FigureManager(canvas, 0)
    return canvas
