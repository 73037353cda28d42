"""An incident in the making, what makes it one, and what a whole barrage hands on to it."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

from ihlclass.incidents.authors import LIKELY, is_named, name_author, who_is_blamed
from ihlclass.incidents.cues import ATTACKED, CIVILIAN, CONCRETE, CONDUCT, HARM, INHERITED, MEANS, VICTIMS
from ihlclass.incidents.pieces import Piece
from ihlclass.incidents.places import Mention
from ihlclass.types import Interval

#: What may be gone on with is looked for among so many incidents that were told last, so that time stays linear.
RECENT = 50
#: A report that opens with its own date: "Tue 4 May 2021 Five killed in ...".
DATELINE = re.compile(
    r"^(?:\w{3,9},?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\s+[A-Z]\w+|[A-Z]\w+\s+\d{1,2}),?\s+\d{4}\s+(?=[A-Z\d])"
)


@dataclass
class Draft:
    """An incident in the making."""

    place: Mention | None
    pieces: list[Piece] = field(default_factory=list)
    inherited: list[tuple[Piece, frozenset[str]]] = field(default_factory=list)
    background: bool = False
    date: dt.date | None = None
    sure: bool = True
    undated: bool = False
    month: tuple[int, int] = (0, 0)
    area: bool = False
    apart: bool = False
    district: Mention | None = None
    labels: set[str] = field(default_factory=set)
    tolls: set[Interval] = field(default_factory=set)
    sums: set[int] = field(default_factory=set)  # numbers of passages that may count for several places

    def add(self, piece: Piece) -> None:
        """Take a piece in; `labels` and `tolls` are those of all pieces."""
        self.pieces.append(piece)
        self.district = self.district or piece.district
        self.labels.update(piece.labels)
        self.tolls |= piece.tolls

    def extend(self, piece: Piece, date: dt.date | None) -> None:
        """Take a piece in, and its day where there is none yet, or none that is as sure."""
        self.add(piece)
        sure = surely(piece, date)
        if (self.date is None and not (self.undated and self.pieces[:-1])) or (sure and not self.sure):
            self.date, self.sure = date, sure or date is None

    @property
    def last_paragraph(self) -> int:
        """Paragraph of its latest piece."""
        return self.pieces[-1].paragraph if self.pieces else -1


def time_of(piece: Piece, published: dt.date | None) -> tuple[dt.date | None, bool, tuple[int, int]]:
    """Return date, whether a time is named that gives no date, and the vague month."""
    days = [when for when in piece.whens if when.kind in ("day", "relative")]
    if days and piece.number == 0 and days[0].date == published and DATELINE.match(piece.text):
        days = days[1:] if days[0].kind == "day" else [when for when in days[1:] if when.kind != "day"]
    if any(when.date for when in days if when.kind == "day"):  # "on Sunday, 3 March": the weekday adds nothing
        days = [when for when in days if when.date is not None]
    days = [when for when in days if when.sure] or days
    dates = {when.date for when in days}
    if len(days) > 1 and published is not None and published in dates and len(dates) > 1 and days[0].start < 15:
        days = [when for when in days if when.date != published] if days[0].kind == "day" else days
        dates = {when.date for when in days}
    if days:
        return days[0].date, len(dates) == 1 and days[0].date is None, (0, 0)
    vague = [when for when in piece.whens if when.kind == "vague"]
    return None, bool(vague), vague[0].month if vague else (0, 0)


def surely(piece: Piece, date: dt.date | None) -> bool:
    """Whether a piece says of a day that an attack was then, and not perhaps something else."""
    return date is not None and any(when.date == date and when.sure for when in piece.whens)


def another_day(piece: Piece, date: dt.date | None, told: dt.date | None) -> bool:
    """Whether a piece surely tells of another day than the one that was told."""
    return told is not None and date != told and surely(piece, date)


def hurts(piece: Piece) -> bool:
    """Whether the words tell of people killed or injured, be the labels as they may."""
    return any(f.kind in ("count", "plural", "group", "mention") and f.interval[0] for f in piece.figures)


def has_substance(draft: Draft, objects: frozenset[str]) -> bool:
    """Whether something civilian came to harm."""
    labels = draft.labels
    civil = labels & (objects - {"military_objective"})
    if (
        "military_objective" in labels
        and not civil
        and not labels & (HARM - {"object_damaged", "object_destroyed"})
        and not any(CIVILIAN.search(piece.text) for piece in draft.pieces)
    ):
        return False
    if draft.place is not None and draft.place.role == "plant":
        return True
    if _slight(draft, bool(civil)):
        return False
    if labels & CONCRETE <= {"displacement"} and not civil and not any(hurts(piece) for piece in draft.pieces):
        return False  # how many live elsewhere, not what befell them
    nowhere = draft.place is None or draft.place.kind in ("country", "region")
    nowhere = nowhere or (draft.place is not None and draft.place.role == "bare" and not civil)
    if nowhere and draft.date is None and not _settled(draft):
        return False
    somebody = any(f.interval[0] for piece in draft.pieces for f in piece.figures)
    if draft.place is None and draft.date is None and not civil and not somebody:
        return False
    shown = CONCRETE if draft.area else CONCRETE - MEANS  # what was fired at many places is told of for itself
    shown |= {"military_use_of_object"}
    told = labels & shown or (civil and labels & MEANS) or any(hurts(piece) for piece in draft.pieces)
    if draft.place is None and not told:  # an object, but neither where nor what befell it
        return False
    return bool(told) or (bool(civil) and any(ATTACKED.search(piece.text) for piece in draft.pieces))


def _slight(draft: Draft, civil: bool) -> bool:
    """Whether one passage alone tells of it, without an object, a day, a number, a conduct or a kind of victim."""
    alone = len({piece.number for piece in draft.pieces}) == 1
    shown = civil or bool(draft.labels & (CONDUCT | VICTIMS))
    return alone and not shown and draft.date is None and not any(piece.figures for piece in draft.pieces)


def _settled(draft: Draft) -> bool:
    """Whether a day, a toll, or harm to something is told of one event, not of a war or a month."""
    if any(when.kind in ("day", "relative") for piece in draft.pieces for when in piece.whens):
        return True
    if any(
        f.kind in ("count", "group", "one", "either") and f.interval != (0, 0) for p in draft.pieces for f in p.figures
    ):
        return True
    return any("object_damaged" in p.labels or "object_destroyed" in p.labels for p in draft.pieces)


def inherit(drafts: Sequence[Draft], barrage: Sequence[Piece], published: dt.date | None) -> None:
    """Hand means, author and time of a whole barrage on to those of its incidents that lack them."""
    barrage = sorted(barrage, key=lambda piece: piece.number)
    told = [piece for piece in barrage if (piece.barrage or piece.blames_all) and set(piece.labels) & INHERITED]
    sources = [piece for piece in told if piece.barrage]
    blaming = [p for p in sources if "attribution" in p.labels and name_author([p.text], LIKELY)]
    blaming_all = [piece for piece in told if piece.blames_all and who_is_blamed(piece.text)]
    armed = [piece for piece in sources if MEANS & set(piece.labels)]
    dated = [piece for piece in barrage if piece.barrage and time_of(piece, published)[0]]
    for draft in drafts:
        if draft.background or (draft.place is not None and draft.place.role == "plant"):
            continue
        texts = [piece.text for piece in draft.pieces if "attribution" in piece.labels]
        who = name_author(texts, LIKELY, draft.place.text if draft.place else None)
        own_day = partial(_not_of_another_day, draft=draft, published=published)
        blame = _nearest(blaming, draft, own_day) if who is None else None
        if blame is None and not (who and is_named(who)):
            blame = _nearest(blaming_all, draft, partial(of_like_means, draft=draft))
        if blame is not None:
            draft.inherited.append((blame, frozenset({"attribution"})))
        if not draft.labels & MEANS and (piece := _nearest(armed, draft, own_day)):
            draft.inherited.append((piece, MEANS & set(piece.labels)))
        if draft.date is None and not draft.undated and (piece := _nearest(dated, draft, own=True)):
            draft.date = time_of(piece, published)[0]
            if piece.number not in {p.number for p in draft.pieces}:
                draft.inherited.append((piece, frozenset()))


def _not_of_another_day(piece: Piece, draft: Draft, published: dt.date | None) -> bool:
    """Whether a barrage may have been on the day of an incident, give or take a night."""
    date = time_of(piece, published)[0]
    return date is None or draft.date is None or abs((date - draft.date).days) <= 1


def of_other_means(piece: Piece, draft: Draft) -> bool:
    """Whether a piece and an incident both tell of means, and of none together."""
    means, others = MEANS & set(piece.labels), MEANS & draft.labels
    return bool(means and others) and not means & others


def of_like_means(piece: Piece, draft: Draft) -> bool:
    """Whether a piece tells of a means that an incident has, or of none."""
    means = MEANS & set(piece.labels)
    return not means or bool(means & draft.labels)


def _nearest(
    sources: Sequence[Piece], draft: Draft, fits: Callable[[Piece], bool] = lambda piece: True, *, own: bool = False
) -> Piece | None:
    """Return the source that fits and stands last before an incident's first passage, or else first after it."""
    taken = set() if own else {piece.number for piece in draft.pieces}
    middle = bisect.bisect_right(sources, draft.pieces[0].number, key=lambda piece: piece.number)
    before = (sources[i] for i in range(middle - 1, -1, -1) if fits(sources[i]))
    after = (sources[i] for i in range(middle, len(sources)) if fits(sources[i]))
    near = chain(islice(before, len(taken) + 1), islice(after, len(taken) + 1))
    return next((piece for piece in near if piece.number not in taken), None)
