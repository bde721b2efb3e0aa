"""What several tests share: benches, a class folder, and how to make a hand-in."""

from pathlib import Path

import pytest

from grader.instructor import bank, paths, sample
from grader.instructor.paths import ClassFolder
from grader.instructor.store import Store

LESSONS = paths.lessons()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the tests of a file on one worker, for what they share; the laws are many and go to whoever is free."""
    for item in items:
        if item.path.name != "test_laws.py":
            item.add_marker(pytest.mark.xdist_group(item.path.name))


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv("DOWNHILL_CLASS", raising=False)


@pytest.fixture(scope="session")
def benches():
    """One bench for each lesson, made when first asked for."""
    made = {}

    def bench(lesson: str) -> bank.Bench:
        if lesson not in made:
            made[lesson] = bank.Bench(lesson)
        return made[lesson]

    yield bench
    for one in made.values():
        one.close()


@pytest.fixture(scope="session")
def store(tmp_path_factory) -> Store:
    """Keep runs that several tests need."""
    return Store(tmp_path_factory.mktemp("results"))


@pytest.fixture
def class_folder(tmp_path) -> ClassFolder:
    return ClassFolder(tmp_path / "class")


@pytest.fixture
def hand_in(class_folder):
    """Write one hand-in: a notebook, bytes, or text."""

    def write(student: str, lesson: str, content, name: str = "") -> Path:
        place = class_folder.submitted / student / lesson
        place.mkdir(parents=True, exist_ok=True)
        path = place / (name or f"{lesson}.ipynb")
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else sample.build.text(content), encoding="utf-8")
        return path

    return write
