"""Headings: the place, and the day, that a list gives before an entry, and the dateline before an agency's text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ihlclass.incidents.countries import countries
from ihlclass.incidents.dates import MONTH_NAMES, find_dates
from ihlclass.incidents.gazetteer import fold
from ihlclass.incidents.place_words import NOT_PLACES, REGION, RUN, UPPER
from ihlclass.incidents.places import Mention, PlaceFinder, with_city

_MONTH = rf"(?:{MONTH_NAMES})\.?"
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b(?! (?:State|City))"
_DATE = (
    rf"(?:(?:{_WEEKDAY},?\s+)?(?:(?:early|late|night|morning|evening|of|to|the)\s+)*(?:"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s*(?:or|and|to|[-–/])\s*)?\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+(?:19|20)\d\d)?|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?(?:,?\s+(?:19|20)\d\d)?|"
    rf"\d{{1,2}}[./]\d{{1,2}}(?:[./](?:19|20)?\d\d)?|(?:19|20)\d\d-\d\d-\d\d)|{_WEEKDAY}\b)"
)
#: "Entry 0412", "Incident No. B-17".
_ENTRY = r"(?:Entry|Case|Incident|Event|Item|Alert|Record|File|No\.?|Nr\.?)\s+(?:[Nn]o\.?\s*)?(?:[A-Z]{1,4}-?)?\d{1,5}"
#: Before the name: marks of a list, a number or letter, a day.
_LEAD = re.compile(
    rf"^(?P<item>[^\w\"“”'‘’«(\[]*(?:\d{{1,2}}[:h]\d{{2}}\b(?:\s*(?:GMT|[ap]m|[ap]\.m\.))?|"
    rf"(?:(?:\d{{1,3}}|[A-Za-z]|[ivx]{{1,4}}|[IVX]{{1,4}}|{_ENTRY})(?:[.)/](?!\d)|\s*[-–—]|:(?=\s)))?\s*)?)"
    rf"(?P<date>(?:(?:On|In the)\s+)?{_DATE})?[\s,;:.\-–—]*"
)
_KIND = r"(?:\s+(?:city|town|village|camp|settlement|junction|district|neighbou?rhood|quarter|hospital|market|community|again))"
_ALSO = (
    rf"(?:\s*\([^()]{{1,50}}\)|,\s*(?:{REGION}|municipality|commune|district) of\s+{RUN.pattern}|\s*/\s*[{UPPER}]\w+|,\s*(?:(?:near|outside|in|(?:north|south|east|west)\w*(?:\s+of)?)\s+)?"
    rf"(?:the\s+)?[{UPPER}][\w'’-]+(?:\s+(?:(?:of|the|and)\s+)?[{UPPER}][\w'’-]+){{0,3}}(?:\s+(?:prov\.|obl\.|districts?|"
    rf"{REGION}))?(?=\s*(?:[,.:;(–—]|-\s|$)))"
)
_TAIL = re.compile(
    rf"{_KIND}?(?P<also>{_ALSO}*)(?P<date>[,.]?\s*{_DATE}(?:,?\s+(?:19|20)\d\d)?)?(?:,?\s+(?:(?:at|about|around|yesterday|today|this|in the)\s*)*(?:morning|afternoon|evening|night|\d{{1,2}}[:.h]\d{{2}}))?\s*(?P<stop>[:;–—]|-\s|[.,](?=\s|$)|$)"
)
_AREA = re.compile(r"\b(?:district|region|oblast|province|governorate|county|state|raion)s?\b", re.I)
_NAMES = rf"[{UPPER}][\w'’.-]+(?:\s+[{UPPER}][\w'’.-]+){{0,2}}"
#: "KYIV, Ukraine (Agency) —", "(Sanaa) –", "MOSCOW, Aug 26 —": where the reporter sits.
_DATELINE = re.compile(
    rf"^\s*(?!{_WEEKDAY}|{_MONTH}\b)(?:\({_NAMES}\)|{_NAMES},\s+{_NAMES}|{_NAMES}(?=,?\s+{_DATE}|\s+\()|[{UPPER}]{{4,}}(?:[\s-][{UPPER}]+){{0,2}}(?:\s*/\s*[{UPPER}]{{4,}})?)"
    rf"(?:,?\s+{_DATE})?(?:\s+\([^()]{{1,30}}\))?\s*(?:—|–|--|-)\s+(?=[{UPPER}\"“«'‘])|"
    rf"^\s*[{UPPER}]{{4,}}(?:\s[{UPPER}]{{3,}})*,\s+{_DATE}(?:\s*/\w+/)?\.(?=\s|$)"
)
#: "Sanaa, 4 May (Agency) Two ...": only a report's first passage opens so.
_CREDITED = re.compile(
    rf"^\s*(?!{_WEEKDAY}|{_MONTH}\b){_NAMES},\s+{_DATE}\s+\([{UPPER}][^()]{{1,39}}\)\s+(?=[{UPPER}\"“«'‘])"
)
#: A dateline after a title, within so many characters: "Two killed HOMS, Sunday - ...".
_RUN_IN = re.compile(
    rf"(?<=\s)(?<!\b(?i:in|at|of|on) )(?<!\b(?i:near|from) )[{UPPER}]{{3,}}(?:[\s-][{UPPER}]{{2,}})*,\s+(?:[{UPPER}][\w.'’-]+,?\s+){{0,2}}?{_DATE}(?:,?\s+{_WEEKDAY})?"
    rf"\s*(?:—|–|--|-)\s+(?=[{UPPER}/\"“«'‘])"
)
_TITLE_LENGTH = 200
_DAY_WITHIN = re.compile(_DATE)
#: ", X district", "(Y prov.)": where a name lies.
_WHERE = re.compile(rf"[,(]\s*(?:[a-z]+ ){{0,3}}[{UPPER}]")
#: What says that a line at the top gives the report's own day.
_OF_REPORT = re.compile(
    r"\b(?:as of|as at|published|updated?|update|dated|date|issued|edit(?:ed)?|bulletin|digest|weekly|covering|covers)\b",
    re.I,
)
#: A dateline stands in one of the first so many paragraphs.
_OPENING = 4
#: A line of so few words in one of the first paragraphs (counted from 0) may say of what day the report is.
#: One of still fewer, that holds a day, says nothing else.
_TOP, _LINE, _BARE = 2, 16, 4


_DAY_NAME = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
#: News names its day in one of the first paragraphs (counted from 0), after these.
_NEWS = 1
_OWN_WEEKDAY = re.compile(
    rf"^(?!.*\b(?:since|until|after|before|by|began|begun|started|anniversary|recall\w*|remember\w*)\b[^,;.]*,?\s*(?:the\s+)?$).*(?<!\bof )\b(?:{_DAY_NAME}|today|yesterday),?\s+(?:the\s+)?$",
    re.I | re.S,
)
#: "4 to Sunday" 10 March: in a range of no more than a week, each day of the week comes once.
_SINCE = re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\s*(?:to|until|–|-)\s*(?:\w+day,?\s+)?$")
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands before an entry of a list.

    Attributes
    ----------
    place
        Where the entry happened, or None where the heading names none (a date, a district of many towns).
    end
        Characters into the passage where the heading ends.
    dated
        Whether it names a day.
    field
        Whether it is a field of a record: what other fields of the record say goes on to hold.
    """

    place: Mention | None
    end: int
    dated: bool
    field: bool = False


