"""Tables: rows -> reports, whatever the file format."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from ihlclass.errors import ReportError
from ihlclass.reports.columns import (
    TEXT_NAMES,
    Columns,
    find_columns,
    guess_columns,
    no_text_column,
    reads_like_text,
    shown,
)
from ihlclass.reports.content import Content, Row
from ihlclass.reports.dates import parse_date
from ihlclass.reports.encoding import normal_lines
from ihlclass.reports.kinds import Kind

if TYPE_CHECKING:
    from ihlclass.reports import ReadOptions

logger = logging.getLogger(__name__)

#: Records, or rows of a doubtful text column, that are looked at before a table is said to lack a column.
LOOKED_AT = 100
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


def _strict_rows(
    names: Iterable[str], records: Iterable[Record | ReportError], kind: Kind, name: str, options: ReadOptions
) -> Iterator[Row | ReportError]:
    """Rows of a table whose header says which columns there are."""
    columns = find_columns(names, options, name)
    yield from _Rows(columns, kind, name).read(_looked_at(records, columns, names, name))


def _looked_at(
    records: Iterable[Record | ReportError], columns: Columns, names: Iterable[str], where: str
) -> Iterable[Record | ReportError]:
    """Look whether a doubtful text column holds text; returns all the records."""
    if not columns.doubtful:
        return records
    waiting = iter(records)
    first = list(islice(waiting, LOOKED_AT))
    if first and not any(isinstance(r, Record) and reads_like_text(r.values.get(columns.text)) for r in first):
        raise no_text_column(names, where)
    return chain(first, waiting)


def _sheet_rows(
    sheets: Iterable[tuple[str, list[str], Iterable[Record]]], kind: Kind, name: str, options: ReadOptions
) -> Iterator[Row | ReportError]:
    """Rows of a workbook: sheets without the columns are passed over, as long as one has them."""
    missing: list[ReportError] = []
    found = False
    for sheet, names, records in sheets:
        where = f"{name}#{sheet}"
        try:
            columns = find_columns(names, options, where)
            rows = _looked_at(records, columns, names, where)
        except ReportError as error:
            missing.append(error)
            continue
        found = True
        yield from _Rows(columns, kind, name).read(rows)
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
    """Rows of JSON records, which may differ in their keys: the columns must stand in one of the first."""
    waiting = iter(records)
    first: list[Record | ReportError] = []
    names: dict[str, None] = {}
    columns: Columns | None = None
    for record in islice(waiting, LOOKED_AT):
        first.append(record)
        if isinstance(record, Record):
            names |= dict.fromkeys(record.values)
            columns = _sure_columns(names, record, options)
            if columns is not None:
                break
    if not first:
        raise ReportError("empty", "the file holds no records", name)
    if columns is None and names:
        yield from (item for item in first if isinstance(item, ReportError))
        find_columns(names, options, name)
        raise no_text_column(names, name)
    rows: _Rows | None = None
    keys: tuple[str, ...] | None = None
    for item in chain(first, waiting):
        if isinstance(item, ReportError):
            yield item
            continue
        if rows is None or tuple(item.values) != keys:
            keys = tuple(item.values)
            found = guess_columns(keys, options, columns.text if columns else TEXT_NAMES[0])
            assert found is not None
            rows = _Rows(found, kind, name, rows)
        yield rows.one(item)


def _sure_columns(names: Iterable[str], record: Record, options: ReadOptions) -> Columns | None:
    """The columns, where none that was asked for is missing and the text column is no doubtful one."""
    if not {options.text_column, options.id_column, options.date_column} <= {None, *names}:
        return None
    columns = guess_columns(names, options)
    if columns is not None and columns.doubtful and not reads_like_text(record.values.get(columns.text)):
        return None
    return columns


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
            return ReportError("bad_record", f"column {shown(columns.text)} {what}; fill it or remove it", record.where)
        title = record.values.get(columns.title) if columns.title else None
        date = record.values.get(columns.date) if columns.date else None
        published = parse_date(date)
        if published is None and date not in (None, "") and not self.warned:
            message = "%s: column %s holds a date that cannot be read in one way; taken as unknown, as any further ones"
            logger.warning(message, record.where, shown(columns.date or ""))
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
