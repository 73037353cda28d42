"""What happened in many unnamed places of an area at once: incidents of the area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from ihlclass.incidents.cues import FIRED_FROM, HARM, MEANS
from ihlclass.incidents.drafts import RECENT, Draft, of_other_means, time_of
from ihlclass.incidents.pieces import Piece
from ihlclass.incidents.places import Mention, PlaceFinder
from ihlclass.incidents.telling import Objects, shown


def settle(
    wide: Sequence[Piece], nation: Mapping[int, Mention], finder: PlaceFinder, published: dt.date | None
) -> list[Draft]:
    """Turn what happened in many unnamed places, and to objects that no incident has, into incidents of the area."""
    areas: list[Draft] = []
    for piece in wide:
        date, vague, month = time_of(piece, published)
        place = piece.wide if piece.wide is not None and piece.wide.kind != "district" else None
        place = place or finder.nation_in(piece.scattered) or nation.get(piece.paragraph)
        same = [
            draft
            for draft in areas[-RECENT:]
            if (date is None or draft.date is None or draft.date == date) and not of_other_means(piece, draft)
        ]
        draft = same[-1] if same else Draft(place, undated=vague, month=month, area=True)
        if not same:
            areas.append(draft)
        draft.place = draft.place or place
        draft.add(piece)
        draft.date = draft.date or date
    return areas


def new_objects(pieces: Sequence[Piece], drafts: Sequence[Draft], objects: Objects) -> bool:
    """Whether pieces tell of objects that no incident with a place has."""
    objects = {label for piece in pieces for label in shown(piece, objects)}
    told = {label for draft in drafts[-RECENT:] if not draft.background and not draft.area for label in draft.labels}
    return bool(objects - told)


def news_of_area(piece: Piece, drafts: Sequence[Draft], objects: Objects, published: dt.date | None) -> bool:
    """Whether a piece tells of objects in many places that no incident with a place has."""
    if not piece.everywhere or piece.place is not None:
        return False
    objects, means = shown(piece, objects), set(piece.labels) & MEANS
    if not objects and not HARM & set(piece.labels) and FIRED_FROM.search(piece.text):
        return False
    date = time_of(piece, published)[0]
    placed = [draft for draft in drafts[-RECENT:] if not draft.background and not draft.area]
    new_day = date is not None and bool(placed) and all(d.date is not None and d.date != date for d in placed)
    new_means = bool(means and piece.scattered) and not any(means & draft.labels for draft in placed)
    return (bool(objects) and not any(objects & draft.labels for draft in placed)) or (
        (new_day or new_means) and bool(means)
    )
