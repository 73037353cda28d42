"""Word: paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ihlclass.errors import ReportError
from ihlclass.reports.content import Content
from ihlclass.reports.encoding import normal_lines
from ihlclass.reports.kinds import Kind

#: Elements whose text is not part of the document as it reads: deletions, field codes, second versions of drawings.
LEFT_OUT = {"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr"}
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
CELL_GAP = " | "


def read_word(data: bytes, where: str) -> Content:
    """Read a Word document (.docx): one line a paragraph, one line a table row, title from its properties.

    Insertions under review count as text, deletions do not; headers, footers, notes and comments are left out.

    Raises
    ------
    ReportError
        ``damaged``.
    """
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        lines = [line for line in _blocks(document.element.body) if line.strip()]
        title = document.core_properties.title.strip()
    except Exception:  # python-docx, zipfile and lxml raise many kinds on broken input
        raise ReportError("damaged", "the Word file is broken or cut off; open and save it again", where) from None
    text = normal_lines("\n".join(lines)).strip()
    if not text:
        raise ReportError("empty", "the document holds no text", where)
    return Content(text, Kind.WORD.value, title=title or None)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _blocks(element: Any) -> Iterator[str]:
    """Yield the text of each paragraph and table row below `element`, in order, also inside content controls."""
    for child in element:
        tag = _tag(child)
        if tag == "p":
            yield _inline(child)
        elif tag == "tr":
            cells = (" ".join(" ".join(_blocks(cell)).split()) for cell in _cells(child))
            yield CELL_GAP.join(cell for cell in cells if cell)
        elif tag not in LEFT_OUT:
            yield from _blocks(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if _tag(child) == "tc":
            yield child
        elif _tag(child) not in LEFT_OUT:
            yield from _cells(child)


def _inline(element: Any) -> str:
    parts = []
    for child in element:
        tag = _tag(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag in BREAKS:
            parts.append(BREAKS[tag])
        elif tag == "p":  # a text box inside a paragraph
            parts.append("\n" + _inline(child))
        elif tag not in LEFT_OUT:
            parts.append(_inline(child))
    return "".join(parts)
