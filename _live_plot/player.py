"""A film: pictures that were rendered once, paths as data, and the page that moves them."""

import base64
import hashlib
import io
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path

import numpy as np

from _live_plot import look
from _live_plot.backend import DRAFT, MAX_DRAFT, backend
from _live_plot.draft import pack_still
from _live_plot.draw import draw
from _live_plot.landscapes import Landscape
from _live_plot.stage import Stage, staged
from _live_plot.strips import Strip
from _live_plot.values import delay
from _live_plot.words import before_burst, describe

PLAYER = Path(__file__).with_name("player.js").read_text(encoding="utf-8")
MAX_FRAMES = 5000
MAX_GIF = 300

_calls = itertools.count()


@dataclass
class Track:
    """One line that grows with the step: a path over the landscape, or a series in a strip below it.

    places: fractions of the picture, shape (n, 2), from the top left corner; NaN where there is none.
    words: for each point, what the status line says; empty for a series, whose path says it.
    frame: the axes that clip it: left, top, right, bottom as fractions of the picture.
    style: which colour, marker and dash it has.
    strokes: for each point, the two ends of a line drawn with it, shape (n, 4); or None.
    owner: the number of the path that it belongs to, and is hidden with.
    """

    label: str
    places: np.ndarray
    words: list[str]
    frame: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    style: int = 0
    strokes: np.ndarray | None = None
    owner: int = 0


