"""What a class has handed in: for each student and lesson the file that counts."""

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from grader.instructor.paths import ClassFolder
from grader.judge.compare import clean

SIGNS = "_.@ +,'’()-"  # that the name of a student may have beside letters and digits


@dataclass(frozen=True)
class HandIn:
    """One student's folder for one lesson, and the file in it that counts."""

    student: str
    lesson: str
    path: Path | None
    sentence: str = ""


def is_name(name: str) -> bool:
    """Say whether a name may be a student's folder: letters with their marks, digits, and a few other characters."""
    return 0 < len(name) <= 80 and name[0] != "." and all(map(_allowed, name))


def name_of(text: str) -> str:
    """Return a name that may be a student's folder, as like a text as can be."""
    text = unicodedata.normalize("NFC", clean(text))
    plain = re.sub("-+", "-", "".join(sign if _allowed(sign) else "-" for sign in text))
    return plain.strip(". -")[:60] or "student"


def _allowed(sign: str) -> bool:
    return sign.isalnum() or sign in SIGNS or unicodedata.category(sign)[0] == "M"


def find(folder: ClassFolder, wanted: list[str], student: str = "") -> list[HandIn]:
    """Return the hand-ins of a class, sorted: for each student and lesson the file that counts.

    Of several notebooks the one named after the lesson counts, else the newest; an answer file
    counts where there is no notebook.
    """
    found = []
    if not folder.submitted.is_dir():
        return found
    for home in sorted(path for path in folder.submitted.iterdir() if path.is_dir()):
        if student in ("", home.name):
            found += [_look(home, lesson) for lesson in wanted if _is_there(home / lesson)]
    return found


def _is_there(place: Path) -> bool:
    try:
        return os.path.lexists(place)
    except OSError:
        return True


def _look(home: Path, lesson: str) -> HandIn:
    """Return the hand-in of one student for one lesson; what cannot be looked into gets a sentence."""
    student, place = clean(home.name), home / lesson
    try:
        if home.is_symlink() or place.is_symlink() or not place.is_dir():
            return HandIn(student, lesson, None, "The place of the hand-in is a link or a file, not a folder.")
        return _choose(student, lesson, place)
    except OSError as error:
        return HandIn(student, lesson, None, f"The folder of the hand-in cannot be read ({error.strerror}).")


def _choose(student: str, lesson: str, place: Path) -> HandIn:
    if not is_name(student):
        return HandIn(student, lesson, None, "The name of the student's folder has characters that are not allowed.")
    files = sorted(path for path in place.iterdir() if not path.is_dir() or path.is_symlink())
    files = [path for path in files if not path.name.startswith("._")]  # macOS leaves these in archives
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
    answers = [path for path in files if path.name.endswith(".answer.json")]
    named = [path for path in notebooks if path.stem == lesson]
    alike = [path for path in notebooks if path.stem.startswith(lesson)]
    for group in (named, _newest_first(alike), _newest_first(notebooks), _newest_first(answers)):
        if group:
            return HandIn(student, lesson, group[0])
    other = f" (found {clean(files[0].name)[:60]})" if files else ""
    sentence = f"There is no notebook and no answer file in the folder{other}: hand in the .ipynb file."
    return HandIn(student, lesson, None, sentence)


def _newest_first(paths: list[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: path.lstat().st_mtime, reverse=True)
