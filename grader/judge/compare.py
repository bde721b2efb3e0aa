"""Turn recorded values into arrays or words, and compare them with what was expected."""

import re
from dataclasses import replace

import numpy as np

from grader.core.answerfile import LostTensor, holds_text
from grader.judge.model import Key
from grader.judge.patterns import Pattern

BURST = 1e30
FIRST_POINTS = 20
POINTS_APART = 5
ROUGHLY = 1e-4  # how near numbers are to those of a mistake
BETWEEN = re.compile(r"[,;&\s]+(?:and\s+)?|\s*(?:->|→|-|–)\s*")  # what people write between words
AROUND = " .,;()[]'\"\t\n"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NODE = re.compile(r"^<?(?:\w+::)*([A-Za-z_]+?)\d*( object at .*)?>?$")


class Unusable(ValueError):
    """A recorded value of the wrong type or shape; the message says what it is and what was expected."""


def usable(value: object, key: Key):
    """Return `value` as the array, string, list or set that `key` is compared as.

    Raises:
        Unusable: with one sentence, when it is of another type.

    """
    if isinstance(value, LostTensor):
        raise Unusable(f"{key.label}: the file holds a torch tensor without its numbers; store .detach().numpy() of it")
    if value is None:
        raise Unusable(f"{key.label}: expected a value, got None")
    if key.kind in ("path", "numbers"):
        return _numbers(value, key)
    if key.kind == "word":
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, str):
            raise Unusable(f"{key.label}: expected a text in quotes, got {_kind(value)}")
        return clean(value).strip(AROUND)
    return _words(value, key)


def _numbers(value: object, key: Key) -> np.ndarray:
    if isinstance(value, (str, dict)):
        raise Unusable(f"{key.label}: expected numbers, got {_kind(value)}")
    if holds_text(value):
        raise Unusable(f"{key.label}: expected numbers only, got {_kind(_first_strange(value))} among them")
    try:
        array = np.array(value)
    except ValueError:
        array = _without_axes_of_one(value, key)
    if array.dtype == object or array.dtype.kind in "USb":
        raise Unusable(f"{key.label}: expected numbers only, got {_kind(_first_strange(value))} among them")
    if array.dtype.kind == "c":
        raise Unusable(f"{key.label}: expected real numbers, got complex ones")
    return array.astype(float)


def _without_axes_of_one(value: list, key: Key) -> np.ndarray:
    """Return entries such as [array([7.]), 343.0] as numbers of one shape."""
    try:
        return np.array([np.squeeze(np.array(item)) for item in value])
    except ValueError:
        raise Unusable(f"{key.label}: the entries have different lengths") from None


def _words(value: object, key: Key) -> list:
    if isinstance(value, str):
        value = value.strip(AROUND)
        value = [one for one in BETWEEN.split(value) if one] if BETWEEN.search(value) else list(value)
    if isinstance(value, np.ndarray) or not isinstance(value, list):
        raise Unusable(f"{key.label}: expected a list of texts, got {_kind(value)}")
    if not all(isinstance(word, str) for word in value):
        raise Unusable(f"{key.label}: expected texts only, got {_kind(_first_strange(value, str))} among them")
    words = [NODE.sub(r"\1", clean(word).strip(AROUND)) for word in value]
    if key.case and all(len(word) == 1 for word in words):
        return [getattr(word, key.case)() for word in words]
    return words


def clean(text: str) -> str:
    """Return text that every encoder takes and no terminal obeys, 200 characters at most."""
    return CONTROL.sub("", text[:200]).encode("utf-8", "replace").decode("utf-8")


def _kind(value: object) -> str:
    names = {str: "a text", dict: "a dictionary", list: "a list", bool: "True or False", type(None): "None"}
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    name = type(value).__name__
    return names.get(type(value), f"{'an' if name[:1] in 'aeiou' else 'a'} {name}")


def _first_strange(value: object, wanted: type | tuple = (int, float)):
    if not isinstance(value, list):
        return value
    for item in value:
        inner = _first_strange(item, wanted) if isinstance(item, list) else item
        if isinstance(inner, np.ndarray) and wanted is not str:
            continue
        if not isinstance(inner, wanted) or isinstance(inner, bool):
            return inner
    return value


