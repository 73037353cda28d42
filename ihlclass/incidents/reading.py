"""Read each passage once: its pieces (one a place), with places, times and figures."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ihlclass.incidents.cues import (
    BLAMES_ALL,
    CONCRETE,
    DAY_OF_ATTACK,
    LOCATES,
    MILITARY,
    PATTERN,
    PLANT_HARMED,
    RECALLED,
    THAT_TOWN,
    no_attack,
    split_labels,
    unreal,
)
from ihlclass.incidents.dates import MONTH_NAMES, When, find_dates, years_of
from ihlclass.incidents.figures import NOBODY, Figure, added, find_figures, find_nobody, unnumbered
from ihlclass.incidents.headings import Heading, dateline, find_heading, place_at_end, seated, spelled
from ihlclass.incidents.places import DISTRICTS, Mention, PlaceFinder
from ihlclass.incidents.time_reader import judged
from ihlclass.types import Interval, Report, TaggedPassage

#: Words of wishing or supposing count for nothing where the model is as sure as this of an incident.
SURE = 0.95

#: So many passages before and after one with a label are read for places.
BEFORE, AFTER = 6, 2
#: Parts that a settlement may play where what is told around it happened there.
SHOWN = ("event", "weak", "bare")
#: Paragraphs at the top that may be a title.
TITLE = 2
#: Probability of civilians killed, or injured, below which no number of them is believed.
RULED_OUT = 0.1
#: A day so many days before the one that its paragraph named first is recalled.
LONG_BEFORE = 7
#: So many passages after one that was read the next is read for who came to harm; in another paragraph, for "nobody" alone.
NEAR = 3
#: So many paragraphs of a live page open with the hour, at least.
LIVE = 4
#: The headline of another article.
_RELATED = re.compile(
    r"\W*(?:related|read (?:also|more|next)|see also|also read|more on this|recommended)(?:\s+(?:story|stories|articles?|news|coverage))?\s*[:|]",
    re.I,
)
_HOUR = re.compile(r"\W*(?:[01]?\d|2[0-3])[:h][0-5]\d(?![\d.:/])")
_SAME = re.compile(
    r"(?:,?\s*(?:(?:a|an|the|also|located|which (?:is|lies)|lies|situated|and its|just|"
    r"some)\b[^.;:]{0,60}?)?\s*(?:\b(?:in|of|near|from|outside|around|at|to|off|within|"
    r"between)\s+)?(?:the\s+)?(?:[\w-]+\s+){0,4}?)"
)
_NEW_CLAUSE = re.compile(
    r"\b(?:and|while|but|as|where|before|after|killing|wounding|kill\w*|injur\w*|wound\w*|hit|struck|"
    r"shell\w*|said|died|damag\w*|destroy\w*)\b|;",
    re.I,
)
_SENTENCE = re.compile(r"[.!?][)\]”\"’']*\s+(?=[(“\"]?[A-Z\d])|\.\)\s")
_CUT = re.compile(
    r";|,|(?<!\bon )(?<!\bin )(?<!\bat )(?<!\bof )\band\b|\bwhile\b|\bas\b|\bbut\b|\bwith\b|—|–|\s-\s", re.I
)
_BARRAGE = re.compile(
    r"\b(?:strikes|missiles|attacks|rockets|drones|bombardment|barrage|shelling|salvo|wave|series|"
    r"assaults?|offensive|string of|raids|fire)\b",
    re.I,
)


#: No part of a city where people live: a way, a crossing.
_WAY = re.compile(
    r"\b(?:streets?|st\.?|avenue|highway|square|boulevard|roundabout|roads?|bridge|crossing|junction|checkpoint|metro)"
    r"(?: area)?$",
    re.I,
)
#: What may be a barrage where it is told of a whole area.
_ATTACK = re.compile(r"\b(?:attack(?:ed)?|struck|strike|shelled|bombed|fired)\b", re.I)
_SALVO = re.compile(
    r"\b(?:string|series|wave|waves|flurry|salvo|barrage|dozens|hundreds) of (?:[\w-]+ ){0,3}(?:attacks|"
    r"strikes|missiles|drones|rockets|shells|bombs|raids)\b|"
    r"\bmass(?:ive|ed)? (?:[\w-]+ ){0,2}(?:attack|strike|bombardment|assault)\b|\bbarrage\b|\bonslaught\b",
    re.I,
)
_SUMMED = re.compile(
    rf"\b(?:two|three|four|five|six|seven|eight|nine|ten|several|many|[2-9]|[1-9]\d)\s+(?:(?!(?:{MONTH_NAMES})\b)[a-z]\w*\s+){{0,2}}?(?:districts|towns|villages|cities|settlements|regions|"
    r"communities|provinces|locations|municipalities|oblasts|states)\b|"
    r"\b(?:settlements|towns|villages|communities) (?:of|in) (?:[\w-]+\s+){1,5}?(?:districts?|regions?|oblasts?|provinces?|state)\b|"
    r"\band its (?:outskirts|suburbs|surroundings|environs)\b",
    re.I,
)
_EVERYWHERE = re.compile(
    r"(?<!\bfrom )\b(?:several|various|many|multiple|other|different|numerous|dozens of|across|"
    r"all over)\s+(?:of\s+)?(?:the\s+)?(?:\w+ian\s+|\w+i\s+)?"
    r"(?:cities|towns|regions|areas|districts|provinces|parts|places|circuits|oblasts|villages|"
    r"settlements|country)\b(?! (?:of|in) (?:the|this) (?:city|town|capital|village))",
    re.I,
)


_ACROSS = re.compile(r"\b(?:across|throughout|all over)\s+(?:the\s+)?$", re.I)
_ALL_OVER = re.compile(r"\b(?:across|throughout|all over)\s+the\s+country\b", re.I)


@dataclass(frozen=True)
class Piece:
    """A passage, or the part of one that speaks of one place.

    Attributes
    ----------
    number
        Of the passage in the report.
    labels, review
        The passage's labels that belong to this part.
    place
        The finest place where something happened, or None.
    wide
        A region or country that the piece names as the scene.
    named
        Keys of all settlements that the passage names.
    whens
        Times of events (not of statements).
    plant
        A nuclear plant that the piece names, or goes on about.
    struck
        True where harm came to that plant.
    unreal
        True where the piece only wishes, threatens, plans or fears.
    entry
        Number of the entry of a list that the piece belongs to, 0 for none.
    district
        The district of a city that the piece names, where it names one.
    """

    number: int
    tagged: TaggedPassage
    text: str
    labels: tuple[str, ...]
    review: tuple[str, ...]
    place: Mention | None
    wide: Mention | None
    named: frozenset[str]
    whens: tuple[When, ...]
    figures: tuple[Figure, ...]
    relevant: bool
    pattern: bool
    recalled: bool
    listed: tuple[Mention, ...] = ()
    plant: Mention | None = None
    struck: bool = False
    unreal: bool = False
    entry: int = 0
    district: Mention | None = None

    @property
    def paragraph(self) -> int:
        """Number of the paragraph."""
        return self.tagged.passage.paragraph

    @property
    def tolls(self) -> set[Interval]:
        """The numbers of killed, other than none."""
        return {f.interval for f in added(self.figures) if f.kind == "count" and f.harm == "killed" and f.interval[0]}

    @property
    def barrage(self) -> bool:
        """Whether the piece may speak of a whole barrage."""
        area = self.place is None or self.place.kind == "region"
        return bool(_BARRAGE.search(self.text)) or self.summed or (area and bool(_ATTACK.search(self.text)))

    @property
    def salvo(self) -> bool:
        """Whether the piece speaks of a barrage in so many words."""
        return bool(_SALVO.search(self.text))

    @property
    def blames_all(self) -> bool:
        """Whether the piece blames one party for several attacks."""
        return bool(BLAMES_ALL.search(self.text))

    @property
    def summed(self) -> bool:
        """Whether the piece sums up what happened in several places of an area."""
        return bool(_SUMMED.search(self.text))

    @property
    def sums_up(self) -> bool:
        """Whether what the piece counts is that of a wider area: of several places, or of a country or region."""
        area = self.wide if self.place is None else self.place
        wide = area is not None and area.kind in ("region", "country") and bool(_BARRAGE.search(self.text))
        return self.summed or bool(self.scattered) or wide

    @property
    def scattered(self) -> str:
        """The words for many places, such as "several cities", or nothing."""
        found = _EVERYWHERE.search(self.text)
        return found.group() if found else ""

    @property
    def locates(self) -> bool:
        """Whether the piece says where that happened which was told before it."""
        return bool(LOCATES.search(self.text))

    @property
    def everywhere(self) -> bool:
        """Whether the piece says that many unnamed places were struck."""
        return bool(self.scattered) or (self.wide is not None and self.wide.kind == "country")


def read(
    report: Report,
    passages: Sequence[TaggedPassage],
    finder: PlaceFinder,
    known: frozenset[str],
    objects: frozenset[str],
) -> Iterator[Piece]:
    """Yield the pieces of all passages that carry a label, in order.

    Parameters
    ----------
    known
        Labels of the facets object and indicator.
    objects
        Those of facet object.
    """
    year = _year_of_days(report, passages)
    only_year = year is not None
    last: tuple[int, int] | None = None  # paragraph and number of the last passage that was read
    plant: Mention | None = None
    entry = Entry()
    setting = Setting()
    scene: Mention | None = None  # of the paragraph
    last_town: Mention | None = None
    counted: Figure | None = None  # the last toll
    where = -1  # the paragraph of the passage before
    told = False  # a dateline, of which a report has one
    seat: Mention | None = None  # the city of the dateline
    anchor: dt.date | None = None  # the day that "two days later" counts from, and the paragraph that named it
    anchored = -1
    told_of = _near_what_is_told(passages)
    live = _day_of_live_page(report, passages)
    for number, tagged in enumerate(passages):
        text = tagged.passage.text
        if _RELATED.match(text):
            continue
        unshown = {"military_objective"} - ({"military_objective"} if MILITARY.search(text) else set())
        labels = tuple(label for label in tagged.tags.labels if label in known and label not in unshown)
        review = tuple(label for label in tagged.tags.review if label in known and label not in labels)
        relevant = "incident" in tagged.tags.labels or any(label in CONCRETE for label in labels)
        line = dateline(text, tagged.passage.paragraph) if not told else (0, 0)
        told = told or bool(line[1])
        mentions = seated(finder.find(text, told=relevant), line) if told_of[number] or line[1] else []
        if line[1]:
            seat = next((m for m in mentions if line[0] <= m.start < line[1] and m.kind == "settlement"), None)
        known_town, last_town = last_town, next((m for m in reversed(mentions) if m.kind == "settlement"), last_town)
        heading = entry.read(passages, number, mentions, finder) if not line[1] else None
        near = last is not None and number - last[1] <= NEAR
        told_before = counted if tagged.passage.paragraph == where else None
        if labels or relevant or (near and last is not None and last[0] == tagged.passage.paragraph):
            figures = find_figures(text, told_before)
        else:
            figures = find_nobody(text) if near else []
        figures = [
            figure
            for figure in figures
            if (figure.kind == "other" and told_before) or _believed(figure, tagged.tags.probabilities)
        ]
        harms = [harm for harm in ("killed", "injured") if f"civilians_{harm}" in labels]
        figures += unnumbered(text, figures, harms)
        where = tagged.passage.paragraph
        counted = next((f for f in reversed(figures) if f.kind in ("count", "group") and f.harm == "killed"), counted)
        if setting.paragraph != tagged.passage.paragraph:
            setting = Setting(tagged.passage.paragraph)
            scene = None
        plant = next(
            (m for m in mentions if m.role == "plant"), plant if last is not None and number - last[1] < 3 else None
        )
        struck = plant if plant is not None and PLANT_HARMED.search(text) else None
        if (
            not labels
            and not relevant
            and not figures
            and not struck
            and not DAY_OF_ATTACK.search(text)
            and not any((m.kind == "settlement" and m.role in SHOWN) or m.role == "plant" for m in mentions)
            and (heading is None or heading.place is None)
        ):
            if heading is not None:
                entry.whens = entry.days(text, heading, report, year)
            setting.add(text, find_dates(text, report.published, year=year, anchor=anchor), told=False)
            continue
        last = (tagged.passage.paragraph, number)
        if report.published is None and not only_year:  # the year that was named last holds
            year = max(years_of(text), default=year)
        whens = find_dates(text, report.published, year=year, anchor=anchor)
        whens = [w for w in whens if not line[0] <= w.start < line[1]]
        times, whens = whens, judged(text, whens, tagged.tags.labels)
        day = next((w.date for w in whens if w.date is not None and not w.statement), None)
        # "the third attack in a month, on 29 May ...": what follows goes by the day named before that
        recalls = anchored == tagged.passage.paragraph and day and anchor and (anchor - day).days > LONG_BEFORE
        if day is not None and not recalls:
            anchor, anchored = day, tagged.passage.paragraph
        sure = tagged.tags.probabilities.get("incident", 0.0) >= SURE
        if dreamt := unreal(text) and not figures and not sure:
            relevant = False
        if no_attack(text, labels):
            relevant, figures = False, []
        if not relevant:  # what such a passage names was not hit
            labels = tuple(label for label in labels if label not in CONCRETE and label not in objects)
            review = tuple(label for label in review if label not in CONCRETE and label not in objects)
        setting.add(text, whens if relevant else times, told=relevant and bool(labels))
        if heading is not None:
            entry.whens = entry.days(text, heading, report, year)
        groups, listed = _scenes(text, mentions)
        if not groups and not listed and known_town is not None and THAT_TOWN.search(text):
            groups = [replace(known_town, role="event")]
        if seat is not None and not (groups or listed or scene) and any(map(_is_district, mentions)):
            if known_town is None or known_town.key == seat.key:
                groups = [replace(seat, role="event")]
        if listed or any(m.kind != "settlement" or m.role != "bare" for m in groups):
            scene = groups[0] if len(groups) == 1 and _is_scene(groups[0]) else None
        elif scene is not None and (relevant or figures) and not _EVERYWHERE.search(text):
            groups = [scene]
        groups, listed = entry.scenes(heading, groups, listed)
        if heading is not None and heading.place is not None:
            scene = groups[0] if groups and _finer(groups[0], heading.place) else None  # else the entry's place holds
        named = frozenset(mention.key for mention in mentions if mention.kind in ("settlement", "site"))
        spans = _parts(text, groups)
        dealt = split_labels(labels, [text[start:end] for start, end in spans])
        dealt_review = split_labels(review, [text[start:end] for start, end in spans])
        for index, (start, end) in enumerate(spans):
            inside = [w for w in whens if start <= w.start < end and not w.statement] or (
                [w for w in whens if not w.statement and w.start < spans[0][1]] if index else []
            )
            inside = inside or [replace(w, start=-1, end=-1) for w in setting.whens or entry.whens]
            recalled = bool(RECALLED.search(text[start:end]))
            inside = inside or ([live] if live is not None and not recalled else [])
            wide = _widest(mentions)
            yield Piece(
                number=number,
                tagged=tagged,
                text=text[start:end],
                labels=dealt[index],
                review=dealt_review[index],
                place=groups[index] if groups else None,
                wide=wide,
                named=named,
                whens=tuple(inside),
                figures=tuple(f for f in figures if start <= f.start < end),
                relevant=relevant,
                pattern=_is_pattern(text[start:end], figures, whens, inside)
                and not (groups and _one_event(groups[index], dealt[index], whens)),
                recalled=recalled,
                listed=listed,
                plant=struck or next((m for m in mentions if m.role == "plant"), None),
                struck=struck is not None,
                unreal=dreamt,
                entry=entry.number if entry.place is not None else 0,
                district=_part_of_city([m for m in mentions if start <= m.start < end]),
            )


def _day_of_live_page(report: Report, passages: Sequence[TaggedPassage]) -> When | None:
    """Return the day of what a live page tells without a day, whose entries open with the hour: that of the page."""
    first = {tagged.passage.paragraph: tagged.passage.text for tagged in reversed(passages)}
    hours = sum(bool(_HOUR.match(text)) for text in first.values())
    if report.published is None or hours < LIVE:
        return None
    return When(-1, -1, report.published, "relative", False, sure=False)


def _near_what_is_told(passages: Sequence[TaggedPassage]) -> list[bool]:
    """Return which passages are read for places: those with a label, and those so near to one that they may set its scene."""
    near = [False] * len(passages)
    for number, tagged in enumerate(passages):
        if tagged.tags.labels or tagged.tags.review:
            for other in range(max(0, number - BEFORE), min(len(passages), number + AFTER + 1)):
                near[other] = True
    return near


@dataclass
class Setting:
    """The day that a paragraph sets for what it tells, in a passage that tells nothing itself."""

    paragraph: int = -1
    whens: list[When] = field(default_factory=list)
    done: bool = False

    def add(self, text: str, whens: Sequence[When], *, told: bool) -> None:
        """Take the day of a passage, unless one that told something had a day of its own."""
        days = [w for w in whens if w.date is not None and not w.statement and not text[: w.end].endswith("ago")]
        if told:
            self.done = self.done or bool(days)
        elif not self.done:
            self.whens = days[:1] or self.whens


class Entry:
    """The entry of a list that the reading is in: its place and day hold until the next heading.

    Attributes
    ----------
    number
        How many headings there were.
    place, whens
        What the heading names.
    """

    def __init__(self) -> None:
        self.number = 0
        self.place: Mention | None = None
        self.whens: list[When] = []
        self._paragraph = -1
        self._alone = False
        self._section: list[When] = []

    def read(
        self, passages: Sequence[TaggedPassage], number: int, mentions: Sequence[Mention], finder: PlaceFinder
    ) -> Heading | None:
        """Return the heading that a passage opens with; what the entry before it named no longer holds."""
        paragraph = passages[number].passage.paragraph
        if number and passages[number - 1].passage.paragraph == paragraph:
            return None
        whole = number + 1 == len(passages) or passages[number + 1].passage.paragraph != paragraph
        heading = find_heading(passages[number].passage.text, mentions, finder, whole=whole)
        if heading is None and not whole:
            last = next(
                i
                for i in range(number, len(passages))
                if i + 1 == len(passages) or passages[i + 1].passage.paragraph != paragraph
            )
            heading = place_at_end(passages[number].passage.text, passages[last].passage.text, finder)
        if heading is not None:
            alone = heading.end >= len(passages[number].passage.text) and whole
            if heading.field and heading.place is None and self._alone:  # the day of the record whose place is told
                self._paragraph = paragraph
                return heading
            self.number += 1
            if alone:
                self._section = []
            self.place, self.whens = heading.place, []
            self._paragraph = paragraph
            self._alone = alone
        elif not self._alone and paragraph > self._paragraph:
            self.place, self.whens = None, self._section
        return heading

    def days(self, text: str, heading: Heading, report: Report, year: int | None) -> list[When]:
        """Return the days that a heading names."""
        if not heading.dated:
            return self._section
        found = find_dates(spelled(text[: heading.end]), report.published, year=year)
        days = [when for when in found if when.kind != "vague"]
        if self._alone:
            self._section = days
        return days

    def scenes(
        self,
        heading: Heading | None,
        groups: list[Mention],
        listed: tuple[Mention, ...],
    ) -> tuple[list[Mention], tuple[Mention, ...]]:
        """Return the places of a passage: the heading's in a heading, and where the passage names no settlement."""
        if heading is not None and heading.place is not None:
            finer = [m for m in (*groups, *listed) if m.start >= heading.end and _finer(m, heading.place)]
            return finer or [heading.place], () if finer else listed
        if self.place is None or listed or any(_is_scene(m) or _finer(m, self.place) for m in groups):
            return groups, listed
        return [self.place], ()


