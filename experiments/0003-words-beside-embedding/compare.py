"""What the words add to the embedding: each score alone, and both, on held-out and on real passages.

usage: python experiments/0003-words-beside-embedding/compare.py [--bundle models/default] [--shared ../shared]

Loads a bundle and asks its two kinds of heads apart: on the fold of seeds/ that the bundle was not fitted on (the
bundle must have been trained with calibration.refit = false), and on the development set. Prints mean average
precision and macro F1 at the best threshold of each label (so neither rests on thresholds fitted for one of the
three), over labels with 10 positives or more, and passages a second with and without words. Writes compare.json.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from ihlclass.bundle import load_bundle
from ihlclass.decisions import label_matrix
from ihlclass.training.data import read_passages
from ihlclass.training.folds import grouped_folds

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
Matrix = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=ROOT / "models" / "default")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    bundle = load_bundle(arguments.bundle)
    assert bundle.lexical, "this bundle has no lexical heads"
    lexical = bundle.lexical
    settings = bundle.manifest["training"]["config"]
    assert not settings["calibration"]["refit"], "this bundle was fitted on every passage: nothing is held out"
    ids = bundle.scheme.ids

    seeds = read_passages([ROOT / name for name in settings["data"]["passages"]], bundle.scheme)
    gold = label_matrix((p.labels for p in seeds), ids)
    folds = grouped_folds(gold, [p.group for p in seeds], settings["calibration"]["folds"], seed=settings["seed"])
    out = np.flatnonzero(folds == 0)
    dev = [json.loads(line) for line in (arguments.shared / "dev" / "passages.jsonl").open(encoding="utf-8")]
    dev_gold = label_matrix((row["labels"] for row in dev), ids)
    sets = {
        "held-out fold": ([seeds[i].text for i in out], gold[out]),
        "development set": ([row["text"] for row in dev], dev_gold),
    }
    ways: dict[str, Callable[[Sequence[str]], Matrix]] = {
        "embedding": lambda texts: bundle.heads.score(bundle.encoder.encode(texts)),
        "words": lexical.score,
        "both": bundle.probabilities,
    }
    result: dict[str, object] = {}
    for name, (texts, truth) in sets.items():
        for way, score in ways.items():
            began = time.perf_counter()
            figures = compare(truth, score(texts), ids)
            figures["passages_per_second"] = round(len(texts) / (time.perf_counter() - began), 1)
            result[f"{name}: {way}"] = figures
            print(f"{name}: {way}", {k: v for k, v in figures.items() if k != "labels"}, flush=True)
    (HERE / "compare.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def compare(truth: NDArray[np.int8], scores: Matrix, ids: Sequence[str]) -> dict[str, object]:
    precision, best = {}, []
    for column, label in enumerate(ids):
        if truth[:, column].sum() < 10:
            continue
        precision[label] = round(float(average_precision_score(truth[:, column], scores[:, column])), 3)
        p, r, _ = precision_recall_curve(truth[:, column], scores[:, column])
        best.append(float((2 * p * r / np.maximum(p + r, 1e-9)).max()))
    mean = float(np.mean(list(precision.values())))
    return {
        "passages": len(truth),
        "mean_average_precision": round(mean, 3),
        "macro_f1_best_thresholds": round(float(np.mean(best)), 3),
        "labels": precision,
    }


if __name__ == "__main__":
    main()
