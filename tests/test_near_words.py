"""Words swapped for near ones."""

from __future__ import annotations

import numpy as np
import pytest

from ihlclass.training import near_words as module
from ihlclass.training.near_words import near_words, swapped

PIECES = ["[CLS]", "##s", "clinic", "hospital", "ward", "mill", "bakery", "silo", "of", "1984"]
ROWS = np.array(
    [[0, 0], [0, 0], [1, 0.1], [1, 0], [1, 0.2], [0.1, 1], [0, 1], [0.2, 1], [-1, -1], [-1, 0]], dtype=np.float32
)


def test_near_words_are_the_nearest_whole_words_of_the_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEAR", 2)
    found = near_words(PIECES, ROWS, ["The CLINIC, it burnt.", "(Mill) of 1984"])
    assert {word: set(near) for word, near in found.items()} == {
        "clinic": {"hospital", "ward"},
        "mill": {"bakery", "silo"},
    }
    assert near_words(PIECES[:4], ROWS[:4], ["clinic"]) == {}  # too few to choose from


def test_swapping_keeps_the_rest_of_the_passage() -> None:
    near = {"clinic": ("hospital", "ward"), "mill": ("bakery",)}
    text = "Clinic hit; the (mill) too, at 04:10."
    made = swapped([text, "No word of it."], near, 300, np.random.default_rng(2))
    assert made == swapped([text, "No word of it."], near, 300, np.random.default_rng(2))
    assert len(made) == 300 and made.count("No word of it.") == 150
    assert set(made) - {"No word of it."} == {
        f"{a} hit; the ({b}) too, at 04:10." for a in ("Clinic", "Hospital", "Ward") for b in ("mill", "bakery")
    }
    assert swapped([text], {}, 2, np.random.default_rng(0)) == []
    cased = {"Klinik": ("Krankenhaus",), "haus": ("heim",)}
    made = swapped(["Klinik, Haus, KLINIK"], cased, 200, np.random.default_rng(2))
    assert set(made) == {f"{a}, {b}, KLINIK" for a in ("Klinik", "Krankenhaus") for b in ("Haus", "Heim")}
    assert swapped([text], near, 0, np.random.default_rng(0)) == []
