"""Agreement of the blind second labelling with the writers' labels, before and after review.

usage: python experiments/0002-training-set/agreement.py

Reads readings.jsonl beside this file (ids and labels, no text): for each of the passages drawn at random, the labels
of the writer, of the second reader who saw the text alone, after the review of all files, and after a third reading of
what was still in dispute. Prints micro F1, and for each label its positives and F1 at each stage. Writes
agreement.json.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAGES = ("writer", "reviewed", "final")


def main() -> None:
    rows = [json.loads(line) for line in (HERE / "readings.jsonl").read_text(encoding="utf-8").splitlines()]
    result: dict[str, object] = {"passages": len(rows)}
    table: dict[str, dict[str, float]] = {}
    for stage in STAGES:
        both, one, two = Counter[str](), Counter[str](), Counter[str]()
        for row in rows:
            ours, theirs = set(row[stage]), set(row["second"])
            both.update(ours & theirs)
            one.update(ours - theirs)
            two.update(theirs - ours)
        result[f"micro_f1_{stage}"] = round(f1(both.total(), one.total(), two.total()), 4)
        for label in {*both, *one, *two}:
            entry = table.setdefault(label, {})
            entry[f"f1_{stage}"] = round(f1(both[label], one[label], two[label]), 3)
            entry["second"] = both[label] + two[label]
    print(result)
    print(f"{'label':32}{'second':>7}" + "".join(f"{stage:>10}" for stage in STAGES))
    for label, entry in sorted(table.items(), key=lambda item: item[1]["f1_writer"]):
        print(f"{label:32}{entry['second']:7}" + "".join(f"{entry[f'f1_{stage}']:10.2f}" for stage in STAGES))
    (HERE / "agreement.json").write_text(json.dumps({**result, "labels": table}, indent=1, sort_keys=True) + "\n")


def f1(both: int, one: int, two: int) -> float:
    return 2 * both / (2 * both + one + two) if both + one + two else 1.0


if __name__ == "__main__":
    main()
