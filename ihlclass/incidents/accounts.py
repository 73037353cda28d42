"""How the figures of a passage stand to each other: another account, a part, a correction, people told side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ihlclass.incidents.figure_words import CORRECTED, CORRECTS, COUNT, DEADLY, HURTFUL, QUANTITY
from ihlclass.incidents.tolls import Figure
from ihlclass.incidents.victims import interval_of

#: A figure is corrected to one that is so many times as large at most, or as small.
LIKE = 3
#: From so many on a number that is told again in a passage is the same, as in a title and what runs on from it;
#: not where it is added, and only where it is told again what became of them.
AGAIN = 6
_BESIDE = re.compile(r"\b(?:and|another|others?|also|more|further)\b", re.I)
#: How far back and on the verb of a number is looked for, in characters.
_VERB_BEFORE, _VERB_AFTER = 20, 40
#: "Two boys were among the dead", "a girl is among eight people injured": a part of them.
AMONG = re.compile(
    r"(?:\s+(?!(?:and|while|but|were|was|had|killed|died|injured|wounded)\b)[\w'’-]+){0,8}\s+(?:is|are|was|were)\s+(?:also\s+)?"
    rf"among(?:st)?\s+(?:(?:the|those)\s+)?(?:(?:{COUNT})\s+)?(?:(?:people|civilians|persons|others)\s+)?(?:who\s+)?(?:were\s+|have\s+)?"
    r"(?:dead|killed|died|wounded|injured|victims|casualties)",
    re.I,
)
#: A relative of one who was told just before: "a man, his wife and their four children".
_KIN = re.compile(r"(?:his|her|their)\b", re.I)
_BESIDE_THEM = re.compile(r"\s*(?:,|,?\s*and)\s*")
#: What stands between a number and another account of it.
_PAUSE = re.compile(r"[.;!?](?:\s|$)")
_ON = re.compile(r"\band\s*$")
_ELSEWHERE = re.compile(
    r"[.;!?](?:\s|$)|"
    r"\b(?:(?:rose|risen|rises?|climbed|gr[eo]wn?|increased|changed|corrected|updated)\s+to|made it|(?:first|initially|earlier)\b[^.;]{0,80}\b(?:then|later))\s*$|\b(?:sa(?:id|ys)|spoke|speaks?|put|puts|counted|counts|recorded|reported|according|gave|gives|verified|claimed)\b"
)
#: "two more died, bringing the toll to"
_BRINGING = re.compile(
    r"\b(?:(?:bring|rais|tak|revis)(?:ing|es|ed|s)\b|(?:brought|took)\b(?=[^.;]{0,40}\b(?:toll|number|total|count|figure|tally)\b))"
    r"[^.;]{0,80}\bto\s*$",
    re.I,
)
#: Others than those who were counted before.
_OTHERS = re.compile(r"\b(?:others?|another|more(?! than)|further|additional)\b", re.I)
#: A list goes on: "a teacher, a nurse and her son".
_GOES_ON = re.compile(r"\s*,?\s+and\b|\s*,\s+(?:an?|his|her|their|two|three)\s", re.I)
#: "first four wounded and on Saturday seven."
_ON_DAY = re.compile(r"\bon (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s*$")
_COMMA = re.compile(r"\s*,\s+")
_COLON = re.compile(r":\s|\s[–—-]\s")
_CLOSES = re.compile(r"\s*,\s+(?:who\s+)?(?:were|was|died|had|have|are)\b")
#: Between a number and the place that it is told of.
_AT = re.compile(r"\s+(?:\w+\s+)?(?:in|at|near)\s+(?:the\s+)?(?:(?:town|village|city|settlement)\s+of\s+)?$")


def included(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Let "two more" be a part of the number to which they bring it: "... bringing the death toll to 11"."""
    found = list(figures)
    for number, figure in enumerate(figures):
        later = next(
            (f for f in figures[number + 1 :] if f.harm == figure.harm and f.interval[0] > figure.interval[0]), None
        )
        if figure.kind == "more" and later is not None and _BRINGING.search(text, figure.end, later.start):
            found[number] = replace(figure, kind="part")
    return found


