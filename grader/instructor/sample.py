"""A sample class, made from the solutions and the bank: what a teacher finds in a folder of hand-ins."""

import json
import re
from collections.abc import Callable

import nbformat

from grader.instructor import bank, build
from grader.instructor.grading import grade
from grader.instructor.paths import ClassFolder
from grader.instructor.rebuild import is_exercise, released
from grader.instructor.store import Store

LESSONS = ("00_start", "01_slopes", "02_descent", "04_optim")  # what the sample class has had so far
Answer = Callable[[str, str], str]  # (lesson, exercise) to the text of the cell
HELPER = "# my own helper\ndef show(value):\n    print('so far:', value)"
WARNING = "import warnings\nwarnings.warn('torch says something on stderr', stacklevel=1)\n"


def fill(lesson: str, answer: Answer) -> nbformat.NotebookNode:
    """Return the student's notebook of a lesson with every exercise answered by `answer`."""
    notebook = released(lesson)
    for cell in notebook.cells:
        if is_exercise(cell):
            marker = cell.source.split("\n", 1)[0]
            cell.source = f"{marker}\n{answer(lesson, cell.id).rstrip()}"
    return notebook


def model(lesson: str, exercise: str) -> str:
    """Return the model answer, without the line that names the exercise."""
    return re.sub(r"\A# Exercise:.*\n", "", bank.model(lesson, exercise))


def variant(number: int, honest: bool) -> Answer:
    """Return answers from the bank: the honest or wrong one with this number; the model where there is none."""

    def answer(lesson: str, exercise: str) -> str:
        found = [e for e in bank.entries(lesson) if e.exercise == exercise and e.honest == honest]
        return found[number % len(found)].source if found else model(lesson, exercise)

    return answer


def broken(lesson: str, exercise: str) -> str:
    """Return the model answer, with a syntax error in the second exercise of each lesson."""
    second = [cell.id for cell in released(lesson).cells if is_exercise(cell)][:2][-1]
    return model(lesson, exercise) + ("\nif this is not python" if exercise == second else "")


def noisy(lesson: str, exercise: str) -> str:
    """Return the model answer with a warning on stderr before it."""
    return WARNING + model(lesson, exercise)


def printed_only(lesson: str, exercise: str) -> str:
    """Return answers that hold for the printed givens only, where the bank has them."""
    names = ("argument ignored", "function ignored", "descends f, not its size")
    found = [e for e in bank.entries(lesson) if e.exercise == exercise and e.name in names]
    return found[0].source if found else model(lesson, exercise)


STUDENTS: dict[str, Answer | None] = {
    "ada": model,
    "bo": variant(0, honest=True),
    "chen": variant(1, honest=True),
    "dara": variant(2, honest=True),
    "eli": None,
    "fay": variant(0, honest=False),
    "gus": variant(1, honest=False),
    "hana": variant(2, honest=False),
    "ivo": variant(3, honest=False),
    "jun": variant(4, honest=False),
    "kim": variant(5, honest=False),
    "lin": broken,
    "mia": model,
    "nora": noisy,
    "omar": model,
    "pia": printed_only,
}


def write(folder: ClassFolder, lessons: list[str]) -> int:
    """Write the hand-ins of the sample class; return how many. One that is already there stays."""
    count = 0
    for student, answer in STUDENTS.items():
        for lesson in lessons:
            if student == "omar":
                put(folder, student, lesson, _answers(lesson, folder), ".answer.json")
            else:
                notebook = fill(lesson, answer) if answer else released(lesson)
                put(folder, student, lesson, _with_helper(notebook) if student == "mia" else notebook)
            count += 1
    return count


def put(folder: ClassFolder, student: str, lesson: str, content, suffix: str = ".ipynb") -> None:
    """Hand in a notebook, or the text of a file; one that is there already and the same keeps its time."""
    path = folder.submitted / student / lesson / f"{lesson}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else build.text(content)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _with_helper(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Add a cell of the student's own before the second exercise, and use it there."""
    at = [i for i, cell in enumerate(notebook.cells) if is_exercise(cell)][:2][-1]
    notebook.cells[at].source += "\nshow('done')"
    notebook.cells.insert(at, nbformat.v4.new_code_cell(HELPER, id="my-helper"))
    return notebook


def _answers(lesson: str, folder: ClassFolder) -> str:
    """Return the answer file that the model answers write when they are run."""
    kept: list[str] = []

    def run(*arguments):
        done = Store(folder.results).run(*arguments)
        kept.append(done.answers or json.dumps({}))
        return done

    grade(json.dumps(fill(lesson, model)).encode(), lesson, run=run)
    return kept[0]
