"""Keep what runs left behind, by content hash, so that nothing is run twice."""

import json
from pathlib import Path

from grader.core import answerfile
from grader.instructor import runner


class NotStored(LookupError):
    """Raised by `Store.stored` for a run that was not done yet."""


class Store:
    """A folder of runs; a run is found again by notebook, givens and environment."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, lesson: str, cells: list[tuple[str, str]], givens: dict | None = None) -> runner.Run:
        """Return the stored run of these cells, or run them now and store what they leave."""
        path = self.path(lesson, cells, givens)
        found = self._read(path)
        if found is None or found.stopped:  # a cell may have been stopped because the machine was busy
            found = runner.run(lesson, cells, givens)
            path.parent.mkdir(parents=True, exist_ok=True)
            answerfile.write(path, found.to_json())
        return found

    def latest(self, lesson: str, cells: list[tuple[str, str]], givens: dict | None = None) -> runner.Run:
        """Return the stored run of these cells, even one with a stopped cell, or run them now."""
        return self._read(self.path(lesson, cells, givens)) or self.run(lesson, cells, givens)

    def stored(self, lesson: str, cells: list[tuple[str, str]], givens: dict | None = None) -> runner.Run:
        """Return the stored run of these cells.

        Raises:
            NotStored: when there is none, or when a cell of it had to be stopped.

        """
        found = self._read(self.path(lesson, cells, givens))
        if found is None or found.stopped:
            raise NotStored(lesson)
        return found

    def path(self, lesson: str, cells: list[tuple[str, str]], givens: dict | None) -> Path:
        """Return where the run of these cells is kept."""
        name = runner.key(lesson, [list(cell) for cell in cells], givens)
        return self.folder / name[:2] / f"{name}.json"

    def _read(self, path: Path) -> runner.Run | None:
        try:
            return runner.Run.from_json(path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError, TypeError):
            return None
