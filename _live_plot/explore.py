"""A landscape to touch: choose a start, a rate and a momentum, and see where each optimizer goes."""

import inspect
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from _live_plot.backend import backend, in_notebook
from _live_plot.descent import descend, forget_constant_rates
from _live_plot.landscapes import landscape
from _live_plot.player import PLAYER, Animation, film
from _live_plot.trajectory import Trajectory, strips_of_walks
from _live_plot.values import numbers, one_number, shown, whole

EXPLORER = Path(__file__).with_name("explorer.js").read_text(encoding="utf-8")
STEPS = 100


class Explorer:
    """What `explore` returns: shows itself in a notebook, and keeps what was chosen last.

    start, lr, momentum: what was chosen; without a momentum each optimizer has its own. animation: the race from
    there. problems: one sentence for each optimizer that did not come through.
    """

    def __init__(self, func, x_range, y_range, optimizers, start, lr, momentum, steps):
        self.land = landscape(func, x_range, y_range)
        self.func, self.steps = func, whole(steps, "steps", 1)
        self.optimizers = _contestants(optimizers)
        self.ranges = self.land.ranges
        self.rates, self.memories = _range(lr, "lr", 0.0), _range(momentum, "momentum", -1e-9, 1.0)
        self.lr = math.sqrt(self.rates[0] * self.rates[1])
        self.momentum: float | None = None
        self.start = [low + 0.8 * (high - low) for low, high in self.ranges]
        self.lock = threading.RLock()
        self.choose(start=self.start if start is None else start)

    def choose(self, start=None, lr: float | None = None, momentum: float | None = None) -> Animation:
        """Choose a start, a rate or a momentum, and return the race from there.

        start: one number on a curve, two on contours.

        Raises:
            ValueError: for what is no number, or a start of another dimension.

        """
        with self.lock:  # a front end may call from a thread of its own
            place = self.start if start is None else numbers(start, "start").reshape(-1).tolist()
            if len(place) != len(self.ranges) or not np.isfinite(place).all():
                wanted = {1: "one number", 2: "two numbers"}[len(self.ranges)]
                raise ValueError(f"start: expected {wanted}, got {shown(start)}")
            chosen = [self.lr if lr is None else one_number(lr, "lr")]
            chosen += [self.momentum if momentum is None else one_number(momentum, "momentum")]
            if not all(one is None or np.isfinite(one) for one in chosen):
                raise ValueError(f"lr and momentum: expected numbers, got {chosen}")
            self.start, (self.lr, self.momentum) = place, chosen
            self.animation = self._race()
            return self.animation

    def _race(self) -> Animation:
        walks, self.problems = [], []
        start = self.start[0] if len(self.start) == 1 else self.start
        for name, kind in self.optimizers.items():
            try:
                walks.append(descend(self.func, start, _tuned(kind, self.lr, self.momentum), self.steps, label=name))
            except Exception as error:  # of a student's class: the others race on
                self.problems.append(f"{name} does not race: {type(error).__name__}: {error}")
        walks = walks or [Trajectory("nobody")]
        paths = [np.array(walk.points).reshape(len(walk), len(self.ranges)) for walk in walks]
        forget_constant_rates(walks)
        return film(self.land, paths, [walk.label for walk in walks], strips_of_walks(walks))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        if backend() != "html" or not in_notebook():
            display(self.animation)
            return
        for make in (_touchable, _boxes):
            try:
                bundle = make(self)._repr_mimebundle_()
            except ImportError:
                continue
            bundle = bundle[0] if isinstance(bundle, tuple) else bundle
            still = self.animation._repr_mimebundle_()  # for pages that have no kernel
            display({**bundle, "image/png": still["image/png"], "text/plain": still["text/plain"]}, raw=True)
            return
        display(self.animation)
        print("To choose with the mouse: %pip install anywidget. Without it, call explore(..., start=...) again.")


def explore(
    func: Callable,
    x_range,
    y_range=None,
    optimizers: Mapping[str, Callable] | Sequence[type] | None = None,
    *,
    start=None,
    lr: Sequence[float] = (1e-4, 1.0),
    momentum: Sequence[float] = (0.0, 0.99),
    steps: int = STEPS,
) -> Explorer:
    """Show a landscape to click: every optimizer walks from there, with sliders for rate and momentum.

    optimizers: classes, such as your own, or a mapping from names to classes; SGD and Adam by default. A
    class gets what its arguments are called: lr, momentum, or betas with the momentum in front. A function
    of the parameters alone keeps its own settings. lr, momentum: what the sliders range over; until the momentum
    is moved, each class has its own.

    Click, or move the start with the arrow keys or the number boxes. Without anywidget there are number
    boxes and sliders only.

    Raises:
        ValueError: for ranges that are none.
        TypeError: for optimizers that are no classes or functions.

    """
    if isinstance(y_range, (list, tuple)) and any(isinstance(one, type) for one in y_range):
        raise TypeError("y_range: these are optimizers; call explore(func, x_range, optimizers=[...])")
    return Explorer(func, x_range, y_range, optimizers, start, lr, momentum, steps)


