"""Places in a passage: settlements, named sites, districts, regions and countries, each with its part in the story."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ihlclass.incidents.countries import capitals, countries, country_code, is_adjective
from ihlclass.incidents.gazetteer import Gazetteer, Settlement, fold, same_spelling
from ihlclass.incidents.place_features import Known
from ihlclass.incidents.place_reader import Read, default_reader
from ihlclass.incidents.place_words import (
    AFTER_ACTOR,
    AFTER_CAMP,
    AFTER_DISTRICT,
    AFTER_REGION,
    AFTER_SEAT,
    AFTER_SITE,
    ALONE,
    BEFORE_LOCATIVE,
    BEFORE_NEAR,
    BEFORE_OTHER,
    CAME_FROM,
    CAPITAL,
    FLED_FROM,
    GOVERNMENT_SEATS,
    HEAD,
    IN_AND_AROUND,
    NO_TOWN,
    NOT_PLACES,
    NUCLEAR,
    OF_PROVINCE,
    PRESENTED,
    PROVINCE,
    RECORD,
    RUN,
    RUN_WORD,
    SPEAKS_AS,
    STANDS_ALONE,
    STRUCK_OBJECT,
    VOUCHED,
    WHAT_THEY_FLED,
    WHERE,
    WITH_ARTICLE,
    WORD_OF_DISTRICT,
)

#: From the finest place to the widest.
KINDS = ("settlement", "site", "district", "region", "country")


#: Inhabitants from which a name that only one country has is known wherever it stands.
TOWN = 5000
#: A camp is a settlement of its own.
CAMP = "settlement"

#: How much likelier a settlement is whose main name is meant than one that is also called so.
OWN_NAME = 1.5

#: A place is surely the scene from this chance; one that plays another part may be it, where none other is, from that.
SURE, BARE = 0.5, 0.2
#: A large town in the report's countries may be the scene, where none other is, from that.
HARDLY = 0.03
#: So much do words such as "in" before a name, or "from", add to the chance or take from it.
LEANING = 0.2
#: A known town that was read as a wider area is the town from this chance; where it is an area, the word for it follows.
MAYBE_TOWN = 0.04
#: So may a town of so many inhabitants in a country that the report speaks of.
LARGE = 50_000
#: Between the name of a part of a city and the city's.
OF_CITY = ", "
#: An agency's letters after a name: "in Sumy AFP".
CREDIT = re.compile(r"(?<=[a-z]) (?:AFP|AP|EPA|UPI|DPA|ANP|REUTERS|Reuters)\b")
#: Before "the capital": who speaks there.
SPOKEN = re.compile(r"\b(?:reporters|journalists|conference|said|speaking|diplomats|officials)\s*$")

#: Before a town whose surroundings are meant.
COUNTRYSIDE_OF = re.compile(
    r"\b(?:countryside|suburbs|outskirts|province|governorate|region|oblast) of\s+(?:the\s+)?$", re.I
)
#: Between two parts of a city that share a word.
_SIDE_BY_SIDE = re.compile(r",?\s+and\s+(?:the\s+)?|,\s+")
#: Several parts of a city share what is told of them.
DISTRICTS = re.compile(r"\b(?:neighbou?rhoods|districts|quarters|suburbs)$", re.I)
OPENING = re.compile(r"(?:In|At|Near|Around|Outside|From|On)\s+(?=\S|$)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a passage names.

    Attributes
    ----------
    text
        As the report writes it; ``start`` and ``end`` are characters into the passage.
    kind
        One of `KINDS`.
    role
        ``event`` where the passage says that something happened there, ``weak`` where that is less sure, ``near`` where
        the place only helps to find the spot, ``other`` where it is an origin, an aim, a speaker's seat or a
        government, ``bare`` where it seems so but may be the scene if nothing else is, ``plant`` for a nuclear plant.
    key
        Folded name, for comparing.
    settlements
        What the gazetteer knows under that name; empty for a name that it does not know.
    """

    text: str
    start: int
    end: int
    kind: str
    role: str
    key: str
    settlements: tuple[Settlement, ...] = ()


