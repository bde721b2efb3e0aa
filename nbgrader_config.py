"""nbgrader: sources are solutions/, students get course/, a class lives outside both."""

import os

c = get_config()  # noqa: F821  nbgrader defines it when it reads this file

CLASS = os.environ.get("DOWNHILL_CLASS", "class")

c.CourseDirectory.course_id = "downhill"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.submitted_directory = os.path.join(CLASS, "submitted")
c.CourseDirectory.autograded_directory = os.path.join(CLASS, "autograded")
c.CourseDirectory.feedback_directory = os.path.join(CLASS, "feedback")
GRADEBOOK = "sqlite:///" + os.path.abspath(os.path.join(CLASS, "gradebook.db"))
c.CourseDirectory.db_url = os.environ.get("DOWNHILL_DB_URL") or GRADEBOOK
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.py", "*.answer.json"]
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # your code here"}

c.Autograde.sanitize_preprocessors = [
    "grader.instructor.plugins.Rebuild",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "grader.instructor.plugins.RunAndJudge",
    "nbgrader.preprocessors.SaveAutoGrades",
    "grader.instructor.plugins.SaveDiagnoses",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
