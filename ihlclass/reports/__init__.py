"""Read: files, folders and standard input -> reports, one at a time.

A bad file or row never stops the rest: it is yielded as a `ReportError` with a stable reason code, in its place.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ihlclass.errors import OutputError, ReportError, UsageError, is_full
from ihlclass.reports.content import Content
from ihlclass.reports.kinds import Kind, tell_kind
from ihlclass.reports.language import detect_language
from ihlclass.reports.names import UniqueNames
from ihlclass.reports.remote import is_of_the_network, unreadable
from ihlclass.reports.standard_input import INPUT_FORMATS, open_standard_input, spooled
from ihlclass.reports.walk import GONE, STANDARD_INPUT, Source, find_sources
from ihlclass.types import Report

__all__ = ["ReadOptions", "read_reports", "total_size"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How reports are read.

    Attributes
    ----------
    text_column, id_column, date_column
        Columns of tables. Where None, usual names are looked for: ``text``, ``body``, ``content``...; ``id``...;
        ``published``, ``date``... A column named here that a table lacks rejects the table (``missing_column``).
    input_format
        What standard input holds: ``auto`` (told from its content, once all of it is there), ``text`` (one report),
        ``jsonl`` (read line by line as they come) or ``csv``.
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
    input_format: str = "auto"
    published: dt.date | None = None
    max_bytes: int = 100_000_000

    def __post_init__(self) -> None:
        if self.input_format not in INPUT_FORMATS:
            raise UsageError(f"input format {self.input_format!r}: must be one of {', '.join(INPUT_FORMATS)}")
        if self.max_bytes < 1:
            raise UsageError(f"max_bytes is {self.max_bytes}: must be at least 1")


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of one report: its name, content, and the bytes that its digest is taken of."""

    name: str
    content: Content
    data: bytes


def read_reports(
    paths: Iterable[str | Path],
    *,
    options: ReadOptions | None = None,
    progress: Callable[[int], None] = lambda done_bytes: None,
) -> Iterator[Report | ReportError]:
    """Read reports, streaming: no more than one report is held at a time, and the names of one table's rows.

    Parameters
    ----------
    paths
        Files; folders (recursively, sorted, hidden and junk files skipped); patterns (``2024/*.txt``); addresses that
        fsspec knows (``s3://bucket/folder``); ``-`` for standard input.
    options
        Columns of tables, format of standard input, default publication date.
    progress
        Called after each report with the number of bytes that are done, of `total_size`.

    Yields
    ------
    Report or ReportError
        Each report in order, or in its place the error that says why there is none. Nothing is lost silently:
        files of unsupported types inside folders are yielded as errors too. No two reports have the same name: of
        rows with one id the second is named ``posts.csv#7~2``.

    Raises
    ------
    OutputError
        If there is no room for a temporary file: no report is to blame for that.
    """
    chosen = options if options is not None else ReadOptions()
    _load_language_model()
    before = 0
    for source in find_sources(paths):
        if isinstance(source, ReportError):
            yield _bare(source)
            continue
        unique = UniqueNames()
        for item, position in _read_source(source, chosen):
            report = item if isinstance(item, ReportError) else _report(item, unique(item.name), source.name, chosen)
            if isinstance(report, ReportError):
                report.source = source.name
            yield report
            progress(before + position)
        before += source.size_bytes
        progress(before)


def total_size(paths: Iterable[str | Path]) -> int | None:
    """Bytes of all files that `read_reports` would read; None where that cannot be known before."""
    sources = [source for source in find_sources(paths) if isinstance(source, Source)]
    return sum(source.size_bytes for source in sources) if all(source.size_bytes for source in sources) else None


def _load_language_model() -> None:
    """Load what `detect_language` needs, which may take a temporary file, before a report could be blamed."""
    try:
        detect_language("Le maire de la ville a dit que les habitants devaient quitter leurs maisons avant la nuit.")
    except OSError as error:
        message = f"no room for a temporary file ({error.strerror}): free some, or set TMPDIR to a folder that has it"
        raise OutputError(f"the language model cannot be loaded, {message}") from error
    except Exception:
        return  # a fault of ours: told of each report that it touches


def _read_source(source: Source, options: ReadOptions) -> Iterator[tuple[_Read | ReportError, int]]:
    """Open and read a file: its reports or errors, each with how far in the file it stands."""
    position = 0
    try:
        with _open(source, options) as (stream, kind):
            for item in _read_stream(source, stream, kind, options):
                if source.size_bytes and not stream.closed:
                    position = min(stream.tell(), source.size_bytes)
                yield item, position
    except ReportError as error:
        yield _bare(error), source.size_bytes
    except Exception as error:
        if source.remote and is_of_the_network(error):
            yield _bare(unreadable(source.name, error)), source.size_bytes
        else:
            yield _fault(error, source.name), source.size_bytes


@contextmanager
def _open(source: Source, options: ReadOptions) -> Iterator[tuple[IO[bytes], Kind]]:
    if source.remote:
        opened = source.remote.open(source.name)
    elif source.path:
        opened = source.path.open("rb")
    else:
        yield open_standard_input(source, options)
        return
    with opened as file, ExitStack() as stack:
        whole = file.seekable() and not (source.remote and source.remote.streams)
        stream = file if whole else stack.enter_context(spooled(file))
        kind = tell_kind(stream, source, options.max_bytes)
        stream.seek(0)
        yield stream, kind


def _read_stream(source: Source, stream: IO[bytes], kind: Kind, options: ReadOptions) -> Iterator[_Read | ReportError]:
    if kind.is_table:
        from ihlclass.reports.tables import read_table

        for row in read_table(stream, kind, source.name, options):
            if isinstance(row, ReportError):
                yield _bare(row)
            else:
                yield _Read(row.where, row.content, row.content.text.encode("utf-8"))
        return
    data = _all_bytes(source, stream, options)
    if not data.strip():
        raise ReportError("empty", "the file is empty", source.name)
    content = _read_document(data, kind, source.name)
    if not content.text[content.body_start :].strip():
        raise ReportError("empty", "the file holds no text", source.name)
    yield _Read(source.name, content, data)


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


def _report(read: _Read, name: str, source: str, options: ReadOptions) -> Report | ReportError:
    content = read.content
    try:
        language = detect_language(content.text[content.body_start :])
    except Exception as error:
        return _fault(error, name)
    return Report(
        name=name,
        text=content.text,
        sha256=hashlib.sha256(read.data).hexdigest(),
        size_bytes=len(read.data),
        media_type=content.media_type,
        title=content.title,
        published=content.published or options.published,
        language=language.code,
        unsupported_language=not language.supported,
        body_start=content.body_start,
        source=source,
    )


def _fault(error: Exception, name: str) -> ReportError:
    """Say what kept a report from being read; a full disk is no fault of the report, and is raised."""
    if is_full(error):
        raise OutputError(f"no room for a temporary file ({name}): free some, or set TMPDIR") from error
    if isinstance(error, FileNotFoundError):
        return ReportError("unreadable", GONE, name)
    if isinstance(error, OSError):
        what = "standard input" if name == STANDARD_INPUT else "the file"
        return ReportError("unreadable", f"{what} cannot be read ({error.strerror or type(error).__name__})", name)
    message = f"a fault in the reader ({type(error).__name__}); please report it with the kind of file"
    return ReportError("failed", message, name)


def _bare(error: ReportError) -> ReportError:
    """Drop the traceback: its frames would keep the file's bytes alive for as long as the error lives."""
    error.__cause__ = error.__context__ = error.__traceback__ = None
    return error
