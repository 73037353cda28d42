"""Casualty figures of a passage: numbers killed and injured, as intervals; only what the words say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ihlclass.incidents.dates import find_dates
from ihlclass.incidents.figure_groups import Harmed, find_harmed, interval_of, number_of
from ihlclass.incidents.figure_words import (
    ACROSS,
    AFTER_QUANTITY,
    AGE_BEFORE,
    AGGREGATE,
    ANIMAL,
    ARMS,
    BEFORE_QUANTITY,
    BODIES,
    CARE,
    CIVIL,
    CORRECTED,
    CORRECTS,
    COUNT,
    COUNTED,
    DOUBTED,
    EITHER,
    ENTRY,
    EXTREME,
    FIGHTER,
    HABIT,
    LATER,
    LEFT_DEAD,
    LIKELY,
    MISHAP,
    NO_EVENT,
    NONE,
    NTH,
    OF_A_WAR,
    ONE_DEAD,
    ONLY_HURT,
    ORDINALS,
    PERSON,
    PLURAL,
    QUANTITY,
    SO_FAR,
    SOME_OF,
    SPECIAL,
    SUB,
    SUB_AFTER,
    TOLL,
    TOTAL,
    UNSURE_NONE,
    WHOM,
    YEAR,
)
from ihlclass.types import Interval

#: Letters that match "s" and "i" without regard to case, and are others.
_ODD_LETTERS = str.maketrans("ſı", "si")
#: How far back and on a sentence is looked at for what its number sums up, in characters.
_NEAR = 400
#: "Two boys were among the dead": a part of them.
_AMONG = re.compile(r"\bamong(?:st)?\s+(?:the|those)\s+\w+$", re.I)
_AMONG_AFTER = re.compile(
    r"(?:\s+(?!(?:and|while|but|were|was|had|who|killed|died|injured|wounded)\b)[\w'’-]+){0,6}(?:\s+who\s+(?:[\w'’-]+\s+){1,6}?)?"
    r"\s*\b(?:is|are|was|were)\s+(?:also\s+)?among(?:st)?\s+(?:the|those)\s+(?:dead|killed|wounded|injured|victims|casualties)",
    re.I,
)
#: Where a day was named, which is blanked out: "on 3 February this year" is no sum over the year.
_OF_A_DAY = re.compile(r"\bon\s{6,}this year\b")
#: "four in five", "one out of three": a share, no number.
RATIO = re.compile(
    rf"\b(?:{COUNT})\s+(?:in|out of)\s+(?:every\s+)?(?:{COUNT})\b"
    r"(?=\s+(?:of|people|children|civilians|victims|homes|residents|women|men|were|are|was|is)\b|\s*[,.;]|$)",
    re.I,
)
SHOT_DEAD = re.compile(r"\bshot\s+dead$", re.I)
#: A figure is corrected to one that is so many times as large at most, or as small.
LIKE = 3
#: So many dead are a sum, not the toll of one attack.
BEYOND = 25_000
CARE_ONLY = re.compile(rf"\b{CARE}$", re.I)


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
        ``count``; ``either`` for people of whom some are killed, some injured; ``group`` for a number of children,
        relatives or staff; ``more`` for "another three"; ``later`` for those who died of what was told before; ``part``
        for a number within another; ``one`` for a single person that is told of; ``plural`` for people without a
        number; ``mention`` for "the dead"; ``total`` for a sum over a war or a month; ``wide`` for one over many places.
    """

    start: int
    end: int
    harm: str
    interval: Interval
    kind: str


def _is_person(phrase: str, adjacent: bool) -> bool:
    """Whether what follows a number is people, or nothing at all (then the verb must be next)."""
    words = phrase.strip()
    if not words:
        return adjacent
    if re.search(
        r"\b(?:missiles?|rockets?|drones?|strikes?|attacks?|buildings?|houses|homes|vehicles?|km|kilomet\w+|"
        r"ambulances?|dwellings?|huts?|shops?|boats?|lorr(?:y|ies)|trucks?|goats?|sheep|cows?|camels?|donkeys?|horses?|hens?|dogs?|trees?|"
        r"miles?|hours?|minutes?|days?|weeks?|months?|years?|percent|per cent|times|villages?|towns?|cities|"
        r"tanks?|shells?|bombs?|cases|incidents|schools?|hospitals?|ships?|cars?|animals|cattle|am|pm|"
        r"of the|injured|wounded|killed|dead)\b",
        words,
        re.I,
    ):
        return bool(re.match(rf"\s*(?:[\w'’-]+\s+){{0,2}}{PERSON}\b", words, re.I))
    return True


