"""Gradient descent in float64 NumPy, done right and done wrong in the ways that students know.

Every walk takes a function with ``value`` and ``gradient``, a start of shape (d,) or (), a rate and
a number of steps, and returns its points, shape (steps + 1, d) or (steps + 1,), the start first.
"""

from collections.abc import Callable

import numpy as np

from grader.judge.functions import Function


def _walk(start, steps: int, move: Callable) -> np.ndarray:
    """Return the points of ``x = move(x, k)``."""
    x = np.asarray(start, dtype=float)
    points = np.empty((steps + 1, *x.shape))
    points[0] = x
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            points[k + 1] = x = move(x, k)
    return points


def descend(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Walk x = x - lr * f'(x)."""
    return _walk(start, steps, lambda x, k: x - lr * f.gradient(x))


def with_rates(f: Function, start, rates) -> np.ndarray:
    """Walk x = x - rates[k] * f'(x), one step for each rate."""
    return _walk(start, len(rates), lambda x, k: x - rates[k] * f.gradient(x))


def climb(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Add the gradient instead of subtracting it."""
    return descend(f, start, -lr, steps)


def step_twice(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Take every gradient at double length: two backward() or two updates per step."""
    return descend(f, start, 2 * lr, steps)


def halve_slope(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Use half the gradient, as for x instead of 2x."""
    return descend(f, start, lr / 2, steps)


def never_clear(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Let each backward() add to the gradients before it."""
    total = np.zeros_like(np.asarray(start, dtype=float))

    def move(x, k):
        nonlocal total
        total = total + f.gradient(x)
        return x - lr * total

    return _walk(start, steps, move)


def keep_first_slope(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Use the gradient at the start for every step."""
    slope = f.gradient(np.asarray(start, dtype=float))
    return _walk(start, steps, lambda x, k: x - lr * slope)


def stay(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Never move."""
    return _walk(start, steps, lambda x, k: x)


def sign_only(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Use the sign of the gradient and forget its size."""
    return _walk(start, steps, lambda x, k: x - lr * np.sign(f.gradient(x)))


def unit_steps(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Divide each gradient by its length."""

    def move(x, k):
        slope = f.gradient(x)
        return x - lr * slope / max(np.sqrt(np.sum(slope**2)), 1e-12)

    return _walk(start, steps, move)


def shrink_rate(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Divide the rate by the number of the step."""
    return _walk(start, steps, lambda x, k: x - lr / (k + 1) * f.gradient(x))


def one_by_one(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Move one coordinate at a time, each with a gradient taken at the half-moved point."""

    def move(x, k):
        x = x.copy()
        for i in range(x.size):
            x[i] -= lr * f.gradient(x)[i]
        return x

    return _walk(start, steps, move)


def twice_the_matrix(f: Function, start, lr: float, steps: int) -> np.ndarray:
    """Take 2 A v for the gradient of v.(A v), which holds for a symmetric A only."""
    return _walk(start, steps, lambda x, k: x - lr * 20 * f.matrix @ x)


def values(f: Function, points: np.ndarray) -> np.ndarray:
    """Return f at each point, shape (len(points),)."""
    with np.errstate(over="ignore", invalid="ignore"):
        if f.matrix is not None:
            return f.value(np.asarray(points))
        return np.array([float(f.value(point)) for point in points])
