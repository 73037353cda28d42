"""Count the training passages on both sides of the boundaries that annotators argue about.

usage: python experiments/0002-training-set/boundaries.py

A side is a condition on labels, near labels and words: a floor of what is there, since a boundary can also be written
in words that no pattern finds. Writes boundaries.json beside this file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from ihlclass.labels import load_scheme
from ihlclass.training.data import LabelledPassage, read_passages

HERE = Path(__file__).resolve().parent
Side = Callable[[LabelledPassage], bool]


def side(has: str = "", lacks: str = "", near: str = "", words: str = "") -> Side:
    return lambda p: (
        set(has.split()) <= set(p.labels)
        and not set(lacks.split()) & set(p.labels)
        and set(near.split()) <= set(p.near)
        and re.search(words, p.text, re.IGNORECASE) is not None
    )


TOLL = r"\b(killed|dead|died|deaths?|casualties|losses|lost|fallen|wounded)\b"
FIGHTERS = r"\b(soldiers?|troops|fighters?|militants|servicemen|recruits|combatants|army|regiment|armed forces)\b"
BOUNDARIES: dict[str, tuple[Side, Side]] = {
    "damage | destruction": (side("object_damaged", "object_destroyed"), side("object_destroyed", "object_damaged")),
    "rocket | missile": (
        side("artillery_or_rocket_fire", "missile_strike", words=r"\brockets?\b"),
        side("missile_strike", "artillery_or_rocket_fire"),
    ),
    "shelling | air strike": (
        side("artillery_or_rocket_fire", "air_strike", words=r"\bshell|mortar"),
        side("air_strike", "artillery_or_rocket_fire"),
    ),
    "armed drone | drone without a strike": (side("drone_strike"), side("", "drone_strike", "drone_strike")),
    "claim about a civilian object | military objective struck": (
        side("military_objective_claimed", "military_objective"),
        side("military_objective", "military_objective_claimed"),
    ),
    "use of a building by fighters | only claimed or none": (
        side("military_use_of_object"),
        lambda p: (
            "military_use_of_object" not in p.labels
            and ("military_use_of_object" in p.near or "military_objective_claimed" in p.labels)
        ),
    ),
    "unverified | reportedly": (
        side("unverified_report"),
        side("", "unverified_report", words=r"\b(reportedly|allegedly|appears?)\b"),
    ),
    "official statement | official without facts": (
        side("official_statement"),
        side("", "official_statement", "official_statement"),
    ),
    "independent verification | monitor without facts": (
        side("independent_verification"),
        side("", "independent_verification", "independent_verification"),
    ),
    "repeated strike | once": (side("repeated_strike"), side("", "repeated_strike", "repeated_strike")),
    "shelter in a school | school alone": (
        side("education_facility displacement_site"),
        side("education_facility", "displacement_site"),
    ),
    "camp struck | camp as a place": (side("displacement_site"), side("", "displacement_site", "displacement_site")),
    "fighters killed | civilians killed": (
        side("military_objective", "civilians_killed", words=TOLL),
        side("civilians_killed", "military_objective"),
    ),
    "war totals of fighters | deaths of civilians in figures": (
        side("", "incident", "civilians_killed", FIGHTERS),
        side("civilians_killed", "", "", r"\b\d"),
    ),
    "casualties or victims without more | said to be dead or hurt": (
        side("", "civilians_killed civilians_injured", "", r"\b(casualties|victims?)\b"),
        side("civilians_killed", "", "", r"\b(casualties|victims?|toll)\b"),
    ),
}


def main() -> None:
    passages = read_passages([HERE.parent.parent / "seeds" / "passages"], load_scheme())
    counts = {name: [sum(map(one, passages)) for one in sides] for name, sides in BOUNDARIES.items()}
    for name, (left, right) in counts.items():
        print(f"{name:64}{left:6}{right:6}{'   below 20' if min(left, right) < 20 else ''}")
    (HERE / "boundaries.json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
