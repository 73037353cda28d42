"""Where what a passage tells happened: its places, each the finest of its chain, and the passage cut into one part each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ihlclass.incidents.places import DISTRICTS, Mention

#: What lies between two names of one chain is shorter than this.
NEXT = 90
_SAME = re.compile(
    r"(?:,?\s*(?:(?:a|an|the|also|located|which (?:is|lies)|lies|situated|and its|just|"
    r"some)\b[^.;:]{0,60}?)?\s*(?:\b(?:in|of|near|from|outside|around|at|to|off|within|"
    r"between)\s+)?(?:the\s+)?(?:[\w-]+\s+){0,4}?)"
)
_NEW_CLAUSE = re.compile(
    r"\b(?:and|while|but|as|where|before|after|killing|wounding|kill\w*|injur\w*|wound\w*|hit|struck|"
    r"shell\w*|said|died|damag\w*|destroy\w*)\b|;",
    re.I,
)
_SENTENCE = re.compile(r"[.!?][)\]”\"’']*\s+(?=[(“\"]?[A-Z\d])|\.\)\s")
_CUT = re.compile(
    r";|,|(?<!\bon )(?<!\bin )(?<!\bat )(?<!\bof )\band\b|\bwhile\b|\bas\b|\bbut\b|\bwith\b|—|–|\s-\s", re.I
)
#: No part of a city where people live: a way, a crossing.
_WAY = re.compile(
    r"\b(?:streets?|st\.?|avenue|highway|square|boulevard|roundabout|roads?|bridge|crossing|junction|checkpoint|metro)"
    r"(?: area)?$",
    re.I,
)
#: Between the places of a list.
_BARE_LIST = re.compile(r"\s*(?:,|and|or|&|, and|as well as|/)?\s*(?:the\s+)?(?:(?:cities|towns|city|town) of\s+)?")
_LISTED = re.compile(
    r"\s*(?:,|and|or|&|, and|as well as|/|-|–)?\s*(?:(?:the|in|on|near|cities|city|towns|of|also|"
    r"neighbou?ring|nearby|both|eastern|western|northern|southern|central)\s+)*"
)
#: A list goes on after its second name: "A, B and the C community".
_MORE_NAMES = re.compile(
    r"(?:\s+(?:city|town|village))?\s*(?:,\s*)?\b(?:and|as well as)\s+(?:the\s+)?(?:\w+\s+of\s+)?[A-Z]"
)
_AND_REGION = re.compile(r"\band\s+(?:the\s+)?(?:[\w-]+\s+)?$")
_ACROSS = re.compile(r"\b(?:across|throughout|all over)\s+(?:the\s+)?$", re.I)
_ALL_OVER = re.compile(r"\b(?:across|throughout|all over)\s+the\s+country\b", re.I)


def part_of_city(mentions: Sequence[Mention]) -> Mention | None:
    """Return the district of a city that is named, unless several share what is told."""
    districts = [mention for mention in mentions if is_district(mention)]
    return None if any(DISTRICTS.search(mention.text) for mention in districts) else next(iter(districts), None)


def is_scene(mention: Mention) -> bool:
    """Whether it is a settlement in which something happened."""
    return mention.kind == "settlement" and mention.role == "event"


def finer(mention: Mention, place: Mention) -> bool:
    """Whether a mention is of a settlement or a site at the scene, where a heading names an area or another town."""
    if place.kind == "settlement":
        return mention.kind == "settlement" and mention.role == "event" and mention.key != place.key
    return (
        place.kind == "region" and mention.kind in ("settlement", "site") and mention.role in ("event", "weak", "near")
    )


def is_district(mention: Mention) -> bool:
    """Whether it is a part of a city in which something happened."""
    return mention.kind == "district" and mention.role == "event" and not _WAY.search(mention.text)


def widest(mentions: Sequence[Mention]) -> Mention | None:
    """Return the district, or else the region, or the country that is the scene."""
    for kind in ("district", "region", "country"):
        for mention in mentions:
            if mention.kind == kind and mention.role in ("event", "near"):
                return mention
    return None


def _across(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether it happened across an area, whatever town is named: "killed 20 across Lebanon as diplomats met in Paris"."""
    areas = (m for m in mentions if m.kind in ("region", "country"))
    return any(_ACROSS.search(text[: m.start]) for m in areas) or bool(_ALL_OVER.search(text))


def find_scenes(text: str, mentions: Sequence[Mention]) -> tuple[list[Mention], tuple[Mention, ...]]:
    """Return the places of events in a passage, each the finest of its chain, or else a bare list of places."""
    chosen = _finest(text, mentions)
    scenes: list[Mention] = []
    for mention in chosen:
        if scenes and _same_scene(text, scenes[-1], mention, two=len(chosen) == 2):
            continue
        if all(mention.key != scene.key for scene in scenes):
            scenes.append(mention)
    if scenes:
        for region in (m for m in mentions if m.kind == "region" and m.role == "event" and m not in scenes):
            if region.start > scenes[-1].end and _AND_REGION.search(text[scenes[-1].end : region.start]):
                scenes.append(region)  # "in A, where one died, and the B region"
    listed = [bool(_LISTED.fullmatch(text[a.end : b.start])) for a, b in pairwise(scenes)]
    if listed and all(listed):
        return [], tuple(scenes)
    return scenes[:1] + [scene for scene, of_list in zip(scenes[1:], listed, strict=True) if not of_list], ()


def _finest(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the settlements in which something happened most surely, or else the sites, or else the regions."""
    towns: list[Mention] = []
    for role in ("event", "weak", "near", "bare"):
        towns = [m for m in mentions if m.kind == "settlement" and m.role == role]
        if towns:
            break
    if towns and towns[0].role == "bare" and _across(text, mentions):
        towns = []
    if towns and towns[0].role == "event":
        return towns
    sites = [m for m in mentions if m.kind == "site" and m.role == "event"]
    if camps := [m for m in sites if "camp" in m.text.lower()]:
        return camps
    if towns:
        return towns
    passing = {m.key: m for m in mentions if m.kind == "settlement" and m.role == "other"}
    if sites and len(passing) == 1 and (town := next(iter(passing.values()))).start < sites[0].start:
        return [town]
    return sites or [m for m in mentions if m.kind == "region" and m.role == "event"]


def _same_scene(text: str, before: Mention, mention: Mention, *, two: bool) -> bool:
    """Whether a place says nearer where the one named before it lies: "in A, a village near B"."""
    if mention.key == before.key:
        return True
    gap = text[before.end : mention.start]
    if len(gap) < NEXT and not _BARE_LIST.fullmatch(gap) and _SAME.fullmatch(gap) and not _NEW_CLAUSE.search(gap):
        return True
    return (gap.strip() == "," and two and not _MORE_NAMES.match(text, mention.end)) or (
        mention.role == "near" and before.role in ("event", "weak")
    )


def parts(text: str, scenes: Sequence[Mention]) -> list[tuple[int, int]]:
    """Cut a passage into one part a place, each from the connective before its place."""
    if len(scenes) < 2:
        return [(0, len(text))]
    cuts = [0]
    for before, after in pairwise(scenes):
        gap = text[before.end : after.start]
        if stops := list(_SENTENCE.finditer(gap)):
            cuts.append(before.end + stops[-1].end())
            continue
        found = list(_CUT.finditer(gap))
        strong = [m for m in found if m.group().lower() in ("and", "while", "but", ";", "as")]
        # the last connective that leaves its verb with the place after it
        cut = (strong or found)[-1].start() if found else len(gap)
        cuts.append(before.end + cut)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))
