from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ihlclass.decisions import Threshold, decide, enforce_implications

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


@pytest.mark.parametrize(("accept", "review"), [(0.5, 0.6), (1.1, 0.5), (0.5, 0.0)])
def test_impossible_thresholds_are_refused(accept: float, review: float) -> None:
    with pytest.raises(ValueError, match="thresholds need"):
        Threshold(accept, review)
