"""Read predictions as ``ihlclass tag`` writes them, so that anything that tags can be compared."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.decisions import label_matrix
from ihlclass.errors import DataError
from ihlclass.labels import LabelScheme
from ihlclass.training.data import unknown_labels
from ihlclass.training.measure import Gold


def read_predictions(path: Path, gold: Gold, scheme: LabelScheme) -> NDArray[np.int8]:
    """Read which labels were said of each gold passage.

    Parameters
    ----------
    path
        JSON lines with ``id`` and ``labels``, in any order; whatever else stands there is not needed. Predictions of
        passages that `gold` does not hold are left out.

    Returns
    -------
    ndarray
        Shape ``(n, k)``, 0 or 1, rows as in `gold`, columns in scheme order.

    Raises
    ------
    DataError
        Naming file and line: not such an object, a label that the scheme lacks, an id that stands twice; or
        saying how many gold passages have no prediction, and the id of the first.
    """
    rows = {str(identifier): row for row, identifier in enumerate(gold.ids)}  # so that 7 and "7" are one
    said: list[Sequence[str]] = [()] * len(gold.ids)
    seen: dict[str, int] = {}
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from error
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        identifier, labels = _prediction(line, f"{path}:{number}")
        if unknown := unknown_labels(labels, scheme):
            raise DataError(f"{path}:{number}: labels that the scheme does not have: {unknown}")
        if identifier in seen:
            raise DataError(f"{path}:{number}: its id stands already in line {seen[identifier]}; ids must be unique")
        seen[identifier] = number
        if identifier in rows:
            said[rows[identifier]] = labels
    missing = [identifier for identifier in rows if identifier not in seen]
    if missing:
        raise DataError(
            f"{path}: {len(missing)} of the {len(rows)} passages of {gold.path} have no prediction here, the first is "
            f"id {missing[0]!r}; tag that file, or give the data that these predictions are of"
        )
    return label_matrix(said, scheme.ids)


def _prediction(line: str, where: str) -> tuple[str, list[str]]:
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise DataError(f"{where}: not valid JSON") from error
    if not isinstance(row, dict) or "id" not in row:
        raise DataError(f"{where}: must be a JSON object with id and labels, as 'ihlclass tag' writes it")
    labels = row.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        why = "could not be tagged" if "error" in row else "has no list 'labels'"
        raise DataError(f"{where}: {why}; each line needs id and labels, as 'ihlclass tag' writes it")
    return str(row["id"]), labels
