"""Plain text and Markdown: bytes -> text, with ``Published:`` line or front matter."""

from __future__ import annotations

import codecs
import datetime as dt
import re

from ihlclass.errors import ReportError
from ihlclass.reports.content import Content
from ihlclass.reports.dates import parse_date
from ihlclass.reports.kinds import Kind

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Encodings in which random bytes rarely decode, so that decoding is evidence by itself.
MULTI_BYTE = {"gb18030", "gb2312", "gbk", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"}
#: Charset-normalizer's measures, 0..1: at most this much mess, at least this much likeness to a known language.
MOST_CHAOS, LEAST_COHERENCE = 0.1, 0.2
#: Bytes that the encoding is told from.
SAMPLE_BYTES = 500_000

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


def decode(data: bytes, where: str, *, declared: str | None = None) -> str:
    r"""Decode bytes: byte order mark, UTF-8, the encoding that the file declares, then the one it looks like.

    Parameters
    ----------
    data
        The whole text.
    where
        For error messages.
    declared
        Encoding that the text itself claims (web pages do).

    Returns
    -------
    str
        With ``\n`` line ends and no byte order mark, else as it was.

    Raises
    ------
    ReportError
        ``binary`` or ``unknown_encoding``.
    """
    name, skip = tell_encoding(data, where, declared=declared)
    try:
        text = data[skip:].decode(name)
    except UnicodeDecodeError:
        raise _unknown(where) from None
    if _is_binary(text[:SAMPLE_BYTES]):
        raise ReportError("binary", "the file is binary data, not text; give it its right ending or remove it", where)
    return normal_lines(text)


def tell_encoding(data: bytes, where: str, *, declared: str | None = None) -> tuple[str, int]:
    """Tell a text's encoding and how many bytes of byte order mark to skip; parameters as for `decode`."""
    for mark, name in BOMS:
        if data.startswith(mark):
            return name, len(mark)
    if b"\0" in data:
        raise ReportError("binary", "the file is binary data, not text; give it its right ending or remove it", where)
    for name in filter(None, ("utf-8", _known(declared))):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name, 0
    return guess_encoding(data[:SAMPLE_BYTES], where), 0


def normal_lines(text: str) -> str:
    r"""Turn all line ends into ``\n``, as Python's text files do."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _known(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def guess_encoding(data: bytes, where: str) -> str:
    """Tell an old encoding by what it decodes to; only where the evidence is clear.

    Raises
    ------
    ReportError
        ``binary`` or ``unknown_encoding``.
    """
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        if _is_binary(data.decode("latin-1")):
            raise ReportError("binary", "the file is binary data, not text; give it its right ending", where)
        raise _unknown(where)
    sure = best.encoding in MULTI_BYTE or best.coherence >= LEAST_COHERENCE
    if best.chaos > MOST_CHAOS or not sure:
        raise _unknown(where)
    # Several Western code pages often fit alike; the commonest of them is the likeliest for the rest of the file.
    return "cp1252" if "cp1252" in best.could_be_from_charset else best.encoding


def _unknown(where: str) -> ReportError:
    return ReportError("unknown_encoding", "the text's encoding cannot be told; save it as UTF-8", where)


def _is_binary(text: str) -> bool:
    """Whether control characters (other than tab, line ends, form feed, escape) are more than one in fifty."""
    odd = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 11, 12, 13, 27))
    return "\0" in text or odd * 50 > len(text)


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
