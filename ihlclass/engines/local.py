"""Workers that are processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotInTimeError
from multiprocessing import connection
from typing import Any

from ihlclass.encoder import usable_cores
from ihlclass.engines.engine import Engine, WorkerKilledError, WorkersLostError
from ihlclass.engines.work import Model
from ihlclass.errors import UsageError
from ihlclass.outcomes import Outcome
from ihlclass.types import Report

#: Windows waits for no more processes at once.
MOST_ON_WINDOWS = 61


def local_engine(workers: int | None = None) -> Engine:
    """Processes on this machine.

    Parameters
    ----------
    workers
        Number of processes; the usable cores where None.

    Raises
    ------
    UsageError
        If `workers` is less than 1.
    """
    if workers is not None and workers < 1:
        raise UsageError(f"--workers {workers}: must be 1 or more")
    number = workers or usable_cores()
    if sys.platform == "win32":
        number = min(number, MOST_ON_WINDOWS)
    return Engine(lambda careful: Processes(1 if careful else number))


class Processes:
    """A pool of processes, each of which ends when the pool is closed or the process that made it is gone.

    They are forked from a server process, or spawned where there is none: threads do not survive a plain fork.
    """

    def __init__(self, number: int) -> None:
        kinds = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
        self._number = number
        reader, self._writer = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(number, mp_context=context, initializer=_obey, initargs=(reader,))

    def submit(self, work: Any, reports: Sequence[Report], model: Model) -> Future[list[Outcome]]:
        """Give reports out."""
        try:
            return self._executor.submit(work, reports, model)
        except BrokenExecutor as error:
            raise WorkerKilledError("a process died") from error
        except (OSError, EOFError) as error:  # no more processes, or files, may be opened
            raise WorkersLostError(f"no process can be started: {error}") from error

    def done(self, given: Future[list[Outcome]]) -> bool:
        """Whether they are classified, or never will be."""
        return given.done()

    def result(self, given: Future[list[Outcome]], timeout_s: float) -> list[Outcome] | None:
        """Return the outcomes, or None where they are not there in time."""
        try:
            return given.result(timeout_s)
        except NotInTimeError:
            return None
        except (BrokenExecutor, CancelledError) as error:
            raise WorkerKilledError("a process died") from error

    def number(self) -> int:
        """How many processes there are."""
        return self._number

    def close(self) -> None:
        """End the processes, at work or not."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._writer.close()


def _obey(reader: Any) -> None:
    """Let a worker leave Ctrl-C to its parent, and end when the pool is closed or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    until = [reader] if parent is None else [reader, parent.sentinel]

    def watch() -> None:
        connection.wait(until)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
