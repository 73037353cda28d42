"""Write: incidents to files. JSON lines is the source; tables are made from it, streaming."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ihlclass.errors import UsageError
from ihlclass.writers.records import SCHEMA_VERSION, incident_record
from ihlclass.writers.tables import write_csv, write_parquet

#: What ``--format`` takes beside ``jsonl``, which is always written.
TABLE_WRITERS: dict[str, Callable[[Iterable[dict[str, Any]], Path], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
}

__all__ = ["SCHEMA_VERSION", "TABLE_WRITERS", "check_formats", "incident_record"]


def check_formats(formats: Iterable[str]) -> list[str]:
    """Check the names of output formats before any work is done.

    Returns
    -------
    list of str
        The formats without ``jsonl``, each once.

    Raises
    ------
    UsageError
        If a name is unknown.
    MissingExtraError
        If a format needs an extra that is not installed.
    """
    wanted = list(dict.fromkeys(name.strip().lower() for name in formats if name.strip()))
    unknown = [name for name in wanted if name != "jsonl" and name not in TABLE_WRITERS]
    if unknown:
        raise UsageError(f"unknown output format {', '.join(unknown)}; choose from jsonl, {', '.join(TABLE_WRITERS)}")
    if "parquet" in wanted:
        from ihlclass.writers.tables import require_pyarrow

        require_pyarrow()
    return [name for name in wanted if name != "jsonl"]
