"""Read a hand-in: nothing of it is trusted, and only the text of its cells is kept."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from grader.core import files

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 64
MAX_CELLS = 2000
MAX_TOKENS = 2**19  # texts, brackets and commas: what takes memory and time when it is read
MAX_SOURCES = 2**18  # characters of all cells of a kind; the longest lesson has 26,000 of code
KINDS = ("code", "markdown", "raw")
TOO_MUCH = (
    f"The notebook has more than {MAX_SOURCES} characters, and its longest cells were left out; this is one of them: "
    "load what is long from a file."
)
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[{]|[\]}]|,', re.DOTALL)  # possessive, so linear


class HandInError(ValueError):
    """A hand-in that cannot be graded; the message is one sentence for the student."""


@dataclass(frozen=True)
class StudentCell:
    """What is kept of one cell of a hand-in: its kind, its text, and the names it claims to have."""

    kind: str
    source: str
    cell_id: str = ""
    grade_id: str = ""


def read_notebook(path: Path) -> list[StudentCell]:
    """Return the cells of a notebook file.

    Raises:
        HandInError: with one sentence, when the file is no notebook.

    """
    try:
        data = files.read(path, MAX_BYTES)
    except files.Unreadable as error:
        raise HandInError(str(error)) from None
    return parse_notebook(data)


def parse_notebook(data: bytes) -> list[StudentCell]:
    """Return the cells in the bytes of a notebook; see `read_notebook`."""
    content = _parse(_text(data), data)
    cells = content.get("cells") if isinstance(content, dict) else None
    if cells is None and isinstance(content, dict) and isinstance(content.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in content["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if not isinstance(cells, list):
        raise HandInError("The file is JSON and no notebook: save the notebook and hand in the .ipynb file.")
    if len(cells) > MAX_CELLS:
        raise HandInError(f"The notebook has {len(cells)} cells: at most {MAX_CELLS} are graded.")
    return _bounded([_cell(cell) for cell in cells if isinstance(cell, dict)])


def _bounded(cells: list[StudentCell]) -> list[StudentCell]:
    """Return cells with a line that says so in place of the longest, where all are too much."""
    left = dict.fromkeys(KINDS, MAX_SOURCES)
    for place, cell in sorted(enumerate(cells), key=lambda one: len(one[1].source)):
        if len(cell.source) > left[cell.kind]:
            cells[place] = replace(cell, source=_left_out(cell.kind))
        left[cell.kind] -= len(cells[place].source)
    return cells


def _left_out(kind: str) -> str:
    return f"raise ValueError({TOO_MUCH!r})" if kind == "code" else TOO_MUCH


def _text(data: bytes) -> str:
    stripped = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not stripped:
        raise HandInError("The file is empty: save the notebook and hand it in again.")
    if stripped[:1] == b"<":
        raise HandInError("The file is a web page, not a notebook: download the .ipynb file itself.")
    if data[:2] == b"PK":
        raise HandInError("The file is a zip archive: hand in the .ipynb file inside it.")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _parse(text: str, data: bytes) -> object:
    depth = 0
    for count, token in enumerate(TOKENS.finditer(text)):
        if count > MAX_TOKENS:
            raise HandInError("The notebook holds half a million values: clear its outputs and hand it in again.")
        first = text[token.start()]
        depth += (first in "[{") - (first in "]}")
        if depth > MAX_DEPTH:
            raise HandInError(f"The notebook is nested more than {MAX_DEPTH} levels deep.")
    try:
        return json.loads(text, parse_int=lambda digits: int(digits[:18]))
    except json.JSONDecodeError as error:
        if text.lstrip("\ufeff \t\r\n").startswith("{") and not text.rstrip().endswith("}"):
            raise HandInError(
                f"The notebook is cut off after {len(data)} bytes: save it and hand it in again."
            ) from None
        raise HandInError(f"The file is no notebook: it stops being JSON at line {error.lineno}.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise HandInError(f"The notebook cannot be read ({type(error).__name__}).") from None


def _cell(cell: dict) -> StudentCell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source if isinstance(source, str) else ""
    metadata = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    fields = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    kind = cell.get("cell_type") if cell.get("cell_type") in KINDS else "raw"
    source = _clean(source) if len(source) <= 2 * MAX_SOURCES else _left_out(kind)  # which cleaning would take long
    return StudentCell(kind, source, _name(cell.get("id")), _name(fields.get("grade_id")))


def _clean(source: str) -> str:
    """Return a cell's text with ordinary line ends and without what no encoder or parser takes."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    source = source.encode("utf-8", "replace").decode("utf-8")
    return source.translate({0: None, 0x200B: None, 0xFEFF: None})


def _name(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,80}", value) else ""
