"""Passages made of others, which a model meets beside them while it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Share of the crossed passages that is made of passages without a label alone; crossed with others, few stay without.
OF_NONE = 0.2


def joined(
    texts: Sequence[str],
    gold: NDArray[Any],
    rows: NDArray[np.int64],
    random: np.random.Generator,
) -> tuple[list[str], NDArray[Any]]:
    """Join each of some passages to another one drawn from all, in random order.

    What either says, both together say: the labels are the union.

    Parameters
    ----------
    texts, gold
        All passages and their labels, 0 or 1 or a probability between, ``gold`` of shape ``(len(texts), k)``.
    rows
        Which to join, shape ``(b,)``.

    Returns
    -------
    list of str, numpy.ndarray
        The joined passages and their labels, of each the larger value, shape ``(b, k)``.
    """
    others = random.integers(0, len(texts), len(rows))
    turned = random.random(len(rows)) < 0.5
    pairs = [(b, a) if turn else (a, b) for a, b, turn in zip(rows, others, turned, strict=True)]
    return [f"{texts[a]} {texts[b]}" for a, b in pairs], np.maximum(gold[rows], gold[others])


def crossed(texts: Sequence[str], number: int, random: np.random.Generator) -> list[str]:
    """Make new passages of others, whose labels only a model can tell.

    Two of five are a run of the words of one; three of ten the beginning of one with the end of another; the rest two
    whole ones. All passages are drawn equally often, but for the second of two, which is any.

    Parameters
    ----------
    texts
        The passages to draw from.
    number
        How many to make.

    Returns
    -------
    list of str
        As many as `number`.
    """
    made: list[str] = []
    while len(made) < number:
        for row in random.permutation(len(texts))[: number - len(made)]:
            words, others = texts[row].split(), texts[int(random.integers(len(texts)))].split()
            kind, kept = random.random(), max(1, int(len(words) * random.uniform(0.4, 0.9)))
            if kind < 0.4:
                first = random.integers(len(words) - kept + 1)
                chosen = words[first : first + kept]
            elif kind < 0.7:
                chosen = words[:kept] + others[int(len(others) * random.uniform(0.1, 0.7)) :]
            else:
                chosen = words + others
            made.append(" ".join(chosen))
    return made


def crossed_evenly(texts: Sequence[str], none: Sequence[str], number: int, random: np.random.Generator) -> list[str]:
    """`crossed` passages of all and, for a share of `OF_NONE`, of those without a label alone.

    Parameters
    ----------
    texts
        The passages to draw from.
    none
        Those of them that carry no label; may be empty.
    number
        How many to make.
    """
    of_none = int(OF_NONE * number) if none else 0
    return crossed(texts, number - of_none, random) + crossed(none, of_none, random)
