"""Standard input: a stream without a name -> what kind it is, by its content."""

from __future__ import annotations

import re
import sys
import tempfile
from typing import IO, TYPE_CHECKING

from ihlclass.errors import ReportError
from ihlclass.reports.columns import DATE_NAMES, DELIMITERS, ID_NAMES, TEXT_NAMES, TITLE_NAMES, folded
from ihlclass.reports.encoding import BOMS
from ihlclass.reports.kinds import Kind, tell_kind
from ihlclass.reports.walk import Source

if TYPE_CHECKING:
    from ihlclass.reports import ReadOptions

#: What standard input may be said to hold. ``auto``: told from its content.
INPUT_FORMATS = {"auto": None, "text": Kind.TEXT, "jsonl": Kind.JSON_LINES, "csv": Kind.CSV}

#: How a JSON object starts, as far as its first line goes.
OBJECT = re.compile(r"\s*\{\s*(?:[\"}]|\Z)")
CHUNK = 1 << 20
IN_MEMORY = 1 << 24


def open_standard_input(source: Source, options: ReadOptions) -> tuple[IO[bytes], Kind]:
    """Return standard input and its kind: JSON lines that are said to be such as they come, else all of it at once.

    Raises
    ------
    ReportError
        ``unreadable`` if it is closed; else as `tell_kind`.
    """
    if sys.stdin is None or sys.stdin.closed:
        message = "standard input is closed; pipe a report into it, or give files or folders"
        raise ReportError("unreadable", message, source.name)
    stream: IO[bytes] = sys.stdin.buffer
    kind = INPUT_FORMATS[options.input_format]
    if kind is Kind.JSON_LINES:
        return stream, kind
    stream = spooled(stream)
    if kind is None:
        kind = tell_kind(stream, source, options.max_bytes)
        if kind is Kind.TEXT:
            stream.seek(0)
            kind = _table_kind(stream, options) or kind
    stream.seek(0)
    return stream, kind


def spooled(stream: IO[bytes]) -> IO[bytes]:
    """Keep a stream where it can be read twice: in memory while small, else in a temporary file."""
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (closed with the last reference)
    while chunk := stream.read(CHUNK):
        kept.write(chunk)
    kept.seek(0)
    return kept


def _table_kind(stream: IO[bytes], options: ReadOptions) -> Kind | None:
    """Tell JSON by how it starts, and CSV by its header: the columns asked for, or a text column beside another."""
    data = stream.readline(CHUNK)
    encoding, skip = next(((name, len(mark)) for mark, name in BOMS if data.startswith(mark)), ("utf-8", 0))
    line, data = "", data[skip:]
    while data and not line:
        line = data.decode(encoding, "replace").strip(" \t\r\n\0\ufffd")
        data = stream.readline(CHUNK)
    if OBJECT.match(line):
        return Kind.JSON_LINES if line.endswith("}") else Kind.JSON
    if line == "[" or (line.startswith("[") and OBJECT.match(line, 1)):
        return Kind.JSON
    asked = {options.text_column, options.id_column, options.date_column} - {None}
    for delimiter in DELIMITERS:
        cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
        if asked and asked <= set(cells):
            return Kind.CSV
        names = set(map(folded, cells))
        if names & set(TEXT_NAMES) and names & {*ID_NAMES, *DATE_NAMES, *TITLE_NAMES}:
            return Kind.CSV
    return None
