"""The laws of the course: what holds for every lesson and every exercise."""

import ast
import inspect
import itertools
import random
import re
from contextlib import suppress

import nbformat
import numpy as np
import pytest
import torch
from conftest import LESSONS
from IPython.core.inputtransformer2 import TransformerManager

from grader.core.answerfile import loads
from grader.instructor import bank, build, paths, runner
from grader.instructor.rebuild import is_check, is_exercise, is_picture, released
from grader.judge.compare import usable
from grader.judge.diagnosis import judge
from grader.judge.exercises import LESSONS as EXERCISES
from grader.judge.functions import FUNCTIONS
from grader.judge.model import Evidence, Key
from grader.judge.patterns import Pattern

STUDENT_IDS = [f"student-{number}" for number in range(200)]
ALL = [(lesson, one) for lesson in LESSONS for one in EXERCISES[lesson]]
WITH_POINTS = [(lesson, one) for lesson, one in ALL if one.points]
OF_ONE_NUMBER = ("function_2d", "waves", "cube", "cosine", "square", "parabola", "steep", "lowered", "five_abs")
OF_A_POINT = ("function_skewed", "function_tilted", "bowl", "ripple", "saddle", "steep_saddle", "rosenbrock", "banana")
OF_A_POINT += ("two_cubes",)
DRAWN = [(lesson, one) for lesson, one in ALL if one.draw]


def name(value) -> str:
    return getattr(value, "id", str(value))


def as_recorded(value, key: Key):
    """Return a reference value in the form in which the strict reader hands it over."""
    if isinstance(value, str) or key.kind in ("words", "set"):
        return value
    return np.asarray(value, dtype=float)


def mistaken(one, mistake, givens) -> dict:
    """Return the right answers with what the mistake makes in their place."""
    values = dict(one.reference(givens))
    for key, made in mistake.makes(givens).items():
        values[key] = made.example(values[key]) if isinstance(made, Pattern) else made
    return {key: as_recorded(value, one.key(key)) for key, value in values.items()}


def draws(one) -> list[dict]:
    return [one.draw(random.Random(f"{one.id}/{student}")) for student in STUDENT_IDS]


def parameters(lesson: str, one) -> set[str]:
    """Return what the functions of an exercise take, by the names in the notebook."""
    cells = [cell.source for cell in released(lesson).cells if cell.id == one.id]
    return {node.arg for source in cells for node in ast.walk(ast.parse(source)) if isinstance(node, ast.arg)}


# --------------------------------------------------------------------------- exercises as data


@pytest.mark.parametrize(("lesson", "one"), WITH_POINTS, ids=name)
def test_every_exercise_has_three_hints_three_mistakes_and_six_honest_answers(lesson, one):
    honest = [entry for entry in bank.entries(lesson) if entry.exercise == one.id and entry.honest]

    assert len(one.hints) == 3
    assert len({mistake.misconception.name for mistake in one.mistakes}) >= 3
    assert len(honest) >= 6


@pytest.mark.parametrize(("lesson", "one"), ALL, ids=name)
def test_the_reference_passes_its_own_check(lesson, one):
    values = {key: as_recorded(value, one.key(key)) for key, value in one.reference(one.givens).items()}

    assert judge(one, Evidence(values), one.givens).passed


@pytest.mark.parametrize(("lesson", "one"), WITH_POINTS, ids=name)
def test_at_least_three_known_mistakes_show_with_the_printed_givens(lesson, one):
    shown = 0
    for mistake in one.mistakes:
        result = judge(one, Evidence(mistaken(one, mistake, one.givens)), one.givens)
        shown += not result.passed and mistake.misconception.name in result.misconceptions

    assert shown >= 3


@pytest.mark.parametrize(("lesson", "one"), DRAWN, ids=name)
def test_every_draw_rejects_and_names_every_known_mistake(lesson, one):
    for givens in draws(one):
        for mistake in one.mistakes:
            result = judge(one, Evidence(mistaken(one, mistake, givens)), givens)

            assert not result.passed, (mistake.misconception.name, givens)
            assert mistake.misconception.name in result.misconceptions, (mistake.misconception.name, givens)


