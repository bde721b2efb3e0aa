"""Draws a picture from its draft."""

from _live_plot import charts, tables  # noqa: F401  each brings forms of charts along
from _live_plot.chart import chart_png
from _live_plot.draft import unpack
from _live_plot.stage import ground, on_ground, still

MAKERS = {"still": still, "chart": chart_png}


def draw(text: str, level: int = 6) -> bytes:
    """Return the picture of a draft as PNG; level: how hard it is compressed, 1 to 9.

    Raises:
        Exception: of any kind, for a text that is no draft.

    """
    return draw_on("", text, level)[0]


def draw_on(made: str, text: str, level: int = 6) -> tuple[bytes, str]:
    """Return the picture of a draft, and its ground, for other drafts with the same first line.

    made: the ground, where it was drawn before. There is none for a draft of one line.

    Raises:
        Exception: of any kind, for a text that is no draft.

    """
    below, _, over = text.partition("\n")
    maker, what = unpack(below)
    if not over:
        return MAKERS[maker](level=level, **what), ""
    made = made or ground(**what)
    return on_ground(made, level=level, **unpack(over)[1]), made
