"""The shipped model as scikit-learn estimators, so that it stands in a ``Pipeline``; nothing is trained here.

>>> from sklearn.linear_model import LogisticRegression
>>> from sklearn.pipeline import make_pipeline
>>> mine = make_pipeline(PassageEmbedder(), LogisticRegression())  # fit(texts, labels of your own)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ihlclass.classifier import Classifier, load
from ihlclass.decisions import label_matrix
from ihlclass.errors import ArgumentTypeError


class _Loaded(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What both have in common: the bundle is loaded by `fit`, and again wherever a copy is unpickled."""

    def __init__(
        self, bundle: str | os.PathLike[str] | None = None, threads: int | None = None, profile: str = "accurate"
    ) -> None:
        self.bundle = bundle
        self.threads = threads
        self.profile = profile

    def fit(self, X: Iterable[str], y: Any = None) -> Self:
        """Load the bundle and check the texts; what the model knows is not changed, `y` is not looked at.

        Parameters
        ----------
        X
            Texts.

        Raises
        ------
        ArgumentTypeError
            A TypeError, if `X` is one string, or holds what is no string.
        BundleError
            If the bundle cannot be loaded.
        """
        texts_of(X)
        self.classifier_ = self._load()
        return self

    def _load(self) -> Classifier:
        bundle = os.fspath(self.bundle) if self.bundle is not None else None
        return load(bundle, threads=self.threads, profile=self.profile)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "classifier_")

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        return {**state, "classifier_": None} if "classifier_" in state else state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({"profile": "accurate", **state})  # pickles of before there were profiles lack it
        if "classifier_" in state:
            self.classifier_ = self._load()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.target_tags.required = False
        return tags


class PassageEmbedder(TransformerMixin, _Loaded):  # type: ignore[misc]
    """Texts to the embeddings of a bundle's encoder: features for a classifier of your own.

    Parameters
    ----------
    bundle
        Folder of a model bundle; the shipped one where None.
    threads
        Texts encoded side by side; the number of usable cores where None.
    profile
        Whose encoder: ``accurate``, also of ``cascade``; that of ``fast`` gives log-odds of the labels.

    Attributes
    ----------
    classifier_ : Classifier
        The loaded model.
    """

    def transform(self, X: Iterable[str]) -> NDArray[np.float32]:
        """Return one row for each text, shape ``(n, d)``, float32.

        Raises
        ------
        ArgumentTypeError
            A TypeError, if `X` is one string, or holds what is no string.
        """
        check_is_fitted(self)
        return self.classifier_.bundle.encoder.encode(texts_of(X))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns: ``embedding0`` and so on."""
        check_is_fitted(self)
        columns = self.classifier_.bundle.encoder.dimension
        return np.array([f"embedding{number}" for number in range(columns)], dtype=object)


class PassageClassifier(ClassifierMixin, _Loaded):  # type: ignore[misc]
    """A bundle as a multi-label classifier of texts.

    Parameters
    ----------
    bundle
        Folder of a model bundle; the shipped one where None.
    threads
        Texts encoded side by side; the number of usable cores where None.
    profile
        ``accurate``, ``fast`` or ``cascade``, see `ihlclass.classifier.load`.

    Attributes
    ----------
    classifier_ : Classifier
        The loaded model.
    classes_ : ndarray of str
        Labels of the scheme, in the order of the columns.
    """

    def fit(self, X: Iterable[str], y: Any = None) -> Self:
        """Load the bundle and check the texts; `y` is not looked at."""
        super().fit(X, y)
        self.classes_ = np.array(self.classifier_.scheme.ids, dtype=object)
        return self

    def predict(self, X: Iterable[str]) -> NDArray[np.int8]:
        """Return a matrix of zeros and ones, shape ``(n, k)``, columns as in `classes_`: the labels that are set."""
        check_is_fitted(self)
        tagged = self.classifier_.tag(texts_of(X))
        return label_matrix((tags.labels for tags in tagged), self.classifier_.scheme.ids)

    def predict_proba(self, X: Iterable[str]) -> NDArray[np.float64]:
        """Return calibrated probabilities in 0..1, shape ``(n, k)``."""
        check_is_fitted(self)
        return self.classifier_.probabilities(texts_of(X))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.classifier_tags.multi_class = False
        return tags


def texts_of(X: Any) -> list[str]:
    """Return texts as a list: of a list, an array or a column of a data frame.

    Raises
    ------
    ArgumentTypeError
        A TypeError, if it is one string, or holds what is no string.
    """
    table = hasattr(X, "columns") or getattr(X, "ndim", 1) != 1
    if table or not isinstance(X, Iterable) or isinstance(X, str | bytes | Mapping | Iterator):
        raise ArgumentTypeError("X must be several texts: a list, an array, or one column of a data frame")
    texts = list(X)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise ArgumentTypeError(f"X[{number}] is a {type(text).__name__}: must be a string")
    return texts


__all__ = ["PassageClassifier", "PassageEmbedder", "texts_of"]
