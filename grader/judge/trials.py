"""What an update rule does in the situations of `grader.core.trials`, in NumPy: right, and with known faults."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from grader.judge.functions import Function
from grader.judge.model import Answer

Rule = Callable[..., np.ndarray]  # rule(f, start, steps, lr=...) -> points, the start first

GONE, LATE, ZERO = -3.0, 2.0, 4.0  # without a gradient after two rounds, in the first two, and zero in the two after
A, B = np.array([1.0, -2.0, 3.0]), np.array([0.5, -1.5, 2.0, 0.0])
SQUARE = Function(lambda x: np.sum(x**2), lambda x: 2 * x)
AROUND_ONE = Function(lambda x: 3 * np.sum((x - 1) ** 2), lambda x: 6 * (x - 1))


def trials(rule: Rule, f: Function, start, steps: int, lr: float) -> Answer:
    """Return what a rule does in each situation."""
    path = rule(f, start, steps, lr=lr)
    return {
        "path": path,
        "tensors": tensors(rule, steps, lr),
        "groups": groups(rule, f, start, steps, lr),
        "midway": rule(f, start, steps, lr=halved(lr, steps)),
        "resumed": path,
        "losses": np.array([[f.value(x), k + 1, *after] for k, (x, after) in enumerate(pairwise(path))]),
        "grads": np.zeros_like(path[:-1]),
    }


def halved(lr: float, steps: int) -> Callable[[int], float]:
    """Return the rate of a step, from one: lr, and half of it after half the steps."""
    return lambda t: lr if t <= steps // 2 else lr / 2


def groups(rule: Rule, f: Function, start, steps: int, lr: float, second: float = 0.5) -> np.ndarray:
    """Walk with lr in the first coordinate and `second` times lr in the other."""
    return rule(f, np.asarray(start, dtype=float), steps, lr=np.array([lr, second * lr]))


def tensors(rule: Rule, steps: int, lr: float, **faults) -> np.ndarray:
    """Return all numbers of the five tensors at each step, shape (steps + 1, 10)."""
    return tensors_of([rule] * 5, steps, lr, **faults)


def tensors_of(rules: list[Rule], steps: int, lr: float, *, zero_skipped=False, none_moves=False) -> np.ndarray:
    """Return the same where each tensor has a rule of its own.

    zero_skipped: a tensor whose gradient is zero is passed over. none_moves: a missing gradient counts
    as zero.
    """
    start = [np.array([value]) for value in (GONE, LATE, ZERO)]
    gone = rules[0](_without((2, steps)), start[0], steps, lr=lr)
    late = rules[1](_without((0, 2)), start[1], steps, lr=lr)
    zero = rules[4](_without((2, 4)), start[2], steps, lr=lr)
    if not none_moves:
        gone = np.concatenate([gone[:2], np.broadcast_to(gone[2], gone[2:].shape)])
        late = np.concatenate([late[:1], late[:1], rules[1](SQUARE, start[1], steps - 2, lr=lr)])
    if zero_skipped:
        zero = rules[4](SQUARE, start[2], steps - 2, lr=lr)
        zero = np.concatenate([zero[:3], zero[2:3], zero[2:3], zero[3:]])
    walked = [gone, late, rules[2](SQUARE, A, steps, lr=lr), rules[3](AROUND_ONE, B, steps, lr=lr), zero]
    return np.concatenate(walked, axis=1)


def shared_counts() -> tuple[Callable[[int], int], ...]:
    """Return the count that each tensor sees in its t-th step when all tensors with a gradient raise it."""

    def counts(place: int, before: int = 0) -> Callable[[int], int]:
        return lambda t: 4 * (t - 1 + before) + place

    return (counts(1), counts(1, before=2), counts(2), counts(3), counts(4))


def common_count() -> tuple[Callable[[int], int], ...]:
    """Return the count that each tensor sees when it belongs to the optimizer: once a round, for all."""
    return tuple((lambda t, before=before: t + before) for before in (0, 2, 0, 0, 0))


def _without(rounds: tuple[int, int]) -> Function:
    """Return x squared whose gradient is zero from one round until before another."""
    asked = -1

    def gradient(x):
        nonlocal asked
        asked += 1
        return 0 * x if rounds[0] <= asked < rounds[1] else 2 * x

    return Function(lambda x: np.sum(x**2), gradient)


def restarted(rule: Rule, f: Function, start, steps: int, lr: float) -> np.ndarray:
    """Return the path of a rule that forgets its state halfway."""
    first = rule(f, start, steps // 2, lr=lr)
    return np.concatenate([first, rule(f, first[-1], steps - steps // 2, lr=lr)[1:]])
