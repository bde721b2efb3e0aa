"""Plots of a walk downhill: a landscape drawn once, and paths that move over it in the page.

`anim_2d`, `anim_3d` and `show_contours` keep the calls of the founding notebooks; the others are what the
lessons use beside them. A landscape is rendered once by Matplotlib; the path is data, and a small player
in the page moves it. The page asks for nothing from the network. Importing this module changes no setting
of Matplotlib, torch or Python, and opens no figure.

The environment variable LIVE_PLOT_BACKEND chooses how pictures are shown: "html" (players, the default),
"png" (still pictures), "data" (what a still picture shows, to be drawn elsewhere) or "none". The parts
lie in `_live_plot/`.
"""

from _live_plot.backend import backend, register_ipympl
from _live_plot.chart import Chart
from _live_plot.charts import show_contours, show_curves, show_loss, show_places, show_rates
from _live_plot.descent import descend, race
from _live_plot.explore import Explorer, explore
from _live_plot.heights import curve, surface
from _live_plot.live import LivePlot
from _live_plot.player import Animation
from _live_plot.scenes import anim_2d, anim_3d, animate
from _live_plot.tables import show_bars, show_chain, show_matrices
from _live_plot.trajectory import Trajectory
from _live_plot.values import numbers

__all__ = [
    "Animation",
    "Chart",
    "Explorer",
    "LivePlot",
    "Trajectory",
    "anim_2d",
    "anim_3d",
    "animate",
    "backend",
    "curve",
    "descend",
    "explore",
    "numbers",
    "race",
    "show_bars",
    "show_chain",
    "show_contours",
    "show_curves",
    "show_loss",
    "show_matrices",
    "show_places",
    "show_rates",
    "surface",
]

register_ipympl()
