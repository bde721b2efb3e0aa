"""nbgrader's gradebook: one writer, one transaction for each hand-in, and the tables made from it."""

import json
import logging
import os
import warnings
from contextlib import contextmanager

import nbformat
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import (
    Base,
    BaseCell,
    Gradebook,
    GradeCell,
    InvalidEntry,
    MissingEntry,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import SaveCells
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, SAWarning

from grader.core import files
from grader.instructor.grading import LessonGrade
from grader.instructor.paths import ClassFolder
from grader.instructor.rebuild import released
from grader.judge.exercises import LESSONS

COURSE_ID = "downhill"
logging.getLogger("tornado.application").addHandler(logging.NullHandler())  # where nbgrader logs what it raises, too


class NoGradebook(RuntimeError):
    """A gradebook that cannot be reached; the message is one sentence."""


@contextmanager
def opened(folder: ClassFolder):
    """Open the gradebook of a class, making it when there is none."""
    folder.root.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # nbgrader 0.9.6 reads relations of rows it has not added yet; SQLAlchemy 2.1 says so and goes on
        warnings.simplefilter("ignore", SAWarning)
        with _in_one_sentence():
            _make_tables(folder.db_url)
            with Gradebook(folder.db_url, COURSE_ID) as gradebook:
                yield gradebook


def _make_tables(db_url: str) -> None:
    """Make the tables of a new gradebook; nbgrader does the same, and starts a program to learn their version."""
    engine = create_engine(db_url)
    with engine.begin() as connection:
        if not inspect(connection).get_table_names():
            MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
            Base.metadata.create_all(connection)
    engine.dispose()


@contextmanager
def _in_one_sentence():
    """Turn what a database says when it cannot be reached or written into one sentence."""
    try:
        yield
    except (DatabaseError, InvalidEntry) as error:  # nbgrader makes the one into the other in places
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        cure = "look at DOWNHILL_DB_URL, and whether there is room left"
        raise NoGradebook(f"The gradebook cannot be reached or written ({cause}): {cure}.") from None


def is_there(folder: ClassFolder) -> bool:
    """Say whether a class has a gradebook; one on a server is there when it can be reached."""
    if folder.db_url.startswith("sqlite"):
        return folder.database.exists()
    with _in_one_sentence(), create_engine(folder.db_url).connect() as connection:
        return inspect(connection).has_table("course")


def prepare(folder: ClassFolder, lessons: list[str]) -> None:
    """Enter the lessons into the gradebook: their cells, and the points of each check.

    Raises:
        NoGradebook: when a lesson has gained or lost an exercise since somebody was graded in it.

    """
    with _synced_once(folder):
        with opened(folder) as gradebook:
            for lesson in lessons:
                gradebook.update_or_create_assignment(lesson)
        for lesson in lessons:
            _enter(folder, lesson)


class Cells(SaveCells):
    """Enters the cells of a notebook; all of a new one at once, where nbgrader writes and reads each for itself."""

    def _create_notebook(self, nb) -> None:
        try:
            self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        except MissingEntry:
            self._create_at_once(json.dumps(nb.metadata.get("kernelspec", {})))
        else:
            super()._create_notebook(nb)

    def _create_at_once(self, kernel: str) -> None:
        notebook = self.gradebook.add_notebook(self.notebook_id, self.assignment_id, kernelspec=kernel)
        found = {
            GradeCell: self.new_grade_cells,
            SolutionCell: self.new_solution_cells,
            TaskCell: self.new_task_cells,
            SourceCell: self.new_source_cells,
        }
        for kind, cells in found.items():
            self.gradebook.db.add_all(kind(name=name, notebook=notebook, **fields) for name, fields in cells.items())
        self.gradebook.db.commit()


def _enter(folder: ClassFolder, lesson: str) -> None:
    """Let nbgrader enter the cells of a lesson."""
    resources = {"nbgrader": {"assignment": lesson, "notebook": lesson, "db_url": folder.db_url}}
    with _in_one_sentence():
        try:
            Cells().preprocess(released(lesson), resources)
        except RuntimeError:  # nbgrader's way to say so
            cure = "move the gradebook away, and run autograde again; runs are stored, and scores by hand stay in it"
            raise NoGradebook(f"{lesson} has other exercises than those the class was graded in: {cure}.") from None


@contextmanager
def _synced_once(folder: ClassFolder):
    """Let a new SQLite gradebook reach the disk once, at the end; nbgrader would wait for it at every cell."""
    if folder.database.exists() or not folder.db_url.endswith(str(folder.database)):
        yield
        return
    event.listen(Engine, "connect", _do_not_wait)
    try:
        yield
    finally:
        event.remove(Engine, "connect", _do_not_wait)
    with open(folder.database, "rb+") as file:
        os.fsync(file.fileno())


def _do_not_wait(connection, record) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def write(folder: ClassFolder, gradebook: Gradebook, grade: LessonGrade) -> None:
    """Store one grade: scores, comments, and the autograded notebook; a hand-given score stays."""
    lesson, student = grade.lesson, grade.student
    gradebook.update_or_create_student(student)
    gradebook.update_or_create_submission(lesson, student)
    entry = gradebook.find_submission_notebook(lesson, lesson, student)
    found = {f"check_{one.exercise.id}": one for one in grade.exercises}
    cells = gradebook.db.query(BaseCell.id, BaseCell.name).filter(BaseCell.notebook_id == entry.notebook_id)
    names = dict(map(tuple, cells))  # the name of a score or a comment costs a query each
    for score in entry.grades:
        score.auto_score = float(found[names[score.cell_id]].points)
        score.needs_manual_grade = score.manual_score is not None
    for comment in entry.comments:
        comment.auto_comment = diagnosis(found[f"check_{names[comment.cell_id]}"])
    gradebook.db.commit()
    _write_notebook(folder, grade)


def diagnosis(one) -> str:
    """Return what the gradebook says about an exercise: the sentences of its card."""
    if one.shown.passed:
        return "Passed."
    shown = one.shown
    text = " ".join(part for part in (shown.seen, shown.cause, shown.question) if part)
    return text.encode("utf-8", "replace").decode("utf-8")


def _write_notebook(folder: ClassFolder, grade: LessonGrade) -> None:
    target = folder.autograded / grade.student / grade.lesson / f"{grade.lesson}.ipynb"
    if grade.notebook is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target, _text(grade.notebook))


