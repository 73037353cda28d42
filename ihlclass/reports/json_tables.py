"""JSON lines, and JSON files that hold an array or an object of records."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from ihlclass.errors import ReportError
from ihlclass.reports.columns import DOUBTFUL_NAME, TEXT_NAMES, reads_like_text
from ihlclass.reports.encoding import BOMS
from ihlclass.reports.tables import Record

CHUNK = 1 << 16


def json_lines(stream: IO[bytes], name: str, max_bytes: int) -> Iterator[Record | ReportError]:
    """Read JSON lines: one record a line, blank lines passed over. A bad line does not stop the next.

    Yields
    ------
    Record or ReportError
        ``bad_json``, ``bad_record`` (not an object), ``unknown_encoding`` or ``too_large`` for a line.
    """
    number = 0
    wide = None
    while line := stream.readline(max_bytes + 1):
        number += 1
        where = f"{name}:{number}"
        if len(line) > max_bytes:
            while line and not line.endswith(b"\n"):
                line = stream.readline(CHUNK)
            yield ReportError("too_large", f"the line is longer than {max_bytes:,} bytes; split it", where)
            continue
        if number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            wide = io.TextIOWrapper(io.BytesIO(line + stream.read()), encoding="utf-16")
            break
        line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if line.strip():
            try:
                yield _record(line.decode("utf-8"), str(number), where)
            except UnicodeDecodeError:
                yield ReportError("unknown_encoding", "the line is not UTF-8; save the file as UTF-8", where)
    for number, text in enumerate(wide or (), 1):
        if text.strip():
            yield _record(text, str(number), f"{name}:{number}")


def json_values(
    stream: IO[bytes],
    name: str,
    max_bytes: int,
    text_column: str | None,
    *,
    is_record: Callable[[Mapping[str, Any]], bool] = lambda value: False,
) -> Iterator[Record | ReportError]:
    """Read a JSON file.

    It holds an array of records (read piece by piece), a record, records after one another, or an object that holds
    an array of records or a record by id.

    Parameters
    ----------
    is_record
        Whether an object without a text is a record all the same, and not looked into.

    Yields
    ------
    Record or ReportError
        Numbered from 1. Invalid JSON ends the file, since where the next record starts cannot be told.
    """
    text_names = (text_column,) if text_column else TEXT_NAMES
    count = 0
    text = _text(stream, name)
    try:
        for value, line in _values(text, name, max_bytes):
            where = f"{name}:{line}"
            if isinstance(value, ReportError):
                yield value
                return
            whole = isinstance(value, dict) and is_record(value)
            for key, item in [(None, value)] if whole else _unwrapped(value, text_names):
                count += 1
                yield _checked(item, key or str(count), where)
    finally:
        text.detach()  # the caller closes the stream


def _record(text: str, row: str, where: str) -> Record | ReportError:
    try:
        return _checked(json.loads(text), row, where)
    except (ValueError, RecursionError):
        return ReportError("bad_json", "the line is not valid JSON; mend or remove it", where)


def _checked(value: object, row: str, where: str) -> Record | ReportError:
    if isinstance(value, dict):
        return Record(value, row, where)
    return ReportError("bad_record", 'not a JSON object; a record is written {"text": ...}', where)


def _unwrapped(value: object, text_names: Iterable[str]) -> Iterable[tuple[str | None, object]]:
    """Records inside one JSON value, with their key where an object maps ids to records."""
    if isinstance(value, dict) and not any(_holds_text(value, name) for name in text_names):
        lists = [item for item in value.values() if isinstance(item, list) and item and isinstance(item[0], dict)]
        if len(lists) == 1:
            return [(None, item) for item in lists[0]]
        if value and all(isinstance(item, dict) for item in value.values()):
            return list(value.items())
    return [(None, value)]


def _holds_text(value: dict[str, object], name: str) -> bool:
    return reads_like_text(value.get(name)) if name == DOUBTFUL_NAME else isinstance(value.get(name), str)


def _text(stream: IO[bytes], name: str) -> io.TextIOWrapper:
    head = stream.read(CHUNK)
    encoding, skip = next(((code, len(mark)) for mark, code in BOMS if head.startswith(mark)), ("utf-8", 0))
    if not skip and b"\0" in head:
        raise ReportError("binary", "the file is binary data, not JSON; check its ending", name)
    stream.seek(skip)
    return io.TextIOWrapper(stream, encoding=encoding)


def _values(text: IO[str], name: str, max_bytes: int) -> Iterator[tuple[Any, int]]:
    """Yield the elements of a top-level array, or the top-level values, with their line; an error ends it."""
    decode = json.JSONDecoder().raw_decode
    buffer, line, ended, size, inside, first = "", 1, False, CHUNK, False, True
    try:
        while True:
            rest = buffer.lstrip(" \t\n\r,")
            line += buffer.count("\n", 0, len(buffer) - len(rest))
            buffer = rest
            if first and buffer:
                first, inside = False, buffer[0] == "["
                buffer = buffer[1:] if inside else buffer
                continue
            if inside and buffer.startswith("]"):
                return
            value = None
            if buffer:
                try:
                    value, end = decode(buffer)
                except json.JSONDecodeError as error:
                    # cut off by the end of what was read, or wrong?
                    if error.pos < len(buffer) - 16 and not error.msg.startswith("Unterminated"):
                        ended = True
                    end = 0
                except (ValueError, RecursionError):
                    ended, end = True, 0
                # a value that ends with what was read may go on: 1|2
                if end and (end < len(buffer) or ended):
                    yield value, line
                    line += buffer.count("\n", 0, end)
                    buffer, size = buffer[end:], CHUNK
                    continue
            if ended:
                if buffer or inside:
                    yield _broken(name, line), line
                return
            if len(buffer) > max_bytes:
                yield ReportError("too_large", f"a record is longer than {max_bytes:,} bytes", f"{name}:{line}"), line
                return
            piece = text.read(size)
            size *= 2
            ended = not piece
            buffer += piece
    except UnicodeDecodeError:
        message = "the file is not UTF-8 from here on; save it as UTF-8. The records after it were not read"
        yield ReportError("unknown_encoding", message, f"{name}:{line}"), line


def _broken(name: str, line: int) -> ReportError:
    message = "not valid JSON from here on; mend it. The records after it were not read"
    return ReportError("bad_json", message, f"{name}:{line}")
