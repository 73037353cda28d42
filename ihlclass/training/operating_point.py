"""Where the cascade hands a passage on from the fast profile to the accurate one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ihlclass.labels import LabelScheme

#: Candidates tried, highest first: the first within the tolerated loss hands on the fewest passages.
CANDIDATES = tuple(np.round(np.exp(np.linspace(np.log(0.5), np.log(0.001), 60)), 5).tolist())
#: Labels with fewer passages than this say nothing about a loss.
MIN_SUPPORT = 10


def choose_settle(
    gold: NDArray[np.int8],
    probabilities: NDArray[np.float64],
    fast: NDArray[np.int8],
    accurate: NDArray[np.int8],
    scheme: LabelScheme,
    tolerated: float,
) -> float:
    """Return the highest probability below which the fast profile may settle a passage.

    Parameters
    ----------
    gold, fast, accurate
        Labels of held-out passages: true ones, and those that the two profiles set; shape ``(n, k)``.
    probabilities
        Of the fast profile, shape ``(n, k)``. A passage is settled where all of a row lie below what is returned.
    tolerated
        So much of macro F1, and of the recall of each core object label (or one passage, where that is more), may be
        lost against the accurate profile.

    Returns
    -------
    float
        0 where no candidate is within, or there are fewer than `MIN_SUPPORT` passages of a core object: then every
        passage is handed on.
    """
    counted = gold.sum(axis=0) >= MIN_SUPPORT
    core = [row for row, label in enumerate(scheme.labels) if label.status == "core"]
    if not counted.any() or not counted[core].all():  # what is lost could not be seen
        return 0.0
    surest = probabilities.max(axis=1, initial=0.0)
    best, found = _macro_f1(gold, accurate, counted), (gold & accurate)[:, core].sum(axis=0)
    allowed = np.maximum(1, tolerated * gold[:, core].sum(axis=0))  # one passage is the least that can be lost
    for candidate in CANDIDATES:
        mixed = np.where((surest >= candidate)[:, None], accurate, fast)
        few_lost = (found - (gold & mixed)[:, core].sum(axis=0) <= allowed).all()
        if few_lost and best - _macro_f1(gold, mixed, counted) <= tolerated:
            return float(candidate)
    return 0.0


def _macro_f1(gold: NDArray[np.int8], decided: NDArray[np.int8], counted: NDArray[np.bool_]) -> float:
    both = (gold & decided).sum(axis=0)
    return float(np.mean((2 * both / np.maximum(1, gold.sum(axis=0) + decided.sum(axis=0)))[counted]))
