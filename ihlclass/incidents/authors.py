"""Who a passage names as the author of an attack or abuse, in the report's own words: a trained reader.

Noun phrases of forces, groups or armed people, and names, are candidates, but for who holds a place; the words in each
and around it, and their states (`ihlclass.incidents.context`), say which of them is the author, or that none is.
Trained on passages of our own whose authors were marked for it, by ``experiments/0025-context/train.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from ihlclass.incidents.context import words_of
from ihlclass.incidents.countries import countries, country_code
from ihlclass.incidents.cues import BLAMES_ALL
from ihlclass.incidents.gazetteer import fold
from ihlclass.incidents.linear_reader import LinearReader, softmax
from ihlclass.incidents.place_features import LONGEST, patterns_around, runs_of_names
from ihlclass.incidents.place_words import UPPER
from ihlclass.incidents.places import names_in
from ihlclass.incidents.words import around, beside, numbers_at, tokens

MODEL_FILE = Path(__file__).with_name("authors.npz")
#: Chances that are asked for where the model says that somebody is blamed, and where it does not.
LIKELY, SURE = 0.25, 0.6
#: A name says more than "soldiers", unless it is so many times as likely that nothing names it.
SHORT = 3.0
#: A passage makes nobody surer than so: who is named first is not outdone by who is blamed later.
SUREST = 0.95
#: Who is named so surely in one passage is told, whatever "gunmen" did in others.
BLAMED = 0.5
#: How many of the likeliest a passage keeps.
KEPT = 4
_PEOPLE = (
    r"army|armies|military|navy|fleet|air force|forces|troops|soldiers?|servicemen|gunm[ae]n|fighters?|militants?|militias?|"
    r"militiam[ae]n|paramilitar(?:y|ies)|rebels?|insurgents?|guerrillas?|terrorists?|jihadists?|separatists?|bandits?|outlaws?|"
    r"raiders?|occupiers?|invaders?|aggressors?|mercenaries|police|guards?|patrols?|commandos?|enforcers|vigilantes?|settlers?|"
    r"herders|tribesmen|pirates|thugs?|robbers?|mob|crowd|gangs?|cell|faction|men|boys|youths?|attackers?|assailants?|perpetrators?|"
    r"hijackers?|kidnappers?|bombers?|snipers?|gunners?|pilots?|crews?|cadres?|agents?|officers?|intelligence|regime|junta|"
    r"government|authorities|administration|state|coalition|movement|front|brigades?|battalion|regiment|division|garrison|command|"
    r"party|units?|column|team|group|groups|enemy|aircraft|aviation|planes?|jets?|helicopters?|artillery"
)
_KIND = (
    rf"[{UPPER}][\w’'.-]*|[a-z]+-(?:backed|led|aligned|linked|appointed|installed|trained)|(?:pro|anti)-[\w-]+|government|regime|"
    r"state|rebel|armed|masked|uniformed|security|special|air|occup(?:ation|ying|ational)|invading|coalition|opposition|local|"
    r"foreign|paramilitary|communal|ethnic|tribal|hooded|border|riot|secret|national|royal|federal|military|army|police|junta|"
    r"enemy|suspected|illegal|islamist|jihadist|separatist|nationalist|insurgent|militia"
)
_WHOSE = rf"(?:\s+(?:of|from|loyal to)\s+(?:the\s+)?[{UPPER}][\w’'-]*(?:\s+[{UPPER}][\w’'-]*)?)?"
_PARTY = re.compile(rf"(?<![\w’'-])(?:(?:{_KIND})\s+){{0,4}}(?:{_PEOPLE}|[{UPPER}][a-z]+)(?<!\w’s){_WHOSE}(?![\w-])")
_PLAIN = re.compile(rf"(?<![\w’'-])(?:(?:{_KIND})\s+){{0,3}}(?:{_PEOPLE})(?![\w-])")
_LETTERS = re.compile(
    rf"(?<![\w’'-])(?:[A-Z]{{2,}}\w*|U\.S\.|[{UPPER}]\d+|[{UPPER}][\w’'-]+-[\w-]+|[{UPPER}]\w+)(?!\w)"
)
#: First words that parties share.
_SAYS_LITTLE = frozenset({"al", "el", "the", "south", "north", "islamic", "united", "armed", "people", "national"})
#: What was used, with no word of whose it was.
_MEANS_ALONE = frozenset({"aircraft", "artillery", "aviation", "drones", "helicopters", "jets", "planes", "warplanes"})
_NAMED = re.compile(r"\b(?!The\b)[A-Z]")
#: Who holds a place is not who struck it.
_HOLDS = re.compile(
    r"\b(?:(?:controlled|held|run|administered|ruled|governed|besieged|backed|led)|(?:found|recovered|discovered|identified))\s+by\s+(?:the\s+)?",
    re.I,
)
#: But who fires from what he holds.
_FIRES_FROM = re.compile(r"\b(?:fired|firing|launched|launching|shelled|came)\s+from\b[^.;]{0,60}$", re.I)
_HELD = re.compile(r"-(?:held|controlled|occupied|ruled|run|administered|besieged)$")
_LED = re.compile(r"-(?:led|backed|linked|aligned|allied|affiliated)$")
_NOUN = re.compile(rf"\s+(?:{_PEOPLE})\b")
#: What a nation's adjective says little without: "Israeli settlers" are not the Israeli army.
_APART = re.compile(r"settlers?|rebels?|separatists?|militants?|insurgents?|mercenar(?:y|ies)", re.I)
#: Nor is who keeps order, helps, or looks into it.
_DOES_ELSE = re.compile(
    r"(?:\s+(?:said|says|added|reported)\s+(?:that\s+)?(?:(?:its|their)\s+(?:\w+\s+)?(?:soldiers|troops|forces|men|units|defen[cs]es?)|it|they))?"
    r"\s+(?:(?:had|have|has|also|later|then|who|were|was|are)\s+){0,2}(?:(?:shot down|downed|intercepted|repelled)\s+(?:\w+\s+){0,5}?"
    r"(?:drones?|UAVs?|missiles?|rockets?|shells?|jets?|helicopters?|aircraft|attacks?)|fired (?:\w+ )?(?:shots )?(?:in|into) the air|found|defused|disarmed|"
    r"dismantled|discovered|cordoned|sealed|evacuated|rescued|treated|recovered|pulled|deployed to the scene|rushed to|arrived at the scene)\b"
)


def candidates(text: str) -> list[tuple[int, int]]:
    """Return where phrases stand that may name a party, in characters."""
    found: set[tuple[int, int]] = {match.span() for match in _LETTERS.finditer(text)}
    for pattern in (_PARTY, _PLAIN):
        for match in pattern.finditer(text):
            words = [match.start() + word.start() for word in re.finditer(r"\S+", match.group())]
            found.update((start, match.end()) for start in words)  # without what is before its noun, too
    for _, names in runs_of_names(text):
        for first, (start, _) in enumerate(names):
            found.update((start, end) for _, end in names[first : first + LONGEST])
    holders = [at.end() for at in _HOLDS.finditer(text) if not _FIRES_FROM.search(text, 0, at.start())]
    held = [(at, max((b for a, b in found if a == at), default=at)) for at in holders]
    return sorted((a, b) for a, b in found if b - a > 1 and not any(first <= a < last for first, last in held))


def features(text: str, spans: Sequence[tuple[int, int]]) -> list[list[str]]:
    """Return what speaks for each phrase being the author, as names of features."""
    words = tokens(text)
    numbers = numbers_at(words)
    rows = []
    for start, end in spans:
        first, last = numbers(start, end)
        name = _on_one_line(text[start:end])
        own, kind = name.lower().split(), _kind(name)
        left, right = beside(words, first, last)
        rows.append(
            [
                "bias",
                f"kind={kind}",
                f"name={name.lower()}",
                f"first={own[0]}",
                f"head={own[-1]}",
                f"words={min(len(own), 5)}",
                f"kind+words={kind}+{min(len(own), 4)}",
                f"L1+kind={left}+{kind}",
                f"R1+kind={right}+{kind}",
                f"opens={start == 0}",
                f"order={min(first // 8, 5)}",
                f"before={words[first - 1].text.lower() if first else ''}",
                f"after={words[last + 1].text.lower() if last + 1 < len(words) else ''}",
                *patterns_around(text, start, end),
                *around(words, first, last),
            ]
        )
    return rows


def _kind(name: str) -> str:
    first = fold(name.split()[0])
    if fold(name) in countries()[0]:
        return "nation"
    if country_code(first):
        return "of a nation" if " " in name else "adjective"
    return "letters" if name.isupper() else "name" if name[0].isupper() else "noun"


@lru_cache(maxsize=1)
def default_reader() -> LinearReader:
    """Load the reader that comes with the package; its one score is that of a phrase against 0, that of none."""
    return LinearReader.load(MODEL_FILE)


@lru_cache(maxsize=256)
def find_authors(text: str) -> tuple[tuple[str, float], ...]:
    """Return the phrases of a passage that may name the author, each with its chance in 0..1, the likeliest first."""
    spans = candidates(text)
    if not spans:
        return ()
    found: dict[str, float] = {}
    scores = default_reader().scores(features(text, spans), words_of(text).mean(spans))[:, 0]
    for (start, end), chance in zip(spans, softmax(np.append(scores, 0.0))[:-1], strict=True):
        if _DOES_ELSE.match(text, end):  # said only now, so that its chance goes to nobody else
            continue
        name = _HELD.sub("", _on_one_line(text[start:end]))
        if _LED.search(name) and _NOUN.match(text, end):
            continue  # "Hamas-led" of "Hamas-led militants"
        if name.lower() not in _MEANS_ALONE:
            found[name] = found.get(name, 0.0) + float(chance)
    return tuple(sorted(found.items(), key=lambda item: -item[1])[:KEPT])


def is_named(who: str) -> bool:
    """Whether a party has a name, and is not just "soldiers", at the start of a sentence or not."""
    small = who[0].lower() + who[1:]
    return bool(_NAMED.search(who)) and not (_PLAIN.fullmatch(small) or _PLAIN.fullmatch(f"{small} men"))


def name_author(texts: Iterable[str], least: float, but: str | None = None) -> str | None:
    """Choose the author that the passages of one incident name most surely, as they write it.

    Parameters
    ----------
    least
        Chance that it needs in one of them, in 0..1.
    but
        A name that is not the author: the place of the incident.
    """
    never: dict[str, float] = {}  # by party, the chance that no passage names it
    best: dict[str, tuple[float, str]] = {}
    places = names_in(but) if but else []
    for text in texts:
        here: dict[str, float] = {}
        for who, chance in find_authors(text):  # the likeliest first
            if who not in places:
                here.setdefault(_party(who), chance)
                best[_party(who)] = max(best.get(_party(who), (0.0, who)), (chance, who), key=lambda item: item[0])
        for party, chance in here.items():
            never[party] = never.get(party, 1.0) * (1.0 - min(chance, SUREST))
    likely = [party for party, (chance, _) in best.items() if chance >= least]
    surest = min((never[party] for party in likely), default=1.0)
    named = [
        party
        for party in likely
        if is_named(best[party][1]) and (never[party] <= SHORT * surest or best[party][0] >= BLAMED)
    ]
    return best[min(named or likely, key=never.__getitem__)][1] if likely else None


def who_is_blamed(text: str) -> str | None:
    """Return the party that a passage blames for several attacks, or that claims them, be it not the likeliest author."""
    found = BLAMES_ALL.search(text)
    if found is None:
        return None
    where = text[found.end() :] if found.group().lower().endswith("on") else text[: found.start()]
    said = _on_one_line(where)
    return next((who for who, _ in find_authors(text) if who in said and is_named(who)), None)


def _party(who: str) -> str:
    """First five letters of the first word: "Russia", "Russian", "Russian forces" are one party; all where it says little."""
    first = fold(who.split()[0])
    apart = _APART.search(who) if country_code(first) else None
    return fold(who) if first in _SAYS_LITTLE else first[:5] + (apart.group()[:5].lower() if apart else "")


def _on_one_line(name: str) -> str:
    return " ".join(name.split())