def find_figures(text: str, previous: Figure | None = None) -> list[Figure]:
    """Return the casualty figures of a passage, in order. Fighters are left out unless civilians are named with them.

    Parameters
    ----------
    previous
        The last figure of the passage before it, which a bare number may correct: "by evening it spoke of fifteen".
    """
    as_written = text = text.translate(_ODD_LETTERS)
    for when in find_dates(text):
        if any(letter.isdigit() for letter in text[when.start : when.end]):
            text = text[: when.start] + " " * (when.end - when.start) + text[when.end :]
    text = re.sub(r"\bincl\.", "incl ", re.sub(r"(?<=[a-z])/(?=\d)", " ", text))
    if (MISHAP.search(text) and not ARMS.search(text)) or NO_EVENT.search(text):
        return []
    figures: list[Figure] = []
    covered: list[tuple[int, int]] = []

    def add(start: int, end: int, harm: str, interval: Interval, kind: str) -> None:
        figures.append(Figure(start, end, harm, interval, kind))
        covered.append((start, end))

    for found in NONE.finditer(text):
        what = (found["pred"] or found["noun"] or "").lower()
        if UNSURE_NONE.search(found.group()):
            continue
        harms = {"killed"} if re.search(r"kill|death|died|fatal|loss|dead|perish", what) else set()
        if re.search(r"injur|hurt|wound", what):
            harms |= {"injured", "killed"} if found["pred"] else {"injured"}
        if not harms or re.search(r"casualt|victim", what) or (re.search(r"^dead", what) and " " in what):
            harms = {"killed", "injured"}
        for spared in sorted(harms):
            add(*found.span(), spared, (0, 0), "count")
    for found in ONLY_HURT.finditer(text):
        figures.append(Figure(*found.span(), "killed", (0, 0), "count"))
    for found in ENTRY.finditer(text):
        entry = QUANTITY.match(found["quantity"].strip())
        interval = interval_of(entry) if entry else None
        if interval is not None:
            add(*found.span(), "killed" if found["killed"] else "injured", interval, "count")
    for found in NTH.finditer(text):
        nth = int(found["nth"][:-2]) if found["nth"][0].isdigit() else ORDINALS[found["nth"].lower()]
        add(*found.span(), "killed", (nth, nth), "count")
    for found in LATER.finditer(text):
        if (number := number_of(found["count"])) is not None:
            add(*found.span(), "killed", (number, number), "later")
    plain = _without_asides(text)
    harmed = list(find_harmed(plain))
    for told in harmed:
        if told.items > 1 and not _meets(covered, told.start, told.end):
            add(told.start, told.end, told.harm, told.interval, _kind_of(told, text))
    last_harm: tuple[str, int] | None = None
    for found in QUANTITY.finditer(text):
        start, end = found.span()
        interval = interval_of(found)
        if interval is None or YEAR.match(found.group().strip()) or _meets(covered, start, end):
            continue
        left, right = text[max(0, start - 110) : start], text[end : end + 130]
        near = RATIO.finditer(text, max(0, start - 14), end + 40)
        if (
            AGE_BEFORE.search(left)
            or (left.endswith(" of ") and any(told.kind == "one" and told.start < start < told.end for told in harmed))
            or re.search(r"\b[Hh]ow\s+$", left)
            or any(ratio.start() < end and ratio.end() > start for ratio in near)
        ):
            continue
        if plain[start:end].strip():
            right = plain[end : end + 260]
        left, right = re.split(r"[;.]\s", left)[-1], re.split(r"[;.](?:\s|$)", right)[0]
        harm: str | None
        harm, stop, phrase = None, end, ""
        if toll := TOLL.search(left):
            harm = "killed" if toll["killed"] else "injured"
        elif before := BEFORE_QUANTITY.search(left):
            harm = "killed" if before["killed"] else "injured"
            noun = re.match(
                r"(?:\s+(?!(?:and|in|at|on|near|when|after|during|since|by|whom?|which|that)\b)[\w'’-]+){0,5}", right
            )
            phrase = noun.group() if noun else ""
            if not _is_person(phrase, True) or ANIMAL.search(phrase):
                continue
        elif after := AFTER_QUANTITY.match(right):
            phrase = after["np"]
            if not _is_person(phrase, True) or ANIMAL.match(right, after.end()):
                continue
            if SHOT_DEAD.search(text[: end + after.end()]) and re.match(WHOM, right[after.end() :]):
                continue  # who is dead comes after it
            if after["hurt"] and re.search(r"\bbod(?:y|ies)\b|\bcorpses?\b", text[start:end] + phrase, re.I):
                continue
            harm, stop = ("killed" if after["killed"] else "injured"), end + after.end()
        elif re.search(r"\b(?:left|leaving|leaves)\s+$", left) and (dead := LEFT_DEAD.match(right)):
            harm, stop = ("killed" if dead["killed"] else "injured"), end + dead.end()
        elif last_harm and re.search(r"(?:,|\band|\bwhile|\bbut)\s+$", left) and start - last_harm[1] < 60:
            noun = re.match(r"\s+(?:in|at|near)\b", right)
            if noun and not re.search(r"\b(?:19|20)\d\d$", text[start:end]):
                harm = last_harm[0]
        if harm is None:
            continue
        whole = text[start:stop] + (phrase if stop == end else "")
        if FIGHTER.search(
            whole + right[len(phrase) : len(phrase) + 25] if stop == end and before_fighter(right) else whole
        ) and not CIVIL.search(whole):
            last_harm = None
            continue
        clause = text[max(0, start - 90) : min(len(text), stop + 90)]
        kind = "group" if SOME_OF.match(right) or SPECIAL.match(phrase or right) else "count"
        leading = re.split(r",\s+(?:and|while|but)\s+", left)[-1] if stop > end else left
        if SUB.search(leading) or SUB_AFTER.match(right) or _AMONG_AFTER.match(right):
            kind = "part"
        elif (
            TOTAL.search(clause)
            and (((over := TOTAL.search(right)) and not EXTREME.search(right[: over.start()])) or TOTAL.search(left))
            and not _OF_A_DAY.search(right)
        ):
            kind = "total"
        elif ACROSS.search(text[stop : stop + 90].split(".")[0]):
            kind = "wide"
        elif found["also"] or (re.match(r"\s+(?:more|others?)\b", right) and harm == "killed"):
            kind = "more"
        if LIKELY.search(text[start:stop].rsplit(" ", 1)[0] + " ") and harm == "killed":
            if found["vague"]:
                kind = "plural"
            else:
                interval = (0, interval[1])
        if (other := EITHER.match(text[stop : stop + 40])) and not found["vague"]:
            kind, interval = "either", (0, interval[1])
            add(start, stop + other.end(), "injured" if other["hurt"] else "killed", interval, kind)
        elif harm == "injured" and kind == "count" and CARE_ONLY.search(text[start:stop]):
            kind = "group"
        if kind in ("count", "group") and SO_FAR.match(text, stop):
            interval = interval[0], None
        add(start, stop, harm, interval, kind)
        last_harm = (harm, stop)
    for told in harmed:
        if not _meets(covered, told.start, told.end):
            add(told.start, told.end, told.harm, told.interval, _kind_of(told, text))
    for found in BODIES.finditer(text):
        if _meets(covered, *found.span()) or FIGHTER.search(found.group()):
            continue
        quantity = QUANTITY.match((found["mod"] or "") + found["count"]) if found["count"] else None
        interval = interval_of(quantity) if quantity else (1, None)
        if interval is not None:
            add(*found.span(), "killed", interval, "count" if quantity else "plural")
    for found in COUNTED.finditer(text):
        if _meets(covered, *found.span()) or FIGHTER.search(found.group()):
            continue
        quantity = QUANTITY.match((found["mod"] or found["mod2"] or "") + (found["count"] or found["count2"]))
        interval = interval_of(quantity) if quantity else None
        if interval is not None:
            add(*found.span(), "killed", interval, "count")
    for figure in _unnumbered(text, covered):
        add(figure.start, figure.end, figure.harm, figure.interval, figure.kind)
    figures += _corrections(text, figures, covered, previous)
    figures = [
        replace(figure, kind="total") if _of_a_war(as_written, figure) or _of_many(as_written, figure) else figure
        for figure in figures
    ]
    return sorted(figures, key=lambda figure: (figure.start, figure.harm))


