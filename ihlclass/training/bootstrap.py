"""Draw the groups again and again: how far a figure would move on other events of the same kind.

The passages of one group tell one event and err together, so whole groups are drawn, with replacement, as many as
there are (the cluster bootstrap: Davison and Hinkley 1997, *Bootstrap Methods and their Application*, 3.8; Efron and
Tibshirani 1993, *An Introduction to the Bootstrap*, 8 and 13). Nothing is scored again: a figure is made of sums over
passages, and a resample's sums are those of the groups times how often each was drawn, one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
#: Figures of a block of resamples, by name: from how often each group was drawn, shape ``(resamples, groups)``.
Statistics = Callable[[Matrix], Mapping[str, Matrix]]

RESAMPLES = 1000
SEED = 13
#: Share of resamples that lie within an interval.
LEVEL = 0.95
#: A figure that fewer groups add to gets no interval: the bootstrap is far too sure of itself there.
MIN_GROUPS = 10
#: Numbers held at a time by one array of a block of resamples; bounds memory, changes no result.
BLOCK = 2_000_000
#: Differences smaller than this are rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group each passage belongs to.

    Attributes
    ----------
    of
        Shape ``(n,)``: each passage's group, numbered from 0.
    count
        Number of groups.
    """

    of: NDArray[np.int64]
    count: int

    @classmethod
    def named(cls, names: Sequence[str]) -> Groups:
        """Number the groups by their names; a passage with an empty name is a group of its own."""
        number: dict[object, int] = {}
        of = [number.setdefault(name or (place,), len(number)) for place, name in enumerate(names)]
        return cls(np.array(of, dtype=np.int64), len(number))

    @cached_property
    def _members(self) -> Any:
        from scipy.sparse import csr_array

        n = len(self.of)
        return csr_array((np.ones(n), (self.of, np.arange(n))), shape=(self.count, n))

    def sums(self, values: NDArray[Any]) -> Matrix:
        """Add up the rows of each group: ``(n, ...)`` to ``(count, ...)``."""
        return np.asarray(self._members @ values.astype(np.float64))


def resample(
    groups: Groups, statistics: Statistics, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Matrix]:
    """Compute figures on resamples of the groups.

    Parameters
    ----------
    statistics
        Called for block after block of resamples; the first axis of what it returns is that of the resamples. The
        same `groups` and `seed` give the same draws, so figures of two calls are paired.

    Returns
    -------
    dict
        Each figure, first axis ``resamples``.
    """
    rng = np.random.default_rng(seed)
    size = max(1, BLOCK // max(1, len(groups.of)))
    chances = np.full(groups.count, 1 / groups.count)
    blocks = [
        statistics(rng.multinomial(groups.count, chances, size=min(size, resamples - start)).astype(np.float64))
        for start in range(0, resamples, size)
    ]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def ratio(numerator: Matrix, denominator: Matrix) -> Matrix:
    """Divide, NaN where there is nothing to divide by."""
    nothing = np.full(denominator.shape, np.nan)
    return np.asarray(np.divide(numerator, denominator, out=nothing, where=denominator > 0))


def f1_score(hits: Matrix, support: Matrix, claimed: Matrix) -> Matrix:
    """F1 from sums; NaN where no positive was drawn, for every model alike."""
    return np.where(support > 0, ratio(2 * hits, support + claimed), np.nan)


def mean_over(values: Matrix, columns: Sequence[int]) -> Matrix:
    """Mean over the columns, for each row over those that are defined (NaN where none is)."""
    kept = values[:, columns]
    return ratio(np.nansum(kept, axis=1), np.sum(~np.isnan(kept), axis=1, dtype=np.float64))


def interval(values: Matrix, *, level: float = LEVEL) -> list[float] | None:
    """Percentile interval of a figure, ``[low, high]``.

    None where the figure is not defined in more than half of the resamples (its positives were seldom drawn).
    """
    defined = values[~np.isnan(values)]
    if 2 * len(defined) < len(values) or not len(defined):
        return None
    return [float(v) for v in np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])]


def p_value(differences: Matrix) -> float:
    """Two-sided p-value of no difference, from the differences of two models on the same resamples.

    Twice the smaller share of resamples on either side of 0 (0 counts for both), with one more on both sides so that
    no finite number of resamples gives 0: one less the level at which the percentile interval would first hold 0. The
    paired bootstrap of Koehn 2004 (*Statistical Significance Tests for Machine Translation Evaluation*, EMNLP), made
    two-sided by inverting the interval (Hall 1992, *The Bootstrap and Edgeworth Expansion*, 3.12).
    """
    defined = differences[~np.isnan(differences)]
    sides = ((defined <= ROUNDING).sum(), (defined >= -ROUNDING).sum())
    return float(min(1.0, 2 * (1 + min(sides)) / (1 + len(defined))))
