"""Tables: rows -> reports, whatever the file format."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from ihlclass.errors import ReportError
from ihlclass.reports.content import Content, Row
from ihlclass.reports.dates import parse_date
from ihlclass.reports.kinds import Kind
from ihlclass.reports.text import normal_lines

if TYPE_CHECKING:
    from ihlclass.reports import ReadOptions

logger = logging.getLogger(__name__)

TEXT_NAMES = (
    "text", "body", "content", "report", "full_text", "article", "narrative", "description", "message", "summary",
    "notes",
)  # fmt: skip
ID_NAMES = ("id", "_id", "report_id", "document_id", "doc_id", "record_id", "uuid", "key")
DATE_NAMES = (
    "published", "published_at", "publication_date", "date_published", "pub_date", "date", "created_at", "timestamp",
    "datetime",
)  # fmt: skip
TITLE_NAMES = ("title", "headline")

#: Column names are shown in messages only if they look like names: the first row of a table without a header is text.
NAME_LIKE = re.compile(r"[\w .:/()-]{1,40}")
NAMES_SHOWN = 20
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Record:
    """One row as a format's reader found it.

    Attributes
    ----------
    values
        Value by column.
    row
        What names the row where it has no id: its number, or ``sheet:row``.
    where
        Place for error messages: ``posts.jsonl:17``.
    """

    values: Mapping[str, Any]
    row: str
    where: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; None where there is none."""

    text: str
    id: str | None
    date: str | None
    title: str | None


def read_table(stream: IO[bytes], kind: Kind, name: str, options: ReadOptions) -> Iterator[Row | ReportError]:
    """Read the reports of a table, row by row.

    Parameters
    ----------
    stream
        The file; seekable, except for JSON lines.
    kind
        A kind of table.
    name
        Name of the file.
    options
        Columns, size limit.

    Yields
    ------
    Row or ReportError
        Row by row. An error about the whole file ends it.

    Raises
    ------
    ReportError
        If the file as a whole cannot be read.
    """
    if kind in (Kind.JSON_LINES, Kind.JSON):
        from ihlclass.reports.json_tables import json_lines, json_values

        records = (
            json_lines(stream, name, options.max_bytes)
            if kind is Kind.JSON_LINES
            else json_values(stream, name, options.max_bytes, options.text_column)
        )
        yield from _loose_rows(records, kind, name, options)
    elif kind in (Kind.CSV, Kind.TSV):
        from ihlclass.reports.csv_tables import csv_records

        yield from _strict_rows(*csv_records(stream, kind, name, options), kind, name, options)
    elif kind is Kind.PARQUET:
        from ihlclass.reports.sheets import parquet_records

        yield from _strict_rows(*parquet_records(stream, name), kind, name, options)
    else:
        from ihlclass.reports.sheets import sheets

        yield from _sheet_rows(sheets(stream, name), kind, name, options)


def find_columns(names: Iterable[str], options: ReadOptions, where: str) -> Columns:
    """Tell which column holds what.

    Raises
    ------
    ReportError
        ``missing_column`` where a column that was asked for, or any text column, is not among `names`.
    """
    present = list(dict.fromkeys(names))
    text = _column(options.text_column, TEXT_NAMES, present)
    asked = ((options.text_column, "--text-column"), (options.id_column, "--id-column"),
             (options.date_column, "--date-column"))  # fmt: skip
    for column, option in asked:
        if column is not None and column not in present:
            raise ReportError("missing_column", f"no column {column!r} ({option}); {_listing(present)}", where)
    if text is None:
        usual = ", ".join(TEXT_NAMES)
        message = f"none of the usual text columns ({usual}); {_listing(present)}; name it with --text-column"
        raise ReportError("missing_column", message, where)
    return Columns(
        text,
        _column(options.id_column, ID_NAMES, present),
        _column(options.date_column, DATE_NAMES, present),
        _column(None, TITLE_NAMES, present),
    )


def _column(asked: str | None, usual: Iterable[str], present: list[str]) -> str | None:
    if asked is not None:
        return asked if asked in present else None
    folded = {name.strip().casefold().replace(" ", "_"): name for name in reversed(present)}
    return next((folded[name] for name in usual if name in folded), None)


def _listing(present: list[str]) -> str:
    shown = [name if NAME_LIKE.fullmatch(name) else f"(column {n})" for n, name in enumerate(present, 1)]
    more = f" and {len(shown) - NAMES_SHOWN} more" if len(shown) > NAMES_SHOWN else ""
    return f"columns present: {', '.join(shown[:NAMES_SHOWN]) or 'none'}{more}"


