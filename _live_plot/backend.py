"""How pictures reach the reader, and the names under which Matplotlib finds ipympl."""

import os
from contextlib import suppress

VARIABLE = "LIVE_PLOT_BACKEND"
DRAFT = "application/vnd.downhill.draft+json"  # the kind of output that is a picture as data,
MAX_DRAFT = 2**20  # of so many characters at most; a larger one is drawn where it is made
BACKENDS = ("html", "png", "data", "none")


def backend() -> str:
    """Return how pictures are shown: "html" (players), "png" (still pictures), "data" (drafts) or "none".

    A draft is what a still picture shows, for a program that draws it later; with "none" nothing is drawn.
    The environment variable LIVE_PLOT_BACKEND chooses; players are the default.

    Raises:
        ValueError: when the variable says something else.

    """
    name = os.environ.get(VARIABLE) or "html"
    if name not in BACKENDS:
        raise ValueError(f"{VARIABLE}={name!r}: expected one of {', '.join(BACKENDS)}")
    return name


def in_notebook() -> bool:
    """Say whether there is a kernel that shows what is displayed."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and type(shell).__name__ not in ("TerminalInteractiveShell",)


def register_ipympl() -> None:
    """Let ``%matplotlib ipympl`` work where ipympl was installed after Matplotlib was imported.

    Matplotlib 3.9 and later read the list of backends once, and then know the long name of this one as
    "widget", which they do not know (github.com/googlecolab/colabtools/issues/5155).
    """
    with suppress(ImportError, AttributeError):
        from matplotlib.backends.registry import backend_registry

        for name in ("ipympl", "widget"):
            backend_registry._backend_to_gui_framework.setdefault(name, "unknown")
            backend_registry._name_to_module.setdefault(name, "module://ipympl.backend_nbagg")
