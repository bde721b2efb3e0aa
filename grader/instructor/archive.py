"""Hand-ins out of the archive that an LMS makes, into the class folder.

Names of members as Moodle 4 writes them (`Full Name_123_assignsubmission_file_/x.ipynb`, with or without
the folder) and as Canvas does (`lastfirst_LATE_123_456_x-1.ipynb`). An archive is data of strangers: only
the notebooks and answer files in it are read, within bounds, and nothing is written where its names say.
"""

import json
import os
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.core import files
from grader.instructor import handin
from grader.instructor.paths import ClassFolder
from grader.instructor.submissions import name_of, parts
from grader.judge.compare import clean

MOODLE, CANVAS = "moodle", "canvas"
NAMES = {
    MOODLE: re.compile(r"(?P<name>[^/]+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_/?(?P<file>[^/]+)"),
    CANVAS: re.compile(r"(?P<name>[^_/]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<file>[^/]+)"),
}
MAX_MEMBERS = 20_000
MAX_BYTES = 4 * 2**30


class ArchiveError(ValueError):
    """An archive that cannot be collected; the message is one sentence."""


@dataclass
class Collected:
    """What came out of an archive: files by student, and one sentence for each member that was left out."""

    kind: str
    lesson: str
    students: dict[str, str] = field(default_factory=dict)  # the number that the LMS knows each by
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


# --------------------------------------------------------------------------- reading


def read(path: Path, lesson: str) -> Collected:
    """Return what an LMS's archive holds for a lesson; nothing is written.

    Raises:
        ArchiveError: when it is no archive, or one of a kind that is not known, or beyond the bounds.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise ArchiveError(f"{path.name} has more than {MAX_MEMBERS} members: that is no class.")
            found = Collected(_kind(members, path), lesson)
            _take(archive, members, found)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ArchiveError(f"{path.name} is no zip archive that can be read ({error}): download it again.") from None
    return found


def _kind(members: list[zipfile.ZipInfo], path: Path) -> str:
    """Return the LMS after whose manner most members are named."""
    counts = Counter(kind for one in members for kind in NAMES if NAMES[kind].fullmatch(one.filename))
    if not counts:
        raise ArchiveError(f"{path.name} holds nothing that is named as Moodle or Canvas name hand-ins.")
    return counts.most_common(1)[0][0]


def _take(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], found: Collected) -> None:
    left, taken = MAX_BYTES, {}
    for one in members:
        reason, match = _refused(one), NAMES[found.kind].fullmatch(one.filename)
        if reason or not match:
            found.notes.append(f"{_shown(one)}: {reason or f'not named as {found.kind} does'}")
            continue
        if not parts(match["file"])[1]:
            found.notes.append(f"{_shown(one)}: neither a notebook nor an answer file")
            continue
        try:
            with archive.open(one) as file:
                data = file.read(min(handin.MAX_BYTES, left) + 1)  # what the header says is not believed
        except Exception as error:  # each way to pack has errors of its own
            found.notes.append(f"{_shown(one)}: cannot be read ({type(error).__name__})")
            continue
        left -= len(data)
        who = match["name"], match["id"]
        if len(data) + sum(map(len, taken.get(who, {}).values())) > handin.MAX_BYTES:
            found.notes.append(f"{_shown(one)}: larger than {handin.MAX_BYTES // 2**20} MiB, with what came before it")
            continue
        if left < 0:
            found.notes.append(f"{_shown(one)}: the archive unfolds to more than {MAX_BYTES // 2**30} GiB")
            continue
        taken.setdefault(who, {})[_file_name(match["file"])] = data
    folders = Counter(name_of(name).casefold() for name, _ in taken)
    shared = {_unnumbered(name) for name, count in folders.items() if count > 1}
    for (name, number), members in taken.items():
        student = name_of(name)
        if found.kind == CANVAS or _unnumbered(student) in shared:  # Canvas numbers people, Moodle numbers hand-ins
            student = f"{student} {number}"
        found.students[student], found.files[student] = number, members


def _unnumbered(student: str) -> str:
    """Return a name without numbers at its end: somebody may be called as somebody else is numbered."""
    return re.sub(r"(?: \d+)+$", "", student).casefold()


def _refused(one: zipfile.ZipInfo) -> str:
    """Return why a member is not touched; nothing for an ordinary one."""
    parts = re.split(r"[/\\]", one.filename)
    if one.filename.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", one.filename):
        return "its name leads out of the archive"
    if "\\" in one.filename:
        return "its name holds a backslash"
    if stat.S_ISLNK(one.external_attr >> 16):
        return "a link"
    return "encrypted" if one.flag_bits & 1 else ""


def _shown(one: zipfile.ZipInfo) -> str:
    return clean(one.filename)[:80]


def _file_name(name: str) -> str:
    """Return a name for a file of a hand-in, without characters that mean something to a system."""
    stem, kind = parts(name)
    short = re.sub(r"[^\w.-]+", "_", stem).strip(".").encode()[:80].decode(errors="ignore")
    return (short or "notebook") + kind


# --------------------------------------------------------------------------- into the class


def collect(folder: ClassFolder, found: Collected) -> Iterator[tuple[str, str]]:
    """Put hand-ins into the class folder; yield each student and what became of it.

    What was there before is kept in ``earlier/``.
    """
    for student, members in sorted(found.files.items()):
        place = folder.submitted / student / found.lesson
        if len(members) == 1:
            ((name, data),) = members.items()
            members = {f"{found.lesson}{parts(name)[1]}": data}
        before = _files(place)
        if before == members:
            yield student, "as before"
            continue
        if before:
            _set_aside(folder, student, found.lesson)
        place.mkdir(parents=True, exist_ok=True)
        for name, data in members.items():
            (place / name).write_bytes(data)
        yield student, "new" if not before else "newer; the one before is in earlier/"
    if found.students:
        _remember(folder, found)


def _files(place: Path) -> dict[str, bytes | None]:
    """Return what lies in a place: the bytes of ordinary files, and nothing of what is none."""
    if not place.is_dir():
        return {}
    return {path.name: path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else None for path in place.iterdir()}


def _set_aside(folder: ClassFolder, student: str, lesson: str) -> None:
    place = folder.root / "earlier" / student / lesson
    place.mkdir(parents=True, exist_ok=True)
    os.replace(folder.submitted / student / lesson, place / str(len(list(place.iterdir())) + 1))


def _remember(folder: ClassFolder, found: Collected) -> None:
    known = numbers(folder)
    known.setdefault(found.kind, {}).setdefault(found.lesson, {}).update(found.students)
    files.write(folder.root / "lms.json", json.dumps(known, indent=1, ensure_ascii=False) + "\n")


def numbers(folder: ClassFolder) -> dict[str, dict[str, dict[str, str]]]:
    """Return the numbers that an LMS knows hand-ins by: by LMS, lesson and student."""
    return folder.load("lms.json", "collect again")
