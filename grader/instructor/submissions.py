"""What a class has handed in: for each student and lesson the file that counts."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from grader.instructor.paths import ClassFolder, lessons
from grader.judge.compare import clean

NOTEBOOK, ANSWERS = ".ipynb", ".answer.json"
COPY = re.compile(r"(?P<stem>.*?)(?:(?P<notebook>\.ipynb)|\.answer[ _-]*(?:\(?\d+\)?)?\.json)", re.IGNORECASE)
MAX_STRAYS = 5
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


def parts(name: str) -> tuple[str, str]:
    """Return the name of a file without its kind, and the kind: a notebook, answers, or nothing.

    Browsers and Canvas number a second copy before the last dot, as in ``02_descent.answer (1).json``.
    """
    match = COPY.fullmatch(name)
    if not match:
        return name, ""
    return match["stem"], NOTEBOOK if match["notebook"] else ANSWERS


def find(folder: ClassFolder, wanted: list[str], student: str = "") -> list[HandIn]:
    """Return the hand-ins of a class, sorted: for each student and lesson the file that counts.

    Of several notebooks the one named after the lesson counts, else the newest; an answer file
    counts where there is no notebook.
    """
    found = []
    for home in _entries(folder.submitted):
        if home.is_dir() and student in ("", home.name):
            places = _places(home)
            found += [_look(home, places[lesson], lesson) for lesson in wanted if lesson in places]
    return found


def strays(folder: ClassFolder) -> list[str]:
    """Return a line for each of the first folders that cannot be read, and of what lies where nothing is looked for."""
    homes = _entries(folder.submitted)
    closed = [f"{clean(home.name)[:80]} ({why})" for home in homes if (why := _closed(home))]
    found = [one for home in homes for one in _strays(home) if not one.name.startswith(".")]
    names = [clean(str(one.relative_to(folder.submitted)))[:80] for one in found]
    where = [f"a hand-in lies in {folder.submitted.name}/STUDENT/LESSON/, such as ada/{lessons()[0]}/"] * bool(found)
    return [*_first("cannot be read", closed), *_first("passed over", names), *where]


def _first(what: str, names: list[str]) -> list[str]:
    more = [f"{len(names) - MAX_STRAYS} more"] * (len(names) > MAX_STRAYS)
    return [f"{what}: {name}" for name in [*names[:MAX_STRAYS], *more]]


def _closed(home: Path) -> str:
    """Return why what is in a student's folder cannot be listed; nothing where it can, or where there is no folder."""
    try:
        next(home.iterdir(), None)
    except NotADirectoryError:
        return ""
    except OSError as error:
        return error.strerror
    return ""


def _strays(home: Path) -> list[Path]:
    if home.is_symlink() or not home.is_dir():
        return [home] if home.is_dir() or parts(home.name)[1] else []
    taken = set(_places(home).values())
    return [one for one in _entries(home) if one not in taken and (one.is_dir() or parts(one.name)[1])]


def _entries(place: Path) -> list[Path]:
    """Return what is in a folder; of one that is not there or cannot be read, nothing."""
    try:
        return sorted(place.iterdir())
    except OSError:
        return []


def _places(home: Path) -> dict[str, Path]:
    """Return where a student's lessons are; a folder in other letters, such as 02_Descent, where there is none else."""
    entries = _entries(home)
    alike = {path.name.casefold(): path for path in reversed(entries)}
    exact = {path.name: path for path in entries}
    return {lesson: found for lesson in lessons() if (found := exact.get(lesson, alike.get(lesson)))}


def _look(home: Path, place: Path, lesson: str) -> HandIn:
    """Return the hand-in of one student for one lesson; what cannot be looked into gets a sentence."""
    student = clean(home.name)
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
    notebooks, answers = ([path for path in files if parts(path.name)[1] == kind] for kind in (NOTEBOOK, ANSWERS))
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
