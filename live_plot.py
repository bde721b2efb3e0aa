"""Plots of a walk downhill: a landscape drawn once, and paths that move over it in the page.

`anim_2d`, `anim_3d` and `show_contours` keep the calls of the founding notebooks; `animate` and
`show_loss` are what the lessons use beside them. A landscape is rendered once by Matplotlib; the
path is data, and a small player in the page moves it. The page asks for nothing from the network.
Importing this module changes no setting of Matplotlib, torch or Python, and opens no figure.
"""

import base64
import hashlib
import inspect
import io
import itertools
import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path as File

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["Animation", "anim_2d", "anim_3d", "animate", "show_contours", "show_loss", "show_rates"]

# Okabe and Ito's colours for all kinds of colour vision; marker and dash tell paths apart without them.
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ((), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4), (1, 3), (10, 2))
MAX_FRAMES = 5000
FAR = 1e6

_calls = itertools.count()


# --------------------------------------------------------------------------- numbers


def numbers(values, what: str = "points") -> np.ndarray:
    """Return `values` as a float64 array; tensors of any device or float type are copied, None is empty.

    Raises:
        ValueError: when they are no numbers or rows of different length.

    """
    if values is None:
        return np.zeros(0)
    if isinstance(values, torch.Tensor):
        return values.detach().cpu().to(torch.float64).numpy().copy()
    if isinstance(values, np.ndarray) and values.dtype != object:
        return values.astype(float)
    try:
        if isinstance(values, (list, tuple)):
            return np.array([numbers(item, what) for item in values], dtype=float)
        return np.array(float(values))
    except (TypeError, ValueError):
        raise ValueError(f"{what}: expected numbers or rows of equal length, got {_shown(values)}") from None


def _shown(value) -> str:
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "..."


def _pairs(points, width: int, form: str) -> np.ndarray:
    """Return points as an array of shape (n, width)."""
    array = numbers(points)
    if array.size == 0:
        return np.zeros((0, width))
    array = array.reshape(len(array), -1) if array.ndim > 2 else array
    if array.ndim != 2 or array.shape[1] != width:
        raise ValueError(f"expected n points {form}, got shape {array.shape}; did you append x only?")
    return array


def _axis(values, name: str, ticks: int = 200) -> np.ndarray:
    """Return a sorted grid from a pair (low, high) or from a grid of three or more values."""
    array = np.sort(numbers(values, name))
    if array.ndim != 1 or array.size < 2 or not np.isfinite(array).all() or array[0] == array[-1]:
        raise ValueError(f"{name}: expected a range such as (-10, 10), got {_shown(values)}")
    return np.linspace(array[0], array[1], ticks) if array.size == 2 else array


def _range_of(values: np.ndarray) -> tuple[float, float]:
    """Return a padded range around the finite values that lie near the first one."""
    finite = values[np.isfinite(values)]
    near = finite[np.abs(finite - finite[0]) < FAR] if finite.size else np.array([-1.0, 1.0])
    low, high = near.min(), near.max()
    pad = 0.1 * (high - low) or 1.0
    return low - pad, high + pad


# --------------------------------------------------------------------------- landscapes


def curve(func: Callable, xs: np.ndarray) -> np.ndarray:
    """Return func at each of `xs`, shape (n,): in one call where that gives the same numbers."""

    def one(x: float) -> float:
        return _call(func, torch.tensor(x, dtype=torch.float64))

    attempts = (
        lambda: func(torch.tensor(xs, dtype=torch.float64)),
        lambda: torch.func.vmap(func)(torch.tensor(xs, dtype=torch.float64)),
        lambda: func(xs),
    )
    return _evaluate(attempts, one, xs)


