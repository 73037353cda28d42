"""What becomes of labels with too few positives or negatives to learn from: trained, merged into a parent, left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ihlclass.calibration import LOGIT_BOUND, Calibration
from ihlclass.errors import UsageError
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

    def gold(self, gold: NDArray[np.int8], labels: Sequence[str]) -> NDArray[np.int8]:
        """Return labels to learn from: those merged count for their parents; shape as `gold`."""
        learnt = gold.copy()
        for label, parent in self.merged.items():
            learnt[:, labels.index(parent)] |= gold[:, labels.index(label)]
        return learnt

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


def plan_few(gold: NDArray[np.int8], labels: Sequence[str], config: LabelsConfig) -> FewPlan:
    """Decide what becomes of each label that has fewer than ``min_positives`` positives or negatives.

    Parameters
    ----------
    gold
        Shape ``(n, k)``, columns in the order of `labels`.

    Raises
    ------
    UsageError
        If ``labels.parents`` names a label that the scheme lacks.
    """
    unknown = sorted({*config.parents, *config.parents.values()} - set(labels))
    if unknown:
        raise UsageError(f"labels.parents: the scheme has no {', '.join(unknown)}")
    positives = gold.sum(axis=0)
    rarer = np.minimum(positives, len(gold) - positives)
    few = {label: int(n) for label, n in zip(labels, rarer, strict=True) if n < config.min_positives}
    if config.few == "train":
        return FewPlan(few, {}, ())
    merged = {label: config.parents[label] for label in few if config.few == "merge" and label in config.parents}
    return FewPlan(few, merged, tuple(few))
