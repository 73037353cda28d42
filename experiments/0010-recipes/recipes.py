"""Recipes of fine-tuning side by side, on a share of the training passages.

usage: python experiments/0010-recipes/recipes.py [RECIPE ...] [--passages 5000] [--epochs 3]

Each recipe is the shipped set-up but for what its name says. The encoder with what reads the labels off it is trained
on the same random passages, and what it says of 2,000 passages of other events is scored, and of the development set:
mean average precision over labels with 8 and 10 positives or more, and loss. No heads, no calibration, no words.

Writes recipes.json beside this file; recipes that it holds for that number of passages and epochs are kept.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from ihlclass.decisions import label_matrix
from ihlclass.label_attention import SHARE
from ihlclass.labels import load_scheme
from ihlclass.training.base_encoder import load_base_encoder
from ihlclass.training.config import load_config
from ihlclass.training.data import read_passages
from ihlclass.training.finetune import fine_tune

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEV = ROOT.parent / "shared" / "dev" / "passages.jsonl"
SEED, HELD_OUT = 1, 2_000
RECIPES: dict[str, dict[str, Any]] = {
    "as-shipped": {},
    "dropout": {"dropout": 0.1},
    "last-four-layers": {"layers": 4},
    "slower": {"learning_rate": 7.5e-5},
    "large-batches": {"batch_size": 64},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=list(RECIPES))
    parser.add_argument("--passages", type=int, default=5_000)
    parser.add_argument("--epochs", type=int, default=3)
    arguments = parser.parse_args()
    out = HERE / "recipes.json"
    results = json.loads(out.read_text()) if out.is_file() else {}
    for name in arguments.recipes:
        key = f"{name}-{arguments.passages}-{arguments.epochs}"
        if key not in results:
            results[key] = run(RECIPES[name], arguments.passages, arguments.epochs)
            out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(key, results[key], flush=True)


def run(changes: dict[str, Any], number: int, epochs: int) -> dict[str, Any]:
    scheme, config = load_scheme(), load_config()
    passages = read_passages([ROOT / "seeds" / "passages"], scheme)
    random = np.random.default_rng(SEED)
    groups = random.permutation(sorted({p.group for p in passages}))
    apart = set(groups[: len(groups) // 10])
    held_out = [p for p in passages if p.group in apart][:HELD_OUT]
    others = [p for p in passages if p.group not in apart]
    chosen = [others[n] for n in random.permutation(len(others))[:number]]
    real = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    sets = {
        "held_out": ([p.text for p in held_out], label_matrix((p.labels for p in held_out), scheme.ids), 8),
        "development": ([row["text"] for row in real], label_matrix((row["labels"] for row in real), scheme.ids), 10),
    }
    encoder, _ = load_base_encoder(config.encoder, ROOT)
    began = time.perf_counter()
    history = fine_tune(
        encoder,
        [p.text for p in chosen],
        label_matrix((p.labels for p in chosen), scheme.ids),
        replace(config.fine_tuning, epochs=epochs, **changes),
        seed=SEED,
        watched=sets["held_out"][:2],
    )
    result: dict[str, Any] = {
        "seconds": round(time.perf_counter() - began),
        "loss": [round(epoch["loss"], 3) for epoch in history],
        "held_out_loss": [round(epoch["held_out_loss"], 3) for epoch in history],
    }
    for name, (texts, gold, least) in sets.items():
        rows = encoder.model.encode(texts, batch_size=32, show_progress_bar=False)
        result[f"{name}_average_precision"] = round(mean_precision(rows[:, -len(scheme.ids) :] / SHARE, gold, least), 4)
    return result


def mean_precision(scores: NDArray[np.float32], gold: NDArray[np.int8], least: int) -> float:
    columns = [k for k in range(gold.shape[1]) if gold[:, k].sum() >= least]
    return float(np.mean([average_precision_score(gold[:, k], scores[:, k]) for k in columns]))


if __name__ == "__main__":
    main()
