"""What a process can give up for good: folders, the network, system calls, memory, time.

Standard library only, and no policy: runtime.py loads this file by its path, before anything of a
student is read. Numbers are those of Linux' uapi/linux/landlock.h, seccomp.h and audit.h; the three
calls of Landlock have the same numbers on x86-64 and on ARM.
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
DEVICE_FILES = 1 << 6 | 1 << 11  # rights to make devices, which nobody gets
FILE_ONLY = 0b1 | 0b10 | 0b100 | 1 << 14 | 1 << 15  # rights that a file can have; folders have all
RIGHTS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
MIB = 2**20
MEMORY = 3072 * MIB  # of address space, beyond what the process has already
LIMITS = {
    resource.RLIMIT_FSIZE: 100 * MIB,
    resource.RLIMIT_CPU: 600,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 1024,
}

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Return the version of Landlock that this kernel offers; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    found = _libc.syscall(CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(found, 0)


def limit(*, own_user: bool) -> None:
    """Bound memory, files, processor time and core dumps of this process and its children.

    own_user: this process has a user to itself, whose processes may be counted.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * resource.getpagesize() + MEMORY
    limits = LIMITS | {resource.RLIMIT_AS: memory} | ({resource.RLIMIT_NPROC: 128} if own_user else {})
    for which, value in limits.items():
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


def die_with_parent(number: int = 9) -> None:
    """Ask Linux to send this process a signal when its parent ends; SIGKILL when no other is named."""
    if sys.platform == "linux":
        _libc.prctl(1, int(number), 0, 0, 0)  # PR_SET_PDEATHSIG


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
    for places, granted in ((readable, READ), (writable, rights & ~DEVICE_FILES)):
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


# --------------------------------------------------------------------------- system calls

# Numbers of x86-64 and of ARM (asm/unistd_64.h, asm-generic/unistd.h), and the mark of each in audit.h.
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
REFUSED = {  # calls that nothing in a notebook needs, with the error they get
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "unshare": (272, 97), "setns": (308, 268),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "mount_setattr": (442, 442), "memfd_create": (319, 279),
    "pidfd_getfd": (438, 438), "kcmp": (312, 272), "personality": (135, 92), "shmget": (29, 194),
    "shmat": (30, 196), "shmctl": (31, 195), "shmdt": (67, 197), "semget": (64, 190), "semop": (65, 193),
    "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188),
    "msgctl": (71, 187), "mq_open": (240, 180), "mq_unlink": (241, 181),
}  # fmt: skip
NO_NETWORK = {"socket": (41, 198)}
OF_FILES = {  # calls that Landlock lets through on files outside: refused to a process without a user of its own
    "chmod": (90, 52), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, 55),
    "fchown": (93, 55), "lchown": (94, 55), "fchownat": (260, 54), "utime": (132, 88), "utimes": (235, 88),
    "utimensat": (280, 88), "futimesat": (261, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "mknod": (133, 33), "mknodat": (259, 33), "inotify_add_watch": (254, 27),
}  # fmt: skip
OWN_ONLY = {  # calls that name a process in their first or second argument: this one alone is allowed, as zero
    "prlimit64": ((302, 261), 0), "sched_setaffinity": ((203, 122), 0), "sched_setscheduler": ((144, 119), 0),
    "sched_setparam": ((142, 118), 0), "sched_setattr": ((314, 274), 0), "setpriority": ((141, 140), 1),
    "ioprio_set": ((251, 30), 1),
}  # fmt: skip
CLONE3 = (435, 435)
CLONE = (56, 220)
NEW_NAMESPACES = 0x7E020000
EPERM, ENOSYS, ENETUNREACH = 1, 38, 101


def drop_capabilities() -> None:
    """Give up every right of root beyond its name, also for programs that are started later."""
    for number in range(64):
        _libc.prctl(24, number, 0, 0, 0)  # PR_CAPBSET_DROP
    machine = MACHINES.get(os.uname().machine)
    if sys.platform == "linux" and machine:
        head, nothing = struct.pack("=Ii", 0x20080522, 0), bytes(24)
        _libc.syscall(ctypes.c_long((126, 91)[machine[0]]), ctypes.c_char_p(head), ctypes.c_char_p(nothing))


def filter_calls(*, own_user: bool) -> bool:
    """Refuse system calls that reach beyond this process; say whether the filter stands.

    own_user: this process has a user to itself, so that files of others are out of its reach anyway.
    clone3 gets ENOSYS, so that the C library falls back to clone, whose flags a filter can read.
    """
    machine = MACHINES.get(os.uname().machine)
    if sys.platform != "linux" or machine is None:
        return False
    program = _program(*machine, {} if own_user else OF_FILES)
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("=HxxxxxxQ", len(program), ctypes.addressof(buffer))
    if _libc.prctl(38, 1, 0, 0, 0):
        return False
    return _libc.prctl(22, 2, ctypes.c_char_p(header), 0, 0) == 0  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def _program(column: int, mark: int, more: dict) -> list[tuple[int, int, int, int]]:
    """Return the filter as lines (code, jump if true, jump if false, value); each block ends in a return."""
    load, equal, any_bit, at_least, give = 0x20, 0x15, 0x45, 0x35, 0x06
    allow, refuse, kill = 0x7FFF0000, 0x00050000, 0x80000000
    number, architecture, argument = 0, 4, 16
    lines = [(load, 0, 0, architecture), (equal, 1, 0, mark), (give, 0, 0, kill), (load, 0, 0, number)]
    if column == 0:
        lines += [(at_least, 0, 1, 0x40000000), (give, 0, 0, refuse | ENOSYS)]  # the calls of x32
    errors = dict.fromkeys([*REFUSED.values(), *more.values()], EPERM) | dict.fromkeys(NO_NETWORK.values(), ENETUNREACH)
    for numbers, error in (errors | {CLONE3: ENOSYS}).items():
        lines += [(equal, 0, 1, numbers[column]), (give, 0, 0, refuse | error)]
    for numbers, which in OWN_ONLY.values():
        place = argument + 8 * which
        lines += [(equal, 0, 4, numbers[column]), (load, 0, 0, place), (equal, 1, 0, 0), (give, 0, 0, refuse | EPERM)]
        lines += [(give, 0, 0, allow)]
    lines += [(equal, 0, 4, CLONE[column]), (load, 0, 0, argument), (any_bit, 0, 1, NEW_NAMESPACES)]
    lines += [(give, 0, 0, refuse | EPERM), (give, 0, 0, allow)]
    return [*lines, (give, 0, 0, allow)]
