"""A class graded by stock nbgrader and by ours, side by side: how fast, and what hand-ins get for nothing."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from grader.instructor import gradebook, grading, hidden, paths, runner, sample
from grader.instructor.paths import ClassFolder
from grader.instructor.rebuild import is_check, is_exercise, released

LESSONS = ("01_slopes", "02_descent", "04_optim")
JOBS = 2
STOCK = """\
c = get_config()
c.CourseDirectory.course_id = "downhill"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.submitted_directory = {submitted!r}
c.CourseDirectory.db_url = {url!r}
c.Execute.timeout = {seconds}
"""
ENDS = "import os\nos._exit(0)"
FLOOD = "print('x' * 5_000_000)"
CONTROL = "nothing at all"
FORGED = {
    CONTROL: "",
    "skipped checks": "",
    "replaced run_ast_nodes": "async def nothing(*a, **k):\n    return False\nget_ipython().run_ast_nodes = nothing",
    "input transformer": "get_ipython().input_transformers_cleanup.append("
    "lambda lines: ['pass\\n'] if any('check(' in line for line in lines) else lines)",
    "AST transformer": "import ast\nclass Away(ast.NodeTransformer):\n    def visit_Expr(self, node):\n"
    "        return None if 'check' in ast.dump(node) else node\n"
    "get_ipython().ast_transformers.append(Away())",
    "NaN for a score": "check = lambda *a: float('nan')",
    "text for a score": "check = lambda *a: 'oops'",
}


def honest(number: int) -> dict[str, sample.Answer]:
    """Return a class of honest and wrong answers."""
    return {f"student-{n:03d}": sample.variant(n, honest=n % 2 == 0) for n in range(number)}


def mixed(number: int) -> dict[str, sample.Answer]:
    """Return a class of honest and wrong answers, of which a fifth ends its process or floods its output."""
    students = honest(number)
    for n, student in enumerate(list(students)[-(number // 5) :]):
        students[student] = _ends if n % 2 else _floods
    return students


def _ends(lesson: str, exercise: str) -> str:
    return ENDS


def _floods(lesson: str, exercise: str) -> str:
    return FLOOD + "\n" + sample.model(lesson, exercise)


def hand_in(folder: ClassFolder, students: dict[str, sample.Answer], lessons=LESSONS) -> int:
    """Write the hand-ins of a class, each with a line of its own, and return how many there are."""
    for student, answer in students.items():
        for lesson in lessons:
            notebook = sample.fill(lesson, answer)
            notebook.cells.append(nbformat.v4.new_code_cell(f"# {student}", id="own"))
            sample.put(folder, student, lesson, notebook)
    return len(students) * len(lessons)


@contextmanager
def a_class() -> Iterator[ClassFolder]:
    """Make a class folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="downhill-bench-") as root:
        yield ClassFolder(Path(root) / "class")


def stock(folder: ClassFolder, lessons=LESSONS) -> float:
    """Grade a class with nbgrader as it comes, without a plug-in of ours; return the seconds."""
    root = folder.root / "stock"
    root.mkdir(parents=True)
    theirs = ClassFolder(root)
    gradebook.prepare(theirs, list(lessons))
    names = {"root": str(root), "submitted": str(folder.submitted), "url": theirs.db_url}
    (root / "nbgrader_config.py").write_text(STOCK.format(**names, seconds=runner.CELL_SECONDS), encoding="utf-8")
    environment = paths.with_tools(PYDEVD_DISABLE_FILE_VALIDATION="1")
    start = time.monotonic()
    for lesson in lessons:
        command = [paths.tool("nbgrader"), "autograde", lesson, "--force"]
        subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    return time.monotonic() - start


def ours(folder: ClassFolder) -> float:
    """Grade the same class with our command; return the seconds, its start included."""
    command = [sys.executable, "-m", "grader", "autograde", "--class", str(folder.root), "--jobs", str(JOBS)]
    start = time.monotonic()
    subprocess.run(command, cwd=paths.ROOT, capture_output=True, check=False)
    return time.monotonic() - start


