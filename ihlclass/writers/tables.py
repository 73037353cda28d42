"""Incidents as tables: one row an incident, streaming."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from ihlclass.errors import MissingExtraError

COLUMNS = (
    "incident_id", "report", "report_sha256", "published", "place", "country", "longitude", "latitude", "date",
    "objects", "indicators", "killed_min", "killed_max", "injured_min", "injured_max", "attributed_to", "background",
    "needs_review", "probabilities", "evidence", "language", "unsupported_language", "schema_version",
)  # fmt: skip
_CHUNK_ROWS = 1000


def flat_row(record: dict[str, Any]) -> dict[str, Any]:
    """Return an incident record as one flat row: lists joined by ``; ``, evidence as texts, probabilities as JSON."""
    longitude, latitude = record["coordinates"] or (None, None)
    killed, injured = record["killed"] or (None, None), record["injured"] or (None, None)
    return {
        **{key: record[key] for key in COLUMNS if key in record},
        "longitude": longitude,
        "latitude": latitude,
        "objects": "; ".join(record["objects"]),
        "indicators": "; ".join(record["indicators"]),
        "killed_min": killed[0],
        "killed_max": killed[1],
        "injured_min": injured[0],
        "injured_max": injured[1],
        "needs_review": "; ".join(record["needs_review"]),
        "probabilities": json.dumps(record["probabilities"]),
        "evidence": "\n".join(passage["text"] for passage in record["passages"]),
    }


def write_csv(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write records as CSV (UTF-8 with a byte-order mark, so that spreadsheets show every script rightly).

    Text that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for record in records:
            writer.writerow({key: _inert(value) for key, value in flat_row(record).items()})


def write_parquet(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write records as Parquet, a thousand rows at a time.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed (extra ``parquet``).
    """
    require_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        "longitude": pa.float64(),
        "latitude": pa.float64(),
        "background": pa.bool_(),
        "unsupported_language": pa.bool_(),
        "date": pa.date32(),
        "objects": pa.list_(pa.string()),
        "indicators": pa.list_(pa.string()),
        "needs_review": pa.list_(pa.string()),
    }
    counts = {"killed_min", "killed_max", "injured_min", "injured_max"}
    schema = pa.schema([(c, pa.int64() if c in counts else kinds.get(c, pa.string())) for c in COLUMNS])
    waiting = iter(records)
    with pq.ParquetWriter(path, schema) as writer:
        while chunk := list(islice(waiting, _CHUNK_ROWS)):
            writer.write_table(pa.Table.from_pylist([_typed_row(record) for record in chunk], schema=schema))


def require_pyarrow() -> None:
    """Raise MissingExtraError where pyarrow is not installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("Parquet", "parquet") from error


def _typed_row(record: dict[str, Any]) -> dict[str, Any]:
    import datetime as dt

    lists = {key: record[key] for key in ("objects", "indicators", "needs_review")}
    date = dt.date.fromisoformat(record["date"]) if record["date"] else None
    return {**flat_row(record), **lists, "date": date}


def _inert(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
