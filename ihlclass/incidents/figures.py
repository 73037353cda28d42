"""Casualty figures of a passage: numbers killed and injured, as intervals; only what the words say.

Whom the words count is told by a trained reader (`ihlclass.incidents.victims`); patterns read what has a form of its own:
that nobody was harmed, a table's entries, one more who died of what was told before, a figure that is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ihlclass.incidents.figure_words import (
    ACROSS,
    AGGREGATE,
    ARMS,
    CARE,
    CORRECTED,
    CORRECTS,
    COUNT,
    DEADLY,
    EITHER,
    ENTRY,
    EXTREME,
    FIGHTER,
    HURTFUL,
    LATER,
    LEAST,
    LIKELY,
    MISHAP,
    NO_EVENT,
    NONE,
    NP_STOP,
    NTH,
    OF_A_WAR,
    ONLY_HURT,
    ORDINALS,
    QUANTITY,
    SO_FAR,
    SPECIAL,
    UNHARMED,
    UNSURE_NONE,
)
from ihlclass.incidents.victims import ODD_LETTERS, Victims, find_victims, interval_of, judged, number_of, without_days
from ihlclass.types import Interval

#: A figure is corrected to one that is so many times as large at most, or as small.
LIKE = 3
#: From so many on a number that is told again in a passage is the same, as in a title and what runs on from it;
#: not where it is added, and only where it is told again what became of them.
AGAIN = 6
_BESIDE = re.compile(r"\b(?:and|another|others?|also|more|further)\b", re.I)
#: So many dead are a sum, not the toll of one attack.
BEYOND = 25_000
NOBODY: Interval = (0, 0)
#: How far back and on a sentence is looked at for what its number sums up, in characters.
_NEAR = 400
#: And how far back and on for the verb of a number.
_VERB_BEFORE, _VERB_AFTER = 20, 40
#: What a role says: the harm, and whether the phrase is counted, a part of what is, another account, or a sum.
_ROLES = {
    "K": ("killed", "count"), "I": ("injured", "count"), "k": ("killed", "part"), "i": ("injured", "part"),
    "X": ("killed", "other"), "Y": ("injured", "other"), "S": ("killed", "total"), "T": ("injured", "total"),
}  # fmt: skip
_MORE = re.compile(
    r"(?:another|a further|further|an additional|additional|one more)\b|.*(?<!or )\bmore\b(?! than\b)", re.I
)
_VERB = re.compile(
    r"\b(?:(?P<kills>kill(?:ed|ing|s))|(?:injur|wound)(?:ed|ing|es|s))\s+(?:(?:also|at least|over|about)\s+)?$", re.I
)
#: Who does it: "two men shot dead a teacher".
_AGENT = re.compile(
    r"\s+(?:shot(?:\s+dead|\s+and\s+killed)?|killed|murdered|executed|beheaded|stabbed|wounded|abducted)\s+"
    r"(?:an?|the|his|her|their|another|two|three|four|five|six|seven|several|civilians|at least|\d+)\s"
    r"(?!(?:\w+\s+){0,1}(?:days?|nights?|weeks?|hours?|months?|years?|mornings?|evenings?)\b)"
)
_BODIES = re.compile(r"\b(?:bod(?:y|ies)|corpses?)\b", re.I)
#: "shot in the knee"
_LIMB = re.compile(
    r"\s+(?:(?:was|were|is|are|been|got)\s+)?shot\s+(?:\w+\s+)?(?:in|through)\s+(?:(?:the|his|her|their|both|one|an?)\s+)?(?:\w+\s+)?"
    r"(?:legs?|foot|feet|arms?|hands?|knees?|thighs?|shoulders?|ankles?|wrists?|calf|ears?|fingers?|elbows?|hips?)\b",
    re.I,
)
#: "Two boys were among the dead", "a girl is among eight people injured": a part of them.
_AMONG = re.compile(
    r"(?:\s+(?!(?:and|while|but|were|was|had|killed|died|injured|wounded)\b)[\w'’-]+){0,8}\s+(?:is|are|was|were)\s+(?:also\s+)?"
    rf"among(?:st)?\s+(?:(?:the|those)\s+)?(?:(?:{COUNT})\s+)?(?:(?:people|civilians|persons|others)\s+)?(?:who\s+)?(?:were\s+|have\s+)?"
    r"(?:dead|killed|died|wounded|injured|victims|casualties)",
    re.I,
)
#: "... 11 of whom were badly hurt", "six are in critical condition": a part of those told before.
_OF_WHOM = re.compile(r"\s*(?:[\w-]+\s+)?of\s+whom\b", re.I)
_STATE = re.compile(
    r"\s*(?:(?:of\s+)?(?:them|whom)\s+)?(?:(?:is|are|was|were|remains?)\s+)?(?:still\s+|now\s+)?in\s+(?:an?\s+)?(?:\w+ly\s+)?"
    r"(?:critical|serious|grave|severe|moderate|stable|satisfactory|life-threatening)\s+(?:condition|state)\b",
    re.I,
)
#: What befell others than the dead and wounded.
_FATE = re.compile(
    r"\s*(?:(?:people|others|more)\s+)?(?:(?:is|are|was|were|has|have|had|been|went|still|also|reported|reportedly)\s+)*(?:missing|unaccounted for|"
    r"abducted|kidnapped|detained|arrested|taken (?:hostage|away|captive|prisoner)|displaced|evacuated|rescued(?! with))\b"
    r"(?![^.;,]{0,30}\b(?:and|then|later)\b[^.;,]{0,20}\b(?:killed|dead|shot|executed|murdered|died)\b)",
    re.I,
)
_SUCCUMBED = re.compile(
    r",?(?:\s+(?:\w+ly|later|then|has|have|had|also))*\s+(?:succumbed\b|(?:was|were)\s+(?:\w+\s+)?(?:wounded|injured)[^.;,]{0,20}\band\s+(?:later|then)\s+died\b)",
    re.I,
)
_UP_FROM = re.compile(r"\b(?:up|down) from\s+$", re.I)
#: A relative of one who was told just before: "a man, his wife and their four children".
_KIN = re.compile(r"(?:his|her|their)\b", re.I)
_BESIDE_THEM = re.compile(r"\s*(?:,|,?\s*and)\s*")
_OF_THE_DEAD = re.compile(r"\bof (?:the|those) (?:dead|killed|victims|wounded|injured)\b", re.I)
#: What stands before an entry of a list: nothing, or a mark.
_OPENS = re.compile(r"(?:^|[.,;:|/(\n•–—-])\s*$")
_AT_LEAST = re.compile(rf"(?:{LEAST})\b", re.I)
#: "Of the 40 passengers, 12 were killed."
_OF_THESE = re.compile(r"(?:^|[.;]\s+)Of\s+(?:the\s+)?$")
_OF_THE_HARMED = re.compile(
    r"(?:^|[.;]\s+)Of\s+(?:the\s+)?[^,.;]{1,60}\b(?:killed|dead|died|murdered|injured|wounded|hurt)\b[^,.;]{0,60},\s+(?:[a-z]+\s+)?$"
)
#: "Of the 12 people killed, three were children": the whole is told too.
_HARMED = re.compile(r"[^,.;]{0,60}\b(?:killed|dead|died|murdered|injured|wounded|hurt)\b", re.I)
_NEXT_WORD = re.compile(r"\s+(?!(?:more|others?|further|also|so|\w+ly)\b)([a-z][\w'’-]*)")
_ONE_OF = re.compile(r"one of\b", re.I)
#: What befalls drones, not people.
_DOWNED = re.compile(
    r"\s*(?:them\b)?\s+(?:(?:(?:were|was|had been|been)\s+)?(?:shot down|downed|intercepted|lost from|jammed)\b|did not reach (?:their|its|the|any) (?:intended )?targets?\b)",
    re.I,
)
_MENTION = re.compile(
    r"(?:the\s+)?(?:\w+\s+)?(?:dead|wounded|injured|deaths|fatalities|injuries|casualties|victims|losses)", re.I
)
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


def find_figures(text: str, previous: Figure | None = None) -> list[Figure]:
    """Return the casualty figures of a passage, in order. Fighters are left out unless civilians are named with them.

    Parameters
    ----------
    previous
        The last figure of the passage before it, which a bare number may correct: "by evening it spoke of fifteen".
    """
    text = text.translate(ODD_LETTERS)
    found = find_victims(text)
    return figures_of(text, found, judged(text, found), previous)


def find_nobody(text: str) -> list[Figure]:
    """Return where a passage says that nobody was killed or hurt, by patterns alone: whom it names is not read."""
    return [figure for figure in figures_of(text.translate(ODD_LETTERS), (), ()) if figure.interval == NOBODY]


def figures_of(
    text: str, found: Sequence[Victims], roles: Sequence[str], previous: Figure | None = None
) -> list[Figure]:
    """Return the figures of a passage whose phrases have roles, of `ihlclass.incidents.victims.ROLES`."""
    if (MISHAP.search(text) and not ARMS.search(text)) or NO_EVENT.search(text):
        return []
    plain = without_days(text)
    figures = [*_nobody(plain), *_entries(text, plain), *_later(plain)]
    for one, role in zip(found, roles, strict=True):
        role = _struck(plain, one) if role == "-" else role
        if one.kind == "pronoun" and role in "KI" and any(figure.kind == "one" for figure in figures):
            role = role.lower()  # who was told of before
        if role != "-" and not _meets(figures, one.start, one.end):
            figures += _told(plain, one, role)
    figures = _families(plain, sorted(figures, key=_in_order))
    figures += _corrections(plain, figures, previous)
    return _accounts(plain, _included(plain, _enumerated(plain, sorted(figures, key=_in_order))))


def _included(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Let "two more" be a part of the number to which they bring it: "... bringing the death toll to 11"."""
    found = list(figures)
    for number, figure in enumerate(figures):
        later = next(
            (f for f in figures[number + 1 :] if f.harm == figure.harm and f.interval[0] > figure.interval[0]), None
        )
        if figure.kind == "more" and later is not None and _BRINGING.search(text, figure.end, later.start):
            found[number] = replace(figure, kind="part")
    return found


