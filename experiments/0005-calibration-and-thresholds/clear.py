"""What it costs and brings that a passage in which nothing is clear gets no tag (docs/decisions/0027).

usage: python experiments/0005-calibration-and-thresholds/clear.py [PASSAGES.jsonl] [BUNDLE]

By how many log-odds a label must pass its threshold to be clear, for the profiles accurate and fast: figures of the
bundle's held-out passages (which thresholds were fitted on) and of passages with gold labels; written to clear.json.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from ihlclass.bundle import FAST_FOLDER, load_bundle
from ihlclass.decisions import decided_matrix
from ihlclass.training.evaluation import evaluate
from ihlclass.training.fast_thresholds import BothSaid
from ihlclass.training.measure import read_gold
from ihlclass.training.thresholding import MARGINS, above

KEYS = ("macro_f1_all", "micro_f1", "micro_precision", "micro_recall", "false_alarm_rate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("passages", nargs="?", type=Path, default=Path("../shared/dev/passages.jsonl"))
    parser.add_argument("bundle", nargs="?", type=Path)
    options = parser.parse_args()
    rows = []
    for profile in ("accurate", "fast"):
        bundle = load_bundle(options.bundle, profile=profile)
        scheme = bundle.scheme
        both = BothSaid.load(bundle.path / FAST_FOLDER)
        assert both is not None
        gold = read_gold(options.passages, scheme)
        sets = {
            "held-out": (both.gold, getattr(both, profile)),
            options.passages.stem: (gold.labels, bundle.probabilities(gold.texts)),
        }
        accept = np.array([bundle.thresholds[label].accept for label in scheme.ids])
        for margin in MARGINS:
            clear = dict(zip(scheme.ids, above(accept, margin).tolist(), strict=True))
            tried = {label: replace(t, clear=clear[label]) for label, t in bundle.thresholds.items()}
            for name, (labels, p) in sets.items():
                found = evaluate(labels, decided_matrix(p, scheme.ids, tried, scheme.implies), p, scheme)
                row = {"profile": profile, "margin": margin, "shipped": tried == bundle.thresholds, "on": name}
                row |= {key: round(found[key], 4) for key in KEYS}
                rows.append(row | {"incident_f1": round(found["labels"]["incident"]["f1"], 4)})
                print(*rows[-1].values(), sep="\t")
    text = json.dumps({"bundle": bundle.digest, "rows": rows}, indent=1)
    Path(__file__).with_name("clear.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
