"""The words by which a passage states casualties: patterns, no logic."""

from __future__ import annotations

import re

from ihlclass.types import Interval

UNITS = {w: n for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"])}  # fmt: skip
TENS = {
    w: 10 * n
    for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
VAGUE: dict[str, Interval] = {
    "several": (2, None), "multiple": (2, None), "a number of": (2, None), "numerous": (2, None), "many": (2, None),
    "a few": (2, None), "some": (2, None), "a couple of": (2, 2), "a couple": (2, 2), "dozens of": (24, None), "dozens": (24, None),
    "scores of": (40, None), "scores": (40, None), "hundreds of": (200, None), "hundreds": (200, None),
    "thousands of": (2000, None), "thousands": (2000, None), "a pair of": (2, 2), "both": (2, 2),
}  # fmt: skip

WORD_NUMBER = (
    rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(list(UNITS)[1:10])}))?|"
    rf"{'|'.join(sorted(UNITS, key=len, reverse=True))})"
)
NUMERAL = (
    r"(?<![\w.,/:$€£#-])(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)(?![\d/:%]|[.,]\d|-?(?:mm|km|kg|year|"
    r"storey|story|day|hour|month|minute|strong|metre|meter|th|st|nd|rd)\b)"
)
NUMERAL_BEFORE_DASH = r"(?<![\w.,/:$€£#-])\d{1,6}(?=-\d)"
NUMERAL_AFTER_DASH = NUMERAL.replace("#-]", "#]", 1)
COUNT = (
    rf"(?:\b(?:a|one|two|three|four|five|six|seven|eight|nine) hundred\b(?! thousand)(?: and {WORD_NUMBER}\b)?|"
    rf"\b(?:a|one|two|three|four|five|six)(?: and a half)? dozen\b(?: and a half\b)?|{NUMERAL}|"
    rf"\b{WORD_NUMBER}\b(?!-year|-storey|-story|-day| dozen))"
)
LEAST = r"at least|no fewer than|no less than|not less than|a minimum of|minimum"
OVER = r"more than|over|upwards of|in excess of|well over|exceeding|above"
UPTO = r"up to|as many as|at most|no more than|a maximum of"
UNDER = r"fewer than|less than|under"
ABOUT = (
    r"about|around|nearly|almost|approximately|roughly|an estimated|estimated|some|just over|reportedly|"
    r"a total of|another|a further|further|additional|an additional|the other|other|all|the"
)
QUANTITY = re.compile(
    rf"(?P<mod>\b(?:{LEAST}|{OVER}|{UPTO}|{UNDER})\s+)?(?P<also>\b(?:another|a further|further|"
    rf"an additional|additional)\s+)?"
    rf"(?:\b(?:{ABOUT})\s+)?(?:(?P<between>between\s+)?(?P<low>{COUNT}|{NUMERAL_BEFORE_DASH})\s*(?:(?(between)and|to)|to|-|–|—|"
    rf"or)\s*(?P<high>{COUNT}|(?<=-){NUMERAL_AFTER_DASH})(?!-)|(?P<one>{COUNT})(?P<plus>\+| or more)?|"
    rf"(?P<vague>\b(?:{'|'.join(sorted(VAGUE, key=len, reverse=True))})\b))",
    re.I,
)
PERSON = (
    r"(?:people|persons?|civilians?|residents?|wom[ae]n|m[ae]n|children|child|kids?|boys?|girls?|"
    r"infants?|bab(?:y|ies)|toddlers?|teen\w*|youths?|"
    r"pupils?|students?|teachers?|workers?|employees?|staff(?:ers)?|members|individuals?|inhabitants|"
    r"locals?|villagers?|passengers?|drivers?|"
    r"patients?|doctors?|medics?|nurses?|paramedics?|journalists?|reporters?|volunteers?|rescuers?|"
    r"firefighters?|police\w*|officers?|"
    r"refugees?|migrants?|worshipp?ers?|shoppers?|farmers?|prisoners?|detainees?|pensioners?|citizens?|"
    r"nationals?|lives|bodies|victims?|others?|"
    r"famil(?:y|ies)|relatives?|brothers?|sisters?|sons?|daughters?|wife|husband|mother|father|"
    r"grandmother|grandfather|couple|dead|elderly|aid|humanitarian|"
    r"fishermen|miners?|guards?|mourners|protesters?|demonstrators|friends|guests|neighbou?rs|"
    r"sibling\w*|cousins?|injuries|deaths|fatalities|wounded|injured)"
)
FIGHTER = re.compile(
    r"\b(?:soldiers?|troops?|fighters?|militants?|militia(?:men)?|rebels?|terrorists?|servicem[ae]n|"
    r"combatants?|insurgents?|gunm[ae]n|attackers?|"
    r"commanders?|mercenar(?:y|ies)|jihadists?|occupiers?|invaders?|(?:security|army|military|"
    r"government|regime|SDF|YPG|enemy) (?:personnel|forces?|members)|"
    r"members of (?:the )?(?:[\w-]+ ){0,4}(?:forces?|group|army|militia|brigade|guards?))\b",
    re.I,
)
CIVIL = re.compile(r"\b(?:civilians?|children|child|wom[ae]n|residents?)\b", re.I)
#: Who is shot dead stands after it: not "shot dead two days later".
WHOM = (
    r"\s+(?!(?:\w+\s+){1,2}(?:days?|nights?|weeks?|months?|hours?|minutes?|mornings?|evenings?)\b)(?:an?|the|his|her|their|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b"
)
KILLED = (
    r"(?:killed|dead|died|dies|deaths?|fatalit(?:y|ies)|perished|slain|murdered|executed|assassinated|"
    r"beheaded|massacred|martyred|martyrs?|lost their li(?:fe|ves)|lost (?:his|her) life|shot dead(?!"
    + WHOM
    + r")|succumbed|slaughtered)"
)
#: Care is given to the wounded, mostly to some of them.
CARE = (
    r"(?:hospitali[sz]ed|in (?:\w+ )?hospitals?|(?:taken|rushed|brought|admitted|evacuated|transferred) to (?:an? |the )?(?:\w+ ){0,2}?"
    r"(?:hospitals?|clinics?)|(?:treated|operated on) (?:in|at|for|on)|"
    r"(?:sought|needed|required|received|were given|given) (?:urgent |immediate |emergency )?(?:medical|hospital|first) "
    r"(?:care|help|attention|treatment|assistance|aid))"
)
HURT = (
    rf"(?:injured|wounded|hurt|injur(?:y|ies)|wounds?|maimed|burned(?! (?:down|out|to))|(?:suffered|sustained|received) (?:[\w-]+ ){{0,3}}?"
    rf"(?:injuries|wounds|burns|concussions?)|{CARE})"
)
KILLING = (
    r"(?:kill(?:s|ed|ing)?|claim(?:s|ed|ing)(?= (?:the )?(?:lives|at|\w+ lives))|murder(?:s|ed|ing)|"
    r"execut(?:ed|ing)|slay\w*|massacr(?:ed|ing)|took the lives of|taking the lives of|deaths? of|"
    r"killings? of|bodies of|body of|shot dead|shooting dead|gunn(?:ed|ing) down)"
)
HURTING = r"(?:injur(?:es|ed|ing)|wound(?:s|ed|ing)|hurt(?:s|ing)?|maim(?:s|ed|ing))"
AUX = (
    r"(?:(?:who|that|which|were|was|are|is|have|has|had|been|be|being|reportedly|also|all|allegedly|"
    r"confirmed|later|then|initially|feared|immediately|believed|known|to|"
    r"seriously|severely|critically|badly|lightly|slightly|more|found|left|reported|said|thought|"
    r"others?|people|either|now|just|tragically|sadly|since|as|got|"
    r"may|might|could|likely|presumed|pronounced|declared|among the|instantly)\s+)*"
)
NP = r"(?:\s+(?!and\b|but\b|while\b|killed\b|wounded\b|injured\b|of them\b|\d)[\w'’-]+){0,6}?(?:\s+and\s+[a-z]{3,}(?:s|men|women|children)\b)?"
#: "and about twenty soldiers": fighters who fell with the civilians that are counted before them.
WITH_FIGHTERS = rf"(?:\s+and\s+(?:about\s+|some\s+|at least\s+|around\s+)?(?:{COUNT}|several|an?)\s+(?:[\w'’-]+\s+)?(?:soldiers?|fighters?|police\w*|militiamen|rebels?|militants?))?"
PREDICATE = re.compile(rf"\b(?:(?P<killed>{KILLED})|(?P<hurt>{HURT}))\b", re.I)
AFTER_QUANTITY = re.compile(
    rf"(?P<np>{NP}){WITH_FIGHTERS}(?:\s*\([^)]*\))?\s+{AUX}(?:(?P<killed>{KILLED})|(?P<hurt>{HURT}))\b", re.I
)
BEFORE_QUANTITY = re.compile(
    rf"\b(?:(?P<killed>{KILLING})|(?P<hurt>{HURTING}))\s+(?:(?:reportedly|also|a total of|all|the|"
    rf"an estimated|in total)\s+)*$",
    re.I,
)
LEFT_DEAD = re.compile(r"^(?:\s+[\w'’-]+){0,3}\s+(?:(?P<killed>dead|killed)|(?P<hurt>injured|wounded|hurt))\b", re.I)
TOLL = re.compile(
    r"\b(?:(?P<killed>put the (?:dead|deaths|number of dead)(?= (?:[\w'’-]+ ){0,6}at\b)|death toll|toll|the dead(?= at\b)|number of (?:the )?(?:dead|deaths|fatalities|people killed|those killed|"
    r"victims killed)|the (?:dead|killed|martyrs)(?= (?:are|were|number)))|(?P<hurt>the (?:injured|wounded|injuries)(?= (?:are|were|number))|number of (?:injured|wounded|people injured|people wounded|"
    r"those injured)))"
    r"(?:\s+(?:from|in|of|after|at|following|for)\s+(?:[\w'’-]+\s+){1,8}?)?\s*(?:(?:has|had|have|is|was|"
    r"now|since|then|later|currently|reportedly|could|be|become)\s+)*(?:ris(?:en|es|ing)|rose|climb(?:s|ed)|"
    r"increas(?:ed|es)|reach(?:es|ed)|st(?:ands|ood)|gr(?:ew|own|ows)|jumped|hit|of|is|was|are|were|number(?:s|ed)?|be|become|became)?"
    r"(?:\s+(?:from\s+[\w-]+\s+)?(?:to|at))?\s+$",
    re.I,
)
#: Certain people, not people at large: such a number is often part of a greater one.
SPECIAL = re.compile(
    r"\s*(?:\w+\s+){0,2}?(?:wom[ae]n|children|child|kids?|boys?|girls?|infants?|bab(?:y|ies)|toddlers?|"
    r"sisters?|brothers?|sons?|daughters?|siblings?|cousins?|"
    r"relatives|family members|members|students?|pupils?|doctors?|nurses?|medics?|patients?|staff|"
    r"workers?|employees|journalists?|volunteers?|rescuers?|firefighters?|teachers?)\b",
    re.I,
)
SOME_OF = re.compile(r"\s+of\s+(?:the\s+)?[\w'’-]+['’]s?\s+\w+|\s+of\s+(?:his|her|their|its)\b", re.I)
#: "carried out two bodies", "a list of 27 names": the dead are counted.
COUNTED = re.compile(
    rf"\b(?:(?:carried|pulled|brought|dug|lifted) out|counted|saw|found|recovered|collected|retrieved|buried|photographed|exhumed|"
    rf"took (?:out|away)|washed)\s+(?P<mod>(?:{LEAST}|{OVER})\s+)?(?P<count>{COUNT})\s+(?:\w+\s+){{0,2}}?(?:bodies|corpses|dead)\b|"
    rf"\b(?:lists?|registers?|ledger|roll|memorial|plaque)\b[^.;]{{0,60}}?\b(?P<mod2>(?:{LEAST}|{OVER})\s+)?(?P<count2>{COUNT})\s+(?:names|dead)\b",
    re.I,
)
ORDINALS = {
    w: n
    for n, w in enumerate(["second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
        "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"], start=2)
}  # fmt: skip
#: "a thirteenth victim has died": so many are dead by then.
NTH = re.compile(
    rf"\b(?:an?|the)\s+(?P<nth>\d{{1,3}}(?:nd|rd|th)|{'|'.join(ORDINALS)})\s+(?:(?:victim|person|body|man|woman|child|boy|girl|patient|resident|civilian)\b"
    rf"(?:,[^,.;]{{1,40}},|\s+(?:of|from|in)\s+[^,.;]{{1,30}}?)?\s+)?{AUX}(?:died|dead|killed|found dead|succumbed)\b",
    re.I,
)
#: "two of the wounded died in the night", "one more died in hospital": the count before it grows.
LATER = re.compile(
    rf"\b(?P<count>{COUNT})\s+(?:(?:of\s+(?:the|those)\s+)?(?:injured|wounded)(?:\s+people)?|more(?:\s+(?:people|persons?|victims?|patients?)|,[^,.;]{{1,40}},)?)"
    rf"(?:\s+(?:has|have|had|later|then|since|also|since then))*\s+(?:died|passed away|succumbed)\b",
    re.I,
)
#: "By evening the ministry spoke of fifteen": a bare number in the place of one that was told before.
CORRECTS = re.compile(
    r"\b(?:sp(?:oke|eaks?)|raised|revised|corrected|increased|lowered|updated|brought|put|rose|gone|went|counts?|counted|gave|gives?|given|had|has|"
    r"have|said|reported|listed|lists|recorded|verified|confirmed|documented|named|holds?|was|were|is)"
    r"(?:\s+(?:it|this|that|them|the\s+(?:figure|number|toll|count|total|dead)))?(?:\s+(?:of|to|at|up|down|now|later|only|already|since))*\s+$|"
    r"\b(?:another|other|others|others?\s+of|[A-Z][\w’'-]+\s+of)\s+$"
)
CORRECTED = re.compile(
    r"(?:\s+(?:names|dead|bodies|victims|in all|in total|in the final count))?\s*(?:[.,;:)]|$|\b(?:and|on|by|the next|after|later|before|when|"
    r"while|including|but|this morning|yesterday)\b)"
)
BODIES = re.compile(
    rf"(?:(?P<mod>\b(?:{LEAST}|{OVER})\s+)?(?P<count>{COUNT}|"
    rf"\b(?:{'|'.join(sorted(VAGUE, key=len, reverse=True))})))?\s*(?:\w+\s+){{0,2}}?\b(?:bodies|"
    rf"corpses)\b(?P<rest>[^.;]{{0,60}}?)"
    r"\b(?:found|discovered|recovered|exhumed|pulled|retrieved|uncovered|unearthed)\b",
    re.I,
)
YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-–—]\s*(?:19|20)\d\d)?$")
SUB = re.compile(
    r"(?:\bincluding|\bamong (?:them|those|whom)\b(?!,)|\bamong the (?:dead|killed|injured|wounded|victims)|"
    r"\bof (?:them|whom|those|the dead)|\bcounting|\balongside)\b"
    r"(?:(?!\b(?:died|dead|killed|were|was|have|had|injur\w+|wound\w+)\b)[^.;]){0,45}$|\binclud(?:es?|ed)\s+(?:\w+\s+)?$",
    re.I,
)
SUB_AFTER = re.compile(
    r"^\s*(?:of (?:them|whom|those|the (?:dead|victims|injured|wounded|killed))|among (?:them|those))\b|"
    r"^\s+[\w'’ -]{0,25}\bamong (?:them|the (?:dead|killed|injured|victims))\b",
    re.I,
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
TOTAL = re.compile(
    r"\bsince (?!(?:dawn|the morning|this morning|midnight|yesterday|then|last night|overnight)\b)|"
    rf"\bbetween {_MONTH} and {_MONTH}\b|\bfor the years\b|\bper cent\b|"
    r"\b(?:first|second|third|fourth|last) (?:quarter|half)\b|"
    r"\bso far this (?:year|month)\b|(?<!earlier )(?<!early )\bthis (?:year|month)\b|\bover the (?:past|"
    r"last)\b|\bin the (?:past|last) (?:\w+ )?(?:weeks?|months?|years?)\b|"
    r"\bin recent (?:days|weeks|months|years)\b|\b(?:per|every|each|a) (?:day|week|month)\b|"
    r"\bthroughout the (?:war|conflict)\b|\bin total (?:since|during)\b|"
    r"\b(?:civil war|war|conflict|invasion|offensive|uprising)\b[^.;]{0,30}\b(?:has|have) (?:killed|"
    r"claimed|left)|\bduring the (?:war|conflict|month|year)\b|\bin \d{4}\b(?=[^.;]{0,20}$)",
    re.I,
)
#: "since 2017", "since the invasion": a sum over a war, but for "the deadliest since".
OF_A_WAR = re.compile(
    r"\bsince (?:the )?(?:(?:full-scale|beginning|start|outset|outbreak|onset|[A-Z][\w'’-]+) (?:of )?){0,4}"
    rf"(?:invasion|war|conflict|uprising|coup|revolution|fighting|(?:\d{{1,2}} )?(?:{_MONTH} )?(?:19|20)\d\d)\b",
    re.I,
)
EXTREME = re.compile(r"\b(?:deadli|bloodi|wors|larg|bigg|heavi|high|first|most)[\w-]*\b[^.;]{0,80}$", re.I)
#: "killed across the country": no toll of one place.
ACROSS = re.compile(
    r"\b(?:in|on|across|from|throughout) (?:(?:all|several|various|different|multiple|many) (?:[\w-]+ )?(?:cities|towns|"
    r"villages|regions|areas)|the (?:whole )?country|[A-Z]\w+ian cities)\b",
    re.I,
)
NONE = re.compile(
    r"\b(?:no(?:body| one|-one| people| civilians| residents)\s+(?:\w+\s+){0,3}?(?:was|were|is|has been|had been|"
    r"got)?\s*(?:\w+\s+)?(?P<pred>dead|killed or (?:injured|wounded|hurt)|hurt or killed|injured or killed|"
    r"killed|injured|hurt|wounded|died|perished|suffered)|"
    r"(?:no|without(?: any| causing)?|not cause(?:d)? any|"
    r"zero)\s+(?:\w+\s+){0,2}?(?P<noun>(?:dead|killed)(?:,? (?:or|and|nor|no) (?:injured|wounded))|(?:dead|injured|wounded)(?=[.,;)]|$)|deaths? or injur\w+|injur\w+ or deaths?|casualties|victims|"
    r"deaths|fatalities|injuries|wounded|loss of life|one (?:was|were) (?P<late>killed|hurt|injured)))",
    re.I,
)
#: "only caused injuries": nobody was killed.
ONLY_HURT = re.compile(
    r"\bonly\s+(?:caused|left|resulted in|led to)\s+(?:\w+\s+)?(?:injuries|wounded|people injured)\b", re.I
)
#: "Killed: 3. Injured - 12": a figure in a list or table.
ENTRY = re.compile(
    r"\b(?:(?P<killed>killed|dead|deaths|fatalities|death toll)|(?P<hurt>injured|wounded|injuries|hurt))"
    r"(?:\s*\((?:total|civilians?)\))?\s*(?:[:=|]|[–—-](?=\s))\s*(?P<quantity>[^\n;|.]{1,30})",
    re.I,
)
#: "killed or wounded": how many of each is not said.
EITHER = re.compile(
    r"^\s+(?:people\s+)?(?:or|and/or)\s+(?:been\s+|were\s+)?(?:seriously\s+)?(?:(?P<killed>killed|dead|died)|"
    r"(?P<hurt>injured|wounded|hurt|maimed))\b",
    re.I,
)
#: A number that is an age: "a girl of 6", "two men aged 40 and 52".
AGE_BEFORE = re.compile(
    r"\b(?:girl|boy|man|woman|child|son|daughter|infant|teenager|resident|person)\s+of\s+$|\b(?:aged|age|ages)\s+"
    r"(?:\w+\s*(?:,|and|to|or|-|–)\s*(?:and\s+)?)*$",
    re.I,
)
UNSURE_NONE = re.compile(
    r"\b(?:confirmation|information|details|reports?|word|immediate|data|figures?|official|news|clear)\b", re.I
)
LIKELY = re.compile(
    r"\b(?:likely|probably|feared|presumed|may have been|might have been|could have been|"
    r"believed)\s+(?:to (?:have been|be)\s+)?(?:\w+\s+)?$",
    re.I,
)
#: Occupations in which a single person is told of.
MORE_WHO = (
    r"assistant|seller|dispatcher|inspector|trainee|operator|saleswoman|salesman|pharmacist|trader|vendor|caretaker|cook|priest|imam|monk|nun|pastor|shopkeeper|electrician|"
    r"engineer|technician|miner|midwife|surgeon|headmaster|headmistress|principal|pupil|grandfather|neighbou?r|watchman|mayor|"
    r"lawyer|judge|councillor|passenger|worshipper|cyclist|motorcyclist|interpreter|welder|plumber|baker|clerk|porter|cleaner|"
)
WHO = (
    rf"{MORE_WHO}person|civilian|resident|woman|man|child|boy|girl|infant|baby|toddler|teenager|worker|employee|driver|doctor|nurse|"
    r"paramedic|medic|journalist|teacher|student|volunteer|firefighter|rescuer|patient|farmer|pensioner|policeman|guard|"
    r"mother|father|son|daughter|wife|husband|brother|sister|grandmother|grandfather|fisherman|shepherd"
)
ONE = re.compile(
    rf"\b(?P<det>an?|one|the|his|her|their|my|another|a further)\s+(?:(?:body of an?|[\w’'-]+)\s+){{0,3}}?(?P<who>{WHO})\b"
    rf"(?P<np>(?:,\s+[A-Z][^,.;]{{2,40}}(?:,\s+(?:aged\s+)?\d+)?,|,\s+(?:aged\s+)?\d+,)?(?:\s+(?!and\b)[\w'’-]+){{0,4}}?)\s+"
    rf"{AUX}(?:(?P<killed>{KILLED})|(?P<hurt>{HURT}))\b",
    re.I,
)
#: "a man and his daughter were wounded", "two men and three women died"
_AGED = r"(?:\s+of\s+\d+|,?\s+(?:aged\s+)?\d+,?)?"
COUPLE = re.compile(
    rf"(?<![\w-])(?:(?:an?|one|the)\s+(?:[\w-]+\s+){{0,2}}?(?:{WHO})|(?P<first>{COUNT})\s+{PERSON})\b{_AGED}\s+and\s+"
    rf"(?:(?:an?|one|his|her|their|the)\s+(?:[\w-]+\s+){{0,2}}?(?:{WHO})|(?:his\s+|her\s+|their\s+)?(?P<second>{COUNT})\s+{PERSON})\b{_AGED}\s+"
    rf"{AUX}(?:(?P<killed>{KILLED})|(?P<hurt>{HURT}))\b",
    re.I,
)
#: "killing two patients and a nurse", "wounding the driver and two repairmen"
PAIR_OBJECT = re.compile(
    rf"\b(?:(?P<killed>{KILLING})|(?P<hurt>{HURTING}))\s+(?:(?:an?|one|the)\s+(?:[\w-]+\s+){{0,2}}?(?:{WHO})|(?P<first>{COUNT})\s+"
    rf"(?:[\w-]+\s+)?{PERSON})\b{_AGED}\s+and\s+(?:(?:an?|one|his|her|their)\s+(?:[\w-]+\s+){{0,2}}?(?:{WHO})|(?:his\s+|her\s+)?(?P<second>{COUNT})\s+"
    rf"(?:[\w-]+\s+)?{PERSON})\b(?!\s+{AUX}(?:{KILLED}|{HURT})\b)",
    re.I,
)
ONE_OBJECT = re.compile(
    rf"\b(?:(?P<killed>{KILLING})|(?P<hurt>{HURTING}))\s+(?P<det>an?|one|his|her|its|their|the|"
    rf"another)\s+(?:[\w'’-]+\s+){{0,3}}?(?P<who>{WHO})\b",
    re.I,
)
FAMILY = re.compile(
    rf"\bfamily of (?P<count>{COUNT})\b(?P<np>[^.;]{{0,40}}?)\b(?P<killed>killed|dead|died|wiped out|"
    rf"perished)\b|\b(?:killed|killing)\s+(?:an? |the )(?:entire |whole )?family of (?P<count2>{COUNT})",
    re.I,
)
PLURAL = re.compile(
    rf"\b(?P<who>people|civilians|residents|women|children|students|patients|workers|villagers|families|"
    rf"casualties|passengers|doctors|medics|journalists|prisoners|worshippers|members|"
    rf"victims)\b(?:\s+(?!and\b)[\w'’-]+){{0,3}}?\s+{AUX}(?:(?P<killed>killed|dead|died|perished|"
    rf"murdered|executed|buried)|(?P<hurt>injured|wounded|hurt|hospitali[sz]ed))\b|"
    rf"\b(?:(?P<killed2>killing|killed|kills|massacr\w+|murdering|executing)|(?P<hurt2>injuring|wounding|"
    rf"wounded|wounds))\s+(?:(?:and (?P<hurt3>injuring|wounding|injured|"
    rf"wounded))\s+)?(?:[\w'’-]+\s+){{0,2}}?(?P<who2>people|civilians|residents|women|children|students|"
    rf"patients|workers|villagers|passengers|families)\b|"
    r"\bnumber of (?:the )?(?P<hurt6>injured|wounded) (?:and|or) (?P<killed5>dead|killed|deaths)\b|"
    r"\b(?P<killed4>deaths|fatalities|dead)\b(?:\s+(?:and|or)\s+(?P<hurt4>injuries|wounded|injured))?|"
    r"\b(?P<hurt5>injuries|the wounded|the injured|wounded people|(?:injured|wounded) (?:people|"
    r"residents|children|patients))\b",
    re.I,
)