def surface(func: Callable, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Return func on the grid of `xs` and `ys`, shape (len(ys), len(xs)).

    func takes a point of shape (2,), two numbers, or a NumPy column of shape (2, 1). It is called
    once for the whole grid where that gives the same numbers, else once for each point.
    """
    X, Y = np.meshgrid(xs, ys)
    points = np.stack([X.ravel(), Y.ravel()], axis=1)
    return heights(func, points).reshape(X.shape)


def heights(func: Callable, points: np.ndarray) -> np.ndarray:
    """Return func at each row of `points`, shape (n,)."""
    rows = torch.tensor(points, dtype=torch.float64)
    if _parameters(func) == 2:
        attempts = (lambda: func(rows[:, 0], rows[:, 1]), lambda: func(points[:, 0], points[:, 1]))
        return _evaluate(attempts, lambda p: _call(func, *torch.tensor(p)), points)

    def one(point: np.ndarray) -> float:
        try:
            return _call(func, torch.tensor(point))
        except Exception as error:
            return _call_with_column(func, point, error)

    return _evaluate((lambda: torch.func.vmap(func)(rows),), one, points)


def _call_with_column(func: Callable, point: np.ndarray, error: Exception) -> float:
    """Return func of a NumPy column; where that fails too, raise the error of the call with a tensor."""
    try:
        return _call(func, point.reshape(2, 1))
    except Exception:
        raise error from None


def _parameters(func: Callable) -> int:
    try:
        parameters = inspect.signature(func).parameters.values()
    except (TypeError, ValueError):
        return 1
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.default is p.empty and p.kind in kinds for p in parameters)


def _call(func: Callable, *arguments) -> float:
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a function for NumPy may work on tensors, and complain each time
        value = numbers(func(*arguments), "func")
    if value.size != 1:
        raise ValueError(f"func returned shape {value.shape} for one point; return one number, such as (x**2).sum()")
    return float(value.reshape(()))


def _evaluate(attempts: Sequence[Callable], one: Callable, places: np.ndarray) -> np.ndarray:
    """Return the first attempt of the right shape that agrees with single calls, else single calls."""
    probes = np.unique(np.linspace(0, len(places) - 1, 5).astype(int)) if len(places) else []
    direct = np.array([one(places[i]) for i in probes])
    for attempt in attempts:
        try:
            with torch.no_grad():
                values = numbers(attempt(), "func").reshape(-1)
        except Exception:  # any failure of a shortcut only means that the long way is taken
            continue
        if len(values) == len(places) and np.allclose(values[probes], direct, rtol=1e-4, equal_nan=True):
            return values
    return np.array([one(place) for place in places])


# --------------------------------------------------------------------------- the animation


@dataclass
class Track:
    """One line that grows with the step: a path over the landscape, or a series in a strip below it.

    places: fractions of the picture, shape (n, 2), from the top left corner; NaN where there is none.
    words: for each point, what the status line says; empty for a series, whose path says it.
    frame: the axes that clip it: left, top, right, bottom as fractions of the picture.
    style: which colour, marker and dash it has.
    strokes: for each point, the two ends of a line drawn with it, shape (n, 4); or None.
    """

    label: str
    places: np.ndarray
    words: list[str]
    frame: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    style: int = 0
    strokes: np.ndarray | None = None


@dataclass
class Animation:
    """A landscape with moving paths; shows itself in a notebook, and keeps its points in `data`."""

    data: list
    background: bytes
    still: bytes
    size: tuple[int, int]
    tracks: list[Track]
    alt: str
    delta: int = 60
    number: int = field(default_factory=lambda: next(_calls))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        picture = base64.b64encode(self.still).decode()
        return {"text/html": self.html(), "image/png": picture, "text/plain": self.alt}

    def png(self) -> bytes:
        """Return the still picture with the whole path."""
        return self.still

    def html(self) -> str:
        """Return the player; without scripts it is the still picture."""
        spec = json.dumps(self._spec(), separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
        name = "dh" + hashlib.sha1(spec.encode()).hexdigest()[:10] + f"-{self.number}"
        still = base64.b64encode(self.still).decode()
        return (
            f'<div id="{name}" role="group" aria-label="{escape(self.alt)}" data-lm-suppress-shortcuts="true" '
            f'style="max-width:{self.size[0]}px;background:#fff;color:#1a1a1a">'
            f'<img alt="{escape(self.alt)}" style="width:100%" src="data:image/png;base64,{still}"></div>'
            f"<script>({PLAYER})(document.getElementById({json.dumps(name)}),{spec})</script>"
        )

    def _spec(self) -> dict:
        return {
            "size": self.size,
            "delta": self.delta,
            "background": "data:image/png;base64," + base64.b64encode(self.background).decode(),
            "tracks": [self._track(track) for track in self.tracks],
        }

    def _track(self, track: Track) -> dict:
        kept = _thin(len(track.places))
        return {
            "label": track.label,
            "colour": COLOURS[track.style % len(COLOURS)],
            "dash": DASHES[track.style % len(DASHES)],
            "frame": track.frame,
            "steps": kept.tolist(),
            "places": [_finite(track.places[k]) for k in kept],
            "words": [track.words[k] for k in kept] if track.words else None,
            "strokes": None if track.strokes is None else [_finite(track.strokes[k]) for k in kept],
        }

    def save(self, path: str | File) -> None:
        """Write the player (.html), the still picture (.png) or a moving picture (.gif).

        Raises:
            ValueError: for any other ending.

        """
        path = File(path)
        if path.suffix == ".html":
            path.write_text(
                encoding="utf-8", data=f'<!doctype html><meta charset="utf-8"><title>Downhill</title>{self.html()}'
            )
        elif path.suffix == ".png":
            path.write_bytes(self.still)
        elif path.suffix == ".gif":
            self._save_gif(path)
        else:
            raise ValueError(f"{path.name}: choose an ending of .html, .png or .gif")

    def _save_gif(self, path: File) -> None:
        from PIL import Image, ImageDraw

        base = Image.open(io.BytesIO(self.background)).convert("RGB")
        size = np.array(base.size)
        frames = []
        for k in range(max(len(track.places) for track in self.tracks)):
            frame = base.copy()
            pen = ImageDraw.Draw(frame)
            for track in self.tracks:
                trail = [tuple(p) for p in track.places[: k + 1] * size if np.isfinite(p).all()]
                colour = COLOURS[track.style % len(COLOURS)]
                if len(trail) > 1:
                    pen.line(trail, fill=colour, width=3)
                for x, y in trail[-1:]:
                    pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=colour, outline="white", width=2)
            frames.append(frame.resize(self.size).quantize(64))
        durations = [self.delta] * (len(frames) - 1) + [2000]
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)


def _thin(n: int) -> np.ndarray:
    """Return the indices to show: all of them, or evenly spread ones with the first and the last."""
    return np.unique(np.linspace(0, n - 1, min(n, MAX_FRAMES)).astype(int)) if n else np.zeros(0, int)


def _finite(values: np.ndarray) -> list | None:
    return [round(float(v), 5) for v in values] if np.isfinite(values).all() else None


@dataclass(frozen=True)
class Strip:
    """Series over the steps, drawn below the landscape: one array of shape (n, c) for each path."""

    name: str
    series: list[np.ndarray]

    @property
    def logarithmic(self) -> bool:
        """Whether the numbers are all positive and span more than two decades."""
        finite = np.concatenate([one[np.isfinite(one)].ravel() for one in self.series])
        return bool(finite.size and finite.min() > 0 and finite.max() > 100 * finite.min())

    def draw(self, axes, steps: int) -> None:
        """Give empty axes the ranges and names of the strip, for so many steps."""
        every = np.concatenate([one[np.abs(one) < FAR].ravel() for one in self.series])
        finite = every[np.isfinite(every)] if every.size else np.array([0.0, 1.0])
        if self.logarithmic:
            axes.set(yscale="log", ylim=(finite.min() / 1.5, finite.max() * 1.5))
        else:
            pad = 0.1 * (finite.max() - finite.min()) or 0.1 * abs(finite.max()) or 1.0
            axes.set(ylim=(finite.min() - pad, finite.max() + pad))
        axes.set(xlim=(-0.02 * max(steps, 1), 1.02 * max(steps, 1)), ylabel=self.name, xlabel="step")

    def words(self, path: int, step: int) -> str:
        """Return what the status line says of a path at a step."""
        one = self.series[path]
        return f", {self.name} {' '.join(f'{v:.4g}' for v in one[step])}" if step < len(one) else ""


def _strips(strips: dict | None, paths: int) -> list[Strip]:
    """Return the strips of a mapping from a name to a series, or to one series for each path.

    Raises:
        ValueError: when there is another number of series than of paths.

    """
    found = []
    for name, given in (strips or {}).items():
        many = [given] if paths == 1 else list(given)
        if len(many) != paths:
            raise ValueError(f"strips: {name!r} needs one series for each of the {paths} paths, got {len(many)}")
        arrays = [numbers([] if one is None else one, name) for one in many]
        found.append(Strip(name, [one.reshape(len(one), -1) if one.size else np.zeros((0, 1)) for one in arrays]))
    return found


class _Stage:
    """One figure: renders the landscape and the empty strips, then paths and series on the same pixels."""

    def __init__(self, size: tuple[float, float], projection: str | None = None, strips: Sequence[Strip] = ()):
        height = size[1] + 1.2 * len(strips)
        self.figure = Figure(figsize=(size[0], height), dpi=100, layout="constrained")
        self.canvas = FigureCanvasAgg(self.figure)
        rows = self.figure.add_gridspec(1 + len(strips), 1, height_ratios=[size[1], *[1.2] * len(strips)])
        self.axes = self.figure.add_subplot(rows[0], projection=projection)
        self.strips = [(strip, self.figure.add_subplot(rows[1 + i])) for i, strip in enumerate(strips)]
        steps = max((len(one) for strip in strips for one in strip.series), default=1)
        for strip, axes in self.strips:
            strip.draw(axes, steps)
        for _, axes in self.strips[:-1]:
            axes.set(xlabel="", xticklabels=[])

    def background(self) -> bytes:
        """Render what does not move."""
        self.canvas.draw()
        self.figure.set_layout_engine("none")
        return self._png()

    def with_paths(self, paths: list[np.ndarray], labels: Sequence[str]) -> bytes:
        """Draw whole paths and series over the rendered background."""
        for i, (path, label) in enumerate(zip(paths, labels, strict=True)):
            self._line(self.axes, path, i, label)
        for axes, style, points, _ in self._series():
            self._line(axes, points, style, "")
        if len(paths) > 1:
            self.axes.draw_artist(self.axes.legend(loc="best", fontsize=8))
        return self._png()

    @staticmethod
    def _line(axes, points: np.ndarray, style: int, label: str) -> None:
        look = {"color": COLOURS[style % len(COLOURS)], "marker": MARKERS[style % len(MARKERS)]}
        (line,) = axes.plot(*points.T, markersize=3, linewidth=1.2, label=label, scalex=False, scaley=False, **look)
        axes.draw_artist(line)

    def tracks(self, paths: list[np.ndarray], labels: Sequence[str], words: list[list[str]]) -> list[Track]:
        """Return what moves: the paths with what is said about each of their points, then the series."""
        said = [
            [text + "".join(strip.words(i, k) for strip, _ in self.strips) for k, text in enumerate(texts)]
            for i, texts in enumerate(words)
        ]
        moving = [
            Track(label, self.places(path, self.axes), text, self.frame(self.axes), i)
            for i, (label, path, text) in enumerate(zip(labels, paths, said, strict=True))
        ]
        return moving + [
            Track(name, self.places(points, axes), [], self.frame(axes), style)
            for axes, style, points, name in self._series()
        ]

    def _series(self):
        """Yield axes, style, points of shape (n, 2) and name of each line in the strips."""
        for strip, axes in self.strips:
            for i, one in enumerate(strip.series):
                for column in range(one.shape[1]):
                    style = column if len(strip.series) == 1 else i
                    yield axes, style, np.column_stack([np.arange(len(one)), one[:, column]]), strip.name

    def _png(self) -> bytes:
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(buffer, "png")
        return buffer.getvalue()

    def places(self, points: np.ndarray, axes) -> np.ndarray:
        """Return data points of some axes as fractions of the picture, from the top left."""
        width, height = self.size
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            near = np.where(np.isfinite(points) & (np.abs(points) < 1e100), points, np.nan)
            pixels = axes.transData.transform(near.reshape(-1, 2))
        return np.column_stack([pixels[:, 0] / width, 1 - pixels[:, 1] / height])

    def frame(self, axes) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of some axes, as fractions of the picture from its top left corner."""
        width, height = self.size
        box = axes.get_window_extent()
        return tuple(
            round(float(v), 5) for v in (box.x0 / width, 1 - box.y1 / height, box.x1 / width, 1 - box.y0 / height)
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.canvas.get_width_height()


# --------------------------------------------------------------------------- the calls


def anim_2d(x_range, func: Callable, points, delta: int = 500, **look) -> Animation:
    """Move a ball along the curve of func.

    x_range: a grid of x, or a pair. points: n pairs (x, f), the last one included. delta:
    milliseconds per step. look: label, title.

    Raises:
        ValueError: for points that are no pairs, an x_range that is no range, or a func that
            returns no finite value.

    """
    return _on_curve(_axis(x_range, "x_range"), func, [_pairs(points, 2, "(x, f(x))")], delta, **look)


def anim_3d(
    x_range, y_range, elev: float, azim: float, func: Callable, data, delta: int = 500, *, label="path", title=""
) -> Animation:
    """Move a ball over the surface of func(X, Y), seen from elevation and azimuth in degrees.

    data: n triples (x, y, f), the last one included.
    """
    points = _pairs(data, 3, "(x, y, f(x, y))")
    xs, ys = _axis(x_range, "x_range", 60), _axis(y_range, "y_range", 60)
    xs, ys = xs[:: max(1, len(xs) // 60)], ys[:: max(1, len(ys) // 60)]
    stage = _Stage((6.4, 4.8), "3d")
    stage.axes.view_init(elev=elev, azim=azim)
    Z = np.ma.masked_invalid(surface(func, xs, ys))
    stage.axes.plot_surface(*np.meshgrid(xs, ys), Z, cmap="cividis", alpha=0.85, linewidth=0, antialiased=False)
    stage.axes.set(xlabel="$x$", ylabel="$y$", zlabel="$f$", title=title)
    background = stage.background()
    flat = _project(stage.axes, points)
    still = stage.with_paths([points], [label])
    words = [f"x = {x:.6g}, y = {y:.6g}, f = {f:.6g}" for x, y, f in points]
    track = Track(label, stage.places(flat, stage.axes), words)
    alt = _alt("A surface seen from above", [points], [label])
    return Animation(points.tolist(), background, still, stage.size, [track], alt, _delay(delta))


def _project(axes, points: np.ndarray) -> np.ndarray:
    from mpl_toolkits.mplot3d import proj3d

    if not len(points):
        return np.zeros((0, 2))
    with np.errstate(all="ignore"):  # a walk that has burst
        x, y, _ = proj3d.proj_transform(*points.T, axes.get_proj())
    return np.column_stack([x, y])


def animate(
    func: Callable, *paths, x_range=None, y_range=None, delta: int = 60, labels=None, title="", strips=None
) -> Animation:
    """Move one or more paths over the landscape of func: a curve for numbers, contours for points.

    paths: each of shape (n,) or (n, 2), the start first. labels: one for each path. strips: what is
    drawn below on the same slider, such as {"learning rate": rates}: a series of shape (n,) or
    (n, c), or one for each path where there are several.

    Raises:
        ValueError: for paths or strips of a shape that cannot be drawn together.

    """
    arrays = [_as_path(path) for path in paths] or [np.zeros((0, 1))]
    labels = list(labels or ([f"path {i + 1}" for i in range(len(arrays))] if len(arrays) > 1 else ["path"]))
    if len({array.shape[1] for array in arrays if len(array)}) > 1:
        raise ValueError("the paths have points of different dimensions; draw them apart")
    width = max((array.shape[1] for array in arrays if len(array)), default=1 if y_range is None else 2)
    arrays = [array if len(array) else np.zeros((0, width)) for array in arrays]
    every, below = np.concatenate(arrays), _strips(strips, len(arrays))
    if width == 1:
        xs = _axis(_range_of(every[:, 0]) if x_range is None else x_range, "x_range")
        pairs = [np.column_stack([a, _values(func, a)]) for a in arrays]
        return _on_curve(xs, func, pairs, delta, labels, title, strips=below)
    xs = _axis(_range_of(every[:, 0]) if x_range is None else x_range, "x_range", 100)
    ys = _axis(_range_of(every[:, 1]) if y_range is None else y_range, "y_range", 100)
    return _on_contours(func, xs, ys, arrays, delta, labels, title, below)


def _as_path(path) -> np.ndarray:
    """Return a path as an array of shape (n, 1) or (n, 2)."""
    array = numbers([] if path is None else path, "path")
    if array.size == 0:
        return np.zeros((0, 1))
    array = array.reshape(1, 1) if array.ndim == 0 else array.reshape(len(array), -1)
    if array.shape[1] > 2:
        raise ValueError(f"expected points with one or two coordinates, got shape {array.shape}")
    return array


def _values(func: Callable, path: np.ndarray) -> np.ndarray:
    values = np.full(len(path), np.nan)
    finite = np.isfinite(path).all(axis=1)
    if finite.any():
        values[finite] = curve(func, path[finite, 0]) if path.shape[1] == 1 else heights(func, path[finite])
    return values


def _delay(delta) -> int:
    if isinstance(delta, bool) or not isinstance(delta, (int, float)):
        raise TypeError(f"delta is the time of a step in milliseconds, such as 60; got {_shown(delta)}")
    if not delta > 0:
        raise ValueError(f"delta is the time of a step in milliseconds and more than 0; got {delta}")
    return max(1, int(delta))


def _on_curve(xs, func, paths, delta, labels=("path",), title="", label=None, strips=()) -> Animation:
    delta, labels = _delay(delta), [label] if label else list(labels)
    ys = curve(func, xs)
    if not np.isfinite(ys).any():
        raise ValueError(f"func returned no finite value from {xs[0]:g} to {xs[-1]:g}; first values: {ys[:3]}")
    stage = _Stage((6.4, 4.0), strips=strips)
    stage.axes.plot(xs, np.where(np.isfinite(ys), ys, np.nan), color="#444444", linewidth=1.5)
    stage.axes.set(xlabel="$x$", ylabel="$f(x)$", title=title, xlim=(xs[0], xs[-1]))
    words = [[f"x = {x:.6g}, f = {f:.6g}" for x, f in path] for path in paths]
    made = _filmed(stage, paths, labels, words, delta, f"The curve of f from {xs[0]:g} to {xs[-1]:g}")
    for track, path in zip(made.tracks, paths, strict=False):
        track.strokes = _tangents(stage, func, path, xs)
    return made


def _filmed(stage: _Stage, paths, labels, words, delta: int, landscape: str) -> Animation:
    """Return the animation of a stage whose landscape is drawn."""
    background, still = stage.background(), stage.with_paths(paths, labels)
    tracks = stage.tracks(paths, labels, words)
    alt = _alt(landscape, paths, labels, [strip for strip, _ in stage.strips])
    return Animation([path.tolist() for path in paths], background, still, stage.size, tracks, alt, delta)


def _tangents(stage: _Stage, func: Callable, path: np.ndarray, xs: np.ndarray) -> np.ndarray:
    """Return the two ends of a tangent at each point, as fractions of the picture."""
    x, y = path[:, :1], path[:, 1:]
    step, reach = 1e-4 * (xs[-1] - xs[0]), 0.08 * (xs[-1] - xs[0])
    with np.errstate(invalid="ignore"):
        slope = ((_values(func, x + step) - _values(func, x - step)) / (2 * step)).reshape(-1, 1)
    ends = [stage.places(np.column_stack([x + side, y + side * slope]), stage.axes) for side in (-reach, reach)]
    return np.column_stack(ends)


def _on_contours(func, xs, ys, paths, delta, labels, title, strips=()) -> Animation:
    delta = _delay(delta)
    stage = _Stage((6.4, 5.2), strips=strips)
    _contours(stage.figure, stage.axes, xs, ys, surface(func, xs, ys))
    stage.axes.set(xlabel="$x_1$", ylabel="$x_2$", title=title, aspect=_aspect(xs, ys))
    words = [
        [f"({x:.5g}, {y:.5g}), f = {f:.6g}" for (x, y), f in zip(path, _values(func, path), strict=True)]
        for path in paths
    ]
    landscape = f"Contours of f, x1 from {xs[0]:g} to {xs[-1]:g}, x2 from {ys[0]:g} to {ys[-1]:g}"
    return _filmed(stage, paths, labels, words, delta, landscape)


def _aspect(xs: np.ndarray, ys: np.ndarray) -> str:
    """Return "equal", so that right angles look right, unless the picture would become a strip."""
    ratio = (xs[-1] - xs[0]) / (ys[-1] - ys[0])
    return "equal" if 1 / 3 <= ratio <= 3 else "auto"


def _contours(figure, axes, xs, ys, Z, levels: int = 20, filled: bool = True, log: bool | str = "auto"):
    finite = Z[np.isfinite(Z)]
    if not finite.size:
        raise ValueError(f"func returned no finite value on the grid; first values: {Z.ravel()[:3]}")
    low, high = np.percentile(finite, [2, 98])
    spread = high > low
    positive = finite[finite > 0]
    if log == "auto":
        log = spread and positive.size == finite.size and high / max(low, 1e-300) > 1e3
    shift = min(0.0, float(finite.min())) if log else 0.0
    heights_shown = np.ma.masked_invalid(Z) - shift
    if log:
        edges = np.geomspace(max(positive.min() if shift == 0 else (high - shift) * 1e-6, 1e-12), high - shift, levels)
    else:
        edges = np.linspace(low, high, levels) if spread else np.linspace(low - 1, low + 1, levels)
    draw = axes.contourf if filled else axes.contour
    drawn = draw(xs, ys, heights_shown, levels=edges, cmap="cividis", extend="both")
    label = "$f$ − min $f$" if shift else "$f$"
    figure.colorbar(drawn, ax=axes, label=label, format="%.3g")


def _alt(landscape: str, paths: list[np.ndarray], labels: Sequence[str], strips: Sequence[Strip] = ()) -> str:
    """Return a description made of facts: the landscape, start and end of each path, and of each strip."""
    parts = [landscape]
    for path, label in zip(paths, labels, strict=True):
        finite = path[np.isfinite(path).all(axis=1)] if len(path) else path
        if not len(finite):
            parts.append(f"{label}: no steps recorded")
            continue
        start, end = (", ".join(f"{v:.4g}" for v in point) for point in (finite[0], finite[-1]))
        gone = f", diverged at step {len(finite)}" if len(finite) < len(path) else ""
        parts.append(f"{label}: {len(path) - 1} steps from ({start}) to ({end}){gone}")
    for strip in strips:
        for label, one in zip(labels, strip.series, strict=True):
            if len(one):
                ends = " to ".join(" ".join(f"{v:.4g}" for v in row) for row in (one[0], one[-1]))
                parts.append(f"{strip.name}{f' of {label}' if len(labels) > 1 else ''} from {ends}")
    return ". ".join(parts) + "."


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
        if len(lims) != 2 or not lims[0] < lims[1]:
            raise ValueError(f"{name}: expected two limits, the lower one first, got {_shown(lims)}")
    xs, ys = np.linspace(*x_lims, int(x_ticks)), np.linspace(*y_lims, int(y_ticks))
    Z = surface(objective, xs, ys)
    figure, axes = plt.subplots(figsize=(7, 7))
    _contours(figure, axes, xs, ys, Z, levels, filled, log)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", aspect=_aspect(xs, ys))
    return axes


class Chart(Figure):
    """A figure that shows itself in a notebook, whether or not pyplot is there."""

    alt = "a chart"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        buffer = io.BytesIO()
        FigureCanvasAgg(self).print_png(buffer)
        return {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": self.alt}


def show_loss(*histories, labels=None) -> Chart:
    """Return a figure of one or more loss histories against the step: linear on the left, log on the right."""
    arrays = [numbers([] if history is None else history, "loss").reshape(-1) for history in histories]
    labels = labels or [f"path {i + 1}" for i in range(len(arrays))]
    figure = Chart(figsize=(8, 3), dpi=100, layout="constrained")
    figure.alt = _alt("Loss against step, linear and logarithmic", [array[:, None] for array in arrays], labels)
    for side, (axes, name) in enumerate(zip(figure.subplots(1, 2), ("linear", "logarithmic"), strict=True)):
        _curves(axes, arrays, labels)
        positive = any((array > 0).any() for array in arrays)
        axes.set(xlabel="step", ylabel="$f$", title=name, yscale="log" if side and positive else "linear")
    return figure


def _curves(axes, arrays: list[np.ndarray], labels: Sequence[str], **look) -> None:
    """Draw numbers against the step, told apart by colour and dash; say so where there are none."""
    for i, (array, label) in enumerate(zip(arrays, labels, strict=True)):
        dashes = {"dashes": DASHES[i % len(DASHES)]} if i else {}
        axes.plot(array, color=COLOURS[i % len(COLOURS)], label=label, **dashes, **look)
    if not any(array.size for array in arrays):
        axes.text(0.5, 0.5, "nothing recorded yet", ha="center", transform=axes.transAxes)
    if len(arrays) > 1:
        axes.legend(fontsize=8)


def show_rates(*series, labels=None, marks=(), name: str = "learning rate") -> Chart:
    """Return a figure of numbers that hold for one step each, such as learning rates, as staircases.

    series: each of shape (n,); None is empty. marks: steps at which a dotted line stands, such as the
    ends of epochs.
    """
    arrays = [numbers([] if one is None else one, name).reshape(-1) for one in series]
    labels = labels or [f"curve {i + 1}" for i in range(len(arrays))]
    figure = Chart(figsize=(8, 2.6), dpi=100, layout="constrained")
    figure.alt = _alt(f"{name} against step", [array[:, None] for array in arrays], labels)
    axes = figure.subplots()
    _curves(axes, arrays, labels, drawstyle="steps-post", marker=".")
    for mark in marks:
        axes.axvline(mark, color="#999999", linestyle=":", linewidth=1)
    axes.set(xlabel="step", ylabel=name)
    return figure


# --------------------------------------------------------------------------- the player
# Plain JavaScript in the page. Everything but the still picture is made by the script, so that a
# page without scripts shows no dead controls.

PLAYER = """function (root, spec) {
  if (!root) return;
  var W = spec.size[0], H = spec.size[1], ratio = 2;
  var last = Math.max.apply(null, spec.tracks.map(function (t) { return t.places.length - 1; }));
  if (last < 1) return;
  var several = spec.tracks.filter(function (t) { return t.words; }).length > 1;
  var still = root.querySelector('img');
  var calm = window.matchMedia && window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  var at = calm ? last : 0, playing = false, speed = 1, then = 0, carry = 0;

  function make(tag, style, attributes) {
    var element = document.createElement(tag);
    element.style.cssText = style;
    for (var name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  }
  var canvas = make('canvas', 'width:100%', {role: 'img', 'aria-label': still.alt});
  canvas.width = W * ratio;
  canvas.height = H * ratio;
  var pen = canvas.getContext('2d'), picture = new Image();
  var bar = make('div', 'display:flex;gap:6px;align-items:center;padding:4px;flex-wrap:wrap;font:13px sans-serif');
  var say = make('div', 'font:13px monospace;padding:0 4px 4px;white-space:pre-wrap', {'aria-live': 'off'});

  function button(text, label, act) {
    var look = 'min-height:28px;min-width:28px;color:#1a1a1a;background:#eee;border:1px solid #777;border-radius:3px';
    var b = make('button', look, {type: 'button', 'aria-label': label});
    b.textContent = text;
    b.onclick = act;
    bar.appendChild(b);
    return b;
  }
  var play = button('Play', 'play', function () { playing ? pause() : start(); });
  button('Back', 'one step back', function () { pause(); go(at - 1); });
  button('Step', 'one step on', function () { pause(); go(at + 1); });
  var slide = make('input', 'flex:1 1 120px', {type: 'range', min: 0, max: last, step: 1, 'aria-label': 'step'});
  slide.oninput = function () { pause(); go(+slide.value); };
  bar.appendChild(slide);
  var pace = make('select', 'min-height:28px', {'aria-label': 'speed'});
  [[0.25, '1/4 x'], [1, '1 x'], [4, '4 x'], [16, '16 x']].forEach(function (choice) {
    var option = make('option', '', {value: choice[0]});
    option.textContent = choice[1];
    pace.appendChild(option);
  });
  pace.value = '1';
  pace.onchange = function () { speed = +pace.value; };
  bar.appendChild(pace);

  function label(text) {
    play.textContent = text;
    play.setAttribute('aria-label', text.toLowerCase());
    say.setAttribute('aria-live', text === 'Play' ? 'polite' : 'off');
  }
  function start() {
    if (at >= last) at = 0;
    playing = true;
    then = 0;
    label('Pause');
    requestAnimationFrame(tick);
  }
  function pause() {
    playing = false;
    label('Play');
  }
  function tick(now) {
    if (!playing || !root.isConnected) return;
    if (then) carry += (now - then) * speed / spec.delta;
    then = now;
    var steps = Math.floor(carry);
    carry -= steps;
    if (steps > 0) go(at + steps);
    if (at >= last) pause();
    else requestAnimationFrame(tick);
  }
  function go(k) {
    at = Math.max(0, Math.min(last, k));
    draw();
  }
  function stroke(points, colour, width, dash, box) {
    var down = false;
    pen.save();
    pen.beginPath();
    pen.rect(box[0] * W, box[1] * H, (box[2] - box[0]) * W, (box[3] - box[1]) * H);
    pen.clip();
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.beginPath();
    points.forEach(function (p) {
      if (!p) down = false;
      else if (down) pen.lineTo(p[0] * W, p[1] * H);
      else { pen.moveTo(p[0] * W, p[1] * H); down = true; }
    });
    pen.stroke();
    pen.restore();
  }
  function dot(p, radius, colour) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(p[0] * W, p[1] * H, radius, 0, 7);
    pen.fill();
  }
  function drawTrack(t) {
    var n = Math.min(at, t.places.length - 1), trail = t.places.slice(0, n + 1), seen = trail.filter(Boolean);
    stroke(trail, '#fff', 4, [], t.frame);
    stroke(trail, t.colour, 2, t.dash, t.frame);
    var s = t.strokes && t.strokes[n];
    if (s) stroke([[s[0], s[1]], [s[2], s[3]]], '#000', 1.5, [], t.frame);
    if (seen.length < 200) seen.forEach(function (p) { dot(p, 2.5, t.colour); });
    if (seen.length) {
      dot(seen[seen.length - 1], t.words ? 9 : 6, '#fff');
      dot(seen[seen.length - 1], t.words ? 7 : 4, t.colour);
    }
    if (!t.words) return null;
    var words = n < 0 ? 'no steps recorded' : 'step ' + t.steps[n] + ': ' + t.words[n];
    return (several ? t.label + ', ' : '') + words;
  }
  function draw() {
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.lineJoin = 'round';
    pen.drawImage(picture, 0, 0, W, H);
    var text = spec.tracks.map(drawTrack).filter(Boolean);
    say.textContent = text.join('\\n');
    slide.value = at;
    slide.setAttribute('aria-valuetext', text.join('; '));
  }
  root.addEventListener('keydown', function (event) {
    var keys = {ArrowRight: 1, ArrowLeft: -1, Home: -last, End: last};
    if (event.target === pace) return;
    if (event.key === ' ' && event.target.tagName !== 'BUTTON') { playing ? pause() : start(); }
    else if (event.key in keys) { pause(); go(at + keys[event.key]); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  picture.onload = function () {
    still.style.display = 'none';
    [canvas, bar, say].forEach(function (part) { root.appendChild(part); });
    draw();
    if (!calm) start();
  };
  picture.src = spec.background;
}"""
