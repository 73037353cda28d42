"""Which names of a passage are places, and what part each plays: a trained reader of the words around them.

Multinomial logistic regression on what stands in a name, before it and after it, and on the states of its words
(`ihlclass.incidents.context`). Trained on passages of our own whose places were marked for it (``seeds/places/``, by
``experiments/0025-context/train.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ihlclass.incidents.context import words_of
from ihlclass.incidents.linear_reader import LinearReader
from ihlclass.incidents.place_features import Candidate, Known, candidates, features
from ihlclass.incidents.words import tokens

#: The parts, as they are marked: scene settlement, district, site, wider area; near the scene; other place; no place.
PARTS = ("S", "D", "X", "A", "N", "O", "-")
MODEL_FILE = Path(__file__).with_name("place_reader.npz")


@dataclass(frozen=True, slots=True)
class Read:
    """A name that was read as a place: where it stands, and how likely each of `PARTS` is."""

    start: int
    end: int
    chances: NDArray[np.float64]

    @property
    def part(self) -> str:
        """The likeliest part, of those that a place can play."""
        return PARTS[int(np.argmax(self.chances[:-1]))]

    def chance(self, parts: str) -> float:
        """How likely it plays one of some parts."""
        return float(sum(self.chances[PARTS.index(part)] for part in parts))


class PlaceReader(LinearReader):
    """Reads places; its classes are `PARTS`."""

    def read(self, text: str, known: Callable[[str], Known]) -> list[Read]:
        """Return the names of a passage that are places, in order; no two overlap."""
        found = candidates(text, lambda name: known(name).listed)
        if not found:
            return []
        states = words_of(text).mean([(c.start, c.end) for c in found])
        chances = self.chances(features(text, tokens(text), found, known), states)
        listed = np.array([known(text[c.start : c.end]).listed for c in found])
        chances[listed, -1] = 0.0
        return self.taken(found, chances)

    def taken(self, found: Sequence[Candidate], chances: NDArray[np.float64]) -> list[Read]:
        """Choose among names that overlap: the surest first, as long as they are likelier a place than not."""
        taken: list[Read] = []
        for i in np.argsort(chances[:, -1], kind="stable"):
            if chances[i, -1] >= 0.5:
                break
            c = found[i]
            if all(c.end <= other.start or other.end <= c.start for other in taken):
                taken.append(Read(c.start, c.end, chances[i]))
        return sorted(taken, key=lambda read: read.start)


@lru_cache(maxsize=1)
def default_reader() -> PlaceReader:
    """Load the reader that comes with the package."""
    return PlaceReader.load(MODEL_FILE)
