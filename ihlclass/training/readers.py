"""Fit the trained readers of incidents (`ihlclass.incidents.linear_reader`): logistic regression on named features."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ihlclass.incidents.linear_reader import LinearReader

#: In how many rows a feature must stand; features whose weights are all this small are left out.
LEAST, SMALL = 2, 0.02
#: Cross-fitted in so many folds.
FOLDS = 5


def fit_reader(
    rows: Sequence[Sequence[str]], classes: Sequence[int], penalty: float, weights: Sequence[float] | None = None
) -> LinearReader:
    """Fit a reader.

    Parameters
    ----------
    rows
        Features of each example, ``bias`` among them.
    classes
        Class of each example, 0 to k - 1, each of which occurs.
    penalty
        Inverse strength of the penalty on the weights (``C``).
    weights
        How much each example counts; alike where None.
    """
    from sklearn.linear_model import LogisticRegression

    counts = Counter(feature for row in rows for feature in set(row))
    numbers = {feature: i for i, feature in enumerate(sorted(f for f, n in counts.items() if n >= LEAST))}
    model = LogisticRegression(C=penalty, max_iter=400).fit(_matrix(rows, numbers), classes, sample_weight=weights)
    columns: NDArray[np.float32] = model.coef_.T.astype(np.float32)
    columns[numbers["bias"]] += model.intercept_
    if columns.shape[1] == 1:  # of two classes scikit-learn weighs the second alone
        columns = np.concatenate([np.zeros_like(columns), columns], axis=1)
    kept = [feature for feature, i in numbers.items() if np.abs(columns[i]).max() > SMALL]
    return LinearReader({f: i for i, f in enumerate(kept)}, columns[[numbers[f] for f in kept]])


def whole_groups(groups: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield, for each of `FOLDS` folds, the rows to fit on and those to judge; a group is on one side."""
    folds = [zlib.crc32(group.encode()) % FOLDS for group in groups]
    for fold in range(FOLDS):
        yield [i for i, own in enumerate(folds) if own != fold], [i for i, own in enumerate(folds) if own == fold]


def _matrix(rows: Sequence[Sequence[str]], numbers: dict[str, int]) -> object:
    from scipy.sparse import csr_matrix

    columns = [[numbers[feature] for feature in row if feature in numbers] for row in rows]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.concatenate([np.array(some, dtype=np.int32) for some in columns])
    return csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=(len(rows), len(numbers)))
