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
    rf"\bhalf a dozen\b|\b(?:a|one|two|three|four|five|six)(?: and a half)? dozen\b(?: and a half\b)?|"
    rf"\b(?:a|{WORD_NUMBER}) thousand\b|{NUMERAL}(?! thousand\b| million\b)|"
    rf"\b{WORD_NUMBER}\b(?!(?:-\w+)?-(?:years?|months?|weeks?|storey|story|day)\b| dozen| thousand| million))"
)
LEAST = r"at least|no fewer than|no less than|not less than|a minimum of|minimum"
OVER = r"more than|over|upwards of|in excess of|well over|exceeding|above"
UPTO = r"up to|as many as|at most|no more than|a maximum of"
UNDER = r"fewer than|less than|under"
ABOUT = (
    r"about|around|nearly|almost|approximately|roughly|an estimated|estimated|some|just over|reportedly|"
    r"a total of|another|a further|further|additional|an additional|the other|other|all|the"
)
#: "four in five", "one out of three": a share, no number.
RATIO = re.compile(
    rf"\b(?:{COUNT})\s+(?:in|out of)\s+(?:every\s+)?(?:{COUNT})\b"
    r"(?=\s+(?:of|people|children|civilians|victims|homes|residents|women|men|were|are|was|is)\b|\s*[,.;]|$)",
    re.I,
)
QUANTITY = re.compile(
    rf"(?P<mod>\b(?:{LEAST}|{OVER}|{UPTO}|{UNDER})\s+)?(?P<also>\b(?:another|a further|further|"
    rf"an additional|additional)\s+)?"
    rf"(?:\b(?:{ABOUT})\s+)?(?:(?P<between>between\s+)?(?P<low>{COUNT}|{NUMERAL_BEFORE_DASH})\s*(?:(?(between)and|to)|to|-|–|—|"
    rf"or)\s*(?P<high>{COUNT}|(?<=-){NUMERAL_AFTER_DASH})(?!-)|(?P<one>{COUNT})(?P<plus>\+| or more)?|"
    rf"(?P<vague>\b(?:{'|'.join(sorted(VAGUE, key=len, reverse=True))})\b))",
    re.I,
)
FIGHTER = re.compile(
    r"\b(?:soldiers?|troops?|fighters?|militants?|militia(?:men)?|rebels?|terrorists?|servicem[ae]n|paratroopers?|conscripts?|marines?|corporals?|sergeants?|"
    r"lieutenants?|legionnaires?|partisans?|guerrillas?|guerrilleros?|mujahid\w*|infantrymen|reservists?|suicide bombers?|gang members|combatants?|insurgents?|gunm[ae]n|attackers?|bandits?|extremists?|Taliban|"
    r"commanders?|mercenar(?:y|ies)|jihadists?|occupiers?|invaders?|(?:security|army|military|"
    r"government|regime|SDF|YPG|enemy) (?:personnel|forces?|members)|"
    r"members of (?:the )?(?:[\w-]+ ){0,4}(?:forces?|group|army|militia|brigade|guards?))\b",
    re.I,
)
AUX = (
    r"(?:(?:who|that|which|were|was|are|is|have|has|had|been|be|being|reportedly|also|all|allegedly|"
    r"confirmed|later|then|initially|feared|immediately|believed|known|to|"
    r"seriously|severely|critically|badly|lightly|slightly|more|found|left|reported|said|thought|"
    r"others?|people|either|now|just|tragically|sadly|since|as|got|"
    r"may|might|could|likely|presumed|pronounced|declared|among the|instantly)\s+){0,7}"
)
#: Certain people, not people at large: such a number is often part of a greater one.
SPECIAL = re.compile(
    r"\b(?:wom[ae]n|children|child|kids?|boys?|girls?|infants?|bab(?:y|ies)|toddlers?|"
    r"sisters?|brothers?|sons?|daughters?|siblings?|cousins?|"
    r"relatives|family members|members|students?|pupils?|doctors?|nurses?|medics?|patients?|staff|"
    r"workers?|employees|journalists?|volunteers?|rescuers?|firefighters?|teachers?)\b",
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
    rf"\b(?P<count>{COUNT})\s+(?:(?:of\s+(?:the|those)\s+)?(?:injured|wounded)(?:\s+people)?(?:,[^,.;]{{1,40}},)?|more(?:\s+(?:people|persons?|victims?|patients?)|,[^,.;]{{1,40}},)?)"
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
YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-–—]\s*(?:19|20)\d\d)?$")
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
#: "killed across the country": no toll of one place.
ACROSS = re.compile(
    r"\b(?:in|on|across|from|throughout) (?:(?:all|several|various|different|multiple|many) (?:[\w-]+ )?(?:cities|towns|"
    r"villages|regions|areas)|the (?:whole )?country|[A-Z]\w+ian cities)\b",
    re.I,
)
#: What may stand between "no" and those who came to no harm.
_SPARED = (
    r"(?:(?!(?:an?|the|his|her|their|who|whom|whose|that|which|and|for|to|of|in|at|on|from|with|by|but|as|over|any|know\w*|knew|claim\w*|"
    r"reach\w*|help\w*|treat\w*|sa(?:w|id|ys)|found|find|left|took|tak\w+|carr\w+|sav\w+|evacuat\w+|transport\w*)\b)\w+\s+)"
)
NONE = re.compile(
    r"\b(?:no(?:body| one|-one| people| civilians| residents)\s+(?:(?:in|at|on|inside|aboard|among|from|of)\s+(?:(?:the|those|these|their|his|her)\s+)?\w+\s+)?"
    rf"{_SPARED}{{0,3}}?(?:was|were|is|has been|had been|got)?\s*{_SPARED}?(?P<pred>(?:dead|killed or (?:injured|wounded|hurt)|hurt or killed|injured or killed|"
    r"killed|injured|hurt|wounded|died|perished|suffered)\b)|"
    r"(?:no|neither(?= (?:dead|killed|deaths?|casualties|fatalities|injur\w+|wounded|victims) n?or\b)|without(?: any| causing)?|not cause(?:d)? any|"
    rf"zero)\s+{_SPARED}{{0,2}}?(?P<noun>(?:dead|killed)(?:,? (?:or|and|nor|no) (?:injured|wounded|hurt))|(?:dead|injured|wounded)(?=[.,;)]|$)|deaths? or injur\w+|injur\w+ or deaths?|casualties|victims|"
    r"deaths|fatalities|injuries|wounded|loss of life|one (?:was|were) (?P<late>killed|hurt|injured)))",
    re.I,
)
#: "all residents were unharmed", "none of the staff was hurt"
UNHARMED = re.compile(
    r"\b(?:people|residents|civilians|everyone|everybody|all|the family|they|occupants|staff|patients|pupils)\s+(?:(?:was|were|are|is|escaped|"
    r"remained|survived|got out|came out)\s+)?(?:unharmed|unhurt|uninjured|unscathed|(?:not|n't)\s+(?:hurt|injured|harmed))\b|"
    r"\bwithout (?:killing or )?(?:injuring|hurting|harming|wounding|killing) any(?:one|body)\b|"
    r"\bnone of (?:the |those )?(?:[\w-]+\s+){0,3}?(?:was|were) (?:hurt|injured|harmed|killed)\b",
    re.I,
)
#: "only caused injuries": nobody was killed.
ONLY_HURT = re.compile(
    r"\bonly\s+(?:caused|left|resulted in|led to)\s+(?:\w+\s+)?(?:injuries|wounded|people injured)\b", re.I
)
#: "Killed: 3. Injured - 12", "Killed (3)": a figure in a list or table.
ENTRY = re.compile(
    r"\b(?:(?P<killed>killed|dead|deaths|fatalities|death toll)|(?P<hurt>injured|wounded|injuries|hurt))"
    r"(?:(?:\s*\((?:total|civilians?)\))?\s*(?:[:=|]|[–—-](?=\s))|\s*\((?=\d+\)))\s*(?P<quantity>[^\n;|.]{1,30})",
    re.I,
)
#: "killed or wounded": how many of each is not said.
EITHER = re.compile(
    r"[^.;,]{0,40}?\b(?:killed|dead|died|injured|wounded|hurt)\s+(?:or|and/or)\s+(?:been\s+|were\s+)?(?:seriously\s+)?"
    r"(?:killed|dead|died|injured|wounded|hurt|maimed)\b",
    re.I,
)
#: A number that is an age: "a girl of 6", "two men aged 40 and 52".
AGE_BEFORE = re.compile(
    r"\b(?:girl|boy|man|woman|child|son|daughter|infant|teenager|resident|person|mother|father|widow|widower|parent)\s+of\s+$|\b(?:aged|age|ages)\s+"
    r"(?:\w+\s*(?:,|\band\b|\bto\b|\bor\b|-|–)\s*(?:and\s+)?)*$",
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
#: Words for people, one or many; what they are called by their work is told by its ending.
_ONE = (
    "person|individual|member|civilian|woman|man|child|boy|girl|infant|baby|toddler|newborn|teen|teenager|youth|youngster|lad|adult|kid|pupil|student|"
    "schoolboy|schoolgirl|undergraduate|lecturer|teacher|nurse|midwife|medic|doctor|surgeon|paramedic|patient|orderly|physician|dentist|cook|"
    "chef|guard|watchman|cleaner|clerk|driver|passenger|cyclist|pedestrian|passer-by|bystander|neighbou?r|resident|villager|citizen|"
    "local|native|refugee|evacuee|detainee|employee|trainee|deportee|returnee|internee|worker|staffer|volunteer|priest|imam|monk|nun|pastor|sister superior|"
    "intern|novice|pa|deacon|bishop|rabbi|catechist|sacristan|sexton|muezzin|mullah|mayor|councillor|councilor|deputy|judge|lawyer|attorney|journalist|reporter|editor|"
    "cameraman|camerawoman|photographer|presenter|blogger|poet|singer|activist|engineer|technician|mechanic|electrician|plumber|welder|"
    "fitter|miner|miller|baker|butcher|tailor|barber|carpenter|mason|trader|merchant|vendor|seller|shopkeeper|grocer|farmer|peasant|herder|herdsman|"
    "shepherd|goatherd|cowherd|fisherman|angler|hunter|gatherer|picker|labourer|laborer|porter|docker|deckhand|sailor|seaman|captain|pilot|"
    "ranger|forester|fireman|firefighter|rescuer|stretcher-bearer|deminer|vaccinator|aid worker|logistician|interpreter|translator|researcher|"
    "scientist|professor|headmaster|headmistress|principal|accountant|cashier|operator|dispatcher|custodian|caretaker|janitor|gardener|"
    "carer|relative|mother|father|son|daughter|wife|husband|spouse|brother|sister|brother-in-law|sister-in-law|mother-in-law|"
    "father-in-law|son-in-law|daughter-in-law|grandmother|grandfather|grandson|granddaughter|grandchild|uncle|aunt|nephew|niece|cousin|widow|widower|"
    "bride|groom|bridegroom|fianc[ée]e?|girlfriend|boyfriend|friend|colleague|comrade|classmate|schoolmate|apprentice|assistant|guest|visitor|"
    "tourist|worshipper|worshiper|mourner|pilgrim|pensioner|elder|chief|headman|mukhtar|official|registrar|secretary|inspector|policeman|"
    "policewoman|officer|constable|peacekeeper|monitor|observer|hostage|captive|prisoner|inmate|migrant|nomad|"
    "schoolmaster|schoolteacher|tutor|librarian|pharmacist|anaesthetist|hygienist|cardiologist|paediatrician|gynaecologist|nephrologist|agronomist|postman|postmaster|"
    "conductor|waiter|waitress|barman|receptionist|caller|shopper|customer|buyer|diner|spectator|fan|player|coach|trainer|referee|"
    "musician|drummer|dancer|actor|artist|victim|contractor|technologist|warden|ambulanceman|male|female|parishioner|believer|leader|candidate|"
    "minister|organiser|organizer|campaigner|lecturer|lad|saleswoman|salesman|motorcyclist|motorist|tenant|householder|"
    "housewife|mum|mama|dad|papa|granny|grandma|grandpa|handyman|repairman|stoker|welder|tanner|weaver|potter|dyer|smith|blacksmith|sawyer|logger|"
    "woodcutter|ploughman|tractorist|beekeeper|gravedigger|spouse|stallholder|wayfarer|bearer|barge hand"
)
_MANY = (
    "people|persons|women|men|children|babies|newborns|kids|youths|passers-by|staff|personnel|families|police|crew|others|"
    "(?:brothers|sisters|mothers|fathers|sons|daughters)-in-law|wives|midwives|housewives|parents|grandparents|siblings|twins|triplets|couple|pair|family|household|"
    "grandchildren|schoolchildren|relatives|in-laws|members|elderly|displaced|faithful|congregation|clergy|medical staff|individuals?|inhabitants|occupants|nationals|martyrs|"
    "souls|killings|murders|deaths|lives|bodies|corpses|remains|fatalities|policemen|fishermen|craftsmen|tradesmen|herdsmen|watchmen|firemen|cameramen|councilmen|neighbou?rs"
)  # fmt: skip
PEOPLE = re.compile(
    rf"(?P<many>(?:{_MANY})|(?!(?:locals|guards|deputies)$)(?:{_ONE})s|locals|guards|deputies|bab(?:ies)|ladies)|(?:{_ONE}|lady)",
    re.I,
)
SUFFIXED = re.compile(r"[a-z-]{2,}(?:[a-z]ers?|ists?|eers?|wom[ae]n|[a-z]m[ae]n|icians?|wives|wife)", re.I)
NOT_PEOPLE = re.compile(
    r"(?:[a-z-]*(?:shelter|tower|power|number|water|paper|river|summer|winter|quarter|order|letter|corner|container|trailer|tanker|launcher|mortar|"
    r"counter|center|border|burner|freezer|cylinder|boiler|printer|freighter|cutter|trawler|liner|steamer|bomber|fighter|gunner|attacker|raider|"
    r"shooter|sniper|killer|murderer|trooper|rubber|finger|shoulder|weather|dinner|supper|layer|silver|timber|number|member|chapter|matter|manner|"
    r"master|disaster|poster|plaster|cluster|copper|diaper|sweater|hammer|ladder|fodder|powder|thunder|winter|cover|over|under|after|ever|never|"
    r"however|either|neither|whether|rather|other|another|together|further|later|earlier|former|latter|upper|lower|inner|outer|larger|smaller|older|younger|"
    r"higher|greater|longer|shorter|nearer|closer|fewer|september|october|november|december|easter|per|her|were|there|offer|suffer|enter|answer|remember|"
    r"consider|discover|recover|deliver|gather|register|newspaper|computer|helicopter|theater|meter|filter|shutter|gutter|butter|batter|"
    r"fritter|crater|wager|danger|tiger|spider|oyster|rooster|hamster|charter|starter|quadcopter|scooter|loader|bulldozer|crawler|excavator|harvester|"
    r"transformer|transporter|carrier|amber|calibre|chamber|cancer|fever|anger|hunger|render|tender|gender|rocketeer|career|beer|deer|sheer|"
    r"exist|list|fist|twist|mist|wrist|assist|consist|resist|insist|persist|first|human|german|roman|ottoman|yemen|specimen|regimen|omen|tamer|"
    r"cracker|locker|sticker|bunker|cooker|pier|tier|frontier|barrier|earlier|soldier|easier|heavier|supplier|premier|glacier|terrier|"
    r"courier|layer|prayer|player piano|drawer|flower|tower|shower|lower|slower|sewer|newer|viewer|fewer|answer|occupier|invader|captor|interahamwe|"
    r"clinic|islamist|terrorist|extremist|jihadist|maoist|insurgent|gunman|gunmen|bowser|minister of|ministry|user|laser|gas chamber)s?)",
    re.I,
)  # fmt: skip
BEAST = re.compile(
    r"(?:sheep|goats?|cows?|oxen|ox|bulls?|dogs?|cats?|horses?|mules?|donkeys?|camels?|hens?|chickens?|pigs?|cattle|livestock|animals?|beasts?|"
    r"ewes?|rams?|calf|calves|buffalo(?:es)?|elephants?|birds?|lambs?|herd|flock|number|lot|total|time|hope|day|year|engine|lights?|peace|trees?|"
    r"talks?|deal|story|bill|business|trade|idea|plan|mood|pain|songs?|books?|music|industry|markets?|tourism|conversation|appetite|econom\w+|towns?|cit(?:y|ies)|villages?|valleys?|rivers?|grass|crops?|harvests?|fish|"
    r"bees?|virus|projects?|debate|career|relationship|love|project|law|initiative|rivals?|dead|same|rest|few|couple|dozen|pilots?|crew|commander|leader|emir|cell|"
    r"terrorists?|bomber|attacker|gunman|suspects?|assailants?|one|two|others?|war|crime|cause|truth|language|country|nation|race|people)",
    re.I,
)  # fmt: skip
TWO_PEOPLE = frozenset(["couple", "pair", "twins", "parents"])
_CAP = r"[A-Z][\w'’.-]*"
NAME = rf"(?:{_CAP})(?:\s+(?:(?:al|el|bin|ibn|de|da|van|von|abu|la|del|dos)[- ])?{_CAP}){{0,4}}"
NAMED_NOT = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December|The|A|An|In|On|At|No|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|But|And|He|She|It|They|We|I|You|This|That|There|"
    r"Since|After|When|Army|Forces?|Police|Ministry|Hamas|Taliban|Shabaab|Hezbollah|Houthi\w*|Russians?|Israelis?|Ukrainians?|Palestinians?|Count|Case|"
    r"Article|Annex|Table|Chapter|School|Hospital|Street|Road|Church|Sector|Block|Zone|Hut|Camp|Flat|Room|House|Operation|Boeing|Unit|Division|"
    r"Brigade|Battalion|Regiment|Su|MiG|FAB|UMPK|Grad|Shahed|Resolution|Section|Page|Paragraph|Para|Line|Map|Photo|Image|File|No|Nr|Log|Ref)\b"
)  # fmt: skip
MEMBERS = re.compile(rf"(?<=family)\s+of\s+(?P<count>{COUNT})|(?<=household)\s+of\s+(?P<count2>{COUNT})", re.I)
#: Where a noun phrase of victims ends at the latest.
NP_STOP = re.compile(
    r"and|or|but|while|when|where|after|before|as|who|whom|whose|which|that|than|of|from|in|into|on|at|to|by|for|with|without|near|over|under|"
    r"was|were|is|are|am|be|been|being|has|have|had|did|does|do|will|would|could|should|may|might|can|must|said|says|say|died|dies|die|dead|"
    r"killed|killing|kills|kill|wounded|injured|hurt|shot|murdered|executed|slain|perished|burned|burnt|it|he|she|they|we|i|you|him|me|us|them|"
    r"not|no|none|if|because|during|since|until|through|between|among|against|across|around|behind|including|aged|whole|lost|drowned|fell|injuring|wounding|leaving|destroying|damaging|maiming|burning|forcing|setting|fatal|"
    r"lay|lying|sitting|standing|near|inside|outside|via|per|there|here|then|also|so|went|came|saw|took|told|made|found|seen|hit|struck|fired|destroyed|damaged",
    re.I,
)  # fmt: skip
#: What follows makes a thing of people: "police post", "student hostel".
COMPOUND = re.compile(
    r"['’]?\s+(?:posts?|stations?|hostels?|dorm\w*|schools?|college|convoys?|vehicles?|cars?|bus(?:es)?|vans?|lorr(?:y|ies)|houses?|homes?|unions?|associations?|"
    r"commission|offices?|camps?|quarters|rights|centres?|centers?|syndicate|council|boats?|agency|directorate|ward|wing|block|training|team|rescue|protection|sheep|goats?|cattle|cows?|donkeys?|dogs?|horses?|camels?)\b",
    re.I,
)
#: Words that tell of victims only with a number: "ten lives".
UNNUMBERED = frozenset(["lives", "killings", "murders", "deaths", "others", "souls"])
#: No act of war: what is told of such a passage is not read.
MISHAP = re.compile(
    r"\b(?:gas (?:leak|blast|explosion|main|bottle|cooker)|avalanches?|landslides?|mudslides?|mushrooms?|poisoning|hepatitis|tuberculosis|cholera|"
    r"typhus|typhoid|measles|ebola|malaria|dengue|influenza|flu|covid\S*|virus|epidemic|outbreak|pneumonia|cancer|heart attack|stroke|illness|old age|"
    r"natural causes|overdose|methanol|accident\w*|crash(?:e[sd])?|collisions?|collided|derail\w*|earthquakes?|tsunami|sea wave|hill slips|floods?|flooding|cyclone|"
    r"hurricane|typhoon|tornado|storm|drought|capsiz\w*|sank|lightning|heat ?wave|overturned|soot|short circuit|stove|chimney|methane|colliery|pit explosion|"
    r"stampede|electrocuted|suicides?|snakes?|bitten|mauled|hunters?|climbers?|skiers?|drivers lost|lorry driver fell asleep|brakes?|speeding|road deaths|"
    r"crane|scaffold\w*|boiler|fireworks|bus plunged|ferry|quake|vaccine-preventable|kidneys)\b",
    re.I,
)
#: No event: fiction, practice, or one who died in bed.
NO_EVENT = re.compile(
    r"\b(?:whoever kills|any person who|novel|novelist|thriller|poem|opera|sitcom|"
    r"film festival|comedy|exercise scenario|drill|mannequins?|simulat\w+|video game|board game|obituary|died peacefully|in (?:his|her) sleep|hypothetical\w*|"
    r"died at \d\d(?=\s*(?:[,;)]|$|\.(?!\d)|after an? (?:long|short) )))(?!\w)",
    re.I,
)
ARMS = re.compile(
    r"\b(?:shell\w*|bomb\w*|attack\w*|gunm[ae]n|shot|shoot\w*|fired|drones?|UAVs?|missiles?|rockets?|airstrikes?|strikes?|raids?|soldiers?|army|"
    r"forces|troops|militia\w*|rebels?|fighters?|mines?|grenades?|artillery|jets?|warplanes?|mortars?|gangs?|insurgents?|militants?|siege|besieged|FPV|Shahed|massacre\w*|murder\w*|execut\w*|landmines?|"
    r"occupier\w*|enemy|war|blockade|detain\w*|prison|police|settlers?)\b",
    re.I,
)
DISASTER = re.compile(
    r"\b(?:floods?|flooding|flooded|floodwaters?|earthquakes?|quakes?|aftershocks?|cyclone|hurricane|typhoon|tornado|landslides?|"
    r"mudslides?|avalanches?|cholera|measles|monsoon|heavy rains?|rainstorms?|wildfires?|volcan\w+|tsunami|drought)\b",
    re.I,
)
SO_FAR = re.compile(r"(?:\s+[\w'’-]+){0,2}?\s+(?:so far|and counting)\b", re.I)
#: Words of death, from their beginning.
DEADLY = re.compile(
    r"\b(?:kill|die[ds]?\b|dead|death|murder|execut|assassin|slain|massacr|perish|fatal|martyr|behead|bod(?:y|ies)\b|corpse|burie|"
    r"lost\b|lives\b|toll\b|shot\b|slaught|hang|succumb|passed away\b)\w*",
    re.I,
)
#: "since 2017", "since the invasion": a sum over a war, but for "the deadliest since".
OF_A_WAR = re.compile(
    r"\bsince (?:the )?(?:(?:full-scale|beginning|start|outset|outbreak|onset|[A-Z][\w'’-]+) (?:of )?){0,4}"
    rf"(?:invasion|war|conflict|uprising|coup|revolution|fighting|(?:\d{{1,2}} )?(?:{_MONTH} )?(?:19|20)\d\d)\b",
    re.I,
)
EXTREME = re.compile(r"\b(?:deadli|bloodi|wors|larg|bigg|heavi|high|first|most)[\w-]*\b[^.;]{0,80}$", re.I)
#: A count over a time or over many attacks: "verified the deaths of 174 civilians in May".
AGGREGATE = re.compile(
    rf"\bbetween (?:\d{{1,2}} )?{_MONTH}(?: (?:19|20)\d\d)? and (?:\d{{1,2}} )?{_MONTH}\b|\b(?:reporting|review) (?:quarter|period|year)\b|"
    r"\b(?:quarterly|annual(?:ly)?|yearly|monthly|statistics|yearbook|census)\b|\bin the (?:year|month|quarter|decade)s?\b(?! of)|\bfigures for (?:the|19|20)|"
    r"\bas against\b|\bthese (?:[\w-]+ ){0,4}(?:strikes|attacks|raids|incidents)\b|"
    r"\bmonths (?:under review|to|of)\b|\bin nineteen of the|\bof the \d+ incidents\b|\b(?:\d+|[a-z]+) of the (?:\d+ )?(?:incidents|attacks|cases)\b|"
    r"\b(?:\d{2,}|[a-z]+ty) (?:air |drone |ground )?(?:raids|incidents|attacks|strikes|airstrikes)\b|\bgives for (?:19|20)\d\d\b|"
    rf"\b(?:record(?:ed|s)|verified|documented|found|counted|registered)\b[^.;]{{0,110}}?\bin (?:{_MONTH}(?! \d)|(?:19|20)\d\d)\b",
    re.I,
)
#: Care is given to the wounded, mostly to some of them.
CARE = re.compile(
    r"(?:\s+(?:who|were|was|are|is|had|have|been|more|others?|people|of them|seriously|critically))*\s+"
    r"(?:hospitali[sz]ed|in (?:\w+ )?hospitals?|(?:taken|rushed|brought|admitted|evacuated|transferred) to (?:an? |the )?(?:\w+ ){0,2}?"
    r"(?:hospitals?|clinics?)|(?:treated|operated on) (?:in|at|for|on))\b",
    re.I,
)
#: Words of injury, from their beginning.
HURTFUL = re.compile(
    r"\b(?:injur|wound|hurt|maim|hospital|burn|shrapnel|treat|surger|amput|concuss|fractur|bleed)\w*", re.I
)
