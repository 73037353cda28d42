"""How often a bundle tells two passages apart that differ in a word or a clause, and in one label.

usage: python experiments/0007-contrast-pairs/score.py [BUNDLE] [--output FILE]

Reads pairs.jsonl beside this file: ``phenomenon``, ``label``, ``with`` (a text that carries it), ``without`` (one
that does not), ``both`` (labels that both carry). For each phenomenon:

- apart: share of pairs where the label is said of the first text and not of the second
- neither, both: shares where it is said of none, or of both; swapped: of the wrong one
- ranked: share where its probability is higher for the first text
- others: micro F1 of all other labels over both texts of each pair

Writes scores.json beside this file, or FILE.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", type=Path)
    parser.add_argument("--output", type=Path, default=HERE / "scores.json")
    arguments = parser.parse_args()
    from ihlclass.classifier import load

    classifier = load(arguments.bundle)
    pairs = [json.loads(line) for line in (HERE / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    said = list(classifier.tag([text for pair in pairs for text in (pair["with"], pair["without"])]))
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, pair in enumerate(pairs):
        row = compare(pair, said[2 * number], said[2 * number + 1], classifier.scheme)
        rows[pair["phenomenon"]].append(row)
        rows["all"].append(row)
    result = {
        "bundle": classifier.bundle.digest[:16],
        "phenomena": {name: summary(some) for name, some in sorted(rows.items(), key=lambda item: item[0] == "all")},
    }
    arguments.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    keys = ("apart", "neither", "both", "swapped", "ranked", "others")
    print(f"{'':12}{'pairs':>7}" + "".join(f"{key:>9}" for key in keys))
    for name, found in result["phenomena"].items():
        print(f"{name:12}{found['pairs']:7}" + "".join(f"{found[key]:9.2f}" for key in keys))


def compare(pair: dict[str, Any], first: Any, second: Any, scheme: Any) -> dict[str, Any]:
    label = pair["label"]
    answer = (label in first.labels, label in second.labels)
    others = [0, 0, 0]  # right, said, gold
    for tags, carried in ((first, {*pair["both"], label}), (second, set(pair["both"]))):
        flips = {label, *scheme.close([label])}
        gold, tagged = set(scheme.close(carried)) - flips, set(tags.labels) - flips
        others = [a + b for a, b in zip(others, (len(gold & tagged), len(tagged), len(gold)), strict=True)]
    return {
        "apart": answer == (True, False),
        "neither": answer == (False, False),
        "both": answer == (True, True),
        "swapped": answer == (False, True),
        "ranked": first.probabilities[label] > second.probabilities[label],
        "others": others,
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    shares = {
        key: round(sum(row[key] for row in rows) / len(rows), 3)
        for key in ("apart", "neither", "both", "swapped", "ranked")
    }
    right, tagged, gold = (sum(row["others"][place] for row in rows) for place in range(3))
    return {"pairs": len(rows), **shares, "others": round(2 * right / max(1, tagged + gold), 3)}


if __name__ == "__main__":
    main()
