"""What a notebook has run so far: the source and the exception of each cell, newest last."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One executed cell: its source, and the name and text of the exception that ended it, if any."""

    source: str
    error: tuple[str, str] | None = None


@dataclass
class CellLog:
    """Collects the cells of one notebook session through IPython's ``post_run_cell`` event."""

    cells: list[Cell] = field(default_factory=list)
    limit: int = 1000

    def add(self, result) -> None:
        """Record one execution result of IPython."""
        error = result.error_before_exec or result.error_in_exec
        named = (type(error).__name__, str(error)) if isinstance(error, BaseException) else None
        self.cells.append(Cell(result.info.raw_cell or "", named))
        del self.cells[: -self.limit]


LOG = CellLog()


def listen() -> None:
    """Start the log, once, when this process is a notebook."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None and LOG.add not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", LOG.add)
