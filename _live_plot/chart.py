"""One chart: what it shows, and a figure that is drawn when somebody asks for it."""

import base64
import io
from collections.abc import Callable, Sequence
from functools import cached_property

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from _live_plot.backend import DRAFT, MAX_DRAFT, backend
from _live_plot.draft import pack
from _live_plot.layout import Once

FORMS: dict[str, Callable] = {}  # what draws a chart on a figure, by name


def form(draws: Callable) -> Callable:
    """Register what draws a form of chart: a function of a figure and of what is shown."""
    FORMS[draws.__name__.strip("_")] = draws
    return draws


class Chart:
    """A chart that shows itself in a notebook; its figure is drawn when somebody asks for it.

    form: which of `FORMS` draws it. alt: what it shows, in words. size: inches. what: the form's arguments.
    Whatever a Matplotlib figure has, such as `axes` and `savefig`, is had from the figure.
    """

    def __init__(self, form: str, alt: str, size: tuple[float, float], **what):
        self.form, self.alt, self.size, self.what = form, alt, size, what

    def __repr__(self) -> str:
        return self.alt

    def __getattr__(self, name: str):
        if name.startswith("_"):  # whoever shows an object asks for many names that it need not have
            raise AttributeError(name)
        return getattr(self.figure, name)

    @cached_property
    def figure(self) -> Figure:
        """The figure, which may be changed before it is shown."""
        figure = Figure(figsize=self.size, dpi=100, layout=Once())
        FORMS[self.form](figure, **self.what)
        return figure

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        bundle = {"text/plain": self.alt}
        if backend() == "none":
            return bundle
        if backend() == "data" and "figure" not in self.__dict__:
            draft = pack("chart", {"form": self.form, "size": self.size, **self.what})
            if len(draft) <= MAX_DRAFT:
                return bundle | {DRAFT: draft}
        return bundle | {"image/png": base64.b64encode(_png(self.figure)).decode()}


def chart_png(form: str, size: Sequence[float], level: int = 6, **what) -> bytes:
    """Return the picture of a chart as PNG, compressed so hard, 1 to 9; the others are the arguments of `Chart`."""
    return _png(Chart(form, "", tuple(size), **what).figure, level)


def _png(figure: Figure, level: int = 6) -> bytes:
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer, pil_kwargs={"compress_level": level})
    return buffer.getvalue()
