"""What was said once about a class and holds until something else is said."""

import json

from grader.core import files
from grader.instructor.grading import PRINTED_SHARE
from grader.instructor.paths import BrokenFile, ClassFolder

FILE = "settings.json"
SHARE = "share"


def share(folder: ClassFolder, said: float | None = None) -> float:
    """Return what an answer earns that holds for the printed givens only; keep it for the class when it is said.

    Raises:
        BrokenFile: when the class's settings cannot be read.

    """
    kept = folder.load(FILE, "say --share again")
    if said is not None:
        folder.root.mkdir(parents=True, exist_ok=True)
        files.write(folder.root / FILE, json.dumps(kept | {SHARE: said}))
        return said
    found = kept.get(SHARE, PRINTED_SHARE)
    if not isinstance(found, (int, float)) or not 0 <= found <= 1:
        raise BrokenFile(f"{folder.root / FILE} holds a share that is none: remove it, and say --share again.")
    return found
