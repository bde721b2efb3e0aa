"""A Dask cluster as another way to run the work: workers need the package, and no file of the class."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

SECONDS = 20


class NoCluster(RuntimeError):
    """A cluster that cannot be used; the message is one sentence."""


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """Yield an executor over the workers of a Dask scheduler, and how many of them there are.

    Raises:
        NoCluster: when Dask is not installed, or nobody answers, or there is no worker.

    """
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster("--scheduler needs Dask: run pip install -e '.[cluster]' in the course's folder.") from None
    try:
        client = Client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise NoCluster(
            f"No Dask scheduler answers at {address} ({type(error).__name__}): look at the address."
        ) from None
    with client:
        workers = len(client.scheduler_info()["workers"])
        if not workers:
            raise NoCluster(f"The scheduler at {address} has no worker: start one with dask worker {address}.")
        print(f"{workers} workers of {address}; each of them proves its own confinement")
        yield client.get_executor(retries=2, pure=False), workers