def dateline(text: str, paragraph: int) -> tuple[int, int]:
    """Return where a passage's dateline begins and ends, in characters; twice 0 where it has none."""
    found = _DATELINE.match(text) if paragraph <= _OPENING else None
    if found is None and not paragraph:
        found = _CREDITED.match(text) or _RUN_IN.search(text, 0, _TITLE_LENGTH)
    return found.span() if found else (0, 0)


def opens_entries(openings: Iterable[str]) -> bool:
    """Whether several paragraphs open with a name and a day: entries of a list, "Izium, 4 March – ...", no dateline."""
    found = (_DATELINE.match(text) for text in openings)
    return sum(1 for line in found if line is not None and _DAY_WITHIN.search(line.group())) > 1


def place_at_end(first: str, last: str, finder: PlaceFinder) -> Heading | None:
    """Return the place that an item of a list gives in brackets at its end: "(Kinma village, Pauk Township)"."""
    lead = _LEAD.match(first)
    ending = re.search(r"\(([^()]{3,80})\)[.\s]*$", last)
    if lead is None or not re.search(r"\w[.)/]", lead["item"]) or ending is None:
        return None
    inside = re.sub(r"^(?:\w+ of|near|outside) ", "", ending[1])
    run = RUN.match(inside)
    after = inside[run.end() :] if run is not None else ""
    if run is None or not re.match(r"\s+(?:village|town|city|camp|settlement)\b|,|$", after):
        return None
    place = _named(run, inside, finder, sure=bool(re.match(r"\s+(?:village|town|city|camp|settlement)\b", after)))
    return Heading(replace(place, start=0, end=0), 0, False) if place is not None else None


