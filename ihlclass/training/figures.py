"""Everything that ``ihlclass evaluate`` says of a bundle: the content of ``metrics.json``."""

from __future__ import annotations

from typing import Any

from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import MIN_GROUPS, RESAMPLES, SEED
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
    drawn = resamples if gold.groups.count >= MIN_GROUPS else 0
    scores = (gold.labels, decided, probabilities)
    return {
        **measurement.metrics,
        "groups": gold.groups.count,
        "intervals": metric_intervals(*scores, scheme, gold.groups, resamples=drawn, seed=seed) if drawn else None,
        "slices": slice_figures(*scores, gold.groups, gold.fields, resamples=drawn, seed=seed),
        "confusion": confusion(gold.labels, decided, scheme.ids),
        "false_alarms": false_alarms(gold.labels, decided, scheme.ids),
        "worst_errors": worst_errors(*scores, gold.ids, scheme.ids),
    }
