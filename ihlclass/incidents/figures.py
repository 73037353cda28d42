"""Casualty figures of a passage: numbers killed and injured, as intervals; only what the words say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ihlclass.types import Interval

_UNITS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split())}  # fmt: skip
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_VAGUE: dict[str, Interval] = {
    "several": (2, None), "multiple": (2, None), "a number of": (2, None), "numerous": (2, None), "many": (2, None),
    "a few": (2, None), "some": (2, None), "a couple of": (2, 2), "a couple": (2, 2), "dozens of": (24, None), "dozens": (24, None),
    "scores of": (40, None), "scores": (40, None), "hundreds of": (200, None), "hundreds": (200, None),
    "thousands of": (2000, None), "thousands": (2000, None), "a pair of": (2, 2), "both": (2, 2),
}  # fmt: skip

_WORD_NUMBER = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_UNITS)[1:10])}))?|{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
)
_NUMERAL = r"(?<![\w.,/:$€£#-])(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)(?![\d/:%]|[.,]\d|-?(?:mm|km|kg|year|storey|story|day|hour|month|minute|strong|metre|meter|th|st|nd|rd)\b)"
_COUNT = rf"(?:\b(?:a|one|two|three|four|five|six) dozen\b(?! and a half)|{_NUMERAL}|\b{_WORD_NUMBER}\b(?!-year|-storey|-story|-day| dozen))"
_LEAST = r"at least|no fewer than|no less than|not less than|a minimum of|minimum"
_OVER = r"more than|over|upwards of|in excess of|well over|exceeding|above"
_UPTO = r"up to|as many as|at most|no more than|a maximum of"
_UNDER = r"fewer than|less than|under"
_ABOUT = r"about|around|nearly|almost|approximately|roughly|an estimated|estimated|some|just over|reportedly|a total of|another|a further|further|additional|an additional|the other|other|all|the"
_QUANTITY = re.compile(
    rf"(?P<mod>\b(?:{_LEAST}|{_OVER}|{_UPTO}|{_UNDER})\s+)?(?P<also>\b(?:another|a further|further|an additional|additional)\s+)?"
    rf"(?:\b(?:{_ABOUT})\s+)?(?:(?:between\s+)?(?P<low>{_COUNT})\s*(?:and|to|-|–|—|or)\s*(?P<high>{_COUNT})(?!-)|(?P<one>{_COUNT})(?P<plus>\+| or more)?|"
    rf"(?P<vague>\b(?:{'|'.join(sorted(_VAGUE, key=len, reverse=True))})\b))",
    re.I,
)
_PERSON = (
    r"(?:people|persons?|civilians?|residents?|wom[ae]n|m[ae]n|children|child|kids?|boys?|girls?|infants?|bab(?:y|ies)|toddlers?|teen\w*|youths?|"
    r"pupils?|students?|teachers?|workers?|employees?|staff(?:ers)?|members|individuals?|inhabitants|locals?|villagers?|passengers?|drivers?|"
    r"patients?|doctors?|medics?|nurses?|paramedics?|journalists?|reporters?|volunteers?|rescuers?|firefighters?|police\w*|officers?|"
    r"refugees?|migrants?|worshipp?ers?|shoppers?|farmers?|prisoners?|detainees?|pensioners?|citizens?|nationals?|lives|bodies|victims?|others?|"
    r"famil(?:y|ies)|relatives?|brothers?|sisters?|sons?|daughters?|wife|husband|mother|father|grandmother|grandfather|couple|dead|elderly|aid|humanitarian|"
    r"fishermen|miners?|guards?|mourners|protesters?|demonstrators|friends|guests|neighbou?rs|sibling\w*|cousins?|injuries|deaths|fatalities|wounded|injured)"
)
_FIGHTER = re.compile(
    r"\b(?:soldiers?|troops?|fighters?|militants?|militia(?:men)?|rebels?|terrorists?|servicem[ae]n|combatants?|insurgents?|gunm[ae]n|attackers?|"
    r"commanders?|mercenar(?:y|ies)|jihadists?|occupiers?|invaders?|(?:security|army|military|government|regime|SDF|YPG|enemy) (?:personnel|forces?|members)|"
    r"members of (?:the )?(?:[\w-]+ ){0,4}(?:forces?|group|army|militia|brigade|guards?))\b",
    re.I,
)
_CIVIL = re.compile(r"\b(?:civilians?|children|child|wom[ae]n|residents?)\b", re.I)
_KILLED = r"(?:killed|dead|died|dies|deaths?|fatalit(?:y|ies)|perished|slain|murdered|executed|assassinated|beheaded|massacred|lost their li(?:fe|ves)|lost (?:his|her) life|shot dead|succumbed|slaughtered)"
_HURT = r"(?:injured|wounded|hurt|hospitali[sz]ed|injur(?:y|ies)|wounds?|maimed|in hospital|suffered (?:\w+ )?(?:injuries|wounds|burns))"
_KILLING = r"(?:kill(?:s|ed|ing)?|claim(?:s|ed|ing)(?= (?:the )?(?:lives|at|\w+ lives))|murder(?:s|ed|ing)|execut(?:ed|ing)|slay\w*|massacr(?:ed|ing)|took the lives of|taking the lives of|deaths? of|killings? of|bodies of|body of)"
_HURTING = r"(?:injur(?:es|ed|ing)|wound(?:s|ed|ing)|hurt(?:s|ing)?|maim(?:s|ed|ing))"
_AUX = (
    r"(?:(?:who|that|which|were|was|are|is|have|has|had|been|be|being|reportedly|also|all|allegedly|confirmed|later|then|initially|feared|immediately|believed|known|to|"
    r"seriously|severely|critically|badly|lightly|slightly|more|found|left|reported|said|thought|others?|people|either|now|just|tragically|sadly|since|as|got|"
    r"may|might|could|likely|presumed|pronounced|declared|among the|instantly)\s+)*"
)
_NP = rf"(?:\s+(?!and\b|but\b|while\b|killed\b|wounded\b|injured\b|of them\b)[\w'’-]+){{0,6}}?"
_PREDICATE = re.compile(rf"\b(?:(?P<killed>{_KILLED})|(?P<hurt>{_HURT}))\b", re.I)
_AFTER_QUANTITY = re.compile(rf"(?P<np>{_NP})(?:\s*\([^)]*\))?\s+{_AUX}(?:(?P<killed>{_KILLED})|(?P<hurt>{_HURT}))\b", re.I)
_BEFORE_QUANTITY = re.compile(rf"\b(?:(?P<killed>{_KILLING})|(?P<hurt>{_HURTING}))\s+(?:(?:reportedly|also|a total of|all|the|an estimated|in total)\s+)*$", re.I)
_LEFT_DEAD = re.compile(rf"^(?:\s+[\w'’-]+){{0,3}}\s+(?:(?P<killed>dead|killed)|(?P<hurt>injured|wounded|hurt))\b", re.I)
_TOLL = re.compile(
    r"\b(?:(?P<killed>death toll|toll|number of (?:dead|deaths|fatalities|people killed|those killed|victims killed))|(?P<hurt>number of (?:injured|wounded|people injured|people wounded|those injured)))"
    r"(?:\s+(?:from|in|of|after|at|following|for)\s+(?:[\w'’-]+\s+){1,8}?)?\s*(?:(?:has|had|have|is|was|now|since|then|later|currently|reportedly|could|be)\s+)*(?:ris(?:en|es|ing)|rose|climb(?:s|ed)|increas(?:ed|es)|reach(?:es|ed)|st(?:ands|ood)|gr(?:ew|own|ows)|jumped|hit|of|is|was|be)?"
    r"(?:\s+(?:from\s+[\w-]+\s+)?(?:to|at))?\s+$",
    re.I,
)
_COORDINATED = re.compile(r"^(?:\s+(?:people|persons|civilians|others|more|of them|women|men|children|residents|workers))?(?:,|\s+and|\s+while|\s+with|\.)", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SUB = re.compile(r"(?:\bincluding|\bamong (?:them|those|whom)|\bamong the (?:dead|killed|injured|wounded|victims)|\bof (?:them|whom|those|the dead)|\binclud(?:es?|ed)|\bcounting|\balongside)\b[^.;]{0,45}$", re.I)
_SUB_AFTER = re.compile(r"^\s*(?:of (?:them|whom|those|the (?:dead|victims|injured|wounded|killed))|among (?:them|those))\b|^\s+[\w'’ -]{0,25}\bamong (?:them|the (?:dead|killed|injured|victims))\b", re.I)
_TOTAL = re.compile(
    r"\bsince (?!(?:dawn|the morning|this morning|midnight|yesterday|then|last night|overnight)\b)|\bso far this (?:year|month)\b|(?<!earlier )(?<!early )\bthis (?:year|month)\b|\bover the (?:past|last)\b|\bin the (?:past|last) (?:\w+ )?(?:weeks?|months?|years?)\b|"
    r"\bin recent (?:days|weeks|months|years)\b|\b(?:per|every|each|a) (?:day|week|month)\b|\bthroughout the (?:war|conflict)\b|\bin total (?:since|during)\b|"
    r"\b(?:civil war|war|conflict|invasion|offensive|uprising)\b[^.;]{0,30}\b(?:has|have) (?:killed|claimed|left)|\bduring the (?:war|conflict|month|year)\b|\bin \d{4}\b(?=[^.;]{0,20}$)",
    re.I,
)
_ACROSS = re.compile(r"\b(?:in|across|from) (?:all|several|various|different|multiple|many) (?:[\w-]+ )?(?:cities|towns|villages|regions|areas)\b|\bin total\b|\bacross (?:the country|[A-Z]\w+)\b")
_NONE = re.compile(
    r"\b(?:no(?:body| one|-one)\s+(?:\w+\s+){0,3}?(?:was|were|is|has been|had been|got)?\s*(?:\w+\s+)?(?P<pred>killed or (?:injured|wounded|hurt)|hurt or killed|injured or killed|killed|injured|hurt|wounded|died)|"
    r"(?:no|without(?: any| causing)?|not cause(?:d)? any|zero)\s+(?:\w+\s+){0,2}?(?P<noun>deaths? or injur\w+|injur\w+ or deaths?|casualties|victims|deaths|fatalities|injuries|wounded|loss of life|one (?:was|were) (?P<late>killed|hurt|injured)))",
    re.I,
)
_UNSURE_NONE = re.compile(r"\b(?:confirmation|information|details|reports?|word|immediate|data|figures?|official|news|clear)\b", re.I)
_LIKELY = re.compile(r"\b(?:likely|probably|feared|presumed|may have been|might have been|could have been|believed)\s+(?:to (?:have been|be)\s+)?(?:\w+\s+)?$", re.I)
_ONE = re.compile(
    rf"\b(?P<det>an?|one|the|his|her|their|my|another|a further)\s+(?:(?:unnamed|young|elderly|local|pregnant|disabled|Palestinian|foreign|civilian|female|male|body of an?|\d+[- ]year[- ]old|[\w]+-year-old|teenage|retired|{_PERSON})\s+)*"
    r"(?P<who>person|civilian|resident|woman|man|child|boy|girl|infant|baby|toddler|teenager|worker|employee|driver|doctor|nurse|paramedic|medic|journalist|teacher|student|volunteer|firefighter|rescuer|"
    rf"patient|farmer|pensioner|policeman|guard|mother|father|civilian|fisherman|shepherd)\b(?P<np>(?:,\s+\d+,)?(?:\s+(?!and\b)[\w'’-]+){{0,4}}?)\s+{_AUX}(?:(?P<killed>{_KILLED})|(?P<hurt>{_HURT}))\b",
    re.I,
)
_ONE_OBJECT = re.compile(
    rf"\b(?:(?P<killed>{_KILLING})|(?P<hurt>{_HURTING}))\s+(?P<det>an?|one|his|her|another)\s+(?:[\w'’-]+\s+){{0,3}}?(?P<who>person|civilian|resident|woman|man|child|boy|girl|infant|baby|teenager|worker|employee|driver|doctor|nurse|paramedic|medic|journalist|teacher|student|volunteer|firefighter|patient|farmer|pensioner|guard|mother|father)\b",
    re.I,
)
_FAMILY = re.compile(rf"\bfamily of (?P<count>{_COUNT})\b(?P<np>[^.;]{{0,40}}?)\b(?P<killed>killed|dead|died|wiped out|perished)\b|\b(?:killed|killing)\s+(?:an? |the )(?:entire |whole )?family of (?P<count2>{_COUNT})", re.I)
_PLURAL = re.compile(
    rf"\b(?P<who>people|civilians|residents|women|children|students|patients|workers|villagers|families|casualties|passengers|doctors|medics|journalists|prisoners|worshippers|members|victims)\b(?:\s+(?!and\b)[\w'’-]+){{0,3}}?\s+{_AUX}(?:(?P<killed>killed|dead|died|perished|murdered|executed|buried)|(?P<hurt>injured|wounded|hurt|hospitali[sz]ed))\b|"
    rf"\b(?:(?P<killed2>killing|killed|kills|massacr\w+|murdering|executing)|(?P<hurt2>injuring|wounding|wounded|wounds))\s+(?:(?:and (?P<hurt3>injuring|wounding|injured|wounded))\s+)?(?:[\w'’-]+\s+){{0,2}}?(?P<who2>people|civilians|residents|women|children|students|patients|workers|villagers|passengers|families)\b|"
    r"\b(?P<killed4>deaths|fatalities|dead)\b(?:\s+(?:and|or)\s+(?P<hurt4>injuries|wounded|injured))?|\b(?P<hurt5>injuries|the wounded|the injured|wounded people|(?:injured|wounded) (?:people|residents|children|patients))\b",
    re.I,
)


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
        ``count``; ``more`` for "another three"; ``part`` for a number within another; ``one`` for a single person
        that is told of; ``plural`` for people without a number; ``total`` for a sum over a war, a month or a country.
    """

    start: int
    end: int
    harm: str
    interval: Interval
    kind: str


