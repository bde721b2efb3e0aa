"""Confine this process with Landlock: it keeps the folders it is given and loses all others, and TCP.

Standard library only, and no policy: launch.py loads this file by its path, before anything of a
student is read. Rights and numbers are those of Linux' uapi/linux/landlock.h; the three system
calls have the same numbers on x86-64 and on ARM.
"""

import ctypes
import os
import resource
import struct
import sys
from contextlib import suppress
from pathlib import Path

CREATE, ADD, RESTRICT = 444, 445, 446
READ = 0b1101  # execute, read a file, list a folder
FILE_ONLY = 0b1 | 0b10 | 0b100 | 1 << 14 | 1 << 15  # rights that a file can have; folders have all
RIGHTS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
GIB = 2**30
LIMITS = {
    resource.RLIMIT_AS: 8 * GIB,
    resource.RLIMIT_FSIZE: 100 * 2**20,
    resource.RLIMIT_CPU: 600,
    resource.RLIMIT_CORE: 0,
}

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Return the version of Landlock that this kernel offers; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    found = _libc.syscall(CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(found, 0)


def limit() -> None:
    """Bound memory, file size, processor time and core dumps of this process and its children."""
    for which, value in LIMITS.items():
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):  # a system may know a limit and refuse to set it
            resource.setrlimit(which, (value, value))


def leave_network() -> bool:
    """Move this process into a network of its own, with nothing in it; say whether the kernel allowed it.

    Other processes' sockets are then not even listed. Root needs no user namespace for it.
    """
    new_user, new_network = 0x10000000, 0x40000000
    return any(_libc.unshare(flags) == 0 for flags in (new_network, new_user | new_network))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none gets away."""
    if sys.platform == "linux":
        _libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def confine(readable: list[str], writable: list[str]) -> None:
    """Give up all files but those below `readable` and `writable`, and all TCP, for good.

    Raises:
        OSError: when the kernel refuses; the process is then not confined and must not go on.

    """
    offered = version()
    rights = RIGHTS_BY_VERSION[min(offered, 5)]
    network, scope = (0b11 if offered >= 4 else 0), (0b11 if offered >= 6 else 0)
    attribute = struct.pack("=QQQ", rights, network, scope)[: 24 if offered >= 6 else 16 if offered >= 4 else 8]
    ruleset = _call(CREATE, ctypes.c_char_p(attribute), ctypes.c_size_t(len(attribute)), ctypes.c_uint32(0))
    for places, granted in ((readable, READ), (writable, rights)):
        for place in places:
            _allow(ruleset, place, granted & rights)
    if _libc.prctl(38, 1, 0, 0, 0):  # PR_SET_NO_NEW_PRIVS
        raise OSError(ctypes.get_errno(), "no_new_privs")
    _call(RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(ruleset: int, place: str, rights: int) -> None:
    if not Path(place).exists():
        return
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        granted = rights if Path(place).is_dir() else rights & FILE_ONLY
        rule = struct.pack("=Qi", granted, descriptor)
        _call(ADD, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.c_char_p(rule), ctypes.c_uint32(0))
    finally:
        os.close(descriptor)


def _call(number: int, *arguments) -> int:
    result = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock system call {number}")
    return result