def _year_of_days(report: Report, passages: Sequence[TaggedPassage]) -> int | None:
    """Return the year of days without one: the only year of full dates, or that of which the title speaks."""
    years = {year for tagged in passages for year in years_of(tagged.passage.text)}
    if report.published is None:
        return next(iter(years)) if len(years) == 1 else None
    title = {
        int(y)
        for t in passages
        if t.passage.paragraph < TITLE
        for y in re.findall(r"\b(?:19|20)\d\d\b", t.passage.text)
    }
    if len(title) == 1 and max(title) < report.published.year and report.published.year not in years:
        return title.pop()
    return None


def _believed(figure: Figure, probabilities: Mapping[str, float]) -> bool:
    """Whether the tagger does not rule out that somebody came to this harm."""
    return figure.interval == NOBODY or probabilities.get(f"civilians_{figure.harm}", 1.0) >= RULED_OUT


def _is_pattern(text: str, figures: Sequence[Figure], whens: Sequence[When], held: Sequence[When]) -> bool:
    """Whether a piece tells of what happens often, or sums up a war; a day's sum, also of a day that holds, is none."""
    counts = [figure for figure in figures if figure.kind in ("count", "one", "more", "plural")]
    of_a_day = any(when.date is not None and when.kind != "vague" for when in held)
    if figures and all(figure.kind == "total" for figure in figures) and not of_a_day:
        return True
    return bool(PATTERN.search(text)) and not counts and not any(when.kind == "day" for when in whens)


