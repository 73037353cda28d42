"""What training that goes on from a bundle takes over beside its encoder: heads, words, calibration, thresholds.

A label of which there are few passages is not learnt anew from them: its heads start from the bundle's and move as far
as the passages ask, and its calibration and thresholds stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import Bundle
from ihlclass.calibration import Calibration, Curve
from ihlclass.decisions import Threshold
from ihlclass.heads import LinearHeads
from ihlclass.lexical import LexicalHeads

Matrix = NDArray[np.float64]

#: With fewer held-out positives than this, a label that the bundle knows keeps the bundle's calibration and thresholds.
KEPT_BELOW = 20


class HeadStart(NamedTuple):
    """Heads to start from, and how much the passages at hand count beside what made these, shape ``(k,)``, 0..1."""

    heads: LinearHeads
    share: Matrix


class Kept(NamedTuple):
    """Calibration and thresholds that are taken over as they are.

    Attributes
    ----------
    labels
        The labels that they are taken over for.
    calibration
        Of all labels of the scheme; the columns of `labels` count.
    thresholds
        Of `labels`.
    """

    labels: Sequence[str]
    calibration: Calibration
    thresholds: Mapping[str, Threshold]

    def into(self, fitted: Calibration, scheme_labels: Sequence[str]) -> Calibration:
        """Return a calibration that was fitted, but for the columns of `labels`."""
        columns = [scheme_labels.index(label) for label in self.labels]
        weights = []
        for name in ("slopes", "lexical_slopes", "intercepts"):
            column = getattr(fitted, name).copy()
            column[columns] = getattr(self.calibration, name)[columns]
            weights.append(column)
        methods = list(fitted.methods)
        curves: dict[int, Curve] = {c: curve for c, curve in fitted.curves.items() if c not in columns}
        for column in columns:
            methods[column] = self.calibration.methods[column]
            if column in self.calibration.curves:
                curves[column] = self.calibration.curves[column]
        return Calibration(weights[0], weights[1], weights[2], tuple(methods), curves)


@dataclass(frozen=True)
class Prior:
    """Parts of a bundle, its labels brought into the columns of another scheme.

    Attributes
    ----------
    known
        Which labels of the scheme the bundle has, shape ``(k,)``.
    heads
        Rows of unknown labels are zero.
    lexical
        Likewise its columns; None where the bundle has no lexical heads.
    calibration, thresholds
        Of the labels that are known; what stands in the columns of others means nothing.
    passages
        How many the bundle was fitted on.
    """

    known: NDArray[np.bool_]
    heads: LinearHeads
    lexical: LexicalHeads | None
    calibration: Calibration
    thresholds: Mapping[str, Threshold]
    passages: int

    @classmethod
    def of(cls, bundle: Bundle, labels: Sequence[str], *, columns: bool, passages: int) -> Prior | None:
        """What `bundle` hands on to a scheme of `labels`; None where its heads are no linear ones.

        Parameters
        ----------
        columns
            Whether the last columns of its embeddings are those of its labels; then they are to become those of
            `labels`, as `ihlclass.training.base_encoder.for_labels` makes them.
        """
        if not isinstance(bundle.heads, LinearHeads):
            return None
        theirs = {label: column for column, label in enumerate(bundle.scheme.ids)}
        rows = np.array([theirs.get(label, -1) for label in labels])
        known = rows >= 0

        def taken(values: Any) -> Any:
            made = np.zeros((len(labels), *values.shape[1:]), dtype=values.dtype)
            made[known] = values[rows[known]]
            return made

        coefficients = taken(bundle.heads.coefficients)
        plain = coefficients.shape[1] - len(theirs)
        if columns:
            coefficients = np.hstack([coefficients[:, :plain], taken(coefficients[:, plain:].T).T])
        lexical = bundle.lexical and LexicalHeads(
            bundle.lexical.vocabulary,
            bundle.lexical.idf,
            taken(bundle.lexical.coefficients.T).T,
            taken(bundle.lexical.intercepts),
        )
        calibration = bundle.calibration
        kept = Calibration(
            taken(calibration.slopes),
            taken(calibration.lexical_slopes),
            taken(calibration.intercepts),
            tuple(calibration.methods[row] if row >= 0 else "none" for row in rows.tolist()),
            {new: calibration.curves[old] for new, old in enumerate(rows.tolist()) if old in calibration.curves},
        )
        thresholds = {label: bundle.thresholds[label] for label in labels if label in theirs}
        heads = LinearHeads(coefficients, taken(bundle.heads.intercepts))
        return cls(known, heads, lexical, kept, thresholds, passages)

    def share(self, passages: int) -> Matrix:
        """How much so many new passages count in the heads of each label, beside those of the bundle; shape ``(k,)``.

        Each passage counts the same, whoever it was that saw it; for labels that the bundle does not know, 1.
        """
        return np.where(self.known, passages / (passages + self.passages), 1.0)

    def kept(self, gold: NDArray[np.int8], labels: Sequence[str]) -> Kept:
        """What is taken over as it is: of labels with few positives in `gold`, held out, shape ``(n, k)``."""
        few = self.known & (gold.sum(axis=0) < KEPT_BELOW)
        names = [label for label, is_few in zip(labels, few.tolist(), strict=True) if is_few]
        return Kept(names, self.calibration, {label: self.thresholds[label] for label in names})


def fit_from(rows: Any, gold: NDArray[np.int8], start: LinearHeads, C: Matrix) -> LinearHeads:
    """Fit a logistic regression per label whose penalty draws it to where it starts, and not to zero.

    Minimised is ``C * sum of cross-entropies + |w - w0|^2 / 2``, intercepts among the weights; for ``w0 = 0`` that is
    scikit-learn's ``LogisticRegression(C=C)`` but for the penalty on the intercept. For other ``w0`` it is the most
    probable ``w`` after the passages, where before them it was normal around ``w0`` with variance ``C``.

    Parameters
    ----------
    rows
        Shape ``(n, d)``, an array or a SciPy sparse matrix.
    gold
        Shape ``(n, k)``.
    start
        Coefficients of shape ``(k, d)``, intercepts of shape ``(k,)``.
    C
        Of each label, shape ``(k,)``.
    """
    from scipy.optimize import minimize

    coefficients, intercepts = np.empty_like(start.coefficients), np.empty_like(start.intercepts)
    for label, truth in enumerate(gold.T.astype(np.float64)):
        w0 = np.append(start.coefficients[label], start.intercepts[label])

        def loss(w: Matrix, c: float = C[label], truth: Matrix = truth, w0: Matrix = w0) -> tuple[float, Matrix]:
            logits = rows @ w[:-1] + w[-1]
            value = c * np.sum(np.logaddexp(0, logits) - truth * logits) + (w - w0) @ (w - w0) / 2
            slack = c * (1 / (1 + np.exp(-np.clip(logits, -60, 60))) - truth)
            return float(value), np.append(rows.T @ slack, slack.sum()) + w - w0

        found = minimize(loss, w0, jac=True, method="L-BFGS-B").x
        coefficients[label], intercepts[label] = found[:-1], found[-1]
    return LinearHeads(coefficients, intercepts)