@dataclass(eq=False, repr=False)
class Animation:
    """A landscape with moving paths; shows itself in a notebook, and keeps its points in `data`.

    data: the points of each path, with heights on a curve; as they were given where nothing is drawn.
    drawn: the picture with whole paths, and background: the one without, as PNG; empty where it is not drawn.
    draft: the picture as data, where it is drawn elsewhere.
    axes: the ranges of the landscape's axes, as (x, y) of (low, high); None without one.
    """

    data: list
    alt: str
    delta: int = 60
    background: bytes = b""
    drawn: bytes = b""
    draft: str = ""
    size: tuple[int, int] = (0, 0)
    tracks: list[Track] = field(default_factory=list)
    axes: tuple | None = None
    number: int = field(default_factory=lambda: next(_calls))

    def __repr__(self) -> str:
        return self.alt

    @cached_property
    def still(self) -> bytes:
        """The picture with whole paths, as PNG; empty where nothing is drawn."""
        return draw(self.draft) if self.draft else self.drawn

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        bundle = {"text/plain": self.alt}
        if self.draft:
            bundle[DRAFT] = self.draft
        elif self.still:
            bundle["image/png"] = base64.b64encode(self.still).decode()
        if self.background:
            bundle["text/html"] = self.html()
        return bundle

    def png(self) -> bytes:
        """Return the still picture with the whole path."""
        return self.still

    def html(self) -> str:
        """Return the player; without scripts it is the still picture."""
        spec = json.dumps(self.spec(), separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
        name = "dh" + hashlib.sha1(spec.encode()).hexdigest()[:10] + f"-{self.number}"
        still = base64.b64encode(self.still).decode()
        return (
            f'<div id="{name}" role="group" aria-label="{escape(self.alt)}" data-lm-suppress-shortcuts="true" '
            f'style="max-width:{self.size[0]}px;background:#fff;color:#1a1a1a">'
            f'<img alt="{escape(self.alt)}" style="width:100%" src="data:image/png;base64,{still}"></div>'
            f"<script>({PLAYER})(document.getElementById({json.dumps(name)}),{spec})</script>"
        )

    def spec(self) -> dict:
        """Return what the player needs, as strict JSON."""
        longest = max((len(track.places) for track in self.tracks), default=0)
        return {
            "size": self.size,
            "delta": self.delta,
            "alt": self.alt,
            "axes": self.axes,
            "note": f"{MAX_FRAMES} of {longest} points are shown" if longest > MAX_FRAMES else "",
            "background": "data:image/png;base64," + base64.b64encode(self.background).decode(),
            "tracks": [_track(track) for track in self.tracks],
        }

    def save(self, path: str | Path) -> None:
        """Write the player (.html), the still picture (.png) or a moving picture (.gif).

        Raises:
            ValueError: for any other ending, and where LIVE_PLOT_BACKEND leaves nothing to write.

        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in (".html", ".png", ".gif"):
            raise ValueError(f"{path.name}: choose an ending of .html, .png or .gif")
        if not (self.still if kind == ".png" else self.background):
            raise ValueError(f"{path.name}: LIVE_PLOT_BACKEND={backend()!r} makes no such picture; unset it")
        if kind == ".html":
            page = f'<!doctype html><meta charset="utf-8"><title>Downhill</title>{self.html()}'
            path.write_text(page, encoding="utf-8")
        elif kind == ".png":
            path.write_bytes(self.still)
        else:
            self._save_gif(path)

    def _save_gif(self, path: Path) -> None:
        from PIL import Image, ImageDraw

        base = Image.open(io.BytesIO(self.background)).convert("RGB")
        size = np.array(base.size)
        frames = []
        longest = max((len(track.places) for track in self.tracks), default=0)
        for k in np.unique(np.linspace(0, max(longest - 1, 0), min(longest, MAX_GIF) or 1).astype(int)):
            frame = base.copy()
            pen = ImageDraw.Draw(frame)
            for track in self.tracks:
                trail = [tuple(p) for p in track.places[: k + 1] * size if np.isfinite(p).all()]
                colour = look.colour(track.style)
                if len(trail) > 1:
                    pen.line(trail, fill=colour, width=3)
                for x, y in trail[-1:]:
                    pen.ellipse((x - 8, y - 8, x + 8, y + 8), fill=colour, outline="white", width=2)
            frames.append(frame.resize(self.size).quantize(64))
        durations = [self.delta] * (len(frames) - 1) + [2000]
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)


def _track(track: Track) -> dict:
    """Return a track as JSON, thinned where it is long."""
    kept = _thin(track.places)
    return {
        "label": track.label,
        "owner": track.owner,
        "colour": look.colour(track.style),
        "dash": look.dash(track.style),
        "marker": look.marker(track.style),
        "frame": track.frame,
        "steps": kept.tolist(),
        "places": [_finite(track.places[k]) for k in kept],
        "words": [track.words[k] for k in kept] if track.words else None,
        "strokes": None if track.strokes is None else [_finite(track.strokes[k]) for k in kept],
    }


def _thin(places: np.ndarray) -> np.ndarray:
    """Return the indices to show: all, or evenly spread ones with the first, the last and the outermost."""
    n = len(places)
    if n <= MAX_FRAMES:
        return np.arange(n)
    whole = np.where(np.isfinite(places), places, 0.5)
    outermost = {int(i) for column in whole.T for i in (column.argmin(), column.argmax())} | {0, n - 1}
    spread = np.linspace(0, n - 1, MAX_FRAMES - len(outermost)).astype(int)
    return np.union1d(spread, sorted(outermost))


def _finite(values: np.ndarray) -> list | None:
    return [round(float(v), 5) for v in values] if np.isfinite(values).all() else None


# --------------------------------------------------------------------------- making one


def film(
    landscape: Landscape,
    paths: list[np.ndarray],
    labels: Sequence[str],
    strips: Sequence[Strip] = (),
    delta: float = 60,
    title: str = "",
) -> Animation:
    """Return the animation of some paths over a landscape.

    paths: each of shape (n, c), as the landscape takes them. strips: with a series for each path.
    """
    delta, way = delay(delta), backend()
    if way == "none":
        return Animation([path.tolist() for path in paths], landscape.words_for_alt + ".", delta)
    _ = landscape.heights  # what is wrong with the function is said of the landscape first
    lifted = [landscape.lift(path) for path in paths]
    what = {"landscape": landscape, "paths": lifted, "labels": list(labels), "strips": list(strips), "title": title}
    made = Animation(
        [path.tolist() for path in lifted],
        describe(landscape.words_for_alt, lifted if landscape.dimensions else [], labels, strips),
        delta,
    )
    if way == "data" and len(draft := pack_still(what)) <= MAX_DRAFT:
        made.draft = draft
        return made
    stage = staged(**what)
    made.size = stage.size
    if way == "html":
        made.background = stage.png()
    stage.draw_paths(lifted, labels)
    made.drawn = stage.png()
    if way == "html":
        made.tracks = tracks(stage, lifted, labels, strips)
        if stage.axes and not landscape.projection:
            made.axes = tuple(tuple(map(float, ends)) for ends in (stage.axes.get_xlim(), stage.axes.get_ylim()))
    return made


def tracks(stage: Stage, lifted: list[np.ndarray], labels: Sequence[str], strips: Sequence[Strip]) -> list[Track]:
    """Return what moves: the paths with what is said about each of their points, then the series."""
    made = []
    for i, (label, path) in enumerate(zip(labels, lifted, strict=True)):
        places, frame = stage.places(path), stage.frame()
        words = _said(stage, path, places, frame)
        words = [text + "".join(strip.words(i, k) for strip in strips) for k, text in enumerate(words)]
        words = [text.removeprefix(", ") for text in words]
        strokes = stage.landscape.strokes(path)
        ends = None if strokes is None else np.column_stack([stage.places(end) for end in strokes])
        made.append(Track(label, places, words, frame, i, ends, owner=i))
    for axes, style, points, owner in stage.series():
        made.append(Track(labels[owner], stage.places(points, axes), [], stage.frame(axes), style, owner=owner))
    return made


def _said(stage: Stage, path: np.ndarray, places: np.ndarray, frame: tuple) -> list[str]:
    """Return what is said of each point, and where a path has burst or left the picture."""
    words = stage.landscape.words(path)
    if stage.axes is None:
        return words
    burst = before_burst(path)
    left, top, right, bottom = frame
    with np.errstate(invalid="ignore"):
        inside = (places >= (left - 0.001, top - 0.001)) & (places <= (right + 0.001, bottom + 0.001))
    for k in range(len(words)):
        if k >= burst:
            words[k] = f"diverged at step {burst}"
        elif not inside[k].all():
            words[k] += ", outside the picture"
    return words
