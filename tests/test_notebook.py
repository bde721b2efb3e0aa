"""`check` as a student meets it: in a real kernel, with cards, and with the slips of working in a notebook."""

import nbformat
import pytest
from nbclient import NotebookClient

from grader.instructor import bank
from grader.instructor.rebuild import released

SETUP = "import torch\nimport live_plot\nfrom grader import Answers, check\nanswer = Answers({lesson!r})"


def run(tmp_path, lesson: str, *sources: str) -> list[list]:
    """Run cells in a student's kernel and return their outputs, the set-up's left out."""
    cells = [nbformat.v4.new_code_cell(text) for text in (SETUP.format(lesson=lesson), *sources)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=60, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert notebook.cells[0].outputs == []
    return [cell.outputs for cell in notebook.cells[1:]]


def block(lesson: str, exercise: str, source: str = "") -> list[str]:
    """Return the cells of one exercise: givens, answer, record and check."""
    cells = released(lesson).cells
    given = next(c.source for c in cells if c.id == f"given_{exercise}")
    record = next((c.source for c in cells if c.id == f"record_{exercise}"), "pass")
    return [given, source or bank.model(lesson, exercise), record, f'check(answer, "{exercise}")']


def card(outputs: list) -> str:
    return next(output["data"]["text/plain"] for output in outputs if "data" in output)


CUBE = "def cube(x):\n    return x**3\n"
SLIP = bank.model("02_descent", "gd_abs_cube").replace("        x.grad.zero_()\n", "")


def test_a_pass_shows_a_card_and_returns_nothing(tmp_path):
    *_, outputs = run(tmp_path, "02_descent", CUBE, *block("02_descent", "gd_abs_cube"))

    assert [output["output_type"] for output in outputs] == ["display_data"]
    assert card(outputs).startswith("✓ Passed: By hand (20 points)\n  Right.\n")
    assert "02_descent: 1 of 7 exercises, 20 of 120 points." in card(outputs)


def test_a_slip_shows_a_card_with_a_picture_and_one_clean_sentence(tmp_path):
    *_, outputs = run(tmp_path, "02_descent", CUBE, *block("02_descent", "gd_abs_cube", SLIP))

    shown, error = outputs
    assert "Each backward() adds to x.grad." in card(outputs)
    assert 'src="data:image/png;base64,' in shown["data"]["text/html"]
    assert (error["ename"], error["traceback"]) == ("NotYet", ["By hand: not yet."])


def test_a_part_returns_its_points_as_a_number(tmp_path):
    answer = 'answer["leaves"] = ["a", "b", "d", "u"]\nanswer["gets_grad"] = ["b"]'

    *_, outputs = run(tmp_path, "01_slopes", answer, 'check(answer, "leaves")')

    assert outputs[-1]["output_type"] == "execute_result"
    assert outputs[-1]["data"]["text/plain"] == "7.5"


def test_an_old_answer_does_not_pass_when_its_cell_crashes_now(tmp_path):
    marker = "# Exercise: twice (5 points)\n"

    results = run(
        tmp_path, "01_slopes",
        f'{marker}answer["twice"] = 40', 'check(answer, "twice")',
        f'{marker}answer["twice"] = nothing', 'check(answer, "twice")',
        f"{marker}answer[", 'check(answer, "twice")',
    )  # fmt: skip

    assert card(results[1]).startswith("✓ Passed")
    assert card(results[3]).startswith("✕ Stopped by an error")
    assert card(results[5]).startswith("✕ Stopped by an error")


def test_an_untouched_notebook_beside_an_old_answer_file_is_not_passed(tmp_path):
    run(tmp_path, "01_slopes", 'answer["twice"] = 40')

    *_, outputs = run(tmp_path, "01_slopes", "# Exercise: twice\nraise NotImplementedError", 'check(answer, "twice")')

    assert card(outputs).startswith("○ Not attempted")


def test_names_that_another_exercise_took_over_are_noticed(tmp_path):
    given, answer, record, check = block("02_descent", "gd_abs_cube")

    *_, outputs = run(tmp_path, "02_descent", CUBE, given, answer, "x0, lr = 15.0, 0.05", record, check)

    assert "x0, lr: no longer as given; run the cell with answer.given above it again." in card(outputs)


def test_an_answer_that_cannot_be_stored_spoils_only_itself(tmp_path):
    results = run(
        tmp_path, "01_slopes", 'answer["leaves"] = ["a"]\nanswer["leaves"].append(print)\nanswer["twice"] = 40',
        'check(answer, "twice")', 'check(answer, "leaves")', 'answer["twice"] = answer', 'answer["twice"] = 40', 'check(answer, "twice")',
    )  # fmt: skip

    assert card(results[1]).startswith("✓ Passed")
    assert 'answer["leaves"] holds the function print' in card(results[2])
    assert results[3][0]["ename"] in ("TypeError", "ValueError")
    assert card(results[5]).startswith("✓ Passed")


def test_a_given_that_is_never_used_is_reported_at_home(tmp_path):
    source = bank.model("02_descent", "make_gradient_step").replace("alpha * X.grad", "0.001 * X.grad")
    functions = next(c.source for c in released("02_descent").cells if "def bowl" in c.source)

    *_, outputs = run(tmp_path, "02_descent", functions, *block("02_descent", "make_gradient_step", source)[1:])

    assert "Your code never uses alpha; grading runs it again with other values." in card(outputs)


@pytest.mark.parametrize("name", ["x = x - lr * x.grad", "x -= lr * x.grad"])
def test_exceptions_of_the_students_cell_are_explained(tmp_path, name):
    source = SLIP.replace("        with torch.no_grad():\n            x -= lr * x.grad\n", f"        {name}\n")

    *_, outputs = run(tmp_path, "02_descent", CUBE, *block("02_descent", "gd_abs_cube", source))

    expected = {"x = x - lr * x.grad": "makes a new tensor", "x -= lr * x.grad": "recorded by autograd"}
    assert expected[name] in card(outputs)
