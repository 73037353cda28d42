"""How far long work has come: shared by the commands that train and check."""

from __future__ import annotations

import sys
import time
from typing import Any

import typer


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
        self._bar.start()
        return self

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take in that of a stage so many steps of so many are done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
            self._started[stage] = time.monotonic()
        if not sys.stderr.isatty() and (done == 0 or done * 10 // total > (done - 1) * 10 // total):
            spent_s = time.monotonic() - self._started[stage]
            left = f", about {spent_s * (total - done) / done / 60:.0f} min left" if 0 < done < total else ""
            typer.echo(f"{stage}: {done} of {total}{left}", err=True)
        self._bar.update(self._tasks[stage], completed=done)

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()
