"""Read each passage once: its pieces (one a place), with places, times and figures."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ihlclass.incidents.accounts import dealt_to_places
from ihlclass.incidents.cues import (
    CONCRETE,
    DAY_OF_ATTACK,
    MILITARY,
    PATTERN,
    PLANT_HARMED,
    RECALLED,
    THAT_TOWN,
    no_attack,
    split_labels,
    unreal,
)
from ihlclass.incidents.dates import When, find_dates, years_of
from ihlclass.incidents.entries import Entry, Setting
from ihlclass.incidents.figures import find_figures, find_nobody, unnumbered
from ihlclass.incidents.headings import Heading, dateline, opens_entries, seated
from ihlclass.incidents.pieces import MANY_PLACES, Piece
from ihlclass.incidents.places import Mention, PlaceFinder
from ihlclass.incidents.scenes import find_scenes, finer, is_district, is_scene, part_of_city, parts, widest
from ihlclass.incidents.time_reader import judged
from ihlclass.incidents.tolls import NOBODY, Figure
from ihlclass.types import Report, TaggedPassage

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
#: So many passages after one that was read the next is read for who came to harm; where that opens
#: another paragraph, for "nobody" alone.
NEAR = 3
#: So many paragraphs of a live page open with the hour, at least.
LIVE = 4
#: The headline of another article.
_RELATED = re.compile(
    r"\W*(?:related|read (?:also|more|next)|see also|also read|more on this|recommended)(?:\s+(?:story|stories|articles?|news|coverage))?\s*[:|]",
    re.I,
)
_HOUR = re.compile(r"\W*(?:[01]?\d|2[0-3])[:h][0-5]\d(?![\d.:/])")


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
    return _Reading(report, passages, finder, known, objects).pieces()


class _Reading:
    """The reading of one report: what has been read so far holds for what comes next."""

    def __init__(
        self,
        report: Report,
        passages: Sequence[TaggedPassage],
        finder: PlaceFinder,
        known: frozenset[str],
        objects: frozenset[str],
    ) -> None:
        self.report, self.passages, self.finder, self.known, self.objects = report, passages, finder, known, objects
        self.year = _year_of_days(report, passages)
        self.only_year = self.year is not None
        openings = {tagged.passage.paragraph: tagged.passage.text for tagged in reversed(passages)}.values()
        self.live = _day_of_live_page(report, openings)
        self.for_places = _near_what_is_told(passages)
        self.last: tuple[int, int] | None = None  # paragraph and number of the last passage that was read
        self.plant: Mention | None = None
        self.entry = Entry()
        self.setting = Setting()
        self.scene: Mention | None = None  # of the paragraph
        self.town: Mention | None = None  # that was named last
        self.counted: Figure | None = None  # the last toll
        self.where = -1  # the paragraph of the passage before
        self.told = opens_entries(openings)  # a dateline, of which a report has one
        self.seat: Mention | None = None  # the city of the dateline
        self.anchor: dt.date | None = None  # the day that "two days later" counts from
        self.anchored = -1  # the paragraph that named it

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces of all passages, in order."""
        for number, tagged in enumerate(self.passages):
            if not _RELATED.match(tagged.passage.text):
                yield from self._passage(number, tagged)

    def _passage(self, number: int, tagged: TaggedPassage) -> Iterator[Piece]:
        text, paragraph = tagged.passage.text, tagged.passage.paragraph
        labels, review = self._labels(tagged)
        relevant = "incident" in tagged.tags.labels or any(label in CONCRETE for label in labels)
        line = dateline(text, paragraph) if not self.told else (0, 0)
        mentions = self._mentions(number, text, line, relevant)
        town, self.town = self.town, next((m for m in reversed(mentions) if m.kind == "settlement"), self.town)
        heading = self.entry.read(self.passages, number, mentions, self.finder) if not line[1] else None
        figures = self._figures(number, tagged, labels, relevant)
        if self.setting.paragraph != paragraph:
            self.setting, self.scene = Setting(paragraph), None
        self.plant = next((m for m in mentions if m.role == "plant"), self.plant if self._since(number) < 3 else None)
        struck = self.plant if self.plant is not None and PLANT_HARMED.search(text) else None
        if not (
            labels
            or relevant
            or figures
            or struck
            or DAY_OF_ATTACK.search(text)
            or any((m.kind == "settlement" and m.role in SHOWN) or m.role == "plant" for m in mentions)
            or (heading is not None and heading.place is not None)
        ):
            self.entry.take_days(text, heading, self.report, self.year)
            self.setting.add(text, find_dates(text, self.report.published, year=self.year, anchor=self.anchor))
            return
        self.last = (paragraph, number)
        times = self._times(text, line)
        whens = judged(text, times, tagged.tags.labels)
        self._hold_day(whens, paragraph)
        sure = tagged.tags.probabilities.get("incident", 0.0) >= SURE
        if dreamt := unreal(text) and not figures and not sure:
            relevant = False
        if no_attack(text, labels):
            relevant, figures = False, []
        if not relevant:  # what such a passage names was not hit
            labels = tuple(label for label in labels if label not in CONCRETE and label not in self.objects)
            review = tuple(label for label in review if label not in CONCRETE and label not in self.objects)
        self.setting.add(text, whens if relevant else times, told=relevant and bool(labels))
        self.entry.take_days(text, heading, self.report, self.year)
        groups, listed = self._scenes(text, mentions, heading, town, told=relevant or bool(figures))
        named = frozenset(mention.key for mention in mentions if mention.kind in ("settlement", "site"))
        spans = parts(text, groups)
        texts = [text[start:end] for start, end in spans]
        dealt, dealt_review = split_labels(labels, texts), split_labels(review, texts)
        figures = dealt_to_places(text, figures, [place.start for place in groups])
        wide = widest(mentions)
        for index, (start, end) in enumerate(spans):
            recalled = bool(RECALLED.search(texts[index]))
            held = self._days_of_part(whens, spans, index, recalled=recalled)
            place = groups[index] if groups else None
            yield Piece(
                number=number,
                tagged=tagged,
                text=texts[index],
                labels=dealt[index],
                review=dealt_review[index],
                place=place,
                wide=wide,
                named=named,
                whens=tuple(held),
                figures=tuple(f for f in figures if start <= f.start < end),
                relevant=relevant,
                pattern=_is_pattern(texts[index], figures, whens, held)
                and not (place is not None and _one_event(place, dealt[index], whens)),
                recalled=recalled,
                listed=listed,
                plant=struck or next((m for m in mentions if m.role == "plant"), None),
                struck=struck is not None,
                unreal=dreamt,
                entry=self.entry.number if self.entry.place is not None else 0,
                district=part_of_city([m for m in mentions if start <= m.start < end]),
            )

    def _since(self, number: int) -> float:
        """How many passages ago the last one was read."""
        return number - self.last[1] if self.last is not None else math.inf

    def _labels(self, tagged: TaggedPassage) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a passage's labels of objects and indicators, and those that are up for review."""
        unshown = set() if MILITARY.search(tagged.passage.text) else {"military_objective"}
        labels = tuple(label for label in tagged.tags.labels if label in self.known and label not in unshown)
        return labels, tuple(label for label in tagged.tags.review if label in self.known and label not in labels)

    def _mentions(self, number: int, text: str, line: tuple[int, int], relevant: bool) -> list[Mention]:
        """Return the places that a passage names; the city of its dateline is kept."""
        self.told = self.told or bool(line[1])
        if not self.for_places[number] and not line[1]:
            return []
        mentions = seated(self.finder.find(text, told=relevant), line)
        if line[1]:
            self.seat = next((m for m in mentions if line[0] <= m.start < line[1] and m.kind == "settlement"), None)
        return mentions

    def _figures(self, number: int, tagged: TaggedPassage, labels: Sequence[str], relevant: bool) -> list[Figure]:
        """Return what a passage says of who came to harm; of one near what is told in another paragraph, nobody."""
        text, paragraph = tagged.passage.text, tagged.passage.paragraph
        before = self.counted if paragraph == self.where else None
        near = self._since(number) <= NEAR
        figures: list[Figure] = []
        if labels or relevant or (near and self.last is not None and self.last[0] == paragraph):
            figures = find_figures(text, before)
        elif near and self.passages[number - 1].passage.paragraph != paragraph:
            figures = find_nobody(text)
        believed = [f for f in figures if (f.kind == "other" and before) or _believed(f, tagged.tags.probabilities)]
        harms = [harm for harm in ("killed", "injured") if f"civilians_{harm}" in labels]
        figures = [*believed, *unnumbered(text, believed, harms)]
        self.where = paragraph
        counts = (f for f in reversed(figures) if f.kind in ("count", "group") and f.harm == "killed")
        self.counted = next(counts, self.counted)
        return figures

    def _times(self, text: str, line: tuple[int, int]) -> list[When]:
        """Return the times that a passage names beside its dateline."""
        if self.report.published is None and not self.only_year:  # the year that was named last holds
            self.year = max(years_of(text), default=self.year)
        whens = find_dates(text, self.report.published, year=self.year, anchor=self.anchor)
        return [when for when in whens if not line[0] <= when.start < line[1]]

    def _hold_day(self, whens: Sequence[When], paragraph: int) -> None:
        """Keep the day that "two days later" counts from.

        After "the third attack in a month, on 29 May ..." that is still the day which its paragraph named before.
        """
        day = next((w.date for w in whens if w.date is not None and not w.statement), None)
        if day is None:
            return
        if self.anchored == paragraph and self.anchor and (self.anchor - day).days > LONG_BEFORE:
            return
        self.anchor, self.anchored = day, paragraph

    def _scenes(
        self, text: str, mentions: Sequence[Mention], heading: Heading | None, town: Mention | None, *, told: bool
    ) -> tuple[list[Mention], tuple[Mention, ...]]:
        """Return the places of what a passage tells, or else a bare list of places; the paragraph's scene is kept.

        Parameters
        ----------
        town
            That was named last before this passage.
        told
            Whether the passage tells of an incident, or of people who came to harm.
        """
        groups, listed = find_scenes(text, mentions)
        if not groups and not listed and town is not None and THAT_TOWN.search(text):
            groups = [replace(town, role="event")]
        if self.seat is not None and not (groups or listed or self.scene) and any(map(is_district, mentions)):
            if town is None or town.key == self.seat.key:
                groups = [replace(self.seat, role="event")]
        if listed or any(m.kind != "settlement" or m.role != "bare" for m in groups):
            self.scene = groups[0] if len(groups) == 1 and is_scene(groups[0]) else None
        elif self.scene is not None and told and not MANY_PLACES.search(text):
            groups = [self.scene]
        groups, listed = self.entry.scenes(heading, groups, listed)
        if heading is not None and heading.place is not None:  # where no finer place is named, the entry's holds
            self.scene = groups[0] if groups and finer(groups[0], heading.place) else None
        return groups, listed

    def _days_of_part(
        self, whens: Sequence[When], spans: Sequence[tuple[int, int]], index: int, *, recalled: bool
    ) -> list[When]:
        """Return the times of a part of a passage: its own, the passage's first part's, or what holds."""
        start, end = spans[index]
        held = [w for w in whens if start <= w.start < end and not w.statement]
        if not held and index:
            held = [w for w in whens if not w.statement and w.start < spans[0][1]]
        held = held or [replace(w, start=-1, end=-1) for w in self.setting.whens or self.entry.whens]
        return held or ([self.live] if self.live is not None and not recalled else [])


def _day_of_live_page(report: Report, openings: Iterable[str]) -> When | None:
    """Return the day of what a live page tells without a day, whose entries open with the hour: that of the page."""
    hours = sum(bool(_HOUR.match(text)) for text in openings)
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


def _one_event(place: Mention, labels: Collection[str], whens: Sequence[When]) -> bool:
    """Whether what sounds like a pattern or a sum is one event: an object was used or hit at a place, or it has its day."""
    if place.role != "event" or place.kind not in ("settlement", "site"):
        return False
    dated = any(when.kind == "day" and when.date is not None for when in whens)
    return "military_use_of_object" in labels or (dated and bool(CONCRETE.intersection(labels)))


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
