"""Start a kernel that can import the course's core, and can neither import nor read the rest of it.

Run as a program, isolated (python -I), with three arguments before the kernel's own: the folder of
the staged core, the folders the kernel may write to, joined by colons, and "confined" or "open".
runner.py starts it. It imports nothing of the course.
"""

import importlib.util
import sys
from pathlib import Path

RUNTIME = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts")
SYSTEM = ("/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/kernel", "/sys/devices/system")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


def main() -> None:
    """Take the instructor's checkout off the path, give up what is not needed, and become a kernel."""
    stage, writable, how = (sys.argv.pop(1) for _ in range(3))
    _forget_checkout()
    sys.path.insert(0, stage)
    confine = _load("confine")
    confine.limit()
    if how == "confined":
        alone = confine.leave_network()
        system = SYSTEM if alone else [place for place in SYSTEM if place != "/proc/self"]  # it lists sockets
        readable = [sys.prefix, sys.base_prefix, stage, *RUNTIME, *system]
        confine.confine(readable, [*writable.split(":"), *DEVICES])
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


def _forget_checkout() -> None:
    """Remove whatever makes an editable install of the course importable."""

    def editable(thing) -> bool:
        return "editable" in getattr(thing, "__module__", "")

    sys.meta_path[:] = [finder for finder in sys.meta_path if not editable(finder)]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if not editable(hook)]
    for name in [name for name in sys.modules if name.startswith("__editable__")]:
        del sys.modules[name]
    kept = (sys.base_prefix, sys.prefix + "/lib")
    sys.path[:] = [entry for entry in sys.path if entry.startswith(kept)]


def _load(name: str):
    """Load a module that lies beside this file, without making the folder importable."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
