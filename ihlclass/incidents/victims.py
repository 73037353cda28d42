"""Phrases that may name people who were killed or hurt, and what became of them: a trained reader.

Numbers of people, noun phrases of persons, names and pronouns are candidates, each with how many people it names; the
words in each and around it, and their states (`ihlclass.incidents.context`), say whether these were killed or injured,
whether they were told of before, and whether it is a sum over many attacks. Trained on passages of our own whose victims
were marked for it, by ``experiments/0025-context/train.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ihlclass.incidents.context import words_of
from ihlclass.incidents.dates import find_dates
from ihlclass.incidents.figure_words import (
    AGE_BEFORE,
    BEAST,
    COMPOUND,
    COUNT,
    DEADLY,
    FIGHTER,
    HURTFUL,
    LEAST,
    MEMBERS,
    NAME,
    NAMED_NOT,
    NOT_PEOPLE,
    NP_STOP,
    OVER,
    PEOPLE,
    QUANTITY,
    RATIO,
    SUFFIXED,
    TENS,
    TWO_PEOPLE,
    UNDER,
    UNITS,
    UNNUMBERED,
    UPTO,
    VAGUE,
    WORD_NUMBER,
    YEAR,
)
from ihlclass.incidents.linear_reader import LinearReader
from ihlclass.incidents.words import KEPT, Token, around, numbers_at, tokens
from ihlclass.types import Interval

MODEL_FILE = Path(__file__).with_name("victims.npz")
#: What becomes of those whom a phrase names: nothing that counts; killed, injured, either; the same or a part of those who
#: are counted by another phrase as killed or injured; killed or injured by another account; a sum over many attacks.
ROLES = "-KIBkiXYST"

#: Letters that match "s" and "i" without regard to case, and are others.
ODD_LETTERS = str.maketrans("ſı", "si")
#: So many words are remembered, with what patterns say of each alone.
_WORDS = 8192
_START = re.compile(r"(?<![\w'’-])(?=[^\W_])")
_WORD = re.compile(r"\s*([^\W\d_][\w'’-]*)")
_DET = re.compile(r"(?:an?|the|his|her|their|my|our|its|your|another|this|whose)\s+(?=\w)", re.I)
_OF_THEM = re.compile(
    r"\s+of\s+(?:(?:the|his|her|their|its|our|my|those|these)\s+(?=\w)|(?=them\b|us\b|those\b))", re.I
)
_AGES = rf"(?:{COUNT})(?:(?:,|\s+(?:and|to))\s+(?:{COUNT}))*"
_AGE = re.compile(
    rf"\s*\(\s*[^()]{{1,40}}\)|,?\s+(?:aged?|b\.|born(?: in)?)\s+{_AGES}|,?\s+{_AGES}\s+(?:years?|months?|weeks?|days?)(?:\s+(?:old|of age))?\b",
    re.I,
)
#: Of one person: "a nurse, 34, was killed", "a girl of six".
_OWN_AGE = re.compile(
    r",\s*\d{1,2}(?=\s*(?:[,.;:)]|$|(?:and|was|were|is|who|died|had|has|from)\b))|"
    rf"\s+of\s+(?:{COUNT})(?:\s+years?(?:\s+(?:old|of age))?)?(?![\w-])(?!\s+(?!(?:and|was|were|is|who|died|had|has|from|in|with|received|got|suffered|sustained)\b)[a-z])|\s+\d{{1,2}}(?=[,;.\s])(?!\s+[a-z]*s\b)",
    re.I,
)
#: Of several: "two men, 34 and 40, were killed", "women of 45 and 71".
_OWN_AGES = re.compile(
    r"(?:,|\s+(?P<told>of|aged)|\s+[-–—])\s+\d{1,2}(?:,\s*\d{1,2})*,?\s+and\s+\d{1,2}(?:\s+years?(?:\s+old|\s+of\s+age)?)?"
    r"(?=\s*(?:[,.;:)–—-]|$|(?:and|were|was|who|died|had|have|received|suffered|sustained)\b))"
)
#: "a father of two small children": whose they are, not who came to harm.
_PARENT = re.compile(r"(?:step)?(?:father|mother|parent|dad|mum|widow|widower)", re.I)
_CHILDREN = re.compile(
    rf"\s+of\s+(?:{COUNT})\s+(?:(?:small|young|little|minor|teenage|adult|grown)\s+)?(?:children|kids|sons|daughters|boys|girls)\b",
    re.I,
)
#: "a 45-year-old woman": the age before the noun.
_AGED = re.compile(rf"(?:\d{{1,3}}|{WORD_NUMBER})[- ](?:years?|months?|weeks?|days?)[- ]old\s+", re.I)
#: Who has an age is a person, whatever the noun: "a street sweeper of 58 years".
_TOLD_AGE = re.compile(
    r"(?:[a-z][\w'’-]{0,30}\s+){0,2}(?P<noun>[a-z][\w'’-]{0,30})(?=\s+of\s+\d{1,2}\s+years\b|\s+aged\s+\d|,\s+\d{1,2},)"
)
_LASTS = re.compile(
    r"wars?|conflict|siege|truce|ceasefire|sentence|term|ban|tree|building|house|bridge|career|period|rule|occupation|"
    r"nights?|hours?|weeks?|months?|mornings?|evenings?|afternoons?"
)
#: One more, whose noun is left out: "one was killed and another wounded".
_ANOTHER = re.compile(
    r"(?:another(?:\s+one)?|a\s+(?:second|third|fourth|fifth))(?=\s+(?:was|were|is|had|has|later|died|killed|wounded|injured)\b|\s*[.,;]|\s*$)",
    re.I,
)
#: After these a noun is a victim, known as a person or not.
_STRUCK = re.compile(
    r"\b(?:kill|injur|wound|shoot|murder|execut|assassinat|maim)(?:ed|ing|s|es)\s+(?:(?:also|reportedly|a total of|in total|there)\s+)*$|"
    r"\b(?:shot|(?:death|deaths|murder|killing|execution|body|bodies|remains|lives|life|injury|injuries)\s+(?:of|to))\s+(?:dead\s+)?$",
    re.I,
)
#: Where what a phrase names ends, and what is done to it begins.
_CLAUSE = re.compile(
    r",| and |\b(?:by|was|were|is|are|had|have|has|who|killed|shot|died|dead|injured|wounded|when|after|while)\b"
)
#: "five of one family"
_OF_ONE = re.compile(
    r"(?<!\bdeath )(?<!\bdeaths )(?<!\bkilling )(?<!\bmurder )(?<!\bloss )(?<!\blives )(?<!\blife )(?<!\bbody )(?<!\bbodies )\bof\s+(?=one\b)",
    re.I,
)
_HOW = re.compile(r"\bhow\s+$", re.I)
#: "a mother and child"
_AND_KIN = re.compile(r"\s+and\s+(?:child|baby|infant|son|daughter|wife|husband)\b", re.I)
#: "soldiers of the guard"
_OF_WHAT = re.compile(r"\s+of\s+(?:the\s+)?(?:[\w'’-]+)", re.I)
_OWN_NAME = re.compile(rf"(?:,\s+|\s+)(?:called\s+)?{NAME}")
_PRONOUN = re.compile(
    r"(?:he|she|him|her)\b|others\b|(?:(?:his|her|the|an?)\s+)?(?:[\w-]+['’]s\s+)?(?:body|corpse|death)\b", re.I
)
_DEAD_OR_HURT = re.compile(
    r"(?:(?:charred|burnt|dead|lifeless|the)\s+)*(?:bodies|corpses|deaths|fatalities|casualties|injuries|victims|losses|wounded|"
    r"injured|dead|survivors|lives)\b",
    re.I,
)
#: What makes people of a number: "17 charred bodies", "34 civilian dead".
_OF_DEAD = re.compile(
    r"\s+(?:of\s+(?:the\s+|its\s+|their\s+|his\s+|her\s+)?)?(?:(?!COUNT)[\w'’-]+\s+){0,2}?(?:bod(?:y|ies)|corpses?|deaths?|fatalit\w+|"
    r"casualt\w+|injur\w+|victims?|wounded|dead|killed|lives)\b".replace("COUNT", COUNT),
    re.I,
)
_FULL_NAME = re.compile(
    r"[A-Z][\w'’-]+(?: (?:al-|el-|bin |ibn |abu |Abu |de |van )?[A-Z][\w'’-]+){1,4}"
    r"(?:\s*\(\s*(?:aged? )?\d{1,3}\s*\)|,?\s+aged?\s+\d{1,3}\b|,\s*\d{1,2}(?=\s*(?:[,;.)]|and\b|$)))?"
)
#: No one phrase: "called out the men".
_INNER = re.compile(r"\s(?:the|an?|his|her|their|its|out|off|down|up)\s|'s? (?=the)|\.\s", re.I)
_COUNT = re.compile(COUNT, re.I)
_THING = re.compile(
    r"\s*(?:[\w'’-]+\s+){0,2}?(?:missiles?|rockets?|drones?|strikes?|attacks?|air|airstrikes?|buildings?|houses|homes|apartments?|"
    r"flats|floors?|storeys?|rooms|vehicles?|km|kilomet\w+|ambulances?|dwellings?|huts?|shops?|boats?|lorr(?:y|ies)|trucks?|goats?|"
    r"sheep|cows?|camels?|donkeys?|horses?|hens?|dogs?|trees?|miles?|hours?|minutes?|seconds|days?|nights?|weeks?|months?|years?|"
    r"percent|per cent|times|villages?|towns?|cities|tanks?|shells?|bombs?|cases|incidents|events|schools?|hospitals?|clinics?|"
    r"ships?|cars?|animals|cattle|am|pm|a\.m|p\.m|occasions|rounds?|metres?|meters|districts?|provinces|regions?|oblasts|"
    r"settlements|communities|shelters?|tents?|stalls?|targets?|beds|wards?|windows|dollars|million|billion|thousand|tonnes|classrooms?|blocks?|sites?|o['’]clock|GMT)\b",
    re.I,
)
_PAUSE = re.compile(r"[.;](?:\s|$)")
_NAMED_BEFORE = re.compile(
    r"(?<!\w)(?!(?i:killed|dead|deaths?|injured|wounded|hurt|missing|fatalities|injuries)\s)[A-Z][\w'’-]+\s\($"
)
#: Whose name a number is: "Channel 7 named the dead".
_OUTLET = re.compile(r"[A-Z][\w'’-]+\s$")
_SAYS = re.compile(r"\s+(?:said|says|reported|reports|named|names|identified|wrote|quoted|cited|counted|put|gave)\b")
#: A note: "29 were killed.[13]"
_NOTE = re.compile(r"(?<=[\w.,;:)\"”])\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Victims:
    """A phrase that names people.

    Attributes
    ----------
    start, end
        Characters into the passage.
    interval
        How many it names.
    kind
        ``count`` with a number, ``one``, ``plural`` without a number, ``pronoun``, ``name``.
    """

    start: int
    end: int
    interval: Interval
    kind: str


def number_of(words: str) -> int | None:
    """Read a numeral or number word: "1,200", "twenty-one", "two dozen"."""
    words = words.strip().lower()
    digits = re.sub(r"[, \u00a0\u202f]", "", words)
    if digits.isdecimal():
        return int(digits) if len(digits) < 8 else None
    if words == "half a dozen":
        return 6
    if " dozen" in words:
        half = 6 if "and a half" in words else 0
        first = words.split()[0]
        return 12 * (1 if first == "a" else UNITS[first]) + half
    if words.endswith(" thousand"):
        first = words.removesuffix(" thousand")
        many = 1 if first == "a" else number_of(first)
        return None if many is None else 1000 * many
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


@lru_cache(maxsize=KEPT)
def without_days(text: str) -> str:
    """Blank out days with figures, and numbers of notes, which count nobody; offsets stay."""
    text = _NOTE.sub(lambda note: " " * len(note.group()), text)
    for when in find_dates(text):
        if any(letter.isdigit() for letter in text[when.start : when.end]):
            text = text[: when.start] + " " * (when.end - when.start) + text[when.end :]
    return text


def find_victims(text: str) -> list[Victims]:
    """Return the phrases of a passage that may name people who came to harm, in order; fighters are left out."""
    text = without_days(text.translate(ODD_LETTERS))
    ratios = [found.span() for found in RATIO.finditer(text)]
    of_one = {found.end() for found in _OF_ONE.finditer(text)}
    found: list[Victims] = []
    past = 0
    for start in _START.finditer(text):
        at = start.start()
        if at < past or any(first <= at < last for first, last in ratios):
            continue
        number = QUANTITY.match(text, at)
        if at in of_one or _HOW.search(text, max(0, at - 8), at):
            continue
        if number is not None and text[at].isdigit() and _SAYS.match(text, number.end()):
            if _OUTLET.search(text, max(0, at - 30), at):
                past = number.end()
                continue
        phrase = _people(text, at, number) or (_counted(text, at, number) if number else _unnumbered(text, at))
        alone = number is not None and (phrase is None or phrase.end == number.end())
        if number is not None and alone and (YEAR.match(number.group().strip()) or _is_age(text, at, number.end())):
            continue
        if phrase is None:
            past = number.end() if number is not None else past
            continue
        past = phrase.end
        if phrase.interval != (0, 0):
            found.append(phrase)
    return found


def _is_age(text: str, at: int, end: int) -> bool:
    """Whether a number is an age: "aged 7 and 10", or in brackets after a name: "Rim (10)"."""
    if not text[at].isdigit():
        return False
    in_brackets = _NAMED_BEFORE.search(text, max(0, at - 30), at) is not None and text[end : end + 1] == ")"
    return in_brackets or AGE_BEFORE.search(text, max(0, at - 110), at) is not None


def _people(text: str, at: int, number: re.Match[str] | None) -> Victims | None:
    """Read a noun phrase of people at a character; for fighters, one that names nobody."""
    if other := _ANOTHER.match(text, at):
        return Victims(at, other.end(), (1, 1), "one")
    det = _DET.match(text, at)
    if number is not None and det is None and (aged := _AGED.match(text, at)):  # "five years old granddaughter"
        number, det = None, aged
    elif number is None and det is not None and not _AGED.match(text, det.end()):
        number = QUANTITY.match(text, det.end())
    if number is not None and not re.match(r"[\s,.;:!?)\"”’]|$", text[number.end() : number.end() + 1]):
        number = None
    interval = interval_of(number) if number else None
    if number is not None and interval is None:
        return None
    place = number.end() if number else det.end() if det else at
    if aged := _AGED.match(text, place):
        place = aged.end()
    of = _OF_THEM.match(text, place) if number else None
    noun = _noun(text, of.end() if of else place)
    if not number and not det and noun.kind == "fighter":
        return _fighters(text, at, noun.end)
    if not number and not det and (noun.kind != "plural" or not PEOPLE.fullmatch(noun.word) or noun.words > 4):
        return None
    kind, end = noun.kind, noun.end
    if not kind and det and 0 < noun.words < 4 and _STRUCK.search(text, max(0, at - 40), at):
        creature = not any(other.fullmatch(noun.word) for other in (BEAST, NOT_PEOPLE, _LASTS))
        kind = ("plural" if noun.word.endswith("s") else "one") if creature else ""
    told = _TOLD_AGE.match(text, place) if det and not kind else None
    if told and not BEAST.fullmatch(told["noun"]) and not _LASTS.fullmatch(told["noun"]):
        kind, end = "one", told.end()
    if (noun.word in UNNUMBERED and not number) or COMPOUND.match(text, end):
        return None
    if not kind:
        alone = number is not None and interval is not None and not noun.words
        return Victims(at, (of or number).end(), interval, "count") if alone and number and interval else None
    if number is None and (_INNER.search(text[place:end]) or _COUNT.search(text[place:end])):
        return None
    if det and number is None and (noun.word in TWO_PEOPLE or re.search(r"\btwin\s", text[at:end])):
        interval = (2, 2)
    if family := MEMBERS.match(text, end):
        count = QUANTITY.match(family["count"] or family["count2"])
        end, interval, kind = family.end(), (interval_of(count) if count else None) or interval, "plural"
    if company := _AND_KIN.match(text, end) if interval is None and kind == "one" else None:
        return Victims(at, company.end(), (2, 2), "count")
    if kind == "fighter" or FIGHTER.search(_CLAUSE.split(text[at : end + 25])[0]):
        return _fighters(text, at, end)
    if interval is None:
        interval = (1, 1) if kind == "one" else (1, None)
    if name := _OWN_NAME.match(text, end) if kind == "one" else None:
        end = end if NAMED_NOT.search(name.group()) or ". " in name.group() else name.end()
    if kind == "one" and _PARENT.fullmatch(noun.word) and (children := _CHILDREN.match(text, end)):
        end = children.end()
    ages = _OWN_AGES.match(text, end) if kind != "one" else None
    many = len(re.findall(r"\d+", ages.group())) if ages else 0
    if ages and (interval == (many, many) or (ages["told"] and interval[1] is None and not number)):
        end, interval = ages.end(), (many, many)
    elif age := _AGE.match(text, end) or (_OWN_AGE.match(text, end) if kind == "one" else None):
        end = age.end()
    return Victims(
        at, end, interval, "one" if interval == (1, 1) else "count" if number or interval[0] > 1 else "plural"
    )


def _fighters(text: str, at: int, end: int) -> Victims:
    whose = _OF_WHAT.match(text, end)
    return Victims(at, whose.end() if whose else end, (0, 0), "fighter")


def _counted(text: str, at: int, number: re.Match[str]) -> Victims | None:
    """Read a number whose noun is not known as people, unless it is one of things."""
    interval = interval_of(number)
    if interval is None:
        return None
    if dead := _OF_DEAD.match(text, number.end()):
        return Victims(at, dead.end(), interval, "count")
    if _THING.match(text, number.end()) and not BEAST.match(_noun(text, number.end()).word):
        return None
    return Victims(at, number.end(), interval, "count")


def _unnumbered(text: str, at: int) -> Victims | None:
    if him := _PRONOUN.match(text, at):
        return Victims(at, him.end(), (1, None) if him.group().lower() == "others" else (1, 1), "pronoun")
    if dead := _DEAD_OR_HURT.match(text, at):
        return Victims(at, dead.end(), (1, None), "plural")
    if (name := _FULL_NAME.match(text, at)) and not NAMED_NOT.search(name.group()):
        return Victims(at, name.end(), (1, 1), "name")
    return None


@dataclass(frozen=True, slots=True)
class _Noun:
    """The noun of a phrase: what it is, its last word, where it ends, and how many words there are."""

    kind: str
    word: str
    end: int
    words: int


@lru_cache(maxsize=_WORDS)
def _person(low: str) -> str:
    """Whether a noun in small letters is a person (``one``), people (``plural``), a fighter, or none of these (empty)."""
    if FIGHTER.fullmatch(low):
        return "fighter"
    if found := PEOPLE.fullmatch(low):
        return "plural" if found["many"] else "one"
    if SUFFIXED.fullmatch(low) and not NOT_PEOPLE.fullmatch(low):
        return "plural" if (low.endswith("s") and not low.endswith("ss")) or low.endswith("men") else "one"
    return ""


@lru_cache(maxsize=_WORDS)
def _ends_phrase(low: str) -> bool:
    return NP_STOP.fullmatch(low) is not None


def _noun(text: str, place: int) -> _Noun:
    """Read up to six words for the noun that names people."""
    kind, noun, end, last, seen = "", "", place, "", 0
    while seen < 6 and (word := _WORD.match(text, place)):
        low = word[1].lower()
        sort = _person(low)
        if _ends_phrase(low) or (kind and not sort) or (seen and low in ("a", "an")):
            break
        place, seen, last = word.end(), seen + 1, low
        if low.endswith(("'s", "’s", "s'", "s’")):
            kind = ""
        elif sort:
            kind, noun, end = sort, low, word.end()
    return _Noun(kind, noun or last, end if kind else place, seen)


def features(text: str, victims: Sequence[Victims]) -> list[list[str]]:
    """Return what speaks for what became of each, as names of features."""
    words = tokens(text)
    numbers = numbers_at(words)
    harms = [_harm(w.text) for w in words]
    spans = [numbers(one.start, one.end) for one in victims]
    every = sorted({f"any={w.shape}" for w in words if w.text[0].islower()})
    return [
        [
            *_of_phrase(victims[order], words, spans[order], order),
            *_of_harm(words, harms, spans, spans[order]),
            *_of_others(text, victims, order),
            *every,
        ]
        for order in range(len(victims))
    ]


@lru_cache(maxsize=_WORDS)
def _harm(word: str) -> str:
    return "dead" if DEADLY.match(word) else "hurt" if HURTFUL.match(word) else ""


def _of_phrase(one: Victims, words: Sequence[Token], span: tuple[int, int], order: int) -> Iterator[str]:
    first, last = span
    least = one.interval[0]
    yield from (
        "bias",
        f"kind={one.kind}",
        f"size={'1' if least < 2 else '2-9' if least < 10 else '10-49' if least < 50 else '50-199' if least < 200 else 'many'}",
        f"open={one.interval[1] is None}",
        f"order={min(order, 4)}",
        f"head={words[first].shape}",
        f"tail={words[last].shape}",
        f"words={min(last - first, 4)}",
        *around(words, first, last),
    )
    yield from (f"in={words[i].shape}" for i in range(first, last + 1))


def _of_harm(
    words: Sequence[Token], harms: Sequence[str], spans: Sequence[tuple[int, int]], span: tuple[int, int]
) -> Iterator[str]:
    """Yield the nearest word of harm to either side in the sentence, and how many other phrases stand between."""
    first, last = span
    for side, numbers in (("before", range(first - 1, -1, -1)), ("after", range(last + 1, len(words)))):
        for far, i in enumerate(numbers, start=1):
            if words[i].text == ".":
                yield f"{side}:none"
                break
            if harms[i]:
                between = sum((a > i and b < first) if side == "before" else (a > last and b < i) for a, b in spans)
                yield f"{side}:{harms[i]}:{min(far, 12) // 3}"
                yield f"{side}:{words[i].shape}"
                yield f"{side}:{harms[i]}:between{min(between, 3)}"
                break
        else:
            yield f"{side}:none"


def _of_others(text: str, victims: Sequence[Victims], order: int) -> Iterator[str]:
    """Yield how a phrase stands to those before it and to the next."""
    one, earlier = victims[order], victims[:order]
    least = one.interval[0]
    apart = [min(len(_PAUSE.findall(text[other.end : one.start])), 2) for other in earlier]
    if one.kind in ("count", "plural") and least > 1:
        for other, sentences in zip(earlier, apart, strict=True):
            if other.kind == "count" and other.interval[0] > 1:
                ratio = least / other.interval[0]
                size = next(name for name, most in _RATIOS if ratio <= most)
                yield f"ratio{size}:{sentences}"
    yield f"apart={apart[-1] if apart else 'first'}"
    yield f"bigger={any(other.interval[0] > least for other in earlier)}"
    yield f"same={any(other.interval == one.interval and least > 1 for other in earlier)}"
    yield f"previous={earlier[-1].kind if earlier else '<'}"
    if earlier:
        yield f"gap={text[earlier[-1].end : one.start].strip()[:20]}"
    if order + 1 < len(victims):
        yield f"next={victims[order + 1].kind}"
        yield f"next gap={text[one.end : victims[order + 1].start].strip()[:20]}"


_RATIOS = (("<.3", 0.3), ("<.8", 0.8), ("~", 1.25), ("<3", 3.0), (">3", float("inf")))


@lru_cache(maxsize=1)
def default_reader() -> LinearReader:
    """Load the reader that comes with the package; its classes are `ROLES`."""
    return LinearReader.load(MODEL_FILE)


def judged(text: str, victims: Sequence[Victims]) -> list[str]:
    """Return the role of each phrase of a passage, of `ROLES`."""
    if not victims:
        return []
    states = words_of(text).mean([(one.start, one.end) for one in victims])
    scores = default_reader().scores(features(text, victims), states)
    return [ROLES[best] for best in scores.argmax(axis=1)]
