"""Folds that never split a group: at random with even labels, or by conflict, style or date, to see transfer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import DataError
from ihlclass.training.data import LabelledPassage

#: What folds may be made of whole values of.
BY = ("group", "conflict", "style", "date")


class Fold(NamedTuple):
    """Rows to fit on and rows to score, shape ``(n,)`` each; no group is on both sides."""

    inside: NDArray[np.int64]
    outside: NDArray[np.int64]


def make_folds(
    passages: Sequence[LabelledPassage],
    gold: NDArray[np.int8],
    folds: int,
    *,
    by: str,
    seed: int,
    never: NDArray[np.bool_] | None = None,
) -> list[Fold]:
    """Divide passages into folds, each to be held out once.

    Parameters
    ----------
    gold
        Gold labels of the passages, shape ``(n, k)``.
    by
        ``group`` keeps the proportions of all labels in every fold. ``conflict`` and ``style`` hold out whole conflicts
        or styles, so that the figures tell of ones never seen. ``date`` holds out blocks of time, the latest first, and
        fits on what is older than the block. Passages of a group that is held out are never fitted on.
    never
        Which passages may not be held out, whole groups of them, shape ``(n,)``; only with ``group``. The others are
        divided into fewer folds then, two or more, of about the size that folds of all passages have.

    Raises
    ------
    DataError
        If no two groups may be held out, passages lack the field, or it has fewer values than there are folds.
    """
    groups = np.array([passage.group for passage in passages])
    if by == "group":
        fold_of = np.full(len(groups), -1)
        free = np.ones(len(groups), dtype=bool) if never is None else ~never
        if never is not None and never.any():
            if len(set(groups[free])) < 2:
                raise DataError(
                    f"{free.sum()} of {len(free)} passages could be held out, too few: the bundle that training goes "
                    "on from was fitted on the others or their events; "
                    "add passages of two or more events that it has not seen"
                )
            folds = max(2, round(folds * free.sum() / len(free)))
        fold_of[free] = grouped_folds(gold[free], groups[free].tolist(), folds, seed=seed)
        return [Fold(np.flatnonzero(fold_of != f), np.flatnonzero(fold_of == f)) for f in range(folds)]
    values = np.array([getattr(passage, by) for passage in passages])
    if lacking := [passage.id for passage, value in zip(passages, values, strict=True) if not value]:
        first = f"{len(lacking)} lack it, the first is {lacking[0]!r}"
        raise DataError(f"calibration.by = '{by}' needs '{by}' of every passage; {first}")
    if (found := len(set(values))) < folds:
        raise DataError(f"calibration.by = '{by}': {found} values are too few for {folds} folds")
    in_time = by == "date"
    fold_of = _blocks_of_time(values, folds) if in_time else grouped_folds(gold, values.tolist(), folds, seed=seed)
    made = []
    for fold in range(folds):
        outside = fold_of == fold
        inside = (fold_of > fold if in_time else ~outside) & ~np.isin(groups, groups[outside])
        made.append(Fold(np.flatnonzero(inside), np.flatnonzero(outside)))
    return made


def _blocks_of_time(dates: NDArray[np.str_], folds: int) -> NDArray[np.int64]:
    """Fold 0 is the latest block; blocks have about as many passages each, and no date is in two of them."""
    _, member, counts = np.unique(dates, return_inverse=True, return_counts=True)
    upto = np.cumsum(counts) - counts / 2
    block = np.minimum((upto / len(dates) * folds).astype(np.int64), folds - 1)
    _, block = np.unique(block, return_inverse=True)  # a day that fills several blocks leaves none empty
    return np.asarray((block.max() - block)[member])


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
