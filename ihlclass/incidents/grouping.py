"""Group: tagged passages -> incidents, by following the report's own thread of places and times."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ihlclass.incidents.actors import name_author
from ihlclass.incidents.cues import CONCRETE, HARM, INHERITED, MEANS, SEPARATE
from ihlclass.incidents.figures import combine
from ihlclass.incidents.gazetteer import Gazetteer, default_gazetteer
from ihlclass.incidents.places import Mention, PlaceFinder
from ihlclass.incidents.reading import Piece, read
from ihlclass.types import Evidence, Incident, Report, TaggedPassage

#: A passage without a place goes on with the last incident over at most this many paragraphs, where there are others.
REACH = 3


class Facets(Protocol):
    """The part of the label scheme that grouping needs."""

    @property
    def objects(self) -> tuple[str, ...]:
        """Labels of facet object."""

    @property
    def indicators(self) -> tuple[str, ...]:
        """Labels of facet indicator."""


@dataclass
class Draft:
    """An incident in the making."""

    place: Mention | None
    pieces: list[Piece] = field(default_factory=list)
    inherited: list[tuple[Piece, frozenset[str]]] = field(default_factory=list)
    background: bool = False
    date: dt.date | None = None
    undated: bool = False
    month: tuple[int, int] = (0, 0)

    @property
    def labels(self) -> set[str]:
        """All labels of its own pieces."""
        return {label for piece in self.pieces for label in piece.labels}

    @property
    def last_paragraph(self) -> int:
        """Paragraph of its latest piece."""
        return self.pieces[-1].paragraph if self.pieces else -1


def group(
    report: Report, passages: Sequence[TaggedPassage], scheme: Facets, *, gazetteer: Gazetteer | None = None
) -> list[Incident]:
    """Find the incidents of a report.

    Parameters
    ----------
    passages
        The report's passages in order, as `ihlclass.passages.split` gives them, with their tags.
    scheme
        Says which labels are objects and which indicators.
    gazetteer
        Where settlements are looked up; the shared one (GeoNames) where None.

    Returns
    -------
    list of Incident
        In the order of their first evidence.
    """
    known = frozenset((*scheme.objects, *scheme.indicators))
    if not any("incident" in t.tags.labels or CONCRETE & set(t.tags.labels) for t in passages):
        return []
    finder = PlaceFinder(gazetteer or default_gazetteer(), [t.passage.text for t in passages])
    pieces = list(read(report, passages, finder, known))
    drafts = _Thread(report, frozenset(scheme.objects)).follow(pieces)
    incidents = [_finish(draft, report, scheme, finder) for draft in drafts]
    return sorted(incidents, key=lambda incident: (incident.passages[0].start, incident.incident_id))


class _Thread:
    """Follow the pieces of one report in order and hand each to the incident that it speaks of."""

    def __init__(self, report: Report, objects: frozenset[str]) -> None:
        self.report = report
        self.objects = objects
        self.drafts: list[Draft] = []
        self.by_key: dict[str, list[Draft]] = {}
        self.current: Draft | None = None
        self.lead: list[Piece] = []
        self.barrage: list[Piece] = []
        self.topic: Piece | None = None

    def follow(self, pieces: Sequence[Piece]) -> list[Draft]:
        for piece in pieces:
            if not piece.relevant:
                self._setting(piece)
                if piece.labels:
                    self._evidence_only(piece)
            elif piece.pattern:
                continue
            elif self._military_only(piece) and not (piece.place and piece.place.key in self.by_key):
                continue
            elif piece.listed:
                self._list(piece)
            elif piece.place is not None:
                self._placed(piece)
            else:
                self._unplaced(piece)
        self._attach_lead()
        kept = [draft for draft in self.drafts if self._substance(draft)]
        self._inherit(kept)
        return kept

    # one piece

    def _military_only(self, piece: Piece) -> bool:
        labels = set(piece.labels)
        return "military_objective" in labels and not labels & (self.objects - {"military_objective"}) and not (
            labels & (HARM - {"object_damaged", "object_destroyed"})
        )

    def _time(self, piece: Piece) -> tuple[dt.date | None, bool, tuple[int, int]]:
        """Return date, whether a time is named that gives no date, and the vague month."""
        days = [when for when in piece.whens if when.kind in ("day", "relative")]
        published = self.report.published
        if any(when.date for when in days if when.kind == "day"):  # "on Sunday, 3 March": the weekday adds nothing
            days = [when for when in days if when.date is not None]
        dates = {when.date for when in days}
        if len(days) > 1 and published is not None and published in dates and len(dates) > 1 and days[0].start < 15:
            days = [when for when in days if when.date != published] if days[0].kind == "day" else days
            dates = {when.date for when in days}
        if days:
            return days[0].date if len(dates) == 1 or days[0].date else None, len(dates) == 1 and days[0].date is None, (0, 0)
        vague = [when for when in piece.whens if when.kind == "vague"]
        return None, bool(vague), vague[0].month if vague else (0, 0)

    def _is_background(self, piece: Piece, date: dt.date | None, vague: bool) -> bool:
        main = next((draft for draft in self.drafts if not draft.background), None)
        if main is None:
            return False
        newest = main.date or self.report.published
        if date is not None:
            return newest is not None and (newest - date).days > 3
        return vague and piece.recalled or any(when.month != (0, 0) for when in piece.whens if when.kind == "vague")

    def _placed(self, piece: Piece) -> None:
        assert piece.place is not None
        topic, self.topic = self.topic, None
        if self.current is None and piece.place.role == "near":
            self.lead.append(piece)
            return None
        if piece.place.kind == "region" and topic is not None and piece.paragraph - topic.paragraph <= 1:
            piece = replace(piece, place=topic.place)
            assert piece.place is not None
        date, vague, month = self._time(piece)
        background = self._is_background(piece, date, vague)
        for draft in reversed(self.by_key.get(piece.place.key, [])):
            if self._same_time(draft, date, background, month):
                return self._extend(draft, piece, date)
        if not self._concrete(piece):
            self._setting(piece)
            return None
        current = self.current
        if current is not None and not background:
            gap = piece.paragraph - current.last_paragraph
            if piece.place.kind == "region" and not self._own_facts(piece) and gap <= REACH:
                return self._extend(current, piece, date)
            if piece.place.kind == "site" and current.place is not None and current.place.kind == "settlement" and gap <= REACH:
                return self._extend(current, piece, date)
            if current.place is not None and current.place.role == "near" and gap <= 1 and piece.place.kind == "settlement":
                current.place = piece.place
                self.by_key.setdefault(piece.place.key, []).append(current)
                return self._extend(current, piece, date)
        draft = Draft(piece.place, background=background, undated=vague, month=month)
        self.drafts.append(draft)
        self.by_key.setdefault(piece.place.key, []).append(draft)
        return self._extend(draft, piece, date)

    def _same_time(self, draft: Draft, date: dt.date | None, background: bool, month: tuple[int, int]) -> bool:
        if date is not None and draft.date is not None:
            return date == draft.date
        if background != draft.background and (date is not None or background):
            return False
        return month == (0, 0) or draft.month == (0, 0) or month == draft.month

    def _extend(self, draft: Draft, piece: Piece, date: dt.date | None) -> None:
        draft.pieces.append(piece)
        if draft.date is None and not (draft.undated and draft.pieces[:-1]):
            draft.date = date
        self.current = draft

    def _concrete(self, piece: Piece) -> bool:
        return bool(set(piece.labels) & (CONCRETE | self.objects))

    def _own_facts(self, piece: Piece) -> bool:
        return any(f.kind in ("count", "one") for f in piece.figures) or bool(set(piece.labels) & self.objects)

    def _list(self, piece: Piece) -> None:
        """Handle a bare list of places: a barrage; an incident of its own only if it has facts."""
        self.barrage.append(piece)
        self.topic = None
        known = [draft for mention in piece.listed for draft in self.by_key.get(mention.key, [])]
        if not known and any(f.kind == "count" for f in piece.figures):
            draft = Draft(piece.wide or piece.listed[0])
            self.drafts.append(draft)
            self._extend(draft, piece, self._time(piece)[0])

    def _unplaced(self, piece: Piece) -> None:
        date, vague, month = self._time(piece)
        wide = piece.wide
        topic, self.topic = self.topic, None
        if topic is not None and topic.place is not None and piece.paragraph == topic.paragraph and self._concrete(piece):
            draft = Draft(topic.place, background=self._is_background(piece, date, vague), undated=vague, month=month)
            self.drafts.append(draft)
            self.by_key.setdefault(topic.place.key, []).append(draft)
            self._extend(draft, topic, self._time(topic)[0])
            self._extend(draft, piece, date)
            return
        if self.current is None:
            self.lead.append(piece)
            return
        if wide is not None and wide.kind == "country" or (wide is None and piece.barrage and not self._own_facts(piece)):
            self.barrage.append(piece)
        draft = self._best(piece)
        if draft is None:
            return
        background = self._is_background(piece, date, vague)
        other_day = date is not None and draft.date is not None and date != draft.date
        if (other_day or (background and not draft.background)) and self._concrete(piece):
            if self._own_facts(piece):
                new = Draft(None, background=background, undated=vague, month=month)
                self.drafts.append(new)
                self._extend(new, piece, date)
            return
        self._extend(draft, piece, None if draft.date else date)

    def _best(self, piece: Piece) -> Draft | None:
        """Choose the incident that a piece without a place goes on with."""
        assert self.current is not None
        gap = piece.paragraph - self.current.last_paragraph
        objects = set(piece.labels) & self.objects
        if objects and not objects & self.current.labels:
            sharing = [d for d in self.drafts if not d.background and objects & d.labels]
            if sharing and gap > 0:
                return sharing[-1]
        if gap <= REACH or len(self.drafts) == 1:
            return self.current
        main = next((d for d in self.drafts if not d.background), self.current)
        return main

    def _evidence_only(self, piece: Piece) -> None:
        """A passage of stance or evidence alone goes with the incident it follows, unless it speaks of another place."""
        if self.current is None or piece.pattern:
            return
        gap = piece.paragraph - self.current.last_paragraph
        own = self.current.place.key if self.current.place else None
        if gap <= 1 and (piece.place is None or piece.place.key == own):
            self.current.pieces.append(piece)

    def _setting(self, piece: Piece) -> None:
        """A passage that tells no harm may still name the place of what stands around it."""
        if piece.place is None or piece.place.kind != "settlement" or piece.place.role != "event":
            return
        current = self.current
        if piece.place.key in self.by_key:
            return
        vague = current is not None and (current.place is None or current.place.kind in ("region", "country", "district"))
        if current is not None and vague and piece.paragraph - current.last_paragraph <= 1:
            current.place = piece.place
            current.pieces.append(piece)
            self.by_key.setdefault(piece.place.key, []).append(current)
        else:
            self.topic = piece

    # the whole report

    def _attach_lead(self) -> None:
        if not self.lead:
            return
        foreground = [d for d in self.drafts if not d.background] or self.drafts
        if not foreground:
            near = next((piece.place for piece in self.lead if piece.place is not None), None)
            if not any(self._concrete(piece) for piece in self.lead):
                return
            wide = next((piece.wide for kind in ("district", "region", "country") for piece in self.lead
                         if piece.wide is not None and piece.wide.kind == kind), None)  # fmt: skip
            draft = Draft(near or wide)
            self.drafts.append(draft)
            for piece in self.lead:
                self._extend(draft, piece, self._time(piece)[0])
            return
        for piece in self.lead:
            objects = set(piece.labels) & self.objects
            best = next((d for d in foreground if objects & d.labels and d.pieces[0].number > piece.number), foreground[0])
            best.pieces.append(piece)
            if best.date is None:
                best.date = self._time(piece)[0]
        for draft in foreground:
            draft.pieces.sort(key=lambda piece: piece.number)
        self.barrage = [*self.lead, *self.barrage]

    def _substance(self, draft: Draft) -> bool:
        labels = draft.labels
        civil = labels & (self.objects - {"military_objective"})
        if "military_objective" in labels and not civil and not labels & (HARM - {"object_damaged", "object_destroyed"}):
            return False
        return bool(civil or labels & CONCRETE)

    def _inherit(self, drafts: list[Draft]) -> None:
        """Hand means, author and time of a whole barrage on to those of its incidents that lack them."""
        sources = [piece for piece in self.barrage if piece.barrage and set(piece.labels) & INHERITED]
        for draft in drafts:
            if draft.background or not sources:
                continue
            labels = draft.labels
            wanted = set() if "attribution" in labels else {"attribution"}
            if not labels & MEANS:
                wanted |= MEANS
            own = {piece.number for piece in draft.pieces}
            for piece in sources:
                take = frozenset(wanted & set(piece.labels))
                if take and piece.number not in own:
                    draft.inherited.append((piece, take))
                    wanted -= take
                    if take & MEANS:
                        wanted -= MEANS
                if draft.date is None and not draft.undated and (date := self._time(piece)[0]):
                    draft.date = date
                    if piece.number not in own and not any(p is piece for p, _ in draft.inherited):
                        draft.inherited.append((piece, frozenset()))


def _finish(draft: Draft, report: Report, scheme: Facets, finder: PlaceFinder) -> Incident:
    """Turn a draft into an incident: union of labels, best probabilities, figures, author, id."""
    taken: dict[int, tuple[TaggedPassage, set[str]]] = {}
    review: set[str] = set()
    for piece, labels in [*((p, frozenset(p.labels)) for p in draft.pieces), *draft.inherited]:
        taken.setdefault(piece.number, (piece.tagged, set()))[1].update(labels)
    for piece in draft.pieces:
        review |= set(piece.review)
    order = (*scheme.objects, *scheme.indicators)
    held = {label for _, labels in taken.values() for label in labels}
    evidence = tuple(
        Evidence(
            tagged.passage.start,
            tagged.passage.end,
            tagged.passage.text,
            tuple(label for label in order if label in labels),
        )
        for _, (tagged, labels) in sorted(taken.items())
    )
    probabilities = {
        label: max(float(tagged.tags.probabilities.get(label, 0.0)) for tagged, labels in taken.values() if label in labels)
        for label in order
        if label in held
    }
    figures = [figure for piece in sorted(draft.pieces, key=lambda p: p.number) for figure in piece.figures]
    authors = [piece.text for piece in draft.pieces if "attribution" in piece.labels] + [
        piece.text for piece, labels in draft.inherited if "attribution" in labels
    ]
    place = draft.place
    settlement = finder.country_of(place) if place is not None and place.kind in ("settlement", "site") else None
    text = place.text if place is not None else None
    digest = hashlib.sha256(
        "\n".join((report.sha256, str(evidence[0].start), text or "", str(draft.date or ""))).encode()
    ).hexdigest()
    return Incident(
        incident_id=f"inc-{digest[:16]}",
        report=report.name,
        report_sha256=report.sha256,
        place=text,
        date=draft.date,
        objects=tuple(label for label in scheme.objects if label in held),
        indicators=tuple(label for label in scheme.indicators if label in held),
        probabilities=probabilities,
        passages=evidence,
        country=settlement.country if settlement else finder.code_of(place),
        coordinates=settlement.coordinates if settlement else None,
        killed=combine(figures, "killed"),
        injured=combine(figures, "injured"),
        attributed_to=name_author(authors),
        background=draft.background,
        needs_review=tuple(label for label in order if label in review and label not in held),
    )
