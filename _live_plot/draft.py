"""A picture as data: what it shows, as text, from which `_live_plot.draw` draws it later or elsewhere.

Many pictures of a class show other paths over the same contours: these are drawn in two steps, and their text
has two lines, the ground first.
"""

import base64
import json
from collections.abc import Mapping

import numpy as np

from _live_plot.landscapes import Contours, Curve, Nowhere, Surface
from _live_plot.strips import Strip

LANDSCAPES = {kind.__name__: kind for kind in (Nowhere, Curve, Contours, Surface)}


def pack(maker: str, what: Mapping) -> str:
    """Return a picture as text; maker: who draws it. what: arrays, strips, landscapes and plain values by name."""
    return json.dumps([maker, dict(what)], default=_plain, separators=(",", ":"))


def pack_still(what: dict) -> str:
    """Return a still picture as text; what: the arguments of `_live_plot.stage.staged`."""
    if not isinstance(what["landscape"], Contours) or what["strips"]:
        return pack("still", what)
    ground = {"landscape": what["landscape"], "title": what["title"], "empty": not any(map(len, what["paths"]))}
    return pack("ground", ground) + "\n" + pack("paths", {"paths": what["paths"], "labels": what["labels"]})


def unpack(text: str) -> tuple[str, dict]:
    """Return who draws a picture, and what.

    Raises:
        Exception: of any kind, for a text that `pack` did not write.

    """
    maker, what = json.loads(text, object_hook=_whole)
    return maker, what


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        data = base64.b64encode(np.ascontiguousarray(value, dtype="<f8").tobytes()).decode()
        return {"@array": data, "shape": value.shape}
    if isinstance(value, Strip):
        return {"@strip": value.name, "series": value.series, "columns": value.columns}
    if type(value).__name__ in LANDSCAPES:
        return {"@landscape": type(value).__name__, "parts": value.parts()}
    raise TypeError(f"{type(value).__name__} is not part of a picture")


def _whole(value: dict) -> object:
    if "@array" in value:
        data = np.frombuffer(base64.b64decode(value["@array"]), dtype="<f8")
        return data.reshape(value["shape"]).copy()
    if "@strip" in value:
        return Strip(str(value["@strip"]), list(value["series"]), tuple(value["columns"]))
    if "@landscape" in value:
        return LANDSCAPES[value["@landscape"]].of(**value["parts"])
    return value
