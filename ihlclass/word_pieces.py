"""The word pieces of a text as its tokenizer gives them, each word looked up once.

BERT's tokenizers (Devlin et al. 2019) split a text at white space and around each mark of punctuation, and cut every
word by itself. So what a word becomes is remembered: most words of a passage are among those of the passages before it,
and reading them anew was a fifth of what the fast profile cost (``experiments/0011-profiles``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Any

#: A run of anything but ASCII's white space and marks, or one of those marks. What else parts words (a dash, a space
#: that does not break, an ideograph) is left to the tokenizer, which is given the run.
_WORD = re.compile(r"[^ \t\n\r!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")
#: So many words are remembered (some 10 MB of English, 60 at most, of long strings of letters and digits), for each
#: encoder; then it is begun anew.
REMEMBERED = 50_000
#: Characters of the longest word that is remembered.
LONGEST_WORD = 40
#: What the parts of a tokenizer are called that splits so.
_PARTS = {"normalizer": "BertNormalizer", "pre_tokenizer": "BertPreTokenizer", "model": "WordPiece"}


def reader_of(tokenizer: Any) -> Callable[[str], list[int]]:
    """Return what gives the numbers of a text's word pieces, those that open and close it among them.

    It gives just what ``tokenizer.encode(text).ids`` would, and may be shared between threads.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        One that is not built as BERT's are, that pads, or that cuts texts off at their beginning is asked about each
        text as a whole.
    """

    def whole(text: str) -> list[int]:
        return list(tokenizer.encode_batch_fast([text])[0].ids)

    added = list(tokenizer.get_added_tokens_decoder().values())
    as_bert = all(type(getattr(tokenizer, part)).__name__ == name for part, name in _PARTS.items())
    if not as_bert or any(piece.normalized for piece in added):
        return whole
    cut = tokenizer.truncation or {}
    if tokenizer.padding or cut.get("direction", "right") != "right" or cut.get("max_length", 3) < 3:
        return whole
    before, after = _around(tokenizer)
    room = cut["max_length"] - len(before) - len(after) if cut else None
    marked = [piece.content for piece in added]
    words = _Words(tokenizer)  # where it cuts a word off, it cuts off the text before

    def by_words(text: str) -> list[int]:
        if any(mark in text for mark in marked):  # "[MASK]" is one piece, not a word in brackets
            return whole(text)
        return [*before, *list(chain.from_iterable(map(words.__getitem__, _WORD.findall(text))))[:room], *after]

    return by_words


def _around(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Return the numbers of the pieces that open a text, and of those that close it."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    ids = tokenizer.encode("a").ids
    start = next(i for i in range(len(ids)) if ids[i : i + len(bare)] == bare)
    return ids[:start], ids[start + len(bare) :]


class _Words(dict[str, tuple[int, ...]]):
    """Words, and the numbers of their pieces."""

    def __init__(self, tokenizer: Any) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, word: str) -> tuple[int, ...]:
        pieces = tuple(self._tokenizer.encode(word, add_special_tokens=False).ids)
        if len(word) <= LONGEST_WORD:
            if len(self) >= REMEMBERED:
                self.clear()
            self[word] = pieces
        return pieces
