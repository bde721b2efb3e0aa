"""What students read, literally: cards, causes, questions, and the order of diagnosis."""

import re
import time

import numpy as np
import pytest

from grader.judge import catalogue as known
from grader.judge import rules, walks
from grader.judge.card import Card, Progress
from grader.judge.compare import Unusable, clean, usable
from grader.judge.diagnosis import judge
from grader.judge.exercises import LESSONS, find
from grader.judge.functions import FUNCTIONS
from grader.judge.model import Evidence, Exercise, Key, Rule
from grader.judge.overlay import overlay

SKEWED = FUNCTIONS["function_skewed"]
START, LR, STEPS = (8.0, 8.0), 0.001, 500


def exercise(**changed) -> Exercise:
    """Return an exercise that knows no mistakes of its own."""
    return Exercise(**{"id": "one", "title": "One", "points": 1, "mistakes": (), "hints": ()} | changed)


def valley(xs, fs=None, **more):
    one = find("02_descent", "var_history_2")
    fs = walks.values(SKEWED, xs) if fs is None else fs
    values = {"var_history_2": np.asarray(xs).tolist(), "fn_history_2": np.asarray(fs).tolist()}
    return judge(one, Evidence(values, **more), one.givens)


def lines(result) -> list[str]:
    return Card(find("02_descent", result.exercise), result).lines()


def test_a_forgotten_clearing_is_named():
    assert lines(valley(walks.never_clear(SKEWED, START, LR, STEPS))) == [
        "v after 2 steps: expected (8.1464, 7.2344), got (8.2264, 6.8344).",
        "Each backward() adds to x.grad.",
        "Where do you empty it, and how often?",
    ]


def test_the_founding_reference_numbers_are_right():
    """The points that the founding notebook prints, from the closed form and float64."""
    xs = walks.descend(SKEWED, START, LR, STEPS)

    np.testing.assert_allclose(xs[1:4], [(8.08, 7.6), (8.1464, 7.2344), (8.200504, 6.90004)], rtol=1e-7)
    np.testing.assert_allclose(xs[[499, 500]], [(0.217417, 0.090057), (0.21577, 0.089375)], atol=1e-6)
    np.testing.assert_allclose(walks.values(SKEWED, xs[[0, 499, 500]]), [1280, 0.209714, 0.206550], atol=1e-6)


def test_recorded_late_beside_the_value_from_before_is_told_exactly_that():
    xs = walks.descend(SKEWED, START, LR, STEPS)

    result = valley(xs[1:], walks.values(SKEWED, xs[:-1]))

    assert result.misconceptions == ("point after the step, value from before it",)


def test_two_mistakes_at_once_are_known_by_the_first():
    """Never cleared, and recorded after the step."""
    xs = walks.never_clear(SKEWED, START, LR, STEPS + 1)

    assert valley(xs[1:-1]).misconceptions == ("gradient never cleared",)


@pytest.mark.parametrize("count", [500, 501])
def test_a_founding_key_takes_n_entries_and_the_last_point(count):
    assert valley(walks.descend(SKEWED, START, LR, STEPS)[:count]).passed


@pytest.mark.parametrize(
    ("count", "name"), [(499, "one entry too few"), (502, "one step too many"), (1000, "list not emptied")]
)
def test_a_wrong_length_is_named(count, name):
    xs = walks.descend(SKEWED, START, LR, STEPS + 600)[:count]
    if count == 1000:
        xs = np.concatenate([xs[:501], xs[:501]])

    assert valley(xs).misconceptions == (name,)


def test_other_slips_say_where_the_difference_begins():
    xs = walks.descend(SKEWED, START, LR, STEPS).copy()
    xs[7] += 0.5

    result = valley(xs)

    assert result.seen.startswith("v after 7 steps: expected (8.31603")
    assert result.misconceptions == ()
    assert result.question == "What happens in your code between the last point that agrees and this one?"