def _text(notebook: dict) -> str:
    """Return the file of a notebook for machines; nbformat's own way to lines for people takes four times as long."""
    nbformat.validate(nbformat.from_dict(notebook))
    return json.dumps(notebook, sort_keys=True, ensure_ascii=False) + "\n"


# --------------------------------------------------------------------------- tables


def scores(folder: ClassFolder, kind: str = "score") -> list[dict]:
    """Return one row for each student and lesson in the gradebook: scores as nbgrader counts them.

    kind: "score" counts what was given by hand, "auto" leaves it out for the exercises.
    """
    field = {"score": "score", "auto": "auto_score"}[kind]
    rows = []
    with opened(folder) as gradebook:
        for lesson in LESSONS:
            for entry in _submissions(gradebook, lesson):
                grades = {grade.name.removeprefix("check_"): grade for grade in entry.grades}
                rows.append(
                    {
                        "student": entry.student.id,
                        "lesson": lesson,
                        "score": entry.score,
                        "max_score": entry.max_score,
                        "exercises": {
                            one.id: getattr(grades[one.id], field) or 0.0 for one in LESSONS[lesson] if one.id in grades
                        },
                    }
                )
    return sorted(rows, key=lambda row: (row["student"], row["lesson"]))


def _submissions(gradebook: Gradebook, lesson: str) -> list:
    try:
        return gradebook.notebook_submissions(lesson, lesson)
    except MissingEntry:
        return []


def remarks(folder: ClassFolder, lesson: str, student: str) -> dict[str, dict]:
    """Return what the gradebook holds about a hand-in, by exercise: score, and the teacher's comment."""
    with opened(folder) as gradebook:
        try:
            entry = gradebook.find_submission_notebook(lesson, lesson, student)
        except MissingEntry:
            return {}
        comments = {comment.name: comment.manual_comment or "" for comment in entry.comments}
        return {
            name: {"score": grade.score, "max_score": grade.max_score, "comment": comments.get(name, "")}
            for grade in entry.grades
            for name in [grade.name.removeprefix("check_")]
        }
