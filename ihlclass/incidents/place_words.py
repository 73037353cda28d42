"""The words by which a passage shows a place, and the part that it plays: patterns, no logic."""

from __future__ import annotations

import re
from pathlib import Path

from ihlclass.incidents.gazetteer import fold

LETTER = r"[^\W\d_]"
UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĠĢĤĦĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŖŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽȘȚḌḤḨḪṢŞṬẒА-ЯІЇЄҐ"
APOSTROPHE = "'’‘ʼʻ`´"
ARTICLE = (
    r"(?:(?:[Aa]l|[Ee]l|[Uu]m|[Dd]eir|[Tt]el|[Tt]all|[Kk]afr)[- ]|(?:[Aa]d|[Aa]r|[Aa]s|[Aa]z|[Aa]n|"
    r"[Aa]t|[Aa]sh|[Aa]th|[Ee]d|[Ee]r|[Ee]z|[Ee]s|[Ee]sh|[Uu]l|[Bb]in)-)"
)
WORD = rf"(?:{ARTICLE})?[{UPPER}](?:{LETTER}|[{APOSTROPHE}](?!s\b)|-(?!(?:held|controlled|occupied|ruled|run|administered|besieged)\b)(?={LETTER}))*"
#: "Vigía del Fuerte", "Ciudad de la Costa": small words inside a name.
_PARTICLE = r"(?:(?:de|del|du|des|da|do|dos|das|di|la|las|los|el)[ ]){1,2}"
RUN = re.compile(rf"(?<![\w@#])#?(?>{WORD}(?:[ ](?:{_PARTICLE})?{WORD})*)")  # atomic: "Kafr Kafr" reads in two ways
RUN_WORD = re.compile(WORD)