def _part_of_city(mentions: Sequence[Mention]) -> Mention | None:
    """Return the district of a city that is named, unless several share what is told."""
    districts = [mention for mention in mentions if _is_district(mention)]
    return None if any(DISTRICTS.search(mention.text) for mention in districts) else next(iter(districts), None)


def _is_scene(mention: Mention) -> bool:
    """Whether it is a settlement in which something happened."""
    return mention.kind == "settlement" and mention.role == "event"


def _finer(mention: Mention, place: Mention) -> bool:
    """Whether a mention is of a settlement or a site at the scene, where a heading names an area or another town."""
    if place.kind == "settlement":
        return mention.kind == "settlement" and mention.role == "event" and mention.key != place.key
    return (
        place.kind == "region" and mention.kind in ("settlement", "site") and mention.role in ("event", "weak", "near")
    )


def _is_district(mention: Mention) -> bool:
    """Whether it is a part of a city in which something happened."""
    return mention.kind == "district" and mention.role == "event" and not _WAY.search(mention.text)


def _one_event(place: Mention, labels: Collection[str], whens: Sequence[When]) -> bool:
    """Whether what sounds like a pattern or a sum is one event: an object was used or hit at a place, or it has its day."""
    if place.role != "event" or place.kind not in ("settlement", "site"):
        return False
    dated = any(when.kind == "day" and when.date is not None for when in whens)
    return "military_use_of_object" in labels or (dated and bool(CONCRETE.intersection(labels)))


