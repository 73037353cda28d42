"""Decide: probabilities + thresholds -> tags, with a band in between that asks for review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import label_rows, save_label_rows
from ihlclass.types import Tags

THRESHOLDS_FILE = "thresholds.json"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The thresholds of a label, probabilities with ``0 < review <= accept <= clear <= 1``.

    At `accept` or above the label is set; from `review` up to `accept` a person is asked; below, nothing is said. Where
    no label of a passage reaches its `clear`, none is set: all that would have been is put before a person. A `clear`
    of 0 stands for `accept`, which asks for no more.
    """

    accept: float
    review: float
    clear: float = 0.0

    def __post_init__(self) -> None:
        if self.clear == 0:
            object.__setattr__(self, "clear", self.accept)
        if not 0 < self.review <= self.accept <= self.clear <= 1:
            raise ValueError(
                f"thresholds need 0 < review <= accept <= clear <= 1, not review={self.review}, accept={self.accept}, "
                f"clear={self.clear}"
            )


def enforce_implications(
    probabilities: NDArray[np.float64], labels: Sequence[str], implies: Mapping[str, Sequence[str]]
) -> NDArray[np.float64]:
    """Raise each implied label's probability to that of the labels which imply it.

    If A implies B then P(B) >= P(A) in every probability model that respects the scheme.

    Parameters
    ----------
    probabilities
        Shape ``(n, k)``, columns in the order of `labels`.
    implies
        For each label those that it implies (transitively closed).

    Returns
    -------
    ndarray
        A new array of the same shape.
    """
    out = probabilities.copy()
    column = {label: number for number, label in enumerate(labels)}
    for label, implied in implies.items():
        for other in implied:
            np.maximum(out[:, column[other]], probabilities[:, column[label]], out=out[:, column[other]])
    return out


def decide(
    probabilities: NDArray[np.float64],
    labels: Sequence[str],
    thresholds: Mapping[str, Threshold],
    implies: Mapping[str, Sequence[str]],
) -> Iterator[Tags]:
    """Turn each row of probabilities into tags.

    A label that an accepted label implies is accepted too, so that a decision never breaks the scheme. A passage in
    which nothing is clear gets no tag.

    Parameters
    ----------
    probabilities
        Shape ``(n, k)``, columns in the order of `labels`.
    """
    accept, review, clear = (
        np.array([getattr(thresholds[label], name) for label in labels]) for name in ("accept", "review", "clear")
    )
    number = {label: i for i, label in enumerate(labels)}
    implied = [[number[other] for other in implies.get(label, ())] for label in labels]
    reached, near = _columns(probabilities >= accept), _columns(probabilities >= review)
    told = np.any(probabilities >= clear, axis=1).tolist()
    for row, some, others, tells in zip(probabilities, reached, near, told, strict=True):
        accepted = {*some, *(other for column in some for other in implied[column])}
        asked = set(others) - accepted if tells else accepted.union(others)
        yield Tags(
            labels=tuple(labels[i] for i in sorted(accepted)) if tells else (),
            review=tuple(labels[i] for i in sorted(asked)),
            probabilities=dict(zip(labels, row.tolist(), strict=True)),
        )


def _columns(there: NDArray[np.bool_]) -> list[list[int]]:
    """Return for each row the columns that are true, in order."""
    found: list[list[int]] = [[] for _ in there]
    for row, column in zip(*(numbers.tolist() for numbers in np.nonzero(there)), strict=True):
        found[row].append(column)
    return found


def label_matrix(label_sets: Iterable[Iterable[str]], labels: Sequence[str]) -> NDArray[np.int8]:
    """Return one row for each set of labels, 1 where the set holds the column's label; shape ``(n, k)``."""
    column = {label: number for number, label in enumerate(labels)}
    columns = [[column[label] for label in label_set] for label_set in label_sets]
    matrix = np.zeros((len(columns), len(column)), dtype=np.int8)
    for row, set_columns in zip(matrix, columns, strict=True):
        row[set_columns] = 1
    return matrix


def decided_matrix(
    probabilities: NDArray[np.float64],
    labels: Sequence[str],
    thresholds: Mapping[str, Threshold],
    implies: Mapping[str, Sequence[str]],
) -> NDArray[np.int8]:
    """Decide every row of probabilities, see `decide`; shape as `probabilities`, 1 where a label is set."""
    return label_matrix((tags.labels for tags in decide(probabilities, labels, thresholds, implies)), labels)


def save_thresholds(folder: Path, thresholds: Mapping[str, Threshold]) -> None:
    """Write ``thresholds.json`` into `folder`."""
    rows = {label: {"accept": t.accept, "review": t.review, "clear": t.clear} for label, t in thresholds.items()}
    save_label_rows(folder / THRESHOLDS_FILE, rows)


def load_thresholds(folder: Path, labels: Sequence[str]) -> dict[str, Threshold]:
    """Read ``thresholds.json``.

    Raises
    ------
    BundleError
        If the file is missing, not valid, or does not have just these labels.
    """
    with label_rows(folder / THRESHOLDS_FILE, labels) as rows:
        return {
            label: Threshold(*(float(row.get(name, 0)) for name in ("accept", "review", "clear")))
            for label, row in rows.items()
        }
