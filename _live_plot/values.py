"""Numbers as people pass them: tensors of every kind, arrays, lists, ranges, delays."""

from collections.abc import Iterable, Mapping, Set
from numbers import Real

import numpy as np
import torch

FAR = 1e6


def numbers(values, what: str = "points") -> np.ndarray:
    """Return `values` as a float64 array; tensors of any device or float type are copied, None is empty.

    Any iterable will do; single numbers in boxes of their own may stand beside bare ones.

    Raises:
        ValueError: when they are no real numbers, or rows of different length.

    """
    if values is None:
        return np.zeros(0)
    try:
        return _numbers(values)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        raise ValueError(f"{what}: expected numbers or rows of equal length, got {shown(values)}") from None


def _numbers(values) -> np.ndarray:
    if isinstance(values, torch.Tensor):
        if values.is_complex():
            raise TypeError("complex numbers have no place on an axis")
        return values.detach().cpu().to(torch.float64).numpy().copy()
    if isinstance(values, (str, bytes, Mapping, Set)):
        raise TypeError("these are no numbers")
    if isinstance(values, (np.ndarray, np.generic)) and values.dtype != object:
        if values.dtype.kind not in "biuf":
            raise TypeError("these are no real numbers")
        return np.array(values, dtype=float)
    if isinstance(values, list) and _alike(values):
        tensors = isinstance(values[0], torch.Tensor)
        return _numbers(torch.stack([*map(torch.detach, values)]) if tensors else np.array(values))
    if isinstance(values, Iterable) and getattr(values, "ndim", 1) != 0:
        rows = [_numbers(item) for item in values]
        if len({row.shape for row in rows}) > 1 and all(row.size == 1 for row in rows):
            rows = [row.reshape(()) for row in rows]
        return np.array(rows, dtype=float)
    return np.array(float(values))


def _alike(values: list) -> bool:
    """Say whether these are all floats, tensors or arrays of one kind, which are read at once: that is quicker."""
    kinds = {_kind(one) for one in values}
    return len(kinds) == 1 and (isinstance(values[0], (float, torch.Tensor)) or _is_numeric(values[0]))


def _is_numeric(value) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "biuf"


def _kind(value) -> object:
    if isinstance(value, torch.Tensor):
        return value.dtype, value.shape, value.device
    return (value.dtype, value.shape) if isinstance(value, np.ndarray) else type(value)


def one_number(value, what: str) -> float:
    """Return one number.

    Raises:
        ValueError: for anything else.

    """
    array = numbers(value, what)
    if array.size != 1:
        raise ValueError(f"{what}: expected one number, got {shown(value)}")
    return float(array.reshape(()))


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
        cure = "did you append x only?"
        if array.ndim == 2:
            cure = "zip(*points) turns it round" if len(array) == width else f"each point has {width} numbers"
        raise ValueError(f"expected n points {form}, got shape {array.shape}; {cure}")
    return array


def path(points) -> np.ndarray:
    """Return a path as an array of shape (n, 1) or (n, 2).

    Raises:
        ValueError: for points with more coordinates than that.

    """
    array = numbers(points, "path")
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
    array = numbers(values, name)
    if array.ndim != 1 or array.size < 2 or not np.isfinite(array).all() or array.min() == array.max():
        raise ValueError(f"{name}: expected a range such as (-10, 10), got {shown(values)}")
    array = np.sort(array)
    return np.linspace(array[0], array[1], ticks) if array.size == 2 else array


def range_of(values: np.ndarray) -> tuple[float, float]:
    """Return a padded range around the finite values that lie near the first one."""
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore"):
        near = finite[np.abs(finite - finite[0]) < FAR] if finite.size else np.array([-1.0, 1.0])
    low, high = float(near.min()), float(near.max())
    pad = 0.1 * (high - low) or max(1.0, 0.1 * abs(high))
    return low - pad, high + pad


def whole(number, what: str, least: int) -> int:
    """Return a whole number that is not too small.

    Raises:
        TypeError: for what is no whole number.
        ValueError: for one that is too small.

    """
    array = np.asarray(number)
    if array.ndim or array.dtype.kind not in "iu":
        raise TypeError(f"{what}: expected a whole number, got {shown(number)}")
    if array < least:
        raise ValueError(f"{what}: expected at least {least}, got {array}")
    return int(array)


def delay(delta) -> int:
    """Return the time of a step in whole milliseconds.

    Raises:
        TypeError: for what is no number.
        ValueError: for a time of nothing or less.

    """
    if isinstance(delta, torch.Tensor) and delta.ndim == 0:
        delta = delta.item()
    if isinstance(delta, bool) or not isinstance(delta, Real):
        raise TypeError(f"delta is the time of a step in milliseconds, such as 60; got {shown(delta)}")
    if not 0 < delta < float("inf"):
        raise ValueError(f"delta is the time of a step in milliseconds and more than 0; got {delta}")
    return max(1, int(delta))
