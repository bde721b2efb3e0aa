"""Figures without a window; Matplotlib, half a second of it, is loaded for the first one."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def blank(width: float, height: float, **form) -> "Figure":
    """Return an empty figure of a size in inches; form: what else Matplotlib's figures take."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=100, **form)


def png(figure: "Figure") -> bytes:
    """Return a figure as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()
