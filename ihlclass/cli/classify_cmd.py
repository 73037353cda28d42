"""``ihlclass classify``: reports in, incidents out."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ihlclass.cli.options import Bundle
from ihlclass.errors import EXIT_SOME_REJECTED, UsageError

if TYPE_CHECKING:
    from ihlclass.batch import BatchRun

#: Incidents shown on the terminal at the end.
SHOWN = 60
#: Rejected reports named on standard error; all stand in rejected.jsonl.
REJECTIONS_SHOWN = 20


def classify(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Reports, or folders of them; - is standard input.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT_DIR", help="Folder for the results.")],
    formats: Annotated[
        str, typer.Option("--format", help="Comma-separated: jsonl (always written), csv, parquet.")
    ] = "jsonl,csv",
    text_column: Annotated[str | None, typer.Option(help="Tables: the column with the text.")] = None,
    id_column: Annotated[str | None, typer.Option(help="Tables: the column that names a row.")] = None,
    date_column: Annotated[str | None, typer.Option(help="Tables: the column with the publication date.")] = None,
    input_format: Annotated[str | None, typer.Option(help="Standard input is: text (default), jsonl or csv.")] = None,
    published: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Publication date of reports that carry none.")
    ] = None,
    any_language: Annotated[
        bool, typer.Option("--any-language", help="Score reports in unsupported languages too, marked as such.")
    ] = False,
    bundle: Bundle = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run in OUT_DIR.")] = False,
    table: Annotated[
        bool | None, typer.Option("--table/--no-table", help="Show the incidents at the end; by default on a terminal.")
    ] = None,
) -> None:
    """Find the incidents in reports: a folder of reports in, a table of incidents out.

    Reads plain text, Markdown, web pages, PDF, Word, and tables (JSON lines, JSON, CSV, Parquet, Excel), folders
    recursively. Writes incidents.jsonl, rejected.jsonl (reports that could not be used, and why), reports.jsonl
    (every report with its digest) and manifest.json into OUT_DIR.

    Exit code 3: some reports were rejected, the rest is written.

    Example: ihlclass classify reports/ -o out
    """
    from ihlclass.batch import BatchRun
    from ihlclass.classifier import load
    from ihlclass.reports import ReadOptions, read_reports

    chosen: dict[str, Any] = {
        "text_column": text_column,
        "id_column": id_column,
        "date_column": date_column,
        "input_format": input_format,
        "published": _date(published),
    }
    options = ReadOptions(**{key: value for key, value in chosen.items() if value is not None})
    missing = [path for path in paths if path != "-" and not Path(path).exists()]
    if len(missing) == len(paths):  # one that is missing among others is rejected, and the rest goes on
        raise UsageError(f"{', '.join(missing)}: no such file or folder")
    run = BatchRun(
        load(bundle),
        output,
        options={
            "paths": paths,
            "any_language": any_language,
            **{k: str(v) for k, v in chosen.items() if v is not None},
        },
        formats=formats.split(","),
        any_language=any_language,
        resume=resume,
    )
    with _Progress() as progress:
        counts = run.run(read_reports(paths, options=options), progress=progress, rejected=progress.rejected)
    if table or (table is None and sys.stdout.isatty()):
        _show(run)
    _summary(counts, output)
    if counts["rejected"]:
        raise typer.Exit(EXIT_SOME_REJECTED)


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--published {text}: must be a date such as 2024-05-31") from error


def _summary(counts: Counter[str], output: Path) -> None:
    typer.echo(
        f"{counts['reports']} reports: {counts['classified']} classified ({counts['passages']} passages, "
        f"{counts['incidents']} incidents), {counts['rejected']} rejected"
        + (f" (why: {output / 'rejected.jsonl'})" if counts["rejected"] else "")
        + f". Results: {output}",
        err=True,
    )


def _show(run: BatchRun) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Incidents (machine suggestions, unverified)", show_lines=True)
    for column, style in (
        ("report", "dim"),
        ("place", "bold"),
        ("date", ""),
        ("protected objects", "bold"),
        ("indicators", ""),
        ("killed", ""),
        ("injured", ""),
        ("by", ""),
        ("evidence", "dim"),
    ):
        table.add_column(column, style=style, overflow="fold")
    waiting = run.incidents()
    for record in islice(waiting, SHOWN):
        table.add_row(*_row(record))
    rest = sum(1 for _ in waiting)
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)
    if rest:
        console.print(f"... and {rest} more in {run.folder / 'incidents.jsonl'}")


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    from rich.markup import escape

    def tags(names: list[str]) -> str:
        return "\n".join(f"{name} {record['probabilities'][name]:.2f}" for name in names)

    carrying = [p for p in record["passages"] if set(p["labels"]) & set(record["objects"])] or record["passages"]
    evidence = escape(carrying[0]["text"][:160]) + ("..." if len(carrying[0]["text"]) > 160 else "")
    return (
        escape(record["report"]),
        escape(record["place"] or "-") + ("\n(earlier)" if record["background"] else ""),
        record["date"] or "-",
        tags(record["objects"]) or "-",
        tags(record["indicators"]) or "-",
        _interval(record["killed"]),
        _interval(record["injured"]),
        escape(record["attributed_to"] or "-"),
        f"{evidence}\n[{carrying[0]['start']}:{carrying[0]['end']}]".replace("[", "\\["),
    )


def _interval(interval: list[int | None] | None) -> str:
    if interval is None:
        return "-"
    least, most = interval
    return f"{least}+" if most is None else str(least) if least == most else f"{least}-{most}"


class _Progress:
    """On standard error: a line of counts (only on a terminal), and a line for each rejected report."""

    def __enter__(self) -> _Progress:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task("reading")
        self._rejected = 0
        self._bar.start()
        return self

    def rejected(self, where: str, message: str) -> None:
        self._rejected += 1
        if self._rejected <= REJECTIONS_SHOWN:
            line = f"rejected: {where}: {message}"
        elif self._rejected == REJECTIONS_SHOWN + 1:
            line = "rejected: more reports, not named here; all stand in rejected.jsonl"
        else:
            return
        self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __call__(self, counts: Counter[str]) -> None:
        self._bar.update(
            self._task,
            description=(
                f"{counts['reports']} reports, {counts['passages']} passages, {counts['incidents']} incidents, "
                f"{counts['rejected']} rejected"
            ),
        )

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()
