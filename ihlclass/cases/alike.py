"""How much speaks for two accounts telling one event: a sum of log-likelihood ratios (Fellegi and Sunter 1969).

The weights of words, objects and means are the logarithms of how often each agreement occurs in passages of one event
and of two events of one war, in the project's own passages (``experiments/0008-linking``). The others are set by hand.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ihlclass.cases.accounts import Account
from ihlclass.types import Interval

#: Words in more than one of so many accounts are the commonest of their trade (shells, residents): they prove nothing.
ONE_IN = 100
#: Ends of the ranges of the likeness of words (cosine of inverse document frequencies), and the weight of each range.
WORD_EDGES = (0.04, 0.07, 0.10, 0.15, 0.20, 0.30)
WORD_WEIGHTS = (-1.3, -1.1, -0.7, 0.0, 0.8, 1.4, 3.2)
OBJECTS_SHARED, OBJECTS_APART = 1.4, -0.8
MEANS_SHARED, MEANS_APART = 0.5, -0.8
#: A toll of `TOLL_TELLING` or more that agrees, to a share of it, is hardly chance; one that contradicts may be later.
TOLL_SHARED, TOLL_APART, TOLL_TELLING, TOLL_CLOSE = 1.0, -1.0, 3, 0.1
#: Tolls of one event that contradict are mostly still being counted: up to so many times as many tell nothing.
TOLL_GROWS = 1.5
#: One account names no place that the gazetteer knows, and its evidence the other's: on the same day alone.
PLACE_TOLD = -0.5
#: A country or a region as the place, not a village that the gazetteer lacks: most events there are others.
AREA = -1.5
#: Both name the same day; how many events there are at that place on it is counted apart.
DAY_SHARED = 1.6
#: Both name a day, but not the same: far more often two events of a series than one night told by two dates.
DAY_NEXT = -0.3
#: One names no day, but was published on the other's day or the next: news is told when it is new.
DAY_REPORTED, REPORTED_DAYS = 0.8, 1
#: Where a day is not known, the report's own stands for it: so many days may lie between, and hardly more.
LIKELY_SLACK_DAYS, LIKELY_APART = 3, -2.0
#: Points closer than this are one place, whatever the report calls it; other points are one where also the names are
#: spellings of one and they lie closer than `NEAR_KM` (homonyms, places that the gazetteer has twice), in kilometres.
SAME_KM, NEAR_KM = 1.0, 15.0
#: Days that two accounts of one night may be apart.
DATE_SLACK_DAYS = 1


#: Spellings of one sound in other transliterations.
SOUNDS = (
    ("kh", "h"), ("gh", "h"), ("ch", "h"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("g", "h"), ("x", "h"), ("c", "k"),
    ("q", "k"), ("w", "v"), ("z", "s"),
)  # fmt: skip


class Rarity:
    """How rare words are: inverse document frequencies over reports of attacks in general and the accounts at hand.

    The former (``common_words.txt``: in how many incident passages of the training set a word stands) keep a handful of
    accounts from taking the commonest words of their trade for signs; the latter know the names of a large archive.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        total, counts = _common_words()
        here = list(accounts)
        for account in here:
            counts.update(account.words)
        self._total = total + len(here)
        common = math.log(ONE_IN)
        rare = {word: math.log(self._total / count) for word, count in counts.items()}
        self._weights = {word: weight**2 if weight > common else 0.0 for word, weight in rare.items()}
        self._lengths: dict[str, float] = {a.incident_id: sum(self._weights[w] for w in a.words) for a in here}

    def of(self, word: str) -> float:
        """Square of the word's inverse document frequency, 0 for common ones."""
        return self._weights[word]

    def evidence(self, a: Account, b: Account) -> float:
        """Log-likelihood ratio of the two accounts' words: by their cosine, at most what the shared ones surprise."""
        shared = [self._weights[word] for word in a.words & b.words]
        total = sum(shared)
        cosine = total / math.sqrt(self._lengths[a.incident_id] * self._lengths[b.incident_id]) if total else 0.0
        surprise = sum(math.sqrt(weight) - math.log(ONE_IN) for weight in shared if weight)
        return min(WORD_WEIGHTS[bisect_right(WORD_EDGES, cosine)], surprise)


def _common_words() -> tuple[int, Counter[str]]:
    total, *rows = Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").splitlines()
    return int(total), Counter({word: int(count) for word, count in map(str.split, rows)})


