"""What the grouping knows of labels: families, and the words by which a label shows itself in a part of a sentence."""

from __future__ import annotations

import re

HARM = frozenset({
    "civilians_killed", "civilians_injured", "people_trapped_or_missing", "object_damaged", "object_destroyed",
    "service_disruption", "displacement",
})  # fmt: skip
VICTIMS = frozenset({
    "child_victims", "medical_personnel_victims", "aid_worker_victims", "journalist_victims", "rescuer_victims",
})  # fmt: skip
MEANS = frozenset({
    "air_strike", "missile_strike", "artillery_or_rocket_fire", "drone_strike", "cluster_munition", "incendiary_weapon",
    "mine_or_ied", "small_arms_fire", "chemical_weapon",
})  # fmt: skip
CONDUCT = frozenset({
    "repeated_strike", "indiscriminate_attack", "deliberate_targeting_alleged", "siege_or_aid_obstruction", "pillage",
    "abduction_or_detention", "torture_or_ill_treatment", "unlawful_killing", "sexual_violence",
})  # fmt: skip
STANCE = frozenset({"attribution", "responsibility_denied", "responsibility_claimed"})
#: Labels that make a passage speak of an incident.
CONCRETE = HARM | VICTIMS | MEANS | CONDUCT
#: Labels that a whole barrage hands on to its incidents.
INHERITED = MEANS | {"attribution"}

_WORDS = {
    "medical_facility": r"hospital|clinic|matern|pharmac|medical|ward|laborator|blood",
    "medical_transport": r"ambulance|medevac",
    "residential_building": r"resident|house|home|apartment|flat|high-rise|block|storey|village|neighbou?rhood|quarter",
    "dormitory": r"dorm|hostel|hall of residence",
    "shopping_mall": r"mall|shopping|hypermarket|department store|trade cent",
    "commercial_premises": r"shop|market|restaurant|caf|hotel|bank|office|business|petrol|store|bakery",
    "education_facility": r"school|kindergarten|universit|college|nurser|educat|institute|lyceum",
    "religious_site": r"mosque|church|synagog|temple|monaster|cemeter|cathedral|shrine",
    "cultural_site": r"museum|theat|librar|monument|cinema|cultur|heritage|archive",
    "public_space": r"park|square|playground|stadium|sport|beach|street|queue",
    "energy_infrastructure": r"power|energy|electric|substation|grid|gas|oil|fuel|heating|refiner",
    "water_infrastructure": r"water|pump|reservoir|sewer|well",
    "dangerous_forces_installation": r"nuclear|dam\b|dyke|reactor",
    "transport_infrastructure": r"rail|station|bridge|road|port|airport|track|terminal",
    "civilian_vehicle": r"car\b|cars\b|bus|tram|lorr|truck|train|vehicle|ship|boat|motorcycle|van|taxi|convoy",
    "humanitarian_object": r"aid|humanitarian|relief|\bUN|Red Cross|Red Crescent|NGO|UNRWA|WFP",
    "displacement_site": r"camp|displaced|shelter|refugee|tent",
    "industrial_facility": r"factory|plant|workshop|mine|industr|warehouse|machine",
    "food_agriculture": r"farm|field|silo|grain|mill|baker|food|livestock|harvest|crop|cattle",
    "administrative_building": r"administ|govern|court|police|municipal|town hall|council|post office|fire station|headquarters",
    "media_facility": r"newsroom|televis|\bTV|broadcast|press|radio|media",
    "detention_facility": r"prison|jail|detention|colony",
    "military_objective": r"militar|base|depot|troop|soldier|fighter|position|ammunition|barrack|training|tank",
    "civilians_killed": r"kill|dead|died|death|bod(?:y|ies)|perish|fatal|lives|murder|execut|massacr",
    "civilians_injured": r"injur|wound|hurt|hospitali",
    "people_trapped_or_missing": r"missing|trapped|rubble|unaccounted|debris",
    "object_damaged": r"damag|fire|blown|shatter|hit|broken|windows|partly|partial|blaze",
    "object_destroyed": r"destr|level|burn|collaps|rubble|flatten|raz|obliterat",
    "service_disruption": r"without|cut|outage|blackout|disrupt|suspend|halt|power",
    "displacement": r"fled|flee|evacuat|displac|homeless|expel",
    "child_victims": r"child|boy|girl|infant|baby|toddler|teen|minor|son\b|daughter|pupil|year-old",
    "medical_personnel_victims": r"doctor|nurse|medic|paramedic|patient|health",
    "aid_worker_victims": r"aid|volunteer|humanitarian|staff|worker|\bUN|NGO|Red C",
    "journalist_victims": r"journalist|reporter|photograph|camera|media",
    "rescuer_victims": r"rescue|firefight|civil defen|White Helmet|emergency",
    "air_strike": r"air|bomb|warplane|jet|helicopter|aircraft|guided",
    "missile_strike": r"missile|S-300|Iskander|Kinzhal|Kalibr|ballistic|cruise|rocket",
    "artillery_or_rocket_fire": r"shell|artiller|mortar|rocket|tank|grad|howitzer",
    "drone_strike": r"drone|Shahed|UAV|FPV|quadcopter",
    "cluster_munition": r"cluster|submunition",
    "incendiary_weapon": r"phosph|incendiar|thermi|thermobar",
    "mine_or_ied": r"mine|IED|explosive|booby|suicide|car bomb|bomb|unexploded",
    "small_arms_fire": r"shot|shoot|gun|fire|sniper|bullet",
    "chemical_weapon": r"chemical|chlorine|sarin|gas|nerve|toxic",
    "unlawful_killing": r"execut|assassin|murder|massacr|hands|tied|shot",
    "abduction_or_detention": r"abduct|kidnap|detain|arrest|hostage|disappear|seiz",
    "pillage": r"loot|stole|steal|rob|theft|seiz|pillag",
    "torture_or_ill_treatment": r"tortur|beat|abuse|ill-treat",
    "sexual_violence": r"rape|sexual",
    "siege_or_aid_obstruction": r"siege|block|starv|deni|access",
}
_CUES = {label: re.compile(words, re.I) for label, words in _WORDS.items()}