def families(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Tell parts of a number and others apart where people are told side by side.

    The relatives of one who was told just before count beside him: "a man, his wife and their four children". Who is told
    beside one among the dead is a part of them too.
    """
    found: list[Figure] = []
    before: Figure | None = None
    for figure in figures:
        beside = (
            before is not None and before.harm == figure.harm and _BESIDE_THEM.fullmatch(text, before.end, figure.start)
        )
        if figure.kind == "part" and beside and _KIN.match(text, figure.start):
            figure = replace(figure, kind="one" if figure.interval == (1, 1) else "group")
            before = figure
        else:
            before = figure if figure.kind == "one" else None
        if found and figure.kind == "part" and AMONG.match(text, figure.end):
            first = found[-1]  # "two journalists and an officer were among the five killed"
            opening = text[max(text.rfind(".", 0, first.start), 0) : first.start]
            told = DEADLY.search(opening) or HURTFUL.search(opening)
            if first.harm == figure.harm and not told and _BESIDE_THEM.fullmatch(text, first.end, figure.start):
                found[-1] = replace(first, kind="part")
        found.append(figure)
    return found


def accounts(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Tell apart what is not to be added up: another account of a number, and who the people counted are.

    Another account is a number of the same harm that another sentence, or another speaker, gives after the first. Who
    they are is told right after them ("a neighbour, a teacher, was killed") or goes on with a list of them.
    """
    first: dict[str, Figure] = {}
    last: dict[str, Figure] = {}
    found = []
    for figure in figures:
        if figure.kind in ("count", "group") and figure.interval[0]:
            before = first.setdefault(figure.harm, figure)
            if before is not figure and _other_account(text, before, figure):
                less = figure.kind == "group" and figure.interval[0] <= before.interval[0]
                figure = replace(figure, kind="part" if less else "other")
        if (one := last.get(figure.harm)) is not None and figure.kind in ("one", "plural"):
            between = text[one.end : figure.start].strip()
            named = one.kind == "one" and between == "," and not _GOES_ON.match(text, figure.end)
            if named or (one.kind == "part" and between in (",", "and", ", and")):
                figure = replace(figure, kind="part")
        last[figure.harm] = figure
        found.append(figure)
    return found


def _other_account(text: str, before: Figure, figure: Figure) -> bool:
    """Whether the second of two numbers is told of the people of the first: again, by a later day, or by somebody else."""
    between = text[before.end : figure.start]
    if _elsewhere(between) and (_PAUSE.search(between) or not _OTHERS.search(text, figure.start, figure.end)):
        return True
    if _ON_DAY.search(between) and CORRECTED.match(text[figure.end : figure.end + _VERB_AFTER]):
        return True
    if before.interval != figure.interval or figure.interval[0] < AGAIN or _BESIDE.search(between):
        return False
    harmed = DEADLY if figure.harm == "killed" else HURTFUL
    start = max(before.end, figure.start - _VERB_BEFORE)
    return harmed.search(text[start : figure.end + _VERB_AFTER]) is not None


def _elsewhere(between: str) -> bool:
    """Whether another sentence or speaker gives the second of two numbers, or one that holds the first."""
    if not (_ELSEWHERE.search(between) or _BRINGING.search(between)):
        return False
    return not _ON.search(between) or bool(_PAUSE.search(between))


def meets(figures: Iterable[Figure], start: int, end: int) -> bool:
    """Whether something between two characters has been read as a figure."""
    return any(start < figure.end and end > figure.start for figure in figures)


def corrections(text: str, figures: Sequence[Figure], before: Figure | None) -> Iterator[Figure]:
    """Yield the bare numbers that somebody gives instead of one told before: of the dead, if there are any."""
    if before is None and not any(figure.kind in ("count", "group") for figure in figures):
        return
    for found in QUANTITY.finditer(text):
        start, end = found.span()
        interval = interval_of(found)
        if interval is None or not interval[0] or found["vague"] or meets(figures, start, end):
            continue
        if not (CORRECTS.search(text[max(0, start - 60) : start]) and CORRECTED.match(text[end : end + 40])):
            continue
        told = [f for f in figures if f.start < start and f.kind in ("count", "group")] or (
            [before] if before is not None else []
        )
        last = next((f for f in reversed(told) if f.harm == "killed"), told[-1] if told else None)
        if last is not None and last.interval[0] <= LIKE * interval[0] and interval[0] <= LIKE * last.interval[0]:
            yield Figure(start, end, last.harm, interval, "other")


def enumerated(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Tell apart who make up a number: "two farmers, a father and his son, were killed", "nine killed: six men and ..."."""
    found = list(figures)
    for number, figure in enumerate(figures):
        least, most = figure.interval
        if least != most or least < 2 or figure.kind not in ("count", "group"):
            continue
        listed: list[int] = []
        for i in range(number + 1, len(figures)):
            if sum(figures[k].interval[0] for k in listed) >= least or _PAUSE.search(
                text, figure.end, figures[i].start
            ):
                break
            if figures[i].harm == figure.harm and figures[i].kind in ("count", "group", "one", "part"):
                listed.append(i)
        if len(listed) > 1 and sum(figures[i].interval[0] for i in listed) == least:
            between = text[figure.end : figures[listed[0]].start]
            closed = _COMMA.fullmatch(between) and _CLOSES.match(text, figures[listed[-1]].end)
            if closed or _COLON.search(between):
                for i in listed:
                    found[i] = replace(figures[i], kind="part")
    return found


def dealt_to_places(text: str, figures: Sequence[Figure], places: Sequence[int]) -> list[Figure]:
    """Let the parts of a number that each stand at a place count there, and the whole nowhere: "3 killed: 2 in A, 1 in B".

    Parameters
    ----------
    places
        Where the names of places begin, in characters into the passage, in order.
    """
    found = list(figures)
    if len(places) < 2:
        return found
    for n, whole in enumerate(found):
        if whole.kind not in ("count", "group") or whole.end > places[0]:
            continue
        parts = [
            i
            for i in range(n + 1, len(found))
            if found[i].harm == whole.harm
            and found[i].kind in ("part", "count", "one", "group")
            and any(_AT.fullmatch(text, found[i].end, at) for at in places if at > found[i].end)
        ]
        if len(parts) > 1 and sum(found[i].interval[0] for i in parts) == whole.interval[0]:
            found[n] = replace(whole, kind="total")
            for i in parts:
                found[i] = replace(found[i], kind="count")
    return found
