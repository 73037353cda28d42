"""Bytes -> text: byte order marks, UTF-8, what a file declares, then the old encoding that it looks like."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ihlclass.errors import ReportError
from ihlclass.reports.language import ENGLISH_TEXT, detect_language

logger = logging.getLogger(__name__)

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What web pages mean by these names, as browsers read them (WHATWG Encoding Standard): supersets.
DECLARED_AS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
#: Encodings of English text, the likeliest first.
LIKELY = ("cp1252", "mac_roman", "cp850", "cp1251")
#: Encodings in which random bytes rarely decode, so that decoding is evidence by itself.
MULTI_BYTE = {"gb18030", "gb2312", "gbk", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"}
#: Charset-normalizer's measures, 0..1: at most this much mess, at least this much likeness to a known language.
MOST_CHAOS, LEAST_COHERENCE = 0.1, 0.2
#: Bytes that the encoding is told from.
SAMPLE_BYTES = 500_000
#: UTF-8 with bytes that are not is still UTF-8 where so many characters beyond ASCII stand against one of them.
LEAST_GOOD = 3

BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
#: What text in a Western or Cyrillic encoding does not hold when read rightly: "clinicÕs", "SÆo", "ÒThey", "na•ve",
#: "Caf‚", "Ïðèâåò".
ODD = re.compile(
    r"[a-zß-öø-ÿ][À-ÖØ-ÞŒŠŽŸ]|[A-Z][À-ÖØ-ÞŒŠŽŸ][a-z]|\b[À-ÖØ-ÞŒŠŽŸ][A-Z][a-z]"
    r"|\w[^\x00-\x7f\w’‘´–—­·…°×]\w|\w[‚„‹]|[À-ÖØ-öø-ÿ]{3}|[\x80-\x9f]"
    r"|[─-◿ˇ-˝ƒ]|[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]|[а-џ][Ѐ-Я]"
)
#: Of so many characters beyond ASCII one may look odd.
ODD_OF = 20


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become text.

    Attributes
    ----------
    name
        For Python.
    skip
        Bytes of byte order mark.
    errors
        What is done with bytes that cannot be decoded, as `bytes.decode` takes it.
    """

    name: str
    skip: int = 0
    errors: str = "strict"


def decode(data: bytes, where: str, *, declared: str | None = None) -> str:
    r"""Decode a whole text.

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
        With ``\n`` line ends and no byte order mark, else as it was. In UTF-8 with few broken bytes those are U+FFFD,
        which is warned of.

    Raises
    ------
    ReportError
        ``binary`` or ``unknown_encoding``.
    """
    encoding = _tell(data, where, declared)
    try:
        text = data[encoding.skip :].decode(encoding.name, encoding.errors)
    except UnicodeDecodeError:
        raise _unknown(where) from None
    if _is_binary(text[:SAMPLE_BYTES]):
        raise ReportError("binary", "the file is binary data, not text; give it its right ending or remove it", where)
    return normal_lines(text)


def _tell(data: bytes, where: str, declared: str | None) -> Encoding:
    for mark, name in BOMS:
        if data.startswith(mark):
            return Encoding(name, len(mark))
    if b"\0" in data:
        raise ReportError("binary", "the file is binary data, not text; give it its right ending or remove it", where)
    if _decodes(data, "utf-8"):
        return Encoding("utf-8")
    if broken := broken_utf8([data], where):
        return broken
    known = _known(declared)
    for name in (DECLARED_AS.get(known, known), known) if known else ():
        if _decodes(data, name):
            return Encoding(name)
    return guess_encoding(data[:SAMPLE_BYTES], where)


def broken_utf8(chunks: Iterable[bytes], where: str) -> Encoding | None:
    """Tell whether bytes that are not UTF-8 are so only here and there. None where they are in some other encoding.

    Raises
    ------
    ReportError
        ``unknown_encoding`` where about as much is UTF-8 as is not.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    for chunk in chunks:
        text = decoder.decode(chunk)
        wrong = text.count("\ufffd")
        bad += wrong
        good += len(BEYOND_ASCII.findall(text)) - wrong
    bad += len(decoder.decode(b"", final=True))
    if good >= bad * LEAST_GOOD:
        logger.warning("%s: nearly all UTF-8; bytes that are not are read as U+FFFD (%d of them)", where, bad)
        return Encoding("utf-8", errors="replace")
    if good * LEAST_GOOD > bad:
        message = "partly UTF-8 and partly in another encoding; save it as UTF-8"
        raise ReportError("unknown_encoding", message, where)
    return None


def normal_lines(text: str) -> str:
    r"""Turn all line ends into ``\n``, as Python's text files do."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _known(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def guess_encoding(data: bytes, where: str) -> Encoding:
    """Tell an old encoding by what it decodes to; only where the evidence is clear.

    Raises
    ------
    ReportError
        ``binary`` or ``unknown_encoding``.
    """
    from charset_normalizer import from_bytes

    if name := _of_english(data):
        return Encoding(name)
    best = from_bytes(data).best()
    if best is None:
        if _is_binary(data.decode("latin-1")):
            raise ReportError("binary", "the file is binary data, not text; give it its right ending", where)
        raise _unknown(where)
    sure = best.encoding in MULTI_BYTE or best.coherence >= LEAST_COHERENCE
    if best.chaos > MOST_CHAOS or not sure:
        raise _unknown(where)
    # Several Western code pages often fit alike; the commonest of them is the likeliest for the rest of the file.
    western = "cp1252" in best.could_be_from_charset and _fits(data, "cp1252")
    return Encoding("cp1252" if western else best.encoding)


def _of_english(data: bytes) -> str | None:
    """The encoding of English text with a few foreign letters, dashes or quotes: too few to guess from."""
    plain = data.decode("ascii", "replace")
    if plain.count("\ufffd") * 10 > len(plain) or detect_language(plain) != ENGLISH_TEXT:
        return None
    return next((name for name in LIKELY if _fits(data, name)), None)


def _fits(data: bytes, name: str) -> bool:
    if not _decodes(data, name):
        return False
    text = data.decode(name)
    return len(ODD.findall(text)) * ODD_OF <= len(BEYOND_ASCII.findall(text))


def _unknown(where: str) -> ReportError:
    return ReportError("unknown_encoding", "the text's encoding cannot be told; save it as UTF-8", where)


def _is_binary(text: str) -> bool:
    """Whether control characters (other than tab, line ends, form feed, escape) are more than one in fifty."""
    odd = sum(text.count(chr(code)) for code in range(32) if code not in (9, 10, 11, 12, 13, 27))
    return "\0" in text or odd * 50 > len(text)