def _families(text: str, figures: Sequence[Figure]) -> list[Figure]:
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
        if found and figure.kind == "part" and _AMONG.match(text, figure.end):
            first = found[-1]  # "two journalists and an officer were among the five killed"
            opening = text[max(text.rfind(".", 0, first.start), 0) : first.start]
            told = DEADLY.search(opening) or HURTFUL.search(opening)
            if first.harm == figure.harm and not told and _BESIDE_THEM.fullmatch(text, first.end, figure.start):
                found[-1] = replace(first, kind="part")
        found.append(figure)
    return found


def _in_order(figure: Figure) -> tuple[int, str]:
    return figure.start, figure.harm


def _alone(text: str, one: Victims) -> bool:
    """Whether a phrase is a number without a noun that is known as people."""
    number = QUANTITY.match(text, one.start)
    return number is not None and number.end() == one.end


def _of_things(text: str, one: Victims) -> bool:
    """Whether a noun follows a number that is not known as people: "40 goats", "nine drones"."""
    noun = _NEXT_WORD.match(text, one.end) if _alone(text, one) else None
    return noun is not None and not NP_STOP.fullmatch(noun[1])


def _struck(text: str, one: Victims) -> str:
    """Return the role of a number that is the very object of a verb of harm, "killing an estimated 600", or ``-``."""
    verb = _VERB.search(text, max(0, one.start - 30), one.start) if one.kind == "count" else None
    if verb is None or one.interval[0] < 2 or _of_things(text, one):
        return "-"
    return "K" if verb["kills"] else "I"


