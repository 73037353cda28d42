"""Word pieces are remembered word by word: always those that the tokenizer itself gives."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tokenizers import AddedToken, Tokenizer, pre_tokenizers

from ihlclass import word_pieces
from ihlclass.bundle import default_bundle
from ihlclass.encoder import TOKENIZER_FILE
from ihlclass.labels import load_scheme
from ihlclass.training.data import read_passages
from ihlclass.word_pieces import reader_of

ROOT = Path(__file__).parent.parent
LONGEST = 256
#: Letters, marks, white space and what looks like it, signs that are dropped, letters that are composed or change their
#: number in small letters, ideographs, private and unassigned characters.
AWKWARD = (
    "abcXYZ019 \t\n\r\x00\x0b\x0c\x1c\x85\xa0.,'\"-[](){}_`~@#$%^&*+=<>/\\|!?:;"
    "\x7f\xadéÉßİıΣσςÅﬁǅ½²\u0301\u0327\u200b\u200d\u2028\u3000\ufeff\ufffd“”’–—…€中文日本ｱ한\U0001f600\U00010400\ue000\u0378"
)


def tokenizer() -> Any:
    made = Tokenizer.from_file(str(default_bundle() / "encoder" / TOKENIZER_FILE))
    made.no_padding()
    made.enable_truncation(LONGEST)
    return made


def test_passages_have_the_tokenizers_own_pieces() -> None:
    texts = [p.text for p in read_passages([ROOT / "seeds" / "passages"], load_scheme())[::8]]
    whole, pieces = tokenizer(), reader_of(tokenizer())
    assert [pieces(text) for text in texts] == [list(e.ids) for e in whole.encode_batch_fast(texts)]


def test_awkward_texts_have_the_tokenizers_own_pieces() -> None:
    draw = random.Random(3)
    texts = ["".join(draw.choices(AWKWARD, k=draw.randint(0, 40))) for _ in range(20_000)]
    texts += ["", " ", "[MASK]", "x[SEP]y", "[cls]", "a" * 101, "shelling " * 400, "é" * 300]
    texts += [chr(code) + "a" for code in range(0x250) if not 0xD800 <= code < 0xE000]
    whole, pieces = tokenizer(), reader_of(tokenizer())
    for text in texts:
        assert pieces(text) == list(whole.encode(text).ids), ascii(text)


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_pieces, "REMEMBERED", 10)
    words = word_pieces._Words(tokenizer())
    for number in range(35):
        _ = words[f"village{number}"]
        assert len(words) <= 10
    assert words["a" * 60] and "a" * 60 not in words


def test_other_tokenizers_are_asked_about_whole_texts() -> None:
    spaces, small = tokenizer(), tokenizer()
    spaces.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    small.add_tokens([AddedToken("hit hard", normalized=True)])
    left, padded, short = tokenizer(), tokenizer(), tokenizer()
    left.enable_truncation(6, direction="left")
    padded.enable_padding(length=30)
    short.enable_truncation(2)
    for other in (spaces, small, left, padded, short):
        pieces = reader_of(other)
        for text in ("The clinic, hit.", "Hit hard again", "don't", "one two three four five six seven"):
            assert pieces(text) == list(other.encode(text).ids)
