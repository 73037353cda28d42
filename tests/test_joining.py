"""Passages made of others."""

from __future__ import annotations

import numpy as np

from ihlclass.training.joining import crossed, joined


def test_joined_passages_carry_the_labels_of_both() -> None:
    texts, gold = [f"passage {n}" for n in range(4)], np.eye(4, dtype=np.int8)
    rows = np.array([0, 1, 2, 3, 0, 1])
    pairs, labels = joined(texts, gold, rows, np.random.default_rng(1))
    for row, pair, given in zip(rows, pairs, labels, strict=True):
        said = {int(word) for word in pair.split() if word.isdigit()}
        assert row in said and said == set(np.flatnonzero(given))
    assert len({pair.split()[1] == str(row) for row, pair in zip(rows, pairs, strict=True)}) == 2  # in either order


def test_crossed_passages_are_made_of_the_words_of_one_or_two() -> None:
    texts = [" ".join(f"{name}{n}" for n in range(10)) for name in "abcdefgh"]
    made = crossed(texts, 400, np.random.default_rng(3))
    assert made == crossed(texts, 400, np.random.default_rng(3)) and len(made) == 400
    kinds = {"run": 0, "ends": 0, "whole": 0}
    for text in made:
        words = text.split()
        names = [word[0] for word in words]
        assert len(set(names)) <= 2 and all(word in set(" ".join(texts).split()) for word in words)
        if len(set(names)) == 1 and len(words) < 10:
            kinds["run"] += 1
        elif len(words) == 20:
            kinds["whole"] += 1
        else:
            kinds["ends"] += 1
    assert all(count > 60 for count in kinds.values()), kinds
    assert {text.split()[0][0] for text in made} == set("abcdefgh")


def test_crossing_survives_one_word_and_asks_for_none() -> None:
    assert crossed(["hit"], 0, np.random.default_rng(0)) == []
    assert all(set(text.split()) == {"hit"} for text in crossed(["hit"], 50, np.random.default_rng(0)))