def measure_speed() -> dict[str, float]:
    """Compare notebooks a minute on the same hand-ins, in the same class.

    Ours runs a notebook again, with hidden givens, where the printed ones have earned something: a notebook
    that was run twice is two notebooks of work in nbgrader_speedup, and one in nbgrader_speedup_hand_ins.
    Ours is timed before and after nbgrader, which takes minutes in which a machine may change its speed.
    """
    figures = {}
    for name, students in (("_honest", honest(10)), ("", mixed(20))):
        with a_class() as folder, a_class() as again:
            count = hand_in(folder, students)
            hand_in(again, students)
            before = ours(folder)
            found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.results.rglob("*.json")]
            runs, pictures = len(found), list(_pictures(found))
            took = stock(folder)
            mine = (before + ours(again)) / 2
        print(
            f"{count} hand-ins{' with hostile ones' if not name else ''}: nbgrader {60 * count / took:.1f} a minute, "
            f"ours {60 * count / mine:.1f}, in {60 * runs / mine:.1f} runs; "
            f"{len(set(pictures))} of {len(pictures)} pictures are different"
        )
        figures[f"nbgrader_speedup{name}"] = runs * took / (count * mine)
        figures[f"nbgrader_speedup_hand_ins{name}"] = took / mine
    return figures


def _pictures(runs: list[dict]) -> Iterator[str]:
    """Yield every picture that some runs show."""
    for run in runs:
        for outputs in run["outputs"].values():
            yield from (output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {}))


def forged(name: str, lesson: str):
    """Return a notebook in which nothing is answered and the score is forged."""
    notebook = released(lesson)
    if name == "skipped checks":
        for cell in filter(is_check, notebook.cells):
            cell.metadata["tags"] = ["skip-execution"]
    at = next(i for i, cell in enumerate(notebook.cells) if is_exercise(cell))
    notebook.cells.insert(at, nbformat.v4.new_code_cell(FORGED[name], id="forged"))
    return notebook


def measure_forgeries() -> dict[str, float]:
    """Count forged hand-ins that get points, from stock nbgrader and from ours; an untouched one gets none."""
    lesson = LESSONS[1]
    with a_class() as folder:
        for number, name in enumerate(FORGED):
            sample.put(folder, f"forger-{number}", lesson, forged(name, lesson))
        stock(folder, [lesson])
        theirs = {row["student"]: row["score"] for row in gradebook.scores(ClassFolder(folder.root / "stock"))}
        mine = {}
        for number, name in enumerate(FORGED):
            path = folder.submitted / f"forger-{number}" / lesson / f"{lesson}.ipynb"
            mine[name] = grading.grade(path, lesson, secret=hidden.secret(folder.secret)).score
    for number, name in enumerate(FORGED):
        print(f"{name:24} nbgrader {theirs.get(f'forger-{number}', 0):5g} points, ours {mine[name]:g}")
    if theirs["forger-0"] or mine[CONTROL]:
        raise RuntimeError("a notebook that nobody touched gets points: the forgeries prove nothing")
    return {
        "forgeries_nbgrader": sum(score > 0 for score in theirs.values()),
        "forgeries_ours": sum(score > 0 for score in mine.values()),
    }


DRIVER = """\
import re, sys, time
from pathlib import Path
from grader.instructor import autograde
from grader.instructor.paths import ClassFolder
if __name__ == "__main__":
    start = time.monotonic()
    autograde.autograde(ClassFolder(Path(sys.argv[1])), jobs=2, say=lambda line: None)
    took = time.monotonic() - start
    most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]  # of this program alone
    print(took, int(most) / 1024)
"""


def measure_growth(sizes: tuple[int, ...] = (50, 200, 1000)) -> dict[str, float]:
    """Compare the cost of a hand-in in classes of 50, 200 and 1,000, and the memory of the driver at 1,000."""
    cost, memory = {}, {}
    for size in sizes:
        with a_class() as folder:
            hand_in(folder, {f"s{n:04d}": sample.model for n in range(size)}, ("00_start",))
            script = folder.root / "driver.py"
            script.write_text(DRIVER, encoding="utf-8")
            command = [sys.executable, str(script), str(folder.root)]
            done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=True)
            seconds, memory[size] = map(float, done.stdout.split()[-2:])
            cost[size] = seconds / size
        print(f"{size} hand-ins: {1000 * cost[size]:.0f} ms each, driver {memory[size]:.0f} MiB")
    return {
        "cost_growth_1000_over_50": cost[sizes[-1]] / cost[sizes[0]],
        "driver_mib": memory[sizes[-1]],
        "driver_growth_1000_over_50": memory[sizes[-1]] / memory[sizes[0]],
    }


MEASURES: tuple[Callable, ...] = (measure_forgeries, measure_speed, measure_growth)
