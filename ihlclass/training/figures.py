"""Everything that is said of a bundle's decisions: the content of ``metrics.json``, and of a manifest's ``metrics``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import MIN_GROUPS, RESAMPLES, SEED, Groups, Matrix
from ihlclass.training.cross_fitting import CrossFitted
from ihlclass.training.evaluation import evaluate
from ihlclass.training.held_out import HeldOut
from ihlclass.training.intervals import metric_intervals
from ihlclass.training.measure import Measurement
from ihlclass.training.mistakes import confusion, false_alarms, worst_errors
from ihlclass.training.slices import slice_figures


def all_figures(
    measurement: Measurement, scheme: LabelScheme, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Any]:
    """Put together figures, intervals, slices and errors.

    Parameters
    ----------
    resamples
        How often groups are drawn for the intervals; 0 for no intervals.

    Returns
    -------
    dict
        What `ihlclass.training.evaluation.evaluate` gives, with ``groups``, ``intervals`` (None without resamples, or
        where the data has fewer than `MIN_GROUPS` groups), ``slices``, ``confusion``, ``false_alarms`` and
        ``worst_errors``. It holds no text of any passage.
    """
    gold, decided, probabilities = measurement.gold, measurement.decided, measurement.probabilities
    scores = (gold.labels, decided, probabilities)
    return {
        **measurement.metrics,
        **_spread(*scores, scheme, gold.groups, gold.fields, resamples=resamples, seed=seed),
        "confusion": confusion(gold.labels, decided, scheme.ids),
        "false_alarms": false_alarms(gold.labels, decided, scheme.ids),
        "worst_errors": worst_errors(*scores, gold.ids, scheme.ids),
    }


def held_out_figures(held_out: HeldOut, said: CrossFitted, scheme: LabelScheme) -> dict[str, Any]:
    """Figures of a bundle's own held-out passages.

    Parameters
    ----------
    said
        What is said of these passages, by calibration and thresholds that were not fitted on them.

    Returns
    -------
    dict
        What `ihlclass.training.evaluation.evaluate` gives, with ``groups``, ``intervals``, ``slices``, and
        ``cross_fitted``: in how many ``parts``, and labels with ``few`` positives to fit on.
    """
    scores = (held_out.gold, said.decided, said.probabilities)
    groups = Groups.named([str(number) for number in held_out.groups])
    return {
        **evaluate(*scores, scheme),
        **_spread(*scores, scheme, groups, held_out.fields, resamples=RESAMPLES, seed=SEED),
        "cross_fitted": said.as_dict(),
    }


def _spread(
    gold: NDArray[np.int8],
    decided: NDArray[np.int8],
    probabilities: Matrix,
    scheme: LabelScheme,
    groups: Groups,
    fields: Mapping[str, Sequence[str]],
    *,
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    drawn = resamples if groups.count >= MIN_GROUPS else 0
    scores = (gold, decided, probabilities)
    return {
        "groups": groups.count,
        "intervals": metric_intervals(*scores, scheme, groups, resamples=drawn, seed=seed) if drawn else None,
        "slices": slice_figures(*scores, groups, fields, resamples=drawn, seed=seed),
    }
