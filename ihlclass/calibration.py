"""Turn raw scores into calibrated probabilities: scores are weighed, and where a label has enough passages, bent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import label_rows, save_label_rows

Matrix = NDArray[np.float64]

CALIBRATION_FILE = "calibration.json"
#: Probabilities are rounded to so many decimals, and log-odds kept within these bounds before.
DECIMALS, LOGIT_BOUND = 6, 30.0
#: No more than this is ever said, so that a threshold of 1 is never reached.
HIGHEST = 1 - 10.0**-DECIMALS


def sigmoid(logits: Matrix) -> Matrix:
    """Return ``1 / (1 + exp(-logits))``, logits clipped to `LOGIT_BOUND`."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -LOGIT_BOUND, LOGIT_BOUND))))


class Curve(Protocol):
    """A rising map of log-odds to probabilities."""

    def apply(self, logits: Matrix) -> Matrix:
        """Return probabilities in 0..1, shape as `logits`."""
        ...

    def as_row(self) -> dict[str, Any]:
        """Its numbers, as they are written."""
        ...


@dataclass(frozen=True)
class BetaCurve:
    """Beta calibration: ``log-odds = a * ln p - b * ln(1 - p) + c`` for ``p = sigmoid(logits)``, with ``a, b >= 0``.

    Kull, M., Silva Filho, T. and Flach, P. (2017), Beta calibration, AISTATS.
    """

    a: float
    b: float
    c: float

    def apply(self, logits: Matrix) -> Matrix:
        """Return probabilities in 0..1, shape as `logits`."""
        return _beta(logits, self.a, self.b, self.c)

    def as_row(self) -> dict[str, Any]:
        """Its numbers, as they are written."""
        return {"a": self.a, "b": self.b, "c": self.c}


def beta_terms(logits: Matrix) -> tuple[Matrix, Matrix]:
    """Return ``ln p`` and ``-ln(1 - p)`` for ``p = sigmoid(logits)``; both rise with the logits."""
    clipped = np.clip(logits, -LOGIT_BOUND, LOGIT_BOUND)
    return -np.logaddexp(0.0, -clipped), np.logaddexp(0.0, clipped)


def _beta(logits: Matrix, a: float | Matrix, b: float | Matrix, c: float | Matrix) -> Matrix:
    """Bend log-odds by a beta curve; or those of shape ``(n, m)`` by `m`, whose numbers have shape ``(m,)``."""
    rising, falling = beta_terms(logits)
    return sigmoid(a * rising + b * falling + c)


