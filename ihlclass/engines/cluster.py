"""Workers that are those of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Any

from ihlclass.engines.engine import Engine
from ihlclass.errors import MissingExtraError


def dask_engine(address: str) -> Engine:
    """Workers of a Dask cluster, by the address of its scheduler, such as ``tcp://10.0.0.5:8786``.

    Every worker needs the same ihlclass, bundle and gazetteer, at the same paths.

    Raises
    ------
    MissingExtraError
        If ``distributed`` is not installed (extra ``dask``).
    """
    try:
        from distributed import Client
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise MissingExtraError("The engine dask", "dask") from error
    connect: Any = Client

    class ClosingExecutor(Executor):
        """The cluster's executor; it takes its client with it."""

        def __init__(self, client: Any) -> None:
            self._client, self._inner = client, client.get_executor(pure=False, retries=0)

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = self._inner.submit(fn, *args, **kwargs)
            return future

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            self._inner.shutdown(wait=wait)
            self._client.close(timeout=5)

    def start() -> tuple[Executor, int]:
        client: Any = connect(address, timeout=10, set_as_default=False)
        try:
            client.wait_for_workers(1, timeout=30)
        except BaseException:
            client.close(timeout=5)
            raise
        return ClosingExecutor(client), max(1, sum(client.ncores().values()))

    lost = (BrokenExecutor, CancelledError, KilledWorker, CommClosedError, OSError, TimeoutError)
    return Engine(start, start, lost, (KilledWorker,))
