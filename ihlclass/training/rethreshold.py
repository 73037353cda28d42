"""Set the thresholds of a bundle anew, without training."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import ihlclass
from ihlclass.bundle import CARD_FILE, Bundle, copy_target, load_bundle, put_in_place, seal
from ihlclass.classifier import Classifier
from ihlclass.decisions import Threshold, decided_matrix, save_thresholds
from ihlclass.errors import BundleError
from ihlclass.training.card import model_card
from ihlclass.training.config import ThresholdsConfig
from ihlclass.training.cross_fitting import cross_fit_bundle
from ihlclass.training.evaluation import evaluate
from ihlclass.training.few import FewPlan
from ihlclass.training.figures import held_out_figures
from ihlclass.training.held_out import HELD_OUT_FILE, HeldOut
from ihlclass.training.measure import file_digest, read_gold
from ihlclass.training.thresholding import set_thresholds
from ihlclass.verify import make_vectors


@dataclass(frozen=True)
class Rethresholded:
    """What was made.

    Attributes
    ----------
    before, after
        Thresholds of each label.
    metrics
        Figures of the new thresholds on the passages that they were set on; cross-fitted where those are the held-out
        ones.
    warnings
        See `ihlclass.training.thresholding.set_thresholds`.
    """

    bundle: Path
    before: Mapping[str, Threshold]
    after: Mapping[str, Threshold]
    metrics: Mapping[str, Any]
    warnings: list[str]


def thresholds_config(bundle: Bundle) -> ThresholdsConfig:
    """What the thresholds of a bundle were set to reach.

    Raises
    ------
    BundleError
        If its manifest does not say, as those made before it was kept.
    """
    try:
        return ThresholdsConfig(**bundle.manifest["training"]["config"]["thresholds"])
    except (KeyError, TypeError) as error:
        raise BundleError(f"{bundle.path}: does not say what its thresholds were set for; retrain it") from error


def rethreshold(bundle: Bundle, target: Path, config: ThresholdsConfig, *, data: Path | None = None) -> Rethresholded:
    """Write a copy of a bundle whose thresholds were chosen anew.

    Parameters
    ----------
    target
        Where the copy goes; the folder of the bundle itself replaces it, once the new one is whole.
    data
        Passages with gold labels to set the thresholds on; the bundle's own held-out passages where None.

    Raises
    ------
    BundleError
        If the bundle holds no held-out scores and `data` is None, or `target` is something else than a bundle.
    DataError
        If `data` cannot be used.
    """
    target = copy_target(bundle, target)
    scheme = bundle.scheme
    plan = FewPlan.of_manifest(bundle.manifest)
    held_out = HeldOut.load(bundle.path) if data is None or (bundle.path / HELD_OUT_FILE).is_file() else None
    held = held_out.probabilities(bundle.calibration, scheme) if held_out else None
    if data is None:
        assert held_out is not None and held is not None
        probabilities, labels = held, held_out.gold
        source: dict[str, Any] = {"file": HELD_OUT_FILE}
    else:
        gold = read_gold(data, scheme)
        probabilities, labels = bundle.probabilities(gold.texts), plan.gold(gold.labels, scheme)
        source = {"file": data.name, "sha256": file_digest(data)}
    thresholds, warnings = set_thresholds(probabilities, labels, scheme, config, never=plan.left_out)
    figures = None
    if held_out is not None:
        said = cross_fit_bundle(bundle, held_out, config if data is None else thresholds)
        figures = held_out_figures(held_out, said, scheme)
    if data is None:
        assert figures is not None
        metrics = figures
    else:
        metrics = evaluate(
            labels, decided_matrix(probabilities, scheme.ids, thresholds, scheme.implies), probabilities, scheme
        )
    content = {k: v for k, v in bundle.manifest.items() if k not in ("protocol", "files", "digest")}
    training = {**content["training"], "config": {**content["training"]["config"], "thresholds": asdict(config)}}
    content |= {
        "training": training,
        "thresholds": {"ihlclass": ihlclass.__version__, "on": source, "set_anew_in": bundle.digest},
    }
    if "fast" in content:
        warnings.append("the profiles fast and cascade keep theirs; 'ihlclass model distil' makes them anew")
        content["fast"] = {**content["fast"], "before_thresholds": True}
    if figures is not None:
        content["metrics"] = {**content["metrics"], **figures}
    else:
        content["metrics"] = {"kind": f"on {source['file']}, on which its thresholds were set", **metrics}
    with tempfile.TemporaryDirectory(prefix=".thresholds-", dir=target.parent) as scratch:
        made = Path(scratch) / "bundle"
        shutil.copytree(bundle.path, made)
        save_thresholds(made, thresholds)
        (made / CARD_FILE).write_text(model_card(content, scheme), encoding="utf-8")
        make_vectors(Classifier(replace(bundle, path=made, thresholds=thresholds)), made)
        seal(made, content)
        load_bundle(made)
        put_in_place(made, target)
    return Rethresholded(target, bundle.thresholds, thresholds, metrics, warnings)
