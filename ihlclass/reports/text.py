"""Plain text and Markdown, with ``Published:`` line or front matter."""

from __future__ import annotations

import datetime as dt
import re

from ihlclass.reports.content import Content
from ihlclass.reports.dates import parse_date
from ihlclass.reports.encoding import decode
from ihlclass.reports.kinds import Kind

PUBLISHED_LINE = re.compile(r"published:[ \t]*(\d{4}-\d{2}-\d{2})[ \t]*(?:\n|\Z)", re.IGNORECASE)
FRONT_MATTER = re.compile(r"---[ \t]*\n((?:[ \t]*\n|[ \t#-].*\n|[A-Za-z_][\w -]*:.*\n){0,200}?)---[ \t]*(?:\n|\Z)")
HEADING = re.compile(r"\s*#[ \t]+(\S.*?)[ \t]*#*[ \t]*(?:\n|\Z)")


def read_text(data: bytes, where: str) -> Content:
    """Read a plain text. Only line ends and a byte order mark are changed.

    Raises
    ------
    ReportError
        ``binary`` or ``unknown_encoding``.
    """
    text = decode(data, where)
    published, body_start = _published_line(text)
    return Content(text, Kind.TEXT.value, published=published, body_start=body_start)


def read_markdown(data: bytes, where: str) -> Content:
    """Read a Markdown text, with ``title`` and ``date`` of its front matter, or its first heading as title.

    Raises
    ------
    ReportError
        ``binary`` or ``unknown_encoding``.
    """
    text = decode(data, where)
    title, published, body_start = None, None, 0
    if front := FRONT_MATTER.match(text):
        fields = _fields(front[1])
        title = fields.get("title")
        published = next((day for key in ("published", "date") if (day := parse_date(fields.get(key)))), None)
        body_start = front.end()
    else:
        published, body_start = _published_line(text)
    if title is None and (heading := HEADING.match(text, body_start)):
        title = heading[1]
    return Content(text, Kind.MARKDOWN.value, title=title, published=published, body_start=body_start)


def _published_line(text: str) -> tuple[dt.date | None, int]:
    if match := PUBLISHED_LINE.match(text):
        day = parse_date(match[1])
        if day is not None:
            return day, match.end()
    return None, 0


def _fields(block: str) -> dict[str, str]:
    """Take ``key: value`` lines of a YAML front matter; lists and nested keys are passed over."""
    fields = {}
    for line in block.split("\n"):
        key, colon, value = line.partition(":")
        value = value.strip()
        if colon and value and not key.startswith((" ", "\t", "#", "-")):
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            fields[key.strip().lower()] = value[1:-1] if quoted else value
    return fields
