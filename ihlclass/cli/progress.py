"""How far long work has come."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import typer

#: Rejected reports named on standard error; all stand in rejected.jsonl.
REJECTIONS_SHOWN = 20


class StageProgress:
    """A bar a stage with the time left, on standard error; elsewhere than on a terminal a line for each tenth."""

    def __enter__(self) -> StageProgress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._tasks: dict[str, Any] = {}
        self._started: dict[str, float] = {}
        self._tenths: dict[str, int] = {}
        self._bar.start()
        return self

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take in that of a stage so many steps of so many are done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
            self._started[stage] = time.monotonic()
        tenth = done * 10 // max(1, total)
        if not sys.stderr.isatty() and tenth > self._tenths.get(stage, -1):
            self._tenths[stage] = tenth
            spent_s = time.monotonic() - self._started[stage]
            left = f", about {spent_s * (total - done) / done / 60:.0f} min left" if tenth and done < total else ""
            typer.echo(f"{stage}: {done:,} of {total:,}{left}", err=True)
        self._bar.update(self._tasks[stage], completed=done)

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()


class ReportProgress:
    """On standard error: a bar with the share of bytes done and the time left (only on a terminal), and rejections.

    Parameters
    ----------
    total
        Gives the bytes of all reports, None where that is not known; asked for only on a terminal.
    """

    def __init__(self, total: Callable[[], int | None]) -> None:
        self._total = total
        self._rejected = 0

    def __enter__(self) -> ReportProgress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        shown = sys.stderr.isatty()
        self._bar = Progress(
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            disable=not shown,
            transient=True,
        )
        self._task = self._bar.add_task("reading", total=self._total() if shown else None)
        self._bar.start()
        return self

    def done(self, done_bytes: int) -> None:
        """Take in how many bytes are done."""
        self._bar.update(self._task, completed=done_bytes)

    def rejected(self, where: str, message: str) -> None:
        """Name a rejected report, or after `REJECTIONS_SHOWN` of them say that there are more."""
        from ihlclass.cli.show import plain

        self._rejected += 1
        if self._rejected <= REJECTIONS_SHOWN:
            line = plain(f"rejected: {where}: {message}")
        elif self._rejected == REJECTIONS_SHOWN + 1:
            line = "rejected: more reports, not named here; all stand in rejected.jsonl"
        else:
            return
        self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __call__(self, counts: Counter[str]) -> None:
        """Take in the counts of `ihlclass.batch.BatchRun`."""
        description = f"{counts['reports']} reports, {counts['incidents']} incidents, {counts['rejected']} rejected"
        self._bar.update(self._task, description=description)

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()
