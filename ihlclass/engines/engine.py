"""Give shards of reports out to workers, and take what comes of them back in order, whatever happens to the workers."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass

from ihlclass.engines.work import Item, Model, classify, shards
from ihlclass.errors import OutputError, ReportError
from ihlclass.outcomes import Outcome, failed
from ihlclass.types import Report

logger = logging.getLogger(__name__)

#: Shards that are out for each worker: one at work, the others waiting, so that it never idles.
AHEAD = 3
#: Seconds for which a cluster that is away is waited for.
PATIENCE_S = 120.0
#: So often in a row workers are started anew before the shards that are out are done one report at a time.
TRIES = 2
#: So often in a row, and then the run ends.
LAST_TRY = 12


@dataclass
class Engine:
    """Workers to classify with.

    Parameters
    ----------
    start
        Starts workers: gives an executor, and how many they are.
    careful
        Starts one worker, which does one report at a time.
    lost
        Errors that mean that workers have died or are out of reach.
    killed
        Those of them that a single report is to blame for, if it was alone.
    work
        What a worker does with a shard.
    """

    start: Callable[[], tuple[Executor, int]]
    careful: Callable[[], tuple[Executor, int]]
    lost: tuple[type[BaseException], ...]
    killed: tuple[type[BaseException], ...]
    work: Callable[[Sequence[Report], Model], list[Outcome]] = classify

    def outcomes(self, items: Iterable[Item], model: Model) -> Iterator[tuple[Item, Outcome]]:
        """Yield every item with what came of it, in order.

        Raises
        ------
        OutputError
            If no workers can be had, or they die again and again; the run can go on later.
        BundleError
            If a worker has another bundle.
        """
        waiting, failures = deque[list[Item]](), 0
        source = _source(items)
        while True:
            careful = failures > TRIES
            executor, workers = self._started(careful=careful)
            try:
                for shard, outcomes in self._through(executor, workers, waiting, source, model, careful=careful):
                    failures = 0
                    yield from zip(shard, outcomes, strict=True)
                    if careful and not waiting:  # those that were out when workers died are done
                        break
                else:
                    return
            except OutputError:  # is an OSError, too
                raise
            except _SourceError as error:
                raise error.cause from None
            except self.lost as error:
                failures += 1
                if failures > LAST_TRY:
                    raise OutputError(
                        f"workers are lost again and again ({type(error).__name__}); what was finished is whole: go on "
                        "with --resume, perhaps with fewer workers"
                    ) from error
                logger.warning("workers were lost (%s); their reports are given out again", type(error).__name__)
            finally:
                executor.shutdown(wait=False, cancel_futures=True)

    def _through(
        self,
        executor: Executor,
        workers: int,
        waiting: deque[list[Item]],
        source: Iterator[list[Item] | None],
        model: Model,
        *,
        careful: bool,
    ) -> Iterator[tuple[list[Item], list[Outcome]]]:
        """Give shards out and take them back; what is in `waiting` at the end has not come back."""
        if careful:
            yield from self._one_by_one(executor, waiting, model)
            return
        out = deque(self._submit(executor, shard, model) for shard in waiting)
        while True:
            while len(out) < workers * AHEAD and (more := next(source, None)) is not None:
                waiting.append(more)
                out.append(self._submit(executor, more, model))
            if not out:
                return
            outcomes = out[0].result()
            out.popleft()
            yield waiting.popleft(), outcomes

    def _one_by_one(
        self, executor: Executor, waiting: deque[list[Item]], model: Model
    ) -> Iterator[tuple[list[Item], list[Outcome]]]:
        """Do what is waiting one report at a time, so that the one on which workers die is known."""
        try:
            while waiting:
                shard = waiting[0]
                outcomes = []
                for item in shard:
                    try:
                        outcomes += self._submit(executor, [item], model).result()
                    except self.killed as error:
                        assert isinstance(item, Report)
                        logger.warning("%s: a worker died on this report", item.name)
                        outcomes.append((failed(item, f"its worker died: {type(error).__name__}"), []))
                        executor.shutdown(wait=False, cancel_futures=True)
                        executor, _ = self._started(careful=True)
                waiting.popleft()
                yield shard, outcomes
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def _started(self, *, careful: bool) -> tuple[Executor, int]:
        begun, pause = time.monotonic(), 0.5
        while True:
            try:
                return self.careful() if careful else self.start()
            except self.lost as error:
                if time.monotonic() - begun > PATIENCE_S:
                    raise OutputError(
                        f"no workers can be had ({type(error).__name__}); what was finished is whole: see to the "
                        "cluster, then go on with --resume"
                    ) from error
                time.sleep(pause)
                pause = min(2 * pause, 10.0)

    def _submit(self, executor: Executor, shard: Sequence[Item], model: Model) -> Future[list[Outcome]]:
        """Give out a shard; what is no report is no work for a worker."""
        reports = [item for item in shard if isinstance(item, Report)]
        given = executor.submit(self.work, reports, model) if reports else None
        whole: Future[list[Outcome]] = Future()

        def put_together(done: Future[list[Outcome]] | None) -> None:
            if done is not None and (done.cancelled() or done.exception() is not None):
                whole.set_exception(CancelledError() if done.cancelled() else done.exception())
                return
            found = iter(done.result() if done is not None else ())
            whole.set_result([next(found) if isinstance(item, Report) else _told(item) for item in shard])

        if given is None:
            put_together(None)
        else:
            given.add_done_callback(put_together)
        return whole


def _told(error: ReportError) -> Outcome:
    return {"report": error.where, "status": "rejected", "reason": error.reason, "message": error.message}, []


class _SourceError(Exception):
    """The reports cannot be read on: no fault of the workers, whatever kind of error it is."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _source(items: Iterable[Item]) -> Iterator[list[Item] | None]:
    try:
        yield from shards(items)
    except Exception as error:
        raise _SourceError(error) from error
