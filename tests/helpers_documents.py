"""Real documents, made on the fly for the tests of `ihlclass.reports`; all texts are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape


def make_pdf(pages: Sequence[Sequence[str]], *, password: str | None = None, title: str | None = None) -> bytes:
    """A PDF with a text layer: one string a line."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=password)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(50, 800 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_scanned_pdf() -> bytes:
    """A PDF that holds a picture of a page and no text."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 500, 700)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_docx(blocks: Sequence[str | Sequence[Sequence[str]]], *, title: str = "") -> bytes:
    """A Word file: a string is a paragraph, a list of rows a table."""
    import docx

    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=0, cols=len(block[0]))
        for row in block:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    document.core_properties.title = title
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_xlsx(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An Excel workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_ods(rows: Sequence[Sequence[str]]) -> bytes:
    """An OpenDocument spreadsheet with one sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{space}">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return make_zip({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def make_zip(files: Mapping[str, str]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def make_parquet(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """A Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pa.table(dict(columns)), out)
    return out.getvalue()


def make_compound(stream: str) -> bytes:
    """The start of an OLE compound file (old Office, or new Office under a password) with a stream of this name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(448)


PAGE = """<!doctype html><html lang="en"><head><meta charset="{charset}"><title>Clinic hit in Norvale</title>
<meta property="article:published_time" content="2024-05-02T08:00:00+03:00"></head><body>
<nav><a href="/">Home</a> <a href="/about">About us</a></nav>
<article><h1>Clinic hit in Norvale</h1>
<p>Mortar shells hit the clinic in Norvale on 17 April, killing two nurses, the town's mayor said – “a dark day”.</p>
<p>A third shell set the pharmacy on fire, and the wards had to be emptied while the shelling went on.</p></article>
<footer>Imprint</footer></body></html>"""