#: A day that a text names: where, in characters, and which.
_Day = tuple[int, int, dt.date]
#: What no title ends in; and what follows the day: a place or a name, then the dash of a dateline.
_TITLE_GOES_ON = re.compile(
    rf"(?:^|\b(?:on|of|since|in|until|till|by|from|before|after|at|during|between|and|to|this|that|{_DAY_NAME})|[^\w\s])\s*$",
    re.I,
)
_RUNS_ON = re.compile(rf"\s+[{UPPER}][^.;:,]{{0,40}}?\s[-–—]\s")


def day_of_report(text: str, paragraph: int) -> dt.date | None:
    """Return the day, with its year, that a dateline, a line at the top ("as of 17 February 2025") or the opening names."""
    head = text[slice(*dateline(text, paragraph))]
    words = len(text.split())
    if not head and paragraph <= _TOP and (words <= _BARE or (words <= _LINE and _OF_REPORT.search(text))):
        head = text
    if not head and paragraph <= _NEWS:
        named = [(when.start, when.end, when.date) for when in find_dates(text) if when.kind == "day" and when.date]
        if not paragraph and len(between := _after_title(text, named)) == 1:
            return between[0]
        if len(own := _news_of(text, named)) == 1:
            return own.pop()
    days = [when for when in find_dates(head) if when.kind == "day" or when.date is not None]
    if len(days) != 1 or (last := days[0].date) is None:
        return None
    since = _SINCE.search(head[: days[0].start])
    return last if since is None or 0 < last.day - int(since["day"]) < _WEEK else None


def _after_title(text: str, days: Sequence[_Day]) -> list[dt.date]:
    """Return the days between a title and the report that runs on from it: "Two Killed in Homs 19 March 2014 Homs - Two ..."."""
    return [date for start, end, date in days if _RUNS_ON.match(text, end) and not _TITLE_GOES_ON.search(text[:start])]


def seated(mentions: Sequence[Mention], line: tuple[int, int]) -> list[Mention]:
    """Let a dateline be only where the reporter sits."""
    return [
        replace(m, role="other") if m.kind == "settlement" and line[0] <= m.start < line[1] else m for m in mentions
    ]


def _news_of(text: str, days: Sequence[_Day]) -> set[dt.date]:
    """Return the days that an opening names with their weekday and year, "on Monday, 10 June 2024": news is of that day."""
    return {date for start, end, date in days if _OWN_WEEKDAY.search(text[:start]) and re.search(r"\d{4}$", text[:end])}