def _meets(covered: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether something between two characters has been read as a figure."""
    return any(start < e and end > s for s, e in covered)


def _unnumbered(text: str, covered: Sequence[tuple[int, int]]) -> Iterator[Figure]:
    """Yield people who are killed or hurt without a number, where no other figure is read."""
    for found in PLURAL.finditer(text):
        if _meets(covered, *found.span()) or FIGHTER.search(found.group()):
            continue
        left = text[max(0, found.start() - 40) : found.start()]
        if re.search(r"\b(?:no|risk of|avoid|not|without)\s+(?:\w+\s+){0,2}$", left, re.I) or DOUBTED.search(left):
            continue
        part = found.groupdict()
        if part["killed4"] and ONE_DEAD.search(text, max(0, found.start() - 30), found.end()):
            yield Figure(*found.span(), "killed", (1, 1), "one")
            continue
        if found.group().lower() == "dead" and not re.match(r"\s+(?:were|are|had|have|lay)\b", text[found.end() :]):
            continue  # "they buried the dead"
        general = _in_general(text, found)
        if any(part[name] for name in ("killed", "killed2", "killed4", "killed5")):
            yield Figure(
                *found.span(), "killed", (1, None), "total" if general else "mention" if part["killed4"] else "plural"
            )
        if any(part[name] for name in ("hurt", "hurt2", "hurt3", "hurt4", "hurt5", "hurt6")):
            yield Figure(
                *found.span(), "injured", (1, None), "total" if general else "mention" if part["hurt5"] else "plural"
            )


def _kind_of(told: Harmed, text: str) -> str:
    """Whether victims told one by one are a part of others, come to others, or stand for themselves."""
    if SUB.search(text[max(0, told.start - 60) : told.start]) or _AMONG.search(text, told.start, told.end):
        return "part"
    if re.search(r"\b(?:another|a further|one more)\b", text[told.start : told.end], re.I):
        return "more"
    if re.search(r"\b(?:bodies|corpses)$", text[told.start : told.end], re.I):
        return "group"  # of a greater number, often
    return "group" if told.items > 1 and told.kind != "plural" else told.kind


def _of_a_war(text: str, figure: Figure) -> bool:
    """Whether a figure of the dead is a sum over years: it says since when, or is beyond what one attack does."""
    if figure.harm == "killed" and figure.interval[0] >= BEYOND:
        return True
    start = max(*(text.rfind(mark, 0, figure.start) + 1 for mark in ".;"), figure.start - _NEAR)
    for found in OF_A_WAR.finditer(text, start, figure.end + 70):
        between = text[min(figure.end, found.end()) : max(figure.start, found.start())]
        if not re.search(r"[.;]", between) and not EXTREME.search(text[start : found.start()]):
            return True
    return False


def _in_general(text: str, found: re.Match[str]) -> bool:
    """Whether people without a number are told of in general: what happens often, or by a rule."""
    start = max(*(text.rfind(mark, 0, found.start()) + 1 for mark in ".;"), found.start() - _NEAR)
    end = re.search(r"[.;](?:\s|$)|$", text[found.end() : found.end() + _NEAR])
    stop = found.end() + (end.start() if end else 0)
    return bool(HABIT.search(text, start, stop) or TOTAL.search(text, start, stop))


def _of_many(text: str, figure: Figure) -> bool:
    """Whether a number is a sum over a time or over many attacks, as its sentence says."""
    if figure.kind == "one":
        return False
    start = max(*(text.rfind(mark, 0, figure.start) + 1 for mark in ".;"), figure.start - _NEAR)
    end = re.search(r"[.;](?:\s|$)|$", text[figure.end : figure.end + _NEAR])
    found = AGGREGATE.search(text, start, figure.end + (end.start() if end else 0))
    return found is not None and not EXTREME.search(text[start : found.start()])


def _corrections(
    text: str, figures: Sequence[Figure], covered: Sequence[tuple[int, int]], before: Figure | None
) -> Iterator[Figure]:
    """Yield the bare numbers that somebody gives instead of one told before: of the dead, if there are any."""
    for found in QUANTITY.finditer(text):
        start, end = found.span()
        interval = interval_of(found)
        if interval is None or not interval[0] or found["vague"] or _meets(covered, start, end):
            continue
        if not (CORRECTS.search(text[max(0, start - 60) : start]) and CORRECTED.match(text[end : end + 40])):
            continue
        told = [f for f in figures if f.start < start and f.kind in ("count", "group")] or (
            [before] if before is not None else []
        )
        last = next((f for f in reversed(told) if f.harm == "killed"), told[-1] if told else None)
        if last is not None and last.interval[0] <= LIKE * interval[0] and interval[0] <= LIKE * last.interval[0]:
            yield Figure(start, end, last.harm, interval, "count")


def _without_asides(text: str) -> str:
    """Blank out ", including two women," and what stands in brackets; offsets stay."""

    def blank(found: re.Match[str]) -> str:
        return " " * len(found.group())

    text = re.sub(r"\([^()]{0,120}\)", blank, text)
    text = re.sub(
        rf"(?<=\w),?\s+(?:incl(?:uding)? +(?:\w+[ -]){{1,3}}?[a-z]+|(?:\w+ )?(?:of them|of whom) (?!(?:{COUNT})\b)[a-z]+),?(?=\s+(?:were|"
        r"was|have|had|has|are|reportedly|died|lost|perished)\b)",
        blank,
        text,
    )
    text = re.sub(
        r",\s+(?:both\s+|all\s+)?(?:aged\s+)?\d{1,2}(?:(?:,|\s+and|\s+to)\s+\d{1,2})*,(?=\s+(?:were|was|have|had|are)\b)",
        blank,
        text,
    )
    return re.sub(
        r",\s+(?:including|incl|the (?:youngest|oldest|eldest)|among them|among whom|most of them|some of them|"
        r"at least \w+ of them)\b[^.;]{1,110}?,(?=\s+(?:were|was|have|had|are|reportedly|died|lost|perished))",
        blank,
        text,
    )


def before_fighter(right: str) -> bool:
    """Whether the words right after a number, up to the next comma, name fighters."""
    return bool(FIGHTER.search(re.split(r",|\band\b", right)[0][:45]))


def combine(figures: Iterable[Figure], harm: str) -> Interval | None:
    """Combine what an incident's passages say of one harm.

    The same figure repeated counts once; accounts that differ give the widest interval that covers them; "another
    three" is added to the figure it follows; totals are left out, and parts where there is a whole; people without a
    number, single people told of, and "the dead" count only where there is no figure, in this order.
    """
    counts: list[Interval] = []
    plain: list[Interval] = []
    singles: list[Interval] = []
    either: list[Interval] = []
    groups: list[Interval] = []
    parts: list[Interval] = []
    mentions: list[Interval] = []
    for figure in figures:
        if figure.harm != harm or figure.kind in ("total", "wide"):
            continue
        if figure.kind == "part":
            parts.append(figure.interval)
            continue
        if figure.kind == "mention":
            mentions.append(figure.interval)
        elif figure.kind == "plural":
            plain.append(figure.interval)
        elif figure.kind == "either":
            either.append(figure.interval)
        elif figure.kind == "one":
            singles.append(figure.interval)
        elif figure.kind == "later":
            if last := (counts or groups)[-1:]:
                least, most = last[0]
                counts.append((least + figure.interval[0], None if most is None else most + figure.interval[0]))
            else:
                singles.append(figure.interval)
        elif figure.kind == "group":
            groups.append(figure.interval)
        elif figure.interval in ((2, None), (1, None)):
            plain.append(figure.interval)
        elif figure.kind == "more" and (counts or groups):
            last = counts if counts else groups
            least, most = last[-1]
            last[-1] = (
                least + figure.interval[0],
                None if most is None or figure.interval[1] is None else most + figure.interval[1],
            )
        else:
            counts.append(figure.interval)
    greatest = max((least for least, _ in counts), default=0)
    counts += [interval for interval in groups if not counts or interval[0] > greatest]
    if counts and any(least for least, _ in counts) and (0, 0) in counts:
        counts = [interval for interval in counts if interval != (0, 0)] or counts
    most_plain = [max(plain, key=lambda interval: interval[0])] if plain else []
    chosen = counts or either[:1] or most_plain or singles[:1] or parts[:1] or mentions[:1]
    if not chosen:
        return None
    return min(least for least, _ in chosen), (
        None if any(most is None for _, most in chosen) else max(most for _, most in chosen if most is not None)
    )
