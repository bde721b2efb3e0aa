"""Pictures that are made once: drawn from drafts in a child that runs our code only, and kept by their content."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from _live_plot.backend import DRAFT, MAX_DRAFT
from grader.core import files

MAX_KEPT = 128 * 2**20  # bytes that one process puts into a gallery
MAX_DRAWN = 200  # drafts of a notebook that are drawn
MAX_SHOWN = 40  # outputs of a cell that are looked at

Draw = Callable[[list[tuple[str, str]]], dict[str, tuple[str, str]]]


class Gallery:
    """A folder with pictures, each under the hash of what it was made from.

    What is kept is a function of the content alone, so that it makes no difference who was first.
    shared: the folder that this process shares with others; it has one of its own where there is none.
    """

    shared: ClassVar[Path | None] = None

    def __init__(self):
        self.folder = self.shared or Path(tempfile.mkdtemp(prefix="downhill-p"))
        self.left = MAX_KEPT

    def get(self, source: str) -> str | None:
        """Return what was made from `source`; None where nothing is kept."""
        try:
            return self._place(source).read_text("ascii")
        except (OSError, ValueError):
            return None

    def keep(self, source: str, made: str) -> None:
        """Keep what was made from `source`, while there is room and nothing is kept yet."""
        if len(made) <= self.left and not self._place(source).exists():
            self.left -= len(made)
            with suppress(OSError):
                files.write(self._place(source), made)

    def _place(self, source: str) -> Path:
        return self.folder / hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()

    def close(self) -> None:
        """Remove the folder, where no other process uses it."""
        if self.shared is None:
            shutil.rmtree(self.folder, ignore_errors=True)


def developed(outputs: dict[str, list[dict]], gallery: Gallery, draw: Draw) -> dict[str, list[dict]]:
    """Return the outputs of a notebook's cells with a picture for each draft in them.

    draw: makes base64 PNGs, and what is below them, of drafts with what is below them where that is known; a
    draft that it leaves out gets no picture.
    """
    shown = [output for found in outputs.values() for output in found[:MAX_SHOWN]]
    drafts = list(dict.fromkeys(text for output in shown if (text := _draft(output))))[:MAX_DRAWN]
    pictures = {text: made for text in drafts if (made := gallery.get(text)) is not None}
    new = [text for text in drafts if text not in pictures]
    grounds = {below: gallery.get(below) or "" for below in set(map(_below, new))}
    new = [(text, grounds[_below(text)]) for text in new]
    for text, (made, ground) in (draw(new) if new else {}).items():
        gallery.keep(text, made)
        if ground:
            gallery.keep(_below(text), ground)
        pictures[text] = made
    return {name: [_with_picture(output, pictures) for output in found] for name, found in outputs.items()}


def _below(text: str) -> str:
    """Return under what the ground of a draft is kept: the draft's first line, and nothing that is a draft itself."""
    return "ground\n" + text.partition("\n")[0]


def _draft(output: dict) -> str:
    """Return the draft of an output; nothing where it has none that can be drawn, or none of ours, which are ASCII."""
    data = output.get("data")
    text = data.get(DRAFT) if isinstance(data, dict) else None
    return text if isinstance(text, str) and text.isascii() and len(text) <= MAX_DRAFT else ""


def _with_picture(output: dict, pictures: dict[str, str]) -> dict:
    made = pictures.get(_draft(output))
    return {**output, "data": {**output["data"], "image/png": made}} if made else output
