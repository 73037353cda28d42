"""Tell what kind of file it is: by its content where that is plain, else by its name."""

from __future__ import annotations

import re
import zipfile
from enum import Enum
from pathlib import PurePath
from typing import IO

from ihlclass.errors import ReportError
from ihlclass.reports.walk import Source


class Kind(Enum):
    """A kind of file that is read; the value is its media type."""

    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    WEB = "text/html"
    PDF = "application/pdf"
    WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    JSON_LINES = "application/x-ndjson"
    JSON = "application/json"
    CSV = "text/csv"
    TSV = "text/tab-separated-values"
    PARQUET = "application/vnd.apache.parquet"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"

    @property
    def is_table(self) -> bool:
        """Whether one file holds many reports."""
        return self not in (Kind.TEXT, Kind.MARKDOWN, Kind.WEB, Kind.PDF, Kind.WORD)


ENDINGS = {
    ".txt": Kind.TEXT, ".text": Kind.TEXT, ".log": Kind.TEXT, ".md": Kind.MARKDOWN, ".markdown": Kind.MARKDOWN,
    ".html": Kind.WEB, ".htm": Kind.WEB, ".xhtml": Kind.WEB, ".pdf": Kind.PDF, ".docx": Kind.WORD,
    ".jsonl": Kind.JSON_LINES, ".ndjson": Kind.JSON_LINES, ".json": Kind.JSON, ".csv": Kind.CSV, ".tsv": Kind.TSV,
    ".parquet": Kind.PARQUET, ".xlsx": Kind.XLSX, ".xls": Kind.XLS, ".ods": Kind.ODS,
}  # fmt: skip
BINARY_KINDS = (Kind.PDF, Kind.WORD, Kind.PARQUET, Kind.XLSX, Kind.XLS, Kind.ODS)

REMEDIES = {
    ".doc": "save it as .docx", ".rtf": "save it as .docx", ".odt": "save it as .docx", ".pages": "export it as .docx",
    ".epub": "convert it to .html or .txt", ".xml": "convert it to .html, .txt or .jsonl",
    ".eml": "save the message as .txt or .html", ".msg": "save the message as .txt or .html",
    ".pptx": "export it as .pdf", ".ppt": "export it as .pdf", ".xlsb": "save it as .xlsx",
    ".zip": "unpack it", ".gz": "unpack it", ".tar": "unpack it", ".7z": "unpack it", ".rar": "unpack it",
}  # fmt: skip
ARCHIVES = {
    b"\x1f\x8b": "gzip", b"BZh91AY&SY": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR", b"\x28\xb5\x2f\xfd": "Zstandard",
}  # fmt: skip
MEDIA = {
    b"\x89PNG\r\n\x1a\n": "PNG picture", b"\xff\xd8\xff": "JPEG picture", b"GIF8": "GIF picture",
    b"II*\x00": "TIFF picture", b"MM\x00*": "TIFF picture", b"ID3": "MP3 sound", b"OggS": "Ogg sound",
    b"\x1aE\xdf\xa3": "video",
}  # fmt: skip
HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]", re.I | re.S
)
HEAD_BYTES = 4096


def tell_kind(file: IO[bytes], source: Source, max_bytes: int) -> Kind:
    """Tell the kind of a file.

    Parameters
    ----------
    file
        Seekable; its position is changed.
    source
        Gives the name: its ending decides where the content does not.
    max_bytes
        Packed formats may unpack to ten times this.

    Raises
    ------
    ReportError
        ``unsupported_type``, ``damaged``, ``encrypted``, ``too_large`` or ``empty``.
    """
    where = source.name
    head = file.read(HEAD_BYTES)
    ending = PurePath(where).suffix.lower()
    by_name = ENDINGS.get(ending)
    if not head and (by_name is not None or not ending):
        raise ReportError("empty", "the file is empty", where)
    by_content = _by_content(file, head, where, max_bytes)
    if by_content is not None:
        # A page saved under a text or page ending is a page; under a table's ending it is left to that reader.
        return (
            by_content
            if by_content is not Kind.WEB or by_name in (None, Kind.TEXT, Kind.WEB)
            else _named(by_name, where)
        )
    if by_name is not None:
        return _named(by_name, where)
    if not ending or not re.fullmatch(r"\.[a-z][a-z0-9]{0,9}", ending):
        return Kind.TEXT
    remedy = REMEDIES.get(ending, "convert it; if it is plain text, rename it to .txt")
    raise ReportError("unsupported_type", f"{ending} files are not read: {remedy}", where)


def _named(kind: Kind | None, where: str) -> Kind:
    assert kind is not None
    if kind in BINARY_KINDS:
        ending = PurePath(where).suffix.lower()
        raise ReportError(
            "damaged", f"the file is not what its ending {ending} says, or is cut off; get it again", where
        )
    return kind


def _by_content(file: IO[bytes], head: bytes, where: str, max_bytes: int) -> Kind | None:
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return _packed(file, where, max_bytes)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(file, where, max_bytes)
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"PARE"):
        raise ReportError("encrypted", "the Parquet file is encrypted; save it without encryption", where)
    if head.startswith(b"{\\rtf"):
        raise ReportError("unsupported_type", "RTF files are not read: save it as .docx", where)
    for magic, name in ARCHIVES.items():
        if head.startswith(magic):
            raise ReportError("unsupported_type", f"a {name} archive: unpack it", where)
    for magic, name in MEDIA.items():
        if head.startswith(magic) and not (magic.isalnum() and PurePath(where).suffix.lower() in ENDINGS):
            raise ReportError("unsupported_type", f"a {name} holds no text that can be read", where)
    return Kind.WEB if HTML_START.match(head) else None


def _packed(file: IO[bytes], where: str, max_bytes: int) -> Kind:
    """Look into a zip file: Word, Excel and OpenDocument files are such."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except Exception:  # zipfile raises many kinds on broken input
        raise ReportError("damaged", "the zip container is broken or cut off; get the file again", where) from None
    if sum(info.file_size for info in infos) > 10 * max_bytes:
        raise ReportError("too_large", f"the file unpacks to more than {10 * max_bytes:,} bytes; split it", where)
    if any(name.startswith("word/") for name in names):
        return Kind.WORD
    if "xl/workbook.bin" in names:
        raise ReportError("unsupported_type", ".xlsb files are not read: save it as .xlsx", where)
    if any(name.startswith("xl/") for name in names):
        return Kind.XLSX
    if mimetype.startswith(Kind.ODS.value.encode()):
        return Kind.ODS
    if mimetype.startswith(b"application/vnd.oasis.opendocument.text"):
        raise ReportError("unsupported_type", "OpenDocument texts are not read: save it as .docx", where)
    remedy = REMEDIES.get(PurePath(where).suffix.lower(), "unpack it")
    raise ReportError("unsupported_type", f"a zip archive of no kind that is read: {remedy}", where)


def _compound(file: IO[bytes], where: str, max_bytes: int) -> Kind:
    """Look into an OLE compound file: old Office files, and new ones under a password."""
    file.seek(0)
    data = file.read(max_bytes)
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReportError("encrypted", "the file is protected by a password; save it without", where)
    if "WordDocument".encode("utf-16-le") in data:
        raise ReportError("unsupported_type", ".doc files are not read: save it as .docx", where)
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return Kind.XLS
    remedy = REMEDIES.get(PurePath(where).suffix.lower(), "save it as .docx, .pdf or .txt")
    raise ReportError("unsupported_type", f"an old Office or mail file: {remedy}", where)
