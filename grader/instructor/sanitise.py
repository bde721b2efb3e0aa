"""Make the outputs of a student's cells safe to keep and to show: text, and pictures drawn anew."""

import base64
import io
import re

from PIL import Image, PngImagePlugin

from grader.instructor.pictures import MAX_DRAWN, MAX_SHOWN, Gallery

MAX_TEXT = 20_000
MAX_ERROR = 4_000
MAX_PIXELS = 4_000_000
MAX_PICTURE = 4 * 2**20
MAX_ALL_PIXELS = 60_000_000  # of all pictures of a notebook
MAX_ALL_TEXT = 2_000_000  # characters of all that a notebook shows
AHEAD = 10  # pictures of a cell that are drawn while the next one runs
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,16}\b")
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 2**16  # nothing of a picture's texts is kept


class Album:
    """What a notebook shows: pictures drawn anew, and words, as many as may be kept.

    gallery: where pictures of others may have been drawn.
    """

    def __init__(self, gallery: Gallery | None = None):
        self.gallery = gallery
        self.left, self.pixels = MAX_DRAWN, MAX_ALL_PIXELS
        self.to_draw, self.text = MAX_ALL_PIXELS, MAX_ALL_TEXT
        self.drawn: dict[str, tuple[str, int]] = {}

    def prepare(self, outputs: list[dict]) -> None:
        """Draw the first pictures of a cell anew, while others run."""
        for output in outputs[:AHEAD]:
            data = output.get("data")
            if isinstance(data, dict) and isinstance(data.get("image/png"), str):
                self._drawn_anew(data["image/png"])

    def picture(self, encoded: str) -> str:
        """Return a PNG that was decoded and encoded again; empty when it is none, too large, or one too many."""
        drawn, pixels = self._drawn_anew(encoded)
        if self.left < 1 or pixels > self.pixels:
            return ""
        self.left -= 1
        self.pixels -= pixels
        return drawn

    def words(self, text: object, limit: int = MAX_TEXT) -> str:
        """Return printable text, as much as may still be shown."""
        kept = clean(text, min(limit, self.text))
        self.text = max(0, self.text - len(kept))
        return kept

    def _drawn_anew(self, encoded: str) -> tuple[str, int]:
        """Return a PNG that was decoded and encoded again, and its pixels; the same one is drawn once."""
        if encoded not in self.drawn:
            fits = len(self.drawn) < 2 * MAX_DRAWN and len(encoded) <= 2 * MAX_PICTURE
            self.drawn[encoded] = self._draw(encoded) if fits else ("", 0)
        return self.drawn[encoded]

    def _draw(self, encoded: str) -> tuple[str, int]:
        try:
            image = Image.open(io.BytesIO(base64.b64decode(encoded)), formats=["PNG"])
            size = image.width * image.height
            if size > min(self.to_draw, MAX_PIXELS):
                return "", 0
            self.to_draw -= size
            kept = self.gallery.get(encoded) if self.gallery else None
            if kept is None:
                kept = _pixels_only(image)
                if self.gallery:
                    self.gallery.keep(encoded, kept)
        except Exception:  # a decoder may end in any of them
            return "", 0
        return kept, size


def _pixels_only(image: Image.Image) -> str:
    """Return a picture encoded anew, from its pixels alone: profiles and texts stay behind."""
    pixels = image.convert("RGB")
    pixels.info = {}
    buffer = io.BytesIO()
    pixels.save(buffer, "png", compress_level=2)  # two thirds of the usual time for a quarter more bytes
    return base64.b64encode(buffer.getvalue()).decode()


def sanitise_all(outputs: dict[str, list], album: Album | None = None) -> dict[str, list[dict]]:
    """Return what is kept of the outputs of a notebook's cells; album: with pictures that are drawn already."""
    album = album or Album()
    return {name: sanitise(found, album) for name, found in outputs.items()}


def sanitise(outputs: list, album: Album | None = None) -> list[dict]:
    """Return what is kept of a cell's outputs: streams, plain text, PNG pictures and errors.

    HTML, scripts, widgets and every other kind are dropped; texts are cut, pictures are decoded and
    encoded again, none is larger than 4 million pixels, and there are no more than the album takes.
    """
    album = album or Album()
    kept = []
    for output in outputs[:MAX_SHOWN]:
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append({"output_type": "stream", "name": name, "text": album.words(output.get("text"))})
        elif kind == "error":
            kept.append(_error(output, album))
        elif kind in ("display_data", "execute_result", "update_display_data"):
            data = _data(output.get("data"), album)
            if data:
                kept.append({"output_type": "display_data", "data": data, "metadata": {}})
    if len(outputs) > MAX_SHOWN:
        note = f"[{len(outputs) - MAX_SHOWN} more outputs are not shown]"
        kept.append({"output_type": "stream", "name": "stdout", "text": note})
    return kept


def clean(text: object, limit: int = MAX_TEXT) -> str:
    """Return printable text of bounded length, without colours, control characters and places in memory.

    Where an object lies differs from process to process, and what a run shows must not.
    """
    text = "".join(str(part) for part in text) if isinstance(text, list) else str(text or "")
    cut = text[: 2 * limit]
    cut = ADDRESS.sub("at 0x...", CONTROL.sub("", ANSI.sub("", cut)))
    return cut if len(text) <= limit else cut[:limit] + f"\n[{len(text) - limit} more characters are not shown]"


def _error(output: dict, album: Album) -> dict:
    parts = output.get("traceback")
    trace = "\n".join(map(str, parts)) if isinstance(parts, list) else parts  # a part ends without the end of its line
    return {
        "output_type": "error",
        "ename": album.words(output.get("ename"), 200),
        "evalue": album.words(output.get("evalue"), MAX_ERROR),
        "traceback": album.words(trace, MAX_ERROR).splitlines(),
    }


def _data(data: object, album: Album) -> dict[str, str]:
    if not isinstance(data, dict):
        return {}
    kept = {}
    if "text/plain" in data:
        kept["text/plain"] = album.words(data["text/plain"])
    if isinstance(data.get("image/png"), str):
        picture = album.picture(data["image/png"])
        if picture:
            kept["image/png"] = picture
    return kept
