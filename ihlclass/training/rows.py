"""Rows of labelled data, whatever the file: JSON lines, JSON, CSV, tab-separated, Parquet."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from ihlclass.errors import DataError, MissingExtraError, ReportError
from ihlclass.reports import ReadOptions
from ihlclass.reports.columns import NAME_LIKE, NAMES_SHOWN
from ihlclass.reports.csv_tables import csv_records
from ihlclass.reports.encoding import BOMS
from ihlclass.reports.json_tables import json_lines, json_values
from ihlclass.reports.kinds import Kind
from ihlclass.reports.sheets import parquet_records
from ihlclass.reports.tables import Record
from ihlclass.training.exports import is_task, plain_row

#: Endings of the files that are taken from a folder; ``.json`` is read only where it is named.
ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
LISTS = ("labels", "near")
HEAD_BYTES = 1 << 16
#: So many lines are looked at to tell whether a file is JSON lines.
HEAD_LINES = 20
OPTIONS = ReadOptions()


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[Record | DataError]:
    """Read a file row by row, in bounded memory.

    Parameters
    ----------
    needed
        Columns that a table must have. Rows of JSON may differ in theirs, so there the caller looks at each.

    Yields
    ------
    Record or DataError
        In order; an error stands for a row that cannot be read, and names file and line.

    Raises
    ------
    DataError
        If the file as a whole cannot be used: gone, of another kind, or a table that lacks a column.
    MissingExtraError
        If it is Parquet and pyarrow is not installed (extra ``parquet``).
    """
    try:
        with path.open("rb") as stream:
            for record in _records(stream, path, needed):
                if isinstance(record, Record):
                    yield replace(record, values=plain_row(record.values))
                else:
                    yield _data_error(record)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from error
    except ReportError as error:
        if error.reason == "missing_extra":
            raise MissingExtraError("reading Parquet", "parquet") from error
        raise _data_error(error) from error


def _records(stream: IO[bytes], path: Path, needed: Sequence[str]) -> Iterator[Record | ReportError]:
    name, ending = str(path), path.suffix.lower()
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if head.startswith(b"PAR1"):
        return _table(*parquet_records(stream, name), name, needed)
    if ending == ".json":
        return json_values(stream, name, OPTIONS.max_bytes, "text", is_record=is_task)
    if _holds_objects(head):
        return json_lines(stream, name, OPTIONS.max_bytes)
    if ending in (".csv", ".tsv"):
        kind = Kind.TSV if ending == ".tsv" else Kind.CSV
        return _table(*csv_records(stream, kind, name, OPTIONS), name, needed)
    if head.strip():
        raise DataError(f"{path}: no JSON-lines file (a JSON object on each line); {_likeness(head)}")
    return iter(())


def _data_error(error: ReportError) -> DataError:
    return DataError(f"{error.where}: {error.message.removeprefix('the line is ')}")


def _text(head: bytes) -> str:
    encoding = next((code for mark, code in BOMS if head.startswith(mark)), "utf-8")
    return head.decode(encoding, "replace").lstrip("\ufeff").lstrip()


def _holds_objects(head: bytes) -> bool:
    """Whether one of the first lines is a JSON object (a broken line or two at the start change nothing)."""
    lines = [line for line in map(str.strip, _text(head).split("\n")) if line]
    cut = lines[-1:] if len(head) == HEAD_BYTES else []
    objects = (line.startswith("{") and (line.endswith("}") or [line] == cut) for line in lines[:HEAD_LINES])
    return bool(lines) and not lines[0].startswith("[") and any(objects)


def _likeness(head: bytes) -> str:
    """Say what a file looks like, and what to do."""
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "it looks like a workbook: save it as .csv"
    if _text(head).startswith(("{", "[")):
        return "it looks like JSON over many lines: give it the ending .json"
    try:
        names = csv_records(io.BytesIO(head), Kind.CSV, "", OPTIONS)[0]
    except ReportError:
        names = []
    if len(names) > 1:
        return f"it looks like a table with {_listed(names)}: give it the ending .csv or .tsv"
    return "save it as JSON lines, CSV or Parquet with the columns id, text, labels, group"


def _listed(names: Iterable[str]) -> str:
    """Column names as far as they look like names: the first row of a table without a header is text."""
    shown = [name.strip() if NAME_LIKE.fullmatch(name) else f"(column {n})" for n, name in enumerate(names, 1)]
    more = f" and {len(shown) - NAMES_SHOWN} more" if len(shown) > NAMES_SHOWN else ""
    return f"the columns {', '.join(shown[:NAMES_SHOWN]) or '(none)'}{more}"


def _table(
    names: list[str], records: Iterable[Record | ReportError], name: str, needed: Sequence[str]
) -> Iterator[Record | ReportError]:
    absent = [column for column in needed if column not in map(_folded, names)]
    if absent:
        hint = "; if groups are unknown, repeat the id there" if "group" in absent else ""
        raise DataError(f"{name}: lacks the column {', '.join(absent)}; it has {_listed(names)}{hint}")
    for record in records:
        if isinstance(record, Record):
            values = {_folded(column): value for column, value in reversed([*record.values.items()])}
            record = Record({c: _cell(c, value) for c, value in values.items()}, record.row, record.where)
        yield record


def _folded(column: str) -> str:
    return column.strip().casefold()


def _cell(column: str, value: Any) -> Any:
    if isinstance(value, float):
        value = None if math.isnan(value) else int(value) if value.is_integer() else value
    if column in LISTS:
        return _labels(value)
    return str(value) if isinstance(value, int | float) else value


def _labels(value: Any) -> Any:
    """Label ids of a cell: ``a; b``, ``a, b``, ``a|b``, a JSON list, a list as Python prints it, or a real list."""
    if not isinstance(value, str):
        return [] if value is None else value
    pieces = re.split(r"[;,|]", value.strip().removeprefix("[").removesuffix("]"))
    return [label for piece in pieces if (label := piece.strip(" \t\r\n'\""))]
