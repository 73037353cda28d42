"""Split: report -> passages, each a stretch of the report's text with its offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Literal

from ihlclass.errors import UsageError
from ihlclass.types import Passage, Report

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer

Span = tuple[int, int]

#: Abbreviations after which a sentence goes on (and those nupunkt's model knows by their dots: ``u.s``, ``a.m``).
#: The model's own list is not used: learnt from scanned papers, it holds words such as "bombed" and "bombardment".
ABBREVIATIONS = frozenset(
    """
    adm al approx apr apt art arts assoc asst aug ave blvd brig bros ca cal capt cf cmdr cmdt co col comdr comm
    corp cpl dec dept det dir dist div dr ed eds esq est etc excl feb fig figs fr fri ft gen gov govt hon inc incl
    insp jan jr jul jun km lat lon lt ltd mag maj mar max messrs mgr min mlle mme mon mr mrs ms msgr mt no nos nov
    obl oct op p para paras ph phil pl pp pres prof prov pt pte pts pvt rd ref reg regt rep reps resp rev sat sec
    sen sens sep sept sgt sq sr ss st sta ste str sub subpara sun supt tel thu thur thurs tue tues ul viz vol vols
    vs wed wg
    """.split()  # noqa: SIM905
)
DOTTED = re.compile(r"(?:[a-z]\.)+[a-z]|[a-z]|ph\.d|e\.g|i\.e")

LINE_END = re.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")
BULLET = re.compile(r"(?:[-*+•‣◦▪●○■–—>#|]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s")
#: A hard-wrapped text has lines of at least and at most this many characters, of which the longest is...
WRAP_WIDTH = range(40, 121)
#: ...and at least this share of lines is full, and of lines goes on with a small letter.
LEAST_FULL, LEAST_SMALL = 0.6, 0.35

#: Longer runs without a space are kept from the sentence splitter, whose time grows with their square.
LONG_RUN = re.compile(r"(?<!\S)\S{300,}")
#: A full stop, then a capital, with no space between: "was hit.Two died".
MISSING_SPACE = re.compile(r"(?<=[^\W\d_A-Z]{2})[.!?][\"”’)\]]*(?=[\"“(\[]?[A-Z][a-z]*(?:[\s,’']|\Z))")
ADDRESS = re.compile(r"(?:https?://|www\.|\S+@)\S+|\S+/\S+")
#: A number or letter that stands alone before its list item: "2." or "(b)".
ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]")
#: "church of St." | "Mary": a saint or a mountain, unless a name stands before it ("Main St.").
SAINT = re.compile(r"(?:\A\W*|\b[^\W\d_A-Z]\w*\s+|[^\w\s]\s*)(?:St|Ste|Mt|Ft)\.\Z")
LETTER_OR_DIGIT = re.compile(r"[^\W_]")
#: A word; a run without spaces counts once for so many characters, so that it can be cut as well.
WORD = re.compile(r"\S{1,50}")
CLAUSE_END = re.compile(r"[;:,–—][\"”’)\]]*\Z|\A[–—-]\Z")


def split(report: Report, *, unit: Literal["sentence", "paragraph"] = "sentence", max_words: int = 80) -> list[Passage]:
    r"""Split a report's body into passages.

    Parameters
    ----------
    report
        Its text from ``body_start`` on is split.
    unit
        ``sentence``, or ``paragraph``: whole paragraphs, cut between sentences where they are too long.
    max_words
        Longest passage. A longer sentence is cut at a clause border (``, ; : –``), else at a space.

    Returns
    -------
    list of Passage
        In order, not overlapping, without surrounding space. Together with the space between them they are the whole
        body: what holds no letter or digit (``***``) is part of the passage before it, or of the first.

    Raises
    ------
    UsageError
        If `unit` is unknown or `max_words` is not positive.

    Notes
    -----
    A line is a paragraph, unless the text is hard-wrapped: then its lines are joined up to a blank line, a bullet, or
    a line that ends early.
    """
    if unit not in ("sentence", "paragraph"):
        raise UsageError(f"unit {unit!r}: must be sentence or paragraph")
    if max_words < 1:
        raise UsageError(f"max_words is {max_words}: must be at least 1")
    text = report.text
    found: list[tuple[Span, int]] = []
    for number, paragraph in enumerate(_paragraphs(text, report.body_start)):
        pieces = _rejoined(text, _sentences(text, paragraph))
        cut = [part for sentence in pieces for part in _cut(text, sentence, max_words)]
        if unit == "paragraph":
            cut = _packed(text, cut, max_words)
        found += [(span, number) for span in cut]
    return [Passage(start, end, text[start:end], number) for (start, end), number in _attached(text, found, max_words)]


def _paragraphs(text: str, body_start: int) -> Iterator[Span]:
    """Yield the paragraphs, without surrounding space."""
    lines = list(_lines(text, body_start))
    widths = _widths(lines)
    wrapped = _is_wrapped(text, lines, widths)
    start = end = -1
    for number, line in enumerate(lines):
        if line[0] == line[1]:
            continue
        joined = start >= 0 and wrapped and _goes_on(text, lines, widths, number)
        if start >= 0 and not joined:
            yield start, end
        start, end = (start if joined else line[0]), line[1]
    if start >= 0:
        yield start, end


def _lines(text: str, start: int) -> Iterator[Span]:
    """Yield the lines, stripped; a blank line is an empty span."""
    for match in LINE_END.finditer(text, start):
        yield _stripped(text, start, match.start())
        start = match.end()
    yield _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _widths(lines: list[Span]) -> list[int]:
    """For each line, the length of the longest line of its block (lines without a blank one between)."""
    widths: list[int] = []
    block: list[int] = []
    for start, end in [*lines, (0, 0)]:
        if start == end:
            widths += [max(block, default=0)] * len(block) + [0]
            block = []
        else:
            block.append(end - start)
    return widths[: len(lines)]


def _is_wrapped(text: str, lines: list[Span], widths: list[int]) -> bool:
    """Whether lines are broken where they are full, not where a paragraph ends."""
    breaks = full = small = 0
    for number in range(1, len(lines)):
        (before, before_end), (start, end) = lines[number - 1], lines[number]
        if before == before_end or start == end or widths[number] not in WRAP_WIDTH or BULLET.match(text, start, end):
            continue
        breaks += 1
        full += _is_full(text, lines, widths, number)
        small += text[start].islower()
    return breaks > 0 and full >= LEAST_FULL * breaks and small >= LEAST_SMALL * breaks


def _is_full(text: str, lines: list[Span], widths: list[int], number: int) -> bool:
    """Whether the first word of this line had no room on the line before (give or take a few characters)."""
    (before, before_end), (start, end) = lines[number - 1], lines[number]
    word = WORD.match(text, start, end)
    return before_end - before + 1 + (len(word[0]) if word else 0) > widths[number] - 4


def _goes_on(text: str, lines: list[Span], widths: list[int], number: int) -> bool:
    """Whether, in a hard-wrapped text, this line belongs to the paragraph of the line before."""
    (before, before_end), (start, end) = lines[number - 1], lines[number]
    if before == before_end or widths[number] not in WRAP_WIDTH or BULLET.match(text, start, end):
        return False
    return text[start].islower() or _is_full(text, lines, widths, number)


def _sentences(text: str, paragraph: Span) -> Iterator[Span]:
    """Yield the sentences of a paragraph; long runs without a space are sentences of their own."""
    start, end = paragraph
    for run in LONG_RUN.finditer(text, start, end):
        yield from _plain_sentences(text, start, run.start())
        yield run.span()
        start = run.end()
    yield from _plain_sentences(text, start, end)


def _plain_sentences(text: str, start: int, end: int) -> Iterator[Span]:
    start, end = _stripped(text, start, end)
    if start == end:
        return
    plain = LINE_END.sub(lambda match: " " * len(match[0]), text[start:end])
    with _SEGMENTER:
        borders = [begin for begin, _ in _segmenter().spans(plain)]
    for begin, stop in pairwise([0, *(border for border in borders if border), len(plain)]):
        for first, last in _at_missing_spaces(plain, begin, stop):
            span = _stripped(text, start + first, start + last)
            if span[0] < span[1]:
                yield span


def _at_missing_spaces(text: str, start: int, end: int) -> Iterator[Span]:
    addresses = [match.span() for match in ADDRESS.finditer(text, start, end)]
    for match in MISSING_SPACE.finditer(text, start, end):
        while addresses and addresses[0][1] <= match.start():
            addresses.pop(0)
        if not (addresses and addresses[0][0] <= match.start()):
            yield start, match.end()
            start = match.end()
    yield start, end


_SEGMENTER = Lock()


@cache
def _segmenter() -> PunktSentenceTokenizer:
    """Return nupunkt with its model of sentence starts and our abbreviations."""
    from nupunkt.models import load_default_model

    segmenter = load_default_model()
    for abbreviation in segmenter.abbreviations:
        if abbreviation not in ABBREVIATIONS and not DOTTED.fullmatch(abbreviation):
            segmenter.remove_abbreviation(abbreviation)
    segmenter.add_abbreviations(sorted(ABBREVIATIONS))
    return segmenter


def _rejoined(text: str, spans: Iterator[Span]) -> Iterator[Span]:
    """Put an enumerator that became a sentence of its own back before its item, and a saint to his name."""
    begin = -1
    last = (-1, -1)
    for start, end in spans:
        last = (begin if begin >= 0 else start, end)
        unfinished = ENUMERATOR.fullmatch(text, *last) or SAINT.search(text[max(last[0], end - 60) : end])
        begin = last[0] if unfinished else -1
        if begin < 0:
            yield last
    if begin >= 0:
        yield last


def _cut(text: str, span: Span, max_words: int) -> Iterator[Span]:
    """Cut a sentence that is too long into pieces of about the same length, at clause borders where there are."""
    words = [match.span() for match in WORD.finditer(text, *span)]
    first = 0
    while (left := len(words) - first) > max_words:
        aim = -(-left // -(-left // max_words))
        ends = range(first + max(1, aim // 2), first + max_words + 1)
        borders = [end for end in ends if CLAUSE_END.search(text[slice(*words[end - 1])])]
        spaces = [end for end in ends if words[end - 1][1] < words[end][0]]
        end = min(borders or spaces or [first + aim], key=lambda end: abs(end - first - aim))
        yield words[first][0], words[end - 1][1]
        first = end
    yield words[first][0], words[-1][1]


def _packed(text: str, spans: list[Span], max_words: int) -> list[Span]:
    """Put sentences of one paragraph together up to the longest passage."""
    packed: list[Span] = []
    room = 0
    for start, end in spans:
        words = sum(1 for _ in WORD.finditer(text, start, end))
        if packed and words <= room:
            packed[-1] = packed[-1][0], end
            room -= words
        else:
            packed.append((start, end))
            room = max_words - words
    return packed


def _attached(text: str, found: list[tuple[Span, int]], max_words: int) -> list[tuple[Span, int]]:
    """Attach what holds no letter or digit to the passage before it, or to the first; only runs of it stand alone."""
    most = max_words * 50
    passages: list[tuple[Span, int]] = []
    bare = False
    for (start, end), number in found:
        empty = LETTER_OR_DIGIT.search(text, start, end) is None
        if passages and (empty or bare) and end - passages[-1][0][0] <= most:
            (before, _), before_number = passages[-1]
            passages[-1] = (before, end), (number if bare else before_number)
            bare = bare and empty
        else:
            passages.append(((start, end), number))
            bare = empty
    return passages
