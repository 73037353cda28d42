"""A run's results on disk: whole lines only, and a ledger that says how far every file goes.

After each report its incidents are written, then one line of the ledger ``reports.jsonl``. What stands beyond the
last ledger line was cut off in the middle and is removed; results that the ledger speaks of and that are missing or
altered are given up from there on, so that their reports are done again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from ihlclass.errors import OutputError, UsageError
from ihlclass.reports.walk import LEDGER, STATE

logger = logging.getLogger(__name__)

INCIDENTS, REJECTED, MANIFEST = "incidents.jsonl", "rejected.jsonl", "manifest.json"
#: Held while a run writes.
LOCK = ".run.lock"
#: Made of the incidents at the end.
CASES = "cases.jsonl"
RESULTS = (INCIDENTS, REJECTED)


class RunFolder:
    """The output folder of one run.

    Parameters
    ----------
    path
        New or empty, or with ``resume`` the folder of an earlier run of the same `identity`.
    identity
        What must be the same when a run goes on; JSON values by name.
    formats
        Tables to write; those of the earlier run are added.
    resume
        Go on with an earlier run.

    Attributes
    ----------
    started, resumed
        When the run was begun, and each time that it went on (UTC, ISO 8601).

    Raises
    ------
    UsageError
        If the folder cannot be used: it holds something, is not writable, damaged, belongs to another run, or
        another run writes into it.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any], formats: Iterable[str], *, resume: bool) -> None:
        self.path = path
        self.started, self.resumed = now(), list[str]()
        self.formats = list(formats)
        self._ends = dict.fromkeys((*RESULTS, LEDGER), 0)
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._is_free(resume=resume)  # before a lock is put there, and again when nobody else can come in
            self._lock = _locked(path)
            with ExitStack() as unless_used:
                unless_used.callback(self.release)
                self._begin(identity, goes_on=self._is_free(resume=resume))
                unless_used.pop_all()
        except (NotADirectoryError, FileExistsError) as error:
            raise UsageError(f"{path}: is a file, not a folder; choose another output folder") from error
        except OSError as error:
            raise UsageError(f"{path}: the output folder cannot be written ({error.strerror})") from error

    def _is_free(self, *, resume: bool) -> bool:
        """Whether an earlier run goes on here; an error where neither it nor a new one can."""
        goes_on = resume and (self.path / STATE).is_file()
        ours = (LOCK, part_of(self.path / STATE).name)
        if not goes_on and any(child.name not in ours for child in self.path.iterdir()):
            hint = "it is no interrupted run" if resume else "go on with --resume, or choose another folder"
            raise UsageError(f"{self.path}: the output folder is not empty; {hint}")
        return goes_on

    def _begin(self, identity: Mapping[str, Any], *, goes_on: bool) -> None:
        if goes_on:
            self._take_over(identity)
        self._read_ledger()
        state = {"identity": identity, "formats": self.formats, "started": self.started, "resumed": self.resumed}
        with replacing(self.path / STATE) as part:
            part.write_text(json.dumps(state), encoding="utf-8")
        self._files = {name: (self.path / name).open("ab", buffering=0) for name in self._ends}
        (self.path / MANIFEST).unlink(missing_ok=True)  # its presence says that the run is whole
        self._cut()

    def release(self) -> None:
        """Let other runs use the folder."""
        self._lock.release()

    def append(self, entry: Mapping[str, Any], incidents: list[dict[str, Any]], rejected: list[dict[str, Any]]) -> None:
        """Write what came of a report, then its ledger line: an `entry` with ``key``, ``report``, ``status``."""
        data = {INCIDENTS: b"".join(map(_line, incidents)), REJECTED: b"".join(map(_line, rejected))}
        ends = {name: self._ends[name] + len(data[name]) for name in RESULTS}
        data[LEDGER] = _line({**entry, "ends": ends, "rows": _digest(data)})
        with self.writing():
            for name, rows in data.items():  # the ledger last
                view = memoryview(rows)
                while view:
                    view = view[self._files[name].write(view) :]
        self._ends = {**ends, LEDGER: self._ends[LEDGER] + len(data[LEDGER])}

    def close(self) -> None:
        """Remove what is not whole and close the files."""
        with self.writing():
            self._cut()
            for file in self._files.values():
                file.close()

    def entries(self) -> Iterator[dict[str, Any]]:
        """Read the ledger, one entry at a time."""
        return read_rows(self.path / LEDGER)

    def incidents(self) -> Iterator[dict[str, Any]]:
        """Read the incidents back, one at a time."""
        return read_rows(self.path / INCIDENTS)

    def drop(self, stale: Callable[[dict[str, Any]], bool]) -> None:
        """Take out the ledger entries that `stale` is true of, with their results, once the files are closed."""
        with self.writing(), ExitStack() as stack:
            parts = {name: stack.enter_context(replacing(self.path / name)) for name in (LEDGER, *RESULTS)}
            with ExitStack() as open_files:
                old = {name: open_files.enter_context((self.path / name).open("rb")) for name in RESULTS}
                new = {name: open_files.enter_context(part.open("wb")) for name, part in parts.items()}
                before = dict.fromkeys(RESULTS, 0)
                for entry in self.entries():
                    rows = {name: old[name].read(entry["ends"][name] - before[name]) for name in RESULTS}
                    before = entry["ends"]
                    if not stale(entry):
                        for name in RESULTS:
                            new[name].write(rows[name])
                        new[LEDGER].write(_line({**entry, "ends": {name: new[name].tell() for name in RESULTS}}))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn a full disk, or whatever else keeps results from being written, into one line."""
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self.path}: the results cannot be written ({error.strerror or type(error).__name__}); what was "
                "finished is whole: make room, then go on with --resume"
            ) from error

    def _take_over(self, identity: Mapping[str, Any]) -> None:
        """Take in the state of the run that goes on."""
        try:
            state = json.loads((self.path / STATE).read_bytes())
            earlier, self.started = dict(state["identity"]), str(state["started"])
            self.resumed = [*map(str, state["resumed"]), now()]
            self.formats = list(dict.fromkeys([*map(str, state["formats"]), *self.formats]))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise UsageError(
                f"{self.path / STATE}: is damaged, so that the run cannot go on; choose another output folder"
            ) from error
        other = sorted(name for name in {*earlier, *identity} if earlier.get(name) != identity.get(name))
        if other:
            raise UsageError(
                f"{self.path}: --resume needs the same model and options as the run that it goes on with "
                f"({', '.join(other)} changed); choose another output folder"
            )

    def _read_ledger(self) -> None:
        """Find where each file should end: with the last ledger line up to which all results are there and whole."""
        with ExitStack() as stack:
            files: dict[str, IO[bytes]] = {name: io.BytesIO() for name in self._ends}
            files |= {
                name: stack.enter_context((self.path / name).open("rb"))
                for name in files
                if (self.path / name).is_file()
            }
            for number, line in enumerate(files[LEDGER], 1):
                if not line.endswith(b"\n"):
                    return
                entry = self._checked(line, number)
                rows = {name: files[name].read(entry["ends"][name] - self._ends[name]) for name in RESULTS}
                if entry["rows"] != _digest(rows):
                    lost = 1 + sum(1 for _ in files[LEDGER])
                    logger.warning(
                        "%s: results of %d reports are missing or altered; they are done again", self.path, lost
                    )
                    return
                self._ends = {**entry["ends"], LEDGER: self._ends[LEDGER] + len(line)}
            if not self._ends[LEDGER] and files[INCIDENTS].read(1):
                logger.warning("%s: the ledger is empty; all reports are done again", self.path / LEDGER)

    def _checked(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            entry: dict[str, Any] = json.loads(line)
            ends = {name: entry["ends"][name] for name in RESULTS}
            good = all(isinstance(end, int) and end >= self._ends[name] for name, end in ends.items())
            good = good and all(isinstance(entry[name], str) for name in ("key", "report", "status", "rows"))
        except (ValueError, TypeError, KeyError, RecursionError):
            good = False
        if not good:
            raise UsageError(
                f"{self.path / LEDGER}:{number}: the line is damaged; remove it and all that follow it, then --resume "
                "does those reports again"
            )
        return entry

    def _cut(self) -> None:
        for name, end in self._ends.items():
            if self._files[name].seek(0, os.SEEK_END) > end:
                self._files[name].truncate(end)


def _locked(path: Path) -> FileLock:
    """Take a folder for this run alone; the system gives it free when the process ends, however it does."""
    lock = FileLock(path / LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(
            f"{path}: another run is writing into this folder; wait for its end, or choose another one"
        ) from error
    return lock


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; what was written takes the place of `path` at once, or if that fails not at all."""
    part = part_of(path)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Where a file is written before it takes its place: hidden, beside it."""
    return path.with_name(f".{path.name.lstrip('.')}.part")


def now() -> str:
    """Return the time in UTC, ISO 8601, to the second."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _digest(rows: Mapping[str, bytes]) -> str:
    """Return what tells the results of one report from any others."""
    return hashlib.sha256(b"".join(rows[name] for name in RESULTS)).hexdigest()[:16]


def _line(row: Mapping[str, Any]) -> bytes:
    return (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON lines of ours, one at a time."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
