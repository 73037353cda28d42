"""Casualty figures of a passage: numbers killed and injured, as intervals; only what the words say.

Whom the words count is told by a trained reader (`ihlclass.incidents.victims`); patterns read what has a form of its own:
that nobody was harmed, a table's entries, one more who died of what was told before, a figure that is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ihlclass.incidents.accounts import AMONG, accounts, corrections, enumerated, families, included, meets
from ihlclass.incidents.figure_words import (
    ACROSS,
    AGGREGATE,
    ARMS,
    CARE,
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
from ihlclass.incidents.tolls import NOBODY, Figure, in_order
from ihlclass.incidents.victims import ODD_LETTERS, Victims, find_victims, interval_of, judged, number_of, without_days

#: So many dead are a sum, not the toll of one attack.
BEYOND = 25_000
#: How far back and on a sentence is looked at for what its number sums up, in characters.
_NEAR = 400
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
        if role != "-" and not meets(figures, one.start, one.end):
            figures += _told(plain, one, role)
    figures = families(plain, sorted(figures, key=in_order))
    figures += corrections(plain, figures, previous)
    return accounts(plain, included(plain, enumerated(plain, sorted(figures, key=in_order))))


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
    if AMONG.match(text, one.end) or _OF_THE_DEAD.search(text[one.start : one.end + 12]):
        kind = "part"
    if role in "KI" and (_OF_WHOM.match(text, one.end) or _STATE.match(after)):
        kind = "part"
    if _OF_THE_HARMED.search(text, max(0, one.start - _NEAR), one.start):
        kind = "part"
    if kind not in ("part", "one") and (_of_a_war(text, one, harm) or _of_many(text, one)):
        kind = "total"
    if kind == "other" and one.kind in ("plural", "pronoun"):
        return
    if _DOWNED.match(after) and _alone(text, one):
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