def number_of(words: str) -> int | None:
    """Read a numeral or number word: "1,200", "twenty-one", "two dozen"."""
    words = words.strip().lower()
    digits = re.sub(r"[, \u00a0\u202f]", "", words)
    if digits.isdecimal():
        return int(digits) if len(digits) < 8 else None
    if words.endswith(" dozen"):
        first = words.removesuffix(" dozen")
        return 12 * (1 if first == "a" else _UNITS[first])
    if words in _UNITS:
        return _UNITS[words]
    parts = re.split(r"[- ]", words)
    if parts[0] in _TENS and len(parts) <= 2:
        return _TENS[parts[0]] + (_UNITS.get(parts[1], 0) if len(parts) == 2 else 0)
    return None


def _interval(found: re.Match[str]) -> Interval | None:
    modifier = (found["mod"] or "").strip().lower()
    if found["vague"]:
        least, most = _VAGUE[found["vague"].lower()]
        return least, most
    if found["low"]:
        low, high = number_of(found["low"]), number_of(found["high"])
        return (low, high) if low is not None and high is not None and low < high else None
    number = number_of(found["one"])
    if number is None:
        return None
    if found["plus"] or re.fullmatch(_LEAST, modifier):
        return number, None
    if modifier and re.fullmatch(_OVER, modifier):
        return number + 1, None
    if modifier and re.fullmatch(_UPTO, modifier):
        return 0, number
    if modifier and re.fullmatch(_UNDER, modifier):
        return 0, max(0, number - 1)
    return number, number


