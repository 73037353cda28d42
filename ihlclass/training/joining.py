"""Passages joined to others, which an encoder meets among them while it is fine-tuned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def joined(
    texts: Sequence[str],
    gold: NDArray[np.int8],
    rows: NDArray[np.int64],
    random: np.random.Generator,
) -> tuple[list[str], NDArray[np.int8]]:
    """Join each of some passages to another one drawn from all, in random order.

    What either says, both together say: the labels are the union.

    Parameters
    ----------
    texts, gold
        All passages and their labels, ``gold`` of shape ``(len(texts), k)``.
    rows
        Which to join, shape ``(b,)``.

    Returns
    -------
    list of str, numpy.ndarray
        The joined passages and their labels, shape ``(b, k)``.
    """
    others = random.integers(0, len(texts), len(rows))
    turned = random.random(len(rows)) < 0.5
    pairs = [(b, a) if turn else (a, b) for a, b, turn in zip(rows, others, turned, strict=True)]
    return [f"{texts[a]} {texts[b]}" for a, b in pairs], np.maximum(gold[rows], gold[others])
