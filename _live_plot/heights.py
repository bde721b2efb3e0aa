"""Heights of a function: one call for many places where that gives the same numbers, else one for each."""

import contextlib
import inspect
import io
import random
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np
import torch

from _live_plot.values import numbers

KINDS = (torch.float64, torch.float32)  # a function may hold numbers in single precision, and refuse others
PROBES = (0.0, 0.23, 0.61, 1.0)  # shares of the places at which a shortcut must agree with single calls
PATIENCE = 2.0  # seconds for a landscape whose places are asked for one by one


def curve(func: Callable, xs: np.ndarray) -> np.ndarray:
    """Return func at each of `xs`, shape (n,): in one call where that gives the same numbers."""

    def attempts() -> Iterator[Callable]:
        for kind in KINDS:
            yield partial(func, torch.tensor(xs, dtype=kind))
            yield partial(torch.func.vmap(func), torch.tensor(xs, dtype=kind))
        yield partial(func, xs.copy())  # a function may change what it gets

    return _evaluate(attempts(), _single(func), xs)


def surface(func: Callable, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Return func on the grid of `xs` and `ys`, shape (len(ys), len(xs)).

    func takes a point of shape (2,), two numbers, or a NumPy column of shape (2, 1). It is called
    once for the whole grid where that gives the same numbers, else once for each point; where that
    would take long, for fewer points, and linearly in between.
    """
    points = _grid(xs, ys)

    def fewer(seconds: float) -> np.ndarray:
        stride = int(np.ceil(np.sqrt(seconds / PATIENCE)))
        few_x, few_y = (np.linspace(axis[0], axis[-1], max(8, len(axis) // stride)) for axis in (xs, ys))
        found = np.array([_single(func)(one) for one in _grid(few_x, few_y)]).reshape(len(few_y), len(few_x))
        across = np.array([np.interp(xs, few_x, row) for row in found])
        return np.array([np.interp(ys, few_y, column) for column in across.T]).T

    return _evaluate(_attempts(func, points), _single(func), points, fewer).reshape(len(ys), len(xs))


def heights(func: Callable, points: np.ndarray) -> np.ndarray:
    """Return func at each row of `points`, shape (n,)."""
    return _evaluate(_attempts(func, points), _single(func), points)


def along(func: Callable, path: np.ndarray) -> np.ndarray:
    """Return func at each point of a path of shape (n, 1) or (n, 2); NaN where the point is not finite."""
    values = np.full(len(path), np.nan)
    finite = np.isfinite(path).all(axis=1)
    if finite.any():
        values[finite] = curve(func, path[finite, 0]) if path.shape[1] == 1 else heights(func, path[finite])
    return values


def parameters(func: Callable) -> int:
    """Return how many arguments func must get; 1 where that cannot be told."""
    func = func.forward if isinstance(func, torch.nn.Module) else func
    try:
        found = inspect.signature(func).parameters.values()
    except (TypeError, ValueError):
        return 1
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(one.default is one.empty and one.kind in kinds for one in found)


# --------------------------------------------------------------------------- single calls and attempts


def _grid(xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    X, Y = np.meshgrid(xs, ys)
    return np.stack([X.ravel(), Y.ravel()], axis=1)


def _attempts(func: Callable, points: np.ndarray) -> Iterator[Callable]:
    """Yield the ways to ask for all rows of `points` at once."""
    spread = parameters(func) == 2
    for kind in KINDS:
        rows = torch.tensor(points, dtype=kind)
        yield partial(func, *rows.T) if spread else partial(torch.func.vmap(func), rows)
    if spread:
        yield partial(func, *points.T.copy())


def _single(func: Callable) -> Callable:
    """Return a function that asks for one place, in the first form that func takes."""
    spread = parameters(func) == 2

    def one(place) -> float:
        first = None
        for arguments in _forms(place, spread):
            try:
                return _call(func, *arguments)
            except Exception as error:
                first = first or error
        first.add_note(f"func was called with {np.asarray(place).tolist()}")
        raise first

    return one


def _forms(place, spread: bool) -> Iterator[Sequence]:
    """Yield a place as arguments: tensors of either precision, then numbers or a column for NumPy."""
    for kind in KINDS:
        tensor = torch.tensor(place, dtype=kind)
        yield list(tensor) if spread else [tensor]
    if np.ndim(place) == 0:
        yield from ([torch.tensor([place], dtype=kind)] for kind in KINDS)
        yield [float(place)]
    else:
        yield list(place)
        yield [np.array(place).reshape(2, 1)]
        yield list(torch.tensor(place, dtype=KINDS[0]))  # two numbers, although the second one need not be given


def _call(func: Callable, *arguments) -> float:
    """Return the one number that func gives; the caller has turned autograd off."""
    try:
        value = func(*arguments)
    except RuntimeError:  # it may use autograd itself
        with torch.enable_grad():
            value = func(*arguments)
    if value is None:
        raise ValueError("func returned nothing: is its return missing?")
    value = numbers(value, "func")
    if value.size != 1:
        asked = " and ".join(str(tuple(np.shape(argument))) for argument in arguments)
        raise ValueError(
            f"func got shape {asked} and returned shape {value.shape} for one point; "
            "return one number, such as (x**2).sum()"
        )
    return float(value.reshape(()))


@contextlib.contextmanager
def _harmless() -> Iterator[None]:
    """Turn autograd off, and keep what a function prints, warns of and draws at random from showing outside."""
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    quiet = contextlib.redirect_stdout(io.StringIO())
    try:
        with torch.no_grad(), warnings.catch_warnings(), quiet, np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])


def _evaluate(
    attempts: Iterable[Callable], one: Callable, places: np.ndarray, slow: Callable | None = None
) -> np.ndarray:
    """Return the first attempt of the right shape that agrees with single calls, else single calls.

    slow: what to do instead, with the seconds that the single calls would take, when those are many.
    """
    probes = sorted({int(share * (len(places) - 1)) for share in PROBES}) if len(places) else []
    with _harmless():
        start = time.perf_counter()
        direct = np.array([one(places[i]) for i in probes])
        seconds = (time.perf_counter() - start) / max(1, len(probes)) * len(places)
        for attempt in attempts:
            values = _tried(attempt, places, probes, direct)
            if values is not None:
                return values
        if slow and seconds > PATIENCE:
            return slow(seconds)
        return np.array([one(place) for place in places])


def _tried(attempt: Callable, places: np.ndarray, probes, direct: np.ndarray) -> np.ndarray | None:
    """Return what an attempt gives for all places; None where it fails or differs from single calls."""
    try:
        values = numbers(attempt(), "func").reshape(-1)
    except Exception:  # any failure of a shortcut only means that the long way is taken
        return None
    if len(values) != len(places):
        return None
    found = values[probes]
    same = (
        (np.abs(found - direct) <= 1e-8 + 1e-4 * np.abs(direct))
        | (found == direct)
        | np.isnan(found) & np.isnan(direct)
    )
    return values if same.all() else None
