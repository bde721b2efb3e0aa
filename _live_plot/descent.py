"""Walks that are made here, and races of optimizers on one clock."""

import inspect
from collections.abc import Callable, Mapping

import numpy as np
import torch

from _live_plot.heights import KINDS, parameters
from _live_plot.player import Animation
from _live_plot.scenes import animate
from _live_plot.trajectory import Trajectory
from _live_plot.values import numbers, shown, whole

LOSS, RATE = "loss", "learning rate"


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

    looks, measures = _needs(walker.step, "closure"), plan is not None and _needs(plan.step, "metrics")
    with torch.enable_grad():
        for step in range(steps):
            rate = _rate(walker)
            loss = closure()
            walk.add(place, **{LOSS: loss} | ({} if rate is None else {RATE: rate}))
            try:
                walker.step(closure) if looks else walker.step()
                if plan:
                    plan.step(loss.item()) if measures else plan.step()
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


def _needs(step: Callable, name: str) -> bool:
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
    forget_constant_rates(walks)
    return animate(func, *walks, x_range=x_range, y_range=y_range, delta=delta, title=title)


def forget_constant_rates(walks: list[Trajectory]) -> None:
    """Drop the learning rates of walks when none of them changes: a strip of level lines tells nothing."""
    if not any(len(set(map(float, walk.series.get(RATE, ())))) > 1 for walk in walks):
        for walk in walks:
            walk.series.pop(RATE, None)
