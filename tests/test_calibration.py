"""Calibration: every method keeps the order of scores, is written and read back, and is refused when damaged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ihlclass.calibration import CALIBRATION_FILE, BetaCurve, Calibration, IsotonicCurve
from ihlclass.errors import BundleError
from ihlclass.training.calibrating import METHODS, fit_calibration

LABELS = ("rare", "common")


def drawn(n: int = 2000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores of two heads that know something, one of them overconfident, and the truth: 8 and n / 3 positives."""
    rng = np.random.default_rng(5)
    gold = np.zeros((n, 2), dtype=np.int8)
    gold[:8, 0] = 1
    gold[: n // 3, 1] = 1
    scores, words = (gain * (gold - 0.5) + rng.normal(size=gold.shape) * gain for gain in (8.0, 1.5))
    return scores, words, gold


def expected_error(p: np.ndarray, truth: np.ndarray) -> float:
    bins = np.minimum((p * 10).astype(int), 9)
    return float(np.abs(np.bincount(bins, weights=p - truth, minlength=10)).sum() / len(p))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("beside", [True, False])
def test_a_method_calibrates_and_is_read_back(method: str, beside: bool, tmp_path: Path) -> None:
    scores, words, gold = drawn()
    calibration = fit_calibration(scores, words if beside else None, gold, method)
    p = calibration.apply(scores, words if beside else None)
    assert ((p > 0) & (p < 1)).all()
    bound = 0.15 if method == "temperature" else 0.03  # without an intercept no base rate but one half can be met
    assert expected_error(p[:, 1], gold[:, 1]) < bound
    calibration.save(tmp_path, LABELS)
    again = Calibration.load(tmp_path, LABELS)
    assert np.array_equal(again.apply(scores, words if beside else None), p)
    assert again.methods == calibration.methods
    if method == "auto":
        assert again.methods == ("platt", "beta")
    else:
        assert set(again.methods) == {method}


@pytest.mark.parametrize("method", METHODS)
def test_a_higher_score_never_lowers_a_probability(method: str) -> None:
    scores, words, gold = drawn()
    calibration = fit_calibration(scores, words, gold, method)
    rising = np.linspace(-40, 40, 400)[:, None].repeat(2, axis=1)
    assert (np.diff(calibration.apply(rising, rising), axis=0) >= 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_scores_that_rank_backwards_become_the_base_rate(method: str) -> None:
    truth = np.array([[1], [0], [0], [0]] * 50, dtype=np.int8)
    p = fit_calibration(-5.0 * truth, None, truth, method).apply(-5.0 * truth)
    assert p == pytest.approx(0.25, abs=0.02)


def test_nothing_is_quite_certain() -> None:
    scores, words, gold = drawn()
    assert fit_calibration(scores, words, gold).apply(scores * 1e6, words * 1e6).max() < 1


def test_a_beta_curve_of_one_one_nought_changes_nothing() -> None:
    logits = np.linspace(-8, 8, 50)
    assert BetaCurve(1.0, 1.0, 0.0).apply(logits) == pytest.approx(1 / (1 + np.exp(-logits)))


@pytest.mark.parametrize(
    ("x", "y"), [((), ()), ((0.0,), (0.1, 0.2)), ((1.0, 0.0), (0.1, 0.2)), ((0.0, 1.0), (0.3, 0.2)), ((0.0,), (1.5,))]
)
def test_knots_that_do_not_rise_are_refused(x: tuple[float, ...], y: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="must"):
        IsotonicCurve(x, y)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "magic"},
        {"method": "isotonic", "x": [1, 0], "y": [0, 1]},
        {"method": "beta", "a": 1.0},
        {"slope": None},
    ],
)
def test_a_damaged_file_is_refused(change: dict, tmp_path: Path) -> None:
    scores, words, gold = drawn(300)
    fit_calibration(scores, words, gold, "platt").save(tmp_path, LABELS)
    rows = json.loads((tmp_path / CALIBRATION_FILE).read_text())
    rows["rare"] |= change
    (tmp_path / CALIBRATION_FILE).write_text(json.dumps(rows))
    with pytest.raises(BundleError, match="missing or not valid"):
        Calibration.load(tmp_path, LABELS)
