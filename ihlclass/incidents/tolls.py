"""Figures of casualties, and what several of them say together: those of a passage added up, those of an incident combined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ihlclass.types import Interval

NOBODY: Interval = (0, 0)
#: Kinds of figures that are added up where a passage tells several.
_ADDED = frozenset({"count", "group", "one", "plural", "mention"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One statement of a number of people.

    Attributes
    ----------
    start, end
        Characters into the passage.
    harm
        ``killed`` or ``injured``.
    interval
        Least and most.
    kind
        ``count``, also of nobody; ``either`` for people of whom some are killed, some injured; ``group`` for a number
        of children, relatives or staff; ``more`` for "another three"; ``later`` for those who died of what was told before;
        ``part`` for a number within another; ``other`` for another account of the same people; ``one`` for a single person
        that is told of; ``plural`` for people without a number; ``mention`` for "the dead"; ``total`` for a sum over a war,
        a month or many attacks.
    """

    start: int
    end: int
    harm: str
    interval: Interval
    kind: str


def in_order(figure: Figure) -> tuple[int, str]:
    """Return what sorts figures by where they stand."""
    return figure.start, figure.harm


def added(figures: Sequence[Figure]) -> list[Figure]:
    """Return figures of one passage, with those of people who are told side by side added up: "a nurse and two boys".

    People without a number leave the sum open only where there is no number beside them.
    """
    kept = [figure for figure in figures if not _adds(figure)]
    for harm in ("killed", "injured"):
        told = [figure for figure in figures if figure.harm == harm and _adds(figure)]
        numbered = [figure for figure in told if figure.kind not in ("plural", "mention")]
        if len(numbered) > 1:
            interval = _sum([figure.interval for figure in numbered])
            numbered = [replace(numbered[0], end=numbered[-1].end, interval=interval, kind="group")]
        kept += numbered or told
    return sorted(kept, key=in_order)


def _adds(figure: Figure) -> bool:
    return figure.kind in _ADDED and figure.interval != NOBODY


def combine(figures: Iterable[Figure], harm: str) -> Interval | None:
    """Combine what an incident's passages say of one harm.

    The same figure repeated counts once; accounts that differ give the widest interval that covers them; "another
    three" is added to the figure it follows; totals are left out, and parts where there is a whole; people without a
    number, single people told of, and "the dead" count only where there is no figure, in this order.
    """
    counts: list[Interval] = []
    groups: list[Interval] = []
    less: dict[str, list[Interval]] = {kind: [] for kind in ("either", "plural", "one", "none", "part", "mention")}
    for figure in figures:
        if figure.harm != harm or figure.kind == "total":
            continue
        if figure.interval == NOBODY:
            less["none"].append(figure.interval)
        elif figure.kind in less:
            less[figure.kind].append(figure.interval)
        elif figure.kind == "later":
            if last := (counts or groups)[-1:]:
                counts.append(_sum([last[0], figure.interval]))
            else:
                less["one"].append(figure.interval)
        elif figure.kind == "group":
            groups.append(figure.interval)
        elif figure.kind == "more" and (counts or groups):
            last = counts if counts else groups
            last[-1] = _sum([last[-1], figure.interval])
        else:
            counts.append(figure.interval)
    # "as many as 100, including at least 30 children": no fewer than 30
    floors = [least for least, _ in (*less["part"], *counts, *groups) if least]
    counts = [
        (max((f for f in floors if f <= most), default=0), most) if not least and most else (least, most)
        for least, most in counts
    ]
    greatest = max((least for least, _ in counts), default=0)
    groups = groups if counts else sorted(groups, key=lambda interval: -interval[0])[:1]
    counts += [interval for interval in groups if interval[0] > greatest]
    most_plain = sorted(less["plural"], key=lambda interval: -interval[0])[:1]
    chosen = counts or less["either"][:1] or most_plain
    chosen = chosen or next((less[kind][:1] for kind in ("one", "none", "part", "mention") if less[kind]), [])
    if not chosen:
        return None
    return min(least for least, _ in chosen), (
        None if any(most is None for _, most in chosen) else max(most for _, most in chosen if most is not None)
    )


def _sum(intervals: Sequence[Interval]) -> Interval:
    """Add intervals up; an open one leaves the sum open."""
    most = [interval[1] for interval in intervals if interval[1] is not None]
    return sum(least for least, _ in intervals), sum(most) if len(most) == len(intervals) else None