#: "Location: ...", "Date: ..." in a record that is set out by fields.
_FIELD = re.compile(r"^[^\w]*(?P<what>Location|Place|Where|Site|Settlement|Town|Village|Date|When|Day)\s*[:=]\s+", re.I)
#: "A-12 / Town, Region / 16 October": a cell of a row.
_CELL = re.compile(r"(?:[^|/·•]|(?<!\s)[/·•]|[/·•](?!\s))+")
#: One that holds a day, with the hour or not.
_DAY_CELL = re.compile(rf"\s*(?:(?:[Oo]n|[Nn]ight of)\s+)?{_DATE}[^.;]{{0,25}}$")
_FRAGMENT_WORD = re.compile(
    rf"(?:[{UPPER}][\w'’.-]*|\d[\w.:]*|of|the|and|or|in|near|outside|at|centre|center|city|town|village|port|camp|quarter|"
    rf"(?:district|region|province|governorate|oblast|county|state|township|territory)|obl\.?|prov\.?|again)[,.;:()]*"
)


def _fragment(text: str) -> bool:
    """Whether a sentence is a few names and nothing else: "Mirai, centre of Andar district, Ghazni."."""
    words = text.split()
    return len(words) <= 10 and all(_FRAGMENT_WORD.fullmatch(word) for word in words)


#: Kinds of place within which the next cell may name a finer one.
WIDE = ("region", "country")


def _row(text: str, mentions: Sequence[Mention], finder: PlaceFinder) -> Heading | None:
    """Return the place of a row of a table, "5 May | Country | Town, Province | what happened"."""
    found = [(cell.start(), cell.group()) for cell in _CELL.finditer(text)]
    cells = [(start + len(cell) - len(cell.lstrip()), cell) for start, cell in found]  # where its words start
    days = [start + len(cell.strip()) for start, cell in cells if _DAY_CELL.match(cell)]
    dated = bool(days)
    for number, (start, cell) in enumerate(cells[:-1]):
        end = start + len(cell.strip())
        place = next((m for m in mentions if m.start == start and m.kind in ("settlement", "site")), None)
        if place is None and number + 2 < len(cells) and any(m.start == start and m.kind in WIDE for m in mentions):
            if any(m.start == cells[number + 1][0] and m.kind in ("settlement", "site", "district") for m in mentions):
                continue  # "Gaza | Bureij camp": the next cell is finer
        run = RUN.match(text, start)
        if place is None and run is not None and not re.match(rf"\s*{_DATE}\s*$", cell) and len(cell.split()) <= 6:
            place = _named(run, text, finder, sure=dated or start > 0)
        if place is not None:
            return Heading(replace(place, kind="settlement", role="event"), max(end, *days[:1]) if days else end, dated)
    return None


def _of_field(field: re.Match[str], text: str, mentions: Sequence[Mention], finder: PlaceFinder) -> Heading | None:
    """Return the place or the day that a field of a record names."""
    if field["what"].lower() in ("date", "when", "day"):
        return Heading(None, len(text), True, field=True)
    named = [m for m in mentions if m.kind in ("settlement", "site") and m.start >= field.end()]
    place = next((m for m in named if m.kind == "settlement"), named[0] if named else None)
    run = RUN.match(text, field.end())
    if place is None and run is not None:
        place = _named(run, text, finder, sure=True)
    return Heading(replace(place, role="event"), len(text), False, field=True) if place is not None else None


