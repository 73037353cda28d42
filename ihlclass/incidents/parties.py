"""Parties to a conflict, and which of those that a passage names did what it tells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ihlclass.incidents.place_words import UPPER

_GROUPS = (
    r"Ahrar [Aa]l?s?h?-?Sham|Al-?[Qq]aeda|[Aa]l-Nusra(?: Front)?|[Aa]l-Shabaab|Ansar Allah|Ansaru|Anti-[Bb]alaka|AQAP|Arakan Army|"
    r"(?:[Aa]l-)?Qassam Brigades|Allied Democratic Forces|ADF|AFU|Ambazonia\w*|Azov|Boko Haram|Chetniks?|CODECO|Contras?|Daesh|ELN|"
    r"ETA|FARC|FDLR|Fano|FSA|Free Syrian Army|Hamas|Hay[’'a]t Tahrir al-Sham|HTS|Hezbollah|Hizbullah|Houthis?|Houthi forces|IDF|"
    r"Interahamwe|IS-?[Mm]ozambique|ISIL|ISIS(?:-[\w-]+)?|ISWAP|Islamic Jihad|Islamic State|Jabhat [Aa]l?n?-?Nusra|Janjaweed|JNIM|"
    r"Kurdish forces|LTTE|Lord[’']s Resistance Army|LRA|M23|Mai[- ]Mai|Movement of Democratic Forces|PKK|Rapid Support Forces|RF|RSF|"
    r"SAF|SDF|Sendero Luminoso|Séléka|Seleka|Shining Path|SNA|SPLA|Sudanese Armed Forces|Taliban|Tamil Tigers|Tatmadaw|TPLF|TTP|UPDF|"
    r"Viv Ansanm|Wagner(?: Group)?|YPG|Zaïre militia\w*|the Tigers"
)
_NOUN = (
    r"(?:army|military|air force|navy|armed forces|security forces|defen[cs]e forces|government forces|forces|troops|soldiers?|"
    r"servicemen|militiam[ae]n|militias?|paramilitar(?:y|ies)|rebels?|insurgents?|guerrillas?|junta|regime|coalition|settlers?|"
    r"armed (?:men|group|groups|formations?|elements|youth)|gunm[ae]n|fighters?|terrorists?|jihadists?|militants?|separatists?|bandits?|"
    r"outlaws?|raiders?|occupiers?|enemy|mercenaries|police|guards?|patrol|commandos?|enforcers|vigilantes?)"
)
_PROPER = (
    rf"(?>[{UPPER}][\w’'-]*+(?<=[a-z])(?<![a-z]ed)(?:(?<=ian)|(?<=ish)|(?<=ese)|(?<=ch)|(?<=an)|(?<=ar)|(?<=i))|[{UPPER}][\w-]+-(?:led|backed|aligned|linked)|"
    r"US|U\.S\.|UK|Serb|Croat|Hutu|Tutsi|RSF|SAF|LTTE|Houthi|Hamas|Hezbollah|ISIS|CODECO|M23|Army|Government)"
)
_PARTY = re.compile(
    rf"(?<![\w’'-])(?P<who>(?:{_GROUPS})(?:\s+(?:fighters?|militants?|elements|men|forces|rebels|gunmen|coalition))?|"
    rf"(?:Russians|Israelis|Serbs|Americans|Ukrainians|Turks)\b|"
    rf"(?:(?:[Mm]en|[Ee]lements|[Uu]nits?|[Ff]ighters|[Mm]embers|[Ss]oldiers|[Gg]unmen|[Mm]ilitia)\s+of\s+(?:the\s+)?)(?:{_GROUPS}|[{UPPER}][\w’'-]+(?:\s+[{UPPER}][\w’'-]+){{0,2}})|"
    rf"(?:(?:{_PROPER}|[Gg]overnment|[Rr]egime|[Pp]ro-[\w-]+|[Ii]llegal|[Mm]asked|[Uu]niformed)\s+){{0,3}}(?i:{_NOUN})(?:\s+(?:aircraft|aviation|planes?|jets?))?"
    rf"(?:\s+in\s+[{UPPER}]+\s+uniforms?)?)\b"
)
_DEED = (
    r"(?:hit|struck|strik\w+|shell(?:ed|s|ing)|bomb(?:ed|s|ing)|attack(?:ed|s|ing)|kill(?:ed|s|ing)|fir(?:ed|es|ing)|launch\w*|destroy\w*|"
    r"target(?:ed|s|ing)|storm(?:ed|s|ing)|raid(?:ed|s|ing)|abduct\w+|kidnap\w*|detain\w*|loot\w*|seiz\w+|execut\w+|opened|torch\w+|"
    r"burn(?:ed|t|ing|s)|dropp?\w*|pound\w+|tortur\w+|beat\w*|rap(?:ed|ing)|massacr\w+|murder\w+|sho[ot]t?\w*|ambush\w*|arrest\w*|"
    r"occup\w+|robb\w+|stol\w+|stopp?\w*|enter\w*|came|overran|emptied|released|laid|set|cut|took|threw|sent|drove|led|forced|entered|"
    r"confin\w+|surround\w+|held|broke|went|placed|planted|blew|dragged|gunned|carried|ran|shot|used|conducted|caught)"
)
_SPEAKS = re.compile(
    r"^(?:['’]s?)?\s*(?:,[^,.;]{0,60},\s*)?(?:itself\s+|later\s+|also\s+|has\s+|have\s+|had\s+|did\s+|does\s+)*(?:not\s+)?(?:"
    r"sa(?:id|ys?)|den(?:y|ies|ied)|reject\w*|told|wrote|writes|answer\w*|repl\w+|spokes\w+|statement|announc\w*|call(?:s|ed)|comment\w*|"
    r"claim(?:s|ed)?(?!\s+responsib)|report\w*|count\w*|confirm\w*|accus\w+|blam\w+|officials?|general staff|source|administration|held\s+(?:talks|a|that)\b)"
)
_SPOKEN_FOR = re.compile(
    r"\b(?:spokes\w+|officials?|sources?|adviser|statement|head|chief|commander|governor)\s+(?:of|for|in|to|from)\s+(?:the\s+)?$",
    re.I,
)
_BLAMED = re.compile(
    r"\b(?:by|blam\w+|accus\w+|attributed\s+to|attributes?\s+(?:\w+\s+){0,4}to|hold|held|responsible|responsibility\s+of|point\w*\s+to|"
    r"laid\s+by|sent\s+by|work\s+of|hands\s+of|presumed\s+to\s+be|belong(?:ing)?\s+to|authors?\s+(?:is|are|was|were))\s+(?:the\s+|a\s+|an\s+)?"
    r"(?:alleged\s+|suspected\s+|some\s+)?$",
    re.I,
)
_MEANS_OF = re.compile(
    r"\b(?:drones?|rockets?|shells?|missiles?|mortars?|bombs?|planes?|aviation|aircraft|jets?|guns?|artillery|fire|snipers?|raid|strike|forces|elements|warplanes?|helicopters?|tanks?|bullets?|shots?|rounds?)"
    r"\s+(?:of|from|fired by)\s+(?:the\s+)?$",
    re.I,
)
_OWN_MEANS = re.compile(
    r"^(?:['’]s?)?\s+(?:[\w-]+\s+){0,2}?(?:air\s?strikes?|strikes?|missiles?|rockets?|shells?|shelling|bomb(?:s|ing|ardment)?|drones?|raids?|aircraft|"
    r"planes?|jets?|helicopters?|guns?|artillery|mortars?|fire|aviation|warplanes?|attacks?|pilots?|snipers?|tanks?)\b"
)
#: Who holds a place is not who struck it.
_HOLDS = re.compile(
    r"\b(?:controlled|held|run|administered|ruled|governed|besieged|backed|led)\s+by\s+(?:the\s+)?$", re.I
)
#: "spokesman of X said that it had struck": who speaks says that it was him.
_CLAIMS = re.compile(
    r"^(?:['’]s?)?(?:\s+[\w'’-]+){0,4}?\s+(?:said|says|announced|claimed|claims|confirmed|acknowledged|admitted|wrote)\b[^.;]{0,40}?\b(?:it|they|its\s+\w+|their\s+\w+)"
    r"\s+(?:had\s+|has\s+|have\s+)?(?:struck|hit|killed|destroyed|targeted|fired|launched|carried\s+out|bombed|shelled|attacked|conducted|eliminated|neutrali[sz]ed)\b"
)
_STRUCK = re.compile(
    r"\b(?:hit|struck|against|target(?:s|ed|ing)?|kill(?:ed|ing|s)|destroy(?:ed|ing)|fight(?:s|ing)?|with|between|at|on|former|no|any|of|for|not)\s+"
    r"(?:the\s+|a\s+|an\s+|any\s+|[\w-]+\s+)?$",
    re.I,
)


def find_parties(text: str) -> list[tuple[str, int]]:
    """Return the parties that a passage names, in order, each with how surely it did what the passage tells.

    Above 2: by what stands beside the name (a deed after it, its weapon, "by", "blamed"). 0 and less: who speaks, or
    came to harm.
    """
    found = []
    for match in _PARTY.finditer(text):
        left, right = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 80]
        weight = 1
        if _BLAMED.search(left) or _MEANS_OF.search(left):
            weight += 3
        if re.match(
            rf"(?:\s+(?:who|which|that|had|have|has|then|also|allegedly|reportedly|\w+ly))*\s+{_DEED}\b(?!\s+by\b)",
            right,
        ):
            weight += 3
        elif re.match(rf"(?:\s+(?!said|and\b)[\w’'-]+){{1,5}}?\s+{_DEED}\b(?!\s+by\b)", right):
            weight += 1
        if _OWN_MEANS.match(right):
            weight += 2
        if _HOLDS.search(left):
            continue
        if _CLAIMS.match(text[match.end() : match.end() + 140]):
            weight += 3
        elif _SPEAKS.match(right) or _SPOKEN_FOR.search(left):
            weight -= 4
        if (_STRUCK.search(left) and weight < 4) or re.match(r"\s+(?:were|was|been|are|had been|have been)\b", right):
            weight -= 2
        found.append((re.sub(r"^the\s+", "", match["who"]), weight))
    return found


def name_party(texts: Iterable[str], least: int = 1, but: str | None = None) -> str | None:
    """Choose the party that the passages name most surely as the author, one with a name before "soldiers"."""
    best: tuple[tuple[int, bool], str] | None = None
    for text in texts:
        for who, weight in find_parties(text):
            if weight < least or who == but:
                continue
            rank = (weight, not re.fullmatch(_NOUN, who, re.I))
            if best is None or rank > best[0]:
                best = (rank, who)
    return best[1] if best else None
