"""The notebook for the gradebook: what the run has shown, and a card in each check cell."""

import nbformat

from grader.instructor import runner
from grader.instructor.rebuild import Rebuilt, is_check
from grader.judge.card import Card
from grader.judge.overlay import overlay


def notebook(rebuilt: Rebuilt, run: runner.Run, grades: list, values: dict):
    """Return the notebook for the gradebook: sanitised outputs, and a card in each check cell.

    nbgrader reads the points from a check cell's outputs: an error is none, a number is that many,
    and anything else is all of them.
    """
    made = rebuilt.notebook.copy()
    found = {one.exercise.id: one for one in grades}
    for number, cell in enumerate((c for c in made.cells if c.cell_type == "code"), 1):
        cell.execution_count = number
        if is_check(cell):
            cell.outputs = _outputs(found[cell.id.removeprefix("check_")], values, number)
        else:
            cell.outputs = run.outputs.get(cell.id, [])
    return nbformat.from_dict(made)


def card(one, values: dict) -> Card:
    """Return the card of one exercise as students see it."""
    picture = None
    if one.hidden is None or one.hidden.passed:
        picture = overlay(one.exercise, values, one.exercise.givens, one.printed, runner.gallery())
    return Card(one.exercise, one.shown, picture)


def _outputs(one, values: dict, number: int) -> list[dict]:
    shown = card(one, values)
    outputs = [{"output_type": "display_data", "data": shown._repr_mimebundle_(), "metadata": {}}]
    if one.points >= one.exercise.points:
        return outputs
    if one.points > 0:
        value = {"text/plain": repr(float(one.points))}
        return [*outputs, {"output_type": "execute_result", "data": value, "metadata": {}, "execution_count": number}]
    sentence = f"{one.exercise.title}: {one.shown.status}."
    return [*outputs, {"output_type": "error", "ename": "NotYet", "evalue": sentence, "traceback": [sentence]}]
