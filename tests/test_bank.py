"""Wrong answers of the bank are rejected and named; honest ones pass, with printed and hidden givens."""

import pytest
from conftest import LESSONS

from grader.instructor import bank

ENTRIES = [entry for lesson in LESSONS for entry in bank.entries(lesson)]


@pytest.mark.parametrize("entry", [e for e in ENTRIES if not e.honest], ids=str)
def test_a_wrong_answer_is_rejected_and_named(entry, benches):
    result = bank.verdict(entry, benches(entry.lesson))

    assert bank.named(entry, result), result


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.honest], ids=str)
def test_an_honest_answer_passes(entry, benches):
    assert bank.verdict(entry, benches(entry.lesson)).passed


def test_a_mistyped_header_is_refused(monkeypatch, tmp_path):
    """It would join its answer to the one before."""
    (tmp_path / "02_descent").mkdir()
    (tmp_path / "02_descent" / "bank.py").write_text('# %% honst="a" exercise="p3"\npass\n')
    monkeypatch.setattr(bank.paths, "SOLUTIONS", tmp_path)

    with pytest.raises(ValueError, match=r"bank\.py: .* is not # %% honest"):
        bank.entries("02_descent")
