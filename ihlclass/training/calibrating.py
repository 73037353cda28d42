"""Fit calibration on scores of passages that no model behind them was fitted on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ihlclass.calibration import BetaCurve, Calibration, Curve, IsotonicCurve, beta_terms

Matrix = NDArray[np.float64]

#: Methods that a config may name.
METHODS = ("auto", "platt", "temperature", "beta", "isotonic")
#: ``auto``: from so many passages of the rarer class on, this method; a third parameter needs more of them. Isotonic
#: regression and temperature scaling were worse at every size that the project could try (experiments/0005).
BY_SIZE = ((20, "beta"), (0, "platt"))


def fit_calibration(
    scores: Matrix, lexical_scores: Matrix | None, gold: NDArray[np.int8], method: str = "auto"
) -> Calibration:
    """Fit the calibration of each label.

    Platt's smoothed targets keep labels with few positives from certainty. A label whose scores do not rank its
    positives first (slopes 0) gets its base rate as a constant; one without positives keeps its scores as log-odds.

    Parameters
    ----------
    scores, lexical_scores, gold
        Shapes ``(n, k)``; `lexical_scores` is None where there are no lexical heads.
    method
        One of `METHODS`; ``auto`` chooses by the passages that a label has, see `BY_SIZE`.
    """
    both = [scores] if lexical_scores is None else [scores, lexical_scores]
    found = np.zeros((3, gold.shape[1]))  # slope, lexical slope, intercept
    curves: dict[int, Curve] = {}
    methods = ["none"] * gold.shape[1]
    for column in range(gold.shape[1]):
        truth = gold[:, column]
        positives = int(truth.sum())
        if positives == 0:  # nothing to learn from: leave the head's own log-odds
            found[0, column] = 1.0
            continue
        chosen = method
        if method == "auto":
            rarer = min(positives, len(truth) - positives)
            chosen = next(name for least, name in BY_SIZE if rarer >= least)
        target = smoothed_targets(truth)
        columns = [s[:, column] for s in both]
        start = np.full(len(both), 1 / len(both))
        if chosen == "temperature":  # one weight for all scores, no intercept
            slope = _logistic([np.mean(columns, axis=0)], target, np.ones(1), free=0)[0]
            if slope > 0:
                found[: len(both), column], methods[column] = slope / len(both), chosen
                continue
            chosen = "platt"  # scores that rank backwards: without an intercept every passage would have one half
        methods[column] = chosen
        weights = _logistic([*columns, np.ones(len(truth))], target, np.append(start, 0.0), free=1)
        found[: len(both), column], found[2, column] = weights[:-1], weights[-1]
        logits = np.column_stack(columns) @ weights[:-1] + weights[-1]
        if chosen == "beta":
            inputs = [*beta_terms(logits), np.ones(len(truth))]
            curves[column] = BetaCurve(*map(float, _logistic(inputs, target, np.array([1.0, 1.0, 0.0]), free=1)))
        elif chosen == "isotonic":
            curves[column] = _isotonic(logits, truth)
    slopes, lexical_slopes, intercepts = found
    return Calibration(slopes, lexical_slopes, intercepts, tuple(methods), curves)


def smoothed_targets(truth: NDArray[np.int8]) -> Matrix:
    """Platt's targets: ``(n1 + 1) / (n1 + 2)`` for positives, ``1 / (n0 + 2)`` for the rest; shape as `truth`."""
    positives = int(truth.sum())
    return np.where(truth == 1, (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2))


def _logistic(columns: list[Matrix], target: Matrix, start: Matrix, *, free: int) -> Matrix:
    """Weights of a logistic regression; all but the last `free` are not negative."""
    from scipy.optimize import minimize

    inputs = np.column_stack(columns)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        logits = inputs @ weights
        value = np.sum(np.logaddexp(0, logits) - target * logits)
        slack = 1 / (1 + np.exp(-np.clip(logits, -60, 60))) - target
        return float(value), slack @ inputs

    bounds = [(0.0, None)] * (len(columns) - free) + [(None, None)] * free
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _isotonic(logits: Matrix, truth: NDArray[np.int8]) -> IsotonicCurve:
    from sklearn.isotonic import IsotonicRegression

    targets = smoothed_targets(truth)
    fitted = IsotonicRegression(y_min=targets.min(), y_max=targets.max(), out_of_bounds="clip").fit(logits, truth)
    return IsotonicCurve(tuple(map(float, fitted.X_thresholds_)), tuple(map(float, fitted.y_thresholds_)))
