"""Train the reader of places (ihlclass/incidents/place_reader.npz) on marked passages, and say how well it reads.

usage: python experiments/0021-places/train.py [--write]

Marks: seeds/places/passages.jsonl (passages of seeds/passages, by id) and seeds/places/reports.jsonl (passages of the
reports of experiments/0019, by offsets). Figures are cross-fitted: five folds of whole groups of passages and whole
reports, each read by a reader of the other four. For each part, F1 over the names that a passage gives it. Written to
scores.json beside this file. With --write the reader is fitted on all and put into the package. Three minutes.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ihlclass.incidents.gazetteer import default_gazetteer
from ihlclass.incidents.place_features import Candidate, candidates, features
from ihlclass.incidents.place_reader import MODEL_FILE, PARTS, PlaceReader
from ihlclass.incidents.places import PlaceFinder
from ihlclass.incidents.words import tokens
from ihlclass.labels import load_scheme
from ihlclass.passages import split
from ihlclass.reports import read_reports
from ihlclass.training.data import read_passages
from ihlclass.training.readers import fit_reader, whole_groups
from ihlclass.types import Report

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REPORTS = ROOT / "experiments" / "0019-reports-of-our-own" / "reports"
#: Inverse penalty; what a passage of a report weighs.
C, OF_REPORT = 0.5, 2.0


@dataclass(frozen=True)
class Marked:
    """A passage whose places are marked: ``places`` is part by the span of a name, without the word for its kind."""

    group: str
    of_report: bool
    text: str
    places: dict[tuple[int, int], str]
    names: list[Candidate]
    rows: list[list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="fit on all and write the reader into the package")
    arguments = parser.parse_args()
    marked = [*of_seeds(), *of_reports()]
    read: dict[int, list[tuple[int, int, str]]] = {}
    for inside, outside in whole_groups([m.group for m in marked]):
        reader = fit([marked[i] for i in inside])
        for number in outside:
            m = marked[number]
            read[number] = (
                [(r.start, r.end, r.part) for r in reader.taken(m.names, reader.chances(m.rows))] if m.rows else []
            )
    results = {"passages": len(marked), "names": sum(len(m.places) for m in marked)}
    for kind, of_report in (("seeds", False), ("reports", True)):
        some = [number for number, m in enumerate(marked) if m.of_report == of_report]
        results[kind] = {part: f1(marked, read, some, part) for part in PARTS[:-1]} | {
            "any": f1(marked, read, some, "".join(PARTS[:-1]))
        }
        print(kind, len(some), results[kind], flush=True)
    (HERE / "scores.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if arguments.write:
        fit(marked).save(MODEL_FILE)
        print(MODEL_FILE.name, MODEL_FILE.stat().st_size)


def of_seeds() -> Iterator[Marked]:
    passages = {p.id: p for p in read_passages([ROOT / "seeds" / "passages"], load_scheme())}
    for line in (ROOT / "seeds" / "places" / "passages.jsonl").read_text(encoding="utf-8").splitlines():
        mark = json.loads(line)
        told = passages[mark["id"]]
        finder = PlaceFinder(default_gazetteer(), [told.text])
        yield marked_of(told.group, False, told.text, mark["places"], finder)


def of_reports() -> Iterator[Marked]:
    by_report: dict[str, list[Any]] = {}
    for line in (ROOT / "seeds" / "places" / "reports.jsonl").read_text(encoding="utf-8").splitlines():
        by_report.setdefault(json.loads(line)["report"], []).append(json.loads(line))
    for name, marks in by_report.items():
        report = next(r for r in read_reports([REPORTS / f"{name}.txt"]) if isinstance(r, Report))
        finder = PlaceFinder(default_gazetteer(), [passage.text for passage in split(report)])
        for mark in marks:
            yield marked_of(name, True, report.text[mark["start"] : mark["end"]], mark["places"], finder)


def marked_of(group: str, of_report: bool, text: str, places: Sequence[Sequence[str]], finder: PlaceFinder) -> Marked:
    names = candidates(text)
    return Marked(group, of_report, text, spans(text, places), names, features(text, tokens(text), names, finder.about))


def spans(text: str, places: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """Find marked names in order; small words at their edges ("the", "hospital", "No.") are no part of a candidate."""
    found, position = {}, 0
    for name, part in places:
        start = text.find(name, position)
        if start < 0:
            raise ValueError(f"a marked name is not in its passage, or not in this order: {name}")
        end = position = start + len(name)
        while lead := re.match(r"(?:[a-z][\w'’-]*|[-–,.]|\d+\w*)\s+(?=.*[A-Z])", text[start:end]):
            start += lead.end()
        while tail := re.search(r"\s+(?:[a-zà-ž][a-zà-ž'’-]*|No\.?|\d+\w*)$", text[start:end]):
            end = start + tail.start()
        found[start, end - 2 if text[start:end].endswith(("'s", "’s")) else end] = part
    return found


def fit(marked: Sequence[Marked]) -> PlaceReader:
    rows = [row for m in marked for row in m.rows]
    parts = [PARTS.index(m.places.get((name.start, name.end), "-")) for m in marked for name in m.names]
    weights = [OF_REPORT if m.of_report else 1.0 for m in marked for _ in m.names]
    reader = fit_reader(rows, parts, C, weights)
    return PlaceReader(reader.numbers, reader.weights)


def f1(marked: Sequence[Marked], read: dict[int, list[tuple[int, int, str]]], some: Sequence[int], parts: str) -> float:
    hits = count = 0
    for number in some:
        m = marked[number]
        right = {m.text[start:end] for (start, end), part in m.places.items() if part in parts}
        said = {m.text[start:end] for start, end, part in read[number] if part in parts}
        hits, count = hits + len(right & said), count + len(right) + len(said)
    return round(2 * hits / count, 3)


if __name__ == "__main__":
    main()
