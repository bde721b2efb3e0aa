"""What the project says about itself holds: environment, commands, imports, printed figures, builder."""

import re
import shlex
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import LESSONS

from grader.instructor import build, commands, contents, lab, paths
from grader.judge.exercises import LESSONS as EXERCISES

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

    assert {name.split("[")[0].lower() for name in direct} <= pinned


def test_the_tests_of_a_file_stay_on_one_worker(request):
    """Otherwise a class is graded once for each worker, and nobody notices."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("the tests are not spread over workers")

    assert request.node.nodeid.endswith("@test_project.py")


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
    known = next(iter(commands.parser()._subparsers._group_actions)).choices  # argparse has no public way to them
    for page in (readme, (ROOT / "docs" / "instructor.md").read_text()):
        assert set(re.findall(r"python -m grader ([a-z]+)", page)) <= set(known)


@pytest.mark.parametrize("page", ["README.md", "docs/instructor.md"])
def test_every_command_that_a_page_prints_can_be_called(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = re.findall(r"(?m)^    (?:\.venv/bin/)?python -m grader (.*)$", text)

    for line in lines:
        commands.parser().parse_args(shlex.split(line, comments=True))  # ends the program where it is none

    assert len(lines) > 4


@pytest.mark.parametrize("page", ["README.md", "course/README.md"])
def test_both_pages_list_every_lesson_with_time_points_and_badge(page):
    rows = [line for line in (ROOT / page).read_text(encoding="utf-8").splitlines() if line.startswith("|")]

    for lesson in LESSONS:
        one = contents.entry(lesson)
        (row,) = [row for row in rows if f"/{lesson}.ipynb" in row]
        assert f"{build.repository()}/blob/main/course/{lesson}/{lesson}.ipynb" in row
        assert f"| {one.minutes} min |" in row
        assert f"| {one.points or '–'} |" in row
        assert one.points == sum(exercise.points for exercise in EXERCISES[lesson])


def test_the_landing_page_equals_a_rebuild():
    text = (paths.COURSE / "README.md").read_text(encoding="utf-8")

    assert text == contents.landing(build.badge()), "run make course"


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
