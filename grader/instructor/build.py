"""Build the notebooks of a lesson from its percent script, and the students' notebooks from those."""

import ast
import hashlib
import json
import shutil
import subprocess
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbgrader.nbgraderformat import MetadataValidator

from grader.core.answers import RECORDED
from grader.instructor import contents, paths
from grader.judge.exercises import LESSONS
from grader.judge.model import Exercise

ROLES = ("exercise", "record", "check", "picture")
SETUP = """\
# Set-up: run this cell first. In Colab it also fetches the course.
try:
    import grader
except ModuleNotFoundError:
    import sys

    !"{{sys.executable}}" -m pip install --quiet --no-deps json-tricks "downhill-course @ git+https://github.com/{repository}"

import torch

import live_plot
from grader import Answers, check

answer = Answers("{lesson}")"""
BADGE = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/REPOSITORY/blob/main/course/{lesson}/{lesson}.ipynb)"
)
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


class BuildError(ValueError):
    """A lesson's script that cannot be built; the message names the fact, the place and the cure."""


def repository() -> str:
    """Return the repository that badges and the set-up cell point to; pyproject.toml sets it."""
    with open(paths.ROOT / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["tool"]["downhill"]["repository"]


def badge() -> str:
    """Return the link that opens a lesson in Colab, with {lesson} to fill in."""
    return BADGE.replace("REPOSITORY", repository())


# --------------------------------------------------------------------------- one lesson


def build(lesson: str) -> nbformat.NotebookNode:
    """Return the solution notebook of a lesson.

    Raises:
        BuildError: for an unknown header, an exercise without its parts, or givens that differ from
            the exercise's data.

    """
    place = paths.script(lesson)
    exercises = {one.id: one for one in LESSONS[lesson]}
    source = jupytext.read(place, fmt="py:percent")
    cells = [_cell(cell, exercises, place) for cell in source.cells]
    if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
        raise BuildError(f"{place} must begin with a title cell: a markdown cell that starts with '# '.")
    cells[0].source += "\n\n" + badge().format(lesson=lesson)
    setup = SETUP.format(repository=repository(), lesson=lesson)
    cells.insert(1, nbformat.v4.new_code_cell(setup, metadata={"nbgrader": _locked("setup")["nbgrader"]}))
    _require_parts(cells, exercises, place)
    _require_givens(cells, exercises, place)
    _identify(cells)
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    return notebook


def _cell(cell, exercises: dict[str, Exercise], place: Path):
    """Return one cell with the metadata of its role."""
    header = {key: value for key, value in cell.metadata.items() if key not in ("lines_to_next_cell",)}
    unknown = set(header) - set(ROLES)
    if unknown or len(header) > 1:
        raise BuildError(
            f"{place}: the cell header {header} is not known; use one of {', '.join(ROLES)} (points and givens "
            "belong to the exercise's data)."
        )
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(cell.source)
    if not header:
        given = [exercise for exercise, _ in _givens(cell.source)]
        return nbformat.v4.new_code_cell(cell.source, metadata=_locked(f"given_{given[0]}" if given else ""))
    (role, name), *_ = header.items()
    if role == "picture":
        return nbformat.v4.new_code_cell(cell.source, metadata=_locked(f"picture_{name}"))
    if name not in exercises:
        raise BuildError(f'{place}: {role}="{name}" names no exercise; add it to grader/judge/exercises.')
    return _role_cell(cell.source, role, exercises[name], place)


def _role_cell(source: str, role: str, exercise: Exercise, place: Path):
    if role == "exercise":
        points = f" ({exercise.points} points)" if exercise.points else ""
        if "### BEGIN SOLUTION" not in source:
            raise BuildError(f'{place}: exercise="{exercise.id}" needs ### BEGIN SOLUTION and ### END SOLUTION.')
        metadata = _metadata(exercise.id, solution=True)
        return nbformat.v4.new_code_cell(f"# Exercise: {exercise.id}{points}\n{source}", metadata=metadata)
    if role == "check":
        if source.strip() != f'check(answer, "{exercise.id}")':
            raise BuildError(f'{place}: check="{exercise.id}" holds one line: check(answer, "{exercise.id}").')
        metadata = _metadata(f"check_{exercise.id}", grade=True, points=exercise.points)
        return nbformat.v4.new_code_cell(source, metadata=metadata)
    return nbformat.v4.new_code_cell(source, metadata=_locked(f"{role}_{exercise.id}"))


def _metadata(name: str, *, grade=False, solution=False, locked=False, points=None) -> dict:
    fields = {
        "schema_version": 3,
        "grade": grade,
        "solution": solution,
        "locked": locked or grade,
        "task": False,
        "grade_id": name,
    }
    if grade:
        fields["points"] = points
    return {"nbgrader": fields, "tags": ["raises-exception"]}


def _locked(name: str) -> dict:
    return _metadata(name, locked=True)


def _identify(cells: list) -> None:
    """Give each cell an id that stays the same as long as the cell does."""
    seen: Counter = Counter()
    for cell in cells:
        fields = cell.metadata.get("nbgrader", {})
        name = fields.get("grade_id") or hashlib.sha1(cell.source.encode()).hexdigest()[:8]
        seen[name] += 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
        if fields:
            fields["grade_id"] = cell.id if fields["grade_id"] else f"code_{cell.id}"
            cell.metadata = nbformat.from_dict(dict(cell.metadata))


# --------------------------------------------------------------------------- what a lesson needs


def _require_parts(cells: list, exercises: dict[str, Exercise], place: Path) -> None:
    """Require of each exercise its cell and its check once, in order, and a record line for a function."""
    names = [cell.metadata["nbgrader"]["grade_id"] for cell in cells if "nbgrader" in cell.metadata]
    for one in exercises.values():
        needed = [one.id, *([f"record_{one.id}"] if one.function else []), f"check_{one.id}"]
        for name in needed:
            if names.count(name) != 1:
                raise BuildError(
                    f'{place}: the exercise "{one.id}" needs its cell {name!r} once, has {names.count(name)}.'
                )
        if [name for name in names if name in needed] != needed:
            raise BuildError(f'{place}: the cells of "{one.id}" must come in the order {", ".join(needed)}.')


def _require_givens(cells: list, exercises: dict[str, Exercise], place: Path) -> None:
    """Require that the script prints the givens of the data, under the same names."""
    printed = dict(pair for cell in cells if cell.cell_type == "code" for pair in _givens(cell.source))
    for one in exercises.values():
        expected = {name: _literal(value) for name, value in one.givens.items()}
        if printed.get(one.id, {}) != expected or list(printed.get(one.id, {})) != list(expected):
            raise BuildError(
                f"{place}: the givens of {one.id!r} are {printed.get(one.id)}, its data says {expected}; "
                "make the line agree with grader/judge/exercises."
            )


def _literal(value: object) -> object:
    return value if isinstance(value, str) else repr(value)


def _givens(source: str) -> list[tuple[str, dict]]:
    """Return (exercise, givens) of each ``names = answer.given(...)`` line; values as written."""
    if "answer.given(" not in source:
        return []
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "answer.given"):
            continue
        values = {
            word.arg: word.value.id if isinstance(word.value, ast.Name) else repr(ast.literal_eval(word.value))
            for word in node.keywords
        }
        found.append((node.args[0].value, values))
    return found


