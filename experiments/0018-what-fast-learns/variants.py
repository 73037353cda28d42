"""The fast profile made in other ways than the shipped one: how good is it then, and how fast?

usage: python experiments/0018-what-fast-learns/variants.py [VARIANT ...]

Each variant is distilled (`ihlclass.training.fast.distil`) from the shipped bundle's accurate profile, by the shipped
set-up but for what stands in VARIANTS. The accurate profile is asked once about each passage that any of them learns.
Figures: on the passages held out from it, and on the development passages; passages a second beside the accurate
profile, both on all cores in turn, best of five. Written to variants.json beside this file; what it holds is kept.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import Bundle, default_bundle, load_bundle
from ihlclass.decisions import decided_matrix
from ihlclass.training.config import load_config
from ihlclass.training.evaluation import evaluate
from ihlclass.training.fast import distil
from ihlclass.training.measure import read_gold

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEV = ROOT.parent / "shared" / "dev" / "passages.jsonl"
VARIANTS: dict[str, dict[str, Any]] = {
    "as-shipped": {},
    "hidden-by-adamw": {"hidden_learning_rate": 0.0},
    "nothing-swapped": {"swapped": 0.0},
    "nothing-made": {"crossed": 0.0, "swapped": 0.0},
    "narrow": {"dimension": 128, "layers": 2},
    "labels-alone": {"taught": 0.0, "crossed": 0.0, "swapped": 0.0},
}
KEYS = ("macro_f1_all", "macro_f1_object", "macro_f1_indicator", "map_all", "micro_f1", "false_alarm_rate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="*", default=list(VARIANTS), choices=list(VARIANTS))
    out = HERE / "variants.json"
    results = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {}
    teacher = load_bundle(default_bundle())
    remember(teacher)
    for name in parser.parse_args().variants:
        results[name] = measure(teacher, VARIANTS[name])
        out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(name, results[name], flush=True)


def remember(teacher: Bundle) -> None:
    """Let a bundle answer from memory what it has been asked before."""
    said: dict[str, NDArray[np.float64]] = {}
    ask = teacher.probabilities

    def probabilities(texts: Sequence[str]) -> NDArray[np.float64]:
        if new := [*dict.fromkeys(text for text in texts if text not in said)]:
            said.update(zip(new, ask(new).astype(np.float32), strict=True))
        return np.array([said[text] for text in texts], dtype=np.float64)

    object.__setattr__(teacher, "probabilities", probabilities)


def measure(teacher: Bundle, changes: dict[str, Any]) -> dict[str, Any]:
    config = load_config()
    config = replace(
        config,
        fast=replace(config.fast, **changes),
        data=replace(config.data, passages=[str(ROOT / "seeds" / "passages")]),
        root=ROOT,
    )
    gold = read_gold(DEV, teacher.scheme)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        made, _ = distil(teacher, Path(folder) / "made", config)
        seconds = round(time.perf_counter() - began)
        fast, accurate = load_bundle(made.path, profile="fast"), load_bundle(made.path)
        probabilities = fast.probabilities(gold.texts)
        decided = decided_matrix(probabilities, fast.scheme.ids, fast.thresholds, fast.scheme.implies)
        best = {"fast": np.inf, "accurate": np.inf}
        for _ in range(5):
            for name, bundle in (("fast", fast), ("accurate", accurate)):
                start = time.perf_counter()
                bundle.probabilities(gold.texts)
                best[name] = min(best[name], time.perf_counter() - start)
        held_out = made.manifest["fast"]["metrics"]["fast"]
        development = evaluate(gold.labels, decided, probabilities, fast.scheme)
        return {
            "seconds": seconds,
            "held_out": {key: round(held_out[key], 4) for key in KEYS},
            "development": {key: round(development[key], 4) for key in KEYS},
            "handing_on": made.manifest["fast"]["handing_on"],
            "times_accurate": round(best["accurate"] / best["fast"], 1),
            "megabytes": round(sum(p.stat().st_size for p in (made.path / "fast").rglob("*") if p.is_file()) / 1e6, 1),
        }


if __name__ == "__main__":
    main()
