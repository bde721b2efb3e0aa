"""Copy the course into ``work/`` for a student to write in; a copy that is there is never touched."""

import shutil
from pathlib import Path

from grader.instructor import paths


def copy(work: Path = paths.ROOT / "work") -> list[Path]:
    """Make the copies that are missing and return them."""
    made = []
    for lesson in paths.lessons():
        target = work / f"{lesson}.ipynb"
        if not target.exists():
            work.mkdir(exist_ok=True)
            shutil.copyfile(paths.release(lesson), target)
            made.append(target)
    return made


if __name__ == "__main__":
    print(f"{len(copy())} notebooks copied into work/; those that were there are as you left them")