def _widest(mentions: Sequence[Mention]) -> Mention | None:
    for kind in ("district", "region", "country"):
        for mention in mentions:
            if mention.kind == kind and mention.role in ("event", "near"):
                return mention
    return None


def _across(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether it happened across an area, whatever town is named: "killed 20 across Lebanon as diplomats met in Paris"."""
    areas = (m for m in mentions if m.kind in ("region", "country"))
    return any(_ACROSS.search(text[: m.start]) for m in areas) or bool(_ALL_OVER.search(text))


def _scenes(text: str, mentions: Sequence[Mention]) -> tuple[list[Mention], tuple[Mention, ...]]:
    """Return the places of events in a passage, each the finest of its chain, or else a bare list of places."""
    chosen: list[Mention] = []
    for roles in (("event",), ("weak",), ("near",), ("bare",)):
        chosen = [m for m in mentions if m.kind == "settlement" and m.role in roles]
        if chosen:
            break
    if chosen and chosen[0].role == "bare" and _across(text, mentions):
        chosen = []
    if not chosen or chosen[0].role in ("near", "weak", "bare"):
        sites = [m for m in mentions if m.kind == "site" and m.role == "event"]
        camps = [m for m in sites if "camp" in m.text.lower()]
        if camps and not any(m.role == "event" for m in chosen):
            chosen = camps
        elif not chosen:
            chosen = sites
            towns = {m.key: m for m in mentions if m.kind == "settlement" and m.role == "other"}
            if sites and len(towns) == 1 and (town := next(iter(towns.values()))).start < sites[0].start:
                chosen = [town]
    if not chosen:
        regions = [m for m in mentions if m.kind == "region" and m.role == "event"]
        chosen = regions
    scenes: list[Mention] = []
    for mention in chosen:
        if scenes:
            gap = text[scenes[-1].end : mention.start]
            if mention.key == scenes[-1].key:
                continue
            bare_list = re.fullmatch(
                r"\s*(?:,|and|or|&|, and|as well as|/)?\s*(?:the\s+)?(?:(?:cities|towns|city|town) of\s+)?", gap
            )
            if not bare_list and (len(gap) < 90 and _SAME.fullmatch(gap) and not _NEW_CLAUSE.search(gap)):
                continue
            if gap.strip() == "," and len(chosen) == 2:
                continue
            if mention.role == "near" and scenes[-1].role in ("event", "weak"):
                continue
        if any(mention.key == scene.key for scene in scenes):
            continue
        scenes.append(mention)
    regions = [m for m in mentions if m.kind == "region" and m.role == "event" and scenes and m not in scenes]
    for region in regions:  # "in A, where one died, and the B region"
        gap = text[scenes[-1].end : region.start]
        if region.start > scenes[-1].end and re.search(r"\band\s+(?:the\s+)?(?:[\w-]+\s+)?$", gap):
            scenes.append(region)
    if len(scenes) < 2:
        return scenes, ()
    gaps = [text[a.end : b.start] for a, b in pairwise(scenes)]
    lists = [
        bool(
            re.fullmatch(
                r"\s*(?:,|and|or|&|, and|as well as|/|-|–)?\s*(?:(?:the|in|on|near|cities|city|towns|of|also|"
                r"neighbou?ring|nearby|both|eastern|western|northern|southern|central)\s+)*",
                gap,
            )
        )
        for gap in gaps
    ]
    if all(lists):
        return [], tuple(scenes)
    kept = [scene for number, scene in enumerate(scenes) if number == 0 or not lists[number - 1]]
    return kept, ()


def _parts(text: str, scenes: Sequence[Mention]) -> list[tuple[int, int]]:
    """Cut a passage into one part a place, each from the connective before its place."""
    if len(scenes) < 2:
        return [(0, len(text))]
    cuts = [0]
    for before, after in pairwise(scenes):
        gap = text[before.end : after.start]
        if stops := list(_SENTENCE.finditer(gap)):
            cuts.append(before.end + stops[-1].end())
            continue
        found = list(_CUT.finditer(gap))
        strong = [m for m in found if m.group().lower() in ("and", "while", "but", ";", "as")]
        # the last connective that leaves its verb with the place after it
        cut = (strong or found)[-1].start() if found else len(gap)
        cuts.append(before.end + cut)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))
