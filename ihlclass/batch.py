"""Run a stream of reports into a folder of results: whole lines only, one report at a time, resumable.

After each report its incidents are written, then one line of the ledger ``reports.jsonl`` says how far every file
goes. What stands beyond the last ledger line was cut off in the middle and is removed when the run goes on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import ihlclass
from ihlclass.classifier import Classifier
from ihlclass.errors import ReportError, UsageError
from ihlclass.reports.walk import LEDGER, STATE
from ihlclass.types import Report
from ihlclass.writers import SCHEMA_VERSION, TABLE_WRITERS, check_formats, incident_record

INCIDENTS, REJECTED, MANIFEST = "incidents.jsonl", "rejected.jsonl", "manifest.json"


class BatchRun:
    """One run of `classify` into an output folder.

    Parameters
    ----------
    classifier
        The loaded model.
    folder
        Output folder: new or empty, or with ``resume`` one of an earlier run with the same model and options.
    options
        What the user asked for; part of the manifest, and must be the same when a run goes on.
    formats
        Tables to write at the end, of `ihlclass.writers.TABLE_WRITERS`.
    any_language
        Score reports in unsupported languages too (marked as such) instead of rejecting them.
    resume
        Go on with an interrupted run.

    Raises
    ------
    UsageError
        If the folder cannot be used: it holds something, is not writable, or belongs to another run.
    """

    def __init__(
        self,
        classifier: Classifier,
        folder: Path,
        *,
        options: Mapping[str, Any],
        formats: Iterable[str] = (),
        any_language: bool = False,
        resume: bool = False,
    ) -> None:
        self.classifier = classifier
        self.folder = folder
        self.formats = check_formats(formats)
        self.any_language = any_language
        self.options = dict(options)
        self.counts: Counter[str] = Counter(reports=0, classified=0, rejected=0, passages=0, incidents=0)
        self._done: Counter[str] = Counter()
        self._started = _now()
        self._open(resume)

    def run(
        self,
        reports: Iterable[Report | ReportError],
        *,
        progress: Callable[[Counter[str]], None] = lambda counts: None,
        rejected: Callable[[str, str], None] = lambda where, message: None,
    ) -> Counter[str]:
        """Classify every report and write everything.

        Parameters
        ----------
        reports
            As `ihlclass.reports.read_reports` yields them: a report, or the error that says why there is none.
        progress
            Called with the counts after each report.
        rejected
            Called with (which report, why and what to do) for each report that could not be used.

        Returns
        -------
        Counter
            ``reports``, ``classified``, ``rejected``, ``passages``, ``incidents``. It adds up: reports =
            classified + rejected.
        """
        try:
            for item in reports:
                key = _key(item)
                if self._done[key]:
                    self._done[key] -= 1
                    continue
                entry = self._write(item)
                if entry["status"] == "rejected":
                    rejected(entry["report"], entry["message"])
                progress(self.counts)
        finally:
            self._cut_to_ledger()
            for file in self._files.values():
                file.close()
        self._finish()
        return self.counts

    def incidents(self) -> Iterator[dict[str, Any]]:
        """Read the incidents back, one at a time."""
        with (self.folder / INCIDENTS).open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def _write(self, item: Report | ReportError) -> dict[str, Any]:
        entry: dict[str, Any]
        if isinstance(item, ReportError):
            records: list[dict[str, Any]] = []
            entry = {"report": item.where, "status": "rejected", "reason": item.reason, "message": item.message}
        else:
            entry, records = self._classify(item)
        if entry["status"] == "rejected":
            self._append(REJECTED, [{k: v for k, v in entry.items() if k not in ("status", "incidents", "passages")}])
        self._append(INCIDENTS, records)
        ends = {name: self._files[name].tell() for name in (INCIDENTS, REJECTED)}
        self._append(LEDGER, [{**entry, "key": _key(item), "ends": ends}])
        self._ends = {**ends, LEDGER: self._files[LEDGER].tell()}
        self._count(entry)
        return entry

    def _classify(self, report: Report) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        entry: dict[str, Any] = {
            "report": report.name,
            "sha256": report.sha256,
            "size_bytes": report.size_bytes,
            "media_type": report.media_type,
            "title": report.title,
            "published": report.published.isoformat() if report.published else None,
            "language": report.language,
            "unsupported_language": report.unsupported_language,
        }
        if report.unsupported_language and not self.any_language:
            message = f"the report is in {report.language!r}; supported: en. Translate it, or use --any-language"
            return {**entry, "status": "rejected", "reason": "unsupported_language", "message": message}, []
        try:
            passages = self.classifier.tag_report(report)
            found = self.classifier.group(report, passages)
        except Exception as error:  # one bad report never stops a batch; the fault's kind is named, not the text
            message = f"a fault of ours ({type(error).__name__}); please tell us with the report's kind and size"
            return {**entry, "status": "rejected", "reason": "failed", "message": message}, []
        records = [
            incident_record(i, language=report.language, unsupported_language=report.unsupported_language)
            for i in found
        ]
        return {**entry, "status": "classified", "passages": len(passages), "incidents": len(records)}, records

    def _count(self, entry: Mapping[str, Any]) -> None:
        self.counts["reports"] += 1
        self.counts[entry["status"]] += 1
        self.counts["passages"] += entry.get("passages", 0)
        self.counts["incidents"] += entry.get("incidents", 0)

    def _append(self, name: str, rows: list[dict[str, Any]]) -> None:
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8", "replace")
        view = memoryview(data)
        while view:
            view = view[self._files[name].write(view) :]

    def _open(self, resume: bool) -> None:
        folder, state = self.folder, {"model": self.classifier.bundle.digest, "options": self.options}
        state = json.loads(json.dumps(state))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if resume and (folder / STATE).is_file():
                if json.loads((folder / STATE).read_text(encoding="utf-8")) != state:
                    raise UsageError(
                        f"{folder}: --resume needs the same model and options as the run that it goes on "
                        "with; choose another output folder"
                    )
            elif any(folder.iterdir()):
                hint = "it is no interrupted run" if resume else "go on with --resume, or choose another folder"
                raise UsageError(f"{folder}: the output folder is not empty; {hint}")
            else:
                (folder / STATE).write_text(json.dumps(state), encoding="utf-8")
            self._read_ledger()
            self._files = {name: (folder / name).open("ab", buffering=0) for name in (INCIDENTS, REJECTED, LEDGER)}
        except NotADirectoryError as error:
            raise UsageError(f"{folder}: is a file, not a folder; choose another output folder") from error
        except FileExistsError as error:
            raise UsageError(f"{folder}: is a file, not a folder; choose another output folder") from error
        except OSError as error:
            raise UsageError(f"{folder}: the output folder cannot be written ({error.strerror})") from error
        self._cut_to_ledger()

    def _read_ledger(self) -> None:
        """Take in what an earlier run finished, and where each file should end."""
        self._ends = {INCIDENTS: 0, REJECTED: 0, LEDGER: 0}
        path = self.folder / LEDGER
        if not path.is_file():
            return
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                entry = json.loads(line)
                self._ends = {**entry["ends"], LEDGER: self._ends[LEDGER] + len(line)}
                self._done[entry["key"]] += 1
                self._count(entry)

    def _cut_to_ledger(self) -> None:
        """Remove what stands beyond the last ledger line."""
        for name, end in self._ends.items():
            path = self.folder / name
            if path.is_file() and path.stat().st_size > end:
                os.truncate(path, end)

    def _finish(self) -> None:
        for name in self.formats:
            part = self.folder / f".incidents.{name}"
            TABLE_WRITERS[name](self.incidents(), part)
            part.replace(self.folder / f"incidents.{name}")
        names = [INCIDENTS, REJECTED, LEDGER, *(f"incidents.{name}" for name in self.formats)]
        bundle = self.classifier.bundle
        head = {
            "schema_version": SCHEMA_VERSION,
            "ihlclass": ihlclass.__version__,
            "notice": "Machine suggestions for triage: unverified, and no finding of fact or law.",
            "limits": list(bundle.scheme.limits),
            "model": {"digest": bundle.digest, "made_by": bundle.manifest["ihlclass"]},
            "scheme": {"version": bundle.scheme.version, "digest": bundle.scheme.digest},
            "options": self.options,
            "counts": dict(self.counts),
            "started": self._started,
            "ended": _now(),
            "files": {name: {"sha256": _sha256(self.folder / name)} for name in names},
        }
        part = self.folder / ".manifest.json"
        with part.open("w", encoding="utf-8") as out, (self.folder / LEDGER).open(encoding="utf-8") as ledger:
            out.write(json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "inputs": [')
            for number, line in enumerate(ledger):
                entry = {k: v for k, v in json.loads(line).items() if k not in ("key", "ends")}
                out.write((",\n  " if number else "\n  ") + json.dumps(entry, ensure_ascii=False))
            out.write("\n ]\n}\n")
        part.replace(self.folder / MANIFEST)


def _key(item: Report | ReportError) -> str:
    source = (item.where, item.reason) if isinstance(item, ReportError) else (item.name, item.sha256)
    return hashlib.sha256("\0".join(source).encode("utf-8", "replace")).hexdigest()[:24]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
