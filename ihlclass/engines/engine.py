"""Give shards of reports out to workers, and take what comes of them back in order, whatever happens to the workers."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ihlclass.engines.work import Item, Model, classify, shards
from ihlclass.errors import OutputError, ReportError
from ihlclass.outcomes import Outcome, failed, unread
from ihlclass.types import Report

logger = logging.getLogger(__name__)

#: Shards that are out for each worker: one at work, the others waiting, so that it never idles.
AHEAD = 3
#: Seconds for which workers that are away are waited for.
PATIENCE_S = 120.0
#: So often in a row workers are started anew before the shards that are out are done one report at a time.
TRIES = 2
#: So often in a row, and then the run ends.
LAST_TRY = 8
#: Workers that die on one report, alone with it, before it is rejected.
DEATHS = 2

Work = Callable[[Sequence[Report], Model], list[Outcome]]


class WorkersLostError(Exception):
    """Workers have died, or are out of reach."""


class WorkerKilledError(WorkersLostError):
    """A worker's process has died while it was at work."""


class Pool(Protocol):
    """Workers that have been started; every method may raise WorkersLostError."""

    def submit(self, work: Work, reports: Sequence[Report], model: Model) -> Any:
        """Give reports out; return what stands for the outcomes."""

    def done(self, given: Any) -> bool:
        """Whether `result` would not wait."""

    def result(self, given: Any, timeout_s: float) -> list[Outcome] | None:
        """Return the outcomes, or None where they are not there in time."""

    def number(self) -> int:
        """How many workers there are just now."""

    def close(self) -> None:
        """End the workers, or let them go, at once; what is out is given up. Never raises."""


@dataclass
class Engine:
    """Workers to classify with.

    Parameters
    ----------
    start
        Starts workers; just one where it is told to be careful.
    work
        What a worker does with a shard.
    """

    start: Callable[[bool], Pool]
    work: Work = classify

    def outcomes(self, items: Iterable[Item], model: Model) -> Iterator[tuple[Item, Outcome]]:
        """Yield every item with what came of it, in order.

        Raises
        ------
        OutputError
            If no workers can be had, or they die again and again; the run can go on later.
        BundleError, UsageError
            If a worker has another bundle, gazetteer or version.
        """
        waiting, source, failures = deque[list[Item]](), _Source(items), 0
        while waiting or not source.ended:
            careful = failures > TRIES
            pool = self._started(careful)
            try:
                if careful:
                    for shard, outcomes in self._one_by_one(pool, waiting, model):
                        yield from zip(shard, outcomes, strict=True)
                    failures = 0
                    continue
                for shard, outcomes in self._through(pool, waiting, source, model):
                    failures = 0
                    yield from zip(shard, outcomes, strict=True)
            except WorkersLostError as error:
                failures += 1
                if failures > LAST_TRY:
                    raise OutputError(
                        f"workers are lost again and again ({error}); what was finished is whole: see to them (is "
                        "there memory enough?), then go on with --resume"
                    ) from error
                logger.warning("workers were lost (%s); their reports are given out again", error)
            finally:
                pool.close()
        if source.error is not None:
            raise source.error

    def _through(
        self, pool: Pool, waiting: deque[list[Item]], source: _Source, model: Model
    ) -> Iterator[tuple[list[Item], list[Outcome]]]:
        """Give shards out and take them back; what is in `waiting` at the end has not come back."""
        out = deque(self._submit(pool, shard, model) for shard in waiting)
        while True:
            while len(out) < max(1, pool.number()) * AHEAD and not (out and _done(pool, out[0])):
                if (shard := source.next()) is None:
                    break
                waiting.append(shard)
                out.append(self._submit(pool, shard, model))
            if not out:
                return
            outcomes = _put_together(waiting[0], self._result(pool, out[0]))
            out.popleft()
            yield waiting.popleft(), outcomes

    def _one_by_one(
        self, pool: Pool, waiting: deque[list[Item]], model: Model
    ) -> Iterator[tuple[list[Item], list[Outcome]]]:
        """Do what is waiting one report at a time, so that the one on which workers die is known."""
        replaced: Pool | None = None
        try:
            self._warm(pool, model)
            while waiting:
                outcomes: list[Outcome] = []
                for item in waiting[0]:
                    for deaths in range(1, DEATHS + 1):
                        try:
                            given = self._submit(replaced or pool, [item], model)
                            outcomes += _put_together([item], self._result(replaced or pool, given))
                            break
                        except WorkerKilledError as error:
                            (replaced or pool).close()
                            replaced = self._started(True)
                            self._warm(replaced, model)  # where this fails it is no fault of the report
                            if deaths == DEATHS and isinstance(item, Report):
                                logger.warning("%s: workers die on this report (%s)", item.name, error)
                                outcomes.append((failed(item, "its worker died: out of memory?"), []))
                yield waiting.popleft(), outcomes
        finally:
            if replaced is not None:
                replaced.close()

    def _warm(self, pool: Pool, model: Model) -> None:
        """Let a worker load the model, before any report can be blamed for its death."""
        self._result(pool, pool.submit(self.work, [], model))

    def _submit(self, pool: Pool, shard: Sequence[Item], model: Model) -> Any:
        """Give out a shard; what is no report is no work for a worker."""
        reports = [item for item in shard if isinstance(item, Report)]
        return pool.submit(self.work, reports, model) if reports else None

    def _result(self, pool: Pool, given: Any) -> list[Outcome]:
        """Wait for a shard, but not for ever where no worker is left."""
        alone_since = None
        while given is not None:
            found = pool.result(given, 1.0)
            if found is not None:
                return found
            if pool.number() > 0:
                alone_since = None
            elif alone_since is None:
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since > PATIENCE_S:
                raise WorkersLostError("no worker is left")
        return []

    def _started(self, careful: bool) -> Pool:
        begun, pause = time.monotonic(), 0.5
        while True:
            try:
                return self.start(careful)
            except WorkersLostError as error:
                if time.monotonic() - begun > PATIENCE_S:
                    raise OutputError(
                        f"no workers can be had: {error}; what was finished is whole: see to them, then go on with "
                        "--resume"
                    ) from error
                if pause < 1:
                    logger.warning("no workers yet: %s; waiting for them up to %.0f s", error, PATIENCE_S)
                time.sleep(pause)
                pause = min(2 * pause, 10.0)


class _Source:
    """Shards of the reports. An error in reading them is kept until all that was read before is done."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._shards = shards(items)
        self.ended = False
        self.error: Exception | None = None

    def next(self) -> list[Item] | None:
        if self.ended:
            return None
        try:
            shard = next(self._shards, None)
        except Exception as error:
            shard, self.error = None, error
        self.ended = shard is None
        return shard


def _done(pool: Pool, given: Any) -> bool:
    return given is None or pool.done(given)


def _put_together(shard: Sequence[Item], outcomes: Sequence[Outcome]) -> list[Outcome]:
    found = iter(outcomes)
    return [(unread(item), []) if isinstance(item, ReportError) else next(found) for item in shard]