def _strict_rows(
    names: Iterable[str], records: Iterable[Record | ReportError], kind: Kind, name: str, options: ReadOptions
) -> Iterator[Row | ReportError]:
    """Rows of a table whose header says which columns there are."""
    yield from _Rows(find_columns(names, options, name), kind, name).read(records)


def _sheet_rows(
    sheets: Iterable[tuple[str, list[str], Iterable[Record]]], kind: Kind, name: str, options: ReadOptions
) -> Iterator[Row | ReportError]:
    """Rows of a workbook: sheets without the columns are passed over, as long as one has them."""
    missing: list[ReportError] = []
    found = False
    for sheet, names, records in sheets:
        try:
            columns = find_columns(names, options, f"{name}#{sheet}")
        except ReportError as error:
            missing.append(error)
            continue
        found = True
        yield from _Rows(columns, kind, name).read(records)
    if found:
        for passed in missing:
            logger.warning("%s: sheet passed over, it lacks a column", passed.where)
    elif missing:
        yield from missing
    else:
        raise ReportError("empty", "the workbook holds no rows", name)


def _loose_rows(
    records: Iterable[Record | ReportError], kind: Kind, name: str, options: ReadOptions
) -> Iterator[Row | ReportError]:
    """Rows of JSON records, which may differ in their keys: a column asked for must stand in one of the first 100."""
    waiting = iter(records)
    first: list[Record | ReportError] = []
    if (options.text_column, options.id_column, options.date_column) != (None, None, None):
        for record in waiting:
            first.append(record)
            if len(first) == 100:
                break
        names = [key for record in first if isinstance(record, Record) for key in record.values]
        if names:
            find_columns(names, options, name)
    count = 0
    rows: _Rows | None = None
    keys: tuple[str, ...] | None = None
    for records_now in (first, waiting):
        for record in records_now:
            count += 1
            if isinstance(record, ReportError):
                yield record
                continue
            if rows is None or tuple(record.values) != keys:
                keys = tuple(record.values)
                rows = _Rows(_loose_columns(keys, options), kind, name, rows)
            yield rows.one(record)
    if not count:
        raise ReportError("empty", "the file holds no records", name)


def _loose_columns(keys: tuple[str, ...], options: ReadOptions) -> Columns:
    present = list(keys)
    text = options.text_column or _column(None, TEXT_NAMES, present) or TEXT_NAMES[0]
    return Columns(
        text,
        _column(options.id_column, ID_NAMES, present),
        _column(options.date_column, DATE_NAMES, present),
        _column(None, TITLE_NAMES, present),
    )


class _Rows:
    """Turns records into rows, and warns once a file of dates that cannot be read."""

    def __init__(self, columns: Columns, kind: Kind, name: str, before: _Rows | None = None) -> None:
        self.columns = columns
        self.kind = kind
        self.name = name
        self.warned: list[str] = before.warned if before else []

    def read(self, records: Iterable[Record | ReportError]) -> Iterator[Row | ReportError]:
        """Read all rows; a table without any is itself an error."""
        empty = True
        for record in records:
            empty = False
            yield record if isinstance(record, ReportError) else self.one(record)
        if empty:
            raise ReportError("empty", "the table holds no rows", self.name)

    def one(self, record: Record) -> Row | ReportError:
        """Read one row."""
        columns = self.columns
        text = record.values.get(columns.text)
        if not isinstance(text, str) or not text.strip():
            what = "is empty or missing" if text is None or isinstance(text, str) else "is not text"
            return ReportError(
                "bad_record", f"column {_shown(columns.text)} {what}; fill it or remove it", record.where
            )
        title = record.values.get(columns.title) if columns.title else None
        date = record.values.get(columns.date) if columns.date else None
        published = parse_date(date)
        if published is None and date not in (None, "") and not self.warned:
            message = "%s: column %s holds a date that cannot be read in one way; taken as unknown, as any further ones"
            logger.warning(message, record.where, _shown(columns.date or ""))
            self.warned.append(record.where)
        return Row(
            f"{self.name}#{self._id(record)}",
            Content(
                SURROGATE.sub("\ufffd", normal_lines(text)),
                self.kind.value,
                title=title.strip() or None if isinstance(title, str) else None,
                published=published,
            ),
        )

    def _id(self, record: Record) -> str:
        value = record.values.get(self.columns.id) if self.columns.id else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str | int) and not isinstance(value, bool):
            text = " ".join(SURROGATE.sub("\ufffd", str(value)).split())
            if text and len(text) <= 200:
                return text
        return record.row


def _shown(column: str) -> str:
    return repr(column) if NAME_LIKE.fullmatch(column) else "(unnamed)"