def _nobody(text: str) -> Iterator[Figure]:
    """Yield where it is said that nobody was killed or hurt."""
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
            yield Figure(*found.span(), spared, NOBODY, "count")
    for found in UNHARMED.finditer(text):
        for spared in ("injured", "killed"):
            yield Figure(*found.span(), spared, NOBODY, "count")
    for found in ONLY_HURT.finditer(text):
        yield Figure(*found.span(), "killed", NOBODY, "count")
        yield Figure(*found.span(), "injured", (1, None), "mention")


def _entries(text: str, plain: str) -> Iterator[Figure]:
    """Yield the entries of a list or table: "Killed: 3", where that is no part of a day."""
    for found in ENTRY.finditer(text):
        if not _OPENS.search(text, 0, found.start()):
            continue  # "nine people were killed: six men and three women"
        entry = QUANTITY.match(plain, found.start("quantity"))
        interval = interval_of(entry) if entry else None
        if entry is not None and interval is not None:
            yield Figure(found.start(), entry.end(), "killed" if found["killed"] else "injured", interval, "count")


def _later(text: str) -> Iterator[Figure]:
    """Yield those who died of what was told before."""
    for found in NTH.finditer(text):
        nth = int(found["nth"][:-2]) if found["nth"][0].isdigit() else ORDINALS[found["nth"].lower()]
        yield Figure(*found.span(), "killed", (nth, nth), "other")
    for found in LATER.finditer(text):
        if (number := number_of(found["count"])) is not None:
            yield Figure(*found.span(), "killed", (number, number), "later")


