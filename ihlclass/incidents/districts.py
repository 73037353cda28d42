"""Parts of a city: named with it once, they are there again when named alone, and an incident's place says both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ihlclass.incidents.drafts import Draft
from ihlclass.incidents.pieces import Piece
from ihlclass.incidents.places import TOWN, Mention, with_city

#: A part of a city lies within so many degrees of it.
PART_WITHIN = 0.3
#: Between a settlement and the district that it is part of.
_IN_THE = re.compile(r",?\s+(?:a \w+ )?(?:in|of)\s+(?:the\s+)?")
#: Between a district and its city.
_CITY_NEXT = re.compile(r",\s+|,?\s+(?:in|of)\s+(?:the\s+)?(?:[a-z-]+\s+){0,2}(?:of\s+)?")


class Districts:
    """The parts of cities that a report has named with their city."""

    def __init__(self) -> None:
        self.parts: dict[str, Mention] = {}

    def in_its_city(self, piece: Piece) -> Piece:
        """Let a part of a city that was named with the city before, "Podil district of Kyiv", be there again: "in Podil"."""
        place, part = piece.place, piece.district
        if place is None or place.kind != "settlement":
            return piece
        if part is None and (city := self.parts.get(place.key)) is not None:
            here = replace(city, role=place.role, start=place.start, end=place.end)
            return replace(piece, place=here, district=replace(place, kind="district"))
        if part is not None and part.key != place.key and not lies_in_it(piece):
            between = piece.tagged.passage.text[part.end : place.start]
            if not own_town(part, place) and (_CITY_NEXT.fullmatch(between) or not part.settlements):
                self.parts.setdefault(part.key, place)
        return piece


def name_districts(by_key: Mapping[str, Sequence[Draft]]) -> None:
    """Name the part of a city where an incident happened, with the city: "Podil district, Kyiv"."""
    for some in by_key.values():
        apart = {d.district.key for d in some if d.district is not None and not d.background}
        for draft in some:
            parts = {piece.district.key for piece in draft.pieces if piece.district is not None}
            if draft.place is None or draft.place.kind != "settlement" or draft.district is None:
                continue
            if (len(parts) > 1 and len(apart) < 2) or any(map(lies_in_it, draft.pieces)):
                continue
            part, city = draft.district.text, draft.place.text
            if city.lower() not in part.lower() and part.lower() not in city.lower():
                draft.place = replace(draft.place, text=with_city(part, city))


def own_town(part: Mention, city: Mention) -> bool:
    """Whether a district bears the name of a town of the country that lies apart from the city: "Izium district"."""
    return any(
        town.size >= TOWN
        and town.country == its.country
        and max(abs(a - b) for a, b in zip(town.coordinates, its.coordinates, strict=True)) > PART_WITHIN
        for town in part.settlements
        for its in city.settlements[:1]
    )


def lies_in_it(piece: Piece) -> bool:
    """Whether a piece's settlement lies in the district that it names: "Kozacha Lopan in the Derhachi district"."""
    if piece.place is None or piece.district is None:
        return False
    between = piece.tagged.passage.text[piece.place.end : piece.district.start]
    return piece.place.end <= piece.district.start and bool(_IN_THE.fullmatch(between))
