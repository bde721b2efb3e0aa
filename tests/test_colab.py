"""Every lesson under the versions of Colab's image, and the classic Notebook, which draws widgets as Colab does.

`make colab` makes the environment; without it these tests say so and are left out.
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from browser import Classic, browser, notebook, shot, why_not
from conftest import LESSONS
from nbclient import NotebookClient

from grader.core import answerfile
from grader.instructor import build, paths
from grader.instructor.grading import grade_answers

COLAB = paths.ROOT / "build" / "colab"
PYTHON = COLAB / "bin" / "python"
OURS = {"downhill-course", "downhill_course", "json-tricks", "json_tricks"}
UNFINISHED = {"NotImplementedError", "NotYet", "NameError"}
MEANT = ("01_slopes", "RuntimeError", "Only Tensors of floating point and complex dtype can require gradients")
pytestmark = pytest.mark.skipif(
    not (COLAB / "ready").exists(), reason="Colab's versions are not installed: `make colab` does it"
)


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> dict[str, str]:
    """Return the environment in which the address of the repository leads to the working tree, as one commit."""
    place = tmp_path_factory.mktemp("repository")
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=paths.ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, names):
        if (paths.ROOT / name).exists():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(paths.ROOT / name, place / name)
    who = ["-c", "user.name=course", "-c", "user.email=course@localhost"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "the working tree"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{place}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{build.repository()}",
    }


@pytest.fixture(scope="session")
def kernel(tmp_path_factory, course) -> Path:
    """Return where Jupyter finds a kernel like Colab's: its versions, and google.colab to import."""
    place = tmp_path_factory.mktemp("kernels")
    spec = {
        "argv": [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Colab",
        "language": "python",
        "env": {**course, "PYTHONPATH": str(paths.ROOT / "tests" / "colab"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
    }
    (place / "kernels" / "colab").mkdir(parents=True)
    (place / "kernels" / "colab" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return place


@pytest.fixture
def run(kernel, monkeypatch, tmp_path):
    """Run a notebook in a fresh kernel and an empty folder; return it with its outputs."""

    def execute(notebook):
        monkeypatch.setenv("JUPYTER_PATH", str(kernel))
        client = NotebookClient(
            notebook,
            timeout=240,
            allow_errors=True,
            kernel_name="colab",
            resources={"metadata": {"path": str(tmp_path)}},
        )
        client.execute()
        return notebook

    return execute


@contextmanager
def alone() -> Iterator[None]:
    """Keep other tests from changing what is installed."""
    with open(COLAB / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def pip(*arguments: str) -> str:
    """Run pip in the environment and return what it says."""
    command = [PYTHON, "-m", "pip", arguments[0], "--quiet", *arguments[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def installed() -> set[str]:
    """Return what pip finds in the environment."""
    return {line for line in pip("freeze").splitlines() if line.split("==")[0].split(" ")[0] not in OURS}


@pytest.fixture(scope="session")
def set_up(kernel, testrun_uid) -> dict:
    """Run a lesson's set-up cell where the course is not installed, once for all workers; say what it changed."""
    with alone():
        kept = COLAB / "set_up.json"
        found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        if found.get("run") != testrun_uid:
            found = {"run": testrun_uid, **_first_set_up(kernel)}
            kept.write_text(json.dumps(found), encoding="utf-8")
        return found


def _first_set_up(kernel: Path) -> dict:
    pip("uninstall", "--yes", *OURS)
    before = installed()
    released = nbformat.read(paths.release("00_start"), as_version=4)
    cell = next(one.source for one in released.cells if one.id == "setup")
    cells = [cell, cell, "import json_tricks, grader; print(grader.__file__, live_plot.__file__)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    os.environ["JUPYTER_PATH"] = str(kernel)
    empty = {"metadata": {"path": str(kernel)}}
    NotebookClient(notebook, timeout=240, kernel_name="colab", allow_errors=True, resources=empty).execute()
    return {"before": sorted(before), "after": sorted(installed()), "outputs": [one.outputs for one in notebook.cells]}


def errors(lesson: str, notebook) -> list[tuple[str, str, str]]:
    """Return (lesson, exception, message) of what a notebook raised, but for the cell that is there to crash."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    found = [(lesson, one.ename, one.evalue) for one in outputs if one.output_type == "error"]
    return [one for one in found if one != MEANT]


def test_the_set_up_installs_the_course_and_touches_nothing_that_colab_has(set_up):
    assert set_up["after"] == set_up["before"]
    said = json.dumps(set_up["outputs"])
    assert "Error" not in said
    assert "restart" not in said.lower()
    assert set_up["outputs"][1] == []  # the second time it has nothing to do
    assert "site-packages" in said


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solved_lesson_runs_and_its_answers_download(lesson, set_up, run, tmp_path):
    notebook = run(nbformat.read(paths.solution(lesson), as_version=4))

    assert errors(lesson, notebook) == []
    answers = answerfile.read(tmp_path / "downloads" / f"{lesson}.answer.json")
    assert grade_answers(answers, lesson, share=1.0).score == sum(p.points for p in build.LESSONS[lesson])


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_released_lesson_runs_to_its_end_before_anything_is_filled_in(lesson, set_up, run, tmp_path):
    notebook = run(nbformat.read(paths.release(lesson), as_version=4))

    assert {kind for _, kind, _ in errors(lesson, notebook)} <= UNFINISHED
    assert (tmp_path / "downloads" / f"{lesson}.answer.json").exists()


# --------------------------------------------------------------------------- ipympl, and the classic Notebook

CELLS = {
    "setup": "import torch\nimport live_plot\ndef bowl(v):\n    return (v[0] - 1) ** 2 + 3 * (v[1] + 1) ** 2",
    "early": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "late": "%matplotlib ipympl\nplt.figure()\nplt.plot([1, 2, 4])\nplt.show()",
    "player": "live_plot.race(bowl, (-1.5, 2.0), {'SGD': lambda p: torch.optim.SGD(p, lr=0.1)}, steps=30, delta=30)",
    "explore": "touched = live_plot.explore(bowl, (-2, 2), (-3, 3), start=(1.0, 2.0), steps=30)\ntouched",
    "live": "with live_plot.LivePlot(bowl, (-2, 2), (-3, 3)) as live:\n    for k in range(5):\n"
    "        live.add(1.0, 2.0 - k / 2, loss=k)",
}


def test_ipympl_works_where_it_comes_after_matplotlib(run):
    """Matplotlib has listed its backends by then, and would refuse the name without a restart."""
    install = "import sys\n!{sys.executable} -m pip install --quiet --no-deps ipympl==0.10.0"
    cells = [CELLS["setup"], CELLS["early"], install, CELLS["late"]]
    made = [nbformat.v4.new_code_cell(text, id=f"c{number}") for number, text in enumerate(cells)]

    with alone():
        pip("uninstall", "--yes", "ipympl")
        done = run(nbformat.v4.new_notebook(cells=made))

    assert errors("", done) == []
    assert "application/vnd.jupyter.widget-view+json" in done.cells[-1].outputs[-1].data


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be driven")
def test_the_classic_notebook_plays_scrubs_and_takes_a_click(course, tmp_path):
    """It has ipywidgets 7.7.1, as Colab has."""
    notebook(CELLS, tmp_path / "plots.ipynb")
    environment = {**course, "PYTHONPATH": f"{paths.ROOT}:{paths.ROOT / 'tests' / 'colab'}"}

    with alone(), Classic.serve(tmp_path, str(PYTHON), environment) as address, browser() as page:
        pip("install", "--no-deps", "ipympl==0.10.0")
        client = Classic(page, address, "plots.ipynb")
        for cell in CELLS:
            client.run(cell)
        player, touched = client.output("player"), client.output("explore")
        player.locator("canvas").first.wait_for()
        player.locator("input[type=range]").focus()
        page.keyboard.press("End")
        end = player.locator("[aria-live]").last.inner_text()
        touched.scroll_into_view_if_needed()
        shot(page, "classic-explore")
        box = touched.locator("canvas").first.bounding_box()
        page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.3 * box["height"])
        page.wait_for_timeout(2000)
        start = client.ask("touched.start")
        client.output("late").scroll_into_view_if_needed()
        shot(page, "classic")

        assert end.startswith("step 30: (")
        assert start != "[1.0, 2.0]"
        assert client.output("late").locator(".jupyter-matplotlib-canvas-container canvas").count() > 0
        assert client.output("live").locator("canvas").count() == 1
