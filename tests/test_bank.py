"""How the bank is read and tried; `make bank` grades all of its answers and fails when a figure drops."""

import pytest
from conftest import LESSONS

from grader.instructor import bank, tryout


def test_a_mistyped_header_is_refused(monkeypatch, tmp_path):
    """It would join its answer to the one before."""
    (tmp_path / "02_descent").mkdir()
    (tmp_path / "02_descent" / "bank.py").write_text('# %% honst="a" exercise="p3"\npass\n')
    monkeypatch.setattr(bank.paths, "SOLUTIONS", tmp_path)

    with pytest.raises(ValueError, match=r"bank\.py: .* is not # %% honest"):
        bank.entries("02_descent")


# --------------------------------------------------------------------------- answers as edits, and the real loop


def test_an_edit_replaces_lines_and_keeps_their_indentation():
    source = "def f(x):\n    if x:\n        y = 1\n        z = 2\n    return y\n"

    edited = bank.edited(source, "# - y = 1\n# - z = 2\n# + y = 3\n# + if y:\n# +     z = 4\n", "here")

    assert edited == "def f(x):\n    if x:\n        y = 3\n        if y:\n            z = 4\n    return y\n"


@pytest.mark.parametrize(("old", "times"), [("y = 9", 0), ("y = 1", 2)])
def test_an_edit_of_lines_that_are_not_there_once_is_refused(old, times):
    with pytest.raises(ValueError, match=f"here: '{old}' is in the model answer {times} times"):
        bank.edited("y = 1\ny = 1\n", f"# - {old}\n# + y = 2\n", "here")


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_answer_is_in_one_hand_in_of_the_real_loop(lesson):
    made = [entry for number in range(tryout.count(lesson)) for entry in tryout.hand_in(lesson, number).values()]

    assert sorted(map(str, made)) == sorted(map(str, bank.entries(lesson)))


KEPT = "bank: wrong 100 rejected 100 named 98; honest 50 accepted 50"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (KEPT.replace("rejected 100", "rejected 99"), "1 wrong answers passed"),
        (KEPT.replace("accepted 50", "accepted 48"), "2 honest answers did not pass"),
        (KEPT.replace("named 98", "named 97"), "named fell from 98 to 97"),
        (KEPT.replace("named 98", "named 90"), "fewer than 95 of 100 wrong answers are named"),
        (KEPT.replace("honest 50", "honest 40"), "honest fell from 50 to 40"),
    ],
)
def test_a_figure_of_the_bank_that_drops_is_a_fault(line, fault):
    assert fault in tryout.worse(line, KEPT)
    assert tryout.worse(KEPT, KEPT) == []


def test_a_wrong_answer_goes_through_the_real_loop():
    """One hand-in of a lesson, rebuilt, run in real kernels and judged: each of its answers is as it should be."""
    told = tryout.attempt("07_schedules", 8)

    assert told
    for entry, figures, seen in told:
        assert figures["accepted"] or figures["named"], (entry, seen)
