"""A passage as the thread of a report takes it up: its parts, one a place, and what their words say of its reach."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ihlclass.incidents.cues import BLAMES_ALL, LOCATES
from ihlclass.incidents.dates import MONTH_NAMES, When
from ihlclass.incidents.places import Mention
from ihlclass.incidents.tolls import Figure, added
from ihlclass.types import Interval, TaggedPassage

_BARRAGE = re.compile(
    r"\b(?:strikes|missiles|attacks|rockets|drones|bombardment|barrage|shelling|salvo|wave|series|"
    r"assaults?|offensive|string of|raids|fire)\b",
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
    r"\b(?:residents|people|civilians|inhabitants|persons) (?:of|in|across) (?:the )?(?-i:[A-Z])[\w'’-]+ (?:region|oblast|province|governorate|state)\s*[:–—]|"
    r"\band its (?:outskirts|suburbs|surroundings|environs)\b",
    re.I,
)
_PARTS = r"\b(?:areas|districts|parts|places|locations|neighbou?rhoods|quarters)"
#: "in several towns", "across the country".
MANY_PLACES = re.compile(
    r"(?<!\bfrom )\b(?:several|various|many|multiple|other|different|numerous|dozens of|across|"
    r"all over)\s+(?:of\s+)?(?:the\s+)?(?:\w+ian\s+|\w+i\s+)?"
    r"(?:cities|towns|regions|areas|districts|provinces|parts|places|circuits|oblasts|villages|"
    r"settlements|country)\b(?! (?:of|in) (?:the|this) (?:city|town|capital|village))",
    re.I,
)


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
        several = [*_SUMMED.finditer(self.text), *MANY_PLACES.finditer(self.text)]
        return wide or (bool(several) and not self._in_town(several))

    def _in_town(self, several: Sequence[re.Match[str]]) -> bool:
        """Whether all of several places are parts of the town that the piece names: "several areas of Kherson"."""
        if self.place is None or self.place.kind != "settlement":
            return False
        name, before = re.escape(self.place.text), len(self.place.text) + 1
        within = re.compile(
            rf"{_PARTS}\s+(?:of|in|across)\s+(?:the\s+(?:city|town)\s+of\s+)?{name}\b|{name} and its outskirts\b"
        )
        return all(
            within.search(self.text, max(0, some.start() - before), some.end() + len(name) + 30) for some in several
        )

    @property
    def scattered(self) -> str:
        """The words for many places, such as "several cities", or nothing."""
        found = MANY_PLACES.search(self.text)
        return found.group() if found else ""

    @property
    def locates(self) -> bool:
        """Whether the piece says where that happened which was told before it."""
        return bool(LOCATES.search(self.text))

    @property
    def everywhere(self) -> bool:
        """Whether the piece says that many unnamed places were struck."""
        return bool(self.scattered) or (self.wide is not None and self.wide.kind == "country")
