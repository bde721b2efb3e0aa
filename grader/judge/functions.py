"""The functions of the lessons as NumPy value and gradient, under the names the notebooks define.

Tests hold each against the torch function of the same name in the notebook and against autograd.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Function:
    """A real function: `value(x)` is a number and `gradient(x)` has the shape of x.

    matrix: for a quadratic form v.(A v), the matrix A, shape (d, d), without its factor; its value takes
        points of shape (n, d), too.
    """

    value: Callable
    gradient: Callable
    matrix: np.ndarray | None = None


G = np.array([[1.0, 1.0], [-1.0, 1.0]]).T @ np.diag([1.0, 4.0])  # [[1, -4], [1, 4]], not symmetric


def _skewed(matrix: np.ndarray) -> Function:
    hessian = 10 * (matrix + matrix.T)
    return Function(lambda v: 10 * np.sum((v @ matrix) * v, axis=-1), lambda v: hessian @ v, matrix)


def _softmax(x):
    shifted = np.exp(x - np.max(x))
    return shifted / shifted.sum()


FUNCTIONS = {
    # one or more numbers, added up
    "ten_squares": Function(lambda x: 10 * np.sum(x**2), lambda x: 20 * x),
    "sum_of_sines": Function(lambda x: np.sum(np.sin(x)), np.cos),
    "log_sum_exp": Function(lambda x: np.max(x) + np.log(np.sum(np.exp(x - np.max(x)))), _softmax),
    "mean_of_exp": Function(lambda x: np.mean(np.exp(x)), lambda x: np.exp(x) / np.size(x)),
    # one number
    "square": Function(lambda x: x**2, lambda x: 2 * x),
    "cube": Function(lambda x: x**3, lambda x: 3 * x**2),
    "cosine": Function(np.cos, lambda x: -np.sin(x)),
    "steep": Function(lambda x: 3 * x**2 + x, lambda x: 6 * x + 1),
    "lowered": Function(lambda x: 3 * x**2 + x - 9, lambda x: 6 * x + 1),
    "parabola": Function(lambda x: x**2 - x - 1, lambda x: 2 * x - 1),
    "abs_cube": Function(lambda x: np.abs(x) ** 3, lambda x: 3 * x * np.abs(x)),
    "five_abs": Function(lambda x: 5 * np.abs(x), lambda x: 5 * np.sign(x)),
    "function_2d": Function(
        lambda x: x**2 / 20 + np.tanh(np.sin(x)), lambda x: x / 10 + (1 - np.tanh(np.sin(x)) ** 2) * np.cos(x)
    ),
    "waves": Function(lambda x: x**2 / 10 + np.cos(1.5 * x), lambda x: x / 5 - 1.5 * np.sin(1.5 * x)),
    # a point
    "bowl": Function(lambda v: 10 * np.sum(v**2), lambda v: 20 * v),
    "function_skewed": _skewed(G),
    "function_tilted": _skewed(np.array([[2.0, 1.0], [-3.0, 1.5]])),
    "ripple": Function(lambda v: np.sum(v**2 + 3 * np.cos(v)), lambda v: 2 * v - 3 * np.sin(v)),
    "saddle": Function(lambda v: v[0] ** 2 - v[1] ** 2, lambda v: np.array([2 * v[0], -2 * v[1]])),
    "steep_saddle": Function(lambda v: v[0] ** 2 - 3 * v[1] ** 2, lambda v: np.array([2 * v[0], -6 * v[1]])),
    "rosenbrock": Function(
        lambda v: (1 - v[0]) ** 2 + 10 * (v[1] - v[0] ** 2) ** 2,
        lambda v: np.array([-2 * (1 - v[0]) - 40 * v[0] * (v[1] - v[0] ** 2), 20 * (v[1] - v[0] ** 2)]),
    ),
    "banana": Function(
        lambda v: (1 - v[0]) ** 2 + 5 * (v[1] - v[0] ** 2) ** 2,
        lambda v: np.array([-2 * (1 - v[0]) - 20 * v[0] * (v[1] - v[0] ** 2), 10 * (v[1] - v[0] ** 2)]),
    ),
    "two_cubes": Function(lambda v: v[0] ** 3 - v[1] ** 3, lambda v: np.array([3 * v[0] ** 2, -3 * v[1] ** 2])),
    # two numbers
    "plus": Function(lambda v: v[0] + v[1], lambda v: np.array([1.0, 1.0])),
    "volume": Function(lambda v: v[0] * v[1] ** 2, lambda v: np.array([v[1] ** 2, 2 * v[0] * v[1]])),
    "weighted": Function(lambda v: 3 * v[0] ** 2 + v[1] ** 2, lambda v: np.array([6 * v[0], 2 * v[1]])),
}
