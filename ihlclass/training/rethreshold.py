"""Set the thresholds of a bundle anew, without training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ihlclass
from ihlclass.bundle import FAST_FOLDER, Bundle, load_bundle
from ihlclass.decisions import Threshold, decided_matrix, save_thresholds
from ihlclass.errors import BundleError
from ihlclass.training.config import ThresholdsConfig
from ihlclass.training.copies import changed_copy, finish
from ihlclass.training.cross_fitting import cross_fit_bundle, kept_of
from ihlclass.training.evaluation import evaluate
from ihlclass.training.fast_thresholds import BothSaid, set_fast_thresholds
from ihlclass.training.few import FewPlan
from ihlclass.training.figures import held_out_figures
from ihlclass.training.held_out import HELD_OUT_FILE, HeldOut
from ihlclass.training.measure import file_digest, read_gold
from ihlclass.training.thresholding import set_thresholds


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
        return ThresholdsConfig.of_manifest(bundle.manifest["training"])
    except (KeyError, TypeError) as error:
        raise BundleError(f"{bundle.path}: does not say what its thresholds were set for; retrain it") from error


def rethreshold(bundle: Bundle, target: Path, config: ThresholdsConfig, *, data: Path | None = None) -> Rethresholded:
    """Write a copy of a bundle whose thresholds were chosen anew, and those of its fast profile with them.

    Where `data` is None and the bundle does not keep what its fast profile says of the held-out passages, that one
    and the cascade stay as they were, and a warning says so.

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
    scheme, plan = bundle.scheme, FewPlan.of_manifest(bundle.manifest)
    held_out = HeldOut.load(bundle.path) if data is None or (bundle.path / HELD_OUT_FILE).is_file() else None
    gold = None if data is None else read_gold(data, scheme)
    with changed_copy(bundle, target) as (made, content):
        if data is None or gold is None:
            assert held_out is not None
            probabilities, labels = held_out.probabilities(bundle.calibration, scheme), held_out.gold
            source = {"file": HELD_OUT_FILE}
        else:
            probabilities, labels = bundle.probabilities(gold.texts), plan.gold(gold.labels, scheme)
            source = {"file": data.name, "sha256": file_digest(data)}
        kept, stay = kept_of(bundle), dict[str, Threshold]()
        if kept:
            if data is None and config.label_by_label() == thresholds_config(bundle).label_by_label():
                stay = dict(kept.thresholds)
            kept = kept._replace(thresholds=stay)
            content["training"]["start"] = {**content["training"]["start"], "kept_thresholds": list(stay)}
        thresholds, warnings = set_thresholds(probabilities, labels, scheme, config, never=plan.left_out, kept=stay)
        save_thresholds(made, thresholds)
        figures = None
        if held_out is not None:
            cross_fitted = cross_fit_bundle(bundle, held_out, config if data is None else thresholds, kept)
            figures = held_out_figures(held_out, cross_fitted, scheme)
        if data is None:
            assert figures is not None
            metrics = figures
        else:
            metrics = evaluate(
                labels, decided_matrix(probabilities, scheme.ids, thresholds, scheme.implies), probabilities, scheme
            )
        training = {**content["training"], "config": {**content["training"]["config"], "thresholds": asdict(config)}}
        content |= {
            "training": training,
            "thresholds": {"ihlclass": ihlclass.__version__, "on": source, "set_anew_in": bundle.digest},
        }
        if figures is not None:
            content["metrics"] = {**content["metrics"], **figures}
        else:
            content["metrics"] = {"kind": f"on {source['file']}, on which its thresholds were set", **metrics}
        changed = ["accurate"]
        if "fast" in content:
            said = None
            if gold is not None:
                fast = load_bundle(bundle.path, profile="fast").probabilities(gold.texts)
                said = BothSaid.rounded(labels, fast, probabilities)
            content["fast"], fast_warnings = _set_fast(made, bundle, said, source, thresholds, config)
            warnings += fast_warnings
            if not content["fast"].get("before_thresholds"):
                changed.append("fast")
        finish(made, content, changed)
    return Rethresholded(target, bundle.thresholds, thresholds, metrics, warnings)


def _set_fast(
    made: Path,
    bundle: Bundle,
    said: BothSaid | None,
    source: Mapping[str, str],
    accurate: Mapping[str, Threshold],
    config: ThresholdsConfig,
) -> tuple[dict[str, Any], list[str]]:
    """Set the fast profile's thresholds in the copy `made`; return what its manifest says of it, and warnings.

    They are set on `said`, or where that is None on the held-out passages; the operating point is chosen on the
    held-out passages where what the profiles say of them is kept, for it needs many.
    """
    folder, facts = made / FAST_FOLDER, dict(bundle.manifest["fast"])
    kept = BothSaid.load(folder)
    on, judged_on = said or kept, kept or said
    if on is None or judged_on is None:
        return facts | {"before_thresholds": True}, [
            "the profiles fast and cascade keep their thresholds: what fast says of the held-out passages is not kept "
            "in this bundle, as in those made before it was. Set them on passages of your own with --on, or make both "
            "anew with 'ihlclass model distil'"
        ]
    found, warnings = set_fast_thresholds(
        folder,
        on,
        judged_on,
        accurate,
        bundle.scheme,
        config,
        tolerated_loss=facts["config"]["tolerated_loss"],
        few=FewPlan.of_manifest(bundle.manifest),
    )
    for stale in ("before_thresholds", "on", "settle"):
        facts.pop(stale, None)
    return facts | found | ({} if kept else {"on": source}), warnings
