"""Start a kernel that can import the course's core and nothing else of the course.

Run as a program, isolated (python -I), with the folder of the staged core as its first argument; it
imports nothing of the course itself. The instructor's part starts it, see runner.py.
"""

import sys


def main() -> None:
    """Take the instructor's checkout off the path, put the staged core on it, and become a kernel."""
    stage = sys.argv.pop(1)
    sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", "")]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if "editable" not in getattr(hook, "__module__", "")]
    for name in [name for name in sys.modules if name.startswith("__editable__")]:
        del sys.modules[name]
    sys.path[:] = [
        stage,
        *(entry for entry in sys.path if "site-packages" in entry or entry.startswith(sys.base_prefix)),
    ]

    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main()
