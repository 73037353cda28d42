"""CSV and tab-separated tables."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

from ihlclass.errors import ReportError
from ihlclass.reports.columns import DELIMITERS, TEXT_NAMES
from ihlclass.reports.encoding import BOMS, SAMPLE_BYTES, Encoding, broken_utf8, guess_encoding
from ihlclass.reports.kinds import Kind
from ihlclass.reports.tables import Record

if TYPE_CHECKING:
    from ihlclass.reports import ReadOptions

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
    encoding = _encoding(stream, name)
    skip = encoding.skip
    stream.seek(skip)
    text = io.TextIOWrapper(stream, encoding.name, encoding.errors, newline="")
    header = text.readline(CHUNK)
    while header and not header.strip():
        skip += len(header.encode(encoding.name))
        header = text.readline(CHUNK)
    text.detach()  # the caller closes the stream
    if not header:
        raise ReportError("empty", "the table is empty", name)
    stream.seek(skip)
    text = io.TextIOWrapper(stream, encoding.name, encoding.errors, newline="")
    # The limit is the csv module's own and holds for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), min(options.max_bytes, 2**31 - 1)))
    delimiter = "\t" if kind is Kind.TSV else _delimiter(header, options.text_column)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = next(reader)
    except csv.Error:
        text.detach()
        raise ReportError("damaged", "the header cannot be read as CSV; check its quotes", name) from None
    return names, _detaching(text, _rows(reader, lines, names, name))


def _detaching(text: io.TextIOWrapper, rows: Iterator[Record | ReportError]) -> Iterator[Record | ReportError]:
    try:
        yield from rows
    finally:
        text.detach()  # the caller closes the stream


class _Lines:
    """Lines of a table as the csv module takes them, with where the last quote was opened."""

    def __init__(self, text: Iterable[str]) -> None:
        self._lines = iter(text)
        self.number = self.opened = 0
        self.inside = self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self.number += 1
        if quotes := line.replace('""', "").count('"'):
            self.inside ^= quotes % 2 == 1
            self.opened = self.number if self.inside else self.opened
        return line


def _rows(reader: Iterator[list[str]], lines: _Lines, names: list[str], name: str) -> Iterator[Record | ReportError]:
    number = 0
    while True:
        first = lines.number + 1
        where = f"{name}:{first}"
        lines.inside = False
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            number += 1
            if lines.ended:
                message = "a quote that opens here is never closed; mend it. The lines after it were not read as rows"
                yield ReportError("bad_record", message, f"{name}:{max(lines.opened, first)}")
                return
            upto = f", and with it the lines up to {lines.number}" if lines.number > first else ""
            message = f"the row cannot be read as CSV (a stray or missing quote?){upto}; mend it"
            yield ReportError("bad_record", message, where)
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


def _encoding(stream: IO[bytes], name: str) -> Encoding:
    """Tell the encoding of a table of any size in bounded memory: UTF-8 if all of it decodes, else by a sample."""
    head = stream.read(SAMPLE_BYTES)
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return Encoding(encoding, len(mark))
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
        stream.seek(0)
        if broken := broken_utf8(iter(lambda: stream.read(CHUNK), b""), name):
            return broken
        stream.seek(start)
        return guess_encoding(stream.read(SAMPLE_BYTES).rpartition(b"\n")[0] or head, name)
    return Encoding("utf-8")
