"""What speaks for the part that a name plays in a passage: the words in it and around it, as names of features."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
from ihlclass.incidents.words import TIMES, Numbers, Token, around, beside, numbers_at

_NUMBER_BEFORE = re.compile(r"\d(?:st|nd|rd|th)?(?: of)?\s+$")
_NUMBER_AFTER = re.compile(r",?\s+\d")
#: What stands before and after so many names is kept, since names of one run share it, and two readers ask.
_KEPT = 512
#: Words of the longest name.
LONGEST = 4
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


def runs_of_names(text: str) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]]]]:
    """Yield each run of capitalised words and its words, as ``(start, end)`` in characters; a hash sign belongs to it."""
    for run in RUN.finditer(text):
        words = [(run.start() + word.start(), run.start() + word.end()) for word in RUN_WORD.finditer(run.group())]
        yield run.span(), words


def patterns_around(text: str, start: int, end: int) -> list[str]:
    """Return which patterns of `BEFORE` and `AFTER` say something of the name between two characters, as features."""
    return [*_said_before(text[max(0, start - 80) : start]), *_said_after(text[end : end + 90])]


@lru_cache(maxsize=_KEPT)
def _said_before(before: str) -> tuple[str, ...]:
    return tuple(f"says={what}" for what, pattern in BEFORE.items() if pattern.search(before))


@lru_cache(maxsize=_KEPT)
def _said_after(after: str) -> tuple[str, ...]:
    return tuple(f"says={what}" for what, pattern in AFTER.items() if pattern.match(after))


def candidates(text: str, listed: Callable[[str], bool] = lambda name: False) -> list[Candidate]:
    """Return all names of up to `LONGEST` words within runs of capitalised words.

    None begins or ends with a month or weekday ("Idlib September"), but for those that a user has `listed`, outside dates.
    """
    found = []
    for run, words in runs_of_names(text):
        times = [text[start:end].lower() in TIMES for start, end in words]
        for first in range(len(words)):
            for last in range(first, min(len(words), first + LONGEST)):
                start, end = words[first][0], words[last][1]
                if (times[first] or times[last]) and (not listed(text[start:end]) or _in_a_date(text, start, end)):
                    continue
                found.append(Candidate(start, end, run, first, last, len(words)))
    return found


def _in_a_date(text: str, start: int, end: int) -> bool:
    """Whether a number stands right beside a name: "3 March", "March 2024"."""
    return bool(_NUMBER_BEFORE.search(text[max(0, start - 8) : start]) or _NUMBER_AFTER.match(text, end))


def features(
    text: str, words: Sequence[Token], found: Sequence[Candidate], known: Callable[[str], Known]
) -> list[list[str]]:
    """Return what speaks for the part of each candidate, as names of features."""
    numbers = numbers_at(words)
    runs = sorted({candidate.run for candidate in found})
    order = {run: i for i, run in enumerate(runs)}
    whole = [known(text[a:b]) for a, b in runs]
    return [_features(text, words, c, numbers, runs, order[c.run], known(text[c.start : c.end]), whole) for c in found]


def _size(known: Known) -> str:
    return "0" if not known.size else str(min(6, len(str(known.size)))) + ("h" if known.here else "")


def _features(
    text: str,
    words: Sequence[Token],
    c: Candidate,
    numbers: Numbers,
    runs: Sequence[tuple[int, int]],
    number: int,
    known: Known,
    whole: Sequence[Known],
) -> list[str]:
    name = text[c.start : c.end]
    first, last = numbers(c.start, c.end)
    left, right = beside(words, first, last)
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
        f"L1+kind={left}+{kind}",
        f"R1+kind={right}+{kind}",
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
    out += around(words, first, last)
    out += patterns_around(text, c.start, c.end)
    if c.first:
        out.append("in-left=" + text[c.run[0] : c.start].split()[-1].lower())
    if c.last < c.of - 1:
        out.append("in-right=" + text[c.end : c.run[1]].split()[0].lower())
    if word := KIND_WORDS.match(text, c.end):
        out.append(f"kind-word={word['kind'].lower()}")
        out.append(f"kind-word+L1={word['kind'].lower()}+{left}")
    if number:
        gap = _gap(text[runs[number - 1][1] : c.start])
        out += [f"before={gap}", f"before={gap}+{_size(whole[number - 1])}+{kind}"]
    if number + 1 < len(runs):
        gap = _gap(text[c.end : runs[number + 1][0]])
        out += [f"after={gap}", f"after={gap}+{_size(whole[number + 1])}+{kind}"]
    return out


def _gap(text: str) -> str:
    return text.strip().lower() if len(text) < 16 else "far"
