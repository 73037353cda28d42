"""Measure a loaded bundle on passages with gold labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.classifier import Classifier
from ihlclass.decisions import label_matrix
from ihlclass.errors import DataError
from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import Groups
from ihlclass.training.data import unknown_labels
from ihlclass.training.evaluation import evaluate
from ihlclass.training.rows import read_rows
from ihlclass.training.slices import slice_fields
from ihlclass.writers.records import tag_record


@dataclass(frozen=True, eq=False)
class Gold:
    """Passages with gold labels.

    Attributes
    ----------
    labels
        Shape ``(n, k)``, 0 or 1, columns in scheme order.
    groups
        The event that each passage belongs to; without one each passage is its own.
    fields
        What the passages can be sliced by, see `ihlclass.training.slices.slice_fields`.
    """

    path: Path
    ids: list[Any]
    texts: list[str]
    labels: NDArray[np.int8]
    groups: Groups
    fields: dict[str, list[str]]


@dataclass(frozen=True)
class Measurement:
    """What a bundle says on gold data, and how good that is.

    Attributes
    ----------
    gold
        The passages and their labels.
    decided
        Shape ``(n, k)``, 0 or 1.
    probabilities
        Shape ``(n, k)``, 0..1.
    records
        One object a passage, as ``ihlclass tag`` writes it.
    """

    metrics: dict[str, Any]
    gold: Gold
    decided: NDArray[np.int8]
    probabilities: NDArray[np.float64]
    records: list[dict[str, Any]]


def read_gold(path: Path, scheme: LabelScheme) -> Gold:
    """Read passages with gold labels (``id, text, labels``; ``group, style, conflict, kind`` if known).

    From a file of any kind that training reads.

    Gold labels are taken as they stand: an implied label that is missing there is an error of the data, which is not
    ours to mend.

    Raises
    ------
    DataError
        Naming file and line, where a line cannot be used, has no text, a label that the scheme lacks, or an id that
        stood before.
    """
    rows = list(gold_rows(path, scheme))
    return Gold(
        path=path,
        ids=[row["id"] for row in rows],
        texts=[row["text"] for row in rows],
        labels=label_matrix((row["labels"] for row in rows), scheme.ids),
        groups=Groups.named(["" if row.get("group") is None else str(row["group"]) for row in rows]),
        fields=slice_fields(rows),
    )


def measure(classifier: Classifier, gold: Gold) -> Measurement:
    """Tag passages and compare with their labels."""
    scheme = classifier.scheme
    tagged = list(classifier.tag(gold.texts))
    decided = label_matrix((tags.labels for tags in tagged), scheme.ids)
    probabilities = np.array([list(tags.probabilities.values()) for tags in tagged]).reshape(gold.labels.shape)
    records = [tag_record(number, tags) for number, tags in zip(gold.ids, tagged, strict=True)]
    return Measurement(evaluate(gold.labels, decided, probabilities, scheme), gold, decided, probabilities, records)


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file of gold passages, to say later what was measured on.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error


def gold_rows(path: Path, scheme: LabelScheme) -> Iterator[Mapping[str, Any]]:
    """Read passages with gold labels; parameters and errors as for `read_gold`."""
    seen: dict[str, str] = {}
    for row in read_rows(path, ("id", "text", "labels")):
        if isinstance(row, DataError):
            raise row
        values = row.values
        if not isinstance(values.get("text"), str) or not isinstance(values.get("labels"), list) or "id" not in values:
            raise DataError(f"{row.where}: needs id, text and labels (a list, empty for none)")
        if not values["text"].strip():
            raise DataError(f"{row.where}: its text is empty; mend it or leave the line out")
        if unknown := unknown_labels(values["labels"], scheme):
            raise DataError(f"{row.where}: labels that the scheme does not have: {unknown}")
        number = str(values["id"])
        if number in seen:
            raise DataError(f"{row.where}: its id stands already at {seen[number]}; ids must be unique")
        seen[number] = row.where
        yield values
    if not seen:
        raise DataError(f"{path}: holds no passage")
