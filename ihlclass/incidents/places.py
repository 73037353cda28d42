"""Places in a passage: settlements, named sites, districts, regions and countries, each with its part in the story."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ihlclass.incidents.countries import capitals, countries, country_code
from ihlclass.incidents.gazetteer import Gazetteer, Settlement, fold, same_spelling
from ihlclass.incidents.place_words import (
    AFTER_ACTOR,
    AFTER_CAMP,
    AFTER_DISTRICT,
    AFTER_NAME,
    AFTER_OBJECT,
    AFTER_REGION,
    AFTER_SEAT,
    AFTER_SETTLED,
    AFTER_SITE,
    AFTER_VICTIM,
    AFTER_WATER,
    ALONE,
    ATTACKED_NAME,
    BEFORE_LOCATIVE,
    BEFORE_NEAR,
    BEFORE_OTHER,
    BEFORE_SEAT,
    CAPITAL,
    EDGE,
    EXCLUDED,
    FIRST_WORDS,
    GOVERNMENT_SEATS,
    GROUPS,
    HEAD,
    HELD,
    NOT_PLACES,
    NUCLEAR,
    OF_PROVINCE,
    PRESENTED,
    RECORD,
    REGION,
    RUN,
    RUN_WORD,
    SETTLED,
    STRUCK_OBJECT,
    TAKEN,
    TITLE_BEFORE,
    VOUCHED,
)

#: From the finest place to the widest.
KINDS = ("settlement", "site", "district", "region", "country")


#: Inhabitants from which a name that only one country has is known wherever it stands.
TOWN = 5000
#: A camp is a settlement of its own.
CAMP = "settlement"

#: How much likelier a settlement is whose main name is meant than one that is also called so.
OWN_NAME = 1.5

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
        ``event`` where the passage says that something happened there, ``near`` where the place only helps to find
        the spot, ``other`` where it is an origin, an aim, a speaker's seat or a government.
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
        self._sure: set[str] = set()
        self._capitals: dict[str, Mention] = {}
        self._nations: dict[str, Mention] = {}
        self._common = {word for text in texts for word in re.findall(r"\b[a-z]{3,}\b", text)}
        self.countries = self._weigh_countries(texts)
        named: list[Mention] = []
        for text in texts:
            for mention in self.find(text):
                if mention.kind == "settlement":
                    named.append(mention)
                elif mention.kind == "country":
                    self._nations.setdefault(countries()[0][mention.key], mention)
        self._sure = {m.key for m in named if m.role == "event"} | self._presented(texts)
        self._vouched = {fold(found["name"]) for text in texts for found in VOUCHED.finditer(text)}
        heads = [match for text in texts if (match := HEAD.match(text)) and self._known(match["name"])]
        #: Whether the report holds a list with names of places before its entries.
        self.lists = len(heads) > 1
        alone = [match for text in texts if (match := ALONE.fullmatch(text)) and self._known(match["name"])]
        #: Whether its entries open with a name alone: "Town. ...".
        self.names_alone = len(alone) > 1
        #: Whether the report is set out in records of fields: "Location: ...".
        self.records = sum(bool(RECORD.match(text)) for text in texts) > 1
        self._capitals = {code: m for m in reversed(named) for code in _capital_of(m, self.countries)}

    def _presented(self, texts: Iterable[str]) -> set[str]:
        """Return the names that the report presents as settlements somewhere: "X is a village", "X, a town"."""
        found = {fold(OPENING.sub("", match["name"])) for text in texts for match in PRESENTED.finditer(text)}
        return found - NOT_PLACES

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
        main = self._main_countries()
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

    def find(self, text: str) -> list[Mention]:
        """Return the places of a passage, in order."""
        mentions: list[Mention] = []
        for run in RUN.finditer(text):
            words = [(run.start() + w.start(), run.start() + w.end()) for w in RUN_WORD.finditer(run.group())]
            first = 0
            while first < len(words):
                mention = self._at(text, words, first, mentions)
                if mention is None:
                    first += 1
                    continue
                mentions.append(mention)
                while first < len(words) and words[first][0] < mention.end:
                    first += 1
        for plant in NUCLEAR.finditer(text):
            if not any(m.start <= plant.start() < m.end for m in mentions if m.kind == "site"):
                key = fold(plant.group())
                mentions.append(Mention(plant.group(), plant.start(), plant.end(), "site", "plant", key))
        mentions = self._lists(text, sorted(mentions, key=lambda mention: mention.start))
        found = CAPITAL.search(text)
        told = found and re.search(
            r"\b(?:reporters|journalists|conference|said|speaking|diplomats|officials)\s*$", text[: found.start()]
        )
        if found and not told and not any(m.kind == "settlement" and m.role in ("event", "near") for m in mentions):
            whose = fold(found["whose"] or "")
            codes = [code for stem, code in countries()[1] if whose.startswith(stem)] if whose else list(self._main())
            capital = next((self._capitals[code] for code in codes if code in self._capitals), None)
            if capital is not None:
                role = "near" if BEFORE_NEAR.search(text[: found.start()]) else "event"
                mentions.append(replace(capital, start=found.start(), end=found.end(), role=role))
                mentions.sort(key=lambda mention: mention.start)
        return mentions

    def _main(self) -> list[str]:
        """Return the one country that the report speaks of most."""
        return [code for code, _ in self.countries.most_common(1)]

    def _at(self, text: str, words: list[tuple[int, int]], first: int, before: list[Mention]) -> Mention | None:
        """Read the place that starts with a word of a run of capitalised words, if any."""
        start = words[first][0]
        left, head = text[max(0, start - 80) : start], text[start : words[first][1]]
        if EXCLUDED.search(left) or HELD.search(head) or (len(words) > first + 1 and OPENING.fullmatch(head + " ")):
            return None
        located, near = bool(BEFORE_LOCATIVE.search(left)), bool(BEFORE_NEAR.search(left))
        other = bool(BEFORE_OTHER.search(left)) and not STRUCK_OBJECT.search(left)
        names, stems = countries()
        for last in range(min(len(words), first + 4) - 1, first - 1, -1):
            end = words[last][1]
            name, rest = text[start:end], text[end : end + 90]
            key = fold(name)
            if key in names:
                role = "other" if other or AFTER_ACTOR.match(rest) or not (located or near) else "event"
                return Mention(name, start, end, "country", role, key)
            own = self._gazetteer.listed(name)
            adjective = last == first and any(key.startswith(stem) and key != stem for stem, _ in stems)
            if not own and (adjective or (last == first and key in NOT_PLACES)):
                continue
            found = self._known(name)
            whole = last == len(words) - 1
            if camp := AFTER_CAMP.match(rest):
                if whole and key not in NOT_PLACES:
                    end += camp.end()
                    return Mention(text[start:end], start, end, CAMP, "event", fold(name.removesuffix(" IDP")), found)
            if area := AFTER_REGION.match(rest) if whole else None:
                if fold(name) not in NOT_PLACES and not self._common_word(name):
                    speaks = AFTER_ACTOR.match(rest[area.end() :]) or AFTER_SEAT.match(rest[area.end() :])
                    kind, role = "region", "other" if speaks or (other and not located) else "event"
                    return Mention(text[start : end + area.end()], start, end + area.end(), kind, role, key, found)
            if area := AFTER_DISTRICT.match(rest) if whole else None:
                if (located or near) and OF_PROVINCE.match(rest[area.end() :]):
                    return Mention(
                        text[start : end + area.end()], start, end + area.end(), "region", "event", key, found
                    )
                if not self._common_word(name) and (located or near or not found):
                    return Mention(
                        text[start : end + area.end()], start, end + area.end(), "district", "event", key, found
                    )
            if not found:
                continue
            if (self._common_word(name) and not own) or TITLE_BEFORE.search(left):
                continue
            tail = text[words[last][1] : words[-1][1]].split()
            if tail and AFTER_WATER.match(" " + tail[0]):
                return None
            if tail and AFTER_DISTRICT.match(" " + tail[0]):
                end = words[last + 1][1]
                return Mention(text[start:end], start, end, "district", "event", key, found)
            if tail and AFTER_REGION.match(" " + tail[0]):
                end = words[last + 1][1]
                return Mention(
                    text[start:end], start, end, "region", "other" if other and not located else "event", key, found
                )
            plain_tail = all(fold(word) in NOT_PLACES or self._credit(word) for word in tail) or self._next_place(tail)
            head_free = first == 0 or all(
                fold(text[s:e]) in NOT_PLACES or any(m.start <= s < m.end for m in before) or self._adjective(text[s:e])
                for s, e in words[:first]
            )
            if (not plain_tail and not (located and tail[0][0].islower() and "-" not in tail[0])) or not head_free:
                continue
            if not located and re.search(r"\bof\s+$", left) and any(m.kind == "district" for m in before):
                located, near, other = True, False, False
            return self._settlement(text, name, start, end, found, located, near, other)
        return self._unknown(text, words, first, located, near, other) if head else None

    def _credit(self, word: str) -> bool:
        """Whether a word after a name is an agency's or office's letters: "in Sumy AFP"."""
        return word.isupper() and 2 <= len(word) <= 6

    def _next_place(self, tail: list[str]) -> bool:
        """Whether what follows a name, without a comma, is the next name of a list: "in Sumy Kharkiv and Poltava"."""
        found = self._known(tail[0]) if tail else ()
        return bool(found) and found[0].size >= 100_000 and found[0].country in self._main_countries()

    def _adjective(self, word: str) -> bool:
        return bool(re.search(r"(?:ian|ish|ese|li|i|an)$", word))

    def _common_word(self, name: str) -> bool:
        return " " not in name and name.lower() in self._common

    def _settlement(
        self,
        text: str,
        name: str,
        start: int,
        end: int,
        found: tuple[Settlement, ...],
        located: bool,
        near: bool,
        other: bool,
    ) -> Mention | None:
        rest = text[end : end + 90]
        key = fold(name)
        if re.search(r"\b[Tt]he\s+$", text[max(0, start - 5) : start]) and not self._with_article(rest, found[0].size):
            return None
        likely = any(place.country in self._main_countries() for place in found)
        big = found[0].size >= 100_000
        if AFTER_SEAT.match(rest) or BEFORE_SEAT.search(text[max(0, start - 60) : start]):
            role = "seat"
        elif near and not located:
            role = "near"
        elif other and not AFTER_VICTIM.match(rest):
            role = "other"
        elif (located and not (AFTER_ACTOR.match(rest) and not AFTER_VICTIM.match(rest))) or re.match(
            r"^(?:\s+on \w+day)?,\s+where\b", rest
        ):
            role = "event"
        elif AFTER_ACTOR.match(rest):
            role = "other"
        elif (
            AFTER_VICTIM.match(rest)
            or AFTER_OBJECT.match(rest)
            or AFTER_SETTLED.match(rest)
            or (re.match(r"^\s*(?:[:,(–—-]|$)", rest) and not text[:start].strip(' \t"“[(>*•-'))
        ):
            role = "event"
        else:
            role = "bare"
        if role == "bare":
            named_elsewhere = key in self._sure
            if not (named_elsewhere or (likely and found[0].size >= 50_000)):
                return None
        elif not (likely or big):  # a small place in a country that the report does not speak of: the name alone
            if role == "near":
                return Mention(name, start, end, "settlement", role, key) if AFTER_NAME.match(rest) else None
            plain = role == "event" and self._plainly_in(text[:start], rest)
            return Mention(name, start, end, "settlement", "weak", key) if plain else None
        if region := re.match(r"\s+(?:Region|Oblast|Province|Governorate|County|Strip)\b", rest):
            return Mention(name + region.group(), start, end + region.end(), "region", role, key, found)
        return Mention(name, start, end, "settlement", role, key, found)

    def _with_article(self, rest: str, size: int) -> bool:
        """Whether "the" before a name may belong to what follows it: "the Kharkiv hospital"; else it is a river or a hall."""
        if AFTER_SETTLED.match(rest) or re.match(rf"\s+{REGION}\b", rest, re.I):
            return True
        return size >= TOWN and bool(AFTER_OBJECT.match(rest) or AFTER_VICTIM.match(rest))

    def _plainly_in(self, left: str, rest: str) -> bool:
        """Whether a name stands between "in" and what may follow the name of a settlement."""
        return bool(re.search(r"\b(?:in|at|over|reached|of)\s+$", left, re.I) and AFTER_NAME.match(rest))

    def _main_countries(self) -> set[str]:
        top = self.countries.most_common(5)
        return {code for code, weight in top if weight >= max(1, top[0][1] // 12)} if top else set()

    def _unknown(
        self, text: str, words: list[tuple[int, int]], first: int, located: bool, near: bool, other: bool
    ) -> Mention | None:
        """Read a name that the gazetteer lacks but that the passage presents as a settlement or a site."""
        start = words[first][0]
        end = words[-1][1]
        name = text[start:end]
        left = text[max(0, start - 60) : start]
        while len(name.split()) > 1 and (fold(name.split()[-1]) in NOT_PLACES or self._credit(name.split()[-1])):
            name = name.rsplit(" ", 1)[0]
            end = start + len(name)
        rest = text[end : end + 60]
        key = fold(name)
        if (
            key in NOT_PLACES
            or self._common_word(name)
            or len(key) < 3
            or (name.isupper() and key not in self._sure)
            or len(name.split()) > 3
        ):
            return None
        first_word = fold(name.split()[0])
        if (first_word in NOT_PLACES and not (located and " " in name and first_word in FIRST_WORDS)) or any(
            key.startswith(stem) for stem, _ in countries()[1]
        ):
            return None
        named = re.search(rf"\b(?:{SETTLED})\s+(?:of|called|named)\s+$", left, re.I) or re.search(
            r"\b(?:the|a)\s+(?:[\w-]+\s+){0,2}(?:city|town|village|settlement|hamlet)\s+$", left, re.I
        )
        if named or (AFTER_SETTLED.match(rest) and (located or near)):
            return Mention(name, start, end, "settlement", "near" if near and not located else "event", key)
        if key in self._sure:
            return Mention(name, start, end, "settlement", self._part(located, near, rest), key)
        if re.match(r",\s+(?:an?\s+(?:[\w-]+\s+){0,3})?where\b", rest) and not near:
            return Mention(name, start, end, "settlement", "event", key)
        if camp := AFTER_CAMP.match(rest):
            return Mention(name + camp.group(), start, end + camp.end(), CAMP, "event", key)
        if site := AFTER_SITE.match(rest):
            if located or re.match(r"\s*(?:the\s+)?$", left[-4:]):
                return Mention(name + site.group(), start, end + site.end(), "site", "event", key)
        attacked = bool(ATTACKED_NAME.search(left)) and not AFTER_ACTOR.match(rest) and key not in GROUPS
        inside = bool(
            EDGE.search(left)
            or (located and re.search(r"\b(?:(?:in|inside|at|over)\s+(?:[a-z-]+\s+){0,3}|of\s+)$", left, re.I))
        )
        if not other and (inside or (located and attacked)):
            for country, _ in self.countries.most_common(2):
                if close := self._gazetteer.closest(name, country):
                    return Mention(name, start, end, "settlement", "event", key, (close,))
            if re.match(rf"\s*,?\s*(?:which is |is )?an? (?:[\w-]+ ){{0,3}}(?:{SETTLED}|suburb)\b", rest):
                return Mention(name, start, end, "settlement", "event", key)
            if self._plainly_in(left, rest) or (attacked and AFTER_NAME.match(rest)):
                role = "event" if attacked and TAKEN.search(left) else "weak"
                return Mention(name, start, end, "settlement", role, key)
        if near and not other and AFTER_NAME.match(rest) and re.search(r"\b(?:near|outside)\s+$", left, re.I):
            return Mention(name, start, end, "settlement", "near", key)
        return None

    def _part(self, located: bool, near: bool, rest: str) -> str:
        """Return the role of a name that the report presents as a settlement; weak where it does so right here."""
        if located or near:
            return "event" if located else "near"
        return "weak" if re.match(rf",\s+an?\s+(?:[\w-]+\s+){{0,3}}?(?:{SETTLED})\b", rest) else "bare"

    def _lists(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Let settlements of an enumeration share the part of its first: "in A, B and C"."""
        out: list[Mention] = []
        for mention in mentions:
            if out and mention.kind in ("settlement", "region") and mention.role in ("bare", "weak"):
                gap = text[out[-1].end : mention.start]
                if re.fullmatch(r"\s*(?:,|and|or|&|, and|as well as|,? the|/)?\s*(?:the\s+)?", gap) and out[
                    -1
                ].role in (
                    "event",
                    "near",
                ):
                    mention = replace(mention, role=out[-1].role)
            out.append(mention)
        return out
