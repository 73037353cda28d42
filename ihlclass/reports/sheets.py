"""Workbooks (Excel, OpenDocument) and Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from ihlclass.errors import MissingExtraError, ReportError
from ihlclass.reports.tables import Record

#: Rows of a Parquet file that are held at once.
BATCH_ROWS = 64


def sheets(stream: IO[bytes], name: str) -> Iterator[tuple[str, list[str], Iterable[Record]]]:
    """Yield each worksheet that holds anything: its name, its header and its rows.

    The first row that holds anything is the header. A sheet is unpacked as a whole; the library offers no other way.

    Raises
    ------
    ReportError
        ``damaged`` or ``encrypted``.
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(stream)
        titles = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    except PasswordError:
        raise ReportError("encrypted", "the workbook is protected by a password; save it without", name) from None
    except Exception:  # calamine raises many kinds on broken input
        raise _damaged(name) from None
    for title in titles:
        try:
            sheet = book.get_sheet_by_name(title)
            rows = iter(enumerate(sheet.iter_rows(), 1))
            header = next(((number, row) for number, row in rows if any(_filled(cell) for cell in row)), None)
        except Exception:
            raise _damaged(name) from None
        if header is not None:
            names = [str(cell).strip() for cell in header[1]]
            yield title, names, _rows(rows, names, title, name)


def _rows(rows: Iterator[tuple[int, list[Any]]], names: list[str], title: str, name: str) -> Iterator[Record]:
    for number, row in rows:
        if any(_filled(cell) for cell in row):
            values = dict(reversed(list(zip(names, row, strict=False))))
            yield Record(values, f"{title}:{number}", f"{name}#{title}:{number}")


def _filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def parquet_records(stream: IO[bytes], name: str) -> tuple[list[str], Iterator[Record]]:
    """Open a Parquet file: its column names, and its rows in small batches.

    Raises
    ------
    ReportError
        ``missing_extra``, ``damaged`` or ``encrypted``.
    """
    try:
        from pyarrow import parquet
    except ImportError:
        raise ReportError("missing_extra", str(MissingExtraError("reading Parquet", "parquet")), name) from None
    try:
        file = parquet.ParquetFile(stream)
    except Exception as error:  # pyarrow raises OSError, ValueError and its own kinds
        if "encrypt" in str(error).lower():
            raise ReportError("encrypted", "the Parquet file is encrypted; save it without", name) from None
        raise _damaged(name) from None
    return list(file.schema_arrow.names), _parquet_rows(file, name)


def _parquet_rows(file: Any, name: str) -> Iterator[Record]:
    number = 0
    batches = file.iter_batches(batch_size=BATCH_ROWS)
    while True:
        try:
            batch = next(batches, None)
            rows = batch.to_pylist() if batch is not None else None
        except Exception:
            raise _damaged(name) from None
        if rows is None:
            return
        for values in rows:
            number += 1
            yield Record(values, str(number), f"{name}:{number}")


def _damaged(name: str) -> ReportError:
    return ReportError("damaged", "the file is broken or cut off; open and save it again", name)
