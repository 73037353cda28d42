"""Would the fast profile gain by the words that the accurate one weighs beside its embedding?

usage: python experiments/0018-what-fast-learns/words.py

The shipped fast net and the shipped words (neither was fitted on the held-out passages), calibrated together and given
thresholds, cross-fitted over events; on the development passages by all held-out ones. Writes words.json beside this
file.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import load_bundle
from ihlclass.decisions import decided_matrix, enforce_implications, label_matrix
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.data import read_passages
from ihlclass.training.evaluation import evaluate
from ihlclass.training.fitted_on import FittedOn, known
from ihlclass.training.measure import read_gold
from ihlclass.training.rethreshold import thresholds_config
from ihlclass.training.thresholding import set_thresholds

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PARTS = 4
KEYS = ("macro_f1_all", "macro_f1_object", "macro_f1_indicator", "micro_f1", "false_alarm_rate", "map_all")
Matrix = NDArray[np.float64]


def main() -> None:
    accurate, fast = load_bundle(), load_bundle(profile="fast")
    scheme, words = accurate.scheme, accurate.lexical
    assert words is not None
    passages = read_passages([ROOT / "seeds" / "passages"], scheme)
    own = known(passages, FittedOn.load(accurate.path).keys)
    held_out = [passages[i] for i in np.flatnonzero(~own)]
    gold = label_matrix([p.labels for p in held_out], scheme.ids)
    groups = np.unique([p.group for p in held_out], return_inverse=True)[1]
    part = np.random.default_rng(0).integers(0, PARTS, groups.max() + 1)[groups]
    real = read_gold(ROOT.parent / "shared" / "dev" / "passages.jsonl", scheme)
    config = thresholds_config(accurate)
    seconds = {}

    def timed(name: str, score: Any, texts: list[str]) -> Matrix:
        began = time.perf_counter()
        found: Matrix = score(texts)
        seconds[name] = (time.perf_counter() - began) / len(texts)
        return found

    texts = [p.text for p in held_out]
    net = timed("net", lambda some: fast.heads.score(fast.encoder.encode(some)), texts)
    said = timed("words", words.score, texts)
    real_net, real_said = fast.heads.score(fast.encoder.encode(real.texts)), words.score(real.texts)
    result: dict[str, Any] = {
        "held_out": len(held_out),
        "words_to_net_seconds": round(seconds["words"] / seconds["net"], 2),
    }
    for name, beside in (("net alone", False), ("net and words", True)):

        def fit(rows: NDArray[np.bool_], beside: bool = beside) -> Any:
            calibration = fit_calibration(net[rows], said[rows] if beside else None, gold[rows], "auto")

            def says(scores: Matrix, lexical: Matrix) -> Matrix:
                p = calibration.apply(scores, lexical if beside else None)
                return enforce_implications(p, scheme.ids, scheme.implies)

            thresholds, _ = set_thresholds(says(net[rows], said[rows]), gold[rows], scheme, config)
            return says, thresholds

        p, decided = np.zeros(net.shape), np.zeros(net.shape, dtype=np.int8)
        for number in range(PARTS):
            inside, outside = part != number, part == number
            of, thresholds = fit(inside)
            p[outside] = of(net[outside], said[outside])
            decided[outside] = decided_matrix(p[outside], scheme.ids, thresholds, scheme.implies)
        of, thresholds = fit(np.ones(len(net), dtype=bool))
        q = of(real_net, real_said)
        real_decided = decided_matrix(q, scheme.ids, thresholds, scheme.implies)
        figures = {
            "held out": evaluate(gold, decided, p, scheme),
            "development": evaluate(real.labels, real_decided, q, scheme),
        }
        result[name] = {on: {key: round(found[key], 4) for key in KEYS} for on, found in figures.items()}
    (HERE / "words.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
