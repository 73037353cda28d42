"""A user's own places: a CSV table of settlements and sites that GeoNames lacks, or knows by other names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from ihlclass.errors import DataError, UsageError
from ihlclass.incidents.gazetteer import Gazetteer, Settlement, default_gazetteer, fold

NEEDED = ("name", "country", "latitude", "longitude")
#: A place that somebody took the pains to list is taken to be as well known as a town of so many inhabitants.
LISTED_POPULATION = 100_000


def read_places(path: Path) -> Iterator[tuple[Settlement, list[str]]]:
    """Read places, each with its other names.

    Columns ``name``, ``country`` (ISO 3166-1 alpha-2), ``latitude``, ``longitude`` (degrees, WGS 84); where wanted
    ``other_names`` (separated by ``;`` or ``|``) and ``population`` (else `LISTED_POPULATION`).

    Raises
    ------
    UsageError
        If the file cannot be read, or lacks a column.
    DataError
        If a row cannot be used; names file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            lacking = [column for column in NEEDED if column not in (rows.fieldnames or ())]
            if lacking:
                raise UsageError(f"{path}: lacks the column {', '.join(lacking)}; a gazetteer has {', '.join(NEEDED)}")
            for row in rows:
                yield _place(row, f"{path}:{rows.line_num}")
    except OSError as error:
        raise UsageError(f"{path}: the gazetteer cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: is no CSV table in UTF-8; save it as such") from error


def with_own_places(path: Path) -> Gazetteer:
    """Return the shared gazetteer with the places of a table before its own."""
    return default_gazetteer().after(read_places(path))


def _place(row: dict[str, str], where: str) -> tuple[Settlement, list[str]]:
    given = {key: (value or "").strip() for key, value in row.items() if isinstance(value, str | None) and key}
    country = given["country"].upper()
    if len(fold(given["name"])) < 3:
        raise DataError(f"{where}: the name must have three letters or more")
    if not re.fullmatch("[A-Z]{2}", country):
        raise DataError(f"{where}: country must be a code of two letters (ISO 3166-1), such as UA")
    latitude = _number(given["latitude"], -90, 90, f"{where}: latitude")
    longitude = _number(given["longitude"], -180, 180, f"{where}: longitude")
    inhabitants = given.get("population") or str(LISTED_POPULATION)
    population = int(_number(inhabitants, 0, 10**9, f"{where}: population"))
    others = [name.strip() for name in re.split(r"[;|]", given.get("other_names", "")) if name.strip()]
    return Settlement(given["name"], country, (longitude, latitude), population), others


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise DataError(f"{what} must be a number from {least} to {most}")
    return value
