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
from ihlclass.training.data import numbered_lines
from ihlclass.training.evaluation import evaluate
from ihlclass.writers.records import tag_record


@dataclass(frozen=True)
class Measurement:
    """What a bundle says on gold data, and how good that is.

    Attributes
    ----------
    gold
        Shape ``(n, k)``, 0 or 1.
    probabilities
        Shape ``(n, k)``, 0..1.
    records
        One object a passage, as ``ihlclass tag`` writes it.
    """

    metrics: dict[str, Any]
    gold: NDArray[np.int8]
    probabilities: NDArray[np.float64]
    records: list[dict[str, Any]]


def measure(classifier: Classifier, path: Path) -> Measurement:
    """Tag the passages of a JSON-lines file (``id, text, labels``) and compare with their labels.

    Gold labels are taken as they stand: an implied label that is missing there is an error of the data, which is not
    ours to mend.

    Raises
    ------
    DataError
        Naming file and line, where a line cannot be used or has a label that the scheme lacks.
    """
    scheme = classifier.scheme
    column = {label: number for number, label in enumerate(scheme.ids)}
    rows = list(_rows(path, set(scheme.ids)))
    gold = np.zeros((len(rows), len(column)), dtype=np.int8)
    decided, probabilities = np.zeros_like(gold), np.zeros(gold.shape)
    records = []
    for number, (row, tags) in enumerate(zip(rows, classifier.tag(row["text"] for row in rows), strict=True)):
        gold[number, [column[label] for label in row["labels"]]] = 1
        decided[number, [column[label] for label in tags.labels]] = 1
        probabilities[number] = list(tags.probabilities.values())
        records.append(tag_record(row["id"], tags))
    return Measurement(evaluate(gold, decided, probabilities, scheme), gold, probabilities, records)


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