@pytest.mark.parametrize(("lesson", "one"), DRAWN, ids=name)
def test_every_draw_accepts_honest_answers(lesson, one, benches):
    """The honest answers of the bank take turns, the model answer among them."""
    honest = [entry for entry in bank.entries(lesson) if entry.exercise == one.id and entry.honest]
    honest.append(bank.Entry(lesson, one.id, True, "model", bank.model(lesson, one.id)))
    for entry, givens in zip(itertools.cycle(honest), draws(one), strict=False):
        result = judge(one, benches(lesson).attempt(one.id, entry.source, givens), givens)

        assert result.passed, (entry.name, result.seen, givens)


@pytest.mark.parametrize(("lesson", "one"), DRAWN, ids=name)
def test_no_draw_has_a_given_that_is_printed(lesson, one):
    """An answer that ignores a function or number it is given must not pass by luck."""
    printed = {key: value for key, value in one.givens.items() if not isinstance(value, bool)}

    for givens in draws(one):
        assert not [key for key, value in printed.items() if givens[key] == value]


@pytest.mark.parametrize(("lesson", "one"), DRAWN, ids=name)
def test_every_draw_shows_a_parameter_that_is_ignored(lesson, one):
    """Who writes what is printed into a function, in place of one of its parameters, gives another answer."""
    taken = (parameters(lesson, one) & one.givens.keys()) - set(one.decoys)

    for givens in draws(one)[:50]:
        for parameter in sorted(taken):
            if givens[parameter] != one.givens[parameter]:
                with suppress(TypeError, ValueError, IndexError):  # numbers that do not go with the others
                    made = one.reference({**givens, parameter: one.givens[parameter]})
                    values = {key: as_recorded(value, one.key(key)) for key, value in made.items()}
                    assert not judge(one, Evidence(values), givens).passed, (parameter, givens)


def test_causes_and_questions_hold_no_number():
    """They are also said about hidden givens."""
    for _, one in ALL:
        for mistake in [*one.mistakes, *one.crashes]:
            text = f"{mistake.misconception.cause} {mistake.misconception.question}"
            assert not re.search(r"(?<![A-Za-z_])\d", text), text


def test_exercise_ids_with_points_are_unique():
    ids = [one.id for _, one in WITH_POINTS]

    assert sorted(set(ids)) == sorted(ids)


def test_the_points_are_those_of_the_syllabus():
    totals = {lesson: sum(one.points for one in EXERCISES[lesson]) for lesson in LESSONS}

    assert totals == {
        "00_start": 0,
        "01_slopes": 100,
        "02_descent": 120,
        "04_optim": 120,
        "05_inside": 160,
        "06_landscapes": 100,
        "07_schedules": 140,
        "08_model": 140,
    }


# --------------------------------------------------------------------------- functions


def notebook_functions(bench) -> dict:
    return {name: value for name, value in bench.namespace.items() if name in FUNCTIONS and inspect.isfunction(value)}


@pytest.mark.parametrize("lesson", LESSONS)
def test_numpy_functions_agree_with_those_of_the_notebook_and_with_autograd(lesson, benches):
    generator = np.random.default_rng(0)
    for label, function in notebook_functions(benches(lesson)).items():
        for _ in range(20):
            two = len(inspect.signature(function).parameters) == 2
            shape = (2,) if two or label in OF_A_POINT else (3, 4)
            point = generator.uniform(-2, 2, () if label in OF_ONE_NUMBER else shape)
            x = torch.tensor(point, requires_grad=True)
            value = function(*x) if two else function(x)
            (gradient,) = torch.autograd.grad(value, x)

            assert FUNCTIONS[label].value(point) == pytest.approx(value.item(), rel=1e-9, abs=1e-9), label
            np.testing.assert_allclose(FUNCTIONS[label].gradient(point), gradient.numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("lesson", "one"), DRAWN, ids=name)
