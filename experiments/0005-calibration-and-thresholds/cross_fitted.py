"""How much better a bundle looks on the passages that its calibration and thresholds were fitted on.

usage: python experiments/0005-calibration-and-thresholds/cross_fitted.py [BUNDLE]

Figures of its held-out passages, in sample and cross-fitted, printed and written to cross_fitted.json beside this file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ihlclass.bundle import load_bundle
from ihlclass.decisions import decided_matrix
from ihlclass.training.cross_fitting import cross_fit_bundle, kept_of
from ihlclass.training.evaluation import evaluate
from ihlclass.training.held_out import HeldOut
from ihlclass.training.rethreshold import thresholds_config

KEYS = ("macro_f1_all", "macro_f1_object", "macro_f1_indicator", "micro_f1", "false_alarm_rate", "calibration_error")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", type=Path)
    bundle = load_bundle(parser.parse_args().bundle)
    held_out, scheme = HeldOut.load(bundle.path), bundle.scheme
    p = held_out.probabilities(bundle.calibration, scheme)
    decided = decided_matrix(p, scheme.ids, bundle.thresholds, scheme.implies)
    said = cross_fit_bundle(bundle, held_out, thresholds_config(bundle), kept_of(bundle))
    figures = {
        "in_sample": evaluate(held_out.gold, decided, p, scheme),
        "cross_fitted": evaluate(held_out.gold, said.decided, said.probabilities, scheme),
    }
    kept = {name: {key: round(found[key], 5) for key in KEYS} for name, found in figures.items()}
    result = {"bundle": bundle.digest, "passages": len(held_out.gold), **said.as_dict(), **kept}
    text = json.dumps(result, indent=1)
    Path(__file__).with_name("cross_fitted.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
