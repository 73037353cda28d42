"""What going on from the shipped bundle brings to a researcher with few passages.

usage: python experiments/0016-going-on/going_on.py [--own FILE ...] [--sizes 300,1000] [--shared DIR]

The passages of `--own` (by default those of round 8, which the eighth bundle had not seen) are divided by event: some
to train on, the rest to measure on. For each number of passages to train on, a bundle is trained from the base encoder
by the shipped recipe, from the shipped bundle with its encoder as it is, and from it fine-tuned; beside them stands the
shipped bundle, not trained on. One fold of three calibrates. Measured on the rest of the own passages, and on the
development set: F1, macro over labels with ten positives there, and micro. Writes going_on.json beside this file; what
stands there is kept.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from ihlclass.bundle import Bundle, load_bundle
from ihlclass.decisions import decided_matrix, label_matrix
from ihlclass.labels import load_scheme
from ihlclass.training.config import EncoderConfig, TrainConfig, load_config
from ihlclass.training.data import read_passages
from ihlclass.training.fitted_on import FittedOn, known
from ihlclass.training.run import train

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = 13
ROUND_8 = [f"seeds/passages/passages-{number}.jsonl" for number in range(117, 122)]
WAYS = ("from the base encoder", "from the bundle, encoder as it is", "from the bundle, fine-tuned")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--own", nargs="+", default=ROUND_8)
    parser.add_argument("--sizes", default="300,1000")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    out, shipped = HERE / "going_on.json", load_bundle(ROOT / "models" / "default")
    found = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {}
    rows = [json.loads(line) for name in arguments.own for line in (ROOT / name).open(encoding="utf-8")]
    passages = read_passages([ROOT / name for name in arguments.own], load_scheme())
    if known(passages, FittedOn.load(shipped.path).keys).any():
        raise SystemExit("the shipped bundle was fitted on some of these passages: give others by --own")
    groups = list(dict.fromkeys(row["group"] for row in rows))
    place = {groups[i]: rank for rank, i in enumerate(np.random.default_rng(SEED).permutation(len(groups)))}
    rows.sort(key=lambda row: place[row["group"]])
    sizes = [int(size) for size in arguments.sizes.split(",")]
    trained_on = {row["group"] for row in rows[: max(sizes)]}
    rest = [row for row in rows if row["group"] not in trained_on]
    dev = [json.loads(line) for line in (arguments.shared / "dev" / "passages.jsonl").open(encoding="utf-8")]
    sets = {f"own ({len(rest)})": rest, f"development ({len(dev)})": dev}
    found.setdefault("the shipped bundle", {name: figures(shipped, some) for name, some in sets.items()})
    for size in sizes:
        for way in WAYS:
            key = f"{size} passages, {way}"
            if key not in found:
                with tempfile.TemporaryDirectory() as folder:
                    data = Path(folder) / "mine.jsonl"
                    data.write_text("".join(json.dumps(row) + "\n" for row in rows[:size]), encoding="utf-8")
                    bundle = load_bundle(train(config(way, data, Path(folder) / "made"), tracked=False).bundle)
                    found[key] = {name: figures(bundle, some) for name, some in sets.items()}
                out.write_text(json.dumps({"bundle": shipped.digest, **found}, indent=1) + "\n", encoding="utf-8")
            print(key, found[key], flush=True)


def config(way: str, data: Path, output: Path) -> TrainConfig:
    made = load_config()
    if way != WAYS[0]:
        tuning = replace(made.fine_tuning, epochs=0 if way == WAYS[1] else 2, learning_rate=1e-4)
        made = replace(made, encoder=EncoderConfig(["bundle:default"], "", 256, "onnx"), fine_tuning=tuning)
    return replace(
        made,
        data=replace(made.data, passages=[str(data)]),
        calibration=replace(made.calibration, folds=3),
        fast=replace(made.fast, enabled=False),
        output=str(output),
    )


def figures(bundle: Bundle, rows: list[dict[str, object]]) -> dict[str, float]:
    scheme = bundle.scheme
    gold = label_matrix([row["labels"] for row in rows], scheme.ids)  # type: ignore[misc]
    said = bundle.probabilities([str(row["text"]) for row in rows])
    decided = decided_matrix(said, scheme.ids, bundle.thresholds, scheme.implies)
    many = gold.sum(axis=0) >= 10
    each = f1_score(gold[:, many], decided[:, many], average=None, zero_division=0)
    micro = f1_score(gold, decided, average="micro", zero_division=0)
    return {"labels": int(many.sum()), "macro_f1": round(float(each.mean()), 3), "micro_f1": round(float(micro), 3)}


if __name__ == "__main__":
    main()
