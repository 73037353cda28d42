"""``ihlclass link``: incidents of several runs to cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ihlclass.errors import DataError, UsageError

NEEDED = (
    "incident_id", "report", "place", "country", "coordinates", "date", "objects", "indicators", "killed", "injured",
    "attributed_to", "background", "passages",
)  # fmt: skip


def link(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Result folders of 'classify', or incidents.jsonl files.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="CASES.jsonl", help="File for the cases.")],
    formats: Annotated[
        str,
        typer.Option("--format", help="Comma-separated: jsonl (always written), csv, parquet, geojson, timeline."),
    ] = "jsonl",
) -> None:
    """Link incidents that tell the same event, over all reports of several runs.

    'ihlclass classify' does it for the reports of one run (cases.jsonl). A case holds every report's own account;
    figures are shown side by side and never averaged, and copies of one text count as one source. Other formats are
    written beside CASES.jsonl: CASES.csv, CASES.geojson, CASES-timeline.csv.

    Example: ihlclass link out-2023/ out-2024/ -o cases.jsonl --format csv,geojson
    """
    from ihlclass.cases import write_cases
    from ihlclass.run_folder import INCIDENTS, read_rows, replacing
    from ihlclass.writers import check_formats, exports_of

    exports = [export for export in exports_of(check_formats(formats.split(","))) if export.source == "cases"]
    beside = {export: output.with_name(_beside(output, export.name)) for export in exports}

    files = [path / INCIDENTS if path.is_dir() else path for path in paths]
    for file in files:
        if not file.is_file():
            raise UsageError(f"{file}: no such file; give result folders of 'ihlclass classify', or incidents.jsonl")
    try:
        with replacing(output) as part:
            incidents, cases = write_cases(lambda: _incidents(files), part)
        for export, path in beside.items():
            with replacing(path) as part:
                export.write(read_rows(output), part)
    except FileNotFoundError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from error
    typer.echo(f"{incidents} incidents in {cases} cases: {', '.join(map(str, (output, *beside.values())))}", err=True)


def _beside(output: Path, name: str) -> str:
    """Name a file made of cases after that of the cases: ``cases.csv``, ``timeline.csv``."""
    kind, ending = name.split(".")
    name = f"{output.stem}.{ending}" if kind == "cases" else f"{output.stem}-{kind}.{ending}"
    if name == output.name:
        raise UsageError(f"{output}: is to hold JSON lines; give it another ending than .{ending}")
    return name


def _incidents(files: list[Path]) -> Iterator[dict[str, Any]]:
    """Read incidents; where there are several files, a report's name begins with that of its file's folder."""
    seen: dict[str, str] = {}
    for number, file in enumerate(files, 1):
        with file.open(encoding="utf-8") as lines:
            for row, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                except ValueError as error:
                    raise DataError(f"{file}:{row}: not valid JSON") from error
                lacking = [key for key in NEEDED if not isinstance(record, dict) or key not in record]
                if lacking:
                    raise DataError(f"{file}:{row}: is no incident of 'ihlclass classify': lacks {', '.join(lacking)}")
                if record["incident_id"] in seen:
                    raise DataError(f"{file}:{row}: its incident_id stands already at {seen[record['incident_id']]}")
                seen[record["incident_id"]] = f"{file}:{row}"
                if len(files) > 1:
                    record["report"] = f"{number}:{record['report']}"
                yield record
