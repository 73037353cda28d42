"""Who was killed or hurt, without a number of their own: victims told one by one, listed, or named, and added up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ihlclass.incidents.figure_words import (
    ACTIVE,
    AUX,
    BEAST,
    BODY_PART,
    COMPOUND,
    COUNT,
    DOUBTED,
    FIGHTER,
    GAP_STOP,
    LEAST,
    LED,
    LOST,
    MEMBERS,
    NAME,
    NAMED_NOT,
    NOT_PEOPLE,
    NP_STOP,
    OVER,
    PASSIVE,
    PEOPLE,
    PORTION,
    QUANTITY,
    SUFFIXED,
    TENS,
    TWO_PEOPLE,
    UNDER,
    UNITS,
    UNNUMBERED,
    UPTO,
    VAGUE,
    WORD_NUMBER,
)
from ihlclass.types import Interval

_WORD = re.compile(r"\s*([^\W\d_][\w'’-]*)")
_DET = re.compile(r"(?:an?|the|his|her|their|my|our|its|your|another|this|whose)\s+(?=\w)", re.I)
_OF_THEM = re.compile(
    r"\s+of\s+(?:(?:the|his|her|their|its|our|my|those|these)\s+(?=\w)|(?=them\b|us\b|those\b))", re.I
)
_AGE = re.compile(
    rf"\s*\(\s*[^()]{{1,40}}\)|,?\s+(?:aged?|b\.|born(?: in)?)\s+(?:{COUNT})(?:(?:,|\s+(?:and|to))\s+(?:{COUNT}))*|"
    rf",?\s+(?:{COUNT})(?:(?:,|\s+and)\s+(?:{COUNT}))*\s+(?:years?|months?|weeks?|days?)(?:\s+(?:old|of age))?\b|"
    r",\s*\d{1,2}(?:(?:,|\s+and)\s+\d{1,2})*(?![\w.:/-])(?!\s+[a-z]+(?:ed|s)\b)|"
    rf"\s+of\s+(?:{COUNT})(?![\w-])|\s+\d{{1,2}}(?=[,;.\s])(?!\s+[a-z]*s\b)",
    re.I,
)
#: "a 45-year-old woman": the age before the noun.
_AGED = re.compile(rf"(?:\d{{1,3}}|{WORD_NUMBER})[- ](?:years?|months?|weeks?|days?)[- ]old\s+", re.I)
#: Who has an age is a person, whatever the noun: "a street sweeper of 58 years".
_TOLD_AGE = re.compile(
    r"(?:[a-z][\w'’-]{0,30}\s+){0,2}(?P<noun>[a-z][\w'’-]{0,30})(?=\s+of\s+\d{1,2}\s+years\b|\s+aged\s+\d|,\s+\d{1,2},)"
)
_LASTS = re.compile(
    r"wars?|conflict|siege|truce|ceasefire|sentence|term|ban|tree|building|house|bridge|career|period|rule|occupation"
)
#: One more, whose noun is left out: "one was killed and another wounded".
_ANOTHER = re.compile(
    rf"(?:another(?:\s+one)?|a\s+(?:second|third|fourth|fifth))(?=\s+{AUX}(?:{PASSIVE})(?![\w-])|(?P<alone>\s*[.,;]|\s*$))",
    re.I,
)
_KIN = re.compile(r"(?:child|daughter|son|baby|infant|wife|husband|mother|father|brother|sister|grand\w+)$", re.I)
_OWN_NAME = re.compile(rf"(?:,\s+|\s+)(?:called\s+)?{NAME}")
_NAME = re.compile(NAME)
_JOIN = re.compile(
    r"(?:(?P<sure>\s*,?\s+(?:and|as well as)\s+|\s*[&+]\s*|\s+(?:together\s+|along\s+)?with\s+(?=(?:his|her|their)\b))|\s*,\s+)"
    r"(?:also\s+|then\s+)?",
    re.I,
)
_WITH = re.compile(
    rf",?\s+(?:(?:together|along)\s+with|alongside|with)\s+(?=(?:his|her|their|an?|{COUNT})\b)|,?\s+and\s+(?:also\s+|so\s+(?:did|was)\s+)?(?=(?:his|her|their)\b)",
    re.I,
)
_FAR_WITH = re.compile(r"[^.;:]{1,70}?,?\s(?:together|along)\s+with\s+(?=\w)", re.I)
#: A sentence that begins with the fate of those whom the one before names: "Retired nurse, 60. Shot dead at home."
_ELLIPSIS = re.compile(
    rf"(?:(?<=[.;:]\s)|^)(?=[A-Z])(?:{PASSIVE})(?![\w-])(?!\s*:|\s+(?:were|was|are|is|and|or)\b)", re.I
)
_START = re.compile(r"(?<![\w'’-])(?=[^\W_])")
#: What may stand between the victims and what became of them.
_GAP = re.compile(
    rf"(?:\s*\([^()]{{1,60}}\)|\s+in\s+it)?(?P<first>,[^,.;:]{{1,90}},)?(?P<gap>(?:\s+(?!(?:{GAP_STOP})\b)[\w'’.-]+){{0,9}}?)(?P<aside>,[^,.;:]{{1,90}},)?"
    rf"(?P<led>\s+{AUX}{LED}(?:\s+(?!(?:{GAP_STOP})\b)[\w'’.-]+){{0,10}}?,?\s+and)?,?\s+(?P<aux>{AUX})(?:{PASSIVE})(?![\w-])",
    re.I,
)
_OBJECT = re.compile(
    r"(?:\s*[:–—-]\s+|\s+(?:(?:also|reportedly|a total of|in total|there|instantly|about|yet|respectively)\s+)*)", re.I
)
_ACTIVE = re.compile(rf"\b(?:{ACTIVE})(?![\w-])", re.I)
_OWN = re.compile(rf"\s+(?:{AUX})(?:{PASSIVE})(?![\w-])", re.I)
_FINITE = re.compile(r"\b(?:was|were|is|are|been|being|be|has|have|had|got)\b", re.I)
_OF = re.compile(r"\b(?:of|from|in|with|at|for|by|near|to|on|against|between|under|behind|like|about|than)\s+$", re.I)
_OF_THESE = re.compile(r"\b(?:of|among) (?:them|whom)\s+$", re.I)
_OF_NP = re.compile(
    r"\b(?:of|from|in|with|at|for|by|near|to|on|against|under|behind|carrying|selling|, an?|, the)\s+(?:[\w'’-]+\s+){0,3}$",
    re.I,
)
_AFTER_VERB = re.compile(r"\b(?:kill(?:ed|ing|s)|wound(?:ed|ing)|injur(?:ed|ing)|murder(?:ed|ing)?)\s+$", re.I)
_TRANSITIVE = re.compile(
    r"(?:killed|shot|murdered|executed|assassinated|wounded|injured|hurt|hanged|burn\w*|strangled|slain|cut|buried|beheaded)",
    re.I,
)
_TAKES = re.compile(
    rf"\s+(?:an?|the|his|her|their|my|our|another|some|several|many|dozens|all|him|them|me|us|at least|more than|{COUNT}|"
    r"civilians|people|villagers|children|women|men|[A-Z]\w+)\b"
)
_CARRIED = re.compile(r"\s+(?:(?:were|was|had been|being)\s+)?(?:taken|brought|sent|carried)\s+to\b", re.I)
_INCLUDED = re.compile(r"\s+(?:were\s+|was\s+)?(?:included|among\s+them)\b", re.I)
_PRONOUN = re.compile(
    r"(?:him|her)(?=\s*[.,;:!?)]|\s+(?:in|on|at|when|while|with|there|dead|before|after|by|for|because|and|as|near|outside)\b|$)"
)


def number_of(words: str) -> int | None:
    """Read a numeral or number word: "1,200", "twenty-one", "two dozen"."""
    words = words.strip().lower()
    digits = re.sub(r"[, \u00a0\u202f]", "", words)
    if digits.isdecimal():
        return int(digits) if len(digits) < 8 else None
    if " dozen" in words:
        half = 6 if "and a half" in words else 0
        first = words.split()[0]
        return 12 * (1 if first == "a" else UNITS[first]) + half
    if " hundred" in words:
        first, _, rest = words.partition(" hundred")
        more = number_of(rest.removeprefix(" and")) if rest else 0
        return None if more is None else 100 * (1 if first == "a" else UNITS[first]) + more
    if words in UNITS:
        return UNITS[words]
    parts = re.split(r"[- ]", words)
    if parts[0] in TENS and len(parts) <= 2:
        return TENS[parts[0]] + (UNITS.get(parts[1], 0) if len(parts) == 2 else 0)
    return None


def interval_of(found: re.Match[str]) -> Interval | None:
    """Return the least and the most that a match of `QUANTITY` says."""
    modifier = (found["mod"] or "").strip().lower()
    if found["vague"]:
        least, most = VAGUE[found["vague"].lower()]
        return least, most
    if found["low"]:
        low, high = number_of(found["low"]), number_of(found["high"])
        if low is not None and high is not None and low >= high and "-" in found.group():
            low = high = number_of(f"{found['low']}-{found['high']}")  # "thirty-one"
        if low is None or high is None or low > high:
            return None
        return 0 if re.fullmatch(f"{UPTO}|{UNDER}", modifier) else low, None if re.fullmatch(LEAST, modifier) else high
    number = number_of(found["one"])
    if number is None:
        return None
    if found["plus"] or re.fullmatch(LEAST, modifier):
        return number, None
    if modifier and re.fullmatch(OVER, modifier):
        return number + 1, None
    if modifier and re.fullmatch(UPTO, modifier):
        return 0, number
    if modifier and re.fullmatch(UNDER, modifier):
        return 0, max(0, number - 1)
    return number, number


@dataclass(frozen=True, slots=True)
class Item:
    """One victim or a number of alike ones: ``one``, a ``count``, a ``plural``, or a ``fighter`` who is not counted."""

    end: int
    interval: Interval
    kind: str
    bare: bool = False
    headless: bool = False
    dead: bool = False
    family: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Harmed:
    """A list of victims of one harm, and how many are in it."""

    start: int
    end: int
    harm: str
    interval: Interval
    items: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Noun:
    """The noun of a phrase: what it is, its last word, where it ends, and how many words there are."""

    kind: str
    word: str
    end: int
    words: int


def _person(word: str) -> str:
    """Whether a noun is a person (``one``), people (``plural``), a fighter, or none of these (empty)."""
    low = word.lower()
    if FIGHTER.fullmatch(low):
        return "fighter"
    if found := PEOPLE.fullmatch(low):
        return "plural" if found["many"] else "one"
    if SUFFIXED.fullmatch(low) and not NOT_PEOPLE.fullmatch(low):
        return "plural" if (low.endswith("s") and not low.endswith("ss")) or low.endswith("men") else "one"
    return ""


def _noun(text: str, place: int) -> _Noun:
    """Read up to six words for the noun that names people."""
    kind, noun, end, last, seen = "", "", place, "", 0
    while seen < 6 and (word := _WORD.match(text, place)):
        low = word[1].lower()
        sort = _person(low)
        if NP_STOP.fullmatch(low) or (kind and not sort) or (seen and low in ("a", "an")):
            break
        place, seen, last = word.end(), seen + 1, low
        if low.endswith(("'s", "’s", "s'", "s’")):
            kind = ""
        elif sort:
            kind, noun, end = sort, low, word.end()
    return _Noun(kind, noun or last, end if kind else place, seen)


def _named(text: str, at: int, struck: bool) -> Item | None:
    """Read a name: with an age, as what was struck, or right before what became of them."""
    named = _NAME.match(text, at) if text[at : at + 1].isupper() else None
    if named is None or NAMED_NOT.search(named.group()):
        return None
    if age := _AGE.match(text, named.end()):
        return Item(age.end(), (1, 1), "one", named=True)
    if struck and " " in named.group():
        return Item(named.end(), (1, 1), "one")
    own = None if struck else _OWN.match(text, named.end())
    if own and _FINITE.search(own.group()) and own["dead"]:
        return Item(named.end(), (1, 1), "one")
    return None


def _item(text: str, at: int, struck: bool, first: bool) -> Item | None:
    """Read one victim noun phrase at a character; ``struck``: it is the object of a verb of harm."""
    if (other := _ANOTHER.match(text, at)) and (struck or other["alone"] is None):
        return Item(other.end(), (1, 1), "one")
    det = _DET.match(text, at)
    number = QUANTITY.match(text, at) or (QUANTITY.match(text, det.end()) if det else None)
    if number is not None and not re.match(r"[\s,.;]|$", text[number.end() : number.end() + 1]):
        number = None
    interval = interval_of(number) if number else None
    if number is not None and interval is None:
        return None
    det = None if number else det
    place = number.end() if number else det.end() if det else at
    if aged := _AGED.match(text, place):
        place = aged.end()
    of = _OF_THEM.match(text, place) if number else None
    noun = _noun(text, of.end() if of else place)
    if not number and not det and noun.kind == "plural" and not PEOPLE.fullmatch(noun.word):
        return None
    kind, end = noun.kind, noun.end
    his = det and det.group().strip().lower() in ("his", "her", "its", "their")
    if not kind and (first or his) and struck and det and 0 < noun.words < 4 and _creature(noun.word):
        kind = "plural" if noun.word.endswith("s") else "one"
    told = _TOLD_AGE.match(text, place) if det and not kind else None
    if told and not BEAST.fullmatch(told["noun"]) and not _LASTS.fullmatch(told["noun"]):
        kind, end = "one", told.end()
    if (noun.word in UNNUMBERED and not number) or COMPOUND.match(text, end):
        return None
    if not kind:
        if (
            number is not None
            and interval is not None
            and not noun.words
            and (struck or not PORTION.match(text, place))
        ):
            return Item(of.end() if of else number.end(), interval, "count", headless=not of)
        return None if number or det else _named(text, at, struck)
    if det and (noun.word in TWO_PEOPLE or re.search(r"\btwin\s", text[at:end])):
        interval = (2, 2)
    if family := MEMBERS.match(text, end):
        count = QUANTITY.match(family["count"] or family["count2"])
        end, interval, kind = family.end(), (interval_of(count) if count else None) or interval, "plural"
    if kind == "fighter" or FIGHTER.search(re.split(r",| and ", text[at : end + 25])[0]):
        return Item(end, (0, 0), "fighter")
    if interval is None:
        interval = (1, 1) if kind == "one" else (1, None)
    if name := _OWN_NAME.match(text, end) if kind == "one" else None:
        end = end if NAMED_NOT.search(name.group()) else name.end()
    if age := _AGE.match(text, end):
        end = age.end()
    kind = "one" if interval == (1, 1) else "count" if number or interval[0] > 1 else "plural"
    dead = bool(number and LOST.fullmatch(noun.word))
    return Item(end, interval, kind, bare=not number and not det, dead=dead, family=bool(family))


def _creature(word: str) -> bool:
    """Whether a noun that is not known may be somebody who was killed."""
    return not BEAST.fullmatch(word) and not NOT_PEOPLE.fullmatch(word)


def _listed(text: str, at: int, struck: bool) -> tuple[list[Item], int] | None:
    """Read victims joined by "and" or commas; a comma alone joins only what "and" or a number closes."""
    first = _item(text, at, struck, True)
    if first is None:
        return None
    items, loose = [first], list[Item]()
    while len(items) + len(loose) < 12:
        last = (loose or items)[-1]
        join = _JOIN.match(text, last.end)
        if (
            join is None
            or (last.family and not join["sure"])
            or _OWN.match(text, last.end)
            or PORTION.match(text, join.end())
        ):
            break
        item = _item(text, join.end(), struck, False)
        if item is None or item.headless or (struck and _OWN.match(text, item.end)) or _INCLUDED.match(text, item.end):
            break
        if item.bare and item.kind == "one" and not last.bare and not _KIN.match(text[join.end() : item.end]):
            break  # "a nurse and mother of two"
        if item.bare and item.kind == "plural" and last.kind in ("count", "plural") and join["sure"]:
            item = Item(item.end, (0, 0), "plural")  # "16 journalists and technicians"
        loose.append(item)
        if (
            join["sure"]
            or (item.kind == "count" and first.kind == "count")
            or (first.bare and (item.bare or item.kind == "count"))
            or (item.named and last.named)
        ):
            items, loose = items + loose, []
    if loose and _INCLUDED.match(text, loose[-1].end):
        items = items[:1]
    return items, items[-1].end


def _sum(items: list[Item]) -> tuple[Interval, str]:
    """Add up what is listed: people without a number leave the sum open."""
    least = sum(item.interval[0] for item in items)
    most = [item.interval[1] for item in items]
    kinds = {item.kind for item in items} - {"fighter"}
    kind = "one" if kinds == {"one"} and least == 1 else "plural" if kinds == {"plural"} else "count"
    return (least, None if None in most else sum(number for number in most if number is not None)), kind


def find_harmed(text: str) -> Iterator[Harmed]:
    """Yield victims with what became of them: first those a verb of harm has as its object, then its subjects."""
    objects: list[tuple[int, int]] = []
    for found in _ACTIVE.finditer(text):
        space = _OBJECT.match(text, found.end())
        if space is None or DOUBTED.search(text, max(0, found.start() - 40), found.start()):
            continue
        told = _struck(text, space.end(), counted=found.group().lower().endswith(" of"))
        if told is None or (
            told[0][0].bare and re.match(r"wounded|injured|hurt", found.group(), re.I) and ":" not in found.group()
        ):
            continue
        objects.append((space.end(), told[1]))
        hurt = found["hurts"] or (found["shot"] and BODY_PART.match(text, told[1]))
        yield from _harmed(text, found.start(), _with(text, told, told[1]), "injured" if hurt else "killed")
    past = 0
    for start in _START.finditer(text):
        at = start.start()
        if (
            at < past
            or any(first <= at < last for first, last in objects)
            or _AFTER_VERB.search(text, max(0, at - 24), at)
        ):
            continue
        told = _listed(text, at, False)
        if told is None:
            continue
        if _OF_THESE.search(text, max(0, at - 12), at):  # "two of them novices, and 12 others were hurt"
            past = told[0][0].end
            continue
        past = told[1]
        if told[0][0].headless or (_OF.search(text, max(0, at - 9), at) and not told[0][0].dead):
            continue
        if fate := _fate(text, past):
            told = _with(text, (told[0], fate.end()), fate.end())
            yield from _harmed(text, at, told, "injured" if fate["hurt"] else "killed")
        elif told[0][0].dead and not _CARRIED.match(text, past):
            yield from _harmed(text, at, told, "killed")
    yield from _elliptic(text)


def _elliptic(text: str) -> Iterator[Harmed]:
    """Yield those of whom a sentence says only what became of them: one, or whom the sentence before begins with."""
    for fate in _ELLIPSIS.finditer(text):
        if not fate.group()[:1].isupper() or _TAKES.match(text, fate.end()):
            continue
        before = max(text.rfind(". ", 0, max(0, fate.start() - 2)), text.rfind("; ", 0, max(0, fate.start() - 2)))
        told = _listed(text, before + 2 if before >= 0 else 0, False) if fate.start() else None
        if told is None or told[0][0].headless or not _sum(told[0])[0][0]:
            told = [Item(fate.end(), (1, 1), "one")], fate.end()
        items, end = _with(text, (told[0], fate.end()), fate.end())
        yield from _harmed(text, fate.start(), (items, end), "injured" if fate["hurt"] else "killed")


def _struck(text: str, at: int, *, counted: bool) -> tuple[list[Item], int] | None:
    """Read what a verb of harm has as its object; a bare number is read elsewhere but for `counted`, "the injury of 11"."""
    if him := _PRONOUN.match(text, at):
        return [Item(him.end(), (1, 1), "one")], him.end()
    told = _listed(text, at, True)
    return None if told is None or (told[0][0].headless and len(told[0]) == 1 and not counted) else told


def _with(text: str, told: tuple[list[Item], int], at: int) -> tuple[list[Item], int]:
    """Add those who fell with them: "killed with her baby"."""
    more = _WITH.match(text, at) or _FAR_WITH.match(text, at)
    others = _listed(text, more.end(), False) if more else None
    if others is None or others[0][0].headless or _fate(text, others[1]):
        return told
    return told[0] + others[0], others[1]


def _harmed(text: str, start: int, told: tuple[list[Item], int], harm: str) -> Iterator[Harmed]:
    interval, kind = _sum(told[0])
    if interval[0]:
        yield Harmed(start, told[1], harm, interval, sum(item.interval[0] > 0 for item in told[0]), kind)


def _fate(text: str, end: int) -> re.Match[str] | None:
    """What became of the victims who are named up to a character, if the same clause says it."""
    fate = _GAP.match(text, end)
    if fate is None:
        return None
    between = text[end : fate.start("aux")]
    for word in _WORD.finditer(between):
        if (
            PEOPLE.fullmatch(word[1].lower())
            and not _OF_NP.search(between[: word.start(1)])
            and "," not in between
            and not fate["led"]
        ):
            return None
    if FIGHTER.search(fate["gap"] or "") or DOUBTED.search(text, end, fate.end("aux")):
        return None
    verb = fate.group()[fate.end("aux") - fate.start() :]
    finite = _FINITE.search(fate["aux"]) or fate["led"]
    if _TRANSITIVE.match(verb) and not finite and _TAKES.match(text, fate.end()):
        return None
    return None if re.match(r"buried|burned$", verb, re.I) and not finite else fate
