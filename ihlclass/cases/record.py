"""Put a case together: the accounts side by side, what they agree on, and where they contradict each other."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

from ihlclass.cases.accounts import account_of
from ihlclass.cases.alike import Rarity
from ihlclass.cases.linking import link
from ihlclass.incidents.countries import country_of

SCHEMA_VERSION = "1.1"
#: Evidence that shares this part of the shorter one's runs of words is a copy; shorter evidence is never one.
COPIED_SHARE, RUN_WORDS, LEAST_RUNS = 0.5, 5, 6
#: Words in common that an account shows.
SHOWN_WORDS = 8
#: What an account keeps in a case.
KEPT = ("incident_id", "report", "published", "place", "date", "killed", "injured", "attributed_to", "background")


def case_records(
    incidents: Iterable[Mapping[str, Any]], cases: Sequence[Sequence[int]], rarity: Rarity
) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of each case, as soon as its last account has been read.

    Parameters
    ----------
    incidents
        Lines of ``incidents.jsonl``, in the order in which they were linked.
    cases
        Row numbers of each case, as `ihlclass.cases.link` returns them.
    rarity
        Of the accounts that were linked: says which words in common speak for a link.
    """
    case_of = {row: number for number, rows in enumerate(cases) for row in rows}
    waiting: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row, incident in enumerate(incidents):
        number = case_of[row]
        waiting[number].append(incident)
        if len(waiting[number]) == len(cases[number]):
            yield _case(waiting.pop(number), rarity)


def write_cases(incidents: Callable[[], Iterable[Mapping[str, Any]]], path: Path) -> tuple[int, int]:
    """Link incidents and write their cases as JSON lines; return how many incidents and cases there are.

    Parameters
    ----------
    incidents
        Gives the lines of ``incidents.jsonl``, each time it is called: they are read twice and never all held.
    """
    accounts = [account_of(incident) for incident in incidents()]
    cases = link(accounts)
    with path.open("w", encoding="utf-8") as file:
        for record in case_records(incidents(), cases, Rarity(accounts)):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return len(accounts), len(cases)


def _case(incidents: Sequence[Mapping[str, Any]], rarity: Rarity) -> dict[str, Any]:
    incidents = sorted(incidents, key=lambda i: (i.get("published") or "9999", i["report"], i["incident_id"]))
    copies = copies_of([" ".join(p["text"] for p in i["passages"]) for i in incidents])
    shared = _shared_words(incidents, rarity)
    accounts = [
        {
            **{key: i.get(key) for key in KEPT},
            "copy_of": incidents[copies[n]]["incident_id"] if n in copies else None,
            "shared_words": shared[n],
        }
        for n, i in enumerate(incidents)
    ]
    located = next((i for i in incidents if i["coordinates"]), incidents[0])
    days = sorted({i["date"] for i in incidents if i["date"]})
    digest = hashlib.sha256("\0".join(sorted(i["incident_id"] for i in incidents)).encode()).hexdigest()
    return {
        "case_id": f"case-{digest[:16]}",
        "place": _commonest(i["place"] for i in incidents),
        "country": located["country"] or next((i["country"] for i in incidents if i["country"]), None),
        "coordinates": located["coordinates"],
        "dates": [days[0], days[-1]] if days else None,
        "objects": _counted(i["objects"] for i in incidents),
        "indicators": _counted(i["indicators"] for i in incidents),
        "killed": _span(i["killed"] for i in incidents),
        "injured": _span(i["injured"] for i in incidents),
        "attributed_to": _counted([i["attributed_to"]] for i in incidents if i["attributed_to"]),
        "contradictions": _contradictions(incidents),
        "accounts": accounts,
        "reports": len(incidents),
        "sources": len(incidents) - len(copies),
        "schema_version": SCHEMA_VERSION,
    }


def _shared_words(incidents: Sequence[Mapping[str, Any]], rarity: Rarity) -> list[list[str]]:
    """For each account the rarest words that it has in common with another of the case: what speaks for the link."""
    words = [account_of(incident).words for incident in incidents]
    told = Counter(word for some in words for word in some)
    ranked = sorted((w for w, n in told.items() if n > 1 and rarity.of(w)), key=lambda w: (-rarity.of(w), w))
    return [[word for word in ranked if word in some][:SHOWN_WORDS] for some in words]


def copies_of(texts: Sequence[str]) -> dict[int, int]:
    """Say which texts are copies, and of which earlier one: agency copy that others reprint is one source.

    Returns
    -------
    dict
        Number of the original by number of the copy; an original is no copy itself.
    """
    runs = []
    for text in texts:
        words = re.findall(r"\w+", text.casefold())
        runs.append({tuple(words[n : n + RUN_WORDS]) for n in range(len(words) - RUN_WORDS + 1)})
    found: dict[int, int] = {}
    for first, later in combinations(range(len(texts)), 2):
        shorter = min(len(runs[first]), len(runs[later]))
        alike = shorter >= LEAST_RUNS and len(runs[first] & runs[later]) >= COPIED_SHARE * shorter
        if alike and first not in found and later not in found:
            found[later] = first
    return found


def _contradictions(incidents: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the fields on which two accounts cannot both be right."""
    found = [field for field in ("killed", "injured") if _apart([i[field] for i in incidents if i[field]])]
    if len({country for i in incidents if i["attributed_to"] and (country := country_of(i["attributed_to"]))}) > 1:
        found.append("attributed_to")
    if len({i["date"] for i in incidents if i["date"]}) > 1:
        found.append("date")
    for one, other in (
        ("military_objective_claimed", "no_military_presence"),
        ("responsibility_denied", "attribution"),
    ):
        if any(one in i["indicators"] and other in j["indicators"] for i, j in permutations(incidents, 2)):
            found.append(one)
    return found


def _apart(intervals: Sequence[Sequence[int | None]]) -> bool:
    return any(high is not None and low is not None and high < low for _, high in intervals for low, _ in intervals)


def _span(intervals: Iterable[Sequence[int | None] | None]) -> list[int | None] | None:
    """The interval that covers all accounts: figures are never averaged."""
    given = [interval for interval in intervals if interval]
    if not given:
        return None
    lows, highs = [low for low, _ in given if low is not None], [high for _, high in given]
    return [min(lows), None if None in highs else max(high for high in highs if high is not None)]


def _counted(values: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many accounts say each, the commonest first."""
    return dict(Counter(value for some in values for value in some).most_common())


def _commonest(values: Iterable[str | None]) -> str | None:
    named = Counter(value for value in values if value)
    return named.most_common(1)[0][0] if named else None
