"""Recipes of fine-tuning side by side: the shipped one, and others that differ from it in what their name says.

usage: python experiments/0010-recipes/recipes.py [RECIPE ...] [--passages N] [--seeds 1,2,3] [--at-once 1]

Each is trained on the passages that the shipped bundle's encoder is trained on (or N random ones of them), and scored
on the fold held out from it and on the development set by what label attention alone says: no heads, no calibration,
no words. Mean average precision over labels with 8 (held out) and 10 (development) positives or more, loss, and macro
F1 with the thresholds that are best on the held-out fold. On a GPU, --at-once runs several side by side.

Writes recipes.json beside this file; what it holds already is kept.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from ihlclass.decisions import label_matrix
from ihlclass.label_attention import SHARE
from ihlclass.labels import load_scheme
from ihlclass.training import finetune
from ihlclass.training.base_encoder import load_base_encoder
from ihlclass.training.config import load_config
from ihlclass.training.data import read_passages
from ihlclass.training.folds import make_folds

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEV = ROOT.parent / "shared" / "dev" / "passages.jsonl"
FORMER = {"epochs": 3, "batch_size": 32, "learning_rate": 1.5e-4, "dropout": 0.0, "joined": 0.0}
RECIPES: dict[str, dict[str, Any]] = {
    "as-shipped": {},
    "former": FORMER,
    "former-five-epochs": {**FORMER, "epochs": 5},
    "former-dropout-six-epochs": {**FORMER, "epochs": 6, "dropout": 0.1},
    "former-joined": {**FORMER, "joined": 0.2},
    "former-faster": {**FORMER, "learning_rate": 3e-4},
    "nothing-joined": {"joined": 0.0},
    "twenty-epochs": {"epochs": 20},
    "more-dropout": {"epochs": 20, "dropout": 0.2},
    "batches-of-64": {"batch_size": 64, "learning_rate": 2.5e-4},
    "batches-never-smaller": {"least_batch": 128},
}
Scored = tuple[list[str], NDArray[np.int8]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=list(RECIPES), choices=list(RECIPES))
    parser.add_argument("--passages", type=int, default=0)
    parser.add_argument("--seeds", default=str(load_config().seed))
    parser.add_argument("--at-once", type=int, default=1)
    arguments = parser.parse_args()
    out = HERE / "recipes.json"
    results = json.loads(out.read_text()) if out.is_file() else {}
    jobs = [(name, arguments.passages, int(seed)) for name in arguments.recipes for seed in arguments.seeds.split(",")]
    wanted = [job for job in jobs if "-".join(map(str, job)) not in results]
    with get_context("spawn").Pool(arguments.at_once) as pool:
        for key, result in pool.imap_unordered(run, wanted):
            results[key] = result
            out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            print(key, result, flush=True)


def run(job: tuple[str, int, int]) -> tuple[str, dict[str, Any]]:
    name, number, seed = job
    scheme, config = load_scheme(), load_config()
    passages = read_passages([ROOT / "seeds" / "passages"], scheme)
    gold = label_matrix([p.labels for p in passages], scheme.ids)
    inside, outside = make_folds(passages, gold, config.calibration.folds, by="group", seed=config.seed)[0]
    if number:
        inside = np.random.default_rng(seed).permutation(inside)[:number]
    real = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    held_out: Scored = ([passages[i].text for i in outside], gold[outside])
    development: Scored = ([row["text"] for row in real], label_matrix((row["labels"] for row in real), scheme.ids))
    encoder = load_base_encoder(config.encoder, ROOT).encoder
    began = time.perf_counter()
    changes = dict(RECIPES[name])
    finetune.LEAST_BATCH = changes.pop("least_batch", finetune.LEAST_BATCH)
    tuning = replace(config.fine_tuning, **changes)
    history = finetune.fine_tune(encoder, [passages[i].text for i in inside], gold[inside], tuning, seed=seed)
    result: dict[str, Any] = {
        "seconds": round(time.perf_counter() - began),
        "device": history[-1]["device"],
        "loss": [round(epoch["loss"], 3) for epoch in history],
    }
    said = [evidence(encoder.model, texts, len(scheme.ids)) for texts, _ in (held_out, development)]
    cuts = [best_cut(held_out[1][:, k], said[0][:, k]) for k in range(gold.shape[1])]
    for title, least, (_, truth), found in zip(
        ("held_out", "development"), (8, 10), (held_out, development), said, strict=True
    ):
        columns = [k for k in range(truth.shape[1]) if truth[:, k].sum() >= least]
        precise = [average_precision_score(truth[:, k], found[:, k]) for k in columns]
        result[f"{title}_average_precision"] = round(float(np.mean(precise)), 4)
        result[f"{title}_macro_f1"] = round(
            float(np.mean([f1(truth[:, k], found[:, k] >= cuts[k]) for k in columns])), 4
        )
        result[f"{title}_loss"] = round(float((np.logaddexp(0, found) - truth * found).sum(axis=1).mean()), 3)
    return "-".join(map(str, job)), result


def evidence(model: Any, texts: list[str], labels: int) -> NDArray[np.float64]:
    """Log-odds of the labels, shape ``(n, k)``."""
    rows = model.encode(texts, batch_size=32, show_progress_bar=False)
    return np.asarray(rows[:, -labels:], dtype=np.float64) / SHARE


def best_cut(truth: NDArray[np.int8], found: NDArray[np.float64]) -> float:
    """Log-odds from which on F1 is best, between those of 0.25 and 0.80 as the shipped thresholds are."""
    if not truth.any():
        return 0.0
    precision, recall, cuts = precision_recall_curve(truth, found)
    best = cuts[np.argmax((2 * precision * recall / np.maximum(precision + recall, 1e-9))[:-1])]
    return float(np.clip(best, np.log(0.25 / 0.75), np.log(0.80 / 0.20)))


def f1(truth: NDArray[np.int8], said: NDArray[np.bool_]) -> float:
    return float(2 * (truth & said).sum() / max(1, truth.sum() + said.sum()))


if __name__ == "__main__":
    main()
