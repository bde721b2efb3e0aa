"""Answers write themselves, resume, forget what is stale, and refuse what they cannot keep."""

import json
import math

import json_tricks
import numpy as np
import pytest
import torch

from grader import Answers, check
from grader.core import answerfile
from grader.core.givens import VARIABLE


@pytest.fixture
def answer(tmp_path):
    return Answers("02_descent", folder=tmp_path)


def written(answer) -> dict:
    return answerfile.read(answer.path)


def test_an_assignment_writes_the_whole_file(answer):
    answer["p3"] = (13.5, 12.15)
    answer["loop_order"] = ["B", "D"]

    assert written(answer) == {"p3": [13.5, 12.15], "loop_order": ["B", "D"]}


def test_json_tricks_reads_what_is_written(answer):
    """The founding notebooks' own reader stays able to open the file."""
    answer["X_grad"] = torch.arange(6.0).reshape(2, 3)
    answer["fn_history_2"] = [1, 2.5, True, "text", None]

    loaded = json_tricks.load(str(answer.path))

    np.testing.assert_array_equal(loaded["X_grad"], np.arange(6.0, dtype=np.float32).reshape(2, 3))
    assert loaded["fn_history_2"] == [1, 2.5, True, "text", None]


def test_a_diverged_run_still_hands_in_a_file(answer):
    answer["p3"] = [float("nan"), float("inf"), -math.inf]

    assert math.isnan(written(answer)["p3"][0])
    assert written(answer)["p3"][1:] == [math.inf, -math.inf]


def test_tensors_are_stored_as_numbers_and_not_watched(answer):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    answer["xs"] = [x, torch.tensor(3.0), torch.tensor([1.5], dtype=torch.bfloat16)]

    first, second, third = written(answer)["xs"]

    np.testing.assert_array_equal(first, [1.0, 2.0])
    assert (second, third.tolist()) == (3.0, [1.5])


def test_a_list_that_grows_later_is_saved_by_check_and_download(answer, capsys):
    answer["p3"] = []
    answer["p3"].append(13.5)

    answer.download()

    assert written(answer)["p3"] == [13.5]
    assert "1 answers are stored" in capsys.readouterr().out


def test_an_assignment_looks_at_its_own_answer_and_save_at_all(answer):
    """Looking at every long history at every assignment takes longer than the walks that made them."""
    answer["p3"] = [13.5]
    answer["p3"].append(12.15)
    answer["loop_order"] = ["B", "D"]
    assert written(answer) == {"p3": [13.5], "loop_order": ["B", "D"]}

    answer.save()

    assert written(answer) == {"p3": [13.5, 12.15], "loop_order": ["B", "D"]}


def test_an_answer_that_was_too_large_leaves_the_one_before_and_the_others_alone(answer, monkeypatch):
    monkeypatch.setattr(answerfile, "MAX_BYTES", 1000)
    answer["p3"] = [13.5]
    with pytest.raises(ValueError, match="makes the answer file larger"):
        answer["p3"] = [0.5] * 1000

    answer["loop_order"] = ["B", "D"]

    assert written(answer) == {"p3": [13.5], "loop_order": ["B", "D"]}


@pytest.mark.parametrize("dtype", [">f8", ">i4", "<f4"])
def test_arrays_are_stored_whatever_their_order_of_bytes(answer, dtype):
    answer["x"] = [np.array([1, 2], dtype=dtype)] * 2
    answer["y"] = np.array([3, 4], dtype=dtype)

    np.testing.assert_equal(answerfile.read(answer.path)["x"][1], [1, 2])
    np.testing.assert_equal(answerfile.read(answer.path)["y"], [3, 4])


CHANGES = {
    "in place": lambda history: history[1].data.mul_(2.0),
    "grown": lambda history: history.append(torch.ones(2)),
    "shorter": lambda history: history.pop(),
    "sign of nothing": lambda history: history[0].neg_(),
    "kind": lambda history: history.__setitem__(0, torch.zeros(2, dtype=torch.float64)),
    "all kinds": lambda history: history.__setitem__(slice(None), [one.double() for one in history]),
    "shape": lambda history: history.__setitem__(slice(None), [one.reshape(2, 1) for one in history]),
    "numbers": lambda history: history.__setitem__(slice(None), [1.0, 2.0]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_history_that_has_changed_is_put_into_words_again(answer, name):
    """Saving looks at a history as a whole; whatever a student does to its parts must be seen."""
    answer["history"] = history = [torch.zeros(2), torch.ones(2)]
    before = answer.text()
    CHANGES[name](history)

    plain = answerfile.plain(history, "history")

    assert answer.text() == answerfile.dumps({"history": plain}) != before


CHANGES_OF_ROWS = {
    "in place": lambda rows: rows[1].__setitem__(0, 2.0),
    "grown": lambda rows: rows.append([2.0, 2.0]),
    "longer row": lambda rows: rows[1].append(2.0),
    "moved": lambda rows: rows[1].insert(0, rows[0].pop()),
    "sign of nothing": lambda rows: rows[0].__setitem__(0, -0.0),
    "kind": lambda rows: rows[0].__setitem__(0, 0),
    "truth": lambda rows: rows[1].__setitem__(0, True),
    "text": lambda rows: rows.__setitem__(0, "ab"),
}


@pytest.mark.parametrize("name", CHANGES_OF_ROWS)
def test_rows_that_have_changed_are_put_into_words_again(answer, name):
    answer["rows"] = rows = [[0.0, 0.0], [1.0, 1.0]]
    before = answer.text()
    CHANGES_OF_ROWS[name](rows)

    assert answer.text() == answerfile.dumps({"rows": rows}) != before


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (len, 'answer["f"] holds the function len: store numbers, strings, lists, arrays or tensors.'),
        ({1, 2}, 'answer["f"] holds a set: store numbers, strings, lists, arrays or tensors.'),
        (torch.optim.SGD, 'answer["f"] holds the class SGD: store numbers, strings, lists, arrays or tensors.'),
        ({1: 2}, 'answer["f"] has the dictionary key 1: use strings such as "first".'),
        (np.array([b"a"]), 'answer["f"] holds an array of |S1: store an array of numbers.'),
    ],
)
def test_what_cannot_be_kept_is_refused_with_one_sentence(answer, value, sentence):
    with pytest.raises((TypeError, ValueError)) as error:
        answer["f"] = value

    assert str(error.value) == sentence
    assert "f" not in answer


