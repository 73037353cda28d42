from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ihlclass.decisions import (
    THRESHOLDS_FILE,
    Threshold,
    decide,
    enforce_implications,
    load_thresholds,
    save_thresholds,
)
from ihlclass.errors import BundleError

LABELS = ("hospital", "killed", "incident")
IMPLIES = {"hospital": ("incident",), "killed": ("incident",)}
ROWS = st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=1, max_size=5)


def thresholds(accept: float, review: float) -> dict[str, Threshold]:
    return {label: Threshold(accept, review) for label in LABELS}


@given(ROWS)
def test_an_implied_label_is_never_less_probable(rows: list[tuple[float, ...]]) -> None:
    out = enforce_implications(np.array(rows), LABELS, IMPLIES)
    assert (out[:, 2] >= out[:, 0]).all()
    assert (out[:, 2] >= out[:, 1]).all()
    assert (out >= np.array(rows)).all()


@given(ROWS, st.floats(0.1, 0.9), st.floats(0, 0.09))
def test_raising_a_threshold_never_adds_a_tag(rows: list[tuple[float, ...]], accept: float, more: float) -> None:
    low = decide(np.array(rows), LABELS, thresholds(accept, 0.05), IMPLIES)
    high = decide(np.array(rows), LABELS, thresholds(accept + more, 0.05), IMPLIES)
    for a, b in zip(low, high, strict=True):
        assert set(b.labels) <= set(a.labels)


@given(ROWS)
def test_accepted_and_review_are_disjoint_and_respect_the_scheme(rows: list[tuple[float, ...]]) -> None:
    for tags in decide(np.array(rows), LABELS, thresholds(0.6, 0.3), IMPLIES):
        assert not set(tags.labels) & set(tags.review)
        if tags.labels:
            assert "incident" in tags.labels
        for label in tags.review:
            assert 0.3 <= tags.probabilities[label] < 0.6


def test_where_nothing_is_clear_all_is_put_up_for_review() -> None:
    wanted = {label: Threshold(0.5, 0.3, clear=0.7) for label in LABELS}
    rows = np.array([[0.6, 0.1, 0.6], [0.6, 0.7, 0.7], [0.1, 0.1, 0.4]])
    vague, told, near = decide(rows, LABELS, wanted, IMPLIES)
    assert (vague.labels, vague.review) == ((), ("hospital", "incident"))
    assert (told.labels, told.review) == (LABELS, ())
    assert (near.labels, near.review) == ((), ("incident",))
    late = wanted | {"incident": Threshold(0.8, 0.75, clear=0.9)}
    (implied,) = decide(np.array([[0.6, 0.1, 0.6]]), LABELS, late, IMPLIES)
    assert (implied.labels, implied.review) == ((), ("hospital", "incident"))


@given(ROWS, st.floats(0.4, 1))
def test_asking_for_more_moves_tags_to_review_and_loses_none(rows: list[tuple[float, ...]], clear: float) -> None:
    plain = decide(np.array(rows), LABELS, thresholds(0.4, 0.2), IMPLIES)
    asking = decide(np.array(rows), LABELS, {label: Threshold(0.4, 0.2, clear) for label in LABELS}, IMPLIES)
    for a, b in zip(plain, asking, strict=True):
        assert b.labels in ((), a.labels)
        assert {*a.labels, *a.review} == {*b.labels, *b.review}


def test_thresholds_as_they_are_kept(tmp_path: Path) -> None:
    given = {"hospital": Threshold(0.5, 0.2, 0.7), "killed": Threshold(0.5, 0.2), "incident": Threshold(1.0, 1.0)}
    save_thresholds(tmp_path, given)
    assert load_thresholds(tmp_path, LABELS) == given
    old = {label: {"accept": 0.5, "review": 0.2} for label in LABELS}  # as in bundles of protocol 5
    (tmp_path / THRESHOLDS_FILE).write_text(json.dumps(old), encoding="utf-8")
    assert set(load_thresholds(tmp_path, LABELS).values()) == {Threshold(0.5, 0.2, 0.5)}
    for row in ([0.5, 0.2], "ab", 1, None, {}, {"accept": 0.5}, {"accept": 0.5, "review": 0.2, "clear": 0.4}):
        (tmp_path / THRESHOLDS_FILE).write_text(json.dumps(old | {"killed": row}), encoding="utf-8")
        with pytest.raises(BundleError, match="not valid for this label scheme"):
            load_thresholds(tmp_path, LABELS)
    for number in ("NaN", "1" + 400 * "0"):
        text = json.dumps(old).replace("0.2", number, 1)
        (tmp_path / THRESHOLDS_FILE).write_text(text, encoding="utf-8")
        with pytest.raises(BundleError, match="not valid for this label scheme"):
            load_thresholds(tmp_path, LABELS)


@pytest.mark.parametrize(
    ("accept", "review", "clear"),
    [(0.5, 0.6, 0.0), (1.1, 0.5, 0.0), (0.5, 0.0, 0.0), (0.5, 0.2, 0.4), (0.5, 0.2, 1.1)],
)
def test_impossible_thresholds_are_refused(accept: float, review: float, clear: float) -> None:
    with pytest.raises(ValueError, match="thresholds need"):
        Threshold(accept, review, clear)