def _range(ends, name: str, above: float, below: float = math.inf) -> tuple[float, float]:
    array = numbers(ends, name)
    if array.shape != (2,) or not above < array[0] < array[1] < below:
        raise ValueError(f"{name}: expected the two ends of a slider, the lower one first, got {shown(ends)}")
    return float(array[0]), float(array[1])


def _contestants(optimizers) -> dict[str, Callable]:
    """Return the contestants by name.

    Raises:
        TypeError: when one of them cannot be called.

    """
    if optimizers is None:
        return {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}
    if callable(optimizers):
        optimizers = [optimizers]
    found = optimizers if isinstance(optimizers, Mapping) else {}
    if not isinstance(optimizers, Mapping):
        for one in optimizers:
            name = _name(one)
            found[name if name not in found else f"{name} {len(found) + 1}"] = one
    for name, one in found.items():
        if not callable(one):
            raise TypeError(f"optimizers: {name} is no class and no function: {shown(one)}")
    return {str(name): one for name, one in found.items()}


def _name(kind: object) -> str:
    kind = kind.func if isinstance(kind, partial) else kind
    return getattr(kind, "__name__", shown(kind))


def _tuned(kind: Callable, lr: float, momentum: float | None) -> Callable:
    """Return a function from parameters to an optimizer of this kind, with what it takes of rate and momentum."""
    try:
        accepted = inspect.signature(kind).parameters
    except (TypeError, ValueError):
        accepted = {"lr": None}
    fixed = kind.keywords if isinstance(kind, partial) else {}
    open_ended = any(one is not None and one.kind is one.VAR_KEYWORD for one in accepted.values())
    settings = {"lr": lr} if "lr" in accepted or open_ended else {}
    if momentum is not None and "lr" in accepted and "momentum" in accepted:
        settings["momentum"] = momentum
    elif momentum is not None and "lr" in accepted and "betas" in accepted:
        settings["betas"] = (momentum, 0.999)
    return lambda params: kind(params, **{name: one for name, one in settings.items() if name not in fixed})


# --------------------------------------------------------------------------- in the page


def _touchable(explorer: Explorer):
    """Return the widget that is clicked; its front end is the player's, with a start to choose."""
    import anywidget
    import traitlets

    class Touchable(anywidget.AnyWidget):
        _esm = f"const player = {PLAYER};\n{EXPLORER}"
        chosen = traitlets.Dict().tag(sync=True)
        view = traitlets.Dict().tag(sync=True)

        @traitlets.observe("chosen")
        def _choose(self, change) -> None:
            asked = {name: change["new"].get(name) for name in ("start", "lr", "momentum")}
            try:
                explorer.choose(**asked)
                self.view = _view(explorer, change["new"].get("number", 0))
            except Exception as error:  # a print in a callback would be lost
                self.view = self.view | {"problems": [str(error)], "number": change["new"].get("number", 0)}

    return Touchable(view=_view(explorer, 0))


def _view(explorer: Explorer, number: int) -> dict:
    """Return what the page needs: the race, what was chosen, and what the controls range over."""
    return {
        "spec": explorer.animation.spec(),
        "start": explorer.start,
        "lr": explorer.lr,
        "momentum": explorer.momentum,
        "ranges": explorer.ranges,
        "rates": explorer.rates,
        "memories": explorer.memories,
        "problems": explorer.problems,
        "number": number,
    }


def _boxes(explorer: Explorer):
    """Return number boxes and sliders of ipywidgets', and a still picture."""
    import ipywidgets as widgets

    names = ["x"] if len(explorer.start) == 1 else ["x1", "x2"]
    start = [widgets.FloatText(value, description=name) for name, value in zip(names, explorer.start, strict=True)]
    low, high = (math.log10(end) for end in explorer.rates)
    rate = widgets.FloatLogSlider(explorer.lr, min=low, max=high, description="rate")
    lowest, highest = explorer.memories
    memory = widgets.FloatSlider(lowest, min=lowest, max=highest, step=0.01, description="momentum")
    picture = widgets.Image(value=explorer.animation.still, format="png")
    said = widgets.Label("")

    def choose(change) -> None:
        try:
            moved = memory.value if change["owner"] is memory else None
            explorer.choose([box.value for box in start], rate.value, moved)
            said.value = "; ".join(explorer.problems) or explorer.animation.alt
        except Exception as error:
            said.value = str(error)
        picture.value = explorer.animation.still

    for one in (*start, rate, memory):
        one.observe(choose, "value")
    return widgets.VBox([widgets.HBox(start), rate, memory, picture, said])
