"""Draws of hidden givens that are repeated until they tell right answers from wrong ones."""

from collections.abc import Callable
from random import Random

import numpy as np

from grader.judge.model import Answer, Givens, Mistake

Draw = Callable[[Random], Givens]
TRIES = 1000


def repeated(draw: Draw, tells: Callable[[Givens], bool]) -> Draw:
    """Return a draw whose givens satisfy `tells`.

    Raises:
        RuntimeError: when a thousand draws do not, so that the draw is too narrow.

    """

    def drawn(rng: Random) -> Givens:
        for _ in range(TRIES):
            givens = draw(rng)
            if tells(givens):
                return givens
        raise RuntimeError(f"{TRIES} draws do not tell right from wrong; widen the draw")

    return drawn


def distinct(draw: Draw, printed: Givens) -> Draw:
    """Return a draw without a function or number that is printed: who ignores what is given must not pass by luck."""
    names = [name for name, value in printed.items() if not isinstance(value, bool)]
    return repeated(draw, lambda givens: all(givens[name] != printed[name] for name in names))


def showing(draw: Draw, right: Callable[[Givens], Answer], mistakes: tuple[Mistake, ...]) -> Draw:
    """Return a draw with whose givens each of the mistakes makes another answer than the right one."""

    def shows(mistake: Mistake, givens: Givens, expected: Answer) -> bool:
        return any(not np.array_equal(made, expected[name]) for name, made in mistake.makes(givens).items())

    def all_show(givens: Givens) -> bool:
        expected = right(givens)
        return all(shows(mistake, givens, expected) for mistake in mistakes)

    return repeated(draw, all_show)
