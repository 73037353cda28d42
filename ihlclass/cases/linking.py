"""Link accounts to cases: the likeliest pairs first, and nothing that contradicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, product

from ihlclass.cases.accounts import Account
from ihlclass.cases.alike import (
    DATE_SLACK_DAYS,
    LIKELY_SLACK_DAYS,
    Rarity,
    compatible,
    evidence,
    likely_day,
    reported_at_once,
)
from ihlclass.cases.blocks import candidates

#: Mean log-odds over all pairs of accounts that a merged case must reach.
ENOUGH = 0.7
#: Two reports that tell one event between them are about the same news: so much more speaks for their other pairs.
SAME_NEWS = 1.0
#: A place at war sees more attacks than a few reports tell of: so many events are rivals where a day is not known.
UNTOLD = 5


def link(accounts: Sequence[Account]) -> list[list[int]]:
    """Say which accounts tell the same event.

    Pairs are taken by falling evidence, and then once more those whose reports were found to share a case. Two cases
    are merged where no report is in both, no two of their accounts contradict each other, and the mean evidence over
    all pairs across is `ENOUGH` (average linkage): a chain of likenesses is not enough. The order of `accounts` changes
    nothing.

    Returns
    -------
    list of list of int
        Row numbers of each case, in order; every account is in one case, most are alone in theirs.
    """
    order = sorted(range(len(accounts)), key=lambda row: (accounts[row].report, accounts[row].incident_id))
    ordered = [accounts[row] for row in order]
    rarity, rivals = Rarity(ordered), _Rivals(ordered)
    scored = []
    for a, b in candidates(ordered, rarity):
        if compatible(ordered[a], ordered[b]):
            score = evidence(ordered[a], ordered[b], rarity, rivals.of(ordered[a], ordered[b]), ENOUGH - SAME_NEWS)
            if score >= ENOUGH - SAME_NEWS:
                scored.append((score, a, b))
    scored.sort(key=lambda item: (-item[0], item[1], item[2]))
    cases = _Cases(ordered, rarity, rivals)
    for score, a, b in scored:
        if score >= ENOUGH:
            cases.merge(a, b, 0.0)
    together = cases.reports_together()
    for score, a, b in scored:
        if score < ENOUGH and frozenset((ordered[a].report, ordered[b].report)) in together:
            cases.merge(a, b, SAME_NEWS)
    return sorted(sorted(order[row] for row in rows) for rows in cases.members.values())


class _Cases:
    """Cases as they grow: the rows of each, and the case of each row."""

    def __init__(self, accounts: Sequence[Account], rarity: Rarity, rivals: _Rivals) -> None:
        self.members = {row: [row] for row in range(len(accounts))}
        self._of = list(range(len(accounts)))
        self._accounts, self._rarity, self._rivals = accounts, rarity, rivals

    def merge(self, a: int, b: int, more: float) -> None:
        """Merge the cases of two rows, if they fit; `more` is evidence that the accounts themselves do not show."""
        first, second = sorted((self._of[a], self._of[b]))
        if first != second and self._fit(self.members[first], self.members[second], more):
            moved = self.members.pop(second)
            self.members[first] += moved
            for row in moved:
                self._of[row] = first

    def reports_together(self) -> set[frozenset[str]]:
        """Pairs of reports that have a case in common."""
        return {
            frozenset((self._accounts[a].report, self._accounts[b].report))
            for rows in self.members.values()
            for a, b in combinations(rows, 2)
        }

    def _fit(self, first: Iterable[int], second: Iterable[int], more: float) -> bool:
        scores = []
        for a, b in product(first, second):
            one, other = self._accounts[a], self._accounts[b]
            if not compatible(one, other):
                return False
            scores.append(evidence(one, other, self._rarity, self._rivals.of(one, other)) + more)
        return sum(scores) >= ENOUGH * len(scores)


class _Rivals:
    """How many events there are at a place and time, as far as reports tell them apart."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        told: dict[str, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for account in accounts:
            day = likely_day(account)
            told[account.place][day.toordinal() if day else 0][account.report] += 1
        self._days = {
            place: {day: max(reports.values()) for day, reports in days.items()} for place, days in told.items()
        }
        self._all = {place: sum(days.values()) for place, days in self._days.items()}

    def of(self, a: Account, b: Account) -> int:
        first, second = likely_day(a), likely_day(b)
        dated = bool(a.date and b.date)
        if first and second and (dated or abs((first - second).days) <= LIKELY_SLACK_DAYS):
            slack = DATE_SLACK_DAYS if dated else LIKELY_SLACK_DAYS
            days = range(min(first, second).toordinal(), max(first, second).toordinal() + slack)
            found = max(sum(self._days[place].get(day, 0) for day in days) for place in (a.place, b.place))
        else:
            found = max(self._all[a.place], self._all[b.place])
        return max(1 if dated or reported_at_once(a, b) else UNTOLD, found)
