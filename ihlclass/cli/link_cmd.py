"""``ihlclass link``: incidents of several runs to cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ihlclass.cli.streams import json_lines
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
    from ihlclass.run_folder import CASES, INCIDENTS, read_rows, replacing
    from ihlclass.writers import check_formats, exports_of

    if output.is_dir() or not output.name:
        raise UsageError(f"{output}: is a folder; give a file for the cases, such as {output / CASES}")
    exports = [export for export in exports_of(check_formats(formats.split(","))) if export.source == "cases"]
    beside = {export: output.with_name(_beside(output, export.name)) for export in exports}

    files = [path / INCIDENTS if path.is_dir() else path for path in paths]
    for file in files:
        if not file.is_file():
            raise UsageError(f"{file}: no such file; give result folders of 'ihlclass classify', or incidents.jsonl")
        if output.resolve().parent == file.resolve().parent and output.name in (INCIDENTS, CASES):
            raise UsageError(f"{output}: belongs to the results of a run; choose another file")
    try:
        with replacing(output) as part:
            incidents, cases = write_cases(lambda: _incidents(files), part)
        for export, path in beside.items():
            with replacing(path) as part:
                export.write(read_rows(output), part)
    except OSError as error:
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
        for where, record in json_lines(file):
            lacking = [key for key in NEEDED if not isinstance(record, dict) or key not in record]
            if lacking:
                raise DataError(f"{where}: is no incident of 'ihlclass classify': lacks {', '.join(lacking)}")
            if record["incident_id"] in seen:
                raise DataError(
                    f"{where}: its incident_id stands already at {seen[record['incident_id']]}; link each report once"
                )
            seen[record["incident_id"]] = where
            if len(files) > 1:
                record["report"] = f"{number}:{record['report']}"
            yield record