def _told(text: str, one: Victims, role: str) -> Iterator[Figure]:
    """Yield what a phrase says whose role is known."""
    least, most = one.interval
    after = text[one.end : one.end + 60]
    if role == "B" or (role in "KI" and most is not None and EITHER.match(after)):
        for harm in ("killed", "injured"):
            yield Figure(one.start, one.end, harm, (0, most), "either")
        return
    if _FATE.match(after) or _UP_FROM.search(text, max(0, one.start - 12), one.start):
        return
    harm, kind = _ROLES[role]
    if _AGENT.match(text, one.end) or (harm == "injured" and _BODIES.search(text, one.start, one.end)):
        return
    if harm == "killed" and _LIMB.match(after):
        harm = "injured"
    if harm == "injured" and _SUCCUMBED.match(after):
        harm = "killed"
    if role in "KI":
        kind = _kind_of(text, one)
    if kind == "count" and harm == "injured" and CARE.match(after):
        kind = "group"
    if _AMONG.match(text, one.end) or _OF_THE_DEAD.search(text[one.start : one.end + 12]):
        kind = "part"
    if role in "KI" and (_OF_WHOM.match(text, one.end) or _STATE.match(after)):
        kind = "part"
    if _OF_THE_HARMED.search(text, max(0, one.start - _NEAR), one.start):
        kind = "part"
    if kind not in ("part", "one") and (_of_a_war(text, one, harm) or _of_many(text, one)):
        kind = "total"
    if kind == "other" and one.kind in ("plural", "pronoun"):
        return
    if _alone(text, one) and _DOWNED.match(after):
        return
    if one.kind == "count" and _OF_THESE.search(text, 0, one.start) and not _HARMED.match(text, one.end):
        return
    fate = DEADLY.search(after)
    if harm == "killed" and most is not None and LIKELY.search(after[: fate.start()] if fate else ""):
        least = 0
    if kind in ("count", "group") and SO_FAR.search(after):
        most = None
    yield Figure(one.start, one.end, harm, (least, most), kind)


