"""The words of a passage, and what stands around a name in it, as names of features for a trained reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: Tells the numbers of the first and last word between two characters.
Numbers = Callable[[int, int], tuple[int, int]]
#: How many words to either side count wherever they stand.
REACH = 7

_TOKEN = re.compile(r"\w(?:[\w'’.-]*\w)?|[^\w\s]")
TIMES = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
})  # fmt: skip
#: What a word ends with where a clause ends.
_STOPS = (".", "!", "?", ";", ":")
#: Of so many passages is kept what was read of them, since several readers ask for the same.
KEPT = 64


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark: as it stands, how features call it, and where it is, in characters."""

    text: str
    shape: str
    start: int
    end: int


@lru_cache(maxsize=KEPT)
def tokens(text: str) -> tuple[Token, ...]:
    """Split a passage into words and marks."""
    found: list[Token] = []
    opening = True
    for match in _TOKEN.finditer(text):
        word = match.group()
        found.append(Token(word, _shape(word, opening), match.start(), match.end()))
        opening = word.endswith(_STOPS) or (opening and not word[0].isalnum())
    return tuple(found)


def _shape(word: str, opening: bool) -> str:
    small = word.lower()
    if small in TIMES and word[0].isupper():
        return "DAY" if small.endswith("day") else "MONTH"
    if word[0].isdigit():
        return "YEAR" if re.fullmatch(r"(?:19|20)\d\d", word) else "NUM"
    if word[0].isupper() and not (opening and small in _OPENERS):
        return "CAPS" if word.isupper() and len(word) > 1 else "Name"
    return small


_OPENERS = frozenset({
    "in", "at", "on", "near", "from", "to", "the", "a", "an", "of", "and", "but", "as", "after", "before", "when",
    "while", "then", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several", "many",
    "residents", "people", "witnesses", "police", "officials", "local", "one", "another", "both", "later", "earlier",
    "by", "for", "with", "around", "outside", "inside", "shells", "shelling", "strikes", "strike", "rockets",
    "missiles", "fighters", "gunmen", "soldiers", "troops", "militants", "militiamen", "drones", "aircraft", "it",
    "he", "she", "they", "this", "that", "his", "her", "their", "there", "here", "no", "not", "more", "also", "some",
    "all",
})  # fmt: skip


def around(words: Sequence[Token], first: int, last: int) -> list[str]:
    """Return what stands before and after words `first` to `last`: each of the nearest, in order, and all within reach."""
    left = [words[i].shape if i >= 0 else "<" for i in range(first - 1, first - 5, -1)]
    right = [words[i].shape if i < len(words) else ">" for i in range(last + 1, last + 5)]
    out = [
        f"L1={left[0]}",
        f"L2={left[1]}",
        f"L3={left[2]}",
        f"L21={left[1]} {left[0]}",
        f"L321={left[2]} {left[1]} {left[0]}",
        f"L4321={left[3]} {left[2]} {left[1]} {left[0]}",
        f"R1={right[0]}",
        f"R2={right[1]}",
        f"R12={right[0]} {right[1]}",
        f"R123={right[0]} {right[1]} {right[2]}",
        f"L1R1={left[0]} {right[0]}",
        f"L21R1={left[1]} {left[0]} {right[0]}",
    ]
    out += [f"l={shape}" for shape in shapes_from(words, first, -1, REACH)]
    out += [f"r={shape}" for shape in shapes_from(words, last, 1, REACH)]
    return out


def shapes_from(words: Sequence[Token], at: int, step: int, reach: int) -> Iterator[str]:
    """Yield how features call the words next to word `at`, backwards (`step` -1) or on (1), as far as the clause goes."""
    for i in range(at + step, at + step * (reach + 1), step):
        if not 0 <= i < len(words) or words[i].text.endswith(_STOPS):
            return
        yield words[i].shape


def beside(words: Sequence[Token], first: int, last: int) -> tuple[str, str]:
    """Return how features call the words right before and after words `first` to `last`; ``<`` and ``>`` at the ends."""
    return words[first - 1].shape if first else "<", words[last + 1].shape if last + 1 < len(words) else ">"


def numbers_at(words: Sequence[Token]) -> Numbers:
    """Return what tells the numbers of the first and last word between two characters, also where words hold them."""
    starts, ends = {w.start: i for i, w in enumerate(words)}, {w.end: i for i, w in enumerate(words)}

    def held(position: int) -> int:
        there = (i for i, w in enumerate(words) if w.start < position <= w.end or w.start <= position < w.end)
        return next(there, 0)

    def numbers(start: int, end: int) -> tuple[int, int]:
        return starts[start] if start in starts else held(start), ends[end] if end in ends else held(end)

    return numbers
