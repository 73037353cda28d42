"""Whether a time that a passage names is that of an attack, or of something else: a trained reader.

Logistic regression on the words in the expression and around it, and on the states of its words
(`ihlclass.incidents.context`). Trained on passages of our own whose times were marked for it, by
``experiments/0025-context/train.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ihlclass.incidents.context import words_of
from ihlclass.incidents.dates import When
from ihlclass.incidents.linear_reader import LinearReader
from ihlclass.incidents.words import Token, around, numbers_at, shapes_from, tokens

MODEL_FILE = Path(__file__).with_name("time_reader.npz")
#: So many words to either side are looked at for what the clause tells.
CLAUSE = 14
#: Chance from which a time may be that of an attack, and from which it surely is.
LIKELY, SURE = 0.2, 0.5
#: A time is not sure whose chance is so far below that of the surest in its passage.
BELOW = 0.25


def features(text: str, times: Sequence[When], labels: Iterable[str]) -> list[list[str]]:
    """Return what speaks for each time being that of an attack, as names of features.

    Parameters
    ----------
    times
        Of the passage, as `ihlclass.incidents.dates.find_dates` gives them.
    labels
        Of the passage.
    """
    words = tokens(text)
    numbers = numbers_at(words)
    told = [f"label={label}" for label in labels] or ["label=none"]
    rows = []
    for order, when in enumerate(times):
        stop = text[: when.end].endswith(".")  # "3 Sept." or "3 May." at the end of a sentence: no part of the words
        rows.append([*_of_one(words, numbers(when.start, when.end - stop), when, order), *told])
    return rows


def _of_one(words: Sequence[Token], span: tuple[int, int], when: When, order: int) -> list[str]:
    first, last = span
    out = [
        "bias",
        f"statement={when.statement}",
        f"words={'+'.join(words[i].shape for i in range(first, last + 1))}",
        f"head={words[first].shape}",
        f"tail={words[last].shape}",
        f"order={min(order, 3)}",
        f"opens={first == 0}",
        f"place={min(first // 5, 6)}",
        f"ends={last + 2 >= len(words)}",
        *around(words, first, last),
    ]
    for side, step, at in (("before", -1, first), ("after", 1, last)):
        for shape in shapes_from(words, at, step, CLAUSE):
            out += [f"{side}={shape}", f"clause={shape}"]
    return [*out, *sorted({f"any={w.shape}" for w in words if w.text[0].islower()})]  # in order: the same fit each time


@lru_cache(maxsize=1)
def default_reader() -> LinearReader:
    """Load the reader that comes with the package; its classes are other, time of an attack."""
    return LinearReader.load(MODEL_FILE)


def judged(text: str, times: Sequence[When], labels: Iterable[str]) -> list[When]:
    """Return the times of a passage, told apart into those of an attack and those of something else."""
    if not times:
        return []
    states = words_of(text).mean([(when.start, when.end) for when in times])
    chances = default_reader().chances(features(text, times, labels), states)[:, 1]
    sure = max(SURE, float(chances.max()) - BELOW)
    return [
        replace(when, statement=bool(chance < LIKELY), sure=bool(chance >= sure))
        for when, chance in zip(times, chances, strict=True)
    ]
