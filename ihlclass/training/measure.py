"""Measure a loaded bundle on passages with gold labels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.classifier import Classifier
from ihlclass.errors import DataError
from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import Groups
from ihlclass.training.data import numbered_lines
from ihlclass.training.evaluation import evaluate
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
    """Read passages with gold labels from JSON lines (``id, text, labels``; ``group, style, conflict, kind`` if known).

    Gold labels are taken as they stand: an implied label that is missing there is an error of the data, which is not
    ours to mend.

    Raises
    ------
    DataError
        Naming file and line, where a line cannot be used or has a label that the scheme lacks.
    """
    column = {label: number for number, label in enumerate(scheme.ids)}
    rows = list(_rows(path, set(scheme.ids)))
    labels = np.zeros((len(rows), len(column)), dtype=np.int8)
    for number, row in enumerate(rows):
        labels[number, [column[label] for label in row["labels"]]] = 1
    return Gold(
        path=path,
        ids=[row["id"] for row in rows],
        texts=[row["text"] for row in rows],
        labels=labels,
        groups=Groups.named([str(row.get("group") or "") for row in rows]),
        fields=slice_fields(rows),
    )


def measure(classifier: Classifier, gold: Gold) -> Measurement:
    """Tag passages and compare with their labels."""
    scheme = classifier.scheme
    column = {label: number for number, label in enumerate(scheme.ids)}
    decided, probabilities = np.zeros_like(gold.labels), np.zeros(gold.labels.shape)
    records = []
    for number, tags in enumerate(classifier.tag(gold.texts)):
        decided[number, [column[label] for label in tags.labels]] = 1
        probabilities[number] = list(tags.probabilities.values())
        records.append(tag_record(gold.ids[number], tags))
    return Measurement(evaluate(gold.labels, decided, probabilities, scheme), gold, decided, probabilities, records)


def _rows(path: Path, known: set[str]) -> Any:
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from error
    empty = True
    for number, line in numbered_lines(content):
        try:
            row = json.loads(line)
            if not isinstance(row["text"], str) or not isinstance(row["labels"], list) or "id" not in row:
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path}:{number}: needs a JSON object with id, text and labels") from error
        unknown = sorted(set(map(str, row["labels"])) - known)
        if unknown:
            raise DataError(f"{path}:{number}: labels that the scheme does not have: {', '.join(unknown)}")
        empty = False
        yield row
    if empty:
        raise DataError(f"{path}: holds no passage")