def align(got: np.ndarray, expected: np.ndarray, key: Key) -> np.ndarray:
    """Return `got` in the shape of `expected`; extra axes of length one are dropped.

    A path keeps its own number of points, so that its length can be judged.

    Raises:
        Unusable: when the shapes differ in any other way.

    """
    want = got.shape[:1] + expected.shape[1:] if key.kind == "path" and got.ndim else expected.shape
    if got.shape == want:
        return got
    if [size for size in got.shape if size != 1] == [size for size in want if size != 1]:
        return got.reshape(want)
    if got.ndim == 2 and got.T.shape[1:] == expected.shape[1:] and got.shape[1] in _lengths(expected, key):
        raise Unusable(f"{key.label}: rows and columns are exchanged")
    raise Unusable(f"{key.label}: expected {_shape(expected, key)}, got shape {got.shape}")


def _lengths(expected: np.ndarray, key: Key) -> tuple[int, ...]:
    return (len(expected) - 1, len(expected)) if key.last_optional else (len(expected),)


def _shape(expected: np.ndarray, key: Key) -> str:
    if not expected.ndim:
        return "one number"
    if key.kind == "path":
        each = "numbers" if expected.ndim == 1 else f"points of {expected.shape[1]} numbers"
        return f"{_lengths(expected, key)[0]} {each}"
    return f"shape {expected.shape}"


def resembles(got, made, key: Key, right) -> bool:
    """Say whether a usable value is what a known mistake makes.

    Of a path the first points decide, and a few behind the one where the mistake leaves the right path:
    a wrong walk need not settle, and then float32 and float64 part after a while. Of numbers for rounds
    all decide. Numbers may be a ten-thousandth away, unless the right ones are as near.
    """
    if key.kind not in ("path", "numbers") or isinstance(made, Pattern):
        return fits(got, made, key)
    if key.kind == "numbers":
        wide = replace(key, rtol=max(key.rtol, ROUGHLY), atol=max(key.atol, ROUGHLY))
        return fits(got, made, key if fits(np.asarray(right, dtype=float), made, wide) else wide)
    made = np.asarray(made, dtype=float)
    try:
        got = align(got, made, key)
    except Unusable:
        return False
    if len(got) != len(made) and not (key.last_optional and len(got) == len(made) - 1):
        return False
    decide = (
        len(made)
        if key.counts in ("rounds", "losses")
        else max(FIRST_POINTS, _parting(made, right, key) + POINTS_APART)
    )
    n = min(len(got), len(made), decide)
    return bool(close(got[:n], made[:n], replace(key, rtol=10 * key.rtol, atol=10 * key.atol)).all())


def _parting(made: np.ndarray, right, key: Key) -> int:
    """Return the first point in which two paths differ; 0 where their points have different shapes."""
    right = np.asarray(right, dtype=float)
    n = min(len(made), len(right))
    if not n or made.shape[1:] != right.shape[1:]:
        return 0
    apart = ~close(made[:n], right[:n], key).reshape(n, -1).all(axis=1)
    return int(np.argmax(apart))


def fits(got, expected, key: Key) -> bool:
    """Say whether a usable value agrees with an expected one, within the tolerance of `key`."""
    if isinstance(expected, Pattern):
        return expected.fits(got)
    if key.kind == "word":
        return got.lower() == expected.lower()
    if key.kind == "words":
        return got == [NODE.sub(r"\1", word) for word in expected]
    if key.kind == "set":
        return sorted(set(got)) == sorted(expected)
    return _numbers_fit(got, np.asarray(expected, dtype=float), key)


def _numbers_fit(got: np.ndarray, expected: np.ndarray, key: Key) -> bool:
    try:
        got = align(got, expected, key)
    except Unusable:
        return False
    if key.last_optional and len(got) == len(expected) - 1:
        expected = expected[:-1]
    return got.shape == expected.shape and bool(close(got, expected, key).all())


def close(got: np.ndarray, expected: np.ndarray, key: Key) -> np.ndarray:
    """Return elementwise whether two arrays of one shape agree.

    Where a number outgrows float32, any other that does, or that has stopped being one, agrees too:
    a diverging walk overflows earlier in float32 than in float64.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(expected)
        near = (np.abs(got - expected) <= key.atol + key.rtol * size) & (size < np.inf)
        both_burst = ~(np.abs(got) < BURST) & ~(size < BURST)
        return near | both_burst
