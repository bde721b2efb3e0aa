"""The door to the check: the judge is loaded where it is installed, and nothing happens where it is not."""

import importlib.util


def check(answer, exercise: str):
    """Show a card that says how far `exercise` is.

    A right answer returns None; a partly right one returns its points as a float; anything else
    raises one exception without a traceback. Where the judge is not installed, as in the process
    that runs a hand-in for grading, this does nothing.
    """
    answer.save()
    if importlib.util.find_spec("grader.judge") is None:
        return None
    from grader.judge.notebook import check as judged

    return judged(answer, exercise)
