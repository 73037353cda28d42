"""Web pages: main text, title and publication date."""

from __future__ import annotations

import re

from ihlclass.errors import ReportError
from ihlclass.reports.content import Content
from ihlclass.reports.dates import parse_date
from ihlclass.reports.encoding import decode, normal_lines
from ihlclass.reports.kinds import Kind

DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding=["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)


def read_web(data: bytes, where: str) -> Content:
    """Read a web page's main text; navigation, comments and advertisements are left out.

    The publication date is the one that the page declares (metadata, ``<time>``); dates in running text are not
    taken for it.

    Raises
    ------
    ReportError
        ``no_main_text``, ``binary`` or ``unknown_encoding``.
    """
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    declared = DECLARED.search(data[:4096])
    name = (declared[1] or declared[2]).decode("ascii") if declared else None
    page = bare_extraction(
        decode(data, where, declared=name),
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    text = normal_lines(page.text or "").strip() if isinstance(page, Document) else ""
    if not isinstance(page, Document) or not any(map(str.isalpha, text)):
        message = "the page holds no main text (built by script, or a list of links?); save its text as .txt"
        raise ReportError("no_main_text", message, where)
    return Content(text, Kind.WEB.value, title=page.title or None, published=parse_date(page.date))
