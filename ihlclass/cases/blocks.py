"""Which accounts are worth comparing: those of one place and time, or of one place with rare words in common."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from ihlclass.cases.accounts import Account
from ihlclass.cases.alike import DATE_SLACK_DAYS, LIKELY_SLACK_DAYS, Rarity, likely_day, skeleton

#: Side of a cell of the map, in degrees: `ihlclass.cases.alike.NEAR_KM` fits into it below 60 degrees of latitude.
CELL_DEGREES = 0.3
#: So many of the rarest words that an account shares with others of the place are looked up there.
RAREST = 12
#: A word in more accounts of one place than this tells nothing there.
COMMON = 50

#: A cell and half of those around it: the other half have it among theirs.
NEIGHBOURS = ((0, 0), (1, 0), (0, 1), (1, 1), (1, -1))

Pair = tuple[int, int]


def candidates(accounts: Sequence[Account], rarity: Rarity) -> Iterator[Pair]:
    """Yield pairs of row numbers, ``a < b``, each once, that may tell one event.

    Two accounts are compared where they lie in one place (a cell of the map or its neighbours; or the first consonants
    of a name that the gazetteer does not know) and their days are at most `DATE_SLACK_DAYS` apart, or, where a day is
    not known, their reports appeared within `LIKELY_SLACK_DAYS` of each other or of the day, or two of their rarest
    words agree.
    """
    seen: set[Pair] = set()
    for rows in _places(accounts):
        for pair in _within(accounts, rows, rarity):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _places(accounts: Sequence[Account]) -> Iterator[list[int]]:
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    names: dict[str, list[int]] = defaultdict(list)
    unknown: set[str] = set()
    for row, account in enumerate(accounts):
        if account.coordinates:
            cells[_cell(account.coordinates)].append(row)
        if account.place:
            names[sound(account.place)].append(row)
            if not account.coordinates:
                unknown.add(sound(account.place))
    for x, y in list(cells):
        yield [row for step in NEIGHBOURS for row in cells.get((x + step[0], y + step[1]), ())]
    for key in sorted(unknown):
        yield names[key]
    known: dict[tuple[dt.date, str], list[int]] = defaultdict(list)
    for row, account in enumerate(accounts):
        if account.coordinates and account.date and account.place_words:
            known[account.date, max(account.place_words, key=lambda word: (len(word), word))].append(row)
    for row, account in enumerate(accounts):
        if account.date and not account.coordinates:
            for word in sorted(account.words):
                if others := known.get((account.date, word)):
                    yield [row, *others]


def _within(accounts: Sequence[Account], rows: list[int], rarity: Rarity) -> Iterator[Pair]:
    days: dict[dt.date, list[int]] = defaultdict(list)
    likely: dict[dt.date, list[int]] = defaultdict(list)
    for row in rows:
        if day := accounts[row].date:
            days[day].append(row)
        if day := likely_day(accounts[row]):
            likely[day].append(row)
    yield from _close(days, DATE_SLACK_DAYS)
    if all(accounts[row].date for row in rows):
        return
    for a, b in _close(likely, LIKELY_SLACK_DAYS):
        if not (accounts[a].date and accounts[b].date):
            yield a, b
    held = Counter(word for row in rows for word in accounts[row].words)
    holders: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        shared_words = (word for word in accounts[row].words if held[word] > 1)
        for word in sorted(shared_words, key=lambda word: (-rarity.of(word), word))[:RAREST]:
            holders[word].append(row)
    shared: Counter[Pair] = Counter()
    for some in holders.values():
        if len(some) <= COMMON:
            shared.update(_ordered(a, b) for a, b in combinations(some, 2))
    for (a, b), count in shared.items():
        if count > 1 and not (accounts[a].date and accounts[b].date):
            yield a, b


def _close(buckets: dict[dt.date, list[int]], slack: int) -> Iterator[Pair]:
    """Pairs of rows whose days are at most `slack` apart."""
    for day, some in buckets.items():
        yield from (_ordered(a, b) for a, b in combinations(some, 2))
        for step in range(1, slack + 1):
            for b in buckets.get(day + dt.timedelta(days=step), ()):
                yield from (_ordered(a, b) for a in some)


def sound(place: str) -> str:
    """Reduce a folded name to its first two consonants, as they sound in spite of transliteration.

    >>> sound("okhmatdyt") == sound("ohmatdyt")
    True
    """
    return skeleton(place)[:2] or place[:2]


def _cell(coordinates: tuple[float, float]) -> tuple[int, int]:
    return int(coordinates[0] // CELL_DEGREES), int(coordinates[1] // CELL_DEGREES)


def _ordered(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)
