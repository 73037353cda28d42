"""Figures by slice: how it is written, where it plays, what kind of passage, how long."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.training.bootstrap import (
    LEVEL,
    MIN_GROUPS,
    RESAMPLES,
    SEED,
    Groups,
    Matrix,
    f1_score,
    interval,
    ratio,
    resample,
)
from ihlclass.training.evaluation import MICRO, MIN_SUPPORT, calibration_error, micro_figures

#: Fields of a labelled passage that it may be sliced by.
FIELDS = ("style", "conflict", "kind")
#: Slices by length, and the most words of each but the last.
LENGTHS = ("1-15 words", "16-30 words", "31-60 words", "61-120 words", "121 words or more")
_MOST_WORDS = (15, 30, 60, 120)
NOT_GIVEN = "(not given)"


def slice_fields(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Say for each passage which slice it falls into.

    Parameters
    ----------
    rows
        Passages with ``text`` and, where known, the `FIELDS`.

    Returns
    -------
    dict
        For ``style``, ``conflict``, ``kind`` (each only where some passage has it) and ``length`` one value a passage.
    """
    fields = {name: [str(row.get(name) or NOT_GIVEN) for row in rows] for name in FIELDS}
    given = {name: values for name, values in fields.items() if set(values) != {NOT_GIVEN}}
    return given | {"length": [LENGTHS[bisect_left(_MOST_WORDS, len(row["text"].split()))] for row in rows]}


def slice_figures(
    gold: NDArray[np.int8],
    decided: NDArray[np.int8],
    probabilities: Matrix,
    groups: Groups,
    fields: Mapping[str, Sequence[str]],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    level: float = LEVEL,
) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of each slice.

    Parameters
    ----------
    gold, decided, probabilities
        Shape ``(n, k)``, as for `ihlclass.training.evaluation.evaluate`.
    fields
        As `slice_fields` gives them.
    resamples
        0 for no intervals.

    Returns
    -------
    dict
        By field and value: ``passages``, ``groups``, ``micro_precision``, ``micro_recall``, ``micro_f1``,
        ``macro_f1_all`` (over the ``labels_all`` labels with enough positives in the slice), ``false_alarm_rate``,
        ``calibration_error``, and ``intervals`` of ``micro_f1`` and ``false_alarm_rate``.
    """
    order = {value: number for number, value in enumerate(LENGTHS)}  # all else by name
    names = [(f, value) for f in fields for value in sorted(set(fields[f]), key=lambda v: (order.get(v, 0), v))]
    inside = np.column_stack([np.array(fields[field]) == value for field, value in names])
    intervals = _intervals(gold, decided, groups, inside, resamples=resamples, seed=seed, level=level)
    result: dict[str, dict[str, dict[str, Any]]] = {field: {} for field in fields}
    for (field, value), mask, ends in zip(names, inside.T, intervals, strict=True):
        result[field][value] = {
            "passages": int(mask.sum()),
            "groups": len(np.unique(groups.of[mask])),
            **_figures(gold[mask], decided[mask]),
            "calibration_error": calibration_error(probabilities[mask].ravel(), gold[mask].ravel()),
            "intervals": ends,
        }
    return result


def _figures(gold: NDArray[np.int8], decided: NDArray[np.int8]) -> dict[str, Any]:
    hits, support, claimed = (gold & decided).sum(axis=0), gold.sum(axis=0), decided.sum(axis=0)
    kept = support >= MIN_SUPPORT
    bare = decided[gold.sum(axis=1) == 0]
    return {
        **(micro_figures(gold, decided) if support.any() else dict.fromkeys(MICRO)),
        "macro_f1_all": float((2 * hits / (support + claimed).clip(1))[kept].mean()) if kept.any() else None,
        "labels_all": int(kept.sum()),
        "false_alarm_rate": float(bare.any(axis=1).mean()) if len(bare) else None,
    }


def _intervals(
    gold: NDArray[np.int8],
    decided: NDArray[np.int8],
    groups: Groups,
    inside: NDArray[np.bool_],
    *,
    resamples: int,
    seed: int,
    level: float,
) -> list[dict[str, list[float] | None]]:
    if not resamples:
        return [{} for _ in range(inside.shape[1])]
    bare = gold.sum(axis=1) == 0
    counts = ((gold & decided).sum(axis=1), gold.sum(axis=1), decided.sum(axis=1), bare & decided.any(axis=1), bare)
    hits, support, claimed, alarms, alone = (groups.sums(c[:, None] * inside) for c in counts)

    def statistics(drawn: Matrix) -> dict[str, Matrix]:
        return {
            "micro_f1": f1_score(drawn @ hits, drawn @ support, drawn @ claimed),
            "false_alarm_rate": ratio(drawn @ alarms, drawn @ alone),
        }

    adding = {"micro_f1": (support > 0).sum(axis=0), "false_alarm_rate": (alone > 0).sum(axis=0)}
    drawn = resample(groups, statistics, resamples=resamples, seed=seed)
    return [
        {
            name: interval(values[:, number], level=level) if adding[name][number] >= MIN_GROUPS else None
            for name, values in drawn.items()
        }
        for number in range(inside.shape[1])
    ]
