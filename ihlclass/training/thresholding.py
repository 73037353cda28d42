"""Choose the thresholds of each label on calibrated probabilities of passages not fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ihlclass.decisions import Threshold, decided_matrix
from ihlclass.labels import LabelScheme
from ihlclass.training.config import ThresholdsConfig

Matrix = NDArray[np.float64]

#: No passage below this probability is put before a person.
REVIEW_FLOOR = 0.05
#: With fewer positives than this, a label keeps the neutral thresholds.
MIN_POSITIVES = 5
#: Share of the labels as given in what thresholds are judged by; the rest are the probabilities themselves, which
#: vary less from one set of passages to the next (experiments/0005).
OBSERVED = 0.25
#: How far below its best F-beta may lie over the plateau whose middle is taken: a plateau is safer than a peak.
PLATEAU = 0.005
STEP = 0.01
#: How far above `accept` a label may have to be to be clear, in log-odds.
MARGINS = tuple(np.arange(0, 2.01, 0.125).tolist())
#: With fewer passages than this that carry no label, or some, `accept` is clear enough.
MIN_PASSAGES = 100
#: Thresholds of a label that is never said.
NEVER = Threshold(accept=1.0, review=1.0)


def fit_thresholds(
    probabilities: Matrix, gold: NDArray[np.int8], labels: Sequence[str], config: ThresholdsConfig
) -> dict[str, Threshold]:
    """Choose the thresholds of each label.

    ``accept`` is the middle of the probabilities from ``lowest`` to ``highest`` at which F-beta is within half a point
    of its best (van Rijsbergen 1979); with a precision floor, of those at which precision reaches it, above
    ``highest`` too. Where none does, it is 1: nothing is tagged, and what would have been is put up for review.
    A label with fewer than `MIN_POSITIVES` positives is accepted from 0.5 on, or not at all where there is a floor.
    Precision and F-beta are those expected when a passage carries the label with a probability between what the gold
    label says and what the calibrated one does.

    ``review`` is the highest probability at which no more than ``tolerated_misses`` of the positives are below it, at
    least `REVIEW_FLOOR`.

    Parameters
    ----------
    probabilities, gold
        Shape ``(n, k)``, columns in the order of `labels`.
    """
    thresholds = {}
    for column, label in enumerate(labels):
        p, truth = probabilities[:, column], gold[:, column]
        if int(truth.sum()) < MIN_POSITIVES:
            accept = 1.0 if config.precision_floor else float(np.clip(0.5, config.lowest, config.highest))
            thresholds[label] = Threshold(accept=accept, review=min(0.2, accept))
            continue
        accept = _accept(p, OBSERVED * truth + (1 - OBSERVED) * p, config)
        found = float(np.quantile(p[truth == 1], config.tolerated_misses, method="lower"))
        review = np.floor(found * 10_000) / 10_000  # not above it
        thresholds[label] = Threshold(accept=accept, review=float(min(accept, max(REVIEW_FLOOR, review))))
    return thresholds


def set_thresholds(
    probabilities: Matrix,
    gold: NDArray[np.int8],
    scheme: LabelScheme,
    config: ThresholdsConfig,
    *,
    never: Sequence[str] = (),
    kept: Mapping[str, Threshold] = MappingProxyType({}),
) -> tuple[dict[str, Threshold], list[str]]:
    """Choose thresholds, and say where that could not be done well.

    Parameters
    ----------
    never
        Labels that the model leaves out: no probability is enough for them.
    kept
        Thresholds that are not chosen here but stay, of labels with few positives; but for `clear`, where it is chosen.

    Returns
    -------
    thresholds
        For each label.
    warnings
        Labels with too few positives to choose by, labels that no threshold brings to the precision floor, and that the
        passages are too few to tell false alarms by.
    """
    chosen = {**fit_thresholds(probabilities, gold, scheme.ids, config), **kept, **dict.fromkeys(never, NEVER)}
    thresholds = make_clear(chosen, probabilities, gold, scheme, config)
    counts = dict(zip(scheme.ids, gold.sum(axis=0).tolist(), strict=True))
    few = [f"{label} ({n})" for label, n in counts.items() if n < MIN_POSITIVES and label not in {*never, *kept}]
    beyond = [label for label, threshold in thresholds.items() if threshold.accept == 1.0 and label not in never]
    warnings = []
    if few:
        warnings.append(
            f"labels with fewer than {MIN_POSITIVES} positives among the {len(gold)} passages for calibration and "
            f"thresholds keep neutral thresholds: {', '.join(few)}"
        )
    if beyond:
        warnings.append(
            f"labels that no threshold brings to precision {config.precision_floor:g} are never tagged, only put up "
            f"for review: {', '.join(beyond)}"
        )
    if config.tolerated_false_alarms < 1 and not _tells_false_alarms(gold):
        some = int(gold.any(axis=1).sum())
        warnings.append(
            f"{some} passages with a label and {len(gold) - some} without are too few to bound false alarms by, which "
            f"takes {MIN_PASSAGES} of each"
        )
    return thresholds, warnings


def make_clear(
    thresholds: Mapping[str, Threshold],
    probabilities: Matrix,
    gold: NDArray[np.int8],
    scheme: LabelScheme,
    config: ThresholdsConfig,
) -> dict[str, Threshold]:
    """Set from which probability on a label lets a passage have tags.

    Passages that carry no label are mostly tagged by one or two that just reach `accept`, which passages with labels
    seldom have alone. So `clear` lies the same number of log-odds above the `accept` of every label: the least of
    `MARGINS` at which no more than ``tolerated_false_alarms`` of the passages without a label have a tag, but none
    above that at which F-beta of all decisions (micro) is best. Where fewer than `MIN_PASSAGES` passages carry no
    label, or some, it stays as it is; where all are tolerated it is `accept`.

    Parameters
    ----------
    probabilities, gold
        Shape ``(n, k)``.
    """
    plain = {label: replace(t, clear=0.0) for label, t in thresholds.items()}
    if config.tolerated_false_alarms == 1:
        return plain
    if not _tells_false_alarms(gold):
        return dict(thresholds)
    none = ~gold.any(axis=1)
    accept = np.array([thresholds[label].accept for label in scheme.ids])
    reached = decided_matrix(probabilities, scheme.ids, plain, scheme.implies)
    scores, bearable, weight = [], [], config.beta**2
    for margin in MARGINS:
        decided = reached * np.any(probabilities >= above(accept, margin), axis=1, keepdims=True)
        hits, said = float((gold & decided).sum()), float(decided.sum())
        scores.append((1 + weight) * hits / (said + weight * float(gold.sum())))
        bearable.append(bool(decided[none].any(axis=1).mean() <= config.tolerated_false_alarms))
    chosen = min(int(np.argmax(scores)), bearable.index(True) if any(bearable) else len(MARGINS))
    clear = dict(zip(scheme.ids, above(accept, MARGINS[chosen]).tolist(), strict=True))
    return {label: replace(t, clear=clear[label]) for label, t in thresholds.items()}


def _tells_false_alarms(gold: NDArray[np.int8]) -> bool:
    """Whether passages with a label, and without one, are enough to see what is tagged falsely."""
    some = int(gold.any(axis=1).sum())
    return min(some, len(gold) - some) >= MIN_PASSAGES


def above(probabilities: Matrix, margin: float) -> Matrix:
    """Return, to four decimals, probabilities whose log-odds are `margin` above those of others, of the same shape."""
    odds = np.exp(margin) * probabilities
    return np.asarray(np.maximum(probabilities, np.round(odds / (odds + 1 - probabilities), 4)))


def _accept(p: Matrix, weight: Matrix, config: ThresholdsConfig) -> float:
    """The accepting threshold, where each passage carries the label with probability `weight`."""
    highest = max(config.highest, 0.99) if config.precision_floor else config.highest
    grid = np.arange(config.lowest, highest + 1e-9, STEP)
    said = p[None, :] >= grid[:, None]
    hits, claimed, beta = said @ weight, said.sum(axis=1), config.beta**2
    score = (1 + beta) * hits / np.maximum(claimed + beta * weight.sum(), 1e-12)
    if config.precision_floor:
        good = (claimed > 0) & (hits >= config.precision_floor * claimed)
        if not good.any():
            return 1.0
        grid, score = grid[good], score[good]
    plateau = grid[score >= score.max() - PLATEAU]
    return round(float(plateau[np.abs(plateau - plateau.mean()).argmin()]), 4)  # it may lie in several pieces
