"""``ihlclass classify``: reports in, incidents out."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ihlclass.cli.options import Bundle, Profile, ProfileName
from ihlclass.cli.progress import ReportProgress
from ihlclass.cli.streams import discard_output
from ihlclass.errors import EXIT_INTERRUPTED, EXIT_SOME_REJECTED, UsageError

if TYPE_CHECKING:
    from ihlclass.batch import BatchRun
    from ihlclass.engines import Engine


class EngineName(StrEnum):
    """What classifies."""

    THREADS = "threads"
    LOCAL = "local"
    DASK = "dask"


#: Incidents shown on the terminal at the end.
SHOWN = 60


def classify(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="Reports, folders of them, patterns, addresses such as s3://...; - is standard input.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT_DIR", help="Folder for the results.")],
    formats: Annotated[
        str, typer.Option("--format", help="Comma-separated: jsonl (always written), csv, parquet, geojson, timeline.")
    ] = "jsonl,csv",
    text_column: Annotated[str | None, typer.Option(help="Tables: the column with the text.")] = None,
    id_column: Annotated[str | None, typer.Option(help="Tables: the column that names a row.")] = None,
    date_column: Annotated[str | None, typer.Option(help="Tables: the column with the publication date.")] = None,
    input_format: Annotated[
        str | None, typer.Option(help="Standard input is: text, jsonl or csv; if not given, told from its content.")
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Publication date of reports that carry none.")
    ] = None,
    any_language: Annotated[
        bool, typer.Option("--any-language", help="Score reports in unsupported languages too, marked as such.")
    ] = False,
    gazetteer: Annotated[
        Path | None, typer.Option(metavar="PLACES.csv", help="Places of your own: name, country, latitude, longitude.")
    ] = None,
    bundle: Bundle = None,
    profile: Profile = ProfileName.ACCURATE,
    engine: Annotated[
        EngineName, typer.Option(help="Who does the work: this process, processes on all cores, or a Dask cluster.")
    ] = EngineName.THREADS,
    workers: Annotated[int | None, typer.Option(help="Processes of the engine local; all cores if not given.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Scheduler of the engine dask, such as tcp://10.0.0.5:8786.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run in OUT_DIR.")] = False,
    table: Annotated[
        bool | None, typer.Option("--table/--no-table", help="Show the incidents at the end; by default on a terminal.")
    ] = None,
) -> None:
    """Find the incidents in reports: a folder of reports in, a table of incidents out.

    Reads plain text, Markdown, web pages, PDF, Word, and tables (JSON lines, JSON, CSV, Parquet, Excel), folders
    recursively. Writes incidents.jsonl, cases.jsonl (incidents of several reports that tell one event), rejected.jsonl
    (reports that could not be used, and why), reports.jsonl (every report with its digest) and manifest.json into
    OUT_DIR.

    Exit code 3: some reports were rejected, the rest is written.

    Example: ihlclass classify reports/ -o out
    """
    from ihlclass.batch import BatchRun
    from ihlclass.classifier import load
    from ihlclass.reports import ReadOptions, read_reports, total_size
    from ihlclass.reports.names import place_of
    from ihlclass.reports.remote import is_address
    from ihlclass.reports.walk import is_pattern, matches

    chosen: dict[str, Any] = {
        "text_column": text_column,
        "id_column": id_column,
        "date_column": date_column,
        "input_format": input_format,
        "published": _date(published),
    }
    options = ReadOptions(**{key: value for key, value in chosen.items() if value is not None})
    missing = [path for path in paths if path != "-" and not is_address(path) and not Path(path).exists()]
    missing = [path for path in missing if not (is_pattern(path) and any(matches(Path(place_of(path)))))]
    if len(missing) == len(paths):  # one that is missing among others is rejected, and the rest goes on
        raise UsageError(f"{', '.join(missing)}: no such file or folder")
    workforce = _engine(engine, workers, scheduler)
    run = BatchRun(
        load(bundle, gazetteer=gazetteer, profile=profile.value),
        output,
        options={
            "paths": paths,
            "any_language": any_language,
            **{k: str(v) for k, v in chosen.items() if v is not None},
        },
        formats=formats.split(","),
        any_language=any_language,
        resume=resume,
        engine=workforce,
        gazetteer=gazetteer,
    )
    with ReportProgress(lambda: total_size(paths)) as progress:
        try:
            reports = read_reports(paths, options=options, progress=progress.done)
            counts = run.run(reports, progress=progress, rejected=progress.rejected)
        except KeyboardInterrupt:
            typer.echo(f"ihlclass: interrupted; what was finished is in {output}; go on with --resume", err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from None
    if table or (table is None and sys.stdout.isatty()):
        _show(run)
    _name_empty_folders(paths)
    _summary(counts, output)
    if counts["rejected"]:
        raise typer.Exit(EXIT_SOME_REJECTED)


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--published {text}: must be a date such as 2024-05-31") from error


def _engine(name: EngineName, workers: int | None, scheduler: str | None) -> Engine | None:
    from ihlclass.engines import dask_engine, local_engine

    if workers is not None and name is not EngineName.LOCAL:
        raise UsageError("--workers is of --engine local")
    if (scheduler is not None) != (name is EngineName.DASK):
        raise UsageError("--engine dask and --scheduler ADDRESS go together")
    if name is EngineName.LOCAL:
        return local_engine(workers)
    return dask_engine(scheduler) if scheduler is not None else None


def _summary(counts: Counter[str], output: Path) -> None:
    typer.echo(
        f"{counts['reports']} reports: {counts['classified']} classified ({counts['passages']} passages, "
        f"{counts['incidents']} incidents, {counts['cases']} cases), {counts['rejected']} rejected"
        + (f" (why: {output / 'rejected.jsonl'})" if counts["rejected"] else "")
        + f". Results: {output}",
        err=True,
    )


def _name_empty_folders(paths: list[str]) -> None:
    from ihlclass.reports.walk import count_skipped, find_sources

    for path in paths:
        if path != "-" and Path(path).is_dir() and next(find_sources([path]), None) is None:
            skipped = count_skipped(Path(path))
            hint = f" ({skipped} hidden or junk files and folders in it are passed over)" if skipped else ""
            typer.echo(f"ihlclass: {path}: no report was found there{hint}", err=True)


def _show(run: BatchRun) -> None:
    from ihlclass.cli.show import PipedConsole, show_incidents

    waiting = run.incidents()
    try:
        show_incidents(islice(waiting, SHOWN), PipedConsole())
        if rest := sum(1 for _ in waiting):
            typer.echo(f"... and {rest} more in {run.folder / 'incidents.jsonl'}")
    except BrokenPipeError:  # whoever wanted to see them has gone; the results are written
        discard_output()
