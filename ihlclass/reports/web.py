"""Web pages: main text, title and publication date."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

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

WHOLE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
#: What says when a page was last changed, in metadata and marks or in words; not where it says when it was published.
CHANGED = re.compile(r"modif|updat|revis", re.IGNORECASE)
CHANGED_TEXT = re.compile(r"\s*(?:last )?(?:updated?|modified|revised)\b(?!.*(?:publi|post))", re.I | re.S)
CHANGED_JSON = re.compile(r'"date(?:Modified|Updated)"\s*:\s*"[^"]*",?')
PUBLISHED = re.compile(r"publi|creat", re.IGNORECASE)
#: A mark is a short element, without a title.
MARK_CHARACTERS = 80
TITLES = {"title", "h1", "h2"}
MARK_ATTRIBUTES = ("property", "name", "itemprop", "http-equiv", "class", "id")


def read_web(data: bytes, where: str) -> Content:
    """Read a web page's main text; navigation, comments and advertisements are left out.

    The publication date is the one that the page declares (metadata, ``<time>``); dates in running text are not
    taken for it, nor is the day of the last change.

    Raises
    ------
    ReportError
        ``no_main_text``, ``binary`` or ``unknown_encoding``.
    """
    from trafilatura import bare_extraction, extract_metadata, load_html
    from trafilatura.settings import Document

    declared = DECLARED.search(data[:4096])
    name = (declared[1] or declared[2]).decode("ascii") if declared else None
    source = decode(data, where, declared=name)
    if not WHOLE.search(source, 0, 4096):  # a part of a page is read as a page
        source = f"<html>\n{source}"
    tree = load_html(source)
    page = None
    if tree is not None:
        page = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    text = normal_lines(page.text or "").strip() if isinstance(page, Document) else ""
    if not any(map(str.isalpha, text)):
        message = "the page holds no main text (built by script, or a list of links?); save its text as .txt"
        raise ReportError("no_main_text", message, where)
    _forget_changes(tree)
    found = extract_metadata(tree, date_config={"original_date": True, "extensive_search": False})
    return Content(text, Kind.WEB.value, title=found.title or None, published=parse_date(found.date))


def _forget_changes(tree: Any) -> None:
    """Remove what says when the page was last changed, so that it is not taken for the day of publication."""
    for element in list(tree.iterdescendants("*")):
        if element.tag == "script":
            element.text = CHANGED_JSON.sub("", element.text or "")
            continue
        marks = " ".join(element.get(name, "") for name in MARK_ATTRIBUTES)
        text = "".join(islice(element.itertext(), MARK_CHARACTERS))[: MARK_CHARACTERS + 1]
        changed = CHANGED_TEXT.match(text) or (CHANGED.search(marks) and not PUBLISHED.search(marks))
        if changed and len(text) <= MARK_CHARACTERS and not any(part.tag in TITLES for part in element.iter("*")):
            element.drop_tree()
