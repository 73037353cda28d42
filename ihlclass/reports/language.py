"""Tell a report's main language; in doubt, do not say that it is unsupported."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

#: Languages that the classifier was made for; ``und`` is a text too short to tell.
SUPPORTED = frozenset({"en", "und"})
UNKNOWN = "und"

#: Fewer letters than this say nothing about the language of a text in Latin script.
LEAST_LETTERS = 40
#: A text in Latin script is in another language only if py3langid gives that language this much probability (0..1)...
LEAST_FOREIGN = 0.9
#: ...and fewer than this share of its words are common English ones.
MOST_ENGLISH_WORDS = 0.12
#: A report with this share of English (by letters) is English: its English part can be classified.
LEAST_ENGLISH = 0.4
#: Long texts are told from this many samples of so many characters, evenly spread.
SAMPLES, SAMPLE_CHARACTERS = 16, 1000

COMMON_ENGLISH = frozenset(
    """
    after an and are as at been by for from had has have he her his hit in injured is it its killed near not of on
    people said she that the their they this to was were which who with wounded
    """.split()  # noqa: SIM905
)
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W\d_]+")
NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|\S+@\S+")


def detect_language(text: str) -> str:
    """Tell the main language of a text.

    Parameters
    ----------
    text
        A report's body. Web addresses, mentions and hashtags are not counted.

    Returns
    -------
    str
        ISO 639-1 code. ``en`` also where only two fifths of the letters stand in English passages. ``und`` where the
        evidence is thin: few letters, or no language clearly likelier than the rest.
    """
    letters: Counter[str] = Counter()
    for sample in _samples(text):
        sample = NOISE.sub(" ", sample)
        if count := len(LETTER.findall(sample)):
            letters[_of_sample(sample, count)] += count
    if not letters:
        return UNKNOWN
    known = letters.total() - letters[UNKNOWN]
    if letters["en"] and letters["en"] >= LEAST_ENGLISH * known:
        return "en"
    if letters[UNKNOWN] > known:
        return UNKNOWN
    del letters["en"], letters[UNKNOWN]
    return max(sorted(letters), key=letters.__getitem__)


def _samples(text: str) -> list[str]:
    if len(text) <= SAMPLES * SAMPLE_CHARACTERS:
        return [text[start : start + SAMPLE_CHARACTERS] for start in _starts(len(text))]
    step = len(text) // SAMPLES
    return [text[n * step : n * step + SAMPLE_CHARACTERS] for n in range(SAMPLES)]


def _starts(length: int) -> range:
    """Starts of samples that cover a short text, a small rest being left to the last full one."""
    whole = max(1, round(length / SAMPLE_CHARACTERS))
    return range(0, length, -(-length // whole)) if length else range(0)


def _of_sample(sample: str, letters: int) -> str:
    latin = len(LATIN.findall(sample))
    if latin * 3 < letters:
        return _other_script(sample)
    words = WORD.findall(sample.lower())
    english_words = sum(word in COMMON_ENGLISH for word in words) / len(words)
    identifier = _identifier()
    best, probability = identifier.classify(sample)
    if best == "en" or english_words >= MOST_ENGLISH_WORDS:
        return "en"
    return best if letters >= LEAST_LETTERS and probability >= LEAST_FOREIGN else UNKNOWN


def _other_script(sample: str) -> str:
    """Language of a sample that is not in Latin script: whichever it is, it is not English."""
    foreign = " ".join(LETTER.sub("", part) if LATIN.match(part) else part for part in sample.split())
    return next((code for code, _ in _identifier().rank(foreign) if code != "en"), UNKNOWN)


@cache
def _identifier() -> Any:
    """Return py3langid, restricted to languages with a two-letter code: dialects count for their main language."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2])
    return identifier
