"""Words that mean nearly the same to an encoder, and passages in which they stand in each other's place.

A small model that is taught by a larger one meets only the words of its training passages. With words swapped for near
ones, which the larger model labels as it labels all else, it meets others too (Jiao et al. 2020, *TinyBERT: Distilling
BERT for Natural Language Understanding*, who swap by embeddings of words too).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: How many near words each has, letters the shortest word has, and words are compared at once.
NEAR, SHORTEST, AT_ONCE = 15, 3, 512
#: Share of a passage's words that is swapped, of those that have near ones: from, to.
SHARE = (0.1, 0.4)
#: What may stand round a word.
MARKS = ".,;:!?()\"'"


def near_words(pieces: Sequence[str], rows: NDArray[np.float32], texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Find the words nearest to those of some texts, among word pieces that are whole words.

    Parameters
    ----------
    pieces
        The word pieces of a tokeniser.
    rows
        Their embeddings, shape ``(len(pieces), dimension)``.
    texts
        Whose words to look up, as they are written or else in small letters.

    Returns
    -------
    dict
        `NEAR` words, by cosine from the mean of all pieces, for each word of the texts that is a piece by itself. Empty
        where so few pieces are whole words that there is nothing to choose from.
    """
    whole = [place for place, piece in enumerate(pieces) if len(piece) >= SHORTEST and piece.isalpha()]
    if len(whole) <= NEAR:
        return {}
    directions = rows[whole] - rows.mean(axis=0)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True) + 1e-9
    words = [pieces[place] for place in whole]
    there = {form for text in texts for word in text.split() for form in (_bare(word), _bare(word).lower())}
    used = [number for number, word in enumerate(words) if word in there]
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(used), AT_ONCE):
        some = used[start : start + AT_ONCE]
        best = np.argpartition(-(directions[some] @ directions.T), NEAR, axis=1)[:, : NEAR + 1]
        for number, row in zip(some, best, strict=True):
            found[words[number]] = tuple(words[other] for other in row if other != number)[:NEAR]
    return found


def swapped(
    texts: Sequence[str], near: Mapping[str, Sequence[str]], number: int, random: np.random.Generator
) -> list[str]:
    """Make new passages of others by swapping words for near ones; what they say, only a model can tell.

    Parameters
    ----------
    texts
        The passages to draw from, all equally often.
    near
        From `near_words`.
    number
        How many to make.

    Returns
    -------
    list of str
        As many as `number`; none where `near` is empty.
    """
    made: list[str] = []
    while near and len(made) < number:
        for row in random.permutation(len(texts))[: number - len(made)]:
            share = random.uniform(*SHARE)
            made.append(" ".join(_swap(word, near, share, random) for word in texts[row].split()))
    return made


def _swap(word: str, near: Mapping[str, Sequence[str]], share: float, random: np.random.Generator) -> str:
    bare = _bare(word)
    known = bare if bare in near else bare.lower()
    if known not in near or random.random() >= share:
        return word
    other = near[known][int(random.integers(len(near[known])))]
    if known != bare and bare[0].isupper():
        other = other.capitalize()
    return word.replace(bare, other, 1)


def _bare(word: str) -> str:
    return word.strip(MARKS)
