"""What the words of a passage mean where they stand: states of a small encoder, which the trained readers weigh.

Three layers, made of the first of the shipped tagger's encoder and fine-tuned, together with the readers of places,
authors and times, on passages of our own (``experiments/0025-context``). It is told which words are written in capitals.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.incidents.words import KEPT
from ihlclass.onnx_session import encodable, open_session

NET_FILE = Path(__file__).with_name("context.onnx")
TOKENIZER_FILE = Path(__file__).with_name("context_tokenizer.json")
#: Word pieces that it reads of a passage; passages are shorter.
LONGEST = 256
#: How a word is written: in small letters, with a capital, in capitals, as a number.
SMALL, CAPITAL, CAPITALS, NUMBER = range(4)

_LOCK = threading.Lock()
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Words:
    """The word pieces of a passage: where each stands, in characters, and sums of their states up to each."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    sums: NDArray[np.float32]

    def mean(self, spans: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        """Return the mean state of the word pieces in each span of characters, shape ``(len(spans), states)``.

        Zero where a span lies behind what was read.
        """
        first, last = pieces_in(self.starts, self.ends, spans)
        sizes = np.maximum(last - first, 1).astype(np.float32)
        return np.asarray((self.sums[last] - self.sums[first]) / sizes[:, None])


def pieces_in(
    starts: NDArray[np.int64], ends: NDArray[np.int64], spans: Sequence[tuple[int, int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each span of characters the numbers of its first word piece and of the one after its last."""
    start, end = (np.array([span[side] for span in spans], dtype=np.int64) for side in (0, 1))
    first = np.searchsorted(ends, start, side="right")
    return first, np.maximum(np.searchsorted(starts, end, side="left"), first)


def written(text: str) -> NDArray[np.int64]:
    """Return for each character how the word that it is part of is written, and a last one, shape ``(len(text) + 1,)``."""
    how = np.zeros(len(text) + 1, dtype=np.int64)
    for match in _WORD.finditer(text):
        how[match.start() : match.end()] = _kind(match.group())
    return how


def _kind(word: str) -> int:
    if word[0].isdigit():
        return NUMBER
    if len(word) > 1 and word.isupper():
        return CAPITALS
    return CAPITAL if word[0].isupper() else SMALL


def pieces_written(text: str, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how the word of each piece is written; `places` is where each starts and ends, shape ``(pieces, 2)``.

    Pieces that open and close a passage stand nowhere, and count as in small letters.
    """
    return np.where(places[:, 1] > places[:, 0], written(text)[places[:, 0]], SMALL)


@lru_cache(maxsize=1)
def _open() -> tuple[Any, Any]:
    return open_session(NET_FILE, TOKENIZER_FILE, LONGEST)


def _net() -> tuple[Any, Any]:
    """Load the net and its tokenizer, once however many threads ask."""
    with _LOCK:
        return _open()


@lru_cache(maxsize=KEPT)
def words_of(text: str) -> Words:
    """Read a passage."""
    session, tokenizer = _net()
    read = tokenizer.encode(encodable(text))
    places = np.array(read.offsets, dtype=np.int64).reshape(-1, 2)
    given = {
        "input_ids": np.array([read.ids], dtype=np.int64),
        "written": pieces_written(text, places)[None],
    }
    states = session.run(None, given)[0][0][1:-1]  # without the pieces that open and close it
    sums = np.concatenate([np.zeros((1, states.shape[1]), dtype=np.float32), states.cumsum(axis=0, dtype=np.float32)])
    sums.setflags(write=False)  # threads share it
    return Words(places[1:-1, 0], places[1:-1, 1], sums)
