"""Keep what runs left behind, by content hash, so that nothing is run twice."""

import json
from pathlib import Path

from grader.core import files
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
            self.keep({path.stem: found})
        return found

    def stored(self, lesson: str, cells: list[tuple[str, str]], givens: dict | None = None) -> runner.Run:
        """Return the stored run of these cells.

        Raises:
            NotStored: when there is none, or when a cell of it had to be stopped.

        """
        found = self._read(self.path(lesson, cells, givens))
        if found is None or found.stopped:
            raise NotStored(lesson)
        return found

    def keep(self, runs: dict[str, runner.Run]) -> None:
        """Store runs by their content hashes."""
        for name, run in runs.items():
            path = self._place(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write(path, run.to_json())

    def path(self, lesson: str, cells: list[tuple[str, str]], givens: dict | None) -> Path:
        """Return where the run of these cells is kept."""
        return self._place(runner.key(lesson, [list(cell) for cell in cells], givens))

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.json"

    def _read(self, path: Path) -> runner.Run | None:
        try:
            return runner.Run.from_json(path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError, TypeError):
            return None
