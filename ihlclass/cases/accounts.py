"""What linking needs of an incident: far less than the incident, so that many fit into memory."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ihlclass.incidents.cues import MEANS
from ihlclass.incidents.gazetteer import fold
from ihlclass.incidents.places import names_in
from ihlclass.types import Interval

#: A word that may tell one event from another: four letters or more, or a number.
_WORD = re.compile(r"[^\W\d_]{4,}|\d+")
#: The Arabic article, as it is written with letters of the sun too: "El Obeid", "Ad-Dahla".
_ARTICLE = re.compile(r"\b(?:[AaEe]l|A[dnrstz]|As[hs])[- ](?=\w)")


@dataclass(frozen=True, slots=True)
class Account:
    """One report's account of an incident.

    Attributes
    ----------
    place
        Folded name (letters and digits alone, no Arabic article), empty where none is named.
    place_words
        Words of that name.
    coordinates
        ``(longitude, latitude)`` in degrees, None where the gazetteer does not know the place.
    published
        When the report was published.
    words
        Distinctive words of the evidence, without those of the place.
    """

    incident_id: str
    report: str
    place: str
    place_words: frozenset[str]
    country: str | None
    coordinates: tuple[float, float] | None
    date: dt.date | None
    published: dt.date | None
    objects: frozenset[str]
    means: frozenset[str]
    killed: Interval | None
    injured: Interval | None
    background: bool
    words: frozenset[str]


def account_of(record: Mapping[str, Any]) -> Account:
    """Take from a line of ``incidents.jsonl`` what linking needs."""
    place = record["place"] or ""
    settlement = names_in(place)[-1]  # of a part of a city the city
    text = " ".join(passage["text"] for passage in record["passages"])
    return Account(
        incident_id=record["incident_id"],
        report=record["report"],
        place=fold(_ARTICLE.sub("", settlement)),
        place_words=frozenset(words_of(settlement)),
        country=record["country"],
        coordinates=tuple(record["coordinates"]) if record["coordinates"] else None,
        date=_date(record["date"]),
        published=_date(record.get("published")),
        objects=frozenset(record["objects"]),
        means=MEANS.intersection(record["indicators"]),
        killed=tuple(record["killed"]) if record["killed"] else None,
        injured=tuple(record["injured"]) if record["injured"] else None,
        background=record["background"],
        words=frozenset(words_of(text) - words_of(place)),
    )


def words_of(text: str) -> set[str]:
    """Words of four letters or more and numbers, in lower case."""
    return set(_WORD.findall(text.casefold()))


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
