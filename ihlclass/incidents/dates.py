"""Dates in a passage, resolved against the report's publication date; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from ihlclass.incidents.words import KEPT

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"), ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (("monday", "mon"), ("tuesday", "tue", "tues"), ("wednesday", "wed"), ("thursday", "thu", "thurs"),
         ("friday", "fri"), ("saturday", "sat"), ("sunday", "sun"))
    )
    for name in names
}  # fmt: skip
_NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
#: Days that have a name, as month and day.
_FEASTS = {"christmas eve": (12, 24), "christmas day": (12, 25), "new year's eve": (12, 31), "new year's day": (1, 1)}

#: Names of months, long and short, as alternatives of a pattern.
MONTH_NAMES = (
    r"January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
_MONTH_NAMED = rf"(?:{MONTH_NAMES})\b"
_MONTH = rf"(?P<month>{MONTH_NAMES})\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
#: A year after a day, or a number of four digits that may be one (then there is no date).
_WITH_YEAR = rf"(?:,?\s+{_YEAR}\b|,\s+(?P<odd>\d{{4}})\b|(?=\s+(?P<odder>[12]\d{{3}})\b))?"
_WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"

_ATTACK = r"(?:that|this|the\s+(?:\w+\s+)?(?:attacks?|strikes?|raids?|massacre|shelling|killings?|bombings?|bombardment|assault|blasts?|explosions?))\b"
#: "three", "12": of days, weeks, months, years.
_COUNTED = rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_NIGHT = r"\b(?:overnight|night)\s+(?:(?:of|from|on|between)\s+)?(?:the\s+)?"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("day", re.compile(rf"{_NIGHT}[0-3]?\d(?:st|nd|rd|th)?\s?(?:[-–—/]|\b(?:in)?to\b|\band\b)\s?{_DAY}\s+{_MONTH}{_WITH_YEAR}", re.I)),
    ("day", re.compile(rf"{_NIGHT}{_MONTH}\s+[0-3]?\d(?:st|nd|rd|th)?\s?(?:[-–—/]|\b(?:in)?to\b|\band\b)\s?{_DAY}(?![\d:.]*\d){_WITH_YEAR}", re.I)),
    ("two", re.compile(rf"(?<![\d.,/-])[0-3]?\d(?:st|nd|rd|th)?(?:\s?[-–—/]\s?|\s+(?:and|or|to)\s+){_DAY}\s+{_MONTH}(?:,?\s+{_YEAR}\b)?")),
    ("two", re.compile(rf"\b{_MONTH}\s+[0-3]?\d(?:st|nd|rd|th)?\s?[-–—/]\s?{_DAY}(?![\d:.]*\d)(?:,?\s+{_YEAR}\b)?")),
    ("day", re.compile(rf"\b(?<!\d[.,/-])(?<!\d){_DAY}(?:\s+of)?\s+{_MONTH}{_WITH_YEAR}")),
    ("day", re.compile(rf"\b{_MONTH}\s+{_DAY}(?![\d:.]*\d){_WITH_YEAR}")),
    ("iso", re.compile(r"\b(?P<year>(?:1[89]|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")),
    ("slash", re.compile(r"(?<![\d/.])(?P<first>\d{1,2})(?P<mark>[/.])(?P<second>\d{1,2})(?P=mark)(?P<year>(?:1[89]|20)\d\d)\b")),
    ("daymonth", re.compile(rf"\b{_WEEKDAY},?\s+(?P<first>\d{{1,2}})[/.](?P<second>\d{{1,2}})(?![/.]?\d)")),
    ("ordinal", re.compile(r"\b[Oo]n the (?P<day>[0-3]?\d)(?:st|nd|rd|th)(?=\s*[,.;:]|\s+(?:it|he|she|they|the|a|an|in|at|two|three|[A-Z])\b)")),
    ("month", re.compile(rf"\b(?:(?:[Ii]n|[Ss]ince|[Ll]ast|[Ee]arly|[Ll]ate|[Mm]id|[Tt]his|[Uu]ntil|[Dd]uring|[Bb]y|[Oo]f|"
        rf"[Aa]n?)[ -]){_MONTH}(?:,?\s+{_YEAR}\b)?(?!\s+\d)")),
    ("month", re.compile(rf"\b{_MONTH},?\s+{_YEAR}\b")),
    ("night", re.compile(rf"\b(?:overnight|night)\s+(?:(?:from|of)\s+)?\w+day\s+(?:in)?to\s+{_WEEKDAY}\b", re.I)),
    ("night", re.compile(rf"\b(?:overnight|night)\s+(?:into|to)\s+{_WEEKDAY}\b", re.I)),
    ("two", re.compile(rf"\b\w+day\s+(?:or|and|to)\s+{_WEEKDAY}\b", re.I)),
    ("weekday", re.compile(rf"\b(?P<last>[Ll]ast\s+|next\s+|[Ee]very\s+|previous\s+|following\s+)?{_WEEKDAY}\b(?P<plural>s\b)?(?P<week>\s+of last week\b)?")),
    ("overnight", re.compile(rf"\b(?:overnight(?!\s+(?:(?:on|of)\s+)?(?:\w+day\b|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH_NAMED}|{_MONTH_NAMED}\s+\d))|in the early hours of (?:this|the) morning)\b", re.I)),
    ("today", re.compile(r"\b(?:today|this (?:morning|noon|midday|afternoon|evening|night|dawn)|tonight)\b", re.I)),
    ("yesterday", re.compile(r"\b(?:the day before )?yesterday\b", re.I)),
    ("came", re.compile(r"\b(?:attacks?|strikes?|raids?|incidents?|killings?|bombings?|shelling|blasts?|explosions?|assault|massacre|barrage|abductions?|kidnapping|ambush|violence)\s+"
        rf"(?:on \w+day )?(?:came|comes|happened|occurred|took place)\s+(?:(?:just|only|barely|less than|nearly|about|almost)\s+)?{_COUNTED}\s+"
        r"(?P<unit>day|night|week|month|year)s?\s+after\b(?! the (?:same|attack))", re.I)),
    ("ago", re.compile(rf"\b{_COUNTED} (?P<unit>day|night|week|month|"
        rf"year)s? (?P<way>ago|earlier|before|later|afterwards|after(?= {_ATTACK}))\b", re.I)),
    ("told", re.compile(r"\b(?:(?:later )?(?:that(?: same)?|(?:on )?the same) (?:(?:very )?day|morning|afternoon|evening|night)|"
        rf"the (?P<next>(?:next|following) (?:day|morning|afternoon|evening|night)|(?:day|morning|evening|night) after(?:wards|(?= {_ATTACK}|,)))|"
        r"(?P<back>the (?:day|night|evening|morning) before|the previous (?:day|night|evening)))\b(?! yesterday)", re.I)),
    ("feast", re.compile(r"\b(?P<feast>Christmas (?:Eve|Day)|New Year['’]s (?:Eve|Day))\b(?! (?:19|20)\d\d)")),
    ("vague", re.compile(
        r"\b(?:last (?:night|week|month|year|spring|summer|autumn|fall|winter)|earlier (?:this|in the|"
        r"last) (?:week|month|year|war|conflict)|this (?:week|month|year)|"
        r"(?:in )?(?:the )?(?:past|last|previous) (?:\d+ |few |several |two |three )?(?:hours?|days?|weeks?|"
        r"months?|years?)|recent (?:days|weeks|months|years)|"
        r"(?:in|since|during) (?:1[89]|20)\d\d|years? (?:ago|earlier)|previously|in the past)\b", re.I)),
)  # fmt: skip
_SAID = re.compile(
    r"\b(?:said|says|told|announced|stated|declared|posted|tweeted|published|released|reported|wrote|"
    r"confirmed|shared|claimed|denied|"
    r"visit(?:s|ed|ing)?|tour(?:s|ed|ing)?|travel(?:s|led|ling)|arriv(?:es|ed|ing)|met|meeting|talks|"
    r"spoke|speaking|statement|interview|accused|warned|updated|report|list|convened|condemned|vowed|added)\b"
    r"(?:\s+(?:\w+\s+){0,4}?(?:on|late|early|earlier|in a statement|in its report))?\s*,?\s*(?:on\s+)?$",
    re.I,
)
#: When a picture was taken, and when the dead were found or buried, is no time of the attack.
_AFTERMATH = re.compile(
    r"\b(?:satellite|images?|imagery|photographs?|photos?|pictures?|videos?|footage|clips?)\b(?:\s+[\w-]+){0,3}?\s+(?:of|from|on)\s+$|"
    r"\b(?:photographed|filmed|dated|verified|buried|burying|funerals?|coffins?|dug|digging|searched|searching|combed|mourn\w*|recovered|"
    r"pulled|freed|released)\b(?:\s+[\w'’-]+){0,5}?\s+(?:(?:late|early|again)\s+)?(?:on\s+)?$",
    re.I,
)
_AFTERMATH_AFTER = re.compile(
    r"^(?:\s+(?:morning|afternoon|evening|night))?,?\s+(?:still\s+)?(?:buried|dug|searched|pulled|recovered|mourned|combed|cleared|identified)\b",
    re.I,
)
_SAID_AFTER = re.compile(r"^,?\s+(?:that\b|in a (?:statement|report|post|tweet)\b)", re.I)
_LONG = re.compile(r"\b(?:weeks?|months?|years?|spring|summer|autumn|fall|winter|war|conflict|(?:19|20)\d\d)\b", re.I)
_FORWARD = re.compile(
    r"\b(?:will|would|until|till|by|starting|start|next|scheduled|expected|from|since|after|"
    r"before)\s+(?:the\s+)?(?:(?:(?:night|morning|evening|afternoon|end)\s+of|early|late|last|next|this|that|about|around|\w+day)\s+)?(?:on\s+)?$|\b(?:since|start|beginning|outset|anniversary)\b"
    r"(?:\s+(?:of|the|war|conflict|invasion|offensive|full-scale|[A-Z]\w+)){0,6}\s+(?:on\s+)?$",
    re.I,
)
#: "before dawn on Thursday" is on that day.
_HOUR = re.compile(
    r"\b(?:(?:shortly|just|soon)\s+)?(?:before|after|from|since|until|till|by)\s+(?:dawn|daybreak|sunrise|noon|midday|lunch|dark|dusk|sunset|"
    r"nightfall|midnight|\d{1,2}(?:[:.]\d\d)?(?:\s*[ap]\.?m\.?)?|\w+ o['’]clock)\b",
    re.I,
)
_SECOND_DAY = re.compile(
    r"\s*(?:and|or|to|-|–)\s*[0-3]?\d(?:st|nd|rd|th)?\b(?=\s*(?:[,.;:)]|$|(?:19|20)\d\d\b|(?:in|on|at|when|after|that)\b))"
    r"(?:,?\s*(?:19|20)\d\d\b)?"
)
_PAIR = re.compile(
    r"\s*(?:or|and|to|–|-|through|until|into)\s+(?:on\s+)?(?:the\s+)?(?:(?:early|late)\s+|(?:night|"
    r"morning|evening|hours)\s+of\s+)*\s*$",
    re.I,
)


#: "1 December, a Sunday"
_ITS_NAME = re.compile(r",?\s+(?:which was\s+)?(?:an?|the)\s+")
_LAST_YEAR = re.compile(r",?\s+(?:of\s+)?last year\b")
_BY_NAME = re.compile(r"\w+day(?:,|\s+the)?\s+", re.I)


@dataclass(frozen=True, slots=True)
class When:
    """A time that a passage names.

    Attributes
    ----------
    start, end
        Characters into the passage.
    date
        The day, or None where the text does not tell just one.
    kind
        ``day`` for a named day, ``relative`` for a weekday, "yesterday" and the like, ``vague`` for anything wider.
    statement
        True where it is when somebody spoke, not when something happened.
    month
        ``(year or 0, month or 0)`` of a vague time, as far as it is told.
    long_ago
        True for a vague time of weeks, months or years.
    sure
        False where it may be that of something else than an attack: it dates what has no other day, and tells nothing
        apart.
    """

    start: int
    end: int
    date: dt.date | None
    kind: str
    statement: bool = False
    month: tuple[int, int] = (0, 0)
    long_ago: bool = False
    sure: bool = True


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _away(date: dt.date, days: int) -> dt.date | None:
    """Return the day so many days later; None beyond the years that there are, 1 to 9999."""
    try:
        return date + dt.timedelta(days=days)
    except OverflowError:
        return None


def _without_year(month: int, day: int, published: dt.date | None, year: int | None) -> dt.date | None:
    if year is not None:
        return _day(year, month, day)
    if published is None:
        return None
    date = _day(published.year, month, day)
    if date is not None and (date - published).days > 1:
        return _day(published.year - 1, month, day)
    return date or _day(published.year - 1, month, day)


def _resolve(
    kind: str, found: re.Match[str], published: dt.date | None, year: int | None, anchor: dt.date | None
) -> tuple[dt.date | None, str, tuple[int, int]]:
    part = found.groupdict()
    if kind == "day":
        month, day = _MONTHS[part["month"].lower()], int(part["day"])
        if part["year"]:
            return _day(int(part["year"]), month, day), "day", (0, 0)
        if part["odd"] or part["odder"]:
            return None, "day", (0, 0)
        return _without_year(month, day, published, year), "day", (0, month)
    if kind == "ordinal":
        base = anchor or published
        return (_day(base.year, base.month, int(part["day"])) if base else None), "day", (0, 0)
    if kind == "iso":
        return _day(int(part["year"]), int(part["month"]), int(part["day"])), "day", (0, 0)
    if kind == "slash":
        first, second, whole = int(part["first"]), int(part["second"]), int(part["year"])
        if part["mark"] == "." or first > 12 or first == second:
            return _day(whole, second, first), "day", (0, 0)
        return (_day(whole, first, second) if second > 12 else None), "day", (0, 0)
    if kind == "daymonth":
        day, month = int(part["first"]), int(part["second"])
        return (_without_year(month, day, published, year) if month <= 12 else None), "day", (0, month)
    if kind == "feast":
        month, day = _FEASTS[part["feast"].lower().replace("’", "'")]
        return _without_year(month, day, published, year), "day", (0, month)
    if kind == "month":
        return None, "vague", (int(part["year"] or 0), _MONTHS[part["month"].lower()])
    if kind in ("weekday", "night") and not part.get("plural"):
        prefix = (part.get("last") or "").strip().lower()
        if published is None or prefix in ("next", "every"):
            return None, "relative", (0, 0)
        weekday = _WEEKDAYS[part["weekday"].lower()]
        if prefix == "following":
            return (_away(anchor, 1 + (weekday - anchor.weekday() - 1) % 7) if anchor else None), "relative", (0, 0)
        if prefix == "previous" and anchor is not None:
            return _away(anchor, -1 - (anchor.weekday() - weekday - 1) % 7), "relative", (0, 0)
        if part.get("week"):
            return _away(published, weekday - published.weekday() - 7), "relative", (0, 0)
        back = (published.weekday() - weekday) % 7
        if prefix in ("last", "previous") and back == 0:
            back = 7
        return _away(published, -back), "relative", (0, 0)
    if kind in ("overnight", "today"):
        return published, "relative", (0, 0)
    if kind == "yesterday":
        days = 2 if "before" in found.group().lower() else 1
        return (_away(published, -days) if published else None), "relative", (0, 0)
    if kind == "told":
        if anchor is None:
            return None, "vague", (0, 0)
        return _away(anchor, bool(part["next"]) - bool(part["back"])), "relative", (0, 0)
    if kind in ("came", "ago"):
        way = part["way"].lower() if kind == "ago" else "earlier"
        base = published if way == "ago" else anchor
        number = int(part["number"]) if part["number"].isdigit() else _NUMBERS[part["number"].lower()]
        if part["unit"].lower() in ("day", "night") and base is not None:
            return _away(base, number if way in ("later", "afterwards", "after") else -number), "relative", (0, 0)
        return None, "vague", (0, 0)
    return None, "relative" if kind == "two" else "vague", (0, 0)


def find_dates(
    text: str,
    published: dt.date | None = None,
    *,
    year: int | None = None,
    anchor: dt.date | None = None,
) -> list[When]:
    """Return the times that a passage names, in order, without overlaps.

    Parameters
    ----------
    published
        Publication date, against which "on Monday" and days without a year are resolved.
    year
        The one year that the report's full dates name, for days without a year.
    anchor
        The date of the event that the passage goes on from, for "two days earlier".
    """
    out: list[When] = []
    for kind, found, statement in _times(text):
        start, end = found.span()
        given = published.year - 1 if published and _LAST_YEAR.match(text, end) else year
        date, sort, month = _resolve(kind, found, published, given, anchor)
        if date is not None and published is not None and (date - published).days > 1:
            date = None  # nothing has happened yet on a day to come
        long_ago = sort == "vague" and (month != (0, 0) or bool(_LONG.search(found.group())))
        out.append(When(start, end, date, sort, statement, month, long_ago))
    return _pairs(text, out)


@lru_cache(maxsize=KEPT)
def _times(text: str) -> tuple[tuple[str, re.Match[str], bool], ...]:
    """Return the times that a passage names, in order: of which kind, where, and whether somebody spoke then."""
    taken: list[tuple[int, int]] = []
    out = []
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            start, end = found.span()
            if any(start < e and end > s for s, e in taken):
                continue
            taken.append((start, end))
            left = _HOUR.sub(" ", text[max(0, start - 70) : start])
            statement = bool(
                _SAID.search(left)
                or _FORWARD.search(left)
                or _AFTERMATH.search(left)
                or _AFTERMATH_AFTER.match(text[end:])
            ) or (
                kind == "weekday" and bool(_SAID_AFTER.match(text[end:])) and bool(re.search(r"\bsa(?:id|ys)\b", left))
            )
            out.append((kind, found, statement))
    return tuple(sorted(out, key=lambda time: time[1].start()))


def _pairs(text: str, found: list[When]) -> list[When]:
    """Two possible days are no date: "on the 3rd or 4th", "June 3 and 4"."""
    out: list[When] = []
    for when in found:
        last = out[-1] if out else None
        days = last is not None and last.kind in ("day", "relative") and when.kind in ("day", "relative")
        if (
            last is not None
            and last.kind == "relative"
            and when.kind == "day"
            and _BY_NAME.fullmatch(text, last.start, when.start)
        ):
            out.pop()  # "Saturday, 26 October": the weekday adds nothing
            last = out[-1] if out else None
            days = last is not None and last.kind in ("day", "relative")
        if (
            last is not None
            and last.kind == "day"
            and when.kind == "relative"
            and _ITS_NAME.fullmatch(text, last.end, when.start)
        ):
            continue
        if last is not None and days and last.date != when.date and _PAIR.fullmatch(text[last.end : when.start]):
            out.pop()
            when = When(last.start, when.end, None, when.kind, last.statement)
        if when.kind == "day" and (more := _SECOND_DAY.match(text, when.end)):
            when = When(when.start, more.end(), None, when.kind, when.statement)
        out.append(when)
    return out


#: "April 9th to 10th 2019"
_RANGE = re.compile(rf"\b{_MONTH}\s+[0-3]?\d(?:st|nd|rd|th)?\s+(?:to|and|or|until)\s+{_DAY},?\s+{_YEAR}\b")
#: What may hold a full date.
_FULL = (*(pattern for _, pattern in _PATTERNS[:6]), _RANGE)


def years_of(text: str) -> set[int]:
    """Return the years of the full dates in a text."""
    return {
        int(found.group("year"))
        for pattern in _FULL
        for found in pattern.finditer(text)
        if found.groupdict().get("year")
    }
