"""Pairs that are too alike: a copy is found, with other names too; what everybody writes is not."""

import re

import pytest

from grader.instructor import bank, pairs, sample

LESSON = "02_descent"
NAMES = {"x": "place", "history": "kept", "steps": "rounds_", "loss": "cost", "k": "turn", "xs": "seen"}


def texts(answer) -> dict[str, str]:
    """Return the exercise cells of a notebook that is filled in by `answer`."""
    found = sample.fill(LESSON, answer)
    return {cell.id: cell.source for cell in found.cells if "nbgrader" in cell.metadata}


def honest(number: int) -> dict[str, str]:
    """Return answers of the bank that no other number has; the model's own cells stand for nobody."""

    def answer(lesson: str, exercise: str) -> str:
        found = [e.source for e in bank.entries(lesson) if e.exercise == exercise and e.honest]
        return found[number] if number < len(found) else f"answer_of_{number} = {number}"

    return texts(answer)


def renamed(source: str) -> str:
    """Return a text with other names and comments, as somebody who copies would hand it in."""
    for old, new in NAMES.items():
        source = re.sub(rf"\b{old}\b(?!=)", new, source)
    return source + "\n# all my own work"


@pytest.fixture(scope="module")
def students() -> dict[str, dict[str, str]]:
    return {f"s{n}": honest(n) for n in range(6)}


def found(written) -> dict[tuple[str, str], pairs.Pair]:
    return {(pair.one, pair.other): pair for pair in pairs.alike(LESSON, written)}


def test_answers_that_differ_make_no_pair(students):
    assert found(students) == {}


def test_many_copies_of_the_published_solution_are_found(students):
    model = texts(sample.model)
    copies = {f"thief-{n}": model for n in range(6)}

    pairs_found = found({**students, **copies, pairs.PUBLISHED: model})

    assert set(pairs_found) == {tuple(sorted((name, pairs.PUBLISHED))) for name in copies}


def test_a_copy_is_found(students):
    pair = found({**students, "thief": students["s3"]})["s3", "thief"]

    assert len(pair.words) >= 3
    assert pair.shapes == []


def test_a_copy_with_other_names_is_found(students):
    thief = {name: renamed(source) for name, source in students["s3"].items()}

    pair = found({**students, "thief": thief})["s3", "thief"]

    assert len(pair.shapes) >= 3
    assert pair.words == []


def test_a_copy_with_idle_lines_is_found(students):
    idle = {name: f"import math\n{source}\nprint('works')" for name, source in students["s3"].items()}

    assert len(found({**students, "thief": idle})["s3", "thief"].shapes) >= 3


def test_a_text_that_nests_without_end_stops_nothing(students):
    endless = dict.fromkeys(students["s3"], "z = " + "+".join(["1"] * 3000))

    assert found({**students, "odd": endless}) == {}


def test_what_everybody_writes_says_nothing(students):
    everybody = {f"e{n}": students["s3"] for n in range(20)}

    assert found({**students, **everybody}) == {}


def test_a_copy_of_the_published_solution_is_named(class_folder, students):
    for student, written in {**students, "thief": texts(sample.model)}.items():
        place = class_folder.autograded / student / LESSON
        place.mkdir(parents=True)
        notebook = sample.fill(LESSON, lambda lesson, exercise, written=written: written[exercise].split("\n", 1)[1])
        (place / f"{LESSON}.ipynb").write_text(sample.build.text(notebook), encoding="utf-8")

    named = pairs.suspicious(class_folder, [{"lesson": LESSON, "student": one} for one in [*students, "thief"]])

    assert [(pair.one, pair.other) for pair in named] == [("the published solution", "thief")]


def test_a_hand_in_that_was_not_run_is_in_no_pair(class_folder):
    assert pairs.suspicious(class_folder, [{"lesson": LESSON, "student": one} for one in ("ada", "bo")]) == []
