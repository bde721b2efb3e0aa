"""What an update rule does in the situations of `grader.core.trials`, in NumPy: right, and with known faults."""

from collections.abc import Callable

import numpy as np

from grader.judge.functions import Function
from grader.judge.model import Answer

Rule = Callable[..., np.ndarray]  # rule(f, start, steps, lr=...) -> points, the start first

WITH_GRADIENT = 2  # steps after which the third tensor has a zero gradient and the fourth one none
TENSORS = (  # the start of each, and what it adds to the loss
    (np.array([1.0, -2.0, 3.0]), lambda: Function(lambda x: np.sum(x**2), lambda x: 2 * x)),
    (np.array([0.5, -1.5, 2.0, 0.0]), lambda: Function(lambda x: 3 * np.sum((x - 1) ** 2), lambda x: 6 * (x - 1))),
    (np.array([4.0]), lambda: _fading(WITH_GRADIENT)),
    (np.array([-3.0]), lambda: _fading(WITH_GRADIENT)),
)


def trials(rule: Rule, f: Function, start, steps: int, lr: float) -> Answer:
    """Return what a rule does in each situation; `losses` and `grads` are those at the points of `path`."""
    path = rule(f, start, steps, lr=lr)
    return {
        "path": path,
        "tensors": tensors(rule, steps, lr),
        "groups": groups(rule, f, start, steps, lr),
        "midway": rule(f, start, steps, lr=halved(lr, steps)),
        "resumed": path,
        "losses": np.array([f.value(point) for point in path[:-1]]),
        "grads": np.array([f.gradient(point) for point in path[:-1]]),
    }


def halved(lr: float, steps: int) -> Callable[[int], float]:
    """Return the rate of a step, from one: lr, and half of it after half the steps."""
    return lambda t: lr if t <= steps // 2 else lr / 2


def groups(rule: Rule, f: Function, start, steps: int, lr: float, second: float = 0.5) -> np.ndarray:
    """Walk with lr in the first coordinate and `second` times lr in the other."""
    return rule(f, np.asarray(start, dtype=float), steps, lr=np.array([lr, second * lr]))


def tensors(rule: Rule, steps: int, lr: float, **faults) -> np.ndarray:
    """Return all numbers of the four tensors at each step, shape (steps + 1, 9)."""
    return tensors_of([rule] * 4, steps, lr, **faults)


def tensors_of(rules: list[Rule], steps: int, lr: float, *, zero_skipped=False, none_moves=False) -> np.ndarray:
    """Return the same where each tensor has a rule of its own.

    zero_skipped: a tensor whose gradient is zero stays. none_moves: one without a gradient goes on as if
    its gradient were zero.
    """
    walked = [rule(make(), start, steps, lr=lr) for rule, (start, make) in zip(rules, TENSORS, strict=True)]
    walked[2] = _held(walked[2]) if zero_skipped else walked[2]
    walked[3] = walked[3] if none_moves else _held(walked[3])
    return np.concatenate(walked, axis=1)


def shared_counter(i: int) -> Callable[[int], int]:
    """Return the count that tensor i sees in its t-th step when every tensor with a gradient raises it."""
    return lambda t: sum(4 if k <= WITH_GRADIENT else 3 for k in range(1, t)) + i + 1


def _fading(steps: int) -> Function:
    """Return x squared whose gradient is zero from the step after `steps` on."""
    asked = 0

    def gradient(x):
        nonlocal asked
        asked += 1
        return 2 * x if asked <= steps else 0 * x

    return Function(lambda x: x**2, gradient)


def _held(path: np.ndarray) -> np.ndarray:
    """Return a path that stays where it is after the steps with a gradient."""
    return np.concatenate([path[:WITH_GRADIENT], np.broadcast_to(path[WITH_GRADIENT], path[WITH_GRADIENT:].shape)])


def restarted(rule: Rule, f: Function, start, steps: int, lr: float) -> np.ndarray:
    """Return the path of a rule that forgets its state halfway."""
    first = rule(f, start, steps // 2, lr=lr)
    return np.concatenate([first, rule(f, first[-1], steps - steps // 2, lr=lr)[1:]])
