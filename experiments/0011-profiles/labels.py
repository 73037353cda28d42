"""What a passage costs by the number of labels: everything after the encoder, beside the encoder.

usage: python experiments/0011-profiles/labels.py [--repeat 5] [--shared DIR]

The shipped bundle's heads, words, calibration and thresholds, cut to the first labels or repeated, on the development
passages, one thread; the encoder's own label columns stay. Least of the repetitions, in microseconds a passage. Writes
labels.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ihlclass.bundle import load_bundle
from ihlclass.calibration import Calibration
from ihlclass.decisions import decide, enforce_implications
from ihlclass.heads import LinearHeads
from ihlclass.lexical import LexicalHeads

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NUMBERS = (10, 34, 68, 136, 272, 544)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    lines = (arguments.shared / "dev" / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    bundle = load_bundle(threads=1)
    rows = bundle.encoder.encode(texts)
    result: dict[str, Any] = {
        "digest": bundle.digest[:16],
        "passages": len(texts),
        "encoder_us": least(lambda: bundle.encoder.encode(texts), len(texts), arguments.repeat),
        "labels": {},
    }
    for number in NUMBERS:
        after = rest(bundle, number, texts, rows)
        result["labels"][number] = {name: least(way, len(texts), arguments.repeat) for name, way in after.items()}
    (HERE / "labels.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def least(way: Callable[[], Any], passages: int, repeat: int) -> float:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        way()
        times.append(time.perf_counter() - began)
    return round(min(times) / passages * 1e6, 1)


def rest(bundle: Any, number: int, texts: list[str], rows: Any) -> dict[str, Callable[[], Any]]:
    """What comes after the encoder, for so many labels."""
    columns = np.resize(np.arange(len(bundle.scheme.ids)), number)
    labels = [bundle.scheme.ids[column] for column in columns]
    names = [f"{label} {place}" for place, label in enumerate(labels)]
    heads = LinearHeads(bundle.heads.coefficients[columns], bundle.heads.intercepts[columns])
    words = LexicalHeads(
        bundle.lexical.vocabulary,
        bundle.lexical.idf,
        np.ascontiguousarray(bundle.lexical.coefficients[:, columns]),
        bundle.lexical.intercepts[columns],
    )
    old = bundle.calibration
    curves = {place: old.curves[column] for place, column in enumerate(columns.tolist()) if column in old.curves}
    weights = (old.slopes[columns], old.lexical_slopes[columns], old.intercepts[columns])
    calibration = Calibration(*weights, tuple(old.methods[column] for column in columns), curves)
    thresholds = {name: bundle.thresholds[label] for name, label in zip(names, labels, strict=True)}
    first = dict(zip(reversed(labels), reversed(names), strict=True))
    implies = {
        name: [first[other] for other in bundle.scheme.implies.get(label, ()) if other in first]
        for name, label in zip(names, labels, strict=True)
    }
    scores, said = heads.score(rows), words.score(texts)
    probabilities = enforce_implications(calibration.apply(scores, said), names, implies)
    return {
        "heads_us": lambda: heads.score(rows),
        "words_us": lambda: words.score(texts),
        "calibration_us": lambda: enforce_implications(calibration.apply(scores, said), names, implies),
        "decisions_us": lambda: list(decide(probabilities, names, thresholds, implies)),
    }


if __name__ == "__main__":
    main()
