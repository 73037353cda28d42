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


def about(seconds: float) -> str:
    """Say a time no finer than an estimate is: ``less than 1 min``, ``about 25 min``, ``about 1 h 50 min``."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than 1 min"
    if minutes > 10:
        step = 5 if minutes < 60 else 10
        minutes = round(seconds / 60 / step) * step
    hours, minutes = divmod(minutes, 60)
    return "about " + " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes))


class StageProgress:
    """A bar a stage with the time left, on standard error; elsewhere than on a terminal a line for each tenth.

    Where it is known, the time left in all stands below the bars, or at the end of each line.
    """

    def __enter__(self) -> StageProgress:
        from rich.console import Console, Group
        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.text import Text

        self._shown, self._whole = sys.stderr.isatty(), ""
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._live = Live(
            console=Console(stderr=True),
            get_renderable=lambda: Group(self._bar, Text(self._whole)) if self._whole else self._bar,
        )
        self._tasks: dict[str, Any] = {}
        self._started: dict[str, tuple[float, int]] = {}
        self._tenths: dict[str, int] = {}
        if self._shown:
            self._live.start()
        return self

    def whole(self, left_s: float | None) -> None:
        """Take in how many seconds are left in all, about; None where that is not known. None left is not said."""
        self._whole = f"{about(left_s)} left in all" if left_s else ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take in that of a stage so many steps of so many are done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
            self._started[stage] = time.monotonic(), done
        tenth = done * 10 // max(1, total)
        if not self._shown and tenth > self._tenths.get(stage, -1):
            self._tenths[stage] = tenth
            began, before = self._started[stage]
            step_s = (time.monotonic() - began) / (done - before) if done > before else None
            left = f"{about(step_s * (total - done))} left" if step_s is not None and done < total else ""
            typer.echo(", ".join(filter(None, [f"{stage}: {done:,} of {total:,}", left, self._whole])), err=True)
        self._bar.update(self._tasks[stage], completed=done)

    def __exit__(self, *exception: object) -> None:
        self._whole = ""
        if self._shown:
            self._live.stop()


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
