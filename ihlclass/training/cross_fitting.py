"""Say of held-out passages what a bundle would say of new ones: by calibration and thresholds fitted on the others.

Calibration and thresholds of a bundle are fitted on all of its held-out passages. Figures of those very passages would
flatter them. So for the figures alone they are fitted anew without each part of the passages, in turn (cross-fitting).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import Bundle
from ihlclass.calibration import Calibration
from ihlclass.decisions import Threshold, decided_matrix
from ihlclass.errors import BundleError
from ihlclass.labels import LabelScheme
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.config import ThresholdsConfig
from ihlclass.training.few import FewPlan
from ihlclass.training.folds import grouped_folds
from ihlclass.training.held_out import HeldOut
from ihlclass.training.prior import Kept
from ihlclass.training.thresholding import MIN_POSITIVES, set_thresholds

#: Parts that the held-out passages are divided into, groups kept whole and labels even.
PARTS = 5
#: Decides ties between parts: the same passages give the same figures.
SEED = 13


@dataclass(frozen=True, eq=False)
class CrossFitted:
    """What is said of held-out passages by calibration and thresholds that were not fitted on them.

    Attributes
    ----------
    probabilities
        Shape ``(n, k)``, 0..1.
    decided
        Shape ``(n, k)``, 0 or 1.
    parts
        Into how many parts the passages were divided; 1 where they lie in one group, and could not be.
    few
        Labels that had fewer than `MIN_POSITIVES` positives to fit on, at least once, and how many they have in all.
    """

    probabilities: NDArray[np.float64]
    decided: NDArray[np.int8]
    parts: int
    few: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """How it was done, for ``metrics`` of a manifest."""
        return {"parts": self.parts, "few": self.few}


def calibrate(held_out: HeldOut, scheme: LabelScheme, method: str, few: FewPlan, kept: Kept | None) -> Calibration:
    """Fit calibration on held-out passages, but for what is taken over and for labels that are never said.

    Parameters
    ----------
    method, few, kept
        As `cross_fit` takes them.
    """
    found = fit_calibration(held_out.scores, held_out.lexical_scores, held_out.gold, method)
    return few.silence(kept.into(found, scheme.ids) if kept else found, scheme.ids)


def cross_fit(
    held_out: HeldOut,
    scheme: LabelScheme,
    method: str,
    policy: ThresholdsConfig | Mapping[str, Threshold],
    few: FewPlan,
    kept: Kept | None = None,
) -> CrossFitted:
    """Calibrate and decide each part of the passages by what is fitted on the other parts.

    A label with few positives to fit on is treated as in a bundle: with fewer than `MIN_POSITIVES` it keeps neutral
    thresholds, with none its raw scores. Passages of a single group are fitted on and measured on all the same.

    Parameters
    ----------
    method
        Of calibration, one of `ihlclass.training.calibrating.METHODS`.
    policy
        What thresholds are to reach; or the thresholds themselves, where they were set on other passages.
    few
        What is done with labels that have few passages.
    kept
        Calibration and thresholds that are not fitted on these passages at all, but taken over.
    """
    gold = held_out.gold
    parts = min(PARTS, len(np.unique(held_out.groups)))
    part_of = grouped_folds(gold, held_out.groups.tolist(), parts, seed=SEED)
    probabilities, decided = np.zeros(gold.shape), np.zeros(gold.shape, dtype=np.int8)
    least = gold.sum(axis=0)
    for part in np.unique(part_of):
        measured = part_of == part
        fitted_on = ~measured if parts > 1 else measured
        others, these = held_out.rows(fitted_on), held_out.rows(measured)
        least = np.minimum(least, others.gold.sum(axis=0))
        calibration = calibrate(others, scheme, method, few, kept)
        if isinstance(policy, ThresholdsConfig):
            others_said = others.probabilities(calibration, scheme)
            stay = kept.thresholds if kept else {}
            thresholds, _ = set_thresholds(others_said, others.gold, scheme, policy, never=few.left_out, kept=stay)
        else:
            thresholds = dict(policy)
        probabilities[measured] = these.probabilities(calibration, scheme)
        decided[measured] = decided_matrix(probabilities[measured], scheme.ids, thresholds, scheme.implies)
    counts = zip(scheme.ids, gold.sum(axis=0).tolist(), least.tolist(), strict=True)
    other = {*few.left_out, *(kept.labels if kept else ())}
    thin = {label: n for label, n, left in counts if n and left < MIN_POSITIVES and label not in other}
    return CrossFitted(probabilities, decided, parts, thin)


def cross_fit_bundle(
    bundle: Bundle,
    held_out: HeldOut,
    policy: ThresholdsConfig | Mapping[str, Threshold],
    kept: Kept | None,
) -> CrossFitted:
    """`cross_fit` the held-out passages of a bundle by the calibration method that it was trained by.

    Parameters
    ----------
    kept
        What is taken over, `kept_of` the bundle or less.

    Raises
    ------
    BundleError
        If its manifest does not say which that was.
    """
    try:
        method = bundle.manifest["training"]["config"]["calibration"]["method"]
    except (KeyError, TypeError) as error:
        raise BundleError(f"{bundle.path}: does not say how it was calibrated; retrain it") from error
    few = FewPlan.of_manifest(bundle.manifest)
    return cross_fit(held_out, bundle.scheme, method, policy, few, kept)


def kept_of(bundle: Bundle) -> Kept | None:
    """What a bundle took over from the one that it went on from, as it holds it now."""
    start = bundle.manifest["training"].get("start", {})
    stay = {label: bundle.thresholds[label] for label in start.get("kept_thresholds", ())}
    return Kept(start["kept"], bundle.calibration, stay) if start.get("kept") else None