def compatible(a: Account, b: Account) -> bool:
    """Whether the two may be one event at all: other reports, no contradiction in day, country or place."""
    if a.report == b.report:
        return False
    if a.date and b.date and abs((a.date - b.date).days) > DATE_SLACK_DAYS:
        return False
    if _foretold(a, b) or _foretold(b, a):
        return False
    if a.coordinates and b.coordinates:
        apart = kilometres(a.coordinates, b.coordinates)
        return apart <= SAME_KM or (apart <= NEAR_KM and spelt_alike(a.place, b.place))
    if a.country and b.country and a.country != b.country:
        return False
    return same_name(a.place, b.place) or told_in(a, b) or told_in(b, a)


def evidence(a: Account, b: Account, rarity: Rarity, rivals: int, least: float = -math.inf) -> float:
    """Log-odds that two compatible accounts tell one event.

    Parameters
    ----------
    rivals
        How many events at that place and time there are, 1 or more.
    least
        What is surely below may be told as it stands without the words, which are dear to compare.
    """
    score = -math.log(rivals)
    if a.objects and b.objects:
        score += OBJECTS_SHARED if a.objects & b.objects else OBJECTS_APART
    if a.means and b.means:
        score += MEANS_SHARED if a.means & b.means else MEANS_APART
    score += _toll(a.killed, b.killed) + _toll(a.injured, b.injured)
    if not a.coordinates and not b.coordinates and (a.country or b.country):
        score += AREA
    if not (a.coordinates and b.coordinates) and not same_name(a.place, b.place):
        score += PLACE_TOLD
    if a.date and b.date:
        score += DAY_SHARED if a.date == b.date else DAY_NEXT
    elif reported_at_once(a, b):
        score += DAY_REPORTED
    if not (a.date and b.date) and (first := likely_day(a)) and (second := likely_day(b)):
        score += LIKELY_APART if abs((first - second).days) > LIKELY_SLACK_DAYS else 0.0
    return score + rarity.evidence(a, b) if score + WORD_WEIGHTS[-1] >= least else score


def _foretold(a: Account, b: Account) -> bool:
    """Whether `b` was published before what `a` tells of had happened."""
    return bool(a.date and b.published and (a.date - b.published).days > DATE_SLACK_DAYS)


def likely_day(account: Account) -> dt.date | None:
    """The day of the event, or that of the report, unless it recalls an earlier event."""
    return account.date or (None if account.background else account.published)


def told_in(a: Account, b: Account) -> bool:
    """Whether the evidence of `b`, whose own place nobody knows, names the known place of `a`, on the same day."""
    if not (a.coordinates and a.date and a.date == b.date and a.place_words) or b.coordinates:
        return False
    return a.place_words <= b.words


def reported_at_once(a: Account, b: Account) -> bool:
    """Whether one account names its day, and the other, which names none, was published then or the day after."""
    dated, other = (a, b) if a.date else (b, a)
    if not dated.date or other.date or other.background or not other.published:
        return False
    return 0 <= (other.published - dated.date).days <= REPORTED_DAYS


def same_name(a: str, b: str) -> bool:
    """Whether two folded names are one, spellings of one, or one within the other ("Abu Shouk camp")."""
    return spelt_alike(a, b) or (min(len(a), len(b)) >= 6 and (a in b or b in a))


def spelt_alike(a: str, b: str) -> bool:
    """Whether two folded names are one, or spellings of one."""
    if a == b:
        return bool(a)
    if min(len(a), len(b)) < 5:
        return False
    from rapidfuzz import fuzz

    alike = fuzz.ratio(a, b)
    heard = skeleton(a)
    return alike >= 84 or (len(heard) >= 3 and heard == skeleton(b) and alike >= (60 if len(heard) > 3 else 80))


def skeleton(place: str) -> str:
    """Reduce a folded name to its consonants as they sound in spite of transliteration, each once in a row.

    >>> skeleton("groza") == skeleton("hroza"), skeleton("deirsharqi") == skeleton("dayrsharqi")
    (True, True)
    """
    for spelling, letter in SOUNDS:
        place = place.replace(spelling, letter)
    consonants = [letter for letter in place if letter not in "aeiouy"]
    return "".join(letter for n, letter in enumerate(consonants) if not n or consonants[n - 1] != letter)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two ``(longitude, latitude)`` in degrees (haversine formula)."""
    (lon_a, lat_a), (lon_b, lat_b) = ((math.radians(x) for x in point) for point in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(half)))


def _toll(a: Interval | None, b: Interval | None) -> float:
    if not a or not b:
        return 0.0
    low, high = max(a[0], b[0]), min(x if (x := interval[1]) is not None else math.inf for interval in (a, b))
    if low > high:
        return TOLL_APART if low > TOLL_GROWS * high else 0.0
    larger = max(a[0], b[0])
    return TOLL_SHARED if larger >= TOLL_TELLING and abs(a[0] - b[0]) <= TOLL_CLOSE * larger else 0.0
