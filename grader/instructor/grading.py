"""Grade one hand-in: rebuild, run twice, judge, and say what every exercise earned."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

import nbformat

from grader.core import answerfile
from grader.instructor import autograded, hidden, runner
from grader.instructor.handin import HandInError, StudentCell, parse_notebook, read_notebook
from grader.instructor.rebuild import Rebuilt, is_check, is_exercise, is_extra, rebuild, released
from grader.judge.compare import clean
from grader.judge.diagnosis import judge
from grader.judge.exercises import LESSONS, find
from grader.judge.model import ERROR, NOT_ATTEMPTED, NOT_YET, Evidence, Exercise, Givens, Result

GRADED, PARTIAL, ANSWERS_ONLY, REJECTED = "graded", "partial", "answers only", "rejected"
PRINTED_SHARE = 0.5
MAX_NOTES = 20
Runner = Callable[[str, list[tuple[str, str]], dict | None], runner.Run]


@dataclass(frozen=True)
class ExerciseGrade:
    """What one exercise earned: the result with the printed givens, with hidden ones, and the points.

    hidden: None where there are no hidden givens or they were not needed.
    """

    exercise: Exercise
    printed: Result
    hidden: Result | None
    points: float

    @property
    def shown(self) -> Result:
        """The result to show: without a number where it speaks of hidden givens."""
        if self.hidden is None or self.hidden.passed:
            return self.printed
        share = self.points / self.exercise.points if self.exercise.points else 0.0
        if not self.printed.passed:
            less = self.hidden.fraction < self.printed.fraction
            return replace(self.printed, note="With other numbers less of it is right." if less else "", fraction=share)
        question = self.hidden.question
        if self.hidden.status != NOT_YET:
            question = "Does your code run to its end with other numbers than the printed ones?"
        elif not self.hidden.cause:
            question = "What in your code holds for the printed numbers and functions only?"
        return replace(
            self.hidden,
            status=NOT_YET,
            seen="Right with the printed numbers; with others it is not.",
            question=question,
            shown=None,
            note="",
            fraction=share,
        )


@dataclass
class LessonGrade:
    """Everything about one hand-in: status, one sentence, exercises, notes, and the executed notebook.

    status: "graded"; "partial" where a cell had to be stopped; "answers only" where there was no
        notebook to run again; "rejected" where there was nothing to read.
    notebook: the autograded notebook; None when the hand-in was rejected. times: the seconds that the cells
        of an exercise ran with the printed givens, by its id.
    """

    lesson: str
    student: str
    status: str
    sentence: str
    exercises: list[ExerciseGrade] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    notebook: object = None
    times: dict[str, float] = field(default_factory=dict)

    def __getstate__(self) -> dict:
        """Return what goes to another process: exercises by their ids, since they hold functions."""
        exercises = [(one.exercise.id, one.printed, one.hidden, one.points) for one in self.exercises]
        return {**self.__dict__, "exercises": exercises}

    def __setstate__(self, state: dict) -> None:
        """Take what came from another process."""
        self.__dict__.update(state)
        self.exercises = [ExerciseGrade(find(self.lesson, name), *rest) for name, *rest in state["exercises"]]

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(one.points for one in self.exercises)

    @property
    def max_score(self) -> float:
        """Points there are."""
        return sum(one.points for one in LESSONS[self.lesson])

    @property
    def misconceptions(self) -> list[tuple[str, str]]:
        """Return (exercise, misconception) for each that was seen."""
        return [(one.exercise.id, name) for one in self.exercises for name in one.shown.misconceptions[:1]]


def grade(
    notebook: Path | str | bytes,
    lesson: str,
    *,
    student: str = "",
    secret: bytes | None = None,
    share: float = PRINTED_SHARE,
    run: Runner = runner.run_confined,
) -> LessonGrade:
    """Grade one notebook, without a class folder or a database.

    notebook: a path, or the bytes of the file. secret: of the class; without one the hidden givens
    are drawn from the student's name alone. share: what an answer earns that holds for the printed
    givens only. run: how cells are executed; `runner.run` goes on where nothing confines them.

    Raises:
        Unprotected: where nothing on this machine confines student code.

    """
    try:
        cells = parse_notebook(notebook) if isinstance(notebook, bytes) else read_notebook(Path(notebook))
    except HandInError as error:
        return rejected(lesson, student, str(error))
    return grade_with(cells, lesson, student, hidden.draw(secret or b"", lesson, student), share, run)


def grade_with(
    cells: list[StudentCell], lesson: str, student: str, drawn: dict[str, Givens], share: float, run: Runner
) -> LessonGrade:
    """Grade the cells of a notebook with hidden givens that are drawn already."""
    try:
        rebuilt = rebuild(cells, lesson)
    except HandInError as error:
        return rejected(lesson, student, str(error))
    printed = run(lesson, runner.sources(rebuilt.notebook, hidden=False), None)
    first = judge_run(rebuilt, printed, {one.id: one.givens for one in LESSONS[lesson]})
    second = runner.Run()
    if any(first[name].fraction > 0 for name in drawn):
        second = run(lesson, runner.sources(rebuilt.notebook, hidden=True), drawn)
    again = judge_run(rebuilt, second, {name: drawn[name] for name in drawn if first[name].fraction > 0}, first)
    return _assemble(rebuilt, student, printed, second, first, again, share)


def rejected(lesson: str, student: str, sentence: str) -> LessonGrade:
    """Return the grade of a hand-in that cannot be read: no points, one sentence."""
    sentence = sentence[:1].upper() + sentence[1:]
    nothing = [ExerciseGrade(one, Result(one.id, NOT_ATTEMPTED, 0.0, sentence), None, 0.0) for one in LESSONS[lesson]]
    return LessonGrade(lesson, student, REJECTED, sentence, nothing)


# --------------------------------------------------------------------------- judging runs


def judge_run(
    rebuilt: Rebuilt, run: runner.Run, givens: dict[str, Givens], before: dict[str, Result] | None = None
) -> dict[str, Result]:
    """Judge what one run recorded, for each exercise in `givens`; no student code runs here.

    before: the results of the run with the printed givens, where this is another one.
    """
    right = {name for name, result in (before or {}).items() if result.passed}
    values, _ = _read(run)
    return {
        one.id: judged(
            one, _evidence(one, rebuilt, run, values), givens[one.id], one.givens if one.id in right else None
        )
        for one in LESSONS[rebuilt.lesson]
        if one.id in givens
    }


def judged(exercise: Exercise, evidence: Evidence, givens: Givens, right_with: Givens | None = None) -> Result:
    """Judge one exercise; a failure of ours costs this exercise only, and is said so."""
    try:
        return judge(exercise, evidence, givens, right_with)
    except Exception as error:
        seen = f"This answer could not be judged ({type(error).__name__}): look at it by hand and tell the course."
        return Result(exercise.id, ERROR, 0.0, seen)


def _assemble(rebuilt, student, printed, second, first, again, share) -> LessonGrade:
    """Put two judged runs together: points, status, notes, and the autograded notebook."""
    values, problem = _read(printed)
    problem_again = "The answers of the second run cannot be read." if _read(second)[1] else ""
    grades = [
        ExerciseGrade(one, first[one.id], again.get(one.id), points(one, first[one.id], again.get(one.id), share))
        for one in LESSONS[rebuilt.lesson]
    ]
    stopped = dict(printed.stopped)
    if second.stopped:  # which cell, and why, could tell what its givens were
        stopped["with other givens"] = "A cell had to be stopped."
    notes = [*rebuilt.notes, *(f"{name}: {text}" for name, text in stopped.items())]
    status, sentence = GRADED, "Graded."
    if stopped or problem or problem_again:
        status = PARTIAL
        sentence = problem or problem_again or f"Graded in part: {next(iter(stopped.values()))}"
    result = LessonGrade(rebuilt.lesson, student, status, sentence, grades, notes)
    result.times = {one.id: _took(one, printed) for one in LESSONS[rebuilt.lesson] if one.id in printed.times}
    result.notebook = autograded.notebook(rebuilt, printed, grades, values)
    return result


def _took(exercise: Exercise, run: runner.Run) -> float:
    return sum(run.times.get(name, 0.0) for name in (exercise.id, f"record_{exercise.id}"))


def points(exercise: Exercise, printed: Result, again: Result | None, share: float) -> float:
    """Return the points: all for both runs, the share for the printed givens only."""
    right_again = printed.fraction if again is None else min(printed.fraction, again.fraction)
    return exercise.points * (share * printed.fraction + (1 - share) * right_again)


def _read(run: runner.Run) -> tuple[dict, str]:
    """Return the answers of a run, and one sentence when there are none to read."""
    if run.answers is None:
        return {}, run.problem
    try:
        return answerfile.loads(run.answers), ""
    except answerfile.AnswerFileError as error:
        return {}, f"The answers cannot be read: {error}"


def _evidence(exercise: Exercise, rebuilt: Rebuilt, run: runner.Run, values: dict) -> Evidence:
    own, extras, before = _block(exercise, rebuilt)
    stub = rebuilt.stubs[exercise.id]
    errors = [_error(run, name) for name in (exercise.id, f"record_{exercise.id}")]
    parts = [own, *extras]
    if own.split() != stub.split():  # a cell beside the answer counts where it stores one, or is led to
        stores = re.compile(rf"""answer\[["']({"|".join(re.escape(key.name) for key in exercise.keys)})["']\]""")
        parts = [own, *filter(stores.search, extras)]
    source = "\n".join(parts) if len(parts) > 1 else own
    others = tuple(text for text in (*before, *extras) if text not in parts)
    return Evidence(values, source, next((e for e in errors if e), None), stub, others)


def _block(exercise: Exercise, rebuilt: Rebuilt) -> tuple[str, list[str], list[str]]:
    """Return the student's cell, those that were added between the check before it and its own, and all before."""
    cells = [c for c in rebuilt.notebook.cells if c.cell_type == "code"]
    names = [c.id for c in cells]
    end = names.index(f"check_{exercise.id}")
    start = max((i for i in range(end) if is_check(cells[i])), default=0)
    before = [c.source for c in cells[:end] if not is_check(c)]
    return cells[names.index(exercise.id)].source, [c.source for c in cells[start:end] if is_extra(c)], before


def _error(run: runner.Run, name: str) -> tuple[str, str] | None:
    for output in run.outputs.get(name, ()):
        if output["output_type"] == "error":
            return output["ename"], output["evalue"]
    return None


# --------------------------------------------------------------------------- answer files alone


def grade_answers(
    values: dict, lesson: str, student: str = "", share: float = PRINTED_SHARE, *, with_notebook: bool = True
) -> LessonGrade:
    """Judge an answer file that was handed in without its notebook: the printed share at most."""
    grades = []
    for one in LESSONS[lesson]:
        result = judged(one, Evidence(values), one.givens)
        grades.append(ExerciseGrade(one, result, None, one.points * share * result.fraction))
    sentence = "Not re-run: only the answer file was handed in."
    result = LessonGrade(lesson, student, ANSWERS_ONLY, sentence, grades, unknown_keys(values, lesson))
    if with_notebook:
        result.notebook = _not_rerun(lesson, grades, values, sentence)
    return result


def _not_rerun(lesson: str, grades: list[ExerciseGrade], values: dict, sentence: str):
    notebook = released(lesson)
    rebuilt = Rebuilt(lesson, notebook, {c.id: c.source for c in notebook.cells if is_exercise(c)})
    done = autograded.notebook(rebuilt, runner.Run(), grades, values)
    done.cells.insert(0, nbformat.v4.new_markdown_cell(f"**{sentence}**", id="not-rerun"))
    return done


def unknown_keys(values: dict, lesson: str) -> list[str]:
    """Return one sentence for each key that no exercise of the lesson records."""
    known = [key.name for one in LESSONS[lesson] for key in one.keys]
    sentences = []
    for name in (clean(name) for name in values if name not in known):
        if len(sentences) == MAX_NOTES:
            return [*sentences, "and more keys that no exercise records"]
        close = get_close_matches(name.lower(), {k.lower(): k for k in known}, 1, 0.7)
        meant = next((k for k in known if close and k.lower() == close[0]), "")
        sentences.append(f"{name[:60]}: no exercise records this key" + (f"; did you mean {meant}?" if meant else ""))
    return sentences
