"""Files of strangers and our own: read within bounds, and written in one move."""

import os
import stat
from pathlib import Path

OPEN = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


class Unreadable(ValueError):
    """A file that is not read; the message is one sentence for the person who handed it in."""


class CannotWrite(OSError):
    """A file that cannot be written; the message is one sentence."""


def read(path: Path, limit: int) -> bytes:
    """Return the bytes of a regular file; never follow a link, and never wait for a pipe.

    Raises:
        Unreadable: when it is no regular file of its own, cannot be read, or exceeds `limit` bytes.

    """
    path = Path(path)
    try:
        descriptor = os.open(path, OPEN)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be opened ({error.strerror}): hand in the file itself.") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        os.close(descriptor)
        raise Unreadable(f"{path.name} is not a file of its own: hand in the file itself, no link.")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Unreadable(f"{path.name} is larger than {limit // 2**20} MiB: hand in the file the course wrote.")
    return data


def write(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` in one move, so that a crash leaves the old file or the new one.

    Raises:
        CannotWrite: with one sentence, when the folder cannot be written.

    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
        os.replace(temporary, path)
    except OSError as error:
        cure = "use a folder that is yours to write in, with room left"
        raise CannotWrite(f"{path} cannot be written ({error.strerror}): {cure}.") from None
