"""The process that workers are forked from; it loads what they need while this one loads what it needs itself."""

from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext

WORK = ["grader.instructor.work", "matplotlib.backends.backend_agg", "matplotlib.figure"]


def context() -> ForkServerContext:
    """Return a context whose workers are forked from a process that has loaded the modules of `WORK`."""
    made = get_context("forkserver")
    made.set_forkserver_preload(WORK)
    return made


def start() -> None:
    """Start that process, if it is not there, and do not wait for it."""
    context()
    forkserver.ensure_running()
