"""Wrong answers of the bank are rejected and named; honest ones pass with the printed givens."""

import random

import pytest
from conftest import LESSONS

from grader.instructor import bank
from grader.judge.diagnosis import judge
from grader.judge.exercises import find

ENTRIES = [entry for lesson in LESSONS for entry in bank.entries(lesson)]


def results(entry, bench):
    """Return the result with the printed givens, then with hidden ones if that passed."""
    one = find(entry.lesson, entry.exercise)
    first = judge(one, bench.attempt(one.id, entry.source), one.givens)
    if not first.passed or one.draw is None:
        return first, None
    givens = one.draw(random.Random(entry.name))
    return first, judge(one, bench.attempt(one.id, entry.source, givens), givens)


@pytest.mark.parametrize("entry", [e for e in ENTRIES if not e.honest], ids=str)
def test_a_wrong_answer_is_rejected_and_named(entry, benches):
    first, second = results(entry, benches(entry.lesson))

    decisive = first if second is None else second
    assert not decisive.passed
    if entry.name:
        assert entry.name in decisive.misconceptions, decisive
    else:
        assert decisive.question


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.honest], ids=str)
def test_an_honest_answer_passes(entry, benches):
    first, second = results(entry, benches(entry.lesson))

    assert first.passed, first
    assert second is None or second.passed, second
