"""Tell a text's language: English, which the classifier was made for, or another.

Evidence is counted in natural log units. py3langid says how much likelier another language is than English; each common
English word speaks against it. Words with a capital letter weigh little: a report in English is full of foreign names,
and one in another language of English-looking ones. py3langid costs ten times what all else does, so it is asked only
where the common words have not settled it, and of the names only where they could change the answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

UNKNOWN = "und"

#: What one common English word weighs against another language; half where it may be no English or part of a name.
ENGLISH_WORD = 10.0
#: What py3langid says of the whole text, names among it, counts this much beside what it says of the words.
NAMES = 0.2
#: More evidence than this makes a text another language...
LEAST_EVIDENCE = 8.0
#: ...and where so many words, names apart, hold no common English one, any evidence at all.
FEW_WORDS = 4
#: What py3langid says of a text with names, at most, for each character; its weights would allow a byte twice that.
MOST_EVIDENCE = 4.0
#: A text with this share of common English words is English, whatever else stands in it...
PLAINLY_ENGLISH = 0.25
#: ...and one with two of them or more, and this share where those that may be no English count half.
LEAST_COMMON, MOSTLY_COMMON = 2, 0.3
#: A report with this share of English (by letters) is English: its English part can be classified.
LEAST_ENGLISH = 0.4
#: Long texts are told from this many samples of so many characters, evenly spread.
SAMPLES, SAMPLE_CHARACTERS = 16, 1000

#: Common English words that are no common words elsewhere...
ENGLISH = frozenset(
    """
    about after again against among and another are area around ashore attacked attacks away back because been before
    behind being between blast blew bodies body bombed bombing bombs both boys bread bridge broke brought building
    buildings burned burning burnt but called came caught children church city claim clinic closed collapsed confirmed
    could crew damage damaged day days dead death deaths destroyed did died does down drones during each eight evening
    every families family farmer fell fighters fired first five food forces found four from gang gave girl girls given
    government guard guards gunfire gunmen half hour hours house houses how hurt if injured inside into its jets kept
    kids killed killing last least left less looted loss made many midnight might military missing more morning mosque
    mostly mother near nearly never newspaper next night nine nobody north northern now off officials only other our out
    outside over people person persons police power prison prisoners raid rescuers residents road rocket rockets roof
    said saw say says school schools seven she shell shelled shelling shells shot since six sniper soldiers southern
    station still street strike strikes struck students taken that the their them then there these they this those three
    through today told took town troops two until up very village villages water week went were what when where which
    while who whole whose why wife will with within without witness witnesses woman women would wounded yesterday you
    young your
    """.split()  # noqa: SIM905
)
#: ...and common ones that are: Dutch "was", Spanish "he", Danish "at", Turkish "market".
SHARED = frozenset(
    """
    a all also am an any army as at attack be bomb boy by camp can cut do east eastern fire for had has have he held her
    here his hit home i in is it later like man market me men my new no not of old on one or same set so some south
    store than to under us war was we west western year years
    """.split()  # noqa: SIM905
)
#: Left out, since py3langid takes much larger neighbours for them.
SMALL_LANGUAGES = {"an", "br", "eo", "fo", "fy", "gl", "ht", "jv", "la", "lb", "nn", "oc", "se", "vo", "wa"}
#: Scripts that py3langid knows languages of, by the first word of their letters' Unicode names.
SCRIPTS = {
    "ARABIC", "ARMENIAN", "BENGALI", "CJK", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GREEK", "GUJARATI",
    "GURMUKHI", "HANGUL", "HEBREW", "HIRAGANA", "KANNADA", "KATAKANA", "KHMER", "LAO", "MALAYALAM", "MYANMAR", "ORIYA",
    "SINHALA", "TAMIL", "TELUGU", "THAI", "TIBETAN",
}  # fmt: skip

LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
LETTER = re.compile(r"[^\W\d_]")
FOREIGN_LETTER = re.compile(r"[^\W\d_A-Za-z]")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\S+@\S+")
#: One of these stands in all noise: to look for them first costs a tenth.
NOISE_MARKS = ("://", "www.", "@", "#")


@dataclass(frozen=True, slots=True)
class Language:
    """A text's main language.

    Attributes
    ----------
    code
        ISO 639-1; ``und`` where it cannot be told.
    supported
        Whether the classifier may be used on the text: it is in English, or too short to tell.
    """

    code: str
    supported: bool


ENGLISH_TEXT, TOO_LITTLE, UNTOLD = Language("en", True), Language(UNKNOWN, True), Language(UNKNOWN, False)


def detect_language(text: str) -> Language:
    """Tell the main language of a text.

    Parameters
    ----------
    text
        A report's body, or a passage. Web addresses, mentions and hashtags are not counted.

    Returns
    -------
    Language
        English also where only two fifths of the letters stand in English stretches. ``und`` and supported where there
        is too little to tell, as in a list of names; ``und`` and not supported where the text is not English and which
        language it is cannot be told.
    """
    samples = [_cleaned(sample) for sample in _samples(text)]
    told = [_of_sample(sample) for sample in samples]
    if len(set(told)) <= 1:
        return told[0] if told else TOO_LITTLE
    letters: Counter[Language] = Counter()
    for sample, language in zip(samples, told, strict=True):
        letters[language] += len(LETTER.findall(sample))
    known = letters.total() - letters[TOO_LITTLE]
    if letters[ENGLISH_TEXT] and letters[ENGLISH_TEXT] >= LEAST_ENGLISH * known:
        return ENGLISH_TEXT
    if letters[TOO_LITTLE] > known:
        return TOO_LITTLE
    del letters[ENGLISH_TEXT], letters[TOO_LITTLE]
    return max(sorted(letters, key=lambda language: language.code), key=letters.__getitem__)


def _samples(text: str) -> list[str]:
    if len(text) <= SAMPLES * SAMPLE_CHARACTERS:
        return [text[start : start + SAMPLE_CHARACTERS] for start in _starts(len(text))]
    step = len(text) // SAMPLES
    return [text[n * step : n * step + SAMPLE_CHARACTERS] for n in range(SAMPLES)]


def _starts(length: int) -> range:
    """Starts of samples that cover a short text, a small rest being left to the last full one."""
    whole = max(1, round(length / SAMPLE_CHARACTERS))
    return range(0, length, -(-length // whole)) if length else range(0)


def _cleaned(sample: str) -> str:
    sample = unicodedata.normalize("NFKC", sample)
    return NOISE.sub(" ", sample) if any(mark in sample for mark in NOISE_MARKS) else sample


def _of_sample(sample: str) -> Language:
    ascii_only = sample.isascii() or not FOREIGN_LETTER.search(sample)
    if not ascii_only and len(LATIN.findall(sample)) * 3 < len(LETTER.findall(sample)):
        return _other_script(sample)
    words = WORD.findall(sample)
    if sum(map(str.isupper, words)) * 2 > len(words):
        sample = sample.lower()
        words = WORD.findall(sample)
    plain = [word for word in words if word[0].islower()]
    latin = words if ascii_only else [word for word in words if LATIN.match(word)]
    if len(words) - len(latin) >= FEW_WORDS and len(words) - len(latin) > len(plain):
        return _other_script(sample)
    if not plain:
        return TOO_LITTLE
    english, shared = _common(plain)
    if english >= PLAINLY_ENGLISH * len(words):
        return ENGLISH_TEXT
    if ascii_only and english >= LEAST_COMMON and english + shared / 2 >= MOSTLY_COMMON * len(words):
        return ENGLISH_TEXT
    capital, _ = _common([word.lower() for word in words if not word[0].islower()])
    code, evidence = _against_english(" ".join(plain))
    evidence -= ENGLISH_WORD * (english + (shared + capital) / 2)
    with_names = " ".join(latin)
    if -NAMES * MOST_EVIDENCE * len(with_names) < evidence <= LEAST_EVIDENCE:
        evidence += NAMES * max(0.0, _against_english(with_names)[1])
    if evidence > LEAST_EVIDENCE:
        return Language(code, False)
    if english or shared or capital:
        return ENGLISH_TEXT
    if len(plain) < FEW_WORDS:
        return TOO_LITTLE
    return UNTOLD if evidence > 0 else ENGLISH_TEXT


def _common(words: Sequence[str]) -> tuple[int, int]:
    return sum(map(ENGLISH.__contains__, words)), sum(map(SHARED.__contains__, words))


def _against_english(text: str) -> tuple[str, float]:
    """The likeliest language but English, and how much likelier it is than English."""
    ranking = _identifier().rank(text)
    english = next(score for code, score in ranking if code == "en")
    best, score = ranking[1 if ranking[0][0] == "en" else 0]
    return best, score - english


def _other_script(sample: str) -> Language:
    """Language of a sample that is not in Latin script: whichever it is, it is not English."""
    foreign = LATIN.sub("", sample)
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in LETTER.findall(foreign))
    if scripts.most_common(1)[0][0] not in SCRIPTS:
        return UNTOLD
    return Language(_against_english(foreign)[0], False)


@cache
def _identifier() -> Any:
    """Return py3langid, restricted to larger languages with a two-letter code."""
    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2 and code not in SMALL_LANGUAGES])
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc)  # it takes some 100 whole rows for every text
    return identifier
