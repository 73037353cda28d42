"""Intervals for the figures of `ihlclass.training.evaluation.evaluate`, by drawing groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import (
    LEVEL,
    MIN_GROUPS,
    RESAMPLES,
    SEED,
    Groups,
    Matrix,
    f1_score,
    interval,
    mean_over,
    ratio,
    resample,
)
from ihlclass.training.evaluation import CALIBRATION_BINS, calibration_bins, calibration_error, facets, well_supported

Labels = NDArray[np.int8]


def metric_intervals(
    gold: Labels,
    decided: Labels,
    probabilities: Matrix,
    scheme: LabelScheme,
    groups: Groups,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    level: float = LEVEL,
) -> dict[str, Any]:
    """Percentile intervals of the figures that `evaluate` gives, under the same names.

    Parameters
    ----------
    gold, decided, probabilities
        As for `evaluate`.

    Returns
    -------
    dict
        ``labels`` (for each label ``groups``, in how many groups it stands, and ``precision``, ``recall``, ``f1``,
        ``average_precision``, ``brier``, ``calibration_gap``: ``[low, high]``), macro and micro figures and
        ``false_alarm_rate`` likewise, ``level``, ``resamples``, ``seed``, ``groups``. None where fewer than
        `MIN_GROUPS` groups add to a figure. Macro averages are over the labels with enough positives in the full
        data. ``calibration_error`` has a basic bootstrap interval (the percentiles reflected at the figure: Davison and
        Hinkley 1997, 5.2), since a resample's lies too high; those of single labels have none.
    """
    hits, support, claimed = (groups.sums(a) for a in (gold & decided, gold, decided))
    brier, gap = groups.sums((probabilities - gold) ** 2), groups.sums(probabilities - gold)
    sizes = groups.sums(np.ones(len(gold)))
    bare = gold.sum(axis=1) == 0
    alone, alarms = groups.sums(bare), groups.sums(bare & decided.any(axis=1))
    ranked = [ranked_precision(probabilities[:, c], gold[:, c], groups) for c in range(gold.shape[1])]
    columns = facets(scheme)
    kept = well_supported(scheme, gold.sum(axis=0))
    gaps_by_bin = groups.sums(_gaps_by_bin(probabilities, gold))

    def statistics(drawn: Matrix) -> dict[str, Matrix]:
        h, s, c, n = drawn @ hits, drawn @ support, drawn @ claimed, (drawn @ sizes)[:, None]
        turned = np.ascontiguousarray(drawn.T)
        figures = {
            "precision": ratio(h, c),
            "recall": ratio(h, s),
            "f1": f1_score(h, s, c),
            "average_precision": np.column_stack([one(turned) for one in ranked]),
            "brier": (drawn @ brier) / n,
            "calibration_gap": (drawn @ gap) / n,
            "false_alarm_rate": ratio(drawn @ alarms, drawn @ alone),
            "calibration_error": np.abs(drawn @ gaps_by_bin).sum(axis=1) / (n[:, 0] * gold.shape[1]),
            "micro_precision": ratio(h.sum(axis=1), c.sum(axis=1)),
            "micro_recall": ratio(h.sum(axis=1), s.sum(axis=1)),
        }
        for facet, members in columns.items():
            name = "micro_f1" if facet == "all" else f"micro_f1_{facet}"
            figures[name] = f1_score(*(a[:, members].sum(axis=1) for a in (h, s, c)))
            figures[f"macro_f1_{facet}"] = mean_over(figures["f1"], kept[facet])
            figures[f"map_{facet}"] = mean_over(figures["average_precision"], kept[facet])
        return figures

    result: dict[str, Any] = {"level": level, "resamples": resamples, "seed": seed, "groups": groups.count}
    drawn = resample(groups, statistics, resamples=resamples, seed=seed)
    # Noise only ever adds to this error, so a resample's lie too high by about as much as the figure itself does.
    drawn["calibration_error"] = np.maximum(
        0.0, 2 * calibration_error(probabilities.ravel(), gold.ravel()) - drawn["calibration_error"]
    )
    said, stood = (claimed > 0).sum(axis=0), (support > 0).sum(axis=0)
    adding = {"precision": said, "brier": np.full_like(said, groups.count)}
    adding["calibration_gap"] = adding["brier"]
    one_figure = {"false_alarm_rate": (alone > 0).sum(), "micro_precision": (claimed.sum(axis=1) > 0).sum()}
    positive = (support.sum(axis=1) > 0).sum()
    rows: dict[str, dict[str, Any]] = {label: {"groups": int(stood[c])} for c, label in enumerate(scheme.ids)}
    for name, values in drawn.items():
        if values.ndim == 1:
            enough = one_figure.get(name, positive) >= MIN_GROUPS
            result[name] = interval(values, level=level) if enough else None
            continue
        for c, label in enumerate(scheme.ids):
            enough = adding.get(name, stood)[c] >= MIN_GROUPS
            rows[label][name] = interval(values[:, c], level=level) if enough else None
    result["labels"] = rows
    return result


def _gaps_by_bin(probabilities: Matrix, gold: Labels) -> Matrix:
    """For each passage the sum of probability less truth over its decisions in each bin, shape ``(n, bins)``."""
    sums = np.zeros((len(gold), CALIBRATION_BINS))
    np.add.at(sums, (np.arange(len(gold))[:, None], calibration_bins(probabilities)), probabilities - gold)
    return sums


def ranked_precision(probabilities: Matrix, truth: Labels, groups: Groups) -> Callable[[Matrix], Matrix]:
    """Prepare the average precision of one label, to be had for any number of resamples by matrix products.

    Going down the ranking, precision is asked for only where a positive stands (ties taken together, as scikit-learn
    does), so the passages are summed by group and by the stretch between two such places.

    Returns
    -------
    Callable
        From draws of shape ``(groups, resamples)`` to average precision ``(resamples,)``, NaN without positives.
    """
    from scipy.sparse import csr_array

    order = np.argsort(-probabilities, kind="stable")
    ranked, positive = probabilities[order], truth[order] > 0
    tie = np.cumsum(np.diff(ranked, prepend=ranked[:1]) != 0)
    asked = (np.bincount(tie, weights=positive) > 0).astype(np.int64)
    stretch: NDArray[np.int64] = (np.cumsum(asked) - asked)[tie]
    stretches = int(asked.sum())

    def by_stretch(kept: NDArray[np.bool_]) -> Any:
        places = (stretch[kept], groups.of[order][kept])
        return csr_array((np.ones(len(places[0])), places), shape=(stretches, groups.count))

    everything, positives = by_stretch(stretch < stretches), by_stretch(positive)

    def average_precision(drawn: Matrix) -> Matrix:
        found = positives @ drawn
        precision = ratio(np.cumsum(found, axis=0), np.cumsum(everything @ drawn, axis=0))
        return ratio(np.nansum(found * precision, axis=0), found.sum(axis=0))

    return average_precision