@pytest.mark.parametrize("value", [{"d", "a"}, frozenset("ad"), np.array(["a", "d"]), ("a", "d")])
def test_texts_are_kept_as_a_list_whatever_holds_them(answer, value):
    answer["leaves"] = value

    assert written(answer)["leaves"] == ["a", "d"]


def test_a_list_inside_itself_is_refused(answer):
    loop = []
    loop.append(loop)

    with pytest.raises(ValueError, match="nested more than 32 levels deep"):
        answer["p3"] = loop


def test_a_new_session_resumes_the_file(answer, tmp_path):
    answer["p3"] = [1.0]

    assert dict(Answers("02_descent", folder=tmp_path)) == {"p3": [1.0]}


def test_an_unreadable_file_is_set_aside_and_kept(answer, tmp_path, capsys):
    answer.path.write_text('{"p3": [1, ')

    assert dict(Answers("02_descent", folder=tmp_path)) == {}
    assert (tmp_path / "02_descent.answer.unreadable.json").read_text() == '{"p3": [1, '
    assert "could not be resumed" in capsys.readouterr().out


def test_given_forgets_only_what_its_exercise_recorded(answer):
    answer["var_history_2"], answer["fn_history_2"], answer["p3"] = [1], [2], [3]

    start, lr, steps = answer.given("var_history_2", start=(8.0, 8.0), lr=0.001, steps=500)

    assert (start, lr, steps) == ((8.0, 8.0), 0.001, 500)
    assert written(answer) == {"p3": [3]}


def other_function(x):
    return x


def test_given_takes_replaced_values_in_the_form_of_the_printed_ones(answer, monkeypatch):
    other = {"e": {"f": "other_function", "start": [1.0, 2.0], "n": 3}}
    monkeypatch.setenv(VARIABLE, json.dumps(other))

    f, start, n, kept = answer.given("e", f=written, start=(8.0, 8.0), n=1, kept=5)

    assert (f, start, n, kept) == (other_function, (1.0, 2.0), 3, 5)


def test_one_given_comes_as_itself(answer):
    assert answer.given("graph_chain", expression=len) is len


def test_every_way_to_change_the_dictionary_writes_the_file(answer):
    answer.update(a=1, b=2)
    answer.setdefault("c", 3)
    answer |= {"d": 4}
    del answer["a"]
    assert answer.pop("b") == 2

    assert written(answer) == {"c": 3, "d": 4}

    answer.popitem()
    answer.clear()
    assert written(answer) == {}


def test_check_names_the_lessons_exercises_when_the_id_is_wrong(answer):
    with pytest.raises(LookupError, match=r"Lesson 02_descent has no exercise 'p4': choose one of p3, loop_order"):
        check(answer, "p4")


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    answer = Answers("02_descent", folder=tmp_path / "gone")

    with pytest.raises(OSError, match=r"cannot be written .*: use a folder that is yours to write in"):
        answer["p3"] = [1.0]


def test_what_is_written_can_be_read_again(answer, tmp_path):
    """What is too much for the reader is refused when it is stored, and left out when it has grown since."""
    answer["p3"] = [1.0]
    answer["text"] = "\N{SLICE OF PIZZA}" * (answerfile.MAX_STRING // 2)
    with pytest.raises(ValueError, match="holds a text of 65536 characters"):
        answer["text"] = "\N{SLICE OF PIZZA}" * answerfile.MAX_STRING
    answer["grows"] = grows = [2]
    for too_much in ([1] * 2_000_000, [0.123456789] * 800_000, np.ones(2_000_000)):
        with pytest.raises(
            ValueError, match=r'answer\["x"\] (makes the answer file larger than|holds an array of shape)'
        ):
            answer["x"] = too_much

    grows.extend([1] * 2_000_000)
    answer.save()

    assert answerfile.read(answer.path) == {"p3": [1.0], "text": answer["text"]}
    assert list(answer.problems()) == ["grows"]


def test_two_unreadable_files_are_both_kept(tmp_path):
    for content in ("{1", "{2"):
        (tmp_path / "x.answer.json").write_text(content)
        Answers("x", tmp_path)

    assert sorted(path.read_text() for path in tmp_path.glob("x.answer.unreadable*.json")) == ["{1", "{2"]


def test_no_temporary_file_is_left(answer):
    answer["p3"] = [1.0]

    assert [path.name for path in answer.path.parent.glob("*02_descent*")] == ["02_descent.answer.json"]