#: Things that happen again and again, or a sum over a long time: no incident.
PATTERN = re.compile(
    r"\b(?:almost daily|near-daily|daily|routinely|regularly|frequently|on a daily basis|for (?:months|"
    r"years|weeks)|every day|systematically|"
    r"since the (?:start|beginning|outset) of|since (?:the )?(?:full-scale |Russian |"
    r"Russia['’]s )?(?:invasion|war|conflict)|has been under (?:\w+ )?(?:bombardment|fire|attack|"
    r"shelling|siege)|"
    r"(?:have|has) (?:repeatedly|intensified|stepped up|continued)|in recent (?:weeks|months|years)|"
    r"are also stepping up|over the past (?:\w+ )?(?:weeks|months|years)|has endured)\b",
    re.I,
)
#: An earlier event is recalled.
RECALLED = re.compile(
    r"\b(?:earlier (?:this|in|attacks?|strikes?)|last (?:week|month|year|spring|summer|autumn|winter)|"
    r"in the past(?! (?:\w+ )?(?:days?|hours?|night|24))|previous(?:ly)?(?! (?:day|night|24|"
    r"\d+) ?(?:hours)?)|echo(?:es|ed)|recall(?:s|ed|ing)|"
    r"reminiscent|anniversary|(?:weeks?|months?|years?) (?:ago|earlier|after|before)|previous (?:attack|"
    r"strike)s?|a year after)\b",
    re.I,
)
#: A new event begins, told apart from the one before.
SEPARATE = re.compile(
    r"^\W*(?:elsewhere|separately|meanwhile|in (?:a|another) separate|in another|also on|another)\b", re.I
)


def carried_by(label: str, part: str) -> bool:
    """Whether a part of a sentence shows a label of the whole; labels without words of their own always may."""
    cue = _CUES.get(label)
    return cue is None or bool(cue.search(part))


def split_labels(labels: tuple[str, ...], parts: list[str]) -> list[tuple[str, ...]]:
    """Deal the labels of a sentence out to its parts: to those that show them, or to all where none does."""
    out: list[list[str]] = [[] for _ in parts]
    for label in labels:
        holders = [number for number, part in enumerate(parts) if label in _CUES and carried_by(label, part)]
        for number in holders or range(len(parts)):
            out[number].append(label)
    return [tuple(some) for some in out]