@dataclass(frozen=True)
class IsotonicCurve:
    """A rising line through knots (``x``: log-odds, ``y``: probabilities), constant beyond its ends.

    Zadrozny, B. and Elkan, C. (2002), Transforming classifier scores into accurate multiclass probability estimates.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]

    def __post_init__(self) -> None:
        steps = [*zip(self.x, self.x[1:], strict=False), *zip(self.y, self.y[1:], strict=False)]
        if not self.x or len(self.x) != len(self.y) or any(a > b for a, b in steps):
            raise ValueError("knots must be as many as values, and both must rise")
        if not 0.0 <= self.y[0] <= self.y[-1] <= 1.0:
            raise ValueError("values must be in 0..1")

    def apply(self, logits: Matrix) -> Matrix:
        """Return probabilities in 0..1, shape as `logits`."""
        return np.asarray(np.interp(logits, self.x, self.y))

    def as_row(self) -> dict[str, Any]:
        """Its numbers, as they are written."""
        return {"x": list(self.x), "y": list(self.y)}


@dataclass(frozen=True)
class Calibration:
    """For each label a weighing of one score or two into log-odds, and where there is one, a curve on those.

    ``log-odds = slope * score + lexical_slope * lexical_score + intercept``; without a curve the probability is their
    sigmoid. With fitted intercepts that is Platt scaling: Platt, J. (1999), Probabilistic outputs for support vector
    machines; with two scores it weighs them too (stacking, Wolpert 1992). With intercept 0 it is temperature scaling:
    Guo, C. et al. (2017), On calibration of modern neural networks. All numbers are fitted on scores of passages that
    neither encoder nor heads were fitted on.

    Attributes
    ----------
    slopes, lexical_slopes, intercepts
        Shape ``(k,)``; slopes are not negative, so a higher score never lowers a probability.
    methods
        How each label was calibrated: ``platt``, ``temperature``, ``beta``, ``isotonic``, or ``none`` where no positive
        was there to learn from.
    curves
        By column; labels without one are absent.
    """

    slopes: Matrix
    lexical_slopes: Matrix
    intercepts: Matrix
    methods: tuple[str, ...]
    curves: Mapping[int, Curve] = field(default_factory=dict)

    def apply(self, scores: Matrix, lexical_scores: Matrix | None = None) -> Matrix:
        """Return probabilities in 0..1, never quite 1, shape as `scores`, rounded to 6 decimals.

        Parameters
        ----------
        scores, lexical_scores
            Scores of the heads and of the lexical heads, both ``(n, k)``; None where a bundle has no lexical heads.
        """
        logits = scores * self.slopes + self.intercepts
        if lexical_scores is not None:
            logits = logits + lexical_scores * self.lexical_slopes
        probabilities = sigmoid(logits)
        columns, numbers = self._beta_curves
        probabilities[:, columns] = _beta(logits[:, columns], *numbers)
        for column, curve in self.curves.items():
            if not isinstance(curve, BetaCurve):
                probabilities[:, column] = curve.apply(logits[:, column])
        return np.minimum(np.round(probabilities, DECIMALS), HIGHEST)

    @cached_property
    def _beta_curves(self) -> tuple[list[int], Matrix]:
        """The columns that have beta curves, and the numbers of these, shape ``(3, m)``."""
        found = {column: curve for column, curve in self.curves.items() if isinstance(curve, BetaCurve)}
        numbers = np.array([(curve.a, curve.b, curve.c) for curve in found.values()], dtype=float)
        return list(found), numbers.reshape(-1, 3).T

    def save(self, folder: Path, labels: Sequence[str]) -> None:
        """Write ``calibration.json`` into `folder`."""
        rows = {}
        for column, (label, method) in enumerate(zip(labels, self.methods, strict=True)):
            curve = self.curves[column].as_row() if column in self.curves else {}
            rows[label] = {
                "method": method,
                "slope": float(self.slopes[column]),
                "lexical_slope": float(self.lexical_slopes[column]),
                "intercept": float(self.intercepts[column]),
                **curve,
            }
        save_label_rows(folder / CALIBRATION_FILE, rows)

    @classmethod
    def load(cls, folder: Path, labels: Sequence[str]) -> Calibration:
        """Read ``calibration.json``.

        Raises
        ------
        BundleError
            If the file is missing, not valid, or does not have just these labels.
        """
        with label_rows(folder / CALIBRATION_FILE, labels) as rows:
            keys = ("slope", "lexical_slope", "intercept")
            weights = np.array([[rows[label][key] for label in labels] for key in keys], dtype=float)
            if not np.isfinite(weights).all():
                raise ValueError("not finite")
            found = ((column, _curve(rows[label])) for column, label in enumerate(labels))
            methods = tuple(str(rows[label]["method"]) for label in labels)
            return cls(weights[0], weights[1], weights[2], methods, {column: curve for column, curve in found if curve})


def _curve(row: Mapping[str, Any]) -> Curve | None:
    match row["method"]:
        case "platt" | "temperature" | "none":
            return None
        case "beta":
            return BetaCurve(*(float(row[key]) for key in ("a", "b", "c")))
        case "isotonic":
            return IsotonicCurve(*(tuple(map(float, row[key])) for key in ("x", "y")))
    raise ValueError(f"unknown method {row['method']}")
