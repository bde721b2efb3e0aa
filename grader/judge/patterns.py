"""Kinds of wrong answers, for known mistakes that have no single value."""

import itertools
from dataclasses import dataclass

import numpy as np


class Pattern:
    """A description of wrong answers, for known mistakes that have no single value."""

    def fits(self, got) -> bool:
        """Say whether a usable value is of this kind."""
        raise NotImplementedError

    def example(self, right):
        """Return one answer of this kind, made from the right one."""
        raise NotImplementedError


@dataclass(frozen=True)
class Holds(Pattern):
    """Words that contain `word`."""

    word: str

    def fits(self, got) -> bool:
        """Say whether `word` is there."""
        return self.word in got

    def example(self, right):
        """Return the right words and this one."""
        return [*right, self.word]


@dataclass(frozen=True)
class Lacks(Pattern):
    """Words that do not contain `word`."""

    word: str

    def fits(self, got) -> bool:
        """Say whether `word` is missing."""
        return self.word not in got

    def example(self, right):
        """Return the right words without this one."""
        return [word for word in right if word != self.word]


@dataclass(frozen=True)
class Part(Pattern):
    """Some of the words of `whole`, not all, and no other."""

    whole: tuple[str, ...]

    def fits(self, got) -> bool:
        """Say whether words are missing and none is foreign."""
        return set(got) < set(self.whole)

    def example(self, right):
        """Return the first of the right words only."""
        return list(right[:1])


@dataclass(frozen=True)
class Foreign(Pattern):
    """Words of which one at least is none of `whole`."""

    whole: tuple[str, ...]

    def fits(self, got) -> bool:
        """Say whether there is a word from outside."""
        return not set(got) <= set(self.whole)

    def example(self, right):
        """Return the right words and a foreign one."""
        return [*right, "other"]


@dataclass(frozen=True)
class Between(Pattern):
    """One number from `low` to `high`."""

    low: float
    high: float

    def fits(self, got) -> bool:
        """Say whether the number lies in the interval."""
        return got.size == 1 and bool(self.low <= got.item() <= self.high)

    def example(self, right):
        """Return one end of the interval."""
        return self.low


@dataclass(frozen=True)
class Precedes(Pattern):
    """Words among which `first` comes before `second`."""

    first: str
    second: str

    def fits(self, got) -> bool:
        """Say whether both are there, in this order."""
        return self.first in got and self.second in got and got.index(self.first) < got.index(self.second)

    def example(self, right):
        """Return the right words with `first` moved to the front."""
        return [self.first, *(word for word in right if word != self.first)]


@dataclass(frozen=True)
class NotNext(Pattern):
    """Words among which `second` does not follow `first` directly."""

    first: str
    second: str

    def fits(self, got) -> bool:
        """Say whether something else follows `first`."""
        following = dict(itertools.pairwise(got))
        return self.first in got and self.second in got and following.get(self.first) != self.second

    def example(self, right):
        """Return the right words with `first` moved to the end."""
        return [*(word for word in right if word != self.first), self.first]


@dataclass(frozen=True)
class NotCount(Pattern):
    """Words of another number than `count`, or with one of them twice."""

    count: int
    distinct: bool = True

    def fits(self, got) -> bool:
        """Say whether the number is another, or one is there twice."""
        return len(got) != self.count or (self.distinct and len(set(got)) != len(got))

    def example(self, right):
        """Return the right words, and the first of them once more."""
        return [*right, right[0]]


@dataclass(frozen=True)
class Begins(Pattern):
    """Numbers of which the first ones are these, within a thousandth."""

    first: tuple[float, ...]

    def fits(self, got) -> bool:
        """Say whether the numbers begin so."""
        n = len(self.first)
        return got.ndim == 1 and len(got) >= n and bool(np.allclose(got[:n], self.first, rtol=1e-3))

    def example(self, right):
        """Return the right numbers with these in front."""
        return np.array([*self.first, *right[len(self.first) :]])


class NotZero(Pattern):
    """Numbers that are not all zero."""

    def fits(self, got) -> bool:
        """Say whether one of them differs from zero."""
        return bool(np.any(got != 0))

    def example(self, right):
        """Return ones."""
        return np.ones(np.shape(right))


@dataclass(frozen=True)
class NotAt(Pattern):
    """Words whose entry at `index` is another than `word`."""

    index: int
    word: str

    def fits(self, got) -> bool:
        """Say whether another word stands at the index."""
        return len(got) <= self.index or got[self.index] != self.word

    def example(self, right):
        """Return the right words with another one at the index."""
        return [*right[: self.index], "none", *right[self.index + 1 :]]


class NotANumber(Pattern):
    """Numbers of which at least one is NaN."""

    def fits(self, got) -> bool:
        """Say whether there is a NaN."""
        return bool(np.isnan(got).any())

    def example(self, right):
        """Return the right numbers, all NaN."""
        return np.full(np.shape(right), np.nan)


class NothingAfterStart(Pattern):
    """A path of which the start alone is a number."""

    def fits(self, got) -> bool:
        """Say whether all coordinates are NaN from the first step on."""
        return got.ndim > 0 and len(got) > 1 and bool(np.isfinite(got[0]).all() and np.isnan(got[1:]).all())

    def example(self, right):
        """Return the start, and NaN."""
        made = np.full(np.shape(right), np.nan)
        made[0] = right[0]
        return made


class FirstRowNotZero(Pattern):
    """Rows of which the first is not all zero."""

    def fits(self, got) -> bool:
        """Say whether a number of the first row differs from zero, or is none."""
        return got.ndim > 0 and len(got) > 0 and bool(np.any(got[0] != 0))

    def example(self, right):
        """Return ones."""
        return np.ones(np.shape(right))