@pytest.mark.parametrize(
    ("lesson", "exercise", "source"),
    [
        ("02_descent", "p3", 'answer["p3"] = [13.5, 12.15, 10.935]\nraise NotImplementedError'),
        ("02_descent", "p3", 'raise NotImplementedError  # your code here\nanswer["p3"] = [13.5, 12.15, 10.935]'),
        ("01_slopes", "sum_grads", "def sum_grads(loss, x0, y0):\n    raise NotImplementedError\n    x = 1\n"),
    ],
)
def test_a_stub_line_that_was_left_is_what_the_card_speaks_of(lesson, exercise, source):
    one = find(lesson, exercise)

    result = judge(one, Evidence({}, source, error=("NotImplementedError", "")), one.givens)

    assert result.status == "not yet"
    assert "still stands in your cell" in result.seen


def test_one_strange_value_leaves_the_others_their_points():
    one = find("01_slopes", "leaves")

    result = judge(one, Evidence({"leaves": ["a", "b", "d", "u"], "gets_grad": 1}, "x"), one.givens)

    assert result.fraction == 0.5
    assert "expected a list of texts" in result.seen


def test_what_doing_nothing_gets_right_earns_nothing():
    one = find("05_inside", "clip_by_norm")
    right = one.reference(one.givens)
    untouched = {**right, "clipped_long": np.array([3.0, -4.0, 12.0, 0.0])}

    assert judge(one, Evidence(untouched), one.givens).fraction == 0.25
    assert judge(one, Evidence({**right, "clip_norm": right["clip_norm"] + 1}), one.givens).fraction == 0.75


@pytest.mark.parametrize("text", ["A; D", "a, d", "A and D", "AD", "A - D", "A -> D.", "[A, D]"])
def test_letters_are_read_as_people_write_them(text):
    one = find("06_landscapes", "bottoms")

    assert judge(one, Evidence({"bottoms": text}), one.givens).passed


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ([7.0, 5.53], "list not emptied"),
        ([0.1, 0.05, 0.02], "more steps than asked for"),
        ([0.1], "one step too many"),
    ],
)
def test_what_follows_a_right_path_is_told_apart(more, name):
    one = find("02_descent", "gd_abs_cube")
    right = one.reference(one.givens)

    result = judge(one, Evidence({**right, "cube_x": np.append(right["cube_x"], more)}), one.givens)

    assert result.misconceptions == (name,)


def test_nothing_recorded_is_not_attempted():
    one = find("02_descent", "var_history_2")

    result = judge(one, Evidence({}, "raise NotImplementedError  # your code here"), one.givens)

    assert (result.status, result.fraction) == ("not attempted", 0.0)
    assert result.seen == 'Nothing is recorded in answer["var_history_2"] or answer["fn_history_2"] yet.'


def test_torch_optim_is_refused_where_the_loop_is_written_by_hand():
    xs = walks.descend(SKEWED, START, LR, STEPS)

    result = valley(xs, source="from torch.optim import SGD\nopt = SGD([v], lr=lr)")

    assert result.seen == "This one is written by hand, and the cell uses torch.optim."


@pytest.mark.parametrize(
    ("error", "source", "name"),
    [
        ("Only Tensors of floating point and complex dtype can require gradients", "y.backward()", "integer tensor"),
        (
            "element 0 of tensors does not require grad and does not have a grad_fn",
            "y.backward()",
            "requires_grad missing",
        ),
        ("element 0 of tensors does not require grad", "x = x - lr * x.grad", "x bound to a new tensor"),
        ("grad can be implicitly created only for scalar outputs", "y.backward()", "backward on several numbers"),
        ("Trying to backward through the graph a second time", "y.backward()", "forward outside the loop"),
        (
            "a leaf Variable that requires grad is being used in an in-place operation.",
            "y.backward()",
            "step outside no_grad",
        ),
    ],
)
def test_exceptions_of_torch_are_explained(error, source, name):
    one = find("02_descent", "var_history_2")

    result = judge(one, Evidence({}, source, ("RuntimeError", error)), one.givens)

    assert (result.status, result.misconceptions) == ("error", (name,))


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("abc", "v: expected numbers, got a text."),
        (None, "v: expected a value, got None."),
        ([[1.0], [1.0, 2.0]], "v: the entries have different lengths."),
        ([1.0, "two"], "v: expected numbers only, got a text among them."),
        ([[1.0, 2.0, 3.0]] * 500, "v: expected 500 points of 2 numbers, got shape (500, 3)."),
    ],
)
def test_wrong_types_and_shapes_are_described(value, seen):
    one = find("02_descent", "var_history_2")

    assert judge(one, Evidence({"var_history_2": value, "fn_history_2": [1.0]}), one.givens).seen == seen


