"""Workers that are those of a Dask cluster."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

from ihlclass.engines.engine import Engine, WorkerKilledError, WorkersLostError
from ihlclass.engines.work import Model
from ihlclass.errors import IhlclassError, MissingExtraError, UsageError
from ihlclass.outcomes import Outcome
from ihlclass.types import Report

#: Seconds for one try to reach the scheduler, for the first worker, and for which a number of workers is believed.
CONNECT_S, FIRST_WORKER_S, COUNTED_S = 10, 30, 5.0


def dask_engine(address: str) -> Engine:
    """Workers of a Dask cluster, by the address of its scheduler, such as ``tcp://10.0.0.5:8786``.

    Scheduler and workers need the same ihlclass; workers the same bundle and gazetteer, at the same paths.

    Raises
    ------
    MissingExtraError
        If ``distributed`` is not installed (extra ``dask``).
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("The engine dask", "dask") from error
    return Engine(lambda careful: Cluster(address))


class Cluster:
    """A client of a scheduler; its workers are not ours, and stay when it is closed."""

    def __init__(self, address: str) -> None:
        from distributed import Client

        connect: Any = Client
        try:
            self._client: Any = connect(address, timeout=CONNECT_S, set_as_default=False)
        except ValueError as error:
            raise UsageError(f"--scheduler {address}: is no address such as tcp://10.0.0.5:8786 ({error})") from error
        except (OSError, TimeoutError) as error:
            raise WorkersLostError(f"the scheduler at {address} does not answer") from error
        self._counted, self._workers = 0.0, 0
        try:
            self._client.wait_for_workers(1, timeout=FIRST_WORKER_S)
            self.number()
        except BaseException as error:
            self.close()
            if isinstance(error, Exception):
                raise WorkersLostError(f"the scheduler at {address} has no workers") from error
            raise

    def submit(self, work: Any, reports: Sequence[Report], model: Model) -> Any:
        """Give reports out."""
        try:
            return self._client.submit(work, reports, model, pure=False, retries=0)
        except Exception as error:  # the client has closed itself, for one
            raise WorkersLostError(f"the scheduler is out of reach ({type(error).__name__})") from error

    def done(self, given: Any) -> bool:
        """Whether they are classified, or never will be."""
        return bool(given.done())

    def result(self, given: Any, timeout_s: float) -> list[Outcome] | None:
        """Return the outcomes, or None where they are not there in time."""
        from distributed.scheduler import KilledWorker

        try:
            found: list[Outcome] = given.result(timeout=timeout_s)
            return found
        except KilledWorker as error:
            raise WorkerKilledError("a worker died on every try") from error
        except IhlclassError:
            raise
        except TimeoutError as error:
            if given.status == "pending":
                return None
            raise WorkersLostError("a result cannot be fetched") from error
        except (CancelledError, OSError) as error:
            raise WorkersLostError(f"a shard was lost ({type(error).__name__})") from error
        except Exception as error:
            if given.status in ("cancelled", "lost", "pending"):
                raise WorkersLostError(f"a shard was lost ({type(error).__name__})") from error
            raise UsageError(
                f"the cluster cannot run the task ({type(error).__name__}); its scheduler and workers need the same "
                "ihlclass as here"
            ) from error

    def number(self) -> int:
        """How many threads the workers have together."""
        if time.monotonic() - self._counted > COUNTED_S:
            try:
                self._workers = sum(self._client.ncores().values())
            except Exception as error:
                raise WorkersLostError(f"the scheduler is out of reach ({type(error).__name__})") from error
            self._counted = time.monotonic()
        return self._workers

    def close(self) -> None:
        """Give up what is out, and part from the scheduler."""
        with suppress(Exception):
            self._client.close(timeout=5)
