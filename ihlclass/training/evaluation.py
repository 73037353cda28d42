"""How good is it: figures per label, over facets, and over all decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.labels import LabelScheme

#: Labels with fewer gold positives do not enter macro averages.
MIN_SUPPORT = 10
CALIBRATION_BINS = 15


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
        ``calibration_error``), ``macro_f1_object``, ``macro_f1_indicator``, ``macro_f1_all`` (with how many labels
        each), ``map_all``, ``micro_f1``, ``false_alarm_rate`` (share of passages without gold labels on which
        anything was tagged), ``calibration_error`` (over all decisions, equal-width bins), ``passages``.
        A value that is not defined (such as precision with nothing said) is None.
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
        }
    result: dict[str, Any] = {"labels": rows, "passages": len(gold), "min_support": min_support}
    facets = {"object": scheme.objects, "indicator": scheme.indicators, "all": scheme.ids}
    for facet, members in facets.items():
        kept = [rows[label] for label in members if rows[label]["support"] >= min_support]
        result[f"macro_f1_{facet}"] = float(np.mean([r["f1"] for r in kept])) if kept else None
        result[f"map_{facet}"] = float(np.mean([r["average_precision"] for r in kept])) if kept else None
        result[f"labels_{facet}"] = len(kept)
    hits = int((gold & decided).sum())
    result["micro_f1"] = 2 * hits / max(1, int(gold.sum()) + int(decided.sum()))
    bare = gold.sum(axis=1) == 0
    result["false_alarm_rate"] = float(decided[bare].any(axis=1).mean()) if bare.any() else None
    result["calibration_error"] = calibration_error(probabilities.ravel(), gold.ravel())
    return result


def calibration_error(probabilities: NDArray[np.float64], truth: NDArray[np.int8]) -> float:
    """Expected calibration error over equal-width bins (Naeini, Cooper and Hauskrecht 2015), 0..1."""
    bins = np.minimum((probabilities * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=probabilities - truth, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / max(1, len(truth)))


def save_plots(
    gold: NDArray[np.int8], probabilities: NDArray[np.float64], labels: Sequence[str], folder: Any
) -> list[str]:
    """Draw precision-recall curves of the labels with support, and the reliability diagram over all decisions.

    Parameters
    ----------
    folder
        Existing folder for ``precision_recall.png`` and ``reliability.png``.

    Returns
    -------
    list of str
        Names of the files written.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed (extra ``train``).
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        from ihlclass.errors import MissingExtraError

        raise MissingExtraError("plots", "train") from error
    from sklearn.metrics import precision_recall_curve

    drawn = [c for c in range(len(labels)) if gold[:, c].sum() >= MIN_SUPPORT]
    figure = Figure(figsize=(12, 2.2 * max(1, -(-len(drawn) // 6))), layout="constrained")
    for place, column in enumerate(drawn):
        axes = figure.add_subplot(-(-len(drawn) // 6), 6, place + 1)
        precision, recall, _ = precision_recall_curve(gold[:, column], probabilities[:, column])
        axes.plot(recall, precision)
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        axes.set_title(f"{labels[column]} ({gold[:, column].sum()})", fontsize=7)
        axes.tick_params(labelsize=6)
    figure.savefig(folder / "precision_recall.png", dpi=110)

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    flat, truth = probabilities.ravel(), gold.ravel()
    bins = np.minimum((flat * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    n = np.bincount(bins, minlength=CALIBRATION_BINS)
    kept = n > 0
    said = np.bincount(bins, weights=flat, minlength=CALIBRATION_BINS)[kept] / n[kept]
    was = np.bincount(bins, weights=truth, minlength=CALIBRATION_BINS)[kept] / n[kept]
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
    axes.plot(said, was, marker="o")
    axes.set(xlabel="probability said", ylabel="share that was so", xlim=(0, 1), ylim=(0, 1), title="Reliability")
    figure.savefig(folder / "reliability.png", dpi=110)
    return ["precision_recall.png", "reliability.png"]
