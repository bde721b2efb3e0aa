"""Draws a picture from its draft."""

from _live_plot import charts, tables  # noqa: F401  each brings forms of charts along
from _live_plot.chart import chart_png
from _live_plot.draft import unpack
from _live_plot.stage import still

MAKERS = {"still": still, "chart": chart_png}


def draw(text: str, level: int = 6) -> bytes:
    """Return the picture of a draft as PNG; level: how hard it is compressed, 1 to 9.

    Raises:
        Exception: of any kind, for a text that is no draft.

    """
    maker, what = unpack(text)
    return MAKERS[maker](level=level, **what)