def _sentence(text: str, one: Victims) -> tuple[int, int]:
    """Return where the sentence, or the part of one, begins and ends in which a phrase stands."""
    start = max(*(text.rfind(mark, 0, one.start) + 1 for mark in ".;"), one.start - _NEAR)
    end = re.search(r"[.;](?:\s|$)|$", text[one.end : one.end + _NEAR])
    return start, one.end + (end.start() if end else 0)


def _of_a_war(text: str, one: Victims, harm: str) -> bool:
    """Whether a number is a sum over years: it says since when, or is beyond what one attack does."""
    if harm == "killed" and one.interval[0] >= BEYOND:
        return True
    start, _ = _sentence(text, one)
    for found in OF_A_WAR.finditer(text, start, one.end + 70):
        between = text[min(one.end, found.end()) : max(one.start, found.start())]
        if not re.search(r"[.;]", between) and not EXTREME.search(text[start : found.start()]):
            return True
    return False


def _of_many(text: str, one: Victims) -> bool:
    """Whether a number is a sum over a time or over many attacks, as its sentence says."""
    start, end = _sentence(text, one)
    if ACROSS.search(text, one.end, min(end, one.end + 90)):
        return True
    found = AGGREGATE.search(text, start, end)
    return found is not None and not EXTREME.search(text[start : found.start()])


def _kind_of(text: str, one: Victims) -> str:
    """Tell what kind of number those are who are counted."""
    words = text[one.start : one.end]
    if _MORE.match(words) and one.kind in ("count", "one"):
        return "more"
    if one.kind != "count" and _MENTION.fullmatch(words):
        return "mention"
    if one.interval in ((1, None), (2, None)) and not _AT_LEAST.match(words):
        return "plural"
    if one.interval == (1, 1):
        return "count" if one.kind == "count" and not _ONE_OF.match(words) else "one"
    return "group" if SPECIAL.search(words) or _BODIES.search(words) else "count"


def _accounts(text: str, figures: Sequence[Figure]) -> list[Figure]:
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


def _meets(figures: Iterable[Figure], start: int, end: int) -> bool:
    """Whether something between two characters has been read as a figure."""
    return any(start < figure.end and end > figure.start for figure in figures)


def _corrections(text: str, figures: Sequence[Figure], before: Figure | None) -> Iterator[Figure]:
    """Yield the bare numbers that somebody gives instead of one told before: of the dead, if there are any."""
    if before is None and not any(figure.kind in ("count", "group") for figure in figures):
        return
    for found in QUANTITY.finditer(text):
        start, end = found.span()
        interval = interval_of(found)
        if interval is None or not interval[0] or found["vague"] or _meets(figures, start, end):
            continue
        if not (CORRECTS.search(text[max(0, start - 60) : start]) and CORRECTED.match(text[end : end + 40])):
            continue
        told = [f for f in figures if f.start < start and f.kind in ("count", "group")] or (
            [before] if before is not None else []
        )
        last = next((f for f in reversed(told) if f.harm == "killed"), told[-1] if told else None)
        if last is not None and last.interval[0] <= LIKE * interval[0] and interval[0] <= LIKE * last.interval[0]:
            yield Figure(start, end, last.harm, interval, "other")


def unnumbered(text: str, figures: Sequence[Figure], harms: Iterable[str]) -> Iterator[Figure]:
    """Yield that somebody came to a harm that is told of without anybody being counted, fighters neither: "dead and wounded".

    Parameters
    ----------
    harms
        Those that the passage tells of, of ``killed`` and ``injured``.
    """
    for harm in harms if not FIGHTER.search(text) else ():
        word = (DEADLY if harm == "killed" else HURTFUL).search(text)
        if word is not None and not any(figure.harm == harm for figure in figures):
            yield Figure(*word.span(), harm, (1, None), "mention")


def _enumerated(text: str, figures: Sequence[Figure]) -> list[Figure]:
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
    return sorted(kept, key=_in_order)


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