def with_city(part: str, city: str) -> str:
    """Name a part of a city with the city: "Podil district, Kyiv"."""
    return f"{part}{OF_CITY}{city}"


def names_in(place: str) -> list[str]:
    """Return the names of which a place is composed, the widest last."""
    return place.split(OF_CITY)


def _presented(texts: Iterable[str]) -> set[str]:
    """Return the names that a report presents as settlements somewhere: "X is a village", "X, a town"."""
    found = {fold(OPENING.sub("", match["name"])) for text in texts for match in PRESENTED.finditer(text)}
    return found - NOT_PLACES


def _parts_of_names(texts: Iterable[str]) -> set[str]:
    """Return the single words that stand within longer names."""
    runs = (RUN_WORD.findall(run.group()) for text in texts for run in RUN.finditer(text))
    return {fold(word) for words in runs if len(words) > 1 for word in words}


def _provinces(texts: Iterable[str]) -> set[str]:
    """Return the names that a report gives to wider areas somewhere: "Aleppo province", "Homs Governorate"."""
    found = set()
    for text in texts:
        for run in RUN.finditer(text):
            name = run.group()
            if inside := PROVINCE.search(name):  # in capitals the word is part of the run
                found.add(fold(name[: inside.start()]))
            elif PROVINCE.match(text, run.end()):
                found.add(fold(name))
    return found


