"""Numbers as people pass them: tensors of every kind, arrays, lists, ranges, delays."""

import numpy as np
import torch

FAR = 1e6


def numbers(values, what: str = "points") -> np.ndarray:
    """Return `values` as a float64 array; tensors of any device or float type are copied, None is empty.

    Raises:
        ValueError: when they are no numbers or rows of different length.

    """
    if values is None:
        return np.zeros(0)
    try:
        if isinstance(values, torch.Tensor):
            return values.detach().cpu().to(torch.float64).numpy().copy()
        if isinstance(values, np.ndarray) and values.dtype != object:
            return values.astype(float)
        if isinstance(values, (list, tuple)):
            return np.array([numbers(item, what) for item in values], dtype=float)
        return np.array(float(values))
    except (TypeError, ValueError, OverflowError, RuntimeError):
        raise ValueError(f"{what}: expected numbers or rows of equal length, got {shown(values)}") from None


def shown(value) -> str:
    """Return the text of a value, short enough for a sentence."""
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "..."


def pairs(points, width: int, form: str) -> np.ndarray:
    """Return points as an array of shape (n, width).

    Raises:
        ValueError: for points of another width.

    """
    array = numbers(points)
    if array.size == 0:
        return np.zeros((0, width))
    array = array.reshape(len(array), -1) if array.ndim > 2 else array
    if array.ndim != 2 or array.shape[1] != width:
        raise ValueError(f"expected n points {form}, got shape {array.shape}; did you append x only?")
    return array


def path(points) -> np.ndarray:
    """Return a path as an array of shape (n, 1) or (n, 2).

    Raises:
        ValueError: for points with more coordinates than that.

    """
    array = numbers([] if points is None else points, "path")
    if array.size == 0:
        return np.zeros((0, 1))
    array = array.reshape(1, 1) if array.ndim == 0 else array.reshape(len(array), -1)
    if array.shape[1] > 2:
        raise ValueError(f"expected points with one or two coordinates, got shape {array.shape}")
    return array


def grid(values, name: str, ticks: int = 200) -> np.ndarray:
    """Return a sorted grid from a pair (low, high) or from a grid of three or more values.

    Raises:
        ValueError: for what is no range.

    """
    array = np.sort(numbers(values, name))
    if array.ndim != 1 or array.size < 2 or not np.isfinite(array).all() or array[0] == array[-1]:
        raise ValueError(f"{name}: expected a range such as (-10, 10), got {shown(values)}")
    return np.linspace(array[0], array[1], ticks) if array.size == 2 else array


def range_of(values: np.ndarray) -> tuple[float, float]:
    """Return a padded range around the finite values that lie near the first one."""
    finite = values[np.isfinite(values)]
    near = finite[np.abs(finite - finite[0]) < FAR] if finite.size else np.array([-1.0, 1.0])
    low, high = near.min(), near.max()
    pad = 0.1 * (high - low) or 1.0
    return low - pad, high + pad


def delay(delta) -> int:
    """Return the time of a step in whole milliseconds.

    Raises:
        TypeError: for what is no number.
        ValueError: for a time of nothing or less.

    """
    if isinstance(delta, bool) or not isinstance(delta, (int, float)):
        raise TypeError(f"delta is the time of a step in milliseconds, such as 60; got {shown(delta)}")
    if not 0 < delta < float("inf"):
        raise ValueError(f"delta is the time of a step in milliseconds and more than 0; got {delta}")
    return max(1, int(delta))
