"""How paths are told apart: colour, dash and marker together, so that no one needs to see colours."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito's
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo")
DASHES = ((), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4), (1, 3), (10, 2))


def plain(text: object) -> str:
    """Return a label that Matplotlib can draw: its formulas where they are some, dollar signs where not."""
    text = str(text)
    if "$" in text:
        from matplotlib.mathtext import MathTextParser  # it takes its time to load

        try:
            MathTextParser("path").parse(text)
        except ValueError:
            return text.replace("$", r"\$")
    return text


def name_axes(axes, x: str, y: str) -> None:
    """Name two axes by variables; slanted letters, since a formula between dollar signs takes 5 ms to set."""
    axes.set_xlabel(x, style="italic")
    axes.set_ylabel(y, style="italic")


def nothing_yet(axes) -> None:
    """Say in empty axes that there are no numbers for them."""
    axes.text(0.5, 0.5, "nothing recorded yet", ha="center", transform=axes.transAxes)


def power_of_ten(value: float, place=None) -> str:
    """Return a power of ten as a label, and nothing for any other number; place: which tick it is."""
    exponent = round(math.log10(value)) if value > 0 else 0
    return "10" + str(exponent).translate(RAISED) if math.isclose(value, 10.0**exponent) else ""


def short(value: float, place=None) -> str:
    """Return a number as a label; place: which tick it is."""
    return f"{value:g}"


def labels(given: Sequence[str] | str | None, count: int, word: str) -> list[str]:
    """Return a label for each of so many paths or curves; word: what they are.

    Raises:
        ValueError: for another number of labels.

    """
    if given is None:
        return [f"{word} {i + 1}" for i in range(count)] if count != 1 else [word]
    given = names_of([given] if isinstance(given, str) else given, "labels")
    if len(given) != count:
        raise ValueError(f"labels: expected one for each {word}, {count} in all; got {len(given)}")
    return given


def names_of(given, what: str) -> list[str]:
    """Return names as texts; what: whose they are.

    Raises:
        ValueError: for what is no list of names.

    """
    if isinstance(given, str) or not isinstance(given, Iterable) or getattr(given, "ndim", 1) == 0:
        raise ValueError(f"{what}: expected a list of names, such as ['SGD', 'Adam'], got {given!r:.60}")
    return [str(name) for name in given]


def near(array: np.ndarray) -> np.ndarray:
    """Return numbers without those that no axis can show."""
    return np.where(np.abs(array) < 1e150, array, np.nan)


def colour(style: int) -> str:
    """Return the colour of a path."""
    return COLOURS[style % len(COLOURS)]


def marker(style: int) -> str:
    """Return the marker of a path, in Matplotlib's spelling."""
    return MARKERS[style % len(MARKERS)]


def dash(style: int) -> tuple[int, ...]:
    """Return the dashes of a path, in pixels; nothing for a whole line."""
    return DASHES[style % len(DASHES)]


def hatch(style: int) -> str:
    """Return the pattern that fills a bar, in Matplotlib's spelling."""
    return HATCHES[style % len(HATCHES)]


def line(style: int) -> dict:
    """Return colour and dashes as Matplotlib takes them."""
    return {"color": colour(style), "linestyle": (0, dash(style)) if dash(style) else "-"}