def test_every_function_that_can_be_drawn_is_defined_before_its_exercise(lesson, one):
    defined: set[str] = set()
    for cell in released(lesson).cells:
        if cell.cell_type == "code" and not is_exercise(cell):
            text = TransformerManager().transform_cell(cell.source)
            defined |= {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
            if cell.id == f"given_{one.id}":
                break

    drawn = {value for givens in draws(one) for value in givens.values() if isinstance(value, str)}
    assert drawn <= defined


# --------------------------------------------------------------------------- notebooks


def test_notebooks_equal_a_rebuild(tmp_path):
    build.write_recorded(tmp_path / "recorded.json")
    build.write_solutions(tmp_path / "solutions")
    (tmp_path / "course").mkdir()
    build.write_course(tmp_path / "solutions", tmp_path / "course")

    assert (tmp_path / "recorded.json").read_text() == build.RECORDED.read_text()
    for lesson in LESSONS:
        for kept, made in (
            (paths.solution(lesson), tmp_path / "solutions" / lesson / f"{lesson}.ipynb"),
            (paths.release(lesson), tmp_path / "course" / lesson / f"{lesson}.ipynb"),
        ):
            assert made.read_bytes() == kept.read_bytes(), f"run make course: {kept} is stale"


def test_course_holds_nothing_of_the_solutions():
    for path in paths.COURSE.rglob("*"):
        assert path.is_dir() or path.suffix in (".ipynb", ".md"), path
    for lesson in LESSONS:
        assert "SOLUTION" not in paths.release(lesson).read_text(encoding="utf-8")
        solved = {cell.id: cell.source for cell in nbformat.read(paths.solution(lesson), as_version=4).cells}
        for cell in released(lesson).cells:
            if is_exercise(cell):
                hidden = re.search(r"### BEGIN SOLUTION\n(.*?)\n\s*### END SOLUTION", solved[cell.id], re.DOTALL).group(
                    1
                )
                assert "raise NotImplementedError" in cell.source
                assert not [line for line in hidden.splitlines() if line.strip() and line in cell.source.splitlines()]


@pytest.mark.parametrize("lesson", LESSONS)
def test_notebooks_have_no_outputs_and_stable_ids(lesson):
    for path in (paths.release(lesson), paths.solution(lesson)):
        notebook = nbformat.read(path, as_version=4)
        assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in notebook.cells)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.parametrize("lesson", LESSONS)
def test_students_read_no_workplace_words(lesson):
    """A released notebook speaks to a student: no marks of the builder, no paths."""
    text = paths.release(lesson).read_text(encoding="utf-8")

    assert not re.search(r"jupytext|lines_to_next|TODO|FIXME|/home/", text)


# --------------------------------------------------------------------------- in a real kernel


def all_cells(notebook) -> list[tuple[str, str]]:
    """Return every code cell but the checks, which the core-only kernel has no judge for."""
    return [(cell.id, cell.source) for cell in notebook.cells if cell.cell_type == "code" and not is_check(cell)]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solved_lesson_runs_twice_in_a_row_with_the_same_answers(lesson):
    cells = all_cells(nbformat.read(paths.solution(lesson), as_version=4))
    again = [(f"again-{name}", source) for name, source in cells]

    once, twice = runner.run(lesson, cells), runner.run(lesson, cells + again)

    failed = [name for name, outputs in twice.outputs.items() if any(o["output_type"] == "error" for o in outputs)]
    meant = {cell.id for cell in released(lesson).cells if "requires_grad=True)\nloss = x + y" in cell.source}
    assert {name.removeprefix("again-") for name in failed} <= meant
    np.testing.assert_equal(loads(once.answers), loads(twice.answers))


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_untouched_lesson_runs_to_its_end_and_records_nothing(lesson):
    notebook = released(lesson)

    done = runner.run(lesson, all_cells(notebook))

    assert list(done.outputs)[-1] == notebook.cells[-1].id
    assert loads(done.answers) == {}
    for cell in notebook.cells:
        if is_picture(cell):
            errors = [o for o in done.outputs[cell.id] if o["output_type"] == "error"]
            assert not errors, (cell.id, errors)


def test_as_recorded_is_what_the_reader_gives():
    """The helper of these laws and the real reader agree on a path."""
    key = Key("p", "p", kind="path")

    np.testing.assert_array_equal(as_recorded([1, 2], key), usable(loads('{"p": [1, 2]}')["p"], key))
