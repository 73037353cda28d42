"""Agreement of the blind second labelling with the writers' labels, before and after review.

usage: python experiments/0002-training-set/agreement.py

Reads readings.jsonl beside this file (ids and labels, no text). Each passage has the labels of its writer, of the
review of all passages, of a second reader who saw the text alone, and the final ones after a third reading of every
dispute.
Round 1 are the passages drawn at random that were read before there were rulings, round 2 all others, read with the
rulings at hand; rounds 3 and later the passages written later (not reviewed: "reviewed" is the writer's).
Prints micro F1 with the second reader, and F1 by label. Writes agreement.json.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STAGES = ("writer", "reviewed", "final")


def main() -> None:
    rows = [json.loads(line) for line in (HERE / "readings.jsonl").read_text(encoding="utf-8").splitlines()]
    result = {
        f"round_{number}": compare([row for row in rows if row["round"] == number])
        for number in sorted({row["round"] for row in rows})
    }
    for name, found in result.items():
        print(name, {key: value for key, value in found.items() if key != "labels"})
        print(f"{'label':32}{'second':>7}" + "".join(f"{stage:>10}" for stage in STAGES))
        for label, entry in sorted(found["labels"].items(), key=lambda item: item[1]["f1_reviewed"]):
            print(f"{label:32}{entry['second']:7}" + "".join(f"{entry[f'f1_{stage}']:10.2f}" for stage in STAGES))
    (HERE / "agreement.json").write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def compare(rows: list[dict[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {"passages": len(rows)}
    labels: dict[str, dict[str, float]] = {}
    for stage in STAGES:
        both, one, two = Counter[str](), Counter[str](), Counter[str]()
        for row in rows:
            ours, theirs = set(row[stage]), set(row["second"])
            both.update(ours & theirs)
            one.update(ours - theirs)
            two.update(theirs - ours)
        result[f"micro_f1_{stage}"] = round(f1(both.total(), one.total(), two.total()), 4)
        for label in {*both, *one, *two}:
            entry = labels.setdefault(label, {})
            entry[f"f1_{stage}"] = round(f1(both[label], one[label], two[label]), 3)
            entry["second"] = both[label] + two[label]
    return {**result, "labels": labels}


def f1(both: int, one: int, two: int) -> float:
    return 2 * both / (2 * both + one + two) if both + one + two else 1.0


if __name__ == "__main__":
    main()
