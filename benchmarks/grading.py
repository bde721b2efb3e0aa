"""What grading costs: a check, a run in the sandbox beside the same cells in a warm process, and answer files alone."""

import ast
import contextlib
import io
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
import psutil
from IPython.core.inputtransformer2 import TransformerManager
from matplotlib import pyplot as plt

from _live_plot import backend
from benchmarks.timing import in_turns, seconds
from grader.core import answerfile
from grader.instructor import hidden, paths, runner
from grader.instructor.grading import grade_answers
from grader.instructor.work import Pool, Task, perform
from grader.judge import walks
from grader.judge.diagnosis import judge
from grader.judge.exercises import find
from grader.judge.functions import FUNCTIONS
from grader.judge.model import Evidence
from grader.judge.overlay import overlay

LESSON = "02_descent"
FILES = 400


def cells() -> list[tuple[str, str]]:
    """Return the cells of a solved lesson."""
    return runner.sources(nbformat.read(paths.solution(LESSON), as_version=4), hidden=False)


def bare(code: list[tuple[str, str]]) -> None:
    """Run cells in this process and draw what they show, as a notebook would."""
    namespace = {"display": _show, "__name__": "__main__"}
    quiet = contextlib.redirect_stdout(io.StringIO())
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), quiet:
        for _, source in code:
            with contextlib.suppress(Exception):
                _run(TransformerManager().transform_cell(source), namespace)
            for number in plt.get_fignums():
                plt.figure(number).savefig(io.BytesIO(), bbox_inches="tight")
            plt.close("all")


def _run(source: str, namespace: dict) -> None:
    """Execute a cell; the value of its last line is shown."""
    body = ast.parse(source)
    last = body.body.pop() if body.body and isinstance(body.body[-1], ast.Expr) else None
    exec(compile(body, "<cell>", "exec"), namespace)
    if last is not None:
        _show(eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace))


def _show(value: object) -> None:
    if hasattr(value, "_repr_mimebundle_"):
        value._repr_mimebundle_()
    elif value is not None:
        repr(value)


def judge_file(path: str) -> float:
    """Read and judge one answer file."""
    return grade_answers(answerfile.read(Path(path)), LESSON, with_notebook=False).score


def measure_check() -> dict[str, float]:
    """Time a check of 500 points that is not passed, with its picture, in milliseconds."""
    one = find("02_descent", "var_history_2")
    skewed = FUNCTIONS["function_skewed"]
    xs = walks.never_clear(skewed, (8.0, 8.0), 0.001, 500)
    values = {"var_history_2": xs.tolist(), "fn_history_2": walks.values(skewed, xs).tolist()}

    def check() -> None:
        overlay(one, values, one.givens, judge(one, Evidence(values), one.givens))

    return {"check_ms": 1000 * seconds(check, 15)}


def measure_answer_files() -> dict[str, float]:
    """Judge the same answer file many times on two processes."""
    answers = runner.run(LESSON, cells()).answers
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{LESSON}.answer.json"
        path.write_text(answers, encoding="utf-8")
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            took = seconds(lambda: list(pool.map(judge_file, [str(path)] * FILES, chunksize=20)), 3)
    return {"answer_files_per_s": FILES / took}


def measure_sandbox() -> dict[str, float]:
    """Compare a run in the strongest tier of this machine with the bare execution of its cells.

    Our run draws its pictures for the first time, as the bare execution does; `seen_over_bare_execution` is a
    run whose pictures somebody has had before.
    """
    os.environ |= {"MPLBACKEND": "agg", backend.VARIABLE: "png"}  # as in the sandbox: still pictures on both sides
    code = cells()

    def first() -> None:
        runner.gallery().close()
        runner.gallery.cache_clear()
        runner.run(LESSON, code)

    plain, ours, seen = in_turns(9, lambda: bare(code), first, lambda: runner.run(LESSON, code))
    return {
        "over_bare_execution": ours / plain,
        "overhead_ms": 1000 * (ours - plain),
        "seen_over_bare_execution": seen / plain,
    }


def measure_worker() -> dict[str, float]:
    """Return the most memory of a worker, its server and its job, shared pages counted in parts."""
    content = nbformat.writes(nbformat.read(paths.solution(LESSON), as_version=4)).encode()
    tasks = [Task(f"s{n}", LESSON, content, givens=hidden.draw(b"", LESSON, f"s{n}")) for n in range(4)]
    with Pool(2) as workers:
        running, most = [workers.submit(perform, task) for task in tasks], 0
        while not all(one.done() for one in running):
            most = max([most, *(_memory(pid, 2) for pid in list(workers._processes))])
            time.sleep(0.02)
    return {"worker_mib": most / 2**20}


def _memory(pid: int, workers: int) -> float:
    """Return the bytes of a worker, of what it started, and of its part in the process that it was forked from."""
    with contextlib.suppress(psutil.Error):
        worker = psutil.Process(pid)
        own = [worker, *worker.children(recursive=True)]
        return sum(one.memory_full_info().pss for one in own) + worker.parent().memory_full_info().pss / workers
    return 0


MEASURES = (measure_check, measure_sandbox, measure_answer_files, measure_worker)
