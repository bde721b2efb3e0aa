"""Downhill: the answers, checks and grading of a course on optimization.

A student's cell needs two names, ``Answers`` and ``check``; an instructor's program needs ``grade``.
Importing this package loads the core only: the judge comes in with the first ``check`` and the
instructor's part with the first ``grade``.
"""

from grader.core.answers import Answers
from grader.core.check import check

__all__ = ["Answers", "check", "grade"]
__version__ = "0.1.0"


def __getattr__(name: str):
    """Load ``grade`` on first use, because a student's cell never needs it."""
    if name == "grade":
        from grader.instructor.grading import grade

        return grade
    raise AttributeError(f"module 'grader' has no attribute {name!r}")
