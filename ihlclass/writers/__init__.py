"""Write: incidents and cases to files. JSON lines are the source; all else is made from them, streaming."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from ihlclass.errors import UsageError
from ihlclass.writers.maps import write_geojson
from ihlclass.writers.records import SCHEMA_VERSION, incident_record
from ihlclass.writers.tables import CASES, INCIDENTS, require_pyarrow, write_csv, write_parquet
from ihlclass.writers.timeline import write_timeline

__all__ = ["EXPORTS", "SCHEMA_VERSION", "Export", "check_formats", "exports_of", "incident_record"]


@dataclass(frozen=True, slots=True)
class Export:
    """A file made from incidents, or from cases: its name, and what writes it."""

    source: Literal["incidents", "cases"]
    name: str
    write: Callable[[Iterable[Mapping[str, Any]], Path], None]


#: What ``--format`` takes beside ``jsonl``, which is always written.
EXPORTS: dict[str, tuple[Export, ...]] = {
    "csv": (
        Export("incidents", "incidents.csv", partial(write_csv, INCIDENTS)),
        Export("cases", "cases.csv", partial(write_csv, CASES)),
    ),
    "parquet": (
        Export("incidents", "incidents.parquet", partial(write_parquet, INCIDENTS)),
        Export("cases", "cases.parquet", partial(write_parquet, CASES)),
    ),
    "geojson": (
        Export("incidents", "incidents.geojson", partial(write_geojson, INCIDENTS)),
        Export("cases", "cases.geojson", partial(write_geojson, CASES)),
    ),
    "timeline": (Export("cases", "timeline.csv", write_timeline),),
}


def exports_of(formats: Iterable[str]) -> list[Export]:
    """Return the files of some formats."""
    return [export for name in formats for export in EXPORTS[name]]


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
    unknown = [name for name in wanted if name != "jsonl" and name not in EXPORTS]
    if unknown:
        raise UsageError(f"unknown output format {', '.join(unknown)}; choose from jsonl, {', '.join(EXPORTS)}")
    if "parquet" in wanted:
        require_pyarrow()
    return [name for name in wanted if name != "jsonl"]
