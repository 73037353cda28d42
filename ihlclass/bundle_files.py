"""Read and write the small files of a bundle: what is wrong with one is told in one way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ihlclass.errors import BundleError


@contextmanager
def readable(path: Path, problem: str) -> Iterator[None]:
    """Turn whatever a missing or damaged file raises while it is read into a BundleError, ``path: problem``."""
    try:
        yield
    except (OSError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, BadZipFile) as error:
        raise BundleError(f"{path}: {problem}") from error


@contextmanager
def readable_arrays(path: Path, problem: str) -> Iterator[Mapping[str, Any]]:
    """Open a NumPy archive, and make something of its arrays; `problem` as in `readable`. Nothing is unpickled."""
    with readable(path, problem), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        yield arrays


def save_label_rows(path: Path, rows: Mapping[str, Any]) -> None:
    """Write a JSON file that holds a row for each label."""
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


@contextmanager
def label_rows(path: Path, labels: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Read a JSON file that holds a row for each label, and make something of the rows.

    Raises
    ------
    BundleError
        If the file is missing or no JSON, does not have just these labels, or what is made of a row fails.
    """
    with readable(path, "missing or not valid for this label scheme"):
        rows = json.loads(path.read_text(encoding="utf-8"))
        if set(rows) != set(labels):
            raise ValueError("labels differ")
        yield rows
