"""What a piece tells, by its labels and figures: something that happened, something new, or something apart from what was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet

from ihlclass.incidents.cues import APART, CIVILIAN, CONCRETE, CONDUCT, HARM, MEANS, MILITARY, VICTIMS, carried_by
from ihlclass.incidents.drafts import Draft, another_day, hurts, surely
from ihlclass.incidents.figure_words import FIGHTER
from ihlclass.incidents.pieces import Piece

#: The labels of facet object.
Objects = AbstractSet[str]


def concrete(piece: Piece, objects: Objects) -> bool:
    """Whether a piece tells of something that happened: harm, a means, a conduct, an object, people hurt."""
    return bool(set(piece.labels) & (CONCRETE | objects)) or hurts(piece)


def own_facts(piece: Piece, objects: Objects) -> bool:
    """Whether a piece has a number of people or an object."""
    return any(f.kind in ("count", "one") for f in piece.figures) or bool(set(piece.labels) & objects)


def shown(piece: Piece, objects: Objects) -> set[str]:
    """Objects of a piece that its words name."""
    return {label for label in piece.labels if label in objects and carried_by(label, piece.text)}


def military_only(piece: Piece, objects: Objects) -> bool:
    """Whether what came to harm is military, and nothing civilian did."""
    labels = set(piece.labels)
    return (
        "military_objective" in labels
        and not labels & (objects - {"military_objective"})
        and not labels & (HARM - {"object_damaged", "object_destroyed"})
        and not CIVILIAN.search(piece.text)
    )


def fighters_only(piece: Piece, objects: Objects) -> bool:
    """Whether those who came to harm are fighters, and nothing civilian did."""
    labels = set(piece.labels)
    return (
        bool(MILITARY.search(piece.text) and FIGHTER.search(piece.text))
        and not piece.figures
        and not labels & (objects - {"military_objective"})
        and bool(labels & HARM)
        and labels & HARM <= {"object_damaged", "object_destroyed", "civilians_killed", "civilians_injured"}
        and not labels & VICTIMS
        and not CIVILIAN.search(piece.text)
    )


def only_fired(piece: Piece, objects: Objects) -> bool:
    """Whether a piece tells of a weapon, and of nothing that it did."""
    return not hurts(piece) and not set(piece.labels) & (HARM | VICTIMS | CONDUCT | objects)


def nothing_new(draft: Draft, piece: Piece, date: dt.date | None, objects: Objects) -> bool:
    """Whether a piece tells of no other object, toll or day than an incident has."""
    told = set(piece.labels) & objects
    return bool(told) and told <= draft.labels and not piece.tolls and date in (None, draft.date)


def day_after(draft: Draft, piece: Piece, date: dt.date | None, objects: Objects) -> bool:
    """Whether a piece tells what became of an incident by the next day: no other object, means or toll."""
    if date is None or draft.date is None or (date - draft.date).days != 1:
        return False
    return not piece.tolls and set(piece.labels) & (objects | MEANS) <= draft.labels


def told_apart(draft: Draft, piece: Piece, objects: Objects) -> bool:
    """One settlement, but another district, or other objects or means and another toll: two incidents."""
    if piece.district is not None and draft.district is not None and piece.district.key != draft.district.key:
        return True
    if piece.paragraph > draft.last_paragraph and APART.search(piece.text):
        named, had = shown(piece, objects) - {"military_objective"}, draft.labels & objects
        if named and had and not named & had:
            return True
    kinds, others = set(piece.labels) & (objects | MEANS), draft.labels & (objects | MEANS)
    if not kinds & MEANS or not others & MEANS or kinds & others or piece.paragraph - draft.last_paragraph < 1:
        return False
    return bool(piece.tolls and draft.tolls) and not piece.tolls & draft.tolls


def same_time(draft: Draft, piece: Piece, date: dt.date | None, background: bool, month: tuple[int, int]) -> bool:
    """Whether a piece may tell of the time of an incident."""
    if date is not None and draft.date is not None:
        return not draft.sure or not another_day(piece, date, draft.date)
    if background != draft.background and (surely(piece, date) or background):
        return False
    return month == (0, 0) or draft.month == (0, 0) or month == draft.month


def beside(draft: Draft, other: Draft) -> bool:
    """Whether an incident is told in a paragraph of another at the place, and adds no toll to it."""
    near = {p.paragraph for p in draft.pieces} & {p.paragraph for p in other.pieces}
    if draft.district is not None and other.district is not None and draft.district.key != other.district.key:
        return False
    return bool(near) and not (draft.tolls - other.tolls)