def _districts(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Let what a word for several districts ends belong to them: "Bab Touma and al-Qassaa neighborhoods".

    A city among them stays one: "Aleppo and Salaheddine neighborhoods".
    """
    found: list[Mention] = []
    sharing: int | None = None  # where the parts begin that share a word which follows
    for one in reversed(mentions):
        beside = sharing is not None and bool(_SIDE_BY_SIDE.fullmatch(text[one.end : sharing]))
        part = beside and one.kind == "settlement" and not any(place.size >= LARGE for place in one.settlements)
        shares = part or (one.kind == "district" and DISTRICTS.search(one.text))
        sharing = one.start if shares else None
        found.append(replace(one, kind="district") if part else one)
    return found[::-1]


def _capital_of(mention: Mention, weights: Counter[str]) -> list[str]:
    """Return the countries, of those that the report speaks of most, whose capital a settlement is."""
    seats = capitals()
    found = {place.country for place in mention.settlements if seats.get(place.country) == fold(place.name)}
    return [code for code, _ in weights.most_common(4) if code in found]


class PlaceFinder:
    """Find places in the passages of one report.

    Parameters
    ----------
    gazetteer
        Where settlements are looked up.
    texts
        All passages of the report: which names are located or spelt in lower case somewhere, and which countries the
        report speaks of, decides what a name means in each of them.
    """

    def __init__(self, gazetteer: Gazetteer, texts: Iterable[str]) -> None:
        self._gazetteer = gazetteer
        texts = list(texts)
        self._read: dict[str, list[Read]] = {}
        self._about: dict[str, Known] = {}
        self._presented = _presented(texts)
        self._parts = _parts_of_names(texts)
        #: Names that the report gives to wider areas somewhere.
        self.provinces = _provinces(texts)
        self._texts = texts
        self._common = {word for text in texts for word in re.findall(r"\b[a-z]{3,}\b", text)}
        self.countries = self._weigh_countries(texts)
        self._vouched = {fold(found["name"]) for text in texts for found in VOUCHED.finditer(text)}
        heads = [match for text in texts if (match := HEAD.match(text)) and self._known(match["name"])]
        #: Whether the report holds a list with names of places before its entries.
        self.lists = len(heads) > 1
        alone = [match for text in texts if (match := ALONE.fullmatch(text)) and self._known(match["name"])]
        #: Whether its entries open with a name alone: "Town. ...".
        self.names_alone = len(alone) > 1
        #: Whether the report is set out in records of fields: "Location: ...".
        self.records = sum(bool(RECORD.match(text)) for text in texts) > 1

    @cached_property
    def _mentions(self) -> list[Mention]:
        """All places that the report names, the capital's other name aside."""
        return [mention for text in self._texts for mention in self._found(text, told=True)]

    @cached_property
    def _capitals(self) -> dict[str, Mention]:
        """By country, its capital as the report first names it."""
        named = [mention for mention in self._mentions if mention.kind == "settlement"]
        return {code: m for m in reversed(named) for code in _capital_of(m, self.countries)}

    @cached_property
    def _nations(self) -> dict[str, Mention]:
        """By its code, each country as the report first names it."""
        named = [mention for mention in self._mentions if mention.kind == "country"]
        return {countries()[0][mention.key]: mention for mention in reversed(named)}

    def vouched(self, name: str) -> bool:
        """Whether the report says somewhere that something was in, at or near a name."""
        return fold(name) in self._vouched

    def _weigh_countries(self, texts: Iterable[str]) -> Counter[str]:
        """Count for each country how often its name or adjective stands, and the well-known settlements named in it."""
        weights: Counter[str] = Counter()
        seen: set[str] = set()
        for text in texts:
            for run in RUN.finditer(text):
                words = RUN_WORD.findall(run.group())
                key = fold(run.group())
                for size in (3, 2, 1):
                    for first in range(len(words) - size + 1):
                        part = fold(" ".join(words[first : first + size]))
                        if code := country_code(part, adjectives=size == 1):
                            weights[code] += 1
                start = run.start()
                if opening := OPENING.match(run.group()):  # "In" at the start of a sentence is no part of the name
                    start += opening.end()
                    key = fold(text[start : run.end()])
                if key in seen or key in NOT_PLACES or len(words) > 4 or run.group().isupper():
                    continue
                seen.add(key)
                if not BEFORE_LOCATIVE.search(text[max(0, start - 80) : start]):
                    continue
                found = self._gazetteer.lookup(text[start : run.end()])
                if found and found[0].size > 5000:
                    weights[found[0].country] += 2
        return weights

    def candidates(self, mention: Mention) -> tuple[Settlement, ...]:
        """Return the settlements that a name may mean, the likeliest first: what a user has listed,
        then by the report's countries, by size, and whether it is their main name or only another one.
        """

        def likelihood(place: Settlement) -> tuple[bool, float, int]:
            weight = math.log1p(4 * self.countries[place.country]) * math.log10(place.size + 100)
            own_name = mention.key and same_spelling(fold(place.name), mention.key)
            return place.listed, weight * (OWN_NAME if own_name else 1.0), place.population

        return tuple(sorted(mention.settlements[:12], key=likelihood, reverse=True))

    def nation_in(self, text: str) -> Mention | None:
        """Return the country whose name or adjective stands in a text, as the report writes its name."""
        for run in RUN.finditer(text):
            for word in run.group().split():
                code = next((code for stem, code in countries()[1] if fold(word).startswith(stem)), None)
                if code in self._nations:
                    return self._nations[code]
        return None

    def code_of(self, mention: Mention | None) -> str | None:
        """Return the ISO code of a mention of a country, or of the one country that holds such a settlement."""
        if mention is None:
            return None
        if mention.kind == "country":
            return countries()[0].get(mention.key)
        found = self.candidates(mention)
        return found[0].country if found else None

    def known(self, name: str) -> tuple[Settlement, ...]:
        """Return what the gazetteer knows by a name in the countries that the report speaks of."""
        main = self._main_countries
        called = self._known(name)
        found = tuple(place for place in called if place.country in main)
        if not found and called and called[0].size >= TOWN and len({place.country for place in called}) == 1:
            found = called
        if found or name.lower() in self._common:
            return found
        for country, _ in self.countries.most_common(1):
            if close := self._gazetteer.closest(name, country):
                return (close,)
        return ()

    def _known(self, name: str) -> tuple[Settlement, ...]:
        key = fold(name)
        if self._gazetteer.listed(name):
            return self._gazetteer.lookup(name)
        if key in NOT_PLACES or key in GOVERNMENT_SEATS or len(key) < 3 or (name.isupper() and len(name) < 5):
            return ()
        return self._gazetteer.lookup(name)

    def about(self, name: str) -> Known:
        """Return what is known of a name apart from the passage it stands in."""
        if name not in self._about:
            key, found = fold(name), self._known(name)
            self._about[name] = Known(
                size=found[0].size if found else 0,
                here=any(place.country in self._main_countries for place in found),
                nation=key in countries()[0],
                adjective=is_adjective(key),
                common=self._common_word(name),
                barred=key in NOT_PLACES,
                sure=key in self._presented,
                within=key in self._parts,
                listed=self._gazetteer.listed(name),
            )
        return self._about[name]

    def find(self, text: str, *, told: bool = True) -> list[Mention]:
        """Return the places of a passage, in order.

        Parameters
        ----------
        told
            Whether the passage tells of an incident; the places of one that does not may be where others happened.
        """
        mentions = self._found(text, told=told)
        if any(m.kind == "settlement" and m.role in ("event", "near") for m in mentions):
            return mentions
        return sorted([*mentions, *self._capital(text)], key=lambda mention: mention.start)

    def _found(self, text: str, *, told: bool) -> list[Mention]:
        """Return the places that a passage names, in order."""
        if text not in self._read:
            uncredited = CREDIT.sub(lambda credit: ".".ljust(len(credit.group())), text)
            self._read[text] = default_reader().read(uncredited, self.about)
        named = [read for read in self._read[text] if not self._barred(text, read)]
        mentions = [self._mention(text, read, told) for read in named]
        for plant in NUCLEAR.finditer(text):
            mentions = [m for m in mentions if m.end <= plant.start() or plant.end() <= m.start or m.kind != "site"]
            mentions.append(Mention(plant.group(), plant.start(), plant.end(), "site", "plant", fold(plant.group())))
        return _districts(text, sorted(mentions, key=lambda mention: mention.start))

    def _barred(self, text: str, read: Read) -> bool:
        """Whether a name is a word that is hardly ever a place, or of a river or the like, and no user lists it."""
        name, last = text[read.start : read.end], text[read.start : read.end].split()[-1]
        hardly = fold(name) in NOT_PLACES or NO_TOWN.match(last) or (read.part == "S" and NO_TOWN.match(text, read.end))
        if read.part not in "DXA" and WITH_ARTICLE.search(text[max(0, read.start - 8) : read.start]):
            town = fold(name) in countries()[0] or any(place.size >= TOWN for place in self._known(name))
            hardly = hardly or (not town and STANDS_ALONE.match(text, read.end))
        return bool(hardly) and not self._gazetteer.listed(name)

    def _capital(self, text: str) -> list[Mention]:
        """Return the city that "the capital" means in a passage, if the report names it."""
        found = CAPITAL.search(text)
        if found is None or SPOKEN.search(text[: found.start()]):
            return []
        whose = fold(found["whose"] or "")
        codes = [code for stem, code in countries()[1] if whose.startswith(stem)] if whose else list(self._main())
        capital = next((self._capitals[code] for code in codes if code in self._capitals), None)
        if capital is None:
            return []
        role = "near" if BEFORE_NEAR.search(text[: found.start()]) else "event"
        return [replace(capital, start=found.start(), end=found.end(), role=role)]

    def _mention(self, text: str, read: Read, told: bool) -> Mention:
        """Make a mention of a name that was read as a place: the word for its kind belongs to it."""
        start, end = read.start, read.end
        name, left, rest = text[start:end], text[max(0, start - 80) : start], text[end : end + 90]
        key, found = fold(name), self._known(name)
        fled = FLED_FROM.search(left) and WHAT_THEY_FLED.match(rest)
        came_from = bool(CAME_FROM.search(left)) and not fled
        other = (came_from or bool(BEFORE_OTHER.search(left))) and not (fled or STRUCK_OBJECT.search(left))
        inside, acts = bool(BEFORE_LOCATIVE.search(left)), bool(AFTER_ACTOR.match(rest))
        role = self._role(read, found, told=told, other=other, located=inside and not acts, acts=acts)
        if (came_from and not WHERE.match(rest)) or (not inside and SPEAKS_AS.match(rest)):
            role = "other"
        if role == "near" and IN_AND_AROUND.search(left):
            role = "event"
        scene = "event" if role in ("event", "weak", "near") else "other"
        if key in countries()[0]:
            there = (inside or BEFORE_NEAR.search(left)) and not other and not acts
            return Mention(name, start, end, "country", "event" if there else "other", key)
        if camp := AFTER_CAMP.match(rest):
            end += camp.end()
            return Mention(text[start:end], start, end, CAMP, role, key, found)
        if region := AFTER_REGION.match(rest):
            end += region.end()
            speaks = bool(AFTER_ACTOR.match(text[end : end + 90]) or AFTER_SEAT.match(text[end : end + 90]))
            elsewhere = speaks or (other and not (inside or BEFORE_NEAR.search(left)))
            return Mention(text[start:end], start, end, "region", "other" if elsewhere else "event", key, found)
        district = AFTER_DISTRICT.match(rest)
        part_of_it = district is not None and read.chance("D") >= BARE
        wide = read.part == "A" and not part_of_it
        if wide and (COUNTRYSIDE_OF.search(left) or not self._town(name, read, found)):
            return Mention(name, start, end, "region", scene, key, found)
        if district or read.part == "D":
            end += district.end() if district else 0
            kind = "region" if district and OF_PROVINCE.match(text, end) else "district"
            return Mention(text[start:end], start, end, kind, scene, fold(WORD_OF_DISTRICT.sub("", name)), found)
        site = AFTER_SITE.match(rest)
        if read.part == "X" or (site and not found and read.part == "S"):
            end += site.end() if site else 0
            return Mention(text[start:end], start, end, "site", scene, key)
        return Mention(name, start, end, "settlement", role, key, found or self._misspelt(name, role))

    def _role(
        self, read: Read, found: Sequence[Settlement], *, told: bool, other: bool, located: bool, acts: bool
    ) -> str:
        """Return the role of a name by the part that it was read to play, and by what the words beside it say."""
        if read.part == "N":
            return "near"
        scene = read.chance("SDXA") + (-LEANING if other else LEANING if located else 0.0)
        if scene >= SURE:
            return "event"
        if read.part != "O":
            return "other" if other else "weak"
        large = read.chance("SDXA") >= HARDLY and any(
            place.country in self._main_countries and place.size >= LARGE for place in found
        )
        maybe = scene >= (BARE if found else SURE - LEANING / 2)
        return "bare" if not other and not acts and (large or (located and not told) or maybe) else "other"

    def _town(self, name: str, read: Read, found: Sequence[Settlement]) -> bool:
        """Whether a name that was read as a wider area is rather the town, as in "killed in Aleppo"."""
        here = [place for place in found if place.country in self._main_countries]
        known = bool(here) and here[0].size >= TOWN and fold(name) not in self.provinces
        return known and read.chance("S") >= MAYBE_TOWN

    def _misspelt(self, name: str, role: str) -> tuple[Settlement, ...]:
        """Return the settlement that a name at the scene, which the gazetteer lacks, is a spelling of."""
        if role not in ("event", "near", "weak") or self._common_word(name):
            return ()
        close = (self._gazetteer.closest(name, country) for country, _ in self.countries.most_common(2))
        return tuple(place for place in close if place is not None)[:1]

    def _main(self) -> list[str]:
        """Return the one country that the report speaks of most."""
        return [code for code, _ in self.countries.most_common(1)]

    def _common_word(self, name: str) -> bool:
        return " " not in name and name.lower() in self._common

    @cached_property
    def _main_countries(self) -> set[str]:
        """The countries that the report speaks of."""
        top = self.countries.most_common(5)
        return {code for code, weight in top if weight >= max(1, top[0][1] // 12)} if top else set()
