"""What the project says about itself holds: environment, commands, imports, printed figures, builder."""

import re
import subprocess
import sys
import tomllib

import nbformat
import pytest
import yaml
from conftest import LESSONS

from grader.instructor import build, lab, paths, runner

ROOT = paths.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_environment_yml_agrees_with_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    conda = [one for one in environment["dependencies"] if isinstance(one, str)]
    (pip,) = [one["pip"] for one in environment["dependencies"] if isinstance(one, dict)]
    wanted = set(PROJECT["dependencies"]) | set(PROJECT["optional-dependencies"]["students"])
    wanted |= set(PROJECT["optional-dependencies"]["instructors"])

    assert f"python{PROJECT['requires-python']}" in conda
    named = {re.split(r"[=<>]", one)[0] for one in conda + pip} - {"python", "pip", "--no-deps ."}
    assert {"pytorch" if name == "torch" else name for name in wanted} == {name for name in named if name != "-e ."}
    assert "-e ." in pip


def test_constraints_pin_every_direct_dependency():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines if "==" in line}
    direct = set(PROJECT["dependencies"]).union(*PROJECT["optional-dependencies"].values())

    assert {name.lower() for name in direct} <= pinned


def test_make_help_lists_every_target_with_its_purpose():
    text = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"\.PHONY: (.*)", text).group(1).split())
    shown = subprocess.run(
        ["make", "-s", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert {line.split()[1] for line in shown.splitlines()} == targets
    for purpose in re.findall(r"(?m)^[a-z]+:.*?## (.*)$", text):
        assert len(purpose.split()) <= 10


def test_the_readme_names_only_commands_that_exist():
    readme = (ROOT / "README.md").read_text()
    targets = set(re.search(r"\.PHONY: (.*)", (ROOT / "Makefile").read_text()).group(1).split())

    assert set(re.findall(r"make ([a-z]+)\b", readme)) <= targets
    assert set(re.findall(r"python -m grader ([a-z]+)", readme)) <= {
        "autograde",
        "answers",
        "feedback",
        "report",
        "export",
    }


def test_the_readme_links_every_lesson_with_its_badge():
    readme = (ROOT / "README.md").read_text()

    for lesson in LESSONS:
        assert f"github/{build.repository()}/blob/main/course/{lesson}/{lesson}.ipynb" in readme


def test_importing_grader_loads_the_core_only():
    code = "import sys, grader; print(sorted(m for m in sys.modules if m.startswith('grader.')))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert not re.search(r"judge|instructor", shown)


def test_the_core_needs_only_the_packages_that_students_have():
    code = (
        "import sys, grader; from importlib.metadata import packages_distributions as d; m = d()\n"
        "print(sorted({p for n in list(sys.modules) for p in m.get(n.split('.')[0], [])}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert not re.search(r"nbgrader|nbformat|jupytext|nbclient", loaded.lower())


def test_lab_copies_what_is_missing_and_overwrites_nothing(tmp_path):
    assert len(lab.copy(tmp_path / "work")) == len(LESSONS)
    mine = tmp_path / "work" / f"{LESSONS[0]}.ipynb"
    mine.write_text("mine")

    assert lab.copy(tmp_path / "work") == []
    assert mine.read_text() == "mine"


# --------------------------------------------------------------------------- printed figures of the seeds

FIGURES = {
    "00_start": [],
    "01_slopes": ["slopes: (1.0, 1.0)", "before backward: None None", "Only Tensors of floating point"],
    "04_optim": [
        "x = 0.5403522, f(x) = -1.2483717",
        "L1Loss: 1.0",
        "20   1.82365   3.3257",
        "v = (8.9200, 6.9200)",
        "v = (9.7155, 5.8729)",
        "[512.0, 224.756, 122.838, 75.67, 50.365, 35.411, 25.943, 19.627, 15.237, 12.084, 9.756]",
        "Adadelta            14.99966",
    ],
    "05_inside": [
        "{'lr': 0.01} -> 126",
        "{'lr': 0.01, 'momentum': 0.9} -> 175",
        "'momentum': 0.307916} -> 24",
        "'nesterov': True} -> None",
        "[15.0, 14.5, 14.1525]",
        "AdamW  3.996",
        "Adam   3.9",
    ],
    "06_landscapes": [
        "sgd   [3.14159",
        "-3.14159",
        "adam  [3.14169",
        "[8.0, 6.0, 4.0715, 2.5257, 1.5199, 0.5632, -0.5964, -1.857",
        "-2.7963, -3.0304, -2.7303, -2.1163, -1.4087, -0.7466, -0.2908, -0.174]",
        "'sgd': 26",
        "'SGD': [0.2111, -0.1541]",
        "'Adam': [4.5205, -1.4681]",
        "r = 5.",
    ],
    "07_schedules": [
        "y =         40   rate used =        0.5   x afterwards =        5.5",
        "rate used =        0.4   x afterwards =        3.5",
        "rate used =       0.32   x afterwards =        1.9",
        "x afterwards =       0.62",
        "x afterwards =     -0.404",
        "rate used =  1.817e-15",
        "with a constant rate: [0.5, -2.0, 0.5, -2.0]",
    ],
    "02_descent": [
        "first points: [4.0, 3.29",
        "x = 0.5403522, f(x) = -1.2483717",
        "y =  343.0000",
        "x =   2.0743   y =    8.9245",
        "x =   2.2224   y =   10.9770",
        "[-7.0, -8.47, -10.62, -14.01",
        "v = (8.080000, 7.600000)",
        "v = (8.146399, 7.234400)",
        "v = (0.217417, 0.090057)   f(v) = 0.209714",
        "f(v) = 1280.000000",
        "2.0263     1.8236       4.1058",
        "0.2463     0.2217       0.0607",
        "0.0300     0.0270       0.0009",
        "0.0036     0.0033       0.0000",
        "0.0004     0.0004       0.0000",
        "20   1.82365   3.3257",
        "40   0.221713   0.0491568",
        "100   0.000398421   1.58739e-07",
        "f < 1e-06 after 92 steps",
        "[15.0, 13.5, 10.65, 6.735, 2.146, -2.657]",
    ],
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_figures_of_the_founding_documents_are_printed_by_our_cells(lesson, store):
    solved = nbformat.read(paths.solution(lesson), as_version=4)

    done = store.run(lesson, runner.sources(solved, hidden=False))

    shown = "\n".join(o.get("text", "") + o.get("evalue", "") for outputs in done.outputs.values() for o in outputs)
    for figure in FIGURES[lesson]:
        assert figure in shown


# --------------------------------------------------------------------------- the builder


@pytest.fixture
def edited(monkeypatch, tmp_path):
    """Build lesson 02 from a changed script."""

    def change(old: str, new: str):
        text = paths.script("02_descent").read_text(encoding="utf-8")
        assert old in text
        target = tmp_path / "02_descent.py"
        target.write_text(text.replace(old, new, 1), encoding="utf-8")
        monkeypatch.setattr(build.paths, "script", lambda lesson: target)
        return build.build("02_descent")

    return change


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('# %% check="p3"', '# %% chek="p3"', "is not known; use one of exercise, record, check, picture"),
        ('# %% check="p3"', '# %% check="p3" points=2', "is not known"),
        ('# %% check="p3"', '# %% check="p4"', 'check="p4" names no exercise'),
        ('# %% check="p3"\ncheck(answer, "p3")', "# %%\npass", "needs its cell 'check_p3' once, has 0"),
        ('check(answer, "p3")', 'check(answer, "p3")\nprint()', 'check="p3" holds one line'),
        ("lr=0.001, steps=500)\n", "lr=0.002, steps=500)\n", "make the line agree with grader/judge/exercises"),
        ('### BEGIN SOLUTION\nanswer["p3"]', 'answer["p3"]', 'exercise="p3" needs ### BEGIN SOLUTION'),
        ("# # 2 · Descent", "# ## 2 · Descent", "must begin with a title cell"),
    ],
)
def test_the_builder_refuses_a_script_that_is_off(edited, old, new, sentence):
    with pytest.raises(build.BuildError, match=re.escape(sentence)):
        edited(old, new)


def test_an_edit_of_one_line_changes_one_line_of_the_notebook(edited):
    before = build.text(build.build("02_descent")).splitlines()

    after = build.text(edited("Three steps in your head", "Three steps by heart")).splitlines()

    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) <= 2
