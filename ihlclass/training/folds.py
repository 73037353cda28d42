"""Folds that never split a group and keep the proportions of many labels at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def grouped_folds(gold: NDArray[np.int8], groups: Sequence[str], folds: int, *, seed: int) -> NDArray[np.int64]:
    """Assign each passage to a fold.

    Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011, On the stratification of multi-label data), with
    whole groups instead of single examples: groups with the rarest label are dealt out first, each to the fold that
    lacks most of it.

    Parameters
    ----------
    gold
        Gold labels, shape ``(n, k)``, 0 or 1.
    groups
        Group of each passage, length n.
    folds
        Number of folds, 2 or more.
    seed
        Decides ties.

    Returns
    -------
    ndarray
        Fold of each passage, shape ``(n,)``, 0 to ``folds - 1``.
    """
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    counts = np.zeros((len(names), gold.shape[1] + 1))
    np.add.at(counts, member, np.hstack([gold, np.ones((len(gold), 1))]))  # last column: passages
    order = np.random.default_rng(seed).permutation(len(names))
    wanted = np.tile(counts.sum(axis=0) / folds, (folds, 1))
    fold_of = np.full(len(names), -1)
    remaining = counts.copy()
    while (open_groups := order[fold_of[order] < 0]).size:
        totals = remaining[:, :-1].sum(axis=0)
        label = int(np.argmin(np.where(totals > 0, totals, np.inf))) if totals.any() else counts.shape[1] - 1
        having = open_groups[remaining[open_groups, label] > 0]
        for group in having[np.argsort(-remaining[having, label], kind="stable")]:
            fold = max(range(folds), key=lambda f: (wanted[f, label], wanted[f, -1]))
            fold_of[group] = fold
            wanted[fold] -= counts[group]
            remaining[group] = 0
    return fold_of[member]
