"""CSV and tab-separated tables."""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from ihlclass.errors import ReportError
from ihlclass.reports.kinds import Kind
from ihlclass.reports.tables import TEXT_NAMES, Record
from ihlclass.reports.text import BOMS, SAMPLE_BYTES, guess_encoding

if TYPE_CHECKING:
    from ihlclass.reports import ReadOptions

DELIMITERS = ",;\t|"
CHUNK = 1 << 20


def csv_records(
    stream: IO[bytes], kind: Kind, name: str, options: ReadOptions
) -> tuple[list[str], Iterator[Record | ReportError]]:
    """Open a CSV table: its column names, and its rows as they are read.

    The delimiter of a ``.csv`` is told from the header: comma, semicolon, tab or bar.

    Raises
    ------
    ReportError
        ``empty``, ``binary`` or ``unknown_encoding``.
    """
    if not stream.seekable():
        stream = _spooled(stream)
    encoding, skip = _encoding(stream, name)
    stream.seek(skip)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    header = text.readline(CHUNK)
    while header and not header.strip():
        skip += len(header.encode(encoding))
        header = text.readline(CHUNK)
    text.detach()  # the caller closes the stream
    if not header:
        raise ReportError("empty", "the table is empty", name)
    stream.seek(skip)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    # The limit is the csv module's own and holds for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), min(options.max_bytes, 2**31 - 1)))
    delimiter = "\t" if kind is Kind.TSV else _delimiter(header, options.text_column)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        names = next(reader)
    except csv.Error:
        text.detach()
        raise ReportError("damaged", "the header cannot be read as CSV; check its quotes", name) from None
    return names, _detaching(text, _rows(reader, names, name))


def _detaching(text: io.TextIOWrapper, rows: Iterator[Record | ReportError]) -> Iterator[Record | ReportError]:
    try:
        yield from rows
    finally:
        text.detach()  # the caller closes the stream


def _rows(reader: Iterator[list[str]], names: list[str], name: str) -> Iterator[Record | ReportError]:
    number = 0
    while True:
        where = f"{name}:{reader.line_num + 1}"  # type: ignore[attr-defined]
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            number += 1
            yield ReportError("bad_record", "the row cannot be read as CSV (a stray or missing quote?); mend it", where)
            continue
        except UnicodeDecodeError:
            message = "the text's encoding changes hereabouts; save the table as UTF-8. The rows after it were not read"
            yield ReportError("unknown_encoding", message, where)
            return
        if not any(cell.strip() for cell in row):
            continue
        number += 1
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            message = f"the row has {len(row)} cells, the header {len(names)} (text with the delimiter, not in quotes?)"
            yield ReportError("bad_record", message, where)
            continue
        # the first of two columns of one name counts
        yield Record(dict(reversed(list(zip(names, row, strict=False)))), str(number), where)


def _delimiter(header: str, text_column: str | None) -> str:
    """Tell the delimiter: the one that makes a text column appear, else the commonest in the header."""
    wanted = {text_column} if text_column else set(TEXT_NAMES)

    def fit(delimiter: str) -> tuple[bool, int]:
        names = {part.strip().strip('"').strip() for part in header.split(delimiter)}
        return bool(wanted & (names if text_column else {part.casefold() for part in names})), header.count(delimiter)

    return max(DELIMITERS, key=fit)


def _encoding(stream: IO[bytes], name: str) -> tuple[str, int]:
    """Tell the encoding of a table of any size in bounded memory: UTF-8 if all of it decodes, else by a sample."""
    head = stream.read(SAMPLE_BYTES)
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk = head
    try:
        while chunk:
            if b"\0" in chunk:
                raise ReportError("binary", "the file is binary data, not a table; check its ending", name)
            decoder.decode(chunk)
            chunk = stream.read(CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        start = 0 if not head.isascii() else max(0, stream.tell() - len(chunk))
        stream.seek(start)
        return guess_encoding(stream.read(SAMPLE_BYTES).rpartition(b"\n")[0] or head, name), 0
    return "utf-8", 0


def _spooled(stream: IO[bytes]) -> IO[bytes]:
    """Keep standard input where it can be read twice: in memory while small, else in a temporary file."""
    spooled = tempfile.SpooledTemporaryFile(max_size=1 << 24)  # noqa: SIM115  (closed with the last reference)
    while chunk := stream.read(CHUNK):
        spooled.write(chunk)
    spooled.seek(0)
    return spooled
