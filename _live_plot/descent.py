"""Walks that are recorded, and races of optimizers on one clock."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch

from _live_plot.heights import KINDS, parameters
from _live_plot.player import Animation
from _live_plot.scenes import animate
from _live_plot.values import numbers, one_number, shown, whole

LOSS, RATE = "loss", "learning rate"


@dataclass(eq=False, repr=False)
class Trajectory:
    """A walk that is recorded step by step: its points, and the numbers that go with them.

    points: one array of shape (d,) for each place. series: a list for each name, such as "loss", of numbers
        or of mappings from names to numbers. at: the steps at which they were recorded, by name.
    """

    label: str = "path"
    points: list[np.ndarray] = field(default_factory=list)
    series: dict[str, list] = field(default_factory=dict)
    at: dict[str, list[int]] = field(default_factory=dict)
    steps: int = 0

    def __repr__(self) -> str:
        return f"{self.label}: {len(self)} points, {', '.join(self.series) or 'no series'}"

    def add(self, *point, **series) -> None:
        """Record a place, as one array or coordinate by coordinate, and numbers that go with it.

        Everything is copied at once: a tensor that moves on afterwards changes nothing here. A series may be
        left out at some steps.

        Raises:
            ValueError: for what is no number, or another form than the series had before.

        """
        copied = {name: _copied(value, name, self.series.get(name)) for name, value in series.items()}
        if point:
            self.points.append(np.concatenate([numbers(part, "point").reshape(-1) for part in point]))
        self.steps += 1
        for name, value in copied.items():
            self.series.setdefault(name, []).append(value)
            self.at.setdefault(name, []).append(self.steps - 1)

    def told(self, name: str) -> list:
        """Return a series with nothing at the steps at which it was not recorded."""
        values, at = self.series.get(name, []), self.at.get(name, [])
        if at == list(range(len(at))):
            return values
        nothing = {key: np.nan for key in values[0]} if isinstance(values[0], dict) else values[0] * np.nan
        placed = dict(zip(at, values, strict=True))
        return [placed.get(step, nothing) for step in range(at[-1] + 1)]

    def __len__(self) -> int:
        return len(self.points)


def _copied(value, name: str, before: list | None) -> np.ndarray | dict[str, float]:
    """Return numbers, or a mapping from names to numbers, that nothing changes any more."""
    if isinstance(value, Mapping):
        copied = {str(key): float(one_number(part, name)) for key, part in value.items()}
        form, had = list(copied), before and list(before[0] if isinstance(before[0], dict) else ())
    else:
        copied = numbers(value, name)
        copied = copied.reshape(() if copied.size == 1 else -1)
        form, had = copied.size, before and (None if isinstance(before[0], dict) else before[0].size)
    if before and form != had:
        raise ValueError(f"{name}: every step needs the same form as the first one, which was {shown(before[0])}")
    return copied


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
        ValueError: for a start that is no place of one or two numbers, or fewer than no steps.

    """
    steps = whole(steps, "steps", 0)
    place, loss_of = _start(func, start)
    walker = _made(optimizer, [place], label, "an optimizer, such as lambda p: torch.optim.SGD(p, lr=0.1)")
    plan = None
    if scheduler is not None:
        plan = _made(scheduler, walker, label, "a scheduler, such as lambda o: StepLR(o, step_size=10)")
    walk = Trajectory(label)

    def closure() -> torch.Tensor:
        place.grad = None
        loss = loss_of(place)
        if not loss.requires_grad:
            raise TypeError("func has no slope: does it detach its argument, or turn autograd off?")
        loss.backward()
        return loss

    with torch.enable_grad():
        for step in range(steps):
            rate = _rate(walker)
            loss = closure()
            walk.add(place, **{LOSS: loss} | ({} if rate is None else {RATE: rate}))
            try:
                walker.step(closure) if _needs_closure(walker.step, "closure") else walker.step()
                if plan:
                    plan.step(loss.item()) if _needs_closure(plan.step, "metrics") else plan.step()
            except Exception as error:
                error.add_note(f"while {label} took step {step + 1}")
                raise
    with torch.no_grad():
        walk.add(place, **{LOSS: loss_of(place)})
    return walk


def _made(make: Callable, given, label: str, what: str):
    """Return what a function makes: something that steps.

    Raises:
        TypeError: when it is no function, or makes nothing that steps.

    """
    if not callable(make):
        raise TypeError(f"{label}: expected a function that makes {what}; got {shown(make)}")
    made = make(given)
    if not callable(getattr(made, "step", None)):
        raise TypeError(f"{label}: expected {what}; got {shown(made)}")
    return made


def _start(func: Callable, start) -> tuple[torch.Tensor, Callable]:
    """Return the parameter to move and the loss as a function of it, in the precision that func takes."""
    spread = parameters(func) == 2

    def loss_of(place: torch.Tensor) -> torch.Tensor:
        loss = func(*place) if spread else func(place)
        if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
            raise TypeError(f"func must return one number as a tensor, to have a slope; got {shown(loss)}")
        return loss.reshape(())

    first, begin = None, numbers(start, "start")
    if begin.size not in (1, 2) or begin.ndim > 1:
        raise ValueError(f"start: expected one number or two, got {shown(start)}")
    for kind in KINDS:
        place = torch.tensor(begin, dtype=kind, requires_grad=True)
        try:
            with torch.no_grad():
                loss_of(place)
        except Exception as error:
            first = first or error
        else:
            return place, loss_of
    raise first


def _needs_closure(step: Callable, name: str) -> bool:
    """Say whether a step cannot be taken without an argument of this name."""
    wanted = inspect.signature(step).parameters.get(name)
    return wanted is not None and wanted.default is wanted.empty


def _rate(walker) -> float | None:
    """Return the rate of the first group; None where there is none to tell."""
    groups = getattr(walker, "param_groups", None) or [{}]
    rate = groups[0].get("lr")
    return None if rate is None or np.size(rate) != 1 else float(rate)


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
    if not isinstance(optimizers, Mapping) or not optimizers:
        raise TypeError(
            f"optimizers: expected names with functions, such as {{'SGD': lambda p: torch.optim.SGD(p, lr=0.1)}}, "
            f"got {shown(optimizers)}"
        )
    walks = [descend(func, start, make, steps, scheduler, str(name)) for name, make in optimizers.items()]
    return animate(func, *walks, x_range=x_range, y_range=y_range, delta=delta, title=title, strips=race_strips(walks))


def race_strips(walks: list[Trajectory]) -> dict:
    """Return the series of a race that are worth a strip: losses, and learning rates that change."""
    strips = {LOSS: [walk.series.get(LOSS) for walk in walks]}
    rates = [walk.series.get(RATE, []) for walk in walks]
    if any(len(set(map(float, one))) > 1 for one in rates):
        strips[RATE] = rates
    return {name: many[0] if len(many) == 1 else many for name, many in strips.items()}
