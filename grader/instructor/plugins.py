"""What nbgrader_config.py plugs into ``nbgrader autograde``, so that it grades as ``grader autograde`` does."""

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from grader.instructor import gradebook, hidden, runner, settings
from grader.instructor.grading import LessonGrade, grade
from grader.instructor.handin import StudentCell
from grader.instructor.paths import ClassFolder
from grader.instructor.rebuild import rebuild
from grader.instructor.store import Store

GRADES: dict[tuple[str, str], LessonGrade] = {}


class Rebuild(NbGraderPreprocessor):
    """Replace the hand-in by the instructor's notebook with the student's own cells."""

    def preprocess(self, nb, resources):
        """Return the rebuilt notebook."""
        cells = [StudentCell(cell.cell_type, cell.source, cell.get("id", ""), _grade_id(cell)) for cell in nb.cells]
        return rebuild(cells, resources["nbgrader"]["assignment"]).notebook, resources


class RunAndJudge(NbGraderPreprocessor):
    """Run the rebuilt notebook twice and put the judge's cards into its check cells."""

    unprotected = Bool(False, help="go on where nothing confines student code").tag(config=True)

    def preprocess(self, nb, resources):
        """Return the autograded notebook; its grade is kept for `SaveDiagnoses`."""
        if not (runner.protected() or self.unprotected):
            raise RuntimeError(
                f"{runner.protection()}: set c.RunAndJudge.unprotected = True if you trust every hand-in."
            )
        names = resources["nbgrader"]
        folder = ClassFolder.default()
        one = grade(
            nbformat.writes(nb).encode(),
            names["assignment"],
            student=names["student"],
            secret=hidden.secret(folder.secret),
            share=settings.share(folder),
            run=Store(folder.results).run,
        )
        GRADES[names["assignment"], names["student"]] = one
        return one.notebook, resources


class SaveDiagnoses(NbGraderPreprocessor):
    """Write what the cards say into the comments of the exercise cells."""

    def preprocess(self, nb, resources):
        """Store the comments and return the notebook as it is."""
        names = resources["nbgrader"]
        one = GRADES.pop((names["assignment"], names["student"]))
        found = {each.exercise.id: each for each in one.exercises}
        with Gradebook(names["db_url"], gradebook.COURSE_ID) as book:
            entry = book.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            for comment in entry.comments:
                comment.auto_comment = gradebook.diagnosis(found[comment.name])
            book.db.commit()
        return nb, resources


def _grade_id(cell) -> str:
    fields = cell.metadata.get("nbgrader", {})
    return fields.get("grade_id", "") if isinstance(fields, dict) else ""
