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
from ihlclass.lexical import LexicalHeads, terms
from ihlclass.training.config import HeadsConfig, LexicalConfig

Matrix = NDArray[np.float64]

#: Bounds of the accepting threshold: below the lower one a tag would be wrong more often than users can check.
ACCEPT_RANGE = (0.35, 0.80)
#: No passage below this probability is put before a person.
REVIEW_FLOOR = 0.05
#: With fewer positives than this, a label keeps the neutral thresholds.
MIN_POSITIVES = 5


def fit_heads(embeddings: Any, gold: NDArray[np.int8], config: HeadsConfig) -> Heads:
    """Fit one scikit-learn classifier per label.

    Parameters
    ----------
    embeddings, gold
        Shapes ``(n, d)``, an array or a SciPy sparse matrix, and ``(n, k)``.

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


def fit_lexical(texts: Sequence[str], gold: NDArray[np.int8], config: LexicalConfig) -> LexicalHeads:
    """Fit one logistic regression per label on the weighted terms of the passages (`ihlclass.lexical.terms`).

    Parameters
    ----------
    texts, gold
        Passages and their labels, ``gold`` of shape ``(len(texts), k)``.

    Raises
    ------
    UsageError
        If no term stands in `min_passages` passages.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=terms, min_df=config.min_passages, sublinear_tf=True)
    try:
        rows = vectorizer.fit_transform(texts)
    except ValueError as error:
        raise UsageError(f"lexical.min_passages: no word stands in {config.min_passages} passages; lower it") from error
    estimator = HeadsConfig(parameters={"C": config.C, "solver": "liblinear"})
    linear = fit_heads(rows, gold, estimator)
    assert isinstance(linear, LinearHeads)
    return LexicalHeads(
        vocabulary=vectorizer.get_feature_names_out().tolist(),
        idf=vectorizer.idf_,
        coefficients=linear.coefficients.T.astype(np.float16),
        intercepts=linear.intercepts,
    )


def fit_calibration(scores: Matrix, lexical_scores: Matrix | None, gold: NDArray[np.int8]) -> Calibration:
    """Fit Platt scaling for each label on scores of passages that no model behind them was fitted on.

    Platt's smoothed targets keep labels with few positives from certainty. A label whose scores do not rank its
    positives first (slopes 0) gets its base rate as a constant; one without positives keeps its scores as log-odds.

    Parameters
    ----------
    scores, lexical_scores, gold
        Shapes ``(n, k)``; `lexical_scores` is None where there are no lexical heads.
    """
    from scipy.optimize import minimize

    both = [scores] if lexical_scores is None else [scores, lexical_scores]
    found = np.zeros((3, gold.shape[1]))  # slope, lexical slope, intercept
    for column in range(gold.shape[1]):
        truth = gold[:, column]
        positives = int(truth.sum())
        if positives == 0:  # nothing to learn from: leave the head's own log-odds
            found[0, column] = 1.0
            continue
        high, low = (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2)
        target = np.where(truth == 1, high, low)
        inputs = np.column_stack([*(s[:, column] for s in both), np.ones(len(truth))])

        def loss(weights: Matrix, inputs: Matrix = inputs, target: Matrix = target) -> tuple[float, Matrix]:
            logits = inputs @ weights
            value = np.sum(np.logaddexp(0, logits) - target * logits)
            slack = 1 / (1 + np.exp(-np.clip(logits, -60, 60))) - target
            return float(value), slack @ inputs

        start = np.array([1 / len(both)] * len(both) + [0.0])
        bounds = [(0.0, None)] * len(both) + [(None, None)]
        weights = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
        found[: len(both), column], found[2, column] = weights[:-1], weights[-1]
    return Calibration(*found)


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
