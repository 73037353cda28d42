"""Who a passage names as the author of an attack or abuse, in the report's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_FORCES = (
    r"(?:(?:armed|security|occupation|occupying|government|defen[cs]e|air|ground|special|coalition|"
    r"regime|army|military|allied|naval|paramilitary|rapid support|state|proxy)\s+)*"
    r"(?:forces?|troops|army|military|soldiers?|servicemen|air force|navy|warplanes?|jets?|aircraft|"
    r"fighters?|militants?|militias?|gunmen|terrorists?|rebels?|police|invaders|occupiers|settlers|"
    r"regime|government|authorities|"
    r"insurgents?|mercenaries|separatists|pilots?|helicopters?|warships?|tanks|snipers?)"
)
_WEAPON = (
    r"(?:(?:guided|ballistic|cruise|hypersonic|air|aerial|drone|missile|rocket|artillery|mortar|barrel|"
    r"cluster|tank|ground|glide|s-300|shahed|iskander|kamikaze|suicide|massive|full-scale|precision|"
    r"combined|overnight|deadly|double-tap|retaliatory|chemical|"
    r"bomb|mass|large-scale|surface-to-surface|cross-border|long-range|alleged|heavy)[\s-]+)*"
    r"(?:air\s?strikes?|airstrikes?|strikes?|missiles?|rockets?|shelling|shells?|bombing|bombs?|"
    r"bombardment|bombardments|drones?|artillery|attacks?|raids?|assault|fire|barrage|offensive|"
    r"mortars?|onslaught|shellfire|invasion|occupation|rocket fire|massacre|warplanes?|guns?|howitzers?|FPVs?|UAVs?|(?-i:[A-Z][A-Za-z]*-\d+\w*))"
)
_ADJECTIVE = (
    r"[A-Z][\w'’-]*(?:ian|ish|ese|eli|qi|ni|ani|emi|ali|ali|ari|khmen|ch|ghan|kish|nese|can|dish|i)|US|"
    r"UK|U\.S\.|RSF|SAF|IDF|ISIS|ISIL|IS|Daesh|Hamas|Houthis?|Hezbollah|Taliban|Wagner|PKK|YPG|SDF|"
    r"Saudi-led|US-led|NATO|Boko Haram|al-Shabaab|Al-Shabaab|Russia|Israel|Ukraine|Turkey|Iran|"
    r"Putin[’']s|Assad[’']s"
)
_KIND = (
    r"(?:[Rr]egime|[Rr]ebels?|[Gg]overnment|[Cc]oalition|[Mm]ilitants?|[Ii]nsurgents?|[Jj]unta|"
    r"[Mm]ilitia|[Ss]eparatists?|[Jj]ihadists?|[Oo]pposition|[Pp]aramilitary|[Ss]ettlers?|[Ee]nemy)"
)
_HARM = (
    r"(?:hit(?:ting)?|used|uses|rained|struck|strik(?:e|es|ing)|shell(?:s|ed|ing)|bomb(?:s|ed|ing|"
    r"ard(?:ed|s|ing))|attack(?:s|ed|ing)|kill(?:s|ed|ing)?|fir(?:es|ed|ing)|launch(?:es|ed|ing)|"
    r"destroy(?:s|ed|ing)|target(?:s|ed|ing)|unleash(?:es|ed|ing)|"
    r"storm(?:s|ed|ing)|raid(?:s|ed|ing)|abduct(?:s|ed|ing)|kidnap(?:s|ped|ping)?|detain(?:s|ed|ing)|"
    r"loot(?:s|ed|ing)|seiz(?:es|ed|ing)|execut(?:es|ed|ing)|opened fire|open fire|torch(?:ed|ing)|"
    r"burn(?:ed|t|ing)|drop(?:s|ped|ping)|pound(?:s|ed|ing)|"
    r"carried out|conducted|tortur(?:ed|ing)|beat|raped|massacr(?:ed|ing)|murder(?:ed|ing)|shot|rammed|"
    r"respond(?:s|ed|ing)?\b[^.;]{0,40}?\bwith|retaliat(?:es|ed|ing)|"
    r"blew|blocked|besieg(?:ed|ing)|damag(?:ed|ing)|ambush(?:ed|ing)|arrest(?:ed|ing)|occup(?:ied|ies|"
    r"ying)|robbed|stole|stopped|assault(?:ed|ing)|sneaked|forced|continued to (?:target|shell|attack|"
    r"bomb))"
)
_ADVERBS = (
    r"(?:(?:has|have|had|also|again|deliberately|then|once again|allegedly|reportedly|repeatedly|later|"
    r"(?:are |is |were |was )?accused of|on \w+day|last night|overnight|yesterday|today|simultaneously|"
    r"heavily|(?:is|are|was|were|been|keeps?|kept)(?=\s+(?:\w+ly\s+)?\w+ing\b))\s+)*"
)
_NAME = r"(?:[A-Z][\w'’.-]*\s+){0,3}[A-Z][\w'’-]*"
_PHRASE = (
    rf"(?:the\s+)?(?P<who>(?:(?:{_ADJECTIVE})\s+|{_KIND}\s+|[Ss]uspected\s+|(?:[A-Z][\w-]*-)(?:backed|"
    rf"led|aligned|linked)\s+)*{_FORCES}(?:\s+(?:of|from|loyal to|belonging to)\s+(?:the\s+)?{_NAME})?|"
    rf"{_NAME}|rebels|militants|gunmen|settlers|armed men|armed group|armed groups)"
)
_BAD = re.compile(
    r"^(?:The|A|An|It|He|She|They|We|You|I|This|That|These|Those|In|On|At|One|Two|Three|Four|Five|"
    r"Another|Several|Residents?|People|Civilians?|Witnesses|Officials?|Children|Women|Men|Missiles?|"
    r"Rockets?|Drones?|Shells?|Bombs?|Strikes?|Planes?|Warplanes?|Jets?|Aircraft|Helicopters?|Tanks?|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|"
    r"July|August|September|October|November|December|Air|Twitter|Telegram|Facebook|Video|Footage|Who|"
    r"What|Where|When|Which|And|But|If|As|Its|His|Their|"
    r"Reuters|Associated Press|BBC|CNN|AFP|Authorities|Police said|Kalibr|Iskander|Kinzhal|Shahed\w*|[A-Z]{1,3}-\d+|"
    r"Grad|Smerch|Debris|Explosions?|Firefighters|Rescuers|Emergency|UN|United Nations|"
    r"Human Rights Watch|Amnesty|Photos?|Images?|None|No|Both|All|Some|Many|More|At least|Over|Mayor|"
    r"Governor|President|Barrel|Hut|House|Homes?|Wom[ae]n|M[ae]n|Wounded|Killed|Dead|Locals|HIMARS|U\.S\.-made|[A-Z][\w.]*-made)\b",
)
_SUBJECT = re.compile(rf"(?<![\w’'-]){_PHRASE}\s+{_ADVERBS}{_HARM}\b(?!\s+by\b)")
_MODIFIER = re.compile(rf"(?<![\w’'-])(?P<who>{_ADJECTIVE}|{_KIND})(?:['’]s?)?\s+(?:{_WEAPON})\b")
_FORCE_ANYWHERE = re.compile(
    rf"(?<![\w’'-])(?P<who>(?:{_ADJECTIVE})(?:['’]s?)?\s+(?:government\s+|regime\s+)?{_FORCES})\b(?!['’]|"
    rf"\s+(?:says?|said|spokes\w+|officials?|statement|denied|reported|claim\w*))"
)
_PASSIVE = re.compile(
    rf"\b(?:hit|struck|shelled|bombed|attacked|killed|destroyed|targeted|stormed|raided|abducted|"
    rf"kidnapped|detained|looted|seized|executed|shot(?: dead)?|burned|tortured|beaten|raped|murdered|"
    rf"arrested|occupied|stolen|robbed|carried out|conducted|fired|launched|planted|perpetrated|"
    rf"committed|ambushed)\b(?:\s+[\w-]+){{0,4}}?(?<!controlled)(?<!held)(?<!run)\s+by\s+(?:suspected\s+|alleged\s+|"
    rf"unidentified\s+(?=armed))?{_PHRASE}"
)
_BLAMED = re.compile(
    rf"\b(?:blam(?:ed|es|ing)(?:\s+on)?|accus(?:ed|es|ing)|attribut(?:ed|es|"
    rf"ing)\s+(?:[\w'’-]+\s+){{0,4}}?to|responsibility\s+(?:lies|rests)\s+with|"
    rf"pointed\s+(?:the\s+finger\s+)?at|identified\s+(?:the\s+)?(?:belligerent|"
    rf"perpetrators?)\s+as)\s+(?:on\s+)?{_PHRASE}(?!\s+(?:air defen))"
)
_CLAIMED = re.compile(
    rf"{_PHRASE}\s+(?:has\s+|have\s+|later\s+|soon\s+|also\s+)*(?:claimed responsibility|"
    rf"said it (?:had )?(?:carried out|struck|hit|launched|fired)|admitted)"
)
_GUILTY = re.compile(rf"{_PHRASE}\s+(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:responsible|to blame|behind)\b")
_POSSESSIVE = re.compile(rf"\b(?P<who>{_NAME})['’]s?\s+(?:[\w-]+\s+){{0,2}}?(?:{_WEAPON}|crimes?|aggression)\b")
_NAMELESS = re.compile(
    r"(?:[a-z]+ )?(?i:militants?|gunmen|armed (?:men|groups?)|attackers|fighters?|forces|troops|soldiers|terrorists?|insurgents?|warplanes?|"
    r"jets?|aircraft|helicopters?|pilots?)"
)
#: What was used is not who used it.
_INSTRUMENT = re.compile(r"(?i:warplanes?|jets?|aircraft|helicopters?|pilots?|tanks?|snipers?|air force|guards?)")
_UNKNOWN = re.compile(r"\b(?:unknown|unidentified|unclear)\b", re.I)


def find_actors(text: str) -> list[tuple[str, int]]:
    """Return the authors that a passage names, each with its weight: the surer the wording, the more."""
    out: list[tuple[str, int]] = []
    for pattern, weight in (
        (_BLAMED, 5), (_CLAIMED, 5), (_GUILTY, 5), (_PASSIVE, 4), (_MODIFIER, 3), (_SUBJECT, 4), (_POSSESSIVE, 3), (_FORCE_ANYWHERE, 1)
    ):  # fmt: skip
        for found in pattern.finditer(text):
            who = re.sub(r"^(?:the|The|suspected|Suspected|alleged)\s+", "", found["who"]).strip(" ,.")
            before = text[max(0, found.start() - 25) : found.start()]
            if not who or _BAD.match(who) or _UNKNOWN.search(before + " " + who) or len(who.split()) > 6:
                continue
            out.append((who, weight))
    return out


def name_author(texts: Iterable[str], least_weight: int = 1, but: str | None = None) -> str | None:
    """Choose the author that the passages of one incident name most surely, as they write it.

    A party with a name goes before "militants" or "soldiers" without one.

    Parameters
    ----------
    least_weight
        Wordings that are less sure than this are passed over.
    but
        A name that is not the author: the place of the incident.
    """
    weights: Counter[str] = Counter()
    stems: Counter[str] = Counter()
    order: list[str] = []
    for text in texts:
        for who, weight in find_actors(text):
            if weight < least_weight or who == but:
                continue
            weights[who] += weight
            stems[_stem(who)] += weight
            order.append(who)
    order = [who for who in order if not _INSTRUMENT.fullmatch(who)]
    if not order:
        return None
    named = [who for who in order if not _NAMELESS.fullmatch(who)] or order
    return max(named, key=lambda who: (stems[_stem(who)], weights[who], -named.index(who)))


def _stem(who: str) -> str:
    """First five letters of the first word: "Russia", "Russian", "Russian forces" are one party."""
    return re.sub(r"[^a-z]", "", who.split()[0].lower())[:5]
