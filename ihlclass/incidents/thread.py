"""Follow the thread of a report: hand each piece to the incident that it speaks of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ihlclass.incidents.cues import (
    APART,
    CIVILIAN,
    CONCRETE,
    CONDUCT,
    FIRED_FROM,
    GOES_ON,
    HARM,
    INHERITED,
    MEANS,
    MILITARY,
    SAME_HOUR,
    SAME_PLACE,
    STRIKE_HIT,
    VICTIMS,
    carried_by,
    refers_to,
)
from ihlclass.incidents.drafts import Draft, another_day, has_substance, hurts, inherit, of_like_means, surely, time_of
from ihlclass.incidents.figure_words import ARMS, DISASTER, FIGHTER
from ihlclass.incidents.pieces import Piece
from ihlclass.incidents.places import TOWN, Mention, PlaceFinder, with_city
from ihlclass.incidents.reading import SHOWN
from ihlclass.types import Report

#: A passage without a place goes on with the last incident over at most this many paragraphs, where there are others.
REACH = 3
#: What a passage without a place may go back to is looked for among this many incidents, so that time stays linear.
RECENT = 50


#: A report that names floods, quakes and the like so often tells of one.
DISASTERS = 2
#: A part of a city lies within so many degrees of it.
PART_WITHIN = 0.3
#: A sum over what was told singly.
_IN_ALL = re.compile(r"\b(?:in all|altogether|in total|overall|a total of|combined)\b", re.I)
#: No flood bursts so.
_BLAST = re.compile(r"\b(?:blasts?|explo(?:sions?|ded|sives?))\b", re.I)
#: What is told beside something else, not of it.
_ALSO = re.compile(r"\b(?:also|as well|too|another)\b", re.I)
#: Between a settlement and the district that it is part of.
_IN_THE = re.compile(r",?\s+(?:a \w+ )?(?:in|of)\s+(?:the\s+)?")
#: Between a district and its city.
_CITY_NEXT = re.compile(r",\s+|,?\s+(?:in|of)\s+(?:the\s+)?(?:[a-z-]+\s+){0,2}(?:of\s+)?")


def _unarmed(draft: Draft) -> bool:
    """Whether no passage of an incident tells of arms, of a means or of a conduct: in a report on a flood, its damage."""
    armed = any(ARMS.search(piece.text) or _BLAST.search(piece.text) for piece in draft.pieces)
    return not armed and not draft.labels & (MEANS | CONDUCT)


class Thread:
    """Follow the pieces of one report in order and hand each to the incident that it speaks of."""

    def __init__(
        self, report: Report, objects: frozenset[str], finder: PlaceFinder, home: Mention | None = None
    ) -> None:
        self.finder = finder
        self.home = home
        self.report = report
        self.objects = objects
        self.drafts: list[Draft] = []
        self.by_key: dict[str, list[Draft]] = {}
        self.current: Draft | None = None
        self.lead: list[Piece] = []
        self.lead_date: dt.date | None = None
        self.lead_setting: Piece | None = None
        self.barrage: list[Piece] = []
        self.topic: Piece | None = None
        self.settings: dict[str, Piece] = {}
        self.plant: Mention | None = None
        self.wide: list[Piece] = []
        self.listing: Piece | None = None
        self.nation: dict[int, Mention] = {}
        self.parts: dict[str, Mention] = {}

    def follow(self, pieces: Sequence[Piece]) -> list[Draft]:
        """Return the incidents that the pieces of a report tell of."""
        for told in pieces:
            piece = self._in_its_city(told)
            self.plant = piece.plant or self.plant
            if piece.wide is not None and piece.wide.kind == "country":
                self.nation[piece.paragraph] = piece.wide
            if piece.struck and not piece.unreal and self._plant(piece, time_of(piece, self.report.published)[0]):
                continue
            if not piece.relevant:
                if not piece.unreal:
                    self._setting(piece)
                if piece.labels or piece.figures:
                    self._evidence_only(piece)
                else:
                    self._day(piece)
            elif (
                piece.pattern
                or self._fighters_only(piece)
                or (self._military_only(piece) and not (piece.place and self._at(piece.place)))
            ):
                continue
            elif piece.listed:
                self._list(piece)
            elif piece.place is not None:
                self._placed(piece, piece.place)
            else:
                self._unplaced(piece)
        self._attach_lead()
        self._settle_wide()
        self._merge_undated()
        self._name_districts()
        disaster = len(DISASTER.findall(self.report.text)) >= DISASTERS
        kept = [draft for draft in self.drafts if has_substance(draft, self.objects)]
        kept = [draft for draft in kept if not (disaster and _unarmed(draft))]
        inherit(kept, self.barrage, self.report.published)
        return kept

    # one piece

    def _in_its_city(self, piece: Piece) -> Piece:
        """Let a part of a city that was named with the city before, "Podil district of Kyiv", be there again: "in Podil"."""
        place, part = piece.place, piece.district
        if place is None or place.kind != "settlement":
            return piece
        if part is None and (city := self.parts.get(place.key)) is not None:
            here = replace(city, role=place.role, start=place.start, end=place.end)
            return replace(piece, place=here, district=replace(place, kind="district"))
        if part is not None and part.key != place.key and not _lies_in_it(piece):
            between = piece.tagged.passage.text[part.end : place.start]
            if not _own_town(part, place) and (_CITY_NEXT.fullmatch(between) or not part.settlements):
                self.parts.setdefault(part.key, place)
        return piece

    def _military_only(self, piece: Piece) -> bool:
        labels = set(piece.labels)
        return (
            "military_objective" in labels
            and not labels & (self.objects - {"military_objective"})
            and not labels & (HARM - {"object_damaged", "object_destroyed"})
            and not CIVILIAN.search(piece.text)
        )

    def _fighters_only(self, piece: Piece) -> bool:
        """Whether those who came to harm are fighters, and nothing civilian did."""
        labels = set(piece.labels)
        return (
            bool(MILITARY.search(piece.text) and FIGHTER.search(piece.text))
            and not piece.figures
            and not labels & (self.objects - {"military_objective"})
            and bool(labels & HARM)
            and labels & HARM <= {"object_damaged", "object_destroyed", "civilians_killed", "civilians_injured"}
            and not labels & VICTIMS
            and not CIVILIAN.search(piece.text)
        )

    def _is_background(self, piece: Piece, date: dt.date | None, vague: bool) -> bool:
        main = next((draft for draft in self.drafts if not draft.background), None)
        if main is None:
            return False
        newest = main.date or self.report.published
        if date is not None and (piece.recalled or surely(piece, date)):
            return newest is not None and (newest - date).days > 3
        return (vague and piece.recalled) or any(when.long_ago for when in piece.whens)

    def _placed(self, piece: Piece, place: Mention) -> None:
        if place.role == "bare" and self._only_fired(piece):
            self._unplaced(replace(piece, place=None))
            return
        topic, self.topic = self.topic, None
        if piece.salvo or piece.summed or (place.kind == "region" and not piece.entry):
            self.barrage.append(piece)
        if self.current is None and place.role == "near":
            self._keep_for_later(piece)
            return
        if place.kind == "region" and topic is not None and topic.place and piece.paragraph - topic.paragraph <= 1:
            place = topic.place
        date, vague, month = time_of(piece, self.report.published)
        background = self._is_background(piece, date, vague)
        current = self.current
        objects = set(piece.labels) & self.objects
        same = [
            draft
            for draft in reversed(self._at(place)[-RECENT:])
            if not self._told_apart(draft, piece) and self._same_time(draft, piece, date, background, month)
        ]
        if same:  # the incident with the piece's objects or toll, or the one spoken of, or the first
            draft = max(
                same, key=lambda d: (bool(objects & d.labels), bool(piece.tolls & d.tolls), d is current, not d.apart)
            )
            if draft.place is not None and draft.place.kind in ("region", "district") and place.kind == "settlement":
                draft.place = place  # the town that its district bears the name of
            self._extend(draft, piece, date)
            return
        if self._located(piece, place, background):
            return
        if current is not None and current in self._at(place) and self._day_after(current, piece, date):
            self._extend(current, piece, date)
            return
        if not self._concrete(piece):
            self._setting(piece)
            return
        if current is not None and not background:
            gap = piece.paragraph - current.last_paragraph
            settled = current.place is not None and current.place.kind == "settlement"
            own = self._own_facts(piece) and not (settled and self._nothing_new(current, piece, date))
            if place.kind == "region" and not own and gap <= REACH:
                self._extend(current, piece, date)
                return
            if place.kind == "site" and settled and gap <= REACH:
                self._extend(current, piece, date)
                return
            apart = (
                another_day(piece, date, current.date) or APART.search(piece.text) or (piece.tolls and current.tolls)
            )
            near = current.place is not None and current.place.role == "near" and gap <= 1
            if near and place.kind == "settlement" and not apart:
                current.place = place
                self.by_key.setdefault(place.key, []).append(current)
                self._extend(current, piece, date)
                return
        new = self._open(place, background, vague, month)
        new.apart = bool(APART.search(piece.text))
        if current is not None and not (background or vague or date) and (told := self._goes_on(current, piece)):
            new.inherited.append((told, frozenset()))
            date = current.date
        self._extend(new, piece, date)

    def _only_fired(self, piece: Piece) -> bool:
        """Whether a piece tells of a weapon, and of nothing that it did."""
        return not hurts(piece) and not set(piece.labels) & (HARM | VICTIMS | CONDUCT | self.objects)

    def _day_after(self, draft: Draft, piece: Piece, date: dt.date | None) -> bool:
        """Whether a piece tells what became of an incident by the next day: no other object, means or toll."""
        if date is None or draft.date is None or (date - draft.date).days != 1:
            return False
        return not piece.tolls and set(piece.labels) & (self.objects | MEANS) <= draft.labels

    def _goes_on(self, current: Draft, piece: Piece) -> Piece | None:
        """What dates "Other towns hit were ...": a piece of the incident told just before, on its day."""
        if current.background or current.date is None or piece.paragraph - current.last_paragraph > 1:
            return None
        there = current.place is not None and piece.place is not None and piece.place.key == current.place.key
        next_part = there and piece.district is not None and piece.paragraph == current.last_paragraph
        if not (next_part or GOES_ON.search(piece.text) or SAME_HOUR.search(piece.text)):
            return None
        return next((p for p in current.pieces[::-1] if time_of(p, self.report.published)[0] == current.date), None)

    def _located(self, piece: Piece, place: Mention, background: bool) -> bool:
        """Handle "The attack happened in B": B is where that happened which was just told, even where A was named for it.

        So is the town that follows on an opening that named one area alone.
        """
        current = self.current
        if current is None or background or place.kind != "settlement":
            return False
        if not piece.locates and not self._town_of_area(current, piece):
            return False
        if piece.paragraph - current.last_paragraph > 1 or len({p.paragraph for p in current.pieces}) > 2:
            return False
        if current.place is not None and current.place.key == place.key:
            return False
        if current.place is not None:
            there = self.by_key.get(current.place.key, [])
            self.by_key[current.place.key] = [draft for draft in there if draft is not current]
        current.place = place
        self.by_key.setdefault(place.key, []).append(current)
        self._extend(current, piece, time_of(piece, self.report.published)[0])
        return True

    def _town_of_area(self, current: Draft, piece: Piece) -> bool:
        """Whether a piece names the town of what an opening told of one area alone: "an attack in Faryab province"."""
        area = current.place is not None and (
            current.place.kind in ("region", "country") or current.place.key in self.finder.provinces
        )
        if not area or len(self.drafts) > 1 or any(told.sums_up or told.tolls for told in current.pieces):
            return False
        shared = current.labels & self.objects & set(piece.labels)
        means, others = set(piece.labels) & MEANS, current.labels & MEANS
        if means and others and not means & others:
            return False
        if not shared or APART.search(piece.text) or _ALSO.search(piece.text):
            return False
        return not another_day(piece, time_of(piece, self.report.published)[0], current.date)

    def _locates_lead(self, piece: Piece, place: Mention) -> bool:
        """Handle "The incident happened in B" right after an opening that named no place finer than a country."""
        near = self.current is None and self.lead and piece.paragraph - self.lead[-1].paragraph <= 1
        if not near or not any(self._concrete(told) for told in self.lead) or any(told.place for told in self.lead):
            return False
        draft = self._open(place, False, False, (0, 0))
        for told in (*(replace(told, place=place) for told in self.lead), piece):
            self._extend(draft, told, draft.date or time_of(told, self.report.published)[0])
        self.lead, self.lead_date = [], None
        return True

    def _at(self, place: Mention) -> list[Draft]:
        """Return the incidents at a place: under its name, and under "X City" for "X"."""
        short = place.key.removesuffix("city")
        return self.by_key.get(place.key) or self.by_key.get(short) or self.by_key.get(short + "city") or []

    def _open(self, place: Mention | None, background: bool, undated: bool, month: tuple[int, int]) -> Draft:
        draft = Draft(place, background=background, undated=undated, month=month)
        self.drafts.append(draft)
        if place is not None:
            self.by_key.setdefault(place.key, []).append(draft)
            named = self.settings.pop(place.key, None)
            if (
                named is not None and named is not self.topic
            ):  # what was said of the place before anything happened there
                draft.inherited.append((named, frozenset(named.labels) & INHERITED))
        return draft

    def _told_apart(self, draft: Draft, piece: Piece) -> bool:
        """One settlement, but another district, or other objects or means and another toll: two incidents."""
        if piece.district is not None and draft.district is not None and piece.district.key != draft.district.key:
            return True
        if piece.paragraph > draft.last_paragraph and APART.search(piece.text):
            shown, had = self._shown(piece) - {"military_objective"}, draft.labels & self.objects
            if shown and had and not shown & had:
                return True
        kinds, others = set(piece.labels) & (self.objects | MEANS), draft.labels & (self.objects | MEANS)
        if not kinds & MEANS or not others & MEANS or kinds & others or piece.paragraph - draft.last_paragraph < 1:
            return False
        return bool(piece.tolls and draft.tolls) and not piece.tolls & draft.tolls

    def _same_time(
        self, draft: Draft, piece: Piece, date: dt.date | None, background: bool, month: tuple[int, int]
    ) -> bool:
        if date is not None and draft.date is not None:
            return not draft.sure or not another_day(piece, date, draft.date)
        if background != draft.background and (surely(piece, date) or background):
            return False
        return month == (0, 0) or draft.month == (0, 0) or month == draft.month

    def _extend(self, draft: Draft, piece: Piece, date: dt.date | None) -> None:
        draft.add(piece)
        sure = surely(piece, date)
        if (draft.date is None and not (draft.undated and draft.pieces[:-1])) or (sure and not draft.sure):
            draft.date, draft.sure = date, sure or date is None
        self.current = draft

    def _concrete(self, piece: Piece) -> bool:
        return bool(set(piece.labels) & (CONCRETE | self.objects)) or hurts(piece)

    def _nothing_new(self, draft: Draft, piece: Piece, date: dt.date | None) -> bool:
        """Whether a piece tells of no other object, toll or day than an incident has."""
        objects = set(piece.labels) & self.objects
        return bool(objects) and objects <= draft.labels and not piece.tolls and date in (None, draft.date)

    def _own_facts(self, piece: Piece) -> bool:
        return any(f.kind in ("count", "one") for f in piece.figures) or bool(set(piece.labels) & self.objects)

    def _list(self, piece: Piece) -> None:
        """Handle a bare list of places: a barrage; an incident of its own only if it has facts."""
        self.barrage.append(piece)
        self.listing = piece
        self.topic = None
        known = [draft for mention in piece.listed for draft in self.by_key.get(mention.key, [])]
        date = time_of(piece, self.report.published)[0]
        if not known and (
            any(f.kind == "count" for f in piece.figures) or (date is not None and self._concrete(piece))
        ):
            draft = self._open(piece.wide or piece.listed[0], False, False, (0, 0))
            self._extend(draft, piece, date)

    def _unplaced(self, piece: Piece) -> None:
        date, vague, month = time_of(piece, self.report.published)
        topic, self.topic = self.topic, None
        if topic is not None and topic.place and piece.paragraph == topic.paragraph and self._concrete(piece):
            draft = self._open(topic.place, self._is_background(piece, date, vague), vague, month)
            self._extend(draft, topic, time_of(topic, self.report.published)[0])
            self._extend(draft, piece, date)
            return
        if self.current is None:
            here = {setting.place.key: setting for setting in self.settings.values() if setting.place}
            only = next(iter(here.values())) if len(here) == 1 else None
            if only is not None and self._concrete(piece) and not piece.everywhere and not self.lead:
                draft = self._open(only.place, False, vague, month)
                self._extend(draft, piece, date)
                return
            self._keep_for_later(piece)
            return
        listing = self.listing if self.listing is not None and self.listing.paragraph == piece.paragraph else None
        if self._news_of_area(piece) or (listing is not None and self._new_objects([piece])):
            self.wide += [piece] if listing is None or listing in self.wide else [listing, piece]
            self.barrage.append(piece)
            return
        if self._plant(piece, date):
            return
        many = piece.scattered or (piece.summed and _IN_ALL.search(piece.text))
        if many and len(self.drafts) > 1 and any(f.kind in ("count", "group") for f in piece.figures):
            self.barrage.append(piece)  # a sum over places that are told of singly
            return
        draft = self._best(piece)
        if piece.blames_all and not of_like_means(piece, draft):
            self.barrage.append(piece)  # of other attacks than the one just told
            return
        background = self._is_background(piece, date, vague)
        main = next((d for d in self.drafts if not d.background), draft)
        told = draft.date or main.date or self.lead_date
        other_day = another_day(piece, date, told)
        if not other_day and (piece.salvo or piece.everywhere or piece.blames_all):
            self.barrage.append(piece)
        if other_day and draft is self.current and self._day_after(draft, piece, date):
            other_day = False
        if (other_day or (background and not draft.background)) and self._concrete(piece):
            acts = other_day and set(piece.labels) & (CONDUCT | {"object_damaged", "object_destroyed"})
            if self._own_facts(piece) or acts:
                self._extend(self._open(self._spoken_of(piece), background, vague, month), piece, date)
            return
        there = self._in_district(draft, piece)
        if there is not None:
            self._extend(there, piece, None if there.date else date)
            return
        if draft.place is not None and draft.place.kind == "settlement" and self._told_apart(draft, piece):
            new = self._open(draft.place, background, vague, month)
            new.inherited.append((draft.pieces[0], frozenset()))  # where the place is named
            self._extend(new, piece, date)
            return
        self._extend(draft, piece, None if draft.date else date)

    def _in_district(self, draft: Draft, piece: Piece) -> Draft | None:
        """Return the incident in the district that a piece without a settlement names, of the city that is spoken of."""
        if piece.district is None or draft.place is None:
            return None
        return next((d for d in self._at(draft.place) if d.district and d.district.key == piece.district.key), None)

    def _spoken_of(self, piece: Piece) -> Mention | None:
        """Return the place of what a piece tells without naming one: its paragraph's, or that of the report's title."""
        assert self.current is not None
        again = SAME_PLACE.search(piece.text) and piece.paragraph - self.current.last_paragraph <= 1
        if (again or self.current.last_paragraph == piece.paragraph) and self.current.place is not None:
            return self.current.place
        return self.home

    def _keep_for_later(self, piece: Piece) -> None:
        """An opening that names no place is handed to the main incident at the end; its day is that one's."""
        self.lead.append(piece)
        self.lead_date = self.lead_date or time_of(piece, self.report.published)[0]

    def _plant(self, piece: Piece, date: dt.date | None) -> bool:
        """A nuclear plant that the report has named is a place of its own."""
        label = "dangerous_forces_installation"
        if not (piece.struck or label in piece.labels) or self.current is None or label in self.current.labels:
            return False
        draft = next((d for d in self.drafts if label in d.labels or (d.place and d.place.role == "plant")), None)
        if draft is None and self.plant is not None:
            draft = Draft(self.plant, background=self._is_background(piece, date, False))
            self.drafts.append(draft)
        if draft is not None:
            self._extend(draft, piece, date)
        return draft is not None

    def _settle_wide(self) -> None:
        """Turn what happened in many unnamed places, and to objects that no incident has, into incidents of the area."""
        areas: list[Draft] = []
        for piece in self.wide:
            date, vague, month = time_of(piece, self.report.published)
            place = piece.wide if piece.wide is not None and piece.wide.kind != "district" else None
            place = place or self.finder.nation_in(piece.scattered) or self.nation.get(piece.paragraph)
            means = set(piece.labels) & MEANS
            same = [
                draft
                for draft in areas[-RECENT:]
                if (date is None or draft.date is None or draft.date == date)
                and (not means or not draft.labels & MEANS or means & draft.labels)
            ]
            draft = same[-1] if same else Draft(place, undated=vague, month=month, area=True)
            if not same:
                areas.append(draft)
            draft.place = draft.place or place
            draft.add(piece)
            draft.date = draft.date or date
        self.drafts += areas

    def _new_objects(self, pieces: Sequence[Piece]) -> bool:
        """Whether pieces tell of objects that no incident with a place has."""
        objects = {label for piece in pieces for label in self._shown(piece)}
        told = {
            label
            for draft in self.drafts[-RECENT:]
            if not draft.background and not draft.area
            for label in draft.labels
        }
        return bool(objects - told)

    def _shown(self, piece: Piece) -> set[str]:
        """Objects of a piece that its words name."""
        return {label for label in piece.labels if label in self.objects and carried_by(label, piece.text)}

    def _news_of_area(self, piece: Piece) -> bool:
        """Whether a piece tells of objects in many places that no incident with a place has."""
        if not piece.everywhere or piece.place is not None:
            return False
        objects, means = self._shown(piece), set(piece.labels) & MEANS
        if not objects and not HARM & set(piece.labels) and FIRED_FROM.search(piece.text):
            return False
        date = time_of(piece, self.report.published)[0]
        placed = [draft for draft in self.drafts[-RECENT:] if not draft.background and not draft.area]
        new_day = date is not None and bool(placed) and all(d.date is not None and d.date != date for d in placed)
        new_means = bool(means and piece.scattered) and not any(means & draft.labels for draft in placed)
        return (bool(objects) and not any(objects & draft.labels for draft in placed)) or (
            (new_day or new_means) and bool(means)
        )

    def _best(self, piece: Piece) -> Draft:
        """Choose the incident that a piece without a place goes on with."""
        assert self.current is not None
        gap = piece.paragraph - self.current.last_paragraph
        objects = set(piece.labels) & self.objects
        if objects and not objects & self.current.labels:
            sharing = [d for d in self.drafts[-RECENT:] if not d.background and objects & d.labels]
            if sharing and (gap > 0 or any(refers_to(label, piece.text) for label in objects)):
                return sharing[-1]
        tolls = {least for least, _ in piece.tolls}
        if tolls and gap > 0 and not tolls & {least for least, _ in self.current.tolls}:
            same = [d for d in self.drafts[-RECENT:] if tolls & {least for least, _ in d.tolls}]
            if len(same) == 1:
                return same[0]
        if gap <= REACH or len(self.drafts) == 1:
            return self.current
        main = next((d for d in self.drafts if not d.background), self.current)
        return main

    def _evidence_only(self, piece: Piece) -> None:
        """A passage of stance or evidence alone goes with the incident it follows, unless it speaks of another place."""
        if self.current is None or piece.pattern:
            return
        if piece.blames_all:
            self.barrage.append(piece)
        gap = piece.paragraph - self.current.last_paragraph
        own = self.current.place.key if self.current.place else None
        here = piece.place is None or piece.place.key == own or bool(FIRED_FROM.search(piece.text))
        if gap <= 1 and here:
            self.current.add(piece)

    def _day(self, piece: Piece) -> None:
        """Take from "Thursday's strikes" the day of what the report is about, where nothing else does."""
        main = next((draft for draft in self.drafts if not draft.background), None)
        date = time_of(piece, self.report.published)[0]
        if main is not None and main.date is None and not main.undated and date is not None and piece.place is None:
            main.inherited.append((piece, frozenset()))
            main.date = date

    def _setting(self, piece: Piece) -> None:
        """A passage that tells no harm may still name the place of what stands around it."""
        if piece.place is None or piece.place.kind != "settlement":
            return
        if piece.place.role not in SHOWN:
            return
        current = self.current
        if piece.place.key in self.by_key:
            if piece.relevant and piece.place.role == "event":  # what follows goes on there
                self.topic = piece
            return
        if (piece.locates or STRIKE_HIT.search(piece.text)) and self._locates_lead(piece, piece.place):
            return
        if piece.locates and self._located(piece, piece.place, False):
            return
        vague = current is not None and (
            current.place is None or current.place.kind in ("region", "country", "district")
        )
        if current is not None and vague and piece.paragraph - current.last_paragraph <= 1:
            current.place = piece.place
            current.add(piece)
            self.by_key.setdefault(piece.place.key, []).append(current)
            return
        self.topic = piece
        self.settings.setdefault(piece.place.key, piece)
        if current is None and self.lead and piece.paragraph - self.lead[-1].paragraph <= 1:
            self.lead_setting = self.lead_setting or piece

    # the whole report

    def _merge_undated(self) -> None:
        """What is told of a place without a day, right beside an incident there that has one, belongs to it."""
        for some in self.by_key.values():
            for draft in [d for d in some if d.date is None]:
                beside = [d for d in some if d is not draft and d in self.drafts and self._beside(draft, d)]
                if beside and draft in self.drafts:
                    for piece in draft.pieces:
                        beside[0].add(piece)
                    beside[0].inherited += draft.inherited
                    self.drafts.remove(draft)

    def _beside(self, draft: Draft, other: Draft) -> bool:
        near = {p.paragraph for p in draft.pieces} & {p.paragraph for p in other.pieces}
        if draft.district is not None and other.district is not None and draft.district.key != other.district.key:
            return False
        return bool(near) and not (draft.tolls - other.tolls)

    def _name_districts(self) -> None:
        """Name the part of a city where an incident happened, with the city: "Podil district, Kyiv"."""
        for some in self.by_key.values():
            apart = {d.district.key for d in some if d.district is not None and not d.background}
            for draft in some:
                parts = {piece.district.key for piece in draft.pieces if piece.district is not None}
                if draft.place is None or draft.place.kind != "settlement" or draft.district is None:
                    continue
                if (len(parts) > 1 and len(apart) < 2) or any(map(_lies_in_it, draft.pieces)):
                    continue
                part, city = draft.district.text, draft.place.text
                if city.lower() not in part.lower() and part.lower() not in city.lower():
                    draft.place = replace(draft.place, text=with_city(part, city))

    def _attach_lead(self) -> None:
        if not self.lead:
            return
        foreground = [d for d in self.drafts if not d.background] or self.drafts
        if not foreground:
            for pieces in self._by_place(self.lead):
                self._open_lead(pieces)
            return
        paragraphs = {number: list(some) for number, some in groupby(self.lead, lambda piece: piece.paragraph)}
        earlier: Draft | None = None
        for piece in self.lead:
            objects = set(piece.labels) & self.objects
            paragraph = paragraphs[piece.paragraph]
            far = piece.scattered and any(self._news_of_area(other) for other in paragraph)
            far = far or (any(other.scattered for other in paragraph) and self._new_objects(paragraph))
            if far or self._news_of_area(piece):
                self.wide.append(piece)
                continue
            best = next(
                (d for d in foreground[:RECENT] if objects & d.labels and d.pieces[0].number > piece.number),
                foreground[0],
            )
            if self._before_it(piece, best) and self._concrete(piece):
                date = time_of(piece, self.report.published)[0]
                on_its_day = next((draft for draft in foreground[:RECENT] if draft.date == date), None)
                if on_its_day is None:
                    earlier = earlier or Draft(self.home)
                    self._extend(earlier, piece, date)
                    continue
                best = on_its_day
            best.add(piece)
            if len(foreground) > 1 and piece.barrage:
                best.sums.add(piece.number)
            if best.date is None:
                best.date = time_of(piece, self.report.published)[0]
        for draft in foreground:
            draft.pieces.sort(key=lambda piece: piece.number)
        if earlier is not None:
            self.drafts.insert(0, earlier)
        self.barrage = [*self.lead, *self.barrage]

    def _by_place(self, pieces: Sequence[Piece]) -> list[list[Piece]]:
        """Cut an opening where it tells of something near another settlement."""
        parts: list[list[Piece]] = [[]]
        for piece in pieces:
            told = {other.place.key for other in parts[-1] if other.place is not None}
            place = piece.place if piece.place is not None and piece.place.kind == "settlement" else None
            if place is not None and told and place.key not in told and self._concrete(piece):
                parts.append([])
            parts[-1].append(piece)
        return parts

    def _open_lead(self, pieces: Sequence[Piece]) -> None:
        """Make an incident of an opening that nothing follows, near a place or in an area."""
        near = next((piece.place for piece in pieces if piece.place is not None), None)
        if not any(self._concrete(piece) for piece in pieces):
            return
        wide = next((piece.wide for kind in ("district", "region", "country") for piece in pieces
                     if piece.wide is not None and piece.wide.kind == kind), None)  # fmt: skip
        setting = self.lead_setting if near is None else None
        draft = Draft(near or (setting.place if setting is not None else wide))
        self.drafts.append(draft)
        if setting is not None:
            draft.add(setting)
        for piece in pieces:
            self._extend(draft, piece, time_of(piece, self.report.published)[0])

    def _before_it(self, piece: Piece, draft: Draft) -> bool:
        """Whether an opening surely tells of another day than an incident's: by more than a night, or by other means."""
        date = time_of(piece, self.report.published)[0]
        if date is None or draft.date is None or not draft.sure or not another_day(piece, date, draft.date):
            return False
        means, others = set(piece.labels) & MEANS, draft.labels & MEANS
        return abs((date - draft.date).days) > 1 or bool(means and others and not means & others)


def _own_town(part: Mention, city: Mention) -> bool:
    """Whether a district bears the name of a town of the country that lies apart from the city: "Izium district"."""
    return any(
        town.size >= TOWN
        and town.country == its.country
        and max(abs(a - b) for a, b in zip(town.coordinates, its.coordinates, strict=True)) > PART_WITHIN
        for town in part.settlements
        for its in city.settlements[:1]
    )


def _lies_in_it(piece: Piece) -> bool:
    """Whether a piece's settlement lies in the district that it names: "Kozacha Lopan in the Derhachi district"."""
    if piece.place is None or piece.district is None:
        return False
    between = piece.tagged.passage.text[piece.place.end : piece.district.start]
    return piece.place.end <= piece.district.start and bool(_IN_THE.fullmatch(between))
