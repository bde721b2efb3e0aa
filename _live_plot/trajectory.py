"""Walks that are recorded step by step, and the strips that are drawn of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from _live_plot.strips import Strip, strip_of
from _live_plot.values import numbers, one_number, shown


@dataclass(eq=False, repr=False)
class Trajectory:
    """A walk that is recorded step by step: its points, and the numbers that go with them.

    points: one array of shape (d,) for each place. series: a list for each name, such as "loss", of numbers
        or of mappings from names to numbers. at: the steps at which they were recorded, by name.
    """

    label: str = "path"
    points: list[np.ndarray] = field(default_factory=list)
    series: dict[str, list] = field(default_factory=dict)
    at: dict[str, list[int]] = field(default_factory=dict)
    steps: int = 0

    def __repr__(self) -> str:
        return f"{self.label}: {len(self)} points, {', '.join(self.series) or 'no series'}"

    def add(self, *point, **series) -> None:
        """Record a place, as one array or coordinate by coordinate, and numbers that go with it.

        Everything is copied at once: a tensor that moves on afterwards changes nothing here. A series may be
        left out at some steps.

        Raises:
            ValueError: for what is no number, or another form than the series had before.

        """
        copied = {name: _copied(value, name, self.series.get(name)) for name, value in series.items()}
        if point:
            self.points.append(np.concatenate([numbers(part, "point").reshape(-1) for part in point]))
        self.steps += 1
        for name, value in copied.items():
            self.series.setdefault(name, []).append(value)
            self.at.setdefault(name, []).append(self.steps - 1)

    def told(self, name: str) -> list:
        """Return a series with nothing at the steps at which it was not recorded."""
        values, at = self.series.get(name, []), self.at.get(name, [])
        if at == list(range(len(at))):
            return values
        nothing = {key: np.nan for key in values[0]} if isinstance(values[0], dict) else values[0] * np.nan
        placed = dict(zip(at, values, strict=True))
        return [placed.get(step, nothing) for step in range(at[-1] + 1)]

    def __len__(self) -> int:
        return len(self.points)


def _copied(value, name: str, before: list | None) -> np.ndarray | dict[str, float]:
    """Return numbers, or a mapping from names to numbers, that nothing changes any more."""
    if isinstance(value, Mapping):
        copied = {str(key): one_number(part, name) for key, part in value.items()}
        form, had = list(copied), before and list(before[0] if isinstance(before[0], dict) else ())
    else:
        copied = numbers(value, name)
        copied = copied.reshape(() if copied.size == 1 else -1)
        form, had = copied.size, before and (None if isinstance(before[0], dict) else before[0].size)
    if before and form != had:
        raise ValueError(f"{name}: every step needs the same form as the first one, which was {shown(before[0])}")
    return copied


def strips_of_walks(walks: Sequence[Trajectory]) -> list[Strip]:
    """Return a strip for each series that one of the walks has."""
    names = dict.fromkeys(name for walk in walks for name in walk.series)
    return [strip_of(name, [walk.told(name) for walk in walks]) for name in names]