def find_heading(text: str, mentions: Sequence[Mention], finder: PlaceFinder, *, whole: bool) -> Heading | None:
    """Return the heading that a paragraph opens with, if any.

    Parameters
    ----------
    text
        The first passage of the paragraph.
    mentions
        Its places, as `PlaceFinder.find` gives them.
    whole
        Whether the passage is all of the paragraph.
    """
    if len(_CELL.findall(text)) > 2:
        return _row(text, mentions, finder)
    if (field := _FIELD.match(text)) and finder.records:
        return _of_field(field, text, mentions, finder)
    lead = _LEAD.match(text)
    assert lead is not None
    start = lead.end()
    item, dated = bool(re.search(r"\w[.)/]|[^\s\w]", lead["item"])), bool(lead["date"])
    if dated and whole and start == len(text):
        return Heading(None, start, True)
    place = next((m for m in mentions if m.start == start and m.kind != "country"), None)
    run = RUN.match(text, start)
    if place is None and run is None:
        return None
    end = place.end if place is not None else run.end() if run is not None else start
    tail = _TAIL.match(text, end)
    names_alone = not whole and _fragment(text[start:])
    if names_alone and (tail is None or not tail["stop"] or tail["stop"] in ",."):
        place = place or (
            _named(
                run,
                text,
                finder,
                sure=dated
                or bool(_WHERE.search(text))
                or (item and not re.search(r"\d", lead["item"]))
                or finder.names_alone
                or finder.vouched(run.group()),
            )
            if run is not None
            else None
        )
        if place is not None:
            return _heading(place, mentions, len(text), dated)
    if (
        tail is None
        or (tail["stop"] == "," and not dated)
        or (tail["stop"] in (".", "", ",") and not whole and place is None and not (dated or tail["date"]))
    ):
        return None
    dated = dated or bool(tail["date"])
    if tail["stop"] == "" and _AREA.search(text):
        return Heading(None, len(text), dated)
    if place is None and run is not None:
        place = _named(
            run,
            text,
            finder,
            sure=dated
            or finder.vouched(run.group())
            or (item and finder.lists and tail["stop"] in (":", "–", "—", "- ", ";"))
            or bool(item and _WHERE.search(tail["also"])),
        )
    if place is None:
        return None
    if tail["stop"] in (".", "") and not (item or dated or tail["also"]) and not place.settlements:
        return None
    return _heading(place, mentions, tail.end(), dated)


def _heading(place: Mention, mentions: Sequence[Mention], end: int, dated: bool) -> Heading:
    """Make a heading of its place, where the entry happened; a district stands for a settlement there."""
    place = replace(place, role="event")
    if place.kind == "district":
        city = next((m for m in mentions if m.kind == "settlement" and 0 < m.start - place.end <= 3), None)
        text = with_city(place.text, city.text) if city is not None else place.text
        settlements = city.settlements if city is not None else place.settlements
        place = replace(place, text=text, kind="settlement", settlements=settlements)
    return Heading(place, end, dated)


def title_place(text: str, finder: PlaceFinder) -> Mention | None:
    """Return the one settlement that a report's first passage names, but for its dateline."""
    named = {
        m.key: m for m in seated(finder.find(text), dateline(text, 0)) if m.kind == "settlement" and m.role != "other"
    }
    return next(iter(named.values())) if len(named) == 1 else None


def spelled(text: str) -> str:
    """Write the days of a heading out: "05.08" and "28/8" are days and months there."""

    def out(found: re.Match[str]) -> str:
        day, month = int(found[1]), int(found[2])
        return f"{day} {dt.date(2000, month, 1):%B}" if 1 <= month <= 12 and 1 <= day <= 31 else found.group()

    return re.sub(r"(?<![\d./:])(\d{1,2})[./](\d{1,2})(?![./:]?\d)", out, text)


def _named(run: re.Match[str], text: str, finder: PlaceFinder, *, sure: bool) -> Mention | None:
    """Read a name in the place of a heading that is no plain mention: one of the gazetteer, or a new one."""
    name = run.group()
    key = fold(name)
    names, stems = countries()
    if key in NOT_PLACES or key in names or len(name.split()) > 4 or len(key) < 3:
        return None
    if any(key.startswith(stem) for stem, _ in stems):
        return None
    found = finder.known(name)
    if not found and (not sure or name.lower().startswith("the ")):
        return None
    return Mention(name, run.start(), run.end(), "settlement", "event", key, found)
