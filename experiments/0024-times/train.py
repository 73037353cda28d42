"""Train the reader of times (ihlclass/incidents/time_reader.npz) on marked passages, and say how well it reads.

usage: python experiments/0024-times/train.py [--write]

times.jsonl marks the times that a passage names, one letter each, in the order in which find_dates gives them: E, an
attack or abuse that the passage tells or refers to; O, anything else. Passages are those of seeds/passages by their id,
and those of the reports of 0019 by report and offset, with the labels that they were tagged with. Figures are
cross-fitted: five folds of whole groups of passages and whole reports; beside them those of the rules alone. Written to
scores.json beside this file. With --write the reader is fitted on the passages and on the reports of the first four
sets, and put into the package; the later sets stay unseen. Half a minute.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ihlclass.incidents.dates import When, find_dates
from ihlclass.incidents.linear_reader import LinearReader
from ihlclass.incidents.time_reader import LIKELY, MODEL_FILE, features
from ihlclass.labels import load_scheme
from ihlclass.training.data import read_passages
from ihlclass.training.readers import fit_reader, whole_groups

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REPORTS = ROOT / "experiments" / "0019-reports-of-our-own" / "reports"
#: First letters of the reports that nobody had read: they train nothing.
UNREAD = "pqrstu"
#: Inverse penalty; chances that are asked for.
C, CHANCES = 0.3, (0.2, 0.3, 0.4, 0.5)
#: Any day: what a time is that of does not hang on when the report was published.
PUBLISHED = dt.date(2024, 6, 12)


@dataclass(frozen=True)
class Marked:
    """A passage, its times, and which of them are those of an attack."""

    group: str
    report: bool
    times: list[When]
    of_attack: list[bool]
    rows: list[list[str]]
    tells: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="fit and write the reader into the package")
    arguments = parser.parse_args()
    marked = read()
    said: dict[int, list[float]] = {}
    for inside, outside in whole_groups([m.group for m in marked]):
        reader = fit([marked[i] for i in inside])
        for number in outside:
            said[number] = reader.chances(marked[number].rows)[:, 1].tolist()
    slices = {
        "passages": [not m.report for m in marked],
        "reports": [m.report for m in marked],
        "that tell of an incident": [m.tells for m in marked],
    }
    results: dict[str, object] = {"marked": len(marked), "times": sum(len(m.times) for m in marked)}
    for name, taken in slices.items():
        rows = [
            (right, not when.statement, chance)
            for n, m in enumerate(marked)
            if taken[n]
            for right, when, chance in zip(m.of_attack, m.times, said[n], strict=True)
        ]
        right, rules, chances = (np.array(column) for column in zip(*rows, strict=True))
        results[name] = {
            "times": len(rows),
            "of an attack": round(float(right.mean()), 3),
            "rules": figures(right, rules),
        }
        results[name] |= {f"reader, {least}": figures(right, chances >= least) for least in CHANCES}  # type: ignore[operator]
    print(json.dumps(results, indent=1))
    (HERE / "scores.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if arguments.write:
        fit([m for m in marked if not (m.report and m.group[0] in UNREAD)]).save(MODEL_FILE)
        print(MODEL_FILE.name, MODEL_FILE.stat().st_size, "asked for:", LIKELY)


def figures(right: np.ndarray, said: np.ndarray) -> dict[str, float]:
    """Share that is right; of times of an attack those missed, of others those taken for one."""
    return {
        "right": round(float((right == said).mean()), 3),
        "missed": round(float((right & ~said).sum() / right.sum()), 3),
        "taken": round(float((said & ~right).sum() / (~right).sum()), 3),
    }


def read() -> list[Marked]:
    passages = {p.id: p for p in read_passages([ROOT / "seeds" / "passages"], load_scheme())}
    texts = {path.stem: path.read_text(encoding="utf-8") for path in REPORTS.glob("*.txt")}
    marked = []
    for line in (HERE / "times.jsonl").read_text(encoding="utf-8").splitlines():
        mark = json.loads(line)
        if "report" in mark:
            text, labels, group = texts[mark["report"]][mark["start"] : mark["end"]], mark["labels"], mark["report"]
        else:
            told = passages[mark["id"]]
            text, labels, group = told.text, told.labels, told.group
        times = find_dates(text, PUBLISHED)
        if len(times) != len(mark["marks"]):
            raise SystemExit(f"{mark}: {len(times)} times are found there, and {len(mark['marks'])} are marked")
        of_attack = [letter == "E" for letter in mark["marks"]]
        rows = features(text, times, labels)
        marked.append(Marked(group, "report" in mark, times, of_attack, rows, "incident" in labels))
    return marked


def fit(marked: Sequence[Marked]) -> LinearReader:
    rows = [row for m in marked for row in m.rows]
    return fit_reader(rows, [int(of_attack) for m in marked for of_attack in m.of_attack], C)


if __name__ == "__main__":
    main()
