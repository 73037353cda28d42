"""Incidents and cases as tables: one row each, streaming."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ihlclass.errors import MissingExtraError

#: Rows of a Parquet file that are written at once.
CHUNK_ROWS = 1000
_COUNTS = frozenset(("killed_min", "killed_max", "injured_min", "injured_max", "reports", "sources"))
_DEGREES = frozenset(("longitude", "latitude"))
_DAYS = frozenset(("date", "published", "first_date", "last_date"))
_TRUTHS = frozenset(("background", "unsupported_language"))


@dataclass(frozen=True, slots=True)
class Layout:
    """How records of one kind become rows.

    Attributes
    ----------
    columns
        Names of the columns, in order.
    lists
        Those that hold lists of texts.
    row
        Makes the row of a record: a value for each column.
    """

    columns: tuple[str, ...]
    lists: frozenset[str]
    row: Callable[[Mapping[str, Any]], dict[str, Any]]


def _incident(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: record[key] for key in INCIDENTS.columns if key in record},
        **_shared(record),
        "probabilities": json.dumps(record["probabilities"]),
        "evidence": "\n".join(passage["text"] for passage in record["passages"]),
    }


def _case(record: Mapping[str, Any]) -> dict[str, Any]:
    first, last = record["dates"] or (None, None)
    return {
        **{key: record[key] for key in CASES.columns if key in record},
        **_shared(record),
        "first_date": first,
        "last_date": last,
        "objects": list(record["objects"]),
        "indicators": list(record["indicators"]),
        "attributed_to": list(record["attributed_to"]),
        "incident_ids": [account["incident_id"] for account in record["accounts"]],
        "report_names": [account["report"] for account in record["accounts"]],
    }


def _shared(record: Mapping[str, Any]) -> dict[str, Any]:
    longitude, latitude = record["coordinates"] or (None, None)
    killed, injured = record["killed"] or (None, None), record["injured"] or (None, None)
    return {
        "longitude": longitude,
        "latitude": latitude,
        "killed_min": killed[0],
        "killed_max": killed[1],
        "injured_min": injured[0],
        "injured_max": injured[1],
    }


INCIDENTS = Layout(
    (
        "incident_id", "report", "report_sha256", "published", "place", "country", "longitude", "latitude", "date",
        "objects", "indicators", "killed_min", "killed_max", "injured_min", "injured_max", "attributed_to",
        "background", "needs_review", "probabilities", "evidence", "language", "unsupported_language", "schema_version",
    ),
    frozenset(("objects", "indicators", "needs_review")),
    _incident,
)  # fmt: skip
CASES = Layout(
    (
        "case_id", "place", "country", "longitude", "latitude", "first_date", "last_date", "objects", "indicators",
        "killed_min", "killed_max", "injured_min", "injured_max", "attributed_to", "contradictions", "reports",
        "sources", "incident_ids", "report_names", "schema_version",
    ),
    frozenset(("objects", "indicators", "attributed_to", "contradictions", "incident_ids", "report_names")),
    _case,
)  # fmt: skip


def write_csv(layout: Layout, records: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write records as CSV (UTF-8 with a byte-order mark, so that spreadsheets show every script rightly).

    Lists are joined by ``; ``. Text that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    rows = map(layout.row, records)
    write_rows(layout.columns, ({**row, **{key: "; ".join(row[key]) for key in layout.lists}} for row in rows), path)


def write_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows as CSV for spreadsheets; a column that a row lacks stays empty."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in rows:
            writer.writerow({key: _inert(value) for key, value in row.items()})


def write_parquet(layout: Layout, records: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write records as Parquet, a thousand rows at a time.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed (extra ``parquet``).
    """
    require_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    def kind(column: str) -> Any:
        if column in layout.lists:
            return pa.list_(pa.string())
        if column in _DAYS:
            return pa.date32()
        if column in _DEGREES:
            return pa.float64()
        if column in _TRUTHS:
            return pa.bool_()
        return pa.int64() if column in _COUNTS else pa.string()

    schema = pa.schema([(column, kind(column)) for column in layout.columns])
    waiting = iter(records)
    with pq.ParquetWriter(path, schema) as writer:
        while chunk := [_typed(layout.row(record)) for record in islice(waiting, CHUNK_ROWS)]:
            writer.write_table(pa.Table.from_pylist(chunk, schema=schema))


def require_pyarrow() -> None:
    """Raise MissingExtraError where pyarrow is not installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("Parquet", "parquet") from error


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    days = {key: dt.date.fromisoformat(row[key]) for key in _DAYS if row.get(key)}
    return {**row, **days}


def _inert(value: Any) -> Any:
    """Return a cell that no spreadsheet runs as a formula."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
