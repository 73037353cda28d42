"""Fit heads, calibration and thresholds on embeddings."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.decisions import Threshold
from ihlclass.errors import UsageError
from ihlclass.heads import Calibration, Heads, LinearHeads, SklearnHeads
from ihlclass.training.config import HeadsConfig

Matrix = NDArray[np.float64]

#: Bounds of the accepting threshold: below the lower one a tag would be wrong more often than users can check.
ACCEPT_RANGE = (0.35, 0.80)
#: No passage below this probability is put before a person.
REVIEW_FLOOR = 0.05
#: With fewer positives than this, a label keeps the neutral thresholds.
MIN_POSITIVES = 5


def fit_heads(embeddings: NDArray[np.float32], gold: NDArray[np.int8], config: HeadsConfig) -> Heads:
    """Fit one scikit-learn classifier per label.

    Parameters
    ----------
    embeddings, gold
        Shapes ``(n, d)`` and ``(n, k)``.

    Raises
    ------
    UsageError
        If the estimator is unknown, no classifier, or refuses its parameters.
    """
    from sklearn.multiclass import OneVsRestClassifier

    estimator = _estimator(config)
    with warnings.catch_warnings():  # a label with one class only becomes a constant, and the report says so
        warnings.filterwarnings("ignore", message="Label .* is present in all training examples")
        warnings.filterwarnings("ignore", message="Label not .* is present in all training examples")
        fitted = OneVsRestClassifier(estimator).fit(embeddings, gold)
    if all(hasattr(one, "coef_") or type(one).__name__ == "_ConstantPredictor" for one in fitted.estimators_):
        return _as_arrays(fitted, embeddings.shape[1])
    return SklearnHeads(fitted)


def fit_calibration(scores: Matrix, gold: NDArray[np.int8]) -> Calibration:
    """Fit Platt scaling for each label on scores of passages that no model behind them was fitted on.

    Platt's smoothed targets keep labels with few positives from certainty. A label whose scores do not rank its
    positives first (slope 0 or less) gets its base rate as a constant; one without positives keeps its scores as
    log-odds.
    """
    from scipy.optimize import minimize

    slopes, intercepts = np.zeros(gold.shape[1]), np.zeros(gold.shape[1])
    for column in range(gold.shape[1]):
        truth, raw = gold[:, column], scores[:, column]
        positives = int(truth.sum())
        if positives == 0:  # nothing to learn from: leave the head's own log-odds
            slopes[column] = 1.0
            continue
        high, low = (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2)
        target = np.where(truth == 1, high, low)

        def loss(parameters: Matrix, raw: Matrix = raw, target: Matrix = target) -> tuple[float, Matrix]:
            logits = parameters[0] * raw + parameters[1]
            value = np.sum(np.logaddexp(0, logits) - target * logits)
            slack = 1 / (1 + np.exp(-np.clip(logits, -60, 60))) - target
            return float(value), np.array([np.sum(slack * raw), np.sum(slack)])

        found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)])
        slopes[column], intercepts[column] = found.x
    return Calibration(slopes, intercepts)


def fit_thresholds(
    probabilities: Matrix, gold: NDArray[np.int8], labels: Sequence[str], *, review_recall: float
) -> dict[str, Threshold]:
    """Choose the two thresholds of each label on calibrated probabilities of passages not fitted on.

    ``accept`` is the middle of the probabilities at which F1 is within 0.5 points of its best (a plateau is safer than
    a peak), within `ACCEPT_RANGE`. ``review`` is the highest probability at which `review_recall` of the positives
    are at or above it, at least `REVIEW_FLOOR`.
    """
    thresholds = {}
    for column, label in enumerate(labels):
        p, truth = probabilities[:, column], gold[:, column]
        positives = int(truth.sum())
        if positives < MIN_POSITIVES:
            thresholds[label] = Threshold(accept=0.5, review=0.2)
            continue
        grid = np.arange(ACCEPT_RANGE[0], ACCEPT_RANGE[1] + 1e-9, 0.01)
        said = p[None, :] >= grid[:, None]
        hits = (said & (truth == 1)).sum(axis=1)
        f1 = 2 * hits / np.maximum(said.sum(axis=1) + positives, 1)
        accept = round(float(np.mean(grid[f1 >= f1.max() - 0.005])), 4)
        review = float(np.quantile(p[truth == 1], 1 - review_recall, method="lower"))
        thresholds[label] = Threshold(accept=accept, review=round(min(accept, max(REVIEW_FLOOR, review)), 4))
    return thresholds


def _estimator(config: HeadsConfig) -> Any:
    from sklearn.base import is_classifier

    module, _, name = config.estimator.rpartition(".")
    try:
        estimator = getattr(importlib.import_module(module), name)(**config.parameters)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"heads.estimator: scikit-learn has no {config.estimator}") from error
    except TypeError as error:
        raise UsageError(f"heads.parameters: {config.estimator} refuses them: {error}") from error
    if not is_classifier(estimator):
        raise UsageError(f"heads.estimator: {config.estimator} is no classifier")
    return estimator


def _as_arrays(fitted: Any, dimension: int) -> LinearHeads:
    coefficients, intercepts = np.zeros((len(fitted.estimators_), dimension)), np.zeros(len(fitted.estimators_))
    for row, one in enumerate(fitted.estimators_):
        if hasattr(one, "coef_"):
            coefficients[row], intercepts[row] = one.coef_[0], one.intercept_[0]
        else:
            intercepts[row] = 10.0 if one.predict(np.zeros((1, dimension)))[0] else -10.0
    return LinearHeads(coefficients, intercepts)
