"""Train on growing shares of the training passages, score each bundle on the development set.

usage: python experiments/0002-training-set/curve.py [--shares 10,25,50,100] [--words | --fine-tune] [--shared DIR]

Shares are drawn by group (an event is wholly in or out) and nested: the 10 % are part of the 25 %. By default the
encoder stays frozen, which takes minutes; with --fine-tune each share is trained as the shipped bundle is (hours on
two cores). Writes curve-frozen.json or curve-fine-tuned.json beside this file: by share, the scorer's figures and F1 by
label. With --words only the heads on words are fitted, which takes a minute: curve-words.json, average precision by
label. Shares that the file holds already are kept, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from ihlclass.decisions import label_matrix
from ihlclass.labels import load_scheme
from ihlclass.training.config import load_config
from ihlclass.training.data import LabelledPassage, read_passages
from ihlclass.training.fitting import fit_lexical
from ihlclass.training.run import train

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = 13


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shares", default="10,25,50,100")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--fine-tune", action="store_true")
    kind.add_argument("--words", action="store_true")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    kind_name = "words" if arguments.words else "fine-tuned" if arguments.fine_tune else "frozen"
    out = HERE / f"curve-{kind_name}.json"
    results = json.loads(out.read_text()) if out.is_file() else {}
    passages = read_passages([ROOT / "seeds" / "passages"], load_scheme())
    groups = sorted({p.group for p in passages})
    rank = dict(zip(groups, np.random.default_rng(SEED).permutation(len(groups)) / len(groups), strict=True))
    for share in map(int, arguments.shares.split(",")):
        if str(share) in results:
            continue
        chosen = [p for p in passages if rank[p.group] < share / 100]
        found = score_words(chosen, arguments.shared) if arguments.words else score_bundle(chosen, arguments)
        results[str(share)] = {**found, "passages": len(chosen)}
        out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(share, {k: v for k, v in results[str(share)].items() if k != "labels"}, flush=True)


def score_words(chosen: list[LabelledPassage], shared: Path) -> dict[str, object]:
    ids = load_scheme().ids
    heads = fit_lexical([p.text for p in chosen], label_matrix((p.labels for p in chosen), ids), load_config().lexical)
    rows = [json.loads(line) for line in (shared / "dev" / "passages.jsonl").open(encoding="utf-8")]
    scores = heads.score([row["text"] for row in rows])
    found = {}
    for column, label in enumerate(ids):
        truth = [label in row["labels"] for row in rows]
        if sum(truth) >= 10:
            found[label] = round(float(average_precision_score(truth, scores[:, column])), 3)
    return {"mean_average_precision": round(float(np.mean(list(found.values()))), 3), "labels": found}


def score_bundle(chosen: list[LabelledPassage], arguments: argparse.Namespace) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        data = folder / "share.jsonl"
        data.write_text("".join(json.dumps(asdict(p)) + "\n" for p in chosen), encoding="utf-8")
        config = load_config()
        config = replace(
            config,
            data=replace(config.data, passages=[str(data)]),
            fine_tuning=config.fine_tuning if arguments.fine_tune else replace(config.fine_tuning, epochs=0),
            fast=replace(config.fast, enabled=False),
            output=str(folder / "bundle"),
            root=ROOT,
        )
        train(config, tracked=False)
        return score(folder / "bundle", folder, arguments.shared)


def score(bundle: Path, scratch: Path, shared: Path) -> dict[str, object]:
    gold, tags, figures = shared / "dev" / "passages.jsonl", scratch / "tags.jsonl", scratch / "figures.json"
    ihlclass = [sys.executable, "-c", "from ihlclass.cli import main; main()"]
    subprocess.run([*ihlclass, "tag", gold, "-o", tags, "--bundle", bundle], check=True)
    scorer = shared / "tools" / "score_passages.py"
    subprocess.run([sys.executable, scorer, gold, tags, "--json", figures, "--quiet"], check=True)
    found = json.loads(figures.read_text())
    return {
        **{key: value for key, value in found.items() if isinstance(value, int | float)},
        "labels": {label: round(row["f1"], 3) for label, row in found["labels"].items() if row.get("f1") is not None},
    }


if __name__ == "__main__":
    main()
