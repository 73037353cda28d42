"""Group: tagged passages -> incidents, by following the report's own thread of places and times."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from ihlclass.incidents.authors import LIKELY, SURE, is_named, name_author, who_is_blamed
from ihlclass.incidents.cues import CONCRETE
from ihlclass.incidents.drafts import Draft
from ihlclass.incidents.gazetteer import Gazetteer, default_gazetteer
from ihlclass.incidents.headings import day_of_report, title_place
from ihlclass.incidents.pieces import Piece
from ihlclass.incidents.places import PlaceFinder
from ihlclass.incidents.reading import read
from ihlclass.incidents.thread import Thread
from ihlclass.incidents.tolls import Figure, added, combine
from ihlclass.types import (
    Evidence,
    FigureSource,
    Incident,
    Interval,
    PlaceCandidate,
    Report,
    TaggedPassage,
    TimeSource,
)

#: Who says that it was he.
_CLAIMS = re.compile(r"\bclaim(?:ed|s|ing)? (?:the )?responsibility\b", re.I)
#: Settlements of one name that an incident keeps.
CANDIDATES = 5


class Facets(Protocol):
    """The part of the label scheme that grouping needs."""

    @property
    def objects(self) -> tuple[str, ...]:
        """Labels of facet object."""

    @property
    def indicators(self) -> tuple[str, ...]:
        """Labels of facet indicator."""


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
    if report.published is None:
        days = (day_of_report(t.passage.text, t.passage.paragraph) for t in passages[:8])
        report = replace(report, published=next((day for day in days if day is not None), None))
    finder = PlaceFinder(gazetteer or default_gazetteer(), [t.passage.text for t in passages])
    pieces = list(read(report, passages, finder, known, frozenset(scheme.objects)))
    home = title_place(passages[0].passage.text, finder)
    drafts = Thread(report, frozenset(scheme.objects), finder, home).follow(pieces)
    counted = Counter(
        harm
        for draft in drafts
        if not draft.background
        for harm in {f.harm for p in draft.pieces for f in p.figures if f.kind in _COUNTED}
    )
    alone = frozenset(harm for harm, times in counted.items() if times == 1)
    incidents = [_finish(draft, report, scheme, finder, alone) for draft in drafts]
    return _with_ids(sorted(incidents, key=lambda incident: incident.passages[0].start), report)


def _with_ids(incidents: Sequence[Incident], report: Report) -> list[Incident]:
    """Name incidents apart: by report, first evidence, place and date, and where all these agree by their order."""
    seen: Counter[tuple[str, ...]] = Counter()
    named = []
    for incident in incidents:
        what = (str(incident.passages[0].start), incident.place or "", str(incident.date or ""))
        seen[what] += 1
        parts = (report.name, report.sha256, *what, str(seen[what]))
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        named.append(replace(incident, incident_id=f"inc-{digest[:16]}"))
    return named


def _finish(draft: Draft, report: Report, scheme: Facets, finder: PlaceFinder, alone: Collection[str]) -> Incident:
    """Turn a draft into an incident: union of labels, best probabilities, figures, author; its id comes later.

    Parameters
    ----------
    alone
        Harms of which one incident of the report alone has a number.
    """
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
            {label: float(tagged.tags.probabilities.get(label, 0.0)) for label in order if label in labels},
        )
        for _, (tagged, labels) in sorted(taken.items())
    )
    probabilities = {
        label: max(shown.probabilities[label] for shown in evidence if label in shown.labels)
        for label in order
        if label in held
    }
    pieces = sorted(draft.pieces, key=lambda p: p.number)
    told = [(piece, added(piece.figures)) for piece in pieces]
    own = [piece.text for piece in draft.pieces]
    blaming_somebody = [piece for piece in draft.pieces if "attribution" in piece.labels]
    attributing = [piece.text for piece in blaming_somebody]
    blamed = [piece for piece in blaming_somebody if CONCRETE & set(piece.labels)]
    telling = [piece.text for piece in blamed]
    undenied = [p.text for n, p in enumerate(blamed) if not n or "responsibility_denied" not in p.labels]
    blaming = [piece for piece, labels in draft.inherited if "attribution" in labels]
    place = draft.place
    but = place.text if place is not None else None
    told_first = (undenied, telling, attributing)  # who denies it later blames somebody else
    who = next((party for texts in told_first if (party := name_author(texts, LIKELY, but))), None)
    claiming = [text for text in attributing if _CLAIMS.search(text)]
    who = name_author(claiming, SURE, but) or who
    if who and not is_named(who) and (named := name_author(attributing, LIKELY, but)) and is_named(named):
        who = named  # "Gunmen killed ..." and later "officials blamed Boko Haram"
    who = who or name_author(own, SURE, but)
    if not (who and is_named(who)):
        all_of_them = (who_is_blamed(piece.text) for piece in (*blaming, *draft.pieces))
        of_all = next((party for party in all_of_them if party is not None and party != but), None)
        who = of_all or who or name_author([piece.text for piece in blaming], LIKELY, but)
    candidates = finder.candidates(place) if place is not None and place.kind in ("settlement", "site") else ()
    settlement = next(iter(candidates), None)
    return Incident(
        incident_id="",
        report=report.name,
        report_sha256=report.sha256,
        place=but,
        date=draft.date,
        objects=tuple(label for label in scheme.objects if label in held),
        indicators=tuple(label for label in scheme.indicators if label in held),
        probabilities=probabilities,
        passages=evidence,
        country=settlement.country if settlement else finder.code_of(place),
        coordinates=settlement.coordinates if settlement else None,
        killed=_toll(told, "killed", draft, alone),
        injured=_toll(told, "injured", draft, alone),
        attributed_to=who,
        background=draft.background,
        needs_review=tuple(label for label in order if label in review and label not in held),
        figures=tuple(_figures(pieces)),
        times=tuple(_times([*pieces, *(piece for piece, labels in draft.inherited if not labels)])),
        place_candidates=tuple(
            PlaceCandidate(place.name, place.country, place.coordinates, place.population)
            for place in candidates[:CANDIDATES]
        ),
    )


#: Kinds of figures that say how many.
_COUNTED = frozenset({"count", "group", "other", "one", "either"})


def _toll(
    told: Sequence[tuple[Piece, Sequence[Figure]]], harm: str, draft: Draft, alone: Collection[str]
) -> Interval | None:
    """Combine what pieces say of a harm: a greater sum over a wider area, told before the others count, is not of here.

    Parameters
    ----------
    alone
        Harms of which no other incident has a number, so that a headline that names no place sums up nothing else.
    """
    own_area = draft.place.key if draft.place is not None and draft.place.kind == "region" else None
    wide = {p.number for p, _ in told if p.sums_up and not (p.place is not None and p.place.key == own_area)}
    wide |= draft.sums if harm not in alone else set()
    own = [
        (p.number, f)
        for p, figures in told
        if p.number not in wide
        for f in figures
        if f.harm == harm and f.kind in _COUNTED
    ]
    first = min((number for number, _ in own), default=-1)
    most = max((f.interval[1] or f.interval[0] for _, f in own), default=0)
    here = (
        f for p, figures in told for f in figures if p.number not in wide or p.number > first or f.interval[0] <= most
    )
    return combine(here, harm)


def _figures(pieces: Iterable[Piece]) -> Iterator[FigureSource]:
    for piece in pieces:
        passage = piece.tagged.passage
        for figure in piece.figures:
            start, end = passage.start + figure.start, passage.start + figure.end
            text = passage.text[figure.start : figure.end]
            yield FigureSource(start, end, text, figure.harm, figure.interval, figure.kind)


def _times(pieces: Iterable[Piece]) -> Iterable[TimeSource]:
    found = {}
    for piece in pieces:
        passage = piece.tagged.passage
        for when in piece.whens:
            if when.start < 0:  # the day of the list's entry, which stands in its heading
                continue
            start, end = passage.start + when.start, passage.start + when.end
            found[start] = TimeSource(start, end, passage.text[when.start : when.end], when.date)
    return [found[start] for start in sorted(found)]
