"""Workers that are processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor

from ihlclass.encoder import usable_cores
from ihlclass.engines.engine import Engine
from ihlclass.errors import UsageError


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
    kinds = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")

    def start(number: int) -> tuple[Executor, int]:
        return ProcessPoolExecutor(number, mp_context=context, initializer=_of_its_parent), number

    number = workers or usable_cores()
    lost = (BrokenExecutor, CancelledError)
    return Engine(lambda: start(number), lambda: start(1), lost, (BrokenExecutor,))


def _of_its_parent() -> None:
    """Let a worker leave Ctrl-C to its parent, and end when that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