# --------------------------------------------------------------------------- all of them


def text(notebook: nbformat.NotebookNode) -> str:
    """Return the file of a notebook, the same bytes for the same notebook."""
    return nbformat.writes(notebook, version=4) + "\n"


def write_solutions(folder: Path = paths.SOLUTIONS) -> None:
    """Write the solution notebook of every lesson and the table of recorded keys."""
    for lesson in paths.lessons():
        target = folder / lesson / f"{lesson}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text(build(lesson)), encoding="utf-8")


def recorded() -> dict[str, dict[str, list[str]]]:
    """Return which answers each exercise records, for ``Answers.given`` to forget."""
    return {
        lesson: {one.id: [key.name for key in one.keys] for one in exercises if one.givens}
        for lesson, exercises in LESSONS.items()
    }


def write_recorded(path: Path = RECORDED) -> None:
    """Write the table of recorded keys that the core reads."""
    path.write_text(json.dumps(recorded(), indent=1) + "\n", encoding="utf-8")


def write_course(solutions: Path = paths.SOLUTIONS, course: Path = paths.COURSE) -> None:
    """Let nbgrader strip the answers: one student's notebook for each solution notebook.

    They are built beside the course and moved in when all of them are there.

    Raises:
        BuildError: when nbgrader refuses; the course is then as it was.

    """
    course.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.parent, prefix=".course-") as place:
        _strip_answers(solutions, Path(place))
        for old in course.glob("[0-9]*"):
            shutil.rmtree(old)
        for made in Path(place).glob("[0-9]*"):
            made.rename(course / made.name)
    (course / "README.md").write_text(contents.landing(badge()), encoding="utf-8")


def _strip_answers(solutions: Path, course: Path) -> None:
    command = [
        paths.tool("nbgrader"), "generate_assignment", "*", "--no-db", "--force",
        f"--CourseDirectory.root={paths.ROOT}",
        f"--CourseDirectory.source_directory={solutions}",
        f"--CourseDirectory.release_directory={course}",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=paths.ROOT, env=paths.with_tools(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"nbgrader generate_assignment failed:\n{done.stderr[-2000:]}")
    for path in course.glob("[0-9]*/*.ipynb"):
        path.write_text(text(nbformat.read(path, as_version=4)), encoding="utf-8")


def main() -> None:
    """Rebuild every notebook from ``solutions/``."""
    write_recorded()
    write_solutions()
    write_course()
    print(f"built {len(paths.lessons())} lessons: {', '.join(paths.lessons())}")


if __name__ == "__main__":
    main()
