"""Which calibration for how many passages, and by what thresholds are chosen best: repeated grouped cross-validation.

On the held-out scores of a bundle alone (`held_out.npz`), so that nothing here was fitted on or chosen by real reports.
Writes methods.json beside this file.

    python experiments/0005-calibration-and-thresholds/methods.py
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import load_bundle
from ihlclass.training import thresholding
from ihlclass.training.calibrating import METHODS, fit_calibration
from ihlclass.training.held_out import HeldOut
from ihlclass.training.rethreshold import thresholds_config

HERE = Path(__file__).parent
SIZES = ((1, 20), (20, 50), (50, 100), (100, 250), (250, 100_000))
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=None, help="the shipped one if left out")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    bundle = load_bundle(arguments.bundle)
    held_out = HeldOut.load(bundle.path)
    rng = np.random.default_rng(0)
    result = {
        "passages": len(held_out.gold),
        "log_loss": calibrations(held_out, arguments.repeats, rng),
        "macro_f1": shares(held_out, arguments.repeats, rng, bundle),
    }
    (HERE / "methods.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def parts(held_out: HeldOut, folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A fold for each passage, the same for all passages of a group."""
    return rng.integers(0, folds, held_out.groups.max() + 1)[held_out.groups]


def fit(held_out: HeldOut, rows: NDArray[np.bool_], method: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities of the rows that calibration was fitted on, and of the others."""
    lexical = held_out.lexical_scores
    inside, outside = (None if lexical is None else lexical[r] for r in (rows, ~rows))
    calibration = fit_calibration(held_out.scores[rows], inside, held_out.gold[rows], method)
    return calibration.apply(held_out.scores[rows], inside), calibration.apply(held_out.scores[~rows], outside)


def calibrations(held_out: HeldOut, repeats: int, rng: np.random.Generator) -> dict[str, dict[str, float]]:
    """Mean log loss of each method on passages not fitted on, by the positives that it was fitted on.

    Fitted on four fifths of the passages, and on a third and a tenth of those, so that there are labels of all sizes.
    """
    losses: dict[tuple[tuple[int, int], str], list[float]] = {}
    for _ in range(repeats):
        fold, draw = parts(held_out, 5, rng), rng.random(held_out.groups.max() + 1)[held_out.groups]
        for share in (1.0, 0.33, 0.1):
            for out in range(5):
                inside, outside = (fold != out) & (draw < share), fold == out
                rows = inside | outside
                part = HeldOut(
                    held_out.scores[rows],
                    None if held_out.lexical_scores is None else held_out.lexical_scores[rows],
                    held_out.gold[rows],
                    held_out.groups[rows],
                )
                positives, truth = held_out.gold[inside].sum(axis=0), held_out.gold[outside]
                for method in METHODS[1:]:
                    p = np.clip(fit(part, inside[rows], method)[1], 1e-6, 1 - 1e-6)
                    loss = -np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p), axis=0)
                    for size in SIZES:
                        chosen = (positives >= size[0]) & (positives < size[1])
                        losses.setdefault((size, method), []).extend(loss[chosen])
    return {
        f"{low} to {high - 1} positives": {
            method: round(float(np.mean(losses[(low, high), method])), 5) for method in METHODS[1:]
        }
        for low, high in SIZES
        if losses[(low, high), METHODS[1]]
    }


def shares(held_out: HeldOut, repeats: int, rng: np.random.Generator, bundle: object) -> dict[str, float]:
    """Macro F1 on one half of the passages with thresholds chosen on the other, by the share of observed labels."""
    config = thresholds_config(bundle)  # type: ignore[arg-type]
    labels = [str(column) for column in range(held_out.gold.shape[1])]
    found: dict[float, list[float]] = {share: [] for share in SHARES}
    for _ in range(repeats):
        half = parts(held_out, 2, rng) == 0
        for rows in (half, ~half):
            inside, outside = fit(held_out, rows, "auto")
            truth = held_out.gold[~rows]
            for share in SHARES:
                thresholding.OBSERVED = share
                chosen = thresholding.fit_thresholds(inside, held_out.gold[rows], labels, config)
                said = outside >= np.array([chosen[label].accept for label in labels])
                hits = (said & (truth == 1)).sum(axis=0)
                found[share].append(float(np.mean(2 * hits / np.maximum(said.sum(axis=0) + truth.sum(axis=0), 1))))
    return {f"observed share {share:g}": round(float(np.mean(values)), 4) for share, values in found.items()}


if __name__ == "__main__":
    main()
