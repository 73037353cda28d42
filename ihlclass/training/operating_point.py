"""Where the cascade hands a passage on from the fast profile to the accurate one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ihlclass.decisions import Threshold
from ihlclass.handing_on import HandingOn
from ihlclass.labels import LabelScheme

#: Candidates tried, highest first: the first within the tolerated loss hands on the fewest passages.
CANDIDATES = tuple(np.round(np.geomspace(1.0, 0.002, 60), 5).tolist())
#: Labels with fewer passages than this say nothing about a loss.
MIN_SUPPORT = 10


def choose_handing_on(
    gold: NDArray[np.int8],
    probabilities: NDArray[np.float64],
    fast: NDArray[np.int8],
    accurate: NDArray[np.int8],
    scheme: LabelScheme,
    thresholds: Mapping[str, Threshold],
    tolerated: float,
) -> HandingOn:
    """Return the operating point that hands on the fewest passages for a tolerated loss.

    Parameters
    ----------
    gold, fast, accurate
        Labels of held-out passages: true ones, and those that the two profiles set; shape ``(n, k)``.
    probabilities, thresholds
        Of the fast profile; probabilities of shape ``(n, k)``.
    tolerated
        So much of macro F1, and of the recall of each core object label, may be lost against the accurate profile.

    Returns
    -------
    HandingOn
        Its share is 0 where no candidate is within, or there are fewer than `MIN_SUPPORT` passages of a core object:
        then every passage is handed on.
    """
    counted = gold.sum(axis=0) >= MIN_SUPPORT
    core = [row for row, label in enumerate(scheme.labels) if label.status == "core"]
    if not counted.any() or not counted[core].all():  # what is lost could not be seen
        return HandingOn(share=0.0)
    best, found = _macro_f1(gold, accurate, counted), (gold & accurate)[:, core].sum(axis=0)
    allowed = np.floor(tolerated * gold[:, core].sum(axis=0))
    for candidate in CANDIDATES:
        point = HandingOn(share=candidate)
        mixed = np.where(point.asked(probabilities, scheme, thresholds)[:, None], accurate, fast)
        few_lost = (found - (gold & mixed)[:, core].sum(axis=0) <= allowed).all()
        if few_lost and best - _macro_f1(gold, mixed, counted) <= tolerated:
            return point
    return HandingOn(share=0.0)


def _macro_f1(gold: NDArray[np.int8], decided: NDArray[np.int8], counted: NDArray[np.bool_]) -> float:
    both = (gold & decided).sum(axis=0)
    return float(np.mean((2 * both / np.maximum(1, gold.sum(axis=0) + decided.sum(axis=0)))[counted]))