REGION = (
    r"(?:regions?|oblasts?|provinces?|governorates?|count(?:y|ies)|states?|raions?|strip|peninsula|"
    r"prefecture|countryside|suburbs?|townships?|territor(?:y|ies)|cercle|woreda|sub-?districts?|payam|department|groupement|(?:de-?escalation|buffer|demilitari[sz]ed|security) zones?)"
)
DISTRICT = (
    r"(?:districts?|neighbou?rhoods?|quarters?|suburb|streets?|avenue|highway|square|boulevard|area|"
    r"sector|roundabout|roads?|bridge|crossing|junction|checkpoint|metro)"
)
SETTLED = (
    r"(?:city|cities|town|towns|village|villages|settlement|settlements|hamlet|municipality|commune|"
    r"community|port|locality)"
)
SITE = (
    r"(?:hospitals?|clinics?|cent(?:re|er)|universit(?:y|ies)|schools?|colleges?|kindergarten|mosques?|"
    r"church|cathedral|"
    r"monastery|markets?|malls?|hotels?|theat(?:re|er)|museum|library|bridge|dam|stations?|airport|airfield|prison|"
    r"factory|refinery|plant|refugee camp|displacement camp|idp camp|camp|reservoir|stadium|park|power plant)"
)
#: What may follow the name of an unknown settlement after "in": a stop, another name, a time, a consequence.
AFTER_NAME = re.compile(
    r"\s*(?:[,.;:)]|$|(?:and|or|but|on|at|in|by|with|from|for|near|as|since|until|that|which|who|late|early|overnight|yesterday|"
    r"today|tonight|this|last|again|the|an?|they|he|she|we|it|there|one|two|three|four|five|six|\d+|many|most|all|some|several|people|residents|"
    r"alone|during|after|before|while|when|where|killing|wounding|injuring|leaving|is|are|was|were|"
    r"had|has|have)\b)"
)
#: The word for its kind that may follow a name.
KIND_WORDS = re.compile(rf"(?:['’]s)?\s+(?:[a-z-]+\s+){{0,2}}?(?P<kind>{REGION}|{DISTRICT}|{SETTLED}|{SITE})\b", re.I)
AFTER_REGION = re.compile(rf"\s+(?:{REGION})\b", re.I)
#: The word for a wider area after its name: "Aleppo province", "Homs Governorate".
PROVINCE = re.compile(r"\s+(?:regions?|oblasts?|provinces?|governorates?|states?)\b", re.I)
AFTER_DISTRICT = re.compile(rf"\s+(?:{DISTRICT})\b", re.I)
#: The word for the kind within a name, which writers spell as they like: "Al-Zaytoun Neighborhood".
WORD_OF_DISTRICT = re.compile(rf"\s+(?:{DISTRICT})$", re.I)
#: Words that end a name before the word for its kind: "Shells hit the hospital" names no hospital.
NOT_IN_A_NAME = (
    r"(?-i:(?:the|an?|his|her|its|their|this|that|in|on|at|of|to|by|for|from|with|into|near|and|or|as|is|are|was|were|has|had|"
    r"have|hit|hits|struck|strikes?|attacks?|kills?|fell|says?|said|saw|burnt|set|tore|[a-z]+ed|[a-z]+ing)\b)"
)
#: "in X", "entered X": something was at X, wherever else the name stands.
VOUCHED = re.compile(rf"\b(?:in|at|near|of|outside|entered|around|towards?)\s+(?P<name>{RUN.pattern})")
#: A name before an entry of a list.
HEAD = re.compile(rf"[^\w\"“”'‘’«(\[]*(?P<name>{RUN.pattern})[^.:;–—]{{0,40}}?\s*[:;–—]")
#: A name that is all of a sentence.
ALONE = re.compile(rf"\W*(?P<name>{RUN.pattern})[.:]?\s*")
#: The field of a record that names its place.
RECORD = re.compile(r"\W*(?:Location|Place|Where|Site)\s*[:=]", re.I)
_SIDE = r"(?:(?:north|south|east|west)[\s-]?(?:ern|east|west|eastern|western)?)"
#: "X is a village", "X, a town"; "X, in the Y region"; "X, north of": a settlement, known or not.
PRESENTED = re.compile(
    rf"(?P<name>{RUN.pattern})(?:(?:\s+is|,)\s+(?:an?|the)\s+(?:[\w-]+\s+){{0,3}}?(?:{SETTLED})"
    rf"(?=\s*(?:[,.;:)]|$)|\s+(?:in|of|on|at|by|near|some|about|with|where|that|which|whose|outside|inside|{_SIDE}|\d)\b)|"
    rf",?\s+(?:in|of)\s+(?:the\s+)?{RUN.pattern}\s+(?:{REGION}|districts?)\b|,\s+(?:in\s+the\s+)?(?:{REGION}|district)\s+of\b|"
    rf",\s+(?:(?:just|about|some|\d+)\s+)*(?:[a-z]+\s+)?{_SIDE}\s+of\b)"
)
AFTER_SITE = re.compile(rf"(?:['’]s)?((?:\s+(?!{NOT_IN_A_NAME})[\w'’-]+){{0,3}}?\s+(?:{SITE}))\b", re.I)
#: "attacked Njiapanda": what is attacked may be a settlement that the gazetteer lacks.
ATTACKED_NAME = re.compile(
    r"\b(?:hit|struck|shelled|bombed|bombarded|attacked|stormed|raided|entered|overran|looted|torched|burned|burnt)\s+$",
    re.I,
)
EDGE = re.compile(r"\b(?:edge|outskirts)\s+of\s+$", re.I)
#: "Almar district of the same province": no part of a city.
OF_PROVINCE = re.compile(
    rf"\s*(?:,|of|in)\s+(?:the\s+same\s+|the\s+|[{UPPER}][\w'’-]+\s+){{0,3}}(?:province|governorate|region|oblast|state)\b",
    re.I,
)
#: Waters, heights, and what is called after a town: "Red Sea", "Kabul University".
NO_TOWN = re.compile(r"(?:^|\s)(?:Sea|River|Ocean|Gulf|Mountains?|Hills|Airlines?|Times|Post|University|Institute)\b")
#: "the Oskil was", "on the Naf.": a river, not a town; what follows shows that the name stands alone.
WITH_ARTICLE = re.compile(r"\bthe\s+$")
STANDS_ALONE = re.compile(
    r"\s*(?:[,.;:)!?]|$|(?:and|or|to|was|were|is|in|at|on|near|for|from|where|which|that|had|has|by|with)\b)"
)
AFTER_SEAT = re.compile(
    r"^(?:['’]s?)?\s+(?:regional\s+|city\s+|oblast\s+)?(?:mayor|governor|police|prosecutor|authorit|"
    r"council|administration|military administration|(?:[a-z]+\s+)?(?:aid|relief|volunteer|rescue|resident)s?\s+(?:group|organi[sz]ation|team|network|committee)s?)",
    re.I,
)
BEFORE_SEAT = re.compile(
    r"\b(?:mayor|governor|head|authorities|police|administration|prosecutor['’]?s?(?: office)?|council|"
    r"chief|hospitals?|residents?)\s+(?:of|in|for)(?:\s+(?:the|city|town|of|region))*\s+$",
    re.I,
)
AFTER_CAMP = re.compile(
    r"\s+(?:(?:refugee|displacement|IDP|displaced persons['’]?)\s+)?(?:camp|(?:displacement |IDP )?site(?= (?:for|of|where|which|that|on|in|a|had)\b|\s*[,.;]))\b",
    re.I,
)

