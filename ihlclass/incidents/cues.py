"""What the grouping knows of labels: families, and the words by which a label shows itself in a part of a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection

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
    r"often|(?:is|are|was|were|has become|have become) (?:common|commonplace|frequent)|are also stepping up|(?:over|in) the (?:past|last) (?:\w+ )?(?:weeks|months|years)|has endured)\b",
    re.I,
)
#: Harm by nature, sickness or accident.
_NO_ATTACK = re.compile(
    r"\b(?:cholera|measles|malaria|dengue|epidemic|outbreak|dykes?|flood(?:s|ed|ing|waters?)?|(?:earth)?quakes?|aftershocks?|landslides?|mudslides?|"
    r"avalanches?|cyclones?|hurricanes?|typhoons?|tornado(?:es)?|drought|lightning|heat ?waves?|electrical fault|short[ -]circuit|gas leak|capsized|"
    r"(?:road|traffic|car|train|bus) (?:accident|crash)|collided|collision|derailed|fire brigade (?:said|says|blamed))\b",
    re.I,
)
_WAR_WORDS = re.compile(
    r"\b(?:attack|shell|strike|struck|bomb|missile|rocket|drone|raid|mortar|artillery|gunm|soldier|troop|militia|army|armed|fighter|shot|"
    r"explo|mine|siege|blockade|dam\b|front\b|occup|fled the fighting)",
    re.I,
)
#: An earlier event is recalled.
RECALLED = re.compile(
    r"\b(?:earlier (?:this|in|attacks?|strikes?)|last (?:week|month|year|spring|summer|autumn|winter)|"
    r"in the past(?! (?:\w+ )?(?:days?|hours?|night|24))|previous(?:ly)?(?! (?:day|night|24|"
    r"\d+) ?(?:hours)?)|echo(?:es|ed)|recall(?:s|ed|ing)|"
    r"reminiscent|anniversary|(?:weeks?|months?|years?) (?:ago|earlier|after|before)|previous (?:attack|"
    r"strike)s?|a year after|since (?!yesterday|today|this|last night|dawn|noon|\w+day\b|(?:early|late|the) |[^.,;]{0,20}(?:morning|evening|night|noon)\b)[^.,;]{3,30}, when)\b",
    re.I,
)
_AUXILIARY = r"(?:would|could|will|shall|should|must|might|(?-i:may)|can|cannot|won['’]t|wouldn['’]t)"
#: What has not happened: a wish, a threat, a plan, a fear, a question, a condition.
_UNREAL = re.compile(
    rf"\b{_AUXILIARY}\b(?! have been\b)|\b(?:threaten(?:s|ed|ing)?|threats?|vow(?:s|ed|ing)?|pledg(?:e|es|ed|ing)|promis(?:e|es|ed|ing)|"
    r"plan(?:s|ned|ning)?|prepar(?:e|es|ed|ing)|intend(?:s|ed)?|want(?:s|ed)?|wish(?:es|ed)?|hop(?:e|es|ed|ing)|urg(?:e|es|ed|ing)|"
    r"call(?:s|ed|ing)? (?:for|on)|demand(?:s|ed|ing)?|ready|likely|about|set(?! on)|going|order(?:s|ed)?|dream(?:s|ed|ing)?) (?:to|of|for|on|that)\b|"
    r"\b(?:if|unless|in case|risk of|danger of|fears? (?:of|that)|fearing|in the event of|were it not)\b|\?[\"”’')\]]*\s*$",
    re.I,
)
_DONE = (
    r"(?:hit|struck|shelled|bombed|bombarded|attacked|killed|died|dead|wounded|injured|hurt|damaged|destroyed|burnt|burned|"
    r"collapsed|levelled|leveled|gutted|looted|raided|stormed|fired|launched|dropped|exploded|erupted|landed|fell|torched|shot|"
    r"abducted|kidnapped|seized|detained|executed|murdered|massacred|raped|tortured|beaten|fled|trapped|missing|"
    r"buried|cut|lost|blocked|burning|injuring|killing|wounding|destroying|damaging|hitting|striking|came under|targeted|"
    r"used|suffered|rocked|pounded|perished|hospitali[sz]ed|casualties)"
)
_ASSAULT = (
    r"(?:attacks?|strikes?|air ?strikes?|raids?|incidents?|shelling|bombings?|explosions?|blasts?|killings?|shootings?|massacres?|"
    r"bombardment|assault)"
)
#: What has happened: a past form of a word of harm, or an attack that is spoken of as known.
_HAPPENED = re.compile(
    rf"\b{_DONE}\b|(?:\b(?:the|this|these|those|its|his|their)|['’]s)\s+(?:[\w-]+\s+){{0,2}}?{_ASSAULT}\b|\b{_ASSAULT}\b[^.;]*\b"
    rf"(?:yesterday|overnight|last|on \w+day|this morning)\b", re.I
)  # fmt: skip
_MERELY = re.compile(
    rf"\b(?:{_AUXILIARY}|to|not)(?:\s+(?:\w+ly|be|have|also|even|again|then|soon|never|not|yet|get|all))*\s+{_DONE}\b|"
    rf"\b(?:if|unless|in case)\b[^,.;]*", re.I
)  # fmt: skip
#: A military target in so many words; "Russian troops fired ..." is none.
MILITARY = re.compile(
    r"\b(?:bases?|barracks|(?:ammunition|weapons?|arms|army) (?:storage )?depots?|arsenal|ammunition|airfields?|airbase|garrison|trench\w*|tanks?|armou?red|positions?|"
    r"command (?:post|cent\w+)|headquarters|launchers?|warships?|radars?|air defen[cs]es?|"
    r"training (?:cent\w+|camps?|grounds?|areas?)|military (?:[\w-]+ ){0,2}(?:targets?|objects?|objectives?|sites?|facilit\w+|infrastructure|"
    r"airports?|airfields?|units?|warehouses?|depots?|equipment|vehicles?|convoys?|plants?|buildings?|installations?|columns?))\b|"
    r"\b(?:soldiers?|troops|fighters?|militants|servicemen|terrorists|rebels|insurgents|gunmen|(?:group|army|forces?|militia))\b"
    r"[^.;]{0,25}\b(?:(?:were|was|been)\s+(?:\w+\s+){0,2}?(?:killed|hit|wounded|injured|struck|targeted|eliminated|among)|died|killed|wounded|dead)\b|\b(?:killed|killing|killing of|deaths? of|eliminated|struck|hit|targeted|"
    r"targeting|against)\b[^.;]{0,30}\b(?:soldiers?|troops|fighters?|militants|servicemen|terrorists|rebels|insurgents|gunmen|forces)\b",
    re.I,
)
#: A civilian object in so many words.
CIVILIAN = re.compile(
    r"\b(?:hospitals?|clinics?|schools?|universit\w+|kindergartens?|apartments?|residential|houses?|homes?|markets?|malls?|shops?|"
    r"church(?:es)?|mosques?|refiner(?:y|ies)|power (?:plants?|stations?|grid)|civilians?|residents?|villagers?|children|ambulances?)\b",
    re.I,
)
#: "The attack happened in ...": the place of what was told just before.
LOCATES = re.compile(
    rf"\b(?:the|this|these|those|both)\s+(?:[\w-]+\s+){{0,3}}?{_ASSAULT}\s+(?:(?:had|have|has|reportedly|also)\s+)*"
    r"(?:occurred|happened|took place|taken place|were carried out|was carried out|came)\s+(?:\w+\s+){0,3}?(?:in|at|near|outside|on)\b",
    re.I,
)
#: "The attack came two days after ...": what follows was before.
CAME_AFTER = re.compile(
    rf"\b{_ASSAULT}\s+(?:on \w+day )?(?:came|comes|happened|occurred|took place)\s+(?:\w+ )?(?:\w+|\d+) (?:days?|nights?|weeks?|months?|years?) after\b",
    re.I,
)
#: "The strike hit Town": what the opening tells happened there.
STRIKE_HIT = re.compile(rf"\b(?:the|this)\s+(?:[\w-]+\s+){{0,2}}?{_ASSAULT}\s+(?:hit|struck)\s+(?-i:[A-Z])", re.I)
#: A strike or target is told apart from the one before.
APART = re.compile(
    rf"\b(?:(?:another|a (?:second|third|separate|different|further)|in a separate|one (?:other|more))\s+(?:[\w-]+\s+){{0,2}}?"
    rf"(?:{_ASSAULT}|target|missile|rocket|drone|shell|bomb)|one (?:target|of the targets)|elsewhere in|separately)\b",
    re.I,
)
_ALL_ATTACKS = (
    r"(?:the|these|all|both|such)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:attacks|strikes|bombings|bombs|blasts|explosions|killings|raids|abductions|kidnappings|assaults)"
)
#: One party is blamed for several attacks: "blamed the car bombs on".
BLAMES_ALL = re.compile(rf"\bblam\w+\s+{_ALL_ATTACKS}\s+on\b|\bclaim\w+ responsibility for\s+{_ALL_ATTACKS}\b", re.I)
#: Where something was fired from, or what it flew over: not where it struck, unless that is said too.
FIRED_FROM = re.compile(
    r"^(?!.*\b(?:at|on|against|towards?) (?:several|many|various|other|a number|\w+ (?:regions|cities|towns|targets)))"
    r".*(?:\b(?:fired|firing|launched|launching) from\b|\b(?:flew|flying) over\b)",
    re.I | re.S,
)
#: What happened at another time where the thread is.
SAME_PLACE = re.compile(
    r"\b(?:the|that) same (?:hospital|school|town|city|village|camp|place|building|market|street)\b|(?<=\w )\bthere\b(?! (?:is|are|was|were|has|have|had|will|would|may)\b)",
    re.I,
)
#: "Another of the shells", "minutes later": on the day of what was told just before.
SAME_HOUR = re.compile(
    r"\b(?:(?:another|one|two|three|others|some) of the (?:[\w-]+ )?(?:shells?|rockets?|missiles?|bombs?|drones?|mortars?|strikes?)|"
    r"the (?:other|second|third|last) (?:shells?|rockets?|missiles?|bombs?|drones?|strikes?|attack)|(?:minutes|an hour|hours|moments|shortly|soon) (?:later|after\w*)|"
    r"(?:at|around|in) the same (?:time|hours?|minutes?|salvo|attack|raid|barrage|night|day|morning)|(?:the )?same (?:minutes|hour|salvo|barrage|raid)|"
    r"simultaneously|at almost the same time)\b",
    re.I,
)
#: The town that was named last.
THAT_TOWN = re.compile(
    r"\b(?:in|at|on|over|near|into|outside) (?:that|this|the same) (?:same )?(?:town|city|village|settlement|camp|hamlet)\b",
    re.I,
)
#: "Other towns hit were ...": what was told just before goes on elsewhere.
GOES_ON = re.compile(
    r"^\W*(?:the |several |among the )?(?:other|further|more) (?:[\w-]+ )?(?:areas|cities|towns|regions|districts|settlements|villages|places|targets)\b"
    r"[^.;]{0,30}?\b(?:hit|struck|targeted|shelled|attacked|affected|includ\w+|were|are)\b",
    re.I,
)
#: "Thursday's strikes", in passing: the day of what the report is about.
DAY_OF_ATTACK = re.compile(
    rf"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|last night)['’]s\s+(?:[\w-]+\s+){{0,3}}?{_ASSAULT}\b"
)
#: Harm that befalls a nuclear plant: fire, occupation, or being cut off from its supply.
PLANT_HARMED = re.compile(
    r"\b(?:plant|station|NPP|reactors?|site|facility)\b[^.;]{0,60}\b(?:lost|losing|cut off|disconnected|without (?:\w+ )?power|hit|struck|"
    r"shelled|damaged|on fire|under fire|occupied|seized|captured|blackout)\b|\b(?:hit|struck|shelled|shelling of|attack(?:ed)? on|seized|"
    r"captured|occupied|damaged|cut off) (?:the |a )?(?:[\w-]+ ){0,4}(?:plant|station|NPP|reactor)\b",
    re.I,
)
#: Something was attacked, whatever the labels say.
ATTACKED = re.compile(
    rf"\b{_DONE}\b|\b(?:hits?|strikes?|attacks?|shelling|bombing|bombardment|target(?:ed|s)?|blasts?|explosions?|fire|blaze|"
    r"assault|rubble|raids?|under fire|massacr\w+|occup(?:y|ied|ation)|turned into)\b",
    re.I,
)


def no_attack(text: str, labels: Collection[str]) -> bool:
    """Whether a passage tells of harm by nature, sickness or accident, and of no attack beside it."""
    acts = MEANS | CONDUCT | STANCE | {"dangerous_forces_installation"}
    return bool(_NO_ATTACK.search(text)) and not acts.intersection(labels) and not _WAR_WORDS.search(text)


def unreal(text: str) -> bool:
    """Whether a passage only wishes, threatens, plans, fears, asks or supposes, and says of nothing that it happened."""
    return bool(_UNREAL.search(text)) and not _HAPPENED.search(_MERELY.sub(" ", text))


def carried_by(label: str, part: str) -> bool:
    """Whether a part of a sentence shows a label of the whole; labels without words of their own always may."""
    cue = _CUES.get(label)
    return cue is None or bool(cue.search(part))


def refers_to(label: str, text: str) -> bool:
    """Whether a text speaks of an object as known already: "the hospital", "that school"."""
    words = _WORDS.get(label)
    return bool(words) and bool(
        re.search(rf"\b(?:the|that|this|these|those|same|its)\s+(?:[\w'’-]+\s+){{0,2}}?(?:{words})", text, re.I)
    )


def split_labels(labels: tuple[str, ...], parts: list[str]) -> list[tuple[str, ...]]:
    """Deal the labels of a sentence out to its parts: to those that show them, or to all where none does."""
    out: list[list[str]] = [[] for _ in parts]
    for label in labels:
        holders = [number for number, part in enumerate(parts) if label in _CUES and carried_by(label, part)]
        for number in holders or range(len(parts)):
            out[number].append(label)
    return [tuple(some) for some in out]
