"""Score by words: the second opinion beside the embedding.

One vector for a whole passage blurs what a single word says ("cinema" at the end of a list, "besieged" in a clause). A
linear model on weighted words and word beginnings sees just that, and little else; calibration weighs the two for each
label. Plain arrays, like linear heads: nothing to unpickle, no scikit-learn to import. Why both, and what it brings:
``docs/decisions/0008-words-beside-the-embedding.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import readable_arrays

LEXICAL_FILE = "lexical.npz"
#: Characters of a word's beginning, which stands for its stem.
STEM = 5
_WORD, _DIGITS = re.compile(r"\w+"), re.compile(r"\d+")


def terms(text: str) -> list[str]:
    """Return the terms of a text: words, word beginnings, and pairs of neighbouring beginnings; every number is "0".

    Beginnings stand in for stems: "shelled", "shelling" and "shell" share one.
    """
    words = _WORD.findall(_DIGITS.sub("0", text.lower()))
    stems = ["^" + word[:STEM] for word in words]
    return [*words, *stems, *map(" ".join, pairwise(stems))]


@dataclass(frozen=True)
class LexicalHeads:
    """One linear model per label on the weighted terms of a passage (TF-IDF).

    A term's weight is ``(1 + ln(count)) * idf``, with rows scaled to length 1 (L2), as scikit-learn's
    ``TfidfVectorizer(sublinear_tf=True)`` defines it. Terms that were not seen in training count for nothing.

    Attributes
    ----------
    vocabulary
        The terms, length v.
    idf
        Inverse document frequencies, shape ``(v,)``.
    coefficients
        Shape ``(v, k)``, float16.
    intercepts
        Shape ``(k,)``.
    """

    vocabulary: Sequence[str]
    idf: NDArray[np.float64]
    coefficients: NDArray[np.float16]
    intercepts: NDArray[np.float64]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {term: row for row, term in enumerate(self.vocabulary)}

    def score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return raw scores (log-odds before calibration), shape ``(len(texts), k)``, each row computed alone."""
        scores = np.tile(self.intercepts, (len(texts), 1))
        for row, text in enumerate(texts):
            counts = Counter(self._index[term] for term in terms(text) if term in self._index)
            if not counts:
                continue
            known = np.fromiter(counts.keys(), dtype=np.int64)
            weights = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * self.idf[known]
            weights /= np.sqrt(weights @ weights)
            scores[row] += weights @ self.coefficients[known].astype(np.float64)
        return scores

    def save(self, folder: Path) -> None:
        """Write ``lexical.npz`` into `folder`."""
        np.savez(
            folder / LEXICAL_FILE,
            vocabulary=np.frombuffer("\n".join(self.vocabulary).encode("utf-8"), dtype=np.uint8),
            idf=self.idf,
            coefficients=self.coefficients,
            intercepts=self.intercepts,
        )


def load_lexical(folder: Path) -> LexicalHeads | None:
    """Load the lexical heads of a bundle; None where it was trained without.

    Raises
    ------
    BundleError
        If the file is not readable.
    """
    path = folder / LEXICAL_FILE
    if not path.is_file():
        return None
    with readable_arrays(path, "not readable as lexical heads") as arrays:
        heads = LexicalHeads(
            vocabulary=arrays["vocabulary"].tobytes().decode("utf-8").split("\n"),
            idf=arrays["idf"],
            coefficients=arrays["coefficients"],
            intercepts=arrays["intercepts"],
        )
        if heads.coefficients.shape != (len(heads.vocabulary), len(heads.intercepts)):
            raise ValueError("shapes differ")
    return heads
