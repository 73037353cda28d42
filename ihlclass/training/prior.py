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
from ihlclass.training.config import ThresholdsConfig
from ihlclass.training.few import FewPlan

Matrix = NDArray[np.float64]

#: The estimator that can start from the heads of a bundle, and the parameters that it may have then.
LOGISTIC = "sklearn.linear_model.LogisticRegression"
TAKEN = ("C", "max_iter", "tol", "solver", "random_state")
#: With fewer held-out positives, or negatives, than this, a label that the bundle knows keeps the bundle's calibration
#: and thresholds.
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
        The labels whose calibration is taken over, and how many positives that was fitted on.
    calibration
        Of all labels of the scheme; the columns of `labels` count.
    thresholds
        Of those among `labels` whose thresholds are taken over too.
    """

    labels: Mapping[str, int]
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
    labels
        Of the scheme.
    passages
        By label, how many passages the bundle's heads of it rest on. Labels that it lacks, or never says
        for want of passages, are not there: they are not known.
    positives
        For the same labels, how many positives their calibration was fitted on.
    heads
        Rows of labels that are not known are zero.
    lexical
        Likewise its columns; None where the bundle has no lexical heads.
    calibration, thresholds
        Of the labels that are known; what stands in the columns of others means nothing.
    policy
        What the thresholds were to reach.
    """

    labels: Sequence[str]
    passages: Mapping[str, int]
    positives: Mapping[str, int]
    heads: LinearHeads
    lexical: LexicalHeads | None
    calibration: Calibration
    thresholds: Mapping[str, Threshold]
    policy: ThresholdsConfig

    @classmethod
    def of(cls, bundle: Bundle, labels: Sequence[str], *, columns: bool, passages: int) -> Prior | None:
        """What `bundle` hands on to a scheme of `labels`; None where its heads are no logistic regressions.

        Parameters
        ----------
        columns
            Whether the last columns of its embeddings are those of its labels; then they are to become those of
            `labels`, as `ihlclass.training.base_encoder.for_labels` makes them.
        passages
            How many it was fitted on.
        """
        training = bundle.manifest["training"]
        if not isinstance(bundle.heads, LinearHeads) or training["estimator"] != LOGISTIC:
            return None
        theirs = {label: column for column, label in enumerate(bundle.scheme.ids)}
        never = FewPlan.of_manifest(bundle.manifest).left_out
        known = [label for label in labels if label in theirs and label not in never]

        def taken(values: Any, names: Sequence[str]) -> Any:
            made = np.zeros((len(labels), *values.shape[1:]), dtype=values.dtype)
            made[[labels.index(name) for name in names]] = values[[theirs[name] for name in names]]
            return made

        coefficients = taken(bundle.heads.coefficients, known)
        if columns:
            plain = coefficients.shape[1] - len(theirs)
            same = [label for label in labels if label in theirs]
            coefficients = np.hstack([coefficients[:, :plain], taken(coefficients[:, plain:].T, same).T])
        lexical = bundle.lexical and LexicalHeads(
            bundle.lexical.vocabulary,
            bundle.lexical.idf,
            taken(bundle.lexical.coefficients.T, known).T,
            taken(bundle.lexical.intercepts, known),
        )
        calibration = bundle.calibration
        kept = Calibration(
            taken(calibration.slopes, known),
            taken(calibration.lexical_slopes, known),
            taken(calibration.intercepts, known),
            tuple(calibration.methods[theirs[name]] if name in known else "none" for name in labels),
            {
                labels.index(name): calibration.curves[theirs[name]]
                for name in known
                if theirs[name] in calibration.curves
            },
        )
        start, rows = training.get("start", {}), bundle.manifest["metrics"]["labels"]
        rests_on = start.get("label_passages", {})
        fitted_on = start.get("kept", {})
        return cls(
            labels,
            {label: rests_on.get(label, passages) for label in known},
            {label: fitted_on.get(label, rows[label]["support"] if label in rows else 0) for label in known},
            LinearHeads(coefficients, taken(bundle.heads.intercepts, known)),
            lexical,
            kept,
            {label: bundle.thresholds[label] for label in known},
            ThresholdsConfig.of_manifest(training),
        )

    def label_passages(self, passages: int) -> dict[str, int]:
        """How many passages the heads of each label rest on, once so many more are learnt from."""
        return {label: passages + self.passages.get(label, 0) for label in self.labels}

    def share(self, passages: int) -> Matrix:
        """How much so many new passages count in the heads of each label, beside those of the bundle; shape ``(k,)``.

        Each passage counts the same, whoever it was that saw it; for labels that are not known, 1.
        """
        return np.array([passages / max(n, 1) for n in self.label_passages(passages).values()])

    def kept(self, gold: NDArray[np.int8], policy: ThresholdsConfig) -> Kept:
        """What is taken over as it is: of labels with few positives or negatives, and no more than the bundle had.

        Parameters
        ----------
        gold
            Of the held-out passages, shape ``(n, k)``.
        policy
            What thresholds are to reach; they are taken over only if those of the bundle were to reach the same.
        """
        positives = gold.sum(axis=0)
        counts = dict(zip(self.labels, np.minimum(positives, len(gold) - positives).tolist(), strict=True))
        few = {label: n for label, n in self.positives.items() if counts[label] < KEPT_BELOW and counts[label] <= n}
        same = self.policy.label_by_label() == policy.label_by_label()
        stay = {label: self.thresholds[label] for label in few} if same else {}
        return Kept(few, self.calibration, stay)


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

    Returns
    -------
    LinearHeads
        Shapes as `start`.
    """
    from scipy.optimize import minimize

    rows = rows.astype(np.float64)
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
