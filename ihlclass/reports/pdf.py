"""PDF: the text layer, page by page."""

from __future__ import annotations

import logging
import re
from threading import Lock
from typing import Any

from ihlclass.errors import ReportError
from ihlclass.reports.content import Content
from ihlclass.reports.encoding import normal_lines
from ihlclass.reports.kinds import Kind

logger = logging.getLogger(__name__)

#: PDFium is not safe to call from several threads.
_PDFIUM = Lock()

#: PDFium's mark for a hyphen at the end of a line, together with the line end where that is kept.
HYPHEN = re.compile("[\x02\ufffe]\n?")
PAGE_NUMBER = re.compile(r"\s*(?:page\s+)?[-–—\s]*\d{1,4}[-–—\s]*(?:(?:of|/)\s*\d{1,4})?\s*", re.IGNORECASE)
#: A line counts as full from this share of the page's longest line, the next word included.
FULL_LINE = 0.85
SENTENCE_END = re.compile(r"[.!?:;][\"”’)\]]*$")
NO_TITLE = re.compile(r"untitled|\(?anonymous\)?|microsoft \w+ - .*|.*\.(?:docx?|pdf|indd|rtf|odt|txt)", re.IGNORECASE)


def read_pdf(data: bytes, where: str) -> Content:
    r"""Read the text of a PDF: pages joined by a blank line, or by ``\n`` where a sentence runs on.

    Words broken by a hyphen at a line's end are joined, and lines that hold only a page number are left out. The
    creation date is not taken as the publication date: it is often that of a later print or export.

    Raises
    ------
    ReportError
        ``encrypted``, ``damaged``, ``no_text_layer``.
    """
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) in (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY):
                raise ReportError("encrypted", "the PDF is protected by a password; save it without", where) from None
            raise ReportError("damaged", "the PDF is broken or cut off; get the file again", where) from None
        try:
            pages = [_page_text(document, number) for number in range(len(document))]
            title = str(document.get_metadata_value("Title") or "").strip()
        except pdfium.PdfiumError:
            raise ReportError("damaged", "a page of the PDF cannot be read; repair or print it anew", where) from None
        finally:
            document.close()
    blank = sum(1 for page in pages if not page)
    if blank == len(pages):
        message = "the PDF holds pictures of pages and no text; run text recognition (OCR), e.g. ocrmypdf, first"
        raise ReportError("no_text_layer", message, where)
    if blank:
        logger.warning("%s: %d of %d pages hold no text (scanned or empty)", where, blank, len(pages))
    text = _join([page for page in pages if page])
    return Content(text, Kind.PDF.value, title=title if title and not NO_TITLE.fullmatch(title) else None)


def _page_text(document: Any, number: int) -> str:
    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            text: str = normal_lines(textpage.get_text_bounded())
        finally:
            textpage.close()
    finally:
        page.close()
    text = HYPHEN.sub(lambda mark: "-" if text[mark.end() : mark.end() + 1].isupper() else "", text)
    text = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    lines = [line.rstrip() for line in text.split("\n")]
    for edge in (0, -1):
        while lines and (not lines[edge] or PAGE_NUMBER.fullmatch(lines[edge])):
            lines.pop(edge)
    return _unwrapped(lines)


def _unwrapped(lines: list[str]) -> str:
    """Join the lines of a page into paragraphs: a line that is nearly full and ends no sentence goes on in the next."""
    width = max(map(len, lines), default=0)
    text = ""
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        full = len(before) + len(line.split(" ")[0]) >= FULL_LINE * width
        ended = SENTENCE_END.search(before) and not line[:1].islower()
        text += ("" if not number else " " if before and line and full and not ended else "\n") + line
    return text.strip()


def _join(pages: list[str]) -> str:
    """Join pages: a page that starts with a small letter goes on with the sentence of the last."""
    text = pages[0]
    return text + "".join(("\n" if page[0].islower() else "\n\n") + page for page in pages[1:])