def _is_person(phrase: str, adjacent: bool) -> bool:
    """Whether what follows a number is people, or nothing at all (then the verb must be next)."""
    words = phrase.strip()
    if not words:
        return adjacent
    if re.search(r"\b(?:missiles?|rockets?|drones?|strikes?|attacks?|buildings?|houses|homes|vehicles?|km|kilomet\w+|miles?|hours?|minutes?|days?|weeks?|months?|years?|percent|per cent|times|villages?|towns?|cities|tanks?|shells?|bombs?|cases|incidents|schools?|hospitals?|ships?|cars?|animals|cattle|am|pm|of the|injured|wounded|killed|dead)\b", words, re.I):
        return bool(re.match(rf"\s*(?:[\w'’-]+\s+){{0,2}}{_PERSON}\b", words, re.I))
    return True


def find_figures(text: str) -> list[Figure]:
    """Return the casualty figures of a passage, in order. Fighters are left out unless civilians are named with them."""
    figures: list[Figure] = []
    covered: list[tuple[int, int]] = []

    def add(start: int, end: int, harm: str, interval: Interval, kind: str) -> None:
        figures.append(Figure(start, end, harm, interval, kind))
        covered.append((start, end))

    for found in _NONE.finditer(text):
        what = (found["pred"] or found["noun"] or "").lower()
        if _UNSURE_NONE.search(found.group()):
            continue
        harms = {"killed"} if re.search(r"kill|death|died|fatal|loss|dead", what) else set()
        if re.search(r"injur|hurt|wound", what):
            harms.add("injured")
        if not harms or re.search(r"casualt|victim", what):
            harms = {"killed", "injured"}
        for harm in sorted(harms):
            add(*found.span(), harm, (0, 0), "count")
    plain = _without_asides(text)
    last_harm: tuple[str, int] | None = None
    for found in _QUANTITY.finditer(text):
        start, end = found.span()
        interval = _interval(found)
        if interval is None or _YEAR.fullmatch(found.group().strip()) or any(start < e and end > s for s, e in covered):
            continue
        left, right = text[max(0, start - 110) : start], text[end : end + 130]
        if plain[start:end].strip():
            right = re.sub(r"\s+", " ", plain[end : end + 330])[:130]
        left, right = re.split(r"[;.]\s", left)[-1], re.split(r"[;.](?:\s|$)", right)[0]
        harm, stop, phrase = None, end, ""
        if toll := _TOLL.search(left):
            harm = "killed" if toll["killed"] else "injured"
        elif before := _BEFORE_QUANTITY.search(left):
            harm = "killed" if before["killed"] else "injured"
            noun = re.match(r"(?:\s+(?!and\b)[\w'’-]+){0,5}", right)
            phrase = noun.group() if noun else ""
            if not _is_person(phrase, True):
                continue
        elif after := _AFTER_QUANTITY.match(right):
            phrase = after["np"]
            if not _is_person(phrase, True):
                continue
            harm, stop = ("killed" if after["killed"] else "injured"), end + after.end()
        elif re.search(r"\b(?:left|leaving|leaves)\s+$", left) and (dead := _LEFT_DEAD.match(right)):
            harm, stop = ("killed" if dead["killed"] else "injured"), end + dead.end()
        elif last_harm and re.search(r"(?:,|\band|\bwhile|\bbut)\s+$", left) and start - last_harm[1] < 60:
            noun = re.match(rf"\s+(?:{_PERSON})?\s*(?:in|at|near)\b", right)
            if noun and not re.search(r"\b(?:19|20)\d\d$", text[start:end]):
                harm = last_harm[0]
        if harm is None:
            continue
        whole = text[start:stop] + (phrase if stop == end else "")
        if _FIGHTER.search(whole + right[len(phrase) : len(phrase) + 25] if stop == end and before_fighter(right) else whole) and not _CIVIL.search(whole):
            last_harm = None
            continue
        clause = text[max(0, start - 90) : min(len(text), stop + 90)]
        kind = "count"
        if _SUB.search(left) or _SUB_AFTER.match(right):
            kind = "part"
        elif _TOTAL.search(clause) and (_TOTAL.search(right) or _TOTAL.search(left)):
            kind = "total"
        elif found["also"] or re.match(r"\s+(?:more|others?)\b", right) and harm == "killed":
            kind = "more" if found["also"] or re.match(r"\s+(?:more|others?)\b", right) else "count"
        if _LIKELY.search(text[start:stop].rsplit(" ", 1)[0] + " ") and harm == "killed":
            if found["vague"]:
                kind = "plural"
            else:
                interval = (0, interval[1])
        add(start, stop, harm, interval, kind)
        last_harm = (harm, stop)
    for found in _FAMILY.finditer(text):
        number = number_of(found["count"] or found["count2"])
        if number is not None and not any(found.start() < e and found.end() > s for s, e in covered):
            add(*found.span(), "killed", (number, number), "count")
    for pattern in (_ONE, _ONE_OBJECT):
        for found in pattern.finditer(text):
            if any(found.start() < e and found.end() > s for s, e in covered) or _FIGHTER.search(found.group()):
                continue
            left = text[max(0, found.start() - 60) : found.start()]
            more = found["det"].lower() in ("another", "a further")
            sub = _SUB.search(left)
            add(*found.span(), "killed" if found["killed"] else "injured", (1, 1), "part" if sub else "more" if more else "one")
    for found in _PLURAL.finditer(text):
        if any(found.start() < e and found.end() > s for s, e in covered) or _FIGHTER.search(found.group()):
            continue
        left = text[max(0, found.start() - 40) : found.start()]
        if re.search(r"\b(?:no|number of|exact number of|risk of|avoid|not)\s+(?:\w+\s+){0,2}$", left, re.I):
            continue
        part = found.groupdict()
        if any(part[name] for name in ("killed", "killed2", "killed4")):
            add(*found.span(), "killed", (1, None), "plural")
        if any(part[name] for name in ("hurt", "hurt2", "hurt3", "hurt4", "hurt5")):
            add(*found.span(), "injured", (1, None), "plural")
    return sorted(figures, key=lambda figure: (figure.start, figure.harm))


