"""Known mistakes that any recorded walk can show, whatever makes its steps."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from grader.judge import catalogue as known
from grader.judge import walks
from grader.judge.functions import Function
from grader.judge.model import Answer, Exercise, Givens, Mistake

Trail = tuple[np.ndarray, np.ndarray]  # points of shape (n, d) or (n,), and the value at each, shape (n,)
Record = Callable[[np.ndarray, np.ndarray], Answer]  # puts points and values under the keys of an exercise


KEPT = 3  # the printed givens, which every hand-in asks for, and hidden ones


def remember(compute: Callable[[Givens], object]) -> Callable[[Givens], object]:
    """Return `compute`, which keeps its results for the givens it was called with last."""
    kept: dict[str, object] = {}

    def recall(g: Givens) -> object:
        name = repr(g)
        kept[name] = kept.pop(name) if name in kept else compute(g)
        if len(kept) > KEPT:
            kept.pop(next(iter(kept)))  # the one that was asked for least recently
        return kept[name]

    return recall


def remembering(one: Exercise) -> Exercise:
    """Return an exercise whose reference and mistakes are computed once for the printed givens of a class."""
    mistakes = tuple(replace(mistake, makes=remember(mistake.makes)) for mistake in one.mistakes)
    return replace(one, reference=remember(one.reference), mistakes=mistakes)


def trail(f: Function, xs: np.ndarray) -> Trail:
    """Return points with the value of f at each."""
    return xs, walks.values(f, xs)


def recording_mistakes(right: Callable[[Givens], Trail], record: Record) -> tuple[Mistake, ...]:
    """Return the mistakes of recording a right walk.

    right(g) is the walk with one step more than asked for.
    """
    right = remember(right)

    def paired(points: Callable, values: Callable) -> Callable[[Givens], Answer]:
        return lambda g: record(points(right(g)[0]), values(right(g)[1]))

    def first(entries: np.ndarray) -> np.ndarray:
        return entries[:-1]

    def second(entries: np.ndarray) -> np.ndarray:
        return entries[1:]

    def before(entries: np.ndarray) -> np.ndarray:
        return np.concatenate([entries[:1], entries[:-2]])

    def same(entries: np.ndarray) -> np.ndarray:
        return np.broadcast_to(entries[-2], entries[:-1].shape)

    def twice(entries: np.ndarray, without: int) -> np.ndarray:
        return np.concatenate([entries[:-without], entries[:-without]])

    def some(entries: np.ndarray, every: int) -> np.ndarray:
        return entries[:-1][::every]

    return (
        Mistake(known.AFTER_THE_STEP, paired(second, second)),
        Mistake(known.LATE_BESIDE_EARLY, paired(second, first)),
        Mistake(known.STARTS_WITH_START, paired(before, before)),
        Mistake(known.TWO_MOMENTS, paired(first, second)),
        Mistake(known.TWO_MOMENTS, paired(first, before)),
        Mistake(known.SAME_OBJECT, paired(same, first)),
        *(
            Mistake(known.NOT_EMPTIED, paired(partial(twice, without=one), partial(twice, without=one)))
            for one in (1, 2)  # with and without the last point
        ),
        *(
            Mistake(known.SOME_STEPS, paired(partial(some, every=every), partial(some, every=every)))
            for every in (2, 10, 20)
        ),
        Mistake(known.LISTS_EXCHANGED, lambda g: record(first(right(g)[1]), first(right(g)[0]))),
    )


def walk_mistakes(
    walk: Callable[..., np.ndarray], record: Record, f: Callable[[Givens], Function]
) -> tuple[Mistake, ...]:
    """Return the mistakes of plain gradient descent: of its steps, and of recording them.

    walk(kind, g, extra) runs one of the walks of `walks` on the givens, `extra` steps longer;
    f(g) is the function that is walked down.
    """

    def moved(kind: Callable) -> Callable[[Givens], Answer]:
        return lambda g: record(*trail(f(g), walk(kind, g, 0)))

    def gone_on(g: Givens) -> Answer:
        n = len(walk(walks.descend, g, 0)) - 1
        return record(*trail(f(g), walk(walks.descend, g, n)[n:]))

    return (
        Mistake(known.NEVER_CLEARED, moved(walks.never_clear)),
        Mistake(known.BACKWARD_ONLY, moved(walks.stay)),
        Mistake(known.CLEARED_EARLY, moved(walks.stay)),
        Mistake(known.NOT_RESET, gone_on),
        Mistake(known.CLIMBS, moved(walks.climb)),
        Mistake(known.DOUBLED, moved(walks.step_twice)),
        Mistake(known.HALF_SLOPE, moved(walks.halve_slope)),
        Mistake(known.FIRST_SLOPE, moved(walks.keep_first_slope)),
        Mistake(known.SIGN_ONLY, moved(walks.sign_only)),
        Mistake(known.SIGN_ONLY, moved(walks.unit_steps)),
        Mistake(known.RATE_SHRINKS, moved(walks.shrink_rate)),
        *recording_mistakes(lambda g: trail(f(g), walk(walks.descend, g, 1)), record),
    )
