"""Read: files, folders and standard input -> reports, one at a time.

A bad file or row never stops the rest: it is yielded as a `ReportError` with a stable reason code, in its place.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ihlclass.errors import ReportError, UsageError
from ihlclass.reports.content import Content, Row
from ihlclass.reports.kinds import Kind, tell_kind
from ihlclass.reports.language import SUPPORTED, detect_language
from ihlclass.reports.walk import STANDARD_INPUT, Source, find_sources
from ihlclass.types import Report

__all__ = ["ReadOptions", "read_reports"]

INPUT_FORMATS = {"text": Kind.TEXT, "jsonl": Kind.JSON_LINES, "csv": Kind.CSV}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How reports are read.

    Attributes
    ----------
    text_column, id_column, date_column
        Columns of tables. Where None, usual names are looked for: ``text``, ``body``, ``content``...; ``id``...;
        ``published``, ``date``... A column named here that a table lacks rejects the table (``missing_column``).
    input_format
        What standard input holds: ``text`` (one report), ``jsonl`` or ``csv``.
    published
        Publication date of reports that carry none.
    max_bytes
        Largest file, or row of a table, that is taken as one report. Tables themselves may be of any size.

    Raises
    ------
    UsageError
        If `input_format` is unknown or `max_bytes` is not positive.
    """

    text_column: str | None = None
    id_column: str | None = None
    date_column: str | None = None
    input_format: str = "text"
    published: dt.date | None = None
    max_bytes: int = 100_000_000

    def __post_init__(self) -> None:
        if self.input_format not in INPUT_FORMATS:
            raise UsageError(f"input format {self.input_format!r}: must be one of {', '.join(INPUT_FORMATS)}")
        if self.max_bytes < 1:
            raise UsageError(f"max_bytes is {self.max_bytes}: must be at least 1")


def read_reports(paths: Iterable[str | Path], *, options: ReadOptions | None = None) -> Iterator[Report | ReportError]:
    """Read reports, streaming: no more than one report is held at a time.

    Parameters
    ----------
    paths
        Files; folders (recursively, sorted, hidden and junk files skipped); ``-`` for standard input.
    options
        Columns of tables, format of standard input, default publication date.

    Yields
    ------
    Report or ReportError
        Each report in order, or in its place the error that says why there is none. Nothing is lost silently:
        files of unsupported types inside folders are yielded as errors too.
    """
    chosen = options if options is not None else ReadOptions()
    for source in find_sources(paths):
        if isinstance(source, ReportError):
            yield _bare(source)
            continue
        try:
            yield from _read_source(source, chosen)
        except ReportError as error:
            yield _bare(error)
        except OSError as error:
            yield _unreadable(source.name, error)
        except Exception as error:
            message = f"a fault in the reader ({type(error).__name__}); please report it with the kind of file"
            yield _bare(ReportError("failed", message, source.name))


def _read_source(source: Source, options: ReadOptions) -> Iterator[Report | ReportError]:
    if source.path is None:
        kind = INPUT_FORMATS[options.input_format]
        yield from _read_stream(source, sys.stdin.buffer, kind, options)
        return
    with source.path.open("rb") as file:
        stream: IO[bytes] = file
        if not file.seekable():
            stream = io.BytesIO(_all_bytes(source, file, options))
        kind = tell_kind(stream, source, options.max_bytes)
        stream.seek(0)
        yield from _read_stream(source, stream, kind, options)


def _read_stream(source: Source, stream: IO[bytes], kind: Kind, options: ReadOptions) -> Iterator[Report | ReportError]:
    if kind.is_table:
        from ihlclass.reports.tables import read_table

        for row in read_table(stream, kind, source.name, options):
            yield _bare(row) if isinstance(row, ReportError) else _report_of_row(row, options)
        return
    data = _all_bytes(source, stream, options)
    if not data.strip():
        raise ReportError("empty", "the file is empty", source.name)
    content = _read_document(data, kind, source.name)
    if not content.text[content.body_start :].strip():
        raise ReportError("empty", "the file holds no text", source.name)
    yield _report(source.name, content, data, options)


def _read_document(data: bytes, kind: Kind, where: str) -> Content:
    if kind is Kind.PDF:
        from ihlclass.reports.pdf import read_pdf as read
    elif kind is Kind.WORD:
        from ihlclass.reports.word import read_word as read
    elif kind is Kind.WEB:
        from ihlclass.reports.web import read_web as read
    elif kind is Kind.MARKDOWN:
        from ihlclass.reports.text import read_markdown as read
    else:
        from ihlclass.reports.text import read_text as read
    return read(data, where)


def _all_bytes(source: Source, stream: IO[bytes], options: ReadOptions) -> bytes:
    data = stream.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        message = f"the file is larger than {options.max_bytes:,} bytes; split it, or make it a table of reports"
        raise ReportError("too_large", message, source.name)
    return data


def _report_of_row(row: Row, options: ReadOptions) -> Report:
    return _report(row.where, row.content, row.content.text.encode("utf-8"), options)


def _report(name: str, content: Content, data: bytes, options: ReadOptions) -> Report:
    language = detect_language(content.text[content.body_start :])
    return Report(
        name=name,
        text=content.text,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        media_type=content.media_type,
        title=content.title,
        published=content.published or options.published,
        language=language,
        unsupported_language=language not in SUPPORTED,
        body_start=content.body_start,
    )


def _unreadable(name: str, error: OSError) -> ReportError:
    what = "standard input" if name == STANDARD_INPUT else "the file"
    return ReportError("unreadable", f"{what} cannot be read ({error.strerror or type(error).__name__})", name)


def _bare(error: ReportError) -> ReportError:
    """Drop the traceback: its frames would keep the file's bytes alive for as long as the error lives."""
    error.__cause__ = error.__context__ = error.__traceback__ = None
    return error
