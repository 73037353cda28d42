"""Run a stream of reports into a folder of results: one report at a time, resumable."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import ihlclass
from ihlclass.bundle import default_bundle
from ihlclass.cases import write_cases
from ihlclass.classifier import Classifier
from ihlclass.engines import Engine, Model
from ihlclass.errors import ReportError
from ihlclass.incidents.own_places import digest_of
from ihlclass.outcomes import Outcome, outcome_of
from ihlclass.reports.names import place_of
from ihlclass.reports.remote import is_address, shown
from ihlclass.reports.walk import LEDGER, STANDARD_INPUT
from ihlclass.run_folder import CASES, INCIDENTS, MANIFEST, REJECTED, RunFolder, now, read_rows, replacing
from ihlclass.types import Report
from ihlclass.writers import SCHEMA_VERSION, check_formats, exports_of

logger = logging.getLogger(__name__)

#: Reasons of a whole file that may be gone the next time.
PASSING = ("unreadable", "failed")


class BatchRun:
    """One run of `classify` into an output folder.

    Where a run goes on, reports that it has done are not done again. The results of reports that have changed since
    are replaced; those of reports that are no longer there are kept.

    Parameters
    ----------
    classifier
        The loaded model.
    folder
        Output folder: new or empty, or with ``resume`` one of an earlier run with the same model and options.
    options
        What the user asked for; part of the manifest, and must be the same when a run goes on. ``paths`` are compared
        by where they lead, not by how they are spelled.
    formats
        Files to write at the end, of `ihlclass.writers.EXPORTS`; may differ when a run goes on.
    any_language
        Score reports in unsupported languages too (marked as such) instead of rejecting them.
    resume
        Go on with an interrupted run.
    engine
        Workers to classify with; the calling process alone where None. May differ when a run goes on.
    gazetteer
        Table that `classifier` has its own places from, for the workers.

    Raises
    ------
    UsageError
        If the folder cannot be used: it holds something, is not writable, damaged, belongs to another run, or
        another run is writing into it.
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
        engine: Engine | None = None,
        gazetteer: Path | None = None,
    ) -> None:
        self.classifier = classifier
        self._engine = engine
        path = classifier.bundle.path
        self._model = Model(
            bundle=None if path == default_bundle() else str(path.resolve()),
            digest=classifier.bundle.digest,
            gazetteer=str(gazetteer.resolve()) if gazetteer else None,
            gazetteer_sha256=digest_of(gazetteer) if gazetteer else None,
            any_language=any_language,
            profile=classifier.bundle.profile,
        )
        self.folder = folder
        self.any_language = any_language
        self.options = {**options, **({"gazetteer": self._model.gazetteer_sha256} if gazetteer else {})}
        if classifier.bundle.profile != "accurate":
            self.options["profile"] = classifier.bundle.profile
        wanted = check_formats(formats)
        self._store = RunFolder(folder, self._identity(), wanted, resume=resume)
        self._done: Counter[str] = Counter()
        self._gone = 0
        with ExitStack() as unless_used:
            unless_used.callback(self._store.release)
            self.formats = check_formats(self._store.formats)
            self._take_stock()
            unless_used.pop_all()

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
            ``reports``, ``classified``, ``rejected``, ``passages``, ``incidents``, ``cases``. It adds up: reports =
            classified + rejected.

        Raises
        ------
        OutputError
            If the disk is full or the folder gone; what was finished is whole, and the run can go on with ``resume``.
        """
        left = self._done.copy()
        seen: set[str] = set()
        broken: set[str] = set()
        again = bool(self._done)

        def to_do() -> Iterator[Report | ReportError]:
            for item in reports:
                if again:
                    origin = _origin(_name(item), item.source)
                    seen.add(origin)
                    if isinstance(item, ReportError) and item.where == origin and item.reason in PASSING:
                        broken.add(origin)  # what it held before is not known to have changed
                key = _key(item)
                if left[key]:
                    left[key] -= 1
                else:
                    yield item

        try:
            try:
                for item, outcome in self._outcomes(to_do()):
                    entry = self._write(item, outcome)
                    if entry["status"] == "rejected":
                        rejected(entry["report"], entry["message"])
                    progress(self.counts)
            finally:
                self._store.close()
            self._drop_stale(+left, seen, broken)
            self._finish()
        finally:
            self._store.release()
        return self.counts

    def incidents(self) -> Iterator[dict[str, Any]]:
        """Read the incidents back, one at a time."""
        return self._store.incidents()

    def _identity(self) -> dict[str, Any]:
        """What must be the same when a run goes on; of the paths a digest, since they are not for everyone's eyes."""
        paths = "\0".join(map(place_of, self.options.get("paths", ())))
        digest = hashlib.sha256(paths.encode("utf-8", "surrogatepass")).hexdigest()
        identity = {**self.options, "paths": digest, "model": self.classifier.bundle.digest}
        return dict(json.loads(json.dumps(identity)))

    def _shown_options(self) -> dict[str, Any]:
        """Return the options without what an address holds that is not for everyone's eyes."""
        paths = [shown(path) if is_address(path) else path for path in self.options.get("paths", ())]
        return {**self.options, **({"paths": paths} if paths else {})}

    def _take_stock(self) -> None:
        """Count what the ledger says is done."""
        self.counts: Counter[str] = Counter(reports=0, classified=0, rejected=0, passages=0, incidents=0)
        self._done.clear()
        for entry in self._store.entries():
            self._done[entry["key"]] += 1
            self._count(entry)

    def _drop_stale(self, left: Counter[str], seen: set[str], broken: set[str]) -> None:
        """Drop what an earlier run wrote of reports that have changed since.

        What it found in reports that are gone, or whose file could not be read to its end this time, is kept.
        """
        if not left:
            return

        def stale(entry: dict[str, Any]) -> bool:
            if not left[entry["key"]]:
                return False
            left[entry["key"]] -= 1
            origin = _origin(entry["report"], entry.get("source"))
            if origin in broken and entry["status"] == "classified":
                return False
            changed = origin in seen
            self._gone += not changed and entry["status"] == "classified"
            return changed or entry["status"] == "rejected"

        before = self.counts["reports"]
        self._store.drop(stale)
        self._take_stock()
        if dropped := before - self.counts["reports"]:
            logger.warning("%d results of reports that have changed since were replaced", dropped)
        if self._gone:
            logger.warning("%d reports are no longer there; their results are kept", self._gone)

    def _write(self, item: Report | ReportError, outcome: Outcome) -> dict[str, Any]:
        entry, records = outcome
        rejected = [{k: v for k, v in entry.items() if k != "status"}] if entry["status"] == "rejected" else []
        source = {"source": item.source} if item.source not in ("", entry["report"]) else {}
        self._store.append({**entry, **source, "key": _key(item)}, records, rejected)
        self._count(entry)
        return entry

    def _outcomes(self, items: Iterable[Report | ReportError]) -> Iterator[tuple[Report | ReportError, Outcome]]:
        if self._engine is not None:
            yield from self._engine.outcomes(items, self._model)
            return
        for item in items:
            yield item, outcome_of(self.classifier, item, any_language=self.any_language)

    def _count(self, entry: Mapping[str, Any]) -> None:
        self.counts["reports"] += 1
        self.counts[entry["status"]] += 1
        self.counts["passages"] += entry.get("passages", 0)
        self.counts["incidents"] += entry.get("incidents", 0)

    def _finish(self) -> None:
        folder = self.folder
        exports = exports_of(self.formats)
        names = [INCIDENTS, CASES, REJECTED, LEDGER, *(export.name for export in exports)]
        bundle = self.classifier.bundle
        with self._store.writing():
            with replacing(folder / CASES) as part:
                _, self.counts["cases"] = write_cases(self.incidents, part)
            for export in exports:
                with replacing(folder / export.name) as part:
                    export.write(self.incidents() if export.source == "incidents" else read_rows(folder / CASES), part)
            head = {
                "schema_version": SCHEMA_VERSION,
                "ihlclass": ihlclass.__version__,
                "notice": "Machine suggestions for triage: unverified, and no finding of fact or law.",
                "limits": list(bundle.scheme.limits),
                "model": {
                    "digest": bundle.digest,
                    "made_by": bundle.manifest["ihlclass"],
                    "profile": bundle.profile,
                },
                "scheme": {"version": bundle.scheme.version, "digest": bundle.scheme.digest},
                "options": {**self._shown_options(), "formats": ["jsonl", *self.formats]},
                "counts": dict(self.counts),
                "gone": self._gone,
                "started": self._store.started,
                "resumed": self._store.resumed,
                "ended": now(),
                "files": {name: {"sha256": _sha256(folder / name)} for name in names},
            }
            with replacing(folder / MANIFEST) as part, part.open("w", encoding="utf-8") as out:
                out.write(json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "inputs": [')
                for number, entry in enumerate(self._store.entries()):
                    shown = {k: v for k, v in entry.items() if k not in ("key", "source", "ends", "rows")}
                    out.write((",\n  " if number else "\n  ") + json.dumps(shown, ensure_ascii=False))
                out.write("\n ]\n}\n")


def _name(item: Report | ReportError) -> str:
    return item.where if isinstance(item, ReportError) else item.name


def _origin(name: str, source: str | None) -> str:
    """What has to be read again to know that a report has changed: its file; what standard input gave, by name."""
    return name if source == STANDARD_INPUT else source or name


def _key(item: Report | ReportError) -> str:
    facts = (item.reason,) if isinstance(item, ReportError) else (item.sha256, str(item.published))
    return hashlib.sha256("\0".join((_name(item), *facts)).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
