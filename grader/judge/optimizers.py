"""The update rules of torch.optim in float64 NumPy; tests hold each against torch, step by step.

Every rule takes a function with ``value`` and ``gradient``, a start of shape (d,) or (), a number of
steps and its hyper-parameters under torch's names, and returns its points, the start first. A rate is
a number, an array of shape (d,), or a function of the number of the step, from one. The formulas are
those of torch.optim's documentation.
"""

from collections.abc import Callable
from operator import mul

import numpy as np

from grader.judge.functions import Function

MAX_ITER, TOLERANCE_GRAD, TOLERANCE_CHANGE = 20, 1e-7, 1e-9  # of LBFGS, as torch has them


def iterate(f: Function, start, steps: int, update: Callable) -> np.ndarray:
    """Return the points of ``x = update(x, gradient at x, number of the step from one)``."""
    x = np.asarray(start, dtype=float)
    points = np.empty((steps + 1, *x.shape))
    points[0] = x
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for t in range(1, steps + 1):
            points[t] = x = update(x, f.gradient(x), t)
    return points


def at_step(lr, t: int):
    """Return the rate of step t."""
    return lr(t) if callable(lr) else lr


def accumulating(f: Function) -> Function:
    """Return f with gradients that add up from call to call, as when nobody clears them."""
    total = 0.0

    def gradient(x):
        nonlocal total
        total = total + f.gradient(x)
        return total

    return Function(f.value, gradient, f.matrix)


def sgd(
    f: Function, start, steps: int, *, lr: float, momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0
) -> np.ndarray:
    """Walk with b = momentum * b + (1 - dampening) * g; the first b is g itself."""
    b = None

    def update(x, g, t):
        nonlocal b
        g = g + weight_decay * x
        b = g if b is None else momentum * b + (1 - dampening) * g
        return x - at_step(lr, t) * ((g + momentum * b) if nesterov else b if momentum else g)

    return iterate(f, start, steps, update)


def adam(f: Function, start, steps: int, *, lr: float, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0) -> np.ndarray:
    """Walk with smoothed gradient m and squared gradient v; weight decay is added to the gradient."""
    m = v = 0.0

    def update(x, g, t):
        nonlocal m, v
        g = g + weight_decay * x
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        return x - at_step(lr, t) * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)

    return iterate(f, start, steps, update)


def adamw(f: Function, start, steps: int, *, lr: float, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01) -> np.ndarray:
    """Walk as Adam does, and shrink x by lr * weight_decay before each step."""
    m = v = 0.0

    def update(x, g, t):
        nonlocal m, v
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        move = at_step(lr, t) * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
        return x * (1 - at_step(lr, t) * weight_decay) - move

    return iterate(f, start, steps, update)


def adagrad(f: Function, start, steps: int, *, lr: float, eps=1e-10) -> np.ndarray:
    """Walk with the gradient over the root of the sum of all squared gradients."""
    total = 0.0

    def update(x, g, t):
        nonlocal total
        total = total + g**2
        return x - at_step(lr, t) * g / (np.sqrt(total) + eps)

    return iterate(f, start, steps, update)


def rmsprop(f: Function, start, steps: int, *, lr: float, alpha=0.99, eps=1e-8) -> np.ndarray:
    """Walk with the gradient over the root of the smoothed squared gradient."""
    v = 0.0

    def update(x, g, t):
        nonlocal v
        v = alpha * v + (1 - alpha) * g**2
        return x - at_step(lr, t) * g / (np.sqrt(v) + eps)

    return iterate(f, start, steps, update)


def adadelta(f: Function, start, steps: int, *, lr: float, rho=0.9, eps=1e-6) -> np.ndarray:
    """Walk with steps scaled by the root of the smoothed squared steps over that of the gradients."""
    v = moved = 0.0

    def update(x, g, t):
        nonlocal v, moved
        v = rho * v + (1 - rho) * g**2
        step = np.sqrt(moved + eps) / np.sqrt(v + eps) * g
        moved = rho * moved + (1 - rho) * step**2
        return x - at_step(lr, t) * step

    return iterate(f, start, steps, update)


def lbfgs(f: Function, start, steps: int, *, lr: float, history_size=100) -> np.ndarray:
    """Walk as torch.optim.LBFGS does without a line search; one point for each call of step()."""
    shape = np.shape(start)
    x, history = np.atleast_1d(np.asarray(start, dtype=float)).copy(), []
    d, t, scale, last, done = np.zeros_like(x), lr, 1.0, None, 0
    points = [x.copy()]

    def look() -> tuple[float, np.ndarray]:
        at = x.reshape(shape)
        return float(f.value(at)), np.atleast_1d(np.asarray(f.gradient(at), dtype=float))

    for _ in range(steps):
        loss, g = look()
        for inner in range(1, MAX_ITER + 1):
            if np.abs(g).max() <= TOLERANCE_GRAD:
                break
            done += 1
            if last is not None:
                y, s = g - last, d * t
                if y @ s > 1e-10:
                    history = [*history, (y.tolist(), s.tolist(), float(y @ s))][-history_size:]
                    scale = (y @ s) / (y @ y)
            d, t = -_inverse_hessian_times(g, history, scale), lr if done > 1 else min(1.0, 1 / np.abs(g).sum()) * lr
            last, before = g, loss
            if g @ d > -TOLERANCE_CHANGE:
                break
            x += t * d
            if inner == MAX_ITER:
                break
            loss, g = look()
            if np.abs(d * t).max() <= TOLERANCE_CHANGE or abs(loss - before) < TOLERANCE_CHANGE:
                break
        points.append(x.copy())
    return np.array(points).reshape(steps + 1, *shape)


def _inverse_hessian_times(g: np.ndarray, history: list, scale: float) -> np.ndarray:
    """Return the two-loop recursion of Nocedal (1980), applied to g; on lists, since arrays of two numbers are slow."""
    if len(g) == 1:
        return np.array([_inverse_curvature_times(g.item(), history, scale)])
    q, weights = g.tolist(), []
    for y, s, ys in reversed(history):
        weight = sum(map(mul, s, q)) / ys
        q = [one - weight * other for one, other in zip(q, y, strict=True)]
        weights.append(weight)
    q = [one * scale for one in q]
    for (y, s, ys), weight in zip(history, reversed(weights), strict=True):
        more = weight - sum(map(mul, y, q)) / ys
        q = [one + other * more for one, other in zip(q, s, strict=True)]
    return np.array(q)


def _inverse_curvature_times(q: float, history: list, scale: float) -> float:
    """Return the same for functions of one number."""
    weights = []
    for (y,), (s,), ys in reversed(history):
        weights.append(s * q / ys)
        q -= weights[-1] * y
    q *= scale
    for (y,), (s,), ys in history:
        q += s * (weights.pop() - y * q / ys)
    return q
