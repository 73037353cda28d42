"""What a training run writes into the manifest of its bundle."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

import ihlclass
from ihlclass.calibration import Calibration
from ihlclass.encoder import Encoder
from ihlclass.heads import Heads
from ihlclass.labels import LabelScheme
from ihlclass.lexical import LexicalHeads
from ihlclass.training.base_encoder import BaseEncoder
from ihlclass.training.config import TrainConfig
from ihlclass.training.data import LabelledPassage, data_digest
from ihlclass.training.few import FewPlan
from ihlclass.training.fitted_on import Keys

#: What the figures in a manifest are measured on.
HELD_OUT_KINDS = {
    "group": "on held-out folds of the training passages, groups kept together",
    "conflict": "on conflicts held out from training",
    "style": "on styles of writing held out from training",
    "date": "on the latest passages, by a model of older ones",
}
PACKAGES = ("numpy", "scikit-learn", "onnxruntime", "tokenizers", "torch", "sentence-transformers")


class Fitted(NamedTuple):
    """A fitted model: its parts, what they started from, keys of the passages it was fitted on, losses by epoch.

    Of its `teachers` the last epoch alone.
    """

    encoder: Encoder
    heads: Heads
    lexical: LexicalHeads | None
    base: BaseEncoder
    on: Keys
    history: list[dict[str, Any]]
    teachers: list[dict[str, Any]]


def run_manifest(
    config: TrainConfig,
    passages: Sequence[LabelledPassage],
    folds: tuple[int, int],
    held_out: int,
    metrics: dict[str, Any],
    calibration: Calibration,
    few: FewPlan,
    scheme: LabelScheme,
    fitted: Fitted,
    git: dict[str, str],
) -> dict[str, Any]:
    """Return the content of a manifest before the bundle is sealed, without the fast profile.

    Parameters
    ----------
    folds
        How many were made, and how many of them were held out in turn.
    held_out
        Number of held-out passages.
    metrics
        Their figures, as `ihlclass.training.figures.held_out_figures` gives them.
    few
        What was done with labels that have few passages.
    fitted
        The model that is shipped.
    git
        As `ihlclass.training.tracking.git_state` gives it.
    """
    start = dict(fitted.base.start.facts) if fitted.base.start else {}
    return {
        "ihlclass": ihlclass.__version__,
        "scheme": {"version": scheme.version, "digest": scheme.digest},
        "data": {
            "digest": data_digest(passages),
            "passages": len(passages),
            "groups": len({p.group for p in passages}),
            "unlabelled": sum(not p.labels for p in passages),
        },
        "training": {
            "base": fitted.base.source,
            "base_sha256": fitted.base.sha256,
            **({"start": start} if start else {}),
            "fine_tuned": config.fine_tuning.epochs > 0 or start.get("epochs", 0) > 0,
            "estimator": config.heads.estimator,
            "folds": folds[0],
            "scored_folds": folds[1],
            "fitted_on": len(fitted.on),
            "history": fitted.history,
            **({"teachers": fitted.teachers} if fitted.teachers else {}),
            "seed": config.seed,
            "config": config.as_dict(),
            **git,
        },
        "few_labels": {"few": few.few, "merged": few.merged, "left_out": list(few.left_out)},
        "calibration": dict(Counter(calibration.methods)),
        "metrics": {
            "kind": HELD_OUT_KINDS[config.calibration.by],
            "passages": held_out,
            **{k: v for k, v in metrics.items() if k != "labels"},
            "labels": metrics["labels"],
        },
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }
