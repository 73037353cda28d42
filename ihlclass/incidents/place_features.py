"""What speaks for the part that a name plays in a passage: the words in it and around it, as names of features."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ihlclass.incidents.place_words import (
    AFTER_ACTOR,
    AFTER_NAME,
    AFTER_OBJECT,
    AFTER_SEAT,
    AFTER_VICTIM,
    ATTACKED_NAME,
    BEFORE_LOCATIVE,
    BEFORE_NEAR,
    BEFORE_OTHER,
    BEFORE_SEAT,
    EDGE,
    EXCLUDED,
    KIND_WORDS,
    RUN,
    RUN_WORD,
    STRUCK_OBJECT,
    TITLE_BEFORE,
)

#: Words of the longest name.
LONGEST = 4
#: How many words to either side count wherever they stand.
REACH = 7
#: Patterns that say what part a name plays, before it and after it; the reader learns how far to trust each.
BEFORE = {
    "in": BEFORE_LOCATIVE,
    "near": BEFORE_NEAR,
    "other": BEFORE_OTHER,
    "seat of": BEFORE_SEAT,
    "attacked": ATTACKED_NAME,
    "edge": EDGE,
    "object in": STRUCK_OBJECT,
    "title": TITLE_BEFORE,
    "but": EXCLUDED,
}
AFTER = {"acts": AFTER_ACTOR, "stop": AFTER_NAME, "object": AFTER_OBJECT, "speaks": AFTER_SEAT, "was hit": AFTER_VICTIM}

_TOKEN = re.compile(r"\w(?:[\w'’.-]*\w)?|[^\w\s]")
_TIMES = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
})  # fmt: skip
_STOP = re.compile(r"[.!?;:]$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark: as it stands, how features call it, and where it is, in characters."""

    text: str
    shape: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a name apart from the passage.

    Attributes
    ----------
    size
        Inhabitants of the largest settlement of that name, 0 where there is none.
    here
        Whether one lies in a country that the report speaks of.
    nation, adjective
        Whether it is the name of a country, or the adjective of one.
    common
        Whether the report writes it in small letters somewhere.
    barred
        Whether it is a word that is hardly ever a place.
    sure
        Whether the report presents it as a place somewhere.
    within
        Whether it is part of a longer name somewhere in the report, as those of persons are.
    listed
        Whether a user lists it as a place: then it is one.
    """

    size: int
    here: bool
    nation: bool
    adjective: bool
    common: bool
    barred: bool
    sure: bool
    within: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may be one of a place: words ``first`` to ``last`` of a run of ``of`` capitalised words."""

    start: int
    end: int
    run: tuple[int, int]
    first: int
    last: int
    of: int


def tokens(text: str) -> list[Token]:
    """Split a passage into words and marks."""
    found: list[Token] = []
    opening = True
    for match in _TOKEN.finditer(text):
        word = match.group()
        found.append(Token(word, _shape(word, opening), match.start(), match.end()))
        opening = bool(_STOP.search(word)) or (opening and not word[0].isalnum())
    return found


def _shape(word: str, opening: bool) -> str:
    small = word.lower()
    if small in _TIMES and word[0].isupper():
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


def candidates(text: str, listed: Callable[[str], bool] = lambda name: False) -> list[Candidate]:
    """Return all names of up to `LONGEST` words within runs of capitalised words.

    None begins or ends with a month or weekday ("Idlib September"), but for those that a user has `listed`.
    """
    found = []
    for run in RUN.finditer(text):
        words = [(run.start() + w.start(), run.start() + w.end()) for w in RUN_WORD.finditer(run.group())]
        times = [text[start:end].lower() in _TIMES for start, end in words]
        for first in range(len(words)):
            for last in range(first, min(len(words), first + LONGEST)):
                if (times[first] or times[last]) and not listed(text[words[first][0] : words[last][1]]):
                    continue
                found.append(
                    Candidate(words[first][0], words[last][1], (run.start(), run.end()), first, last, len(words))
                )
    return found


def features(
    text: str, words: Sequence[Token], found: Sequence[Candidate], known: Callable[[str], Known]
) -> list[list[str]]:
    """Return what speaks for the part of each candidate, as names of features."""
    starts = {token.start: i for i, token in enumerate(words)}
    ends = {token.end: i for i, token in enumerate(words)}
    runs = sorted({candidate.run for candidate in found})
    order = {run: i for i, run in enumerate(runs)}
    about = {name: known(name) for name in {text[c.start : c.end] for c in found}}
    whole = [known(text[a:b]) for a, b in runs]
    return [
        _features(text, words, c, starts, ends, runs, order[c.run], about[text[c.start : c.end]], whole) for c in found
    ]


def _size(known: Known) -> str:
    return "0" if not known.size else str(min(6, len(str(known.size)))) + ("h" if known.here else "")


def _features(
    text: str,
    words: Sequence[Token],
    c: Candidate,
    starts: dict[int, int],
    ends: dict[int, int],
    runs: Sequence[tuple[int, int]],
    number: int,
    known: Known,
    whole: Sequence[Known],
) -> list[str]:
    name = text[c.start : c.end]
    first, last = _at(words, starts, c.start), _at(words, ends, c.end)
    left = [words[i].shape if i >= 0 else "<" for i in range(first - 1, first - 5, -1)]
    right = [words[i].shape if i < len(words) else ">" for i in range(last + 1, last + 5)]
    where = (
        "whole" if c.of == c.last - c.first + 1 else "head" if c.first == 0 else "tail" if c.last == c.of - 1 else "mid"
    )
    size = _size(known)
    kind = (
        "nation"
        if known.nation
        else "adjective"
        if known.adjective
        else "barred"
        if known.barred
        else "common"
        if known.common
        else size
    )
    out = [
        "bias",
        f"kind={kind}",
        f"where={where}",
        f"where+kind={where}+{kind}",
        f"sure={known.sure}+{size}",
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
        f"L1+kind={left[0]}+{kind}",
        f"R1+kind={right[0]}+{kind}",
        f"words={c.last - c.first + 1}",
        f"caps={name.isupper()}",
        f"end={name.lower()[-3:]}",
        f"end2={name.lower()[-2:]}",
        f"start={name.lower()[:3]}",
        f"first={name.split()[0].lower()}",
        f"last={name.split()[-1].lower()}",
        f"name={name.lower()}",
        f"opens={c.start == 0}+{where}",
        f"order={min(number, 5)}",
        f"runs={min(len(runs), 8)}",
        f"again={text.count(name) > 1}",
        f"within={known.within}+{kind}",
    ]
    before, after = text[max(0, c.start - 80) : c.start], text[c.end : c.end + 90]
    out += [f"says={what}" for what, pattern in BEFORE.items() if pattern.search(before)]
    out += [f"says={what}" for what, pattern in AFTER.items() if pattern.match(after)]
    if c.first:
        out.append("in-left=" + text[c.run[0] : c.start].split()[-1].lower())
    if c.last < c.of - 1:
        out.append("in-right=" + text[c.end : c.run[1]].split()[0].lower())
    for i in range(1, REACH + 1):
        if first - i >= 0 and not _STOP.search(words[first - i].text):
            out.append(f"l={words[first - i].shape}")
        else:
            break
    for i in range(1, REACH + 1):
        if last + i < len(words) and not _STOP.search(words[last + i].text):
            out.append(f"r={words[last + i].shape}")
        else:
            break
    if word := KIND_WORDS.match(text, c.end):
        out.append(f"kind-word={word['kind'].lower()}")
        out.append(f"kind-word+L1={word['kind'].lower()}+{left[0]}")
    if number:
        gap = _gap(text[runs[number - 1][1] : c.start])
        out += [f"before={gap}", f"before={gap}+{_size(whole[number - 1])}+{kind}"]
    if number + 1 < len(runs):
        gap = _gap(text[c.end : runs[number + 1][0]])
        out += [f"after={gap}", f"after={gap}+{_size(whole[number + 1])}+{kind}"]
    return out


def _at(words: Sequence[Token], places: dict[int, int], position: int) -> int:
    """Return the number of the word that begins or ends at a position, or else of the one that holds it."""
    if position in places:
        return places[position]
    return next(
        (i for i, word in enumerate(words) if word.start < position <= word.end or word.start <= position < word.end), 0
    )


def _gap(text: str) -> str:
    return text.strip().lower() if len(text) < 16 else "far"
