"""Walks that are recorded, and races of optimizers on one clock."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch

from _live_plot.heights import KINDS, parameters
from _live_plot.player import Animation
from _live_plot.scenes import animate
from _live_plot.values import numbers, shown

LOSS, RATE = "loss", "learning rate"


@dataclass
class Trajectory:
    """A walk that is recorded step by step: its points, and the numbers that go with them.

    points: one array of shape (d,) for each place. series: a list for each name, such as "loss", of numbers
        or of mappings from names to numbers.
    """

    label: str = "path"
    points: list[np.ndarray] = field(default_factory=list)
    series: dict[str, list] = field(default_factory=dict)

    def add(self, *point, **series) -> None:
        """Record a place, as one array or coordinate by coordinate, and numbers that go with it.

        Everything is copied at once: a tensor that moves on afterwards changes nothing here.
        """
        if point:
            self.points.append(np.concatenate([numbers(part, "point").reshape(-1) for part in point]))
        for name, value in series.items():
            self.series.setdefault(name, []).append(_copied(value, name))

    def __len__(self) -> int:
        return len(self.points)


def _copied(value, name: str) -> np.ndarray | dict[str, float]:
    """Return numbers, or a mapping from names to numbers, that nothing changes any more."""
    if isinstance(value, Mapping):
        return {str(key): float(numbers(one, name).reshape(())) for key, one in value.items()}
    return numbers(value, name)


def descend(
    func: Callable,
    start,
    optimizer: Callable,
    steps: int = 100,
    scheduler: Callable | None = None,
    label: str = "path",
) -> Trajectory:
    """Walk down func and return the steps + 1 points, the loss at each, and the learning rate of each step.

    func: of one tensor with the shape of `start`, or of two numbers. optimizer: makes an optimizer from
    a list of parameters. scheduler: makes a learning-rate scheduler from an optimizer.

    Raises:
        TypeError: when `optimizer` makes no optimizer, or func returns no tensor to differentiate.

    """
    place, loss_of = _start(func, start)
    walker = optimizer([place])
    if not callable(getattr(walker, "step", None)):
        raise TypeError(f"{label}: expected an optimizer such as torch.optim.SGD(params, lr=0.1), got {shown(walker)}")
    plan = scheduler(walker) if scheduler else None
    walk = Trajectory(label)

    def closure() -> torch.Tensor:
        place.grad = None
        loss = loss_of(place)
        loss.backward()
        return loss

    for _ in range(steps):
        rate = _rate(walker)
        walk.add(place, **{LOSS: closure()} | ({} if rate is None else {RATE: rate}))
        walker.step(closure) if _needs_closure(walker) else walker.step()
        if plan:
            plan.step()
    with torch.no_grad():
        walk.add(place, **{LOSS: loss_of(place)})
    return walk


def _start(func: Callable, start) -> tuple[torch.Tensor, Callable]:
    """Return the parameter to move and the loss as a function of it, in the precision that func takes."""
    spread = parameters(func) == 2

    def loss_of(place: torch.Tensor) -> torch.Tensor:
        loss = func(*place) if spread else func(place)
        if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
            raise TypeError(f"func must return one number as a tensor, to have a slope; got {shown(loss)}")
        return loss.reshape(())

    first = None
    for kind in KINDS:
        place = torch.tensor(numbers(start, "start"), dtype=kind, requires_grad=True)
        try:
            with torch.no_grad():
                loss_of(place)
        except Exception as error:
            first = first or error
        else:
            return place, loss_of
    raise first


def _needs_closure(walker) -> bool:
    closure = inspect.signature(walker.step).parameters.get("closure")
    return closure is not None and closure.default is closure.empty


def _rate(walker) -> float | None:
    groups = getattr(walker, "param_groups", None) or [{}]
    return groups[0].get("lr")


def race(
    func: Callable,
    start,
    optimizers: Mapping[str, Callable],
    steps: int = 150,
    *,
    scheduler: Callable | None = None,
    x_range=None,
    y_range=None,
    delta: float = 60,
    title: str = "",
) -> Animation:
    """Let optimizers walk down func from one start, on one clock, with the loss of each below.

    optimizers: by name, each a function from a list of parameters to an optimizer, such as
    {"SGD": lambda p: torch.optim.SGD(p, lr=1e-3)}. Learning rates are drawn where one of them changes.

    Raises:
        TypeError: as for `descend`.
        ValueError: as for `animate`.

    """
    walks = [descend(func, start, make, steps, scheduler, str(name)) for name, make in optimizers.items()]
    return animate(func, *walks, x_range=x_range, y_range=y_range, delta=delta, title=title, strips=race_strips(walks))


def race_strips(walks: list[Trajectory]) -> dict:
    """Return the series of a race that are worth a strip: losses, and learning rates that change."""
    strips = {LOSS: [walk.series.get(LOSS) for walk in walks]}
    rates = [walk.series.get(RATE, []) for walk in walks]
    if any(len(set(map(float, one))) > 1 for one in rates):
        strips[RATE] = rates
    return {name: many[0] if len(many) == 1 else many for name, many in strips.items()}
