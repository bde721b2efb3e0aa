"""Hidden givens: other numbers for the second run, drawn for each student from the class's secret."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from random import Random

from grader.judge.exercises import LESSONS
from grader.judge.model import Givens


class NoSecret(ValueError):
    """A file that should hold the secret of a class, and does not; the message is one sentence."""


def secret(path: Path) -> bytes:
    """Return the secret of a class; make one, readable by its owner only, when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
    try:
        found = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError):
        found = b""
    if len(found) < 32:
        raise NoSecret(f"{path} holds no secret: remove it, and grade the class again from the start.")
    return found


def _make(path: Path) -> None:
    """Put a new secret at `path` in one move; one that another process put there first stays."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    with suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()


def draw(key: bytes, lesson: str, student: str) -> dict[str, Givens]:
    """Return the hidden givens of a lesson for one student, by exercise."""
    found = {}
    for one in LESSONS[lesson]:
        if one.draw is not None:
            seed = hmac.new(key, f"{lesson}/{one.id}/{student}".encode(), hashlib.sha256).digest()
            found[one.id] = dict(one.draw(Random(seed)))
    return found
