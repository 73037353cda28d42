"""How good is it: figures per label, over facets, and over all decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.labels import LabelScheme

#: Labels with fewer gold positives do not enter macro averages.
MIN_SUPPORT = 10
CALIBRATION_BINS = 15
MICRO = ("micro_precision", "micro_recall", "micro_f1")


def evaluate(
    gold: NDArray[np.int8],
    decided: NDArray[np.int8],
    probabilities: NDArray[np.float64],
    scheme: LabelScheme,
    *,
    min_support: int = MIN_SUPPORT,
) -> dict[str, Any]:
    """Compare decisions and probabilities with gold labels.

    Parameters
    ----------
    gold, decided
        Shape ``(n, k)``, 0 or 1, columns in scheme order.
    probabilities
        Shape ``(n, k)``, 0..1.
    min_support
        Labels with fewer gold positives do not enter macro averages.

    Returns
    -------
    dict
        ``labels`` (for each label ``support``, ``precision``, ``recall``, ``f1``, ``average_precision``, ``brier``,
        ``calibration_error``, ``calibration_gap``: mean probability less the share that is so), ``macro_f1_object``,
        ``macro_f1_indicator``, ``macro_f1_all`` (with how many labels each), ``map_all``, ``micro_f1`` and
        ``micro_f1_object``, ``micro_f1_indicator``, ``micro_precision``, ``micro_recall``, ``false_alarm_rate``
        (share of passages without gold labels on which anything was tagged), ``calibration_error`` (over all
        decisions, equal-width bins), ``reliability`` (see `reliability_table`), ``passages``. A value that is not
        defined (such as precision with nothing said) is None.
    """
    from sklearn.metrics import average_precision_score

    rows: dict[str, dict[str, Any]] = {}
    for column, label in enumerate(scheme.ids):
        truth, said, p = gold[:, column], decided[:, column], probabilities[:, column]
        hits, support, claimed = int((truth & said).sum()), int(truth.sum()), int(said.sum())
        rows[label] = {
            "support": support,
            "precision": hits / claimed if claimed else None,
            "recall": hits / support if support else None,
            "f1": 2 * hits / (support + claimed) if support + claimed else 1.0,
            "average_precision": float(average_precision_score(truth, p)) if support else None,
            "brier": float(np.mean((p - truth) ** 2)),
            "calibration_error": calibration_error(p, truth),
            "calibration_gap": float(np.mean(p - truth)),
        }
    result: dict[str, Any] = {"labels": rows, "passages": len(gold), "min_support": min_support}
    averaged = well_supported(scheme, gold.sum(axis=0), min_support)
    for facet, members in facets(scheme).items():
        kept = [rows[scheme.ids[c]] for c in averaged[facet]]
        result[f"macro_f1_{facet}"] = float(np.mean([r["f1"] for r in kept])) if kept else None
        result[f"map_{facet}"] = float(np.mean([r["average_precision"] for r in kept])) if kept else None
        result[f"labels_{facet}"] = len(kept)
        if facet != "all":
            result[f"micro_f1_{facet}"] = micro_figures(gold[:, members], decided[:, members])["micro_f1"]
    result |= micro_figures(gold, decided)
    bare = gold.sum(axis=1) == 0
    result["false_alarm_rate"] = float(decided[bare].any(axis=1).mean()) if bare.any() else None
    result["calibration_error"] = calibration_error(probabilities.ravel(), gold.ravel())
    result["reliability"] = reliability_table(probabilities.ravel(), gold.ravel())
    return result


def facets(scheme: LabelScheme) -> dict[str, list[int]]:
    """Columns of the labels by facet: ``object``, ``indicator``, ``all``."""
    column = {label: number for number, label in enumerate(scheme.ids)}
    parts = {"object": scheme.objects, "indicator": scheme.indicators, "all": scheme.ids}
    return {facet: [column[label] for label in members] for facet, members in parts.items()}


def well_supported(scheme: LabelScheme, support: NDArray[Any], min_support: int = MIN_SUPPORT) -> dict[str, list[int]]:
    """Columns of the labels by facet that macro averages are over: those with `min_support` positives or more."""
    return {facet: [c for c in members if support[c] >= min_support] for facet, members in facets(scheme).items()}


def micro_figures(gold: NDArray[np.int8], decided: NDArray[np.int8]) -> dict[str, float | None]:
    """``micro_precision``, ``micro_recall`` and ``micro_f1`` over all decisions; None where not defined."""
    hits, support, claimed = int((gold & decided).sum()), int(gold.sum()), int(decided.sum())
    values = (hits / claimed if claimed else None, hits / support if support else None)
    return dict(zip(MICRO, (*values, 2 * hits / max(1, support + claimed)), strict=True))


def calibration_error(probabilities: NDArray[np.float64], truth: NDArray[np.int8]) -> float:
    """Expected calibration error over equal-width bins (Naeini, Cooper and Hauskrecht 2015), 0..1."""
    gaps = np.bincount(calibration_bins(probabilities), weights=probabilities - truth, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / max(1, len(truth)))


def calibration_bins(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of the equal-width bin that each probability falls into, shape as `probabilities`."""
    return np.minimum((probabilities * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)


def reliability_table(probabilities: NDArray[np.float64], truth: NDArray[np.int8]) -> list[dict[str, float]]:
    """Say how often was so what was said with a probability.

    Returns
    -------
    list of dict
        For each bin that holds a decision ``from``, ``to``, ``decisions``, mean ``probability``, ``share`` that was so.
    """
    bins = calibration_bins(probabilities)
    counts = np.bincount(bins, minlength=CALIBRATION_BINS)
    said, was = (np.bincount(bins, weights=values, minlength=CALIBRATION_BINS) for values in (probabilities, truth))
    return [
        {
            "from": b / CALIBRATION_BINS,
            "to": (b + 1) / CALIBRATION_BINS,
            "decisions": int(counts[b]),
            "probability": float(said[b] / counts[b]),
            "share": float(was[b] / counts[b]),
        }
        for b in np.flatnonzero(counts).tolist()
    ]
