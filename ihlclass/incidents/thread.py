"""Follow the thread of a report: hand each piece to the incident that it speaks of."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from ihlclass.incidents.areas import new_objects, news_of_area, settle
from ihlclass.incidents.cues import (
    APART,
    CAME_AFTER,
    CONDUCT,
    FIRED_FROM,
    GOES_ON,
    INHERITED,
    MEANS,
    SAME_HOUR,
    SAME_PLACE,
    STRIKE_HIT,
    refers_to,
)
from ihlclass.incidents.districts import Districts, name_districts
from ihlclass.incidents.drafts import (
    RECENT,
    Draft,
    another_day,
    has_substance,
    inherit,
    of_like_means,
    of_other_means,
    surely,
    time_of,
)
from ihlclass.incidents.figure_words import ARMS, DISASTER
from ihlclass.incidents.openings import Opening
from ihlclass.incidents.pieces import Piece
from ihlclass.incidents.places import Mention, PlaceFinder
from ihlclass.incidents.reading import SHOWN
from ihlclass.incidents.telling import (
    beside,
    concrete,
    day_after,
    fighters_only,
    military_only,
    nothing_new,
    only_fired,
    own_facts,
    same_time,
    told_apart,
)
from ihlclass.types import Report

#: A passage without a place goes on with the last incident over at most this many paragraphs, where there are others.
REACH = 3
#: A report that names floods, quakes and the like so often tells of one.
DISASTERS = 2
#: A sum over what was told singly.
_IN_ALL = re.compile(r"\b(?:in all|altogether|in total|overall|a total of|combined)\b", re.I)
#: "a strike on the city last month"
_THE_TOWN = re.compile(
    r"\b(?:in|on|at|near|outside|hit|struck|rocked) (?:the|this) (?:same )?(?:city|town|village|camp|settlement)\b(?! of)",
    re.I,
)
#: No flood bursts so.
_BLAST = re.compile(r"\b(?:blasts?|explo(?:sions?|ded|sives?))\b", re.I)
#: What is told beside something else, not of it.
_ALSO = re.compile(r"\b(?:also|as well|too|another)\b", re.I)


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
        self.opening = Opening(objects, report.published)
        self.barrage: list[Piece] = []
        self.topic: Piece | None = None
        self.settings: dict[str, Piece] = {}
        self.plant: Mention | None = None
        self.wide: list[Piece] = []
        self.listing: Piece | None = None
        self.nation: dict[int, Mention] = {}
        self.districts = Districts()

    def follow(self, pieces: Sequence[Piece]) -> list[Draft]:
        """Return the incidents that the pieces of a report tell of."""
        for told in pieces:
            piece = self.districts.in_its_city(told)
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
                or fighters_only(piece, self.objects)
                or (military_only(piece, self.objects) and not (piece.place and self._at(piece.place)))
            ):
                continue
            elif piece.listed:
                self._list(piece)
            elif piece.place is not None:
                self._placed(piece, piece.place)
            else:
                self._unplaced(piece)
        self._hand_opening_out()
        self.drafts += settle(self.wide, self.nation, self.finder, self.report.published)
        self._merge_undated()
        name_districts(self.by_key)
        disaster = len(DISASTER.findall(self.report.text)) >= DISASTERS
        kept = [draft for draft in self.drafts if has_substance(draft, self.objects)]
        kept = [draft for draft in kept if not (disaster and _unarmed(draft))]
        inherit(kept, self.barrage, self.report.published)
        return kept

    # one piece

    def _main(self) -> Draft | None:
        """Return what the report is about: the first incident that is not background."""
        return next((draft for draft in self.drafts if not draft.background), None)

    def _is_background(self, piece: Piece, date: dt.date | None, vague: bool) -> bool:
        main = self._main()
        if main is None:
            return False
        if CAME_AFTER.search(piece.text):
            return True
        newest = main.date or self.report.published
        if date is not None and (piece.recalled or surely(piece, date)):
            return newest is not None and (newest - date).days > 3
        return (vague and piece.recalled) or any(when.long_ago for when in piece.whens)

    def _placed(self, piece: Piece, place: Mention) -> None:
        if place.role == "bare" and only_fired(piece, self.objects):
            self._unplaced(replace(piece, place=None))
            return
        topic, self.topic = self.topic, None
        if piece.salvo or piece.summed or (place.kind == "region" and not piece.entry):
            self.barrage.append(piece)
        if self.current is None and place.role == "near" and not any(f.kind == "count" for f in piece.figures):
            self.opening.keep(piece)
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
            if not told_apart(draft, piece, self.objects) and same_time(draft, piece, date, background, month)
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
        if current is not None and current in self._at(place) and day_after(current, piece, date, self.objects):
            self._extend(current, piece, date)
            return
        if not concrete(piece, self.objects):
            self._setting(piece)
            return
        if current is not None and not background:
            gap = piece.paragraph - current.last_paragraph
            settled = current.place is not None and current.place.kind == "settlement"
            own = own_facts(piece, self.objects) and not (settled and nothing_new(current, piece, date, self.objects))
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

    def _goes_on(self, current: Draft, piece: Piece) -> Piece | None:
        """What dates "Other towns hit were ...": a piece of the incident told just before, on its day."""
        reach = REACH if SAME_HOUR.search(piece.text[:40]) else 1
        if current.background or current.date is None or piece.paragraph - current.last_paragraph > reach:
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
        if not area or len(self.drafts) > 1:
            return False
        shared = current.labels & self.objects & set(piece.labels)
        known = any(refers_to(label, piece.text) for label in shared) and not piece.tolls
        if not known and any(told.sums_up or told.tolls for told in current.pieces):
            return False
        if of_other_means(piece, current) or not shared or APART.search(piece.text) or _ALSO.search(piece.text):
            return False
        return not another_day(piece, time_of(piece, self.report.published)[0], current.date)

    def _locates_lead(self, piece: Piece, place: Mention) -> bool:
        """Handle "The incident happened in B" right after an opening that named no place finer than a country."""
        told = self.opening.pieces
        near = self.current is None and self.opening.reaches(piece)
        if not near or not any(concrete(one, self.objects) for one in told) or any(one.place for one in told):
            return False
        draft = self._open(place, False, False, (0, 0))
        for one in (*(replace(one, place=place) for one in self.opening.take()), piece):
            self._extend(draft, one, draft.date or time_of(one, self.report.published)[0])
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

    def _extend(self, draft: Draft, piece: Piece, date: dt.date | None) -> None:
        draft.extend(piece, date)
        self.current = draft

    def _list(self, piece: Piece) -> None:
        """Handle a bare list of places: a barrage; an incident of its own only if it has facts."""
        self.barrage.append(piece)
        self.listing = piece
        self.topic = None
        known = [draft for mention in piece.listed for draft in self.by_key.get(mention.key, [])]
        date = time_of(piece, self.report.published)[0]
        if not known and (
            any(f.kind == "count" for f in piece.figures) or (date is not None and concrete(piece, self.objects))
        ):
            draft = self._open(piece.wide or piece.listed[0], False, False, (0, 0))
            self._extend(draft, piece, date)

    def _unplaced(self, piece: Piece) -> None:
        date, vague, month = time_of(piece, self.report.published)
        topic, self.topic = self.topic, None
        if topic is not None and topic.place and piece.paragraph == topic.paragraph and concrete(piece, self.objects):
            draft = self._open(topic.place, self._is_background(piece, date, vague), vague, month)
            self._extend(draft, topic, time_of(topic, self.report.published)[0])
            self._extend(draft, piece, date)
            return
        if self.current is None:
            here = {setting.place.key: setting for setting in self.settings.values() if setting.place}
            only = next(iter(here.values())) if len(here) == 1 else None
            if only is not None and concrete(piece, self.objects) and not piece.everywhere and not self.opening.pieces:
                draft = self._open(only.place, False, vague, month)
                self._extend(draft, piece, date)
                return
            self.opening.keep(piece)
            return
        listing = self.listing if self.listing is not None and self.listing.paragraph == piece.paragraph else None
        if news_of_area(piece, self.drafts, self.objects, self.report.published) or (
            listing is not None and new_objects([piece], self.drafts, self.objects)
        ):
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
        main = self._main() or draft
        told = draft.date or main.date or self.opening.date
        other_day = another_day(piece, date, told)
        if not other_day and (piece.salvo or piece.everywhere or piece.blames_all):
            self.barrage.append(piece)
        if other_day and draft is self.current and day_after(draft, piece, date, self.objects):
            other_day = False
        if (other_day or (background and not draft.background)) and concrete(piece, self.objects):
            acts = other_day and set(piece.labels) & (CONDUCT | {"object_damaged", "object_destroyed"})
            if own_facts(piece, self.objects) or acts:
                area = piece.wide if background and piece.wide is not None else None
                self._extend(self._open(area or self._spoken_of(piece), background, vague, month), piece, date)
            return
        there = self._in_district(draft, piece)
        if there is not None:
            self._extend(there, piece, None if there.date else date)
            return
        if draft.place is not None and draft.place.kind == "settlement" and told_apart(draft, piece, self.objects):
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
        main = self._main() if _THE_TOWN.search(piece.text) else None
        if main is not None and main.place is not None and main.place.kind == "settlement":
            return main.place
        return self.home

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
        return self._main() or self.current

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
        main = self._main()
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
        if current is None and self.opening.reaches(piece):
            self.opening.setting = self.opening.setting or piece

    # the whole report

    def _hand_opening_out(self) -> None:
        if not self.opening.pieces:
            return
        foreground = [draft for draft in self.drafts if not draft.background] or self.drafts
        if not foreground:
            self.drafts += self.opening.alone()
            return
        earlier, wide = self.opening.hand_out(foreground, self.drafts, self.home)
        self.wide += wide
        if earlier is not None:
            self.drafts.insert(0, earlier)
        self.barrage = [*self.opening.pieces, *self.barrage]

    def _merge_undated(self) -> None:
        """What is told of a place without a day, right beside an incident there that has one, belongs to it."""
        for some in self.by_key.values():
            for draft in [d for d in some if d.date is None]:
                others = [d for d in some if d is not draft and d in self.drafts and beside(draft, d)]
                if others and draft in self.drafts:
                    for piece in draft.pieces:
                        others[0].add(piece)
                    others[0].inherited += draft.inherited
                    self.drafts.remove(draft)
