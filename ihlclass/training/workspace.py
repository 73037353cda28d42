"""The folder in which a bundle is being made: kept when a run is interrupted, so that the next one goes on there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from ihlclass.errors import IhlclassError, OutputError, UsageError, is_full

KEY_FILE = "run.key"
#: A disk with fewer bytes free is full.
LEAST_FREE = 2**20


class Workspace:
    """A context that hands out a folder beside `target`, and removes it once the run is done.

    A run with the same key finds what an interrupted one had finished; with another key it starts anew. Two runs at
    once for one target are refused.

    Parameters
    ----------
    target
        Where the bundle will be put. The folder is ``.NAME.training`` beside it.
    key
        What decides the result: config, data, label scheme, versions.

    Attributes
    ----------
    path
        The folder.
    resumed
        Whether an interrupted run left something here.
    """

    def __init__(self, target: Path, key: str) -> None:
        self.path = target.with_name(f".{target.name}.training")
        self.resumed = False
        self._key = key

    def __enter__(self) -> Workspace:
        from filelock import FileLock, Timeout

        self._lock = FileLock(self.path.with_name(self.path.name + ".lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise UsageError(
                f"{self.path}: another training run is at work there; wait for it, or choose another output"
            ) from error
        kept = self.path / KEY_FILE
        if not kept.is_file() or kept.read_text(encoding="utf-8") != self._key:
            shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir(parents=True)
            kept.write_text(self._key, encoding="utf-8")
        self.resumed = self._holds_something()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        full = _full(error, self.path.parent) if isinstance(error, Exception) else None
        if kind is None or not self._holds_something():
            shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()
        Path(self._lock.lock_file).unlink(missing_ok=True)
        if full:
            raise OutputError(
                f"{full}: no room left to train there; make room, and the same command goes on after the last finished "
                "epoch"
            ) from error

    def _holds_something(self) -> bool:
        return self.path.is_dir() and any(file.name != KEY_FILE for file in self.path.iterdir())


def _full(error: Exception, folder: Path) -> Path | None:
    """Where there is no room: libraries raise errors of their own for a full disk, so it is looked at."""
    if is_full(error) or "os error 28" in str(error):  # as safetensors says it
        return folder
    if isinstance(error, IhlclassError):
        return None
    places = (folder, Path(tempfile.gettempdir()))
    return next((place for place in places if shutil.disk_usage(place).free < LEAST_FREE), None)


def save_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside `path` and move it there once it is whole."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
