"""Where the wrong decisions are: labels said instead of others, false alarms, the most confident errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int8]
#: How many errors are listed.
WORST = 100


def instead_matrix(gold: Labels, decided: Labels) -> NDArray[np.int64]:
    """Count what was said instead.

    Returns
    -------
    ndarray
        Shape ``(k, k)``: in row A and column B the passages where A is gold and was missed, and B was said and is
        not gold. The diagonal is 0.
    """
    missed, wrong = gold & (1 - decided), decided & (1 - gold)
    return missed.astype(np.int64).T @ wrong.astype(np.int64)


def confusion(gold: Labels, decided: Labels, labels: Sequence[str]) -> dict[str, dict[str, Any]]:
    """For each label that was missed somewhere: in how many passages, and what was said there.

    Returns
    -------
    dict
        By label ``missed``, ``nothing_said`` (missed passages on which no label at all was said) and ``instead``
        (wrong labels there with their counts, most first).
    """
    instead = instead_matrix(gold, decided)
    missed = gold & (1 - decided)
    silent = missed[decided.sum(axis=1) == 0].sum(axis=0)
    return {
        label: {
            "missed": int(missed[:, a].sum()),
            "nothing_said": int(silent[a]),
            "instead": _most_first(instead[a], labels),
        }
        for a, label in enumerate(labels)
        if missed[:, a].any()
    }


def false_alarms(gold: Labels, decided: Labels, labels: Sequence[str]) -> dict[str, Any]:
    """What is said on background passages, those without any gold label.

    Returns
    -------
    dict
        ``passages`` (without gold labels), ``alarmed`` (those on which anything was said), ``labels`` (what was said
        there with counts, most first).
    """
    bare = decided[gold.sum(axis=1) == 0]
    said = _most_first(bare.sum(axis=0), labels)
    return {"passages": len(bare), "alarmed": int(bare.any(axis=1).sum()), "labels": said}


def worst_errors(
    gold: Labels,
    decided: Labels,
    probabilities: NDArray[np.float64],
    ids: Sequence[Any],
    labels: Sequence[str],
    *,
    count: int = WORST,
) -> list[dict[str, Any]]:
    """List the most confident wrong decisions, by id and label, never by text.

    Returns
    -------
    list of dict
        ``id``, ``label``, ``error`` (``false_alarm`` or ``missed``), ``probability``; the furthest from the
        truth first.
    """
    rows, columns = np.nonzero(gold != decided)
    order = np.argsort(-np.abs(probabilities - gold)[rows, columns], kind="stable")[:count]
    return [
        {
            "id": ids[row],
            "label": labels[column],
            "error": "missed" if gold[row, column] else "false_alarm",
            "probability": round(float(probabilities[row, column]), 4),
        }
        for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True)
    ]


def _most_first(counts: NDArray[Any], labels: Sequence[str]) -> dict[str, int]:
    order = np.argsort(-counts.astype(np.int64), kind="stable").tolist()
    return {labels[c]: int(counts[c]) for c in order if counts[c]}
