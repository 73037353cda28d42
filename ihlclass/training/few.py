"""What becomes of labels with too few positives or negatives to learn from: trained, merged into a parent, left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.calibration import LOGIT_BOUND, Calibration
from ihlclass.errors import UsageError
from ihlclass.labels import LabelScheme
from ihlclass.training.config import LabelsConfig


@dataclass(frozen=True)
class FewPlan:
    """What is done with labels that have few passages.

    Attributes
    ----------
    few
        For each of them the number of its passages, positives or negatives, whichever are fewer.
    merged
        Labels whose passages count for their parent, and the parent.
    left_out
        Labels that the model never says, those merged among them.
    """

    few: dict[str, int]
    merged: dict[str, str]
    left_out: tuple[str, ...]

    def gold(self, gold: NDArray[np.int8], scheme: LabelScheme) -> NDArray[np.int8]:
        """Return labels to learn from: those merged count for their parents and what these imply; shape as `gold`."""
        return merge(gold, self.merged, scheme)

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any]) -> FewPlan:
        """What was done with labels that had few passages when a bundle was trained."""
        kept = manifest.get("few_labels", {"few": {}, "merged": {}, "left_out": []})
        return cls(kept["few"], kept["merged"], tuple(kept["left_out"]))

    def silence(self, calibration: Calibration, labels: Sequence[str]) -> Calibration:
        """Return a calibration by which labels left out have probability 0."""
        columns = [labels.index(label) for label in self.left_out]
        slopes, lexical, intercepts = (
            a.copy() for a in (calibration.slopes, calibration.lexical_slopes, calibration.intercepts)
        )
        slopes[columns], lexical[columns], intercepts[columns] = 0.0, 0.0, -LOGIT_BOUND
        curves = {column: curve for column, curve in calibration.curves.items() if column not in columns}
        return replace(calibration, slopes=slopes, lexical_slopes=lexical, intercepts=intercepts, curves=curves)

    def warnings(self) -> list[str]:
        """Say what was done and why, a line for each way; empty where every label has enough."""

        def named(labels: Sequence[str]) -> str:
            return ", ".join(f"{label} ({self.few[label]})" for label in labels)

        alone = [label for label in self.left_out if label not in self.merged]
        trained = [label for label in self.few if label not in self.left_out]
        lines = [
            f"{label} has {self.few[label]} passages: merged into {parent}" for label, parent in self.merged.items()
        ]
        if alone:
            lines.append(f"left out, and never said, for too few passages: {named(alone)}")
        if trained:
            lines.append(f"trained on few passages, so little is to be trusted: {named(trained)}")
        return lines


def plan_few(
    gold: NDArray[np.int8], scheme: LabelScheme, config: LabelsConfig, *, known: Collection[str] = ()
) -> FewPlan:
    """Decide what becomes of each label that has fewer than ``min_positives`` positives or negatives.

    A label that others imply is never left out: it would be said with them all the same.

    Parameters
    ----------
    gold
        Shape ``(n, k)``, columns in scheme order.
    known
        Labels that are not few, however few passages they have: a bundle that training goes on from knows them.

    Raises
    ------
    UsageError
        If ``labels.parents`` names a label that the scheme lacks, or a parent that has a parent.
    """
    labels = scheme.ids
    unknown = sorted({*config.parents, *config.parents.values()} - set(labels))
    if unknown:
        raise UsageError(f"labels.parents: the scheme has no {', '.join(unknown)}")
    if chained := sorted(set(config.parents) & set(config.parents.values())):
        raise UsageError(f"labels.parents: {', '.join(chained)} is a parent and has one; name the last parent for each")
    few = {label: n for label, n in _few(gold, labels, config.min_positives).items() if label not in known}
    if config.few == "train":
        return FewPlan(few, {}, ())
    implied = {other for others in scheme.implies.values() for other in others}
    may_go = [label for label in few if label not in implied]
    merged = {label: config.parents[label] for label in may_go if config.few == "merge" and label in config.parents}
    still = _few(merge(gold, merged, scheme), labels, config.min_positives)  # parents may have enough now
    return FewPlan(few, merged, tuple(label for label in may_go if label in merged or label in still))


def merge(gold: NDArray[np.int8], merged: Mapping[str, str], scheme: LabelScheme) -> NDArray[np.int8]:
    """Count labels for their parents, and for what the parents imply; shape as `gold`, columns in scheme order."""
    learnt, column = gold.copy(), scheme.ids.index
    for label, parent in merged.items():
        for other in (parent, *scheme.implies[parent]):
            learnt[:, column(other)] |= gold[:, column(label)]
    return learnt


def _few(gold: NDArray[np.int8], labels: Sequence[str], least: int) -> dict[str, int]:
    positives = gold.sum(axis=0)
    rarer = np.minimum(positives, len(gold) - positives)
    return {label: int(n) for label, n in zip(labels, rarer, strict=True) if n < least}
