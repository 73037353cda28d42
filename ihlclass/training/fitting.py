"""Fit heads on embeddings, and on words."""

from __future__ import annotations

import importlib
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import BundleError, UsageError
from ihlclass.heads import Heads, LinearHeads, SklearnHeads, load_heads, log_odds
from ihlclass.lexical import LexicalHeads, terms
from ihlclass.training.config import HeadsConfig, LexicalConfig
from ihlclass.training.prior import LOGISTIC, HeadStart, Prior, fit_from


def fit_heads(
    embeddings: Any, gold: NDArray[np.int8], config: HeadsConfig, *, seed: int = 0, start: HeadStart | None = None
) -> Heads:
    """Fit one scikit-learn classifier per label.

    Parameters
    ----------
    embeddings, gold
        Shapes ``(n, d)``, an array or a SciPy sparse matrix, and ``(n, k)``.
    seed
        For classifiers that draw numbers, unless their parameters give a ``random_state``.
    start
        Heads that logistic regressions start from and are drawn to (`ihlclass.training.prior.fit_from`).

    Raises
    ------
    UsageError
        If the estimator is unknown, no classifier, or refuses its parameters.
    """
    from sklearn.multiclass import OneVsRestClassifier

    estimator = make_estimator(config)
    if start is not None:
        return fit_from(embeddings, gold, start.heads, estimator.get_params()["C"] * start.share)
    if estimator.get_params().get("random_state", 0) is None:
        estimator.set_params(random_state=seed)
    with warnings.catch_warnings():  # a label with one class only becomes a constant, and the report says so
        warnings.filterwarnings("ignore", message="Label .* is present in all training examples")
        warnings.filterwarnings("ignore", message="Label not .* is present in all training examples")
        fitted = OneVsRestClassifier(estimator).fit(embeddings, gold)
    if all(hasattr(one, "coef_") or type(one).__name__ == "_ConstantPredictor" for one in fitted.estimators_):
        return _as_arrays(fitted, embeddings.shape[1])
    return SklearnHeads(fitted)


def fit_lexical(
    texts: Sequence[str],
    gold: NDArray[np.int8],
    config: LexicalConfig,
    *,
    prior: Prior | None = None,
    labels: Sequence[str] = (),
) -> LexicalHeads:
    """Fit one logistic regression per label on the weighted terms of the passages (`ihlclass.lexical.terms`).

    Parameters
    ----------
    texts, gold
        Passages and their labels, ``gold`` of shape ``(len(texts), k)``.
    prior
        Of a bundle to go on from: its terms keep their weights where the passages say nothing, new terms are added.
        (A text of new terms has less weight left for the others, since rows are scaled to length 1.)

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
    before = None
    if prior and (start := prior.lexical):
        idf = dict(zip(vectorizer.get_feature_names_out().tolist(), vectorizer.idf_.tolist(), strict=True))
        idf |= dict(zip(start.vocabulary, start.idf.tolist(), strict=True))
        vectorizer = TfidfVectorizer(analyzer=terms, vocabulary=list(idf), sublinear_tf=True)
        vectorizer.idf_ = np.array(list(idf.values()))
        rows = vectorizer.transform(texts)
        coefficients = np.zeros((len(start.intercepts), len(idf)))
        place = vectorizer.vocabulary_
        coefficients[:, [place[term] for term in start.vocabulary]] = start.coefficients.T
        before = HeadStart(LinearHeads(coefficients, start.intercepts), prior.share(len(texts)))
    linear = fit_heads(rows, gold, HeadsConfig(LOGISTIC, {"C": config.C, "solver": "liblinear"}), start=before)
    assert isinstance(linear, LinearHeads)
    return LexicalHeads(
        vocabulary=vectorizer.get_feature_names_out().tolist(),
        idf=vectorizer.idf_,
        coefficients=linear.coefficients.T.astype(np.float16),
        intercepts=linear.intercepts,
    )


def try_estimator(config: HeadsConfig) -> None:
    """Fit, save and load the heads of a config on invented numbers, in a moment: what fails, fails before training.

    Raises
    ------
    UsageError
        If the estimator is unknown, no classifier, refuses its parameters, cannot be fitted on embeddings, or holds
        what a bundle may not.
    """
    numbers = np.random.default_rng(0).normal(size=(200, 32)).astype(np.float32)
    name = config.estimator
    make_estimator(config)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            heads = fit_heads(numbers, (numbers[:, :2] > 0).astype(np.int8), config)
    except Exception as error:  # each estimator raises its own
        raise UsageError(f"heads: {name} cannot be fitted on embeddings: {error}") from error
    with tempfile.TemporaryDirectory() as folder:
        try:
            heads.save(Path(folder))
            load_heads(Path(folder))
        except BundleError as error:
            raise UsageError(f"heads.estimator: no bundle can hold {name}: {str(error).partition(': ')[2]}") from error


def make_estimator(config: HeadsConfig) -> Any:
    """Return the scikit-learn classifier that a config names, not fitted.

    Raises
    ------
    UsageError
        If it is unknown, no classifier, or refuses its parameters.
    """
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
            intercepts[row] = log_odds(one, np.zeros((1, dimension), dtype=np.float32))[0]
    return LinearHeads(coefficients, intercepts)
