"""`check` in the student's own notebook: gather the evidence, judge it, show the card."""

import re
from dataclasses import replace

from grader.core import answerfile
from grader.core.cells import LOG, Cell
from grader.judge import rules
from grader.judge.card import Card, Progress
from grader.judge.diagnosis import judge
from grader.judge.exercises import LESSONS, find
from grader.judge.model import NOT_YET, Evidence, Exercise, Result
from grader.judge.overlay import overlay


class NotYet(Exception):
    """Raised by a check that is not passed; it shows as one sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def check(answer, exercise: str) -> float | None:
    """Judge `exercise` with its printed givens and show the card.

    Raises:
        NotYet: unless the answer is right, or right in part.
        LookupError: when the lesson has no such exercise.

    """
    one = find(answer.lesson, exercise)
    values = answerfile.loads(answer.text())
    evidence = gather(one, values, LOG.cells)
    result = with_notes(one, _judged(one, evidence, answer.problems()), evidence)
    picture = overlay(one, values, one.givens, result)
    _display(Card(one, result, picture, progress(answer.lesson, values, one, result)))
    if result.passed:
        return None
    if result.fraction:
        return float(result.fraction * one.points)
    raise NotYet(f"{one.title}: {result.status}.")


def _display(card: Card) -> None:
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(card.text())
        return
    if get_ipython() is None:
        print(card.text())
    else:
        display(card)


def _judged(exercise: Exercise, evidence: Evidence, problems: dict[str, str]) -> Result:
    """Judge the evidence; an answer that an earlier run has left, or that cannot be stored, does not count."""
    stuck = [problems[key.name] for key in exercise.keys if key.name in problems]
    if stuck:
        return Result(exercise.id, NOT_YET, 0.0, stuck[0], question="What did you put into it?")
    result = judge(exercise, evidence, exercise.givens)
    if not (result.passed and evidence.error):
        return result
    names = {key.name for key in exercise.keys}
    left = {name: value for name, value in evidence.values.items() if name not in names}
    return judge(exercise, replace(evidence, values=left), exercise.givens)


def with_notes(exercise: Exercise, result: Result, evidence: Evidence) -> Result:
    """Add what the student may want to know beside the result: givens that changed, or are never used."""
    moved = [] if result.passed else moved_givens(exercise)
    if moved:
        names = ", ".join(moved)
        return replace(result, note=f"{names}: no longer as given; run the cell with answer.given above it again.")
    return _with_unused(exercise, result, evidence)


def moved_givens(exercise: Exercise) -> list[str]:
    """Return the givens whose names hold something else now, such as another exercise's numbers."""
    try:
        from IPython import get_ipython

        namespace = get_ipython().user_ns
    except (ImportError, AttributeError):
        return []
    return [name for name, value in exercise.givens.items() if not _is_given(namespace.get(name), value)]


def _is_given(held: object, printed: object) -> bool:
    if isinstance(printed, str):
        return getattr(held, "__name__", "") == printed
    return type(held) is type(printed) and held == printed


def _with_unused(exercise: Exercise, result: Result, evidence: Evidence) -> Result:
    """Add to a right answer that it ignores one of its givens, which the grader will change."""
    if not (result.passed and exercise.draw):
        return result
    names = rules.unused(evidence.source, list(exercise.givens), exercise.function)
    names = [name for name in names if name not in exercise.decoys]
    if not names:
        return result
    listed = ", ".join(names)
    return replace(result, note=f"Your code never uses {listed}; grading runs it again with other values.")


# --------------------------------------------------------------------------- evidence


def gather(exercise: Exercise, values: dict, cells: list[Cell]) -> Evidence:
    """Return the evidence for `exercise` from the answers and the cells run so far."""
    recent = _since_given(exercise, cells)
    marker = re.compile(rf"(?m)^# Exercise: {re.escape(exercise.id)}\b")
    marked = [cell for cell in recent if marker.search(cell.source)]
    own = marked[-1:] or [cell for cell in recent if "answer.given(" not in cell.source]
    source = "\n".join(cell.source for cell in own) if own else None
    errors = [cell.error for cell in own[-1:] + _recording(exercise, recent) if cell.error]
    others = tuple(cell.source for cell in cells if cell not in own)
    return Evidence(values, source, errors[0] if errors else None, others=others)


def _since_given(exercise: Exercise, cells: list[Cell]) -> list[Cell]:
    given = re.compile(rf"answer\.given\(\s*[\"']{re.escape(exercise.id)}[\"']")
    starts = [i for i, cell in enumerate(cells) if given.search(cell.source)]
    first = starts[-1] + 1 if starts else 0
    return [cell for cell in cells[first:] if not re.search(r"(?m)^check\(", cell.source)]


def _recording(exercise: Exercise, cells: list[Cell]) -> list[Cell]:
    """Return the last cell that stores one of the exercise's answers."""
    stores = [cell for cell in cells if any(f'answer["{key.name}"]' in cell.source for key in exercise.keys)]
    return stores[-1:]


# --------------------------------------------------------------------------- progress


def progress(lesson: str, values: dict, current: Exercise, result: Result) -> Progress | None:
    """Return how far the lesson is; None for a lesson without points."""
    done, points, counted = 0, 0.0, [one for one in LESSONS[lesson] if one.points]
    if not counted:
        return None
    for one in counted:
        other = result if one.id == current.id else judge(one, Evidence(values, source=None), one.givens)
        done += other.passed
        points += other.fraction * one.points
    return Progress(lesson, done, len(counted), points, sum(one.points for one in counted))