SIDE = (
    r"(?:(?:north|south|east|west)(?:ern|east|west|eastern|western)?|central|northeastern|northwestern|"
    r"southeastern|southwestern)"
)
BEFORE_LOCATIVE = re.compile(
    rf"(?:\b(?:(?:in|on|across|over)\s+the\s+(?:far\s+|very\s+)?(?:{SIDE}|middle|(?:{SIDE}\s+)?(?:edge|side|outskirts|part|suburbs))\s+of|in|on|at|inside|across|over|throughout|around|within|into|onto|hits?|hitting|struck|strikes?|striking|"
    r"shell(?:s|ed|ing)|bomb(?:s|ed|ing|ard(?:s|ed|ing|ment)?)|attack(?:s|ed|ing)?|target(?:s|ed|ing)?|"
    r"pound(?:s|ed|ing)|"
    r"rock(?:s|ed|ing)|storm(?:s|ed|ing)?|raid(?:s|ed|ing)?|batter(?:s|ed|ing)|pummel\w*|besieg\w+|loot(?:s|ed|ing)|"
    r"(?:cit(?:y|ies)|towns?|villages?|settlements?|port|hamlet|suburbs?|district|region|capital|"
    r"cent(?:re|er)|heart|part|parts|"
    r"streets|hub|area|areas|community|residents|people|quarter|neighbou?rhoods?|camp|"
    rf"markets?|bazaar|souk|square|compound|campus|grounds|fair|gates?|entrance|middle|{SITE}|"
    r"shelling|bombing|bombardment|burning|looting|storming|destruction|siege|bombings|outskirts|capture|occupation|seizure|recapture)\s+of|entered|overran|over-ran)"
    rf"(?:\s+(?:the|nearby|neighbou?ring|downtown|greater|both|besieged|occupied|rebel-held|government-held|"
    rf"(?:mostly\s+)?[\w-]+-(?:held|controlled)|{SIDE}|(?:{SIDE}|central|capital|border|port|frontline|"
    rf"front-line|industrial|"
    rf"coastal|eastern|key|strategic|historic|{LETTER}+(?:ian|ish|ese|li|i|an))\s+(?:{SETTLED}|capital)(?:\s+of)?|"
    rf"{SETTLED}(?:\s+of)?|capital|capital,|{SETTLED},))*\s+)$",
    re.I,
)
BEFORE_NEAR = re.compile(
    rf"\b(?:near|nearby|outside|towards?|around|close to|opposite|beside|next to|bordering|between|surrounding|off|"
    rf"(?:{SIDE}|km|kilomet\w+|miles?|outskirts|suburbs?|edge|entrance|limits|capital|border|away|"
    rf"vicinity|side)\s+(?:of|from))"
    rf"(?:\s+(?:the|{SETTLED}|of|capital|{SIDE}|{LETTER}+(?:ian|ish|ese|['’]s))){{0,4}}\s+$",
    re.I,
)
#: "in and around X": at X, too.
IN_AND_AROUND = re.compile(
    rf"\b(?:(?:in|at) (?:and|or) (?:around|near|outside)|in (?:the )?(?:nearby|neighbou?ring)(?: {SETTLED}(?: of)?)?)\s+$",
    re.I,
)
#: "Town, the deputy administrator, said": a person.
SPEAKS_AS = re.compile(r",\s+(?:the|an?)\s+[a-z][^,.;]{2,60},\s+(?:said|says|told|added|confirmed|explained)\b")
NUCLEAR = re.compile(
    rf"(?:\b{WORD}(?:['’]s)?\s+){{1,6}}(?:(?:largest|biggest|main|"
    rf"only)\s+)?(?:[Nn]uclear\s+(?:[Pp]ower\s+)?(?:[Pp]lant|[Ss]tation)|NPP)\b"
)
EXCLUDED = re.compile(r"\b(?:excluding|not including|apart from|except|unlike|other than)\b[^.;]{0,50}$", re.I)
CAPITAL = re.compile(r"\b(?:the|in the|its|country['’]s) (?:(?P<whose>[A-Z]\w+) )?capital\b(?! of| city of|,? [A-Z])")
BEFORE_OTHER = re.compile(
    r"\b(?:from|to|via|told|for|with|by|against|than|between|left|leaving|reached|visit(?:ing|ed|s)?|toward|until|"
    r"(?:born|reporters?|journalists?|office|offices|summit|talks|officials?|spokes\w+|embassy|"
    r"ambassador|said|speaking|based|positioned|stationed|deployed|entrenched|holed up|"
    r"meeting|conference|correspondent|exile|court|headquarters|headquartered|arrived|capital|elected|"
    r"government|leaders?|"
    r"allies|hospitali[sz]ed|hospitals?|treated|admitted|protests?|rally|rallied|parliament|war|invasion|"
    r"fighting|conflict|crisis|colleagues|researchers?|monitors?|analysts?|prosecutors?|prosecution|hearing|judges?|tribunal|"
    r"trial|negotiators?|envoys?|delegates|observers?|bureau|newsroom|studio|institute|ministry|ministries|agency|authority|command|counting|written|published)\s+(?:in|at|on|of)|"
    r"(?:he|she|they|we|I|who)\s+(?:was|were|is|are|had been|lives?|lived|stayed|sat|works?|worked|grew up)\s+(?:(?:now|then|already|still|back|safe)\s+)?"
    r"(?:in|at)|(?:direction|university|bank|republic|president|mayor|governor|minister|ministry|king|kingdom|prince|battle|"
    r"treaty|patriarch|archbishop|"
    r"bishop|leader|people's republic|army|forces|government|chief|head|director|directorate|"
    r"department)\s+of)(?:\s+the)?(?:\s+city of)?\s+$",
    re.I,
)
#: Before where somebody or something came from; and what says that it happened there all the same.
CAME_FROM = re.compile(
    rf"(?:\b(?i:(?:took|take|taking|taken) off|flew|fly|flown|fled|flee\w*|c[ao]me|displaced|evacuated|arrived|moved)\s+(?:here\s+)?from\s+(?:the\s+)?|"
    rf"\b(?i:teams?|crews?|volunteers?|rescuers|workers|firefighters|doctors|medics)\s+from\s+(?:the\s+|an?\s+)?(?:[{UPPER}][\w'’-]+\s+){{0,4}}(?:(?:in|of|at)\s+)?)$"
)
WHERE = re.compile(r",?\s+where\b")
FLED_FROM = re.compile(r"\b(?:fled|flee\w*|displaced|evacuated)\s+(?:here\s+)?from\s+(?:the\s+)?$", re.I)
WHAT_THEY_FLED = re.compile(r"(?:,?\s+on\s+\w+day|,?\s+yesterday|,?\s+overnight)?,?\s+(?:after|when|as|because)\b")
#: "hit the hospital in": there the hospital is what was struck, not where somebody lies or speaks.
STRUCK_OBJECT = re.compile(
    r"\b(?:hits?|struck|strikes?|shell(?:ed|ing)|bomb(?:ed|ing)|attack(?:ed|s)?|destroy(?:ed|s)|damag(?:ed|es)|burn(?:t|ed)|"
    r"loot(?:ed|ing)|storm(?:ed|s)|raid(?:ed|s)|gutted|levell?ed|entered|forced (?:\w+ )?way into|went into|came down on|fell on|landed on)\s+(?:on\s+)?(?:(?:the|an?|two|three|four|several)\s+)?"
    r"(?:[\w-]+\s+){0,3}?(?:hospitals?|offices?|court|parliament|embassy|headquarters)\s+(?:in|at|of)\s+$",
    re.I,
)
AFTER_ACTOR = re.compile(
    r"^(?:['’]s?)?(?:\s+(?:and|or|nor)\s+[A-Z]\w+)?\s+(?:has\s+|have\s+|had\s+|also\s+|later\s+|repeatedly\s+|again\s+|which\s+|still\s+|"
    r"then\s+|is\s+)*(?:"
    r"says?|said|den(?:y|ies|ied)|claim(?:s|ed)?|accus(?:es?|ed|ing)|blam(?:es?|ed|ing)|announc(?:es?|"
    r"ed)|insist(?:s|ed)?|warn(?:s|ed)?|"
    r"call(?:s|ed)?\b(?!\s+a\b)|vow(?:s|ed)?|want(?:s|ed)?|agree(?:s|d)?|reject(?:s|ed)?|reports?|"
    r"reported|tweeted|condemn(?:s|ed)?|"
    r"launch(?:es|ed|ing)?|unleash(?:es|ed)|not\b|fired|seeks?|plans?|government|forces|troops|ally|allies|leaders?|"
    r"officials?|ministry|proposal|regime|military|army|soldiers|spokes\w+|administration|backed)\b|"
    r"^-(?:based|backed|led|aligned)",
    re.I,
)
AFTER_VICTIM = re.compile(
    r"^(?:['’]s?)?(?:,[^,.;]{0,60},)?\s+(?:(?:has|have|had|was|were|is|are|also|again|once|came|been|"
    r"being|reportedly|heavily|"
    r"repeatedly|reported|suffered|endur(?:ed|ing)|faced|under|where|in|itself|with)\s+)*(?:hit|struck|"
    r"shelled|bombed|attacked|"
    r"targeted|pounded|rocked|fire|attack|attacks|bombardment|shelling|barrage|strikes?|hammered|shaken|"
    r"besieged|stormed|raided|"
    r"the\s+heaviest|explosions?)\b",
    re.I,
)
AFTER_OBJECT = re.compile(
    r"^(?:['’]s)?\s+(?:[a-z][\w'’-]*\s+){0,2}(?:apartments?|hospitals?|schools?|homes?|houses?|market|"
    r"mall|block|suburbs?|buildings?|station|"
    r"church|mosque|clinic|kindergarten|warehouse|plant|university|flats?|hotel|airport|bridge|port|camp|bakery|prison|"
    r"power|museum|theat(?:re|er)|library|convoy|strikes?|attack|shelling|bombing|massacre|dormitory|"
    r"bus|train|railway|factory|"
    r"gas|cafe|restaurant|shop|office|residents?|cent(?:re|er)|maternity)\b"
)
TITLE_BEFORE = re.compile(
    r"\b(?:President|Mr|Mrs|Ms|Dr|Mayor|Gen|General|Minister|Sir|Lord|Prince|King|Pope|Secretary|"
    r"Chancellor|Governor|Captain|"
    r"Colonel|Col|Major|Maj|Lt|Sgt|Professor|Prof|Sheikh|Imam|Father|Abu|Umm|St|Saint|spokes\w+)\.?\s+$"
)

#: Capitalised words that are also names of settlements somewhere, but in reports hardly ever are.
NOT_PLACES = frozenset(fold(word) for word in Path(__file__).with_name("not_places.txt").read_text("utf-8").split())
GOVERNMENT_SEATS = frozenset({"kremlin", "pentagon", "whitehouse", "westminster", "downingstreet", "brussels"})
