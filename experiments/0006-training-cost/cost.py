"""What training costs on this machine, and whether the same run gives the same bytes.

usage: python experiments/0006-training-cost/cost.py [heads] [twice] [large] [--passages 50000]

- heads: seconds to fit the heads alone on the kept embeddings of 10,000 passages, and the heads on words on their texts
- twice: the shipped set-up on 600 passages for one epoch, two runs in fresh processes: SHA-256 of the files of both
- large: peak memory of a run on many passages (the training set over and over, each copy with its own number) for one
  epoch with the last layer moving: the set-up that keeps most in memory, the states below that layer

Each part named is measured (all where none is) and written to cost.json beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FILES = ("encoder/model.onnx", "heads.npz", "lexical.npz", "calibration.json", "thresholds.json", "vectors.json")
PARTS = ("heads", "twice", "large")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--passages", type=int, default=50_000)
    arguments = parser.parse_args()
    kept = HERE / "cost.json"
    result = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    for part in arguments.parts or PARTS:
        measured = {"heads": heads, "twice": twice, "large": lambda: large(arguments.passages)}[part]()
        result[part] = {"machine": machine(), **measured}
        kept.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        print(part, json.dumps(result[part], indent=1))


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def heads(passages: int = 10_000) -> dict[str, object]:
    from ihlclass.classifier import load
    from ihlclass.decisions import label_matrix
    from ihlclass.training.config import load_config
    from ihlclass.training.fitting import fit_heads, fit_lexical

    classifier, config, rows = load(), load_config(), seeds()[:passages]
    texts = [row["text"] for row in rows]
    gold = label_matrix((row["labels"] for row in rows), classifier.scheme.ids)
    embeddings = classifier.bundle.encoder.encode(texts)
    times = {}
    began = time.perf_counter()
    fit_heads(embeddings, gold, config.heads, seed=config.seed)
    times["heads_s"] = round(time.perf_counter() - began, 1)
    began = time.perf_counter()
    fit_lexical(texts, gold, config.lexical)
    times["heads_on_words_s"] = round(time.perf_counter() - began, 1)
    return {"passages": len(texts), "labels": gold.shape[1], **times}


def twice(passages: int = 600) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "some.jsonl"
        write(data, seeds()[:passages])
        runs = [run(data, Path(folder) / name, layers=None) for name in ("first", "second")]
        digests = [
            {name: hashlib.sha256((Path(folder) / run / name).read_bytes()).hexdigest() for name in FILES}
            for run in ("first", "second")
        ]
    return {"passages": passages, "same": digests[0] == digests[1], "sha256": digests, "runs": runs}


def large(passages: int) -> dict[str, object]:
    rows = seeds()
    many = [
        {**row, "id": f"{row['id']}-{copy}", "group": f"{row['group']}-{copy}", "text": f"{row['text']} ({copy})"}
        for copy in range(1 + passages // len(rows))
        for row in rows
    ][:passages]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "many.jsonl"
        write(data, many)
        return {"passages": passages, **run(data, Path(folder) / "bundle", layers=1)}


def run(data: Path, output: Path, *, layers: int | None) -> dict[str, float]:
    """Train in a fresh process; return its seconds and peak memory."""
    asked = json.dumps([str(data), str(output), layers])
    done = subprocess.run([sys.executable, __file__, "--one", asked], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def train_one(data: str, output: str, layers: int | None) -> None:
    from ihlclass.training.config import load_config
    from ihlclass.training.run import train

    config = load_config()
    tuning = replace(config.fine_tuning, epochs=1, **({} if layers is None else {"layers": layers}))
    config = replace(config, data=replace(config.data, passages=[data]), fine_tuning=tuning, output=output)
    began = time.perf_counter()
    train(config, tracked=False)
    seconds = round(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps({"seconds": seconds, "peak_gib": round(peak, 2)}))


def seeds() -> list[dict[str, str]]:
    files = sorted((ROOT / "seeds" / "passages").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        train_one(*json.loads(sys.argv[2]))
    else:
        main()
