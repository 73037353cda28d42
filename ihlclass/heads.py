"""Score: embeddings -> raw scores, which `ihlclass.calibration` turns into probabilities.

Linear scikit-learn heads (logistic regression, linear SVM) are kept as plain arrays: their decision function is one
matrix product, nothing has to be unpickled, and scoring need not import scikit-learn. Any other scikit-learn
classifier is kept as a skops file and read with the allow-list `TRUSTED_TYPES` below.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import readable_arrays
from ihlclass.errors import BundleError

Matrix = NDArray[np.float64]

LINEAR_FILE = "heads.npz"
SKOPS_FILE = "heads.skops"

#: Score of a label that had one class only, or its negative.
CERTAIN = 10.0
#: Types that a skops head may hold beside what skops itself trusts (scikit-learn, numpy, scipy).
TRUSTED_TYPES: frozenset[str] = frozenset(
    {
        "sklearn.multiclass._ConstantPredictor",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.tree._tree.Tree",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
    }
)


class Heads(Protocol):
    """One score per label."""

    def score(self, embeddings: NDArray[np.float32]) -> Matrix:
        """Return raw scores (log-odds before calibration), shape ``(n, k)``."""
        ...

    def save(self, folder: Path) -> None:
        """Write the heads into `folder`."""
        ...


@dataclass(frozen=True)
class LinearHeads:
    """Linear heads as arrays: ``score = embeddings @ coefficients.T + intercepts``.

    Attributes
    ----------
    coefficients
        Shape ``(k, d)``.
    intercepts
        Shape ``(k,)``.
    """

    coefficients: Matrix
    intercepts: Matrix

    def score(self, embeddings: NDArray[np.float32]) -> Matrix:
        """Return raw scores, shape ``(n, k)``. Each row is computed alone, so the batch changes nothing."""
        scores = np.empty((len(embeddings), len(self.intercepts)))
        for row, embedding in enumerate(embeddings.astype(np.float64)):
            scores[row] = self.coefficients @ embedding + self.intercepts
        return scores

    def save(self, folder: Path) -> None:
        """Write ``heads.npz`` into `folder`."""
        np.savez(folder / LINEAR_FILE, coefficients=self.coefficients, intercepts=self.intercepts)


@dataclass(frozen=True)
class SklearnHeads:
    """A fitted ``OneVsRestClassifier`` of any scikit-learn classifier.

    Where the classifier gives probabilities only, the scores are their log-odds.
    """

    estimator: Any

    def score(self, embeddings: NDArray[np.float32]) -> Matrix:
        """Return raw scores (log-odds where the estimator gives probabilities), shape ``(n, k)``."""
        columns = self.estimator.estimators_
        if not len(embeddings):
            return np.empty((0, len(columns)))
        return np.column_stack([log_odds(one, embeddings) for one in columns])

    def save(self, folder: Path) -> None:
        """Write ``heads.skops`` into `folder`."""
        import skops.io

        skops.io.dump(self.estimator, folder / SKOPS_FILE)


def log_odds(classifier: Any, embeddings: NDArray[np.float32]) -> Matrix:
    """Return scores of one label's classifier, shape ``(n,)``.

    A label that had one class only has a constant predictor: sure, either way.
    """
    if type(classifier).__name__ == "_ConstantPredictor":
        return np.where(np.asarray(classifier.predict(embeddings)) > 0, CERTAIN, -CERTAIN)
    if hasattr(classifier, "decision_function"):
        return np.asarray(classifier.decision_function(embeddings), dtype=np.float64)
    probabilities = np.clip(np.asarray(classifier.predict_proba(embeddings), dtype=np.float64)[:, 1], 1e-6, 1 - 1e-6)
    return np.asarray(np.log(probabilities / (1 - probabilities)))


def load_heads(folder: Path) -> Heads:
    """Load the heads of a bundle.

    Raises
    ------
    BundleError
        If no heads are there, they are not readable, or hold a type that our allow-list lacks.
    """
    if (folder / LINEAR_FILE).is_file():
        path = folder / LINEAR_FILE
        with readable_arrays(path, "not readable as linear heads") as arrays:
            return LinearHeads(arrays["coefficients"], arrays["intercepts"])
    path = folder / SKOPS_FILE
    if not path.is_file():
        raise BundleError(f"{folder}: neither {LINEAR_FILE} nor {SKOPS_FILE} is there")
    import skops.io

    try:
        odd = sorted(set(skops.io.get_untrusted_types(file=path)) - TRUSTED_TYPES)
        if odd:
            raise BundleError(
                f"{path}: holds types that are not trusted: {', '.join(odd)}. Bundles may only hold "
                "scikit-learn, numpy and scipy types; retrain with one of those"
            )
        return SklearnHeads(skops.io.load(path, trusted=sorted(TRUSTED_TYPES)))
    except BundleError:
        raise
    except Exception as error:  # a damaged zip raises many kinds
        raise BundleError(f"{path}: not readable as a skops file ({type(error).__name__})") from error