def test_rows_and_columns_exchanged_are_noticed():
    xs = walks.descend(SKEWED, START, LR, STEPS)

    assert "rows and columns are exchanged" in valley(xs.T, walks.values(SKEWED, xs)).seen


def test_a_prediction_never_tells_what_was_expected():
    one = find("02_descent", "p3")

    result = judge(one, Evidence({"p3": [14.0, 13.0, 12.0]}), one.givens)

    assert result.seen == "The three points: (14, 13, 12) is not what comes out."


def test_an_overlay_shows_the_expected_path_up_to_the_first_difference():
    one = find("02_descent", "var_history_2")
    xs = walks.never_clear(SKEWED, START, LR, STEPS)
    values = {"var_history_2": xs.tolist(), "fn_history_2": walks.values(SKEWED, xs).tolist()}

    png, alt = overlay(one, values, one.givens, judge(one, Evidence(values), one.givens))

    assert png.startswith(b"\x89PNG")
    assert alt == "v, yours against the expected: the first 2 points agree."


def test_a_diverged_walk_draws_and_warns_nothing():
    one = find("02_descent", "x_iters")
    values = {"x_iters": [15.0, float("nan")] * 3, "y_hist": [float("inf")] * 6}

    result = judge(one, Evidence(values), one.givens)

    assert not result.passed
    overlay(one, values, one.givens, result)


def test_a_card_escapes_what_the_student_wrote():
    one = find("01_slopes", "leaves")
    values = {"leaves": ["<script>alert(1)</script>"], "gets_grad": ["a"]}

    html = Card(one, judge(one, Evidence(values), one.givens), None, Progress("x", 1, 2, 3, 4)).html()

    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert html.count("<details>") == 3


@pytest.mark.parametrize(
    ("source", "unused"),
    [
        ("def f(a, b=1):\n    'uses a'\n    return a", ["b"]),
        ("def f(a, b):\n    a -= b\n    return a", []),
        ("def g(a):\n    return 1\n", ["lr"]),
        ("x = lr", []),
        ("%timeit x\ny = lr", []),
        ("not python at all", []),
    ],
)
def test_givens_that_are_never_used_are_found(source, unused):
    assert rules.unused(source, ["lr"], "f") == unused


# --------------------------------------------------------------------------- lists with a number for each round

ROUNDS = Key("r", "the rate", kind="path", counts="rounds")
CURVE = [0.8, 0.4, 0.2, 0.1, 0.05]


@pytest.mark.parametrize(
    ("got", "name"),
    [
        ([0.8] * 5, "rate never changes"),
        ([0.4, 0.2, 0.1, 0.05, 0.025], "next rate recorded"),
        ([0.8, 0.4, 0.2, 0.1], "another number of rounds"),
        ([0.8, 0.4, 0.2, 0.1, 0.05, 0.025], "another number of rounds"),
    ],
)
def test_a_curve_is_not_read_as_a_walk(got, name):
    one = exercise(keys=(ROUNDS,), reference=lambda g: {"r": CURVE})

    result = judge(one, Evidence({"r": np.array(got)}), {})

    assert result.misconceptions == (name,)


def test_a_difference_among_many_numbers_names_the_entry():
    """The first six numbers of a point may agree."""
    key = Key("p", "five tensors", kind="path")
    right = np.arange(20.0).reshape(2, 10)
    wrong = right.copy()
    wrong[1, 8] = 0.5

    result = judge(exercise(keys=(key,), reference=lambda g: {"p": right}), Evidence({"p": wrong}), {})

    assert result.seen == "Five tensors after 1 step, entry 8: expected 18, got 0.5."