def _without_asides(text: str) -> str:
    """Blank out ", including two women," and what stands in brackets; offsets stay."""

    def blank(found: re.Match[str]) -> str:
        return " " * len(found.group())

    text = re.sub(r"\([^()]{0,120}\)", blank, text)
    text = re.sub(r"(?<=\w)\s+(?:including (?:\w+[ -]){1,3}?[a-z]+|(?:\w+ )?(?:of them|of whom) [a-z]+)(?=\s+(?:were|was|have|had|has|are|reportedly|died)\b)", blank, text)
    return re.sub(r",\s+(?:including|among them|among whom|most of them|some of them|at least \w+ of them)\b[^.;]{1,110}?,(?=\s+(?:were|was|have|had|are|reportedly|died))", blank, text)


def before_fighter(right: str) -> bool:
    """Whether the words right after a number, up to the next comma, name fighters."""
    return bool(_FIGHTER.search(re.split(r",|\band\b", right)[0][:45]))


def combine(figures: Iterable[Figure], harm: str) -> Interval | None:
    """Combine what an incident's passages say of one harm.

    The same figure repeated counts once; accounts that differ give the widest interval that covers them; "another
    three" is added to the figure it follows; parts and totals are left out; people without a number, and single people
    told of, count only where there is no figure.
    """
    counts: list[Interval] = []
    plain: list[Interval] = []
    singles: list[Interval] = []
    for figure in figures:
        if figure.harm != harm or figure.kind in ("part", "total"):
            continue
        if figure.kind == "plural":
            plain.append(figure.interval)
        elif figure.kind == "one":
            singles.append(figure.interval)
        elif figure.interval in ((2, None), (1, None)):
            plain.append(figure.interval)
        elif figure.kind == "more" and counts:
            least, most = counts[-1]
            counts[-1] = (
                least + figure.interval[0],
                None if most is None or figure.interval[1] is None else most + figure.interval[1],
            )
        else:
            counts.append(figure.interval)
    if counts and any(least for least, _ in counts) and (0, 0) in counts:
        counts = [interval for interval in counts if interval != (0, 0)] or counts
    chosen = counts or ([max(plain)] if plain else singles[:1])
    if not chosen:
        return None
    if not counts and plain:
        return max(plain, key=lambda interval: interval[0])
    return min(least for least, _ in chosen), (
        None if any(most is None for _, most in chosen) else max(most for _, most in chosen if most is not None)
    )
