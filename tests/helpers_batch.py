"""Runs of reports into an output folder, without the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ihlclass.batch import BatchRun
from ihlclass.classifier import Classifier
from ihlclass.errors import ReportError
from ihlclass.reports import read_reports
from ihlclass.types import Report

ATTACK = "On Monday a shell hit the hospital in Velin. Two nurses were killed. Number {n}.\n"


def make_reports(folder: Path, number: int) -> Path:
    folder.mkdir()
    for n in range(number):
        (folder / f"r{n:03}.txt").write_text(ATTACK.format(n=n))
    (folder / "r005x.txt").write_bytes(b"")
    return folder


def run(classifier: Classifier, source: Path, out: Path, **options: Any) -> BatchRun:
    batch = BatchRun(classifier, out, **{"options": {}, "formats": ["csv", "parquet"], **options})
    batch.run(read_reports([str(source)]))
    return batch


def cut_after(source: Path, number: int) -> Iterator[Report | ReportError]:
    """Reports of a run that Ctrl-C ends after so many of them."""
    for n, item in enumerate(read_reports([str(source)])):
        if n == number:
            raise KeyboardInterrupt
        yield item


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def results(out: Path) -> list[list[str]]:
    """What came of a run, whatever the order in which it was done; each part checked against the others."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    ledger, incidents, rejected = (rows(out / f"{name}.jsonl") for name in ("reports", "incidents", "rejected"))
    counts = manifest["counts"]
    assert counts["reports"] == len(ledger) == len(manifest["inputs"]) == counts["classified"] + counts["rejected"]
    assert counts["incidents"] == len(incidents) == len({row["incident_id"] for row in incidents})
    assert counts["rejected"] == len(rejected)
    for name, end in ledger[-1]["ends"].items():
        assert (out / name).stat().st_size == end
    bare = [{k: v for k, v in row.items() if k != "ends"} for row in ledger]
    return [sorted(json.dumps(row) for row in part) for part in (bare, incidents, rejected)]
