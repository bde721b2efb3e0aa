"""The data of 08_model in NumPy, as the notebook makes them; a test holds the two against each other."""

import numpy as np


def plane(seed: int, weights) -> tuple[np.ndarray, np.ndarray]:
    """Return 100 rows of two features in [0, 10), shape (100, 2), and what weights and a bias make of them."""
    rng = np.random.default_rng(seed)
    X = rng.random((100, 2)) * 10
    return X, X @ np.asarray(weights) + rng.normal(0, 12)


def plane_start(seed: int) -> np.ndarray:
    """Return the weights and the bias, shape (3,), that the model `Plane` starts with."""
    return np.random.default_rng(seed).standard_normal(3)


def cloud(seed: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `rows` points around the origin, shape (rows, 2), and a noisy linear function of them."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, 2)) * [1.0, 0.5]
    return X, X @ [2.0, -1.0] + 0.5 * rng.standard_normal(rows)


def draw_batches(seed: int, rows: int, size: int, number: int) -> np.ndarray:
    """Return the row numbers of `number` batches, shape (number, size), drawn with replacement."""
    return np.random.default_rng([seed, size]).integers(rows, size=(number, size))


def moons(seed: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of two interlocking half circles, shape (rows, 2), and the label of each, 0 or 1."""
    rng = np.random.default_rng(seed)
    angle, label = rng.random(rows) * np.pi, np.arange(rows) % 2
    X = np.stack([np.cos(angle) + label, np.sin(angle) * (1 - 2 * label) + label / 2], axis=1)
    return X + 0.1 * rng.standard_normal((rows, 2)), label.astype(float)


def net_start(seed: int, hidden: int) -> list[np.ndarray]:
    """Return weights and biases of a net with two inputs and one output: (h, 2), (h,), (1, h), (1,)."""
    rng = np.random.default_rng(seed)
    shapes = (hidden, 2), (hidden,), (1, hidden), (1,)
    return [rng.standard_normal(shape) * (0.5 if len(shape) > 1 else 0.0) for shape in shapes]