def test_a_nan_that_comes_out_of_small_numbers_is_no_divergence():
    key = Key("p", "x", kind="path")
    one = exercise(keys=(key,), reference=lambda g: {"p": [4.0, 3.0, 2.0, 1.0]})

    result = judge(one, Evidence({"p": np.array([4.0, np.nan, np.nan, np.nan])}), {})

    assert result.misconceptions == ("not a number",)


def test_trial_calls_and_type_hints_break_no_rule():
    rule = Rule("no packaged ones", "why?", forbidden=("torch.optim",))
    source = "def f(o: torch.optim.Optimizer) -> torch.optim.Optimizer:\n    return o\n\nprint(f(torch.optim.SGD))\n"

    assert rules.broken_rule(source, (rule,), "f") is None
    assert rules.broken_rule(source, (rule,)) is rule
    assert rules.broken_rule("def f(o):\n    return torch.optim.SGD(o)\n", (rule,), "f") is rule


def test_a_class_uses_no_givens_by_name():
    assert rules.unused("class F:\n    def step(self):\n        pass\n", ["lr", "steps"], "F") == []


def test_texts_among_numbers_are_named_before_an_array_is_made_of_them():
    """An array of texts takes as much room for each as for the longest."""
    with pytest.raises(Unusable, match="expected numbers only, got a text among them"):
        usable(["x" * 60_000] + [""] * 20_000, find("02_descent", "p3").keys[0])


def test_no_terminal_obeys_a_students_word():
    assert clean("\x1b[31mred\x07 \x9b2J") == "[31mred 2J"


def test_a_mistake_that_would_have_shown_before_is_not_named():
    """A step size of three stands in the cell, which is what is printed."""
    one = find("07_schedules", "build")
    others = {"lr0": 0.6, "n": 13, "step_size": 4, "gamma": 0.35, "milestones": [2, 6]}
    values = {key: np.asarray(value) for key, value in one.reference({**others, "step_size": 3}).items()}

    first = judge(one, Evidence(values), others)
    again = judge(one, Evidence(values), others, right_with=one.givens)

    assert "staircase off by one" in first.misconceptions
    assert not again.passed
    assert again.misconceptions == ()


def test_numbers_near_those_of_a_mistake_are_known_and_rough_ones_no_rougher():
    """A walk that does not settle parts in float32 and float64; a tolerance that is loose already is not widened."""
    where, lengths = find("06_landscapes", "where"), find("05_inside", "first_lengths")
    uncleared = {
        "cos_end_sgd": [5.988214, -5.988214, 0.0],
        "cos_end_adam": where.reference(where.givens)["cos_end_adam"],
    }
    right = lengths.reference(lengths.givens)

    named = judge(where, Evidence({key: np.asarray(value) for key, value in uncleared.items()}), where.givens)
    rough = judge(lengths, Evidence({**right, "uncorrected": 1.58}), lengths.givens)

    assert "gradient never cleared" in named.misconceptions
    assert rough.misconceptions == ()


LONG = {
    "lines": "\n" * 60_000,
    "backward": "backward()" * 3200 + (".grad = None" + " " * 100) * 290 + "x",
    "answers": "answer[" * 9_000,
    "spaces": "step(" + " " * 60_000,
    "word": "x" * 60_000,
    "definitions": "def f():\n" * 7_000,
}


@pytest.mark.parametrize("name", LONG)
def test_no_pattern_of_a_crash_takes_long(name):
    """They are matched outside of the sandbox, against whatever a cell holds."""
    patterns = {crash.source for crash in known.CRASHES} | {
        crash.source for exercises in LESSONS.values() for one in exercises for crash in one.crashes
    }
    start = time.process_time()
    for pattern in patterns:
        re.search(pattern, LONG[name])

    assert time.process_time() - start < 5
