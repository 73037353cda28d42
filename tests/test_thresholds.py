"""Thresholds: what they are set to reach, and setting them anew on a bundle trained for the purpose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers_cli import ihlclass

from ihlclass.bundle import load_bundle
from ihlclass.classifier import Classifier
from ihlclass.decisions import Threshold, decide
from ihlclass.labels import load_scheme
from ihlclass.training.config import ThresholdsConfig
from ihlclass.training.held_out import HELD_OUT_FILE
from ihlclass.training.thresholding import fit_thresholds, make_clear, set_thresholds
from ihlclass.verify import verify

POLICY = ThresholdsConfig(
    beta=1.0, precision_floor=0.0, tolerated_misses=0.03, lowest=0.05, highest=0.95, tolerated_false_alarms=1.0
)


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Calibrated probabilities of 5,000 passages for one label, and the truth drawn from them."""
    rng = np.random.default_rng(3)
    p = rng.beta(0.4, 1.6, size=(5000, 1))
    return p, (rng.random(p.shape) < p).astype(np.int8)


def figures(p: np.ndarray, gold: np.ndarray, accept: float) -> tuple[float, float]:
    said = p >= accept
    hits = (said & (gold == 1)).sum()
    return hits / max(1, said.sum()), hits / gold.sum()


def test_beta_weighs_precision_against_recall() -> None:
    p, gold = drawn()
    found = [fit_thresholds(p, gold, ["x"], replace(POLICY, beta=b))["x"].accept for b in (0.5, 1.0, 2.0)]
    assert found[0] > found[1] > found[2]
    precision, recall = figures(p, gold, found[1])
    f1 = 2 * precision * recall / (precision + recall)
    assert found[1] == pytest.approx(f1 / 2, abs=0.06)  # of calibrated probabilities the best is half of the best F1


def test_a_precision_floor_is_reached_or_nothing_is_tagged() -> None:
    p, gold = drawn()
    found = fit_thresholds(p, gold, ["x"], replace(POLICY, precision_floor=0.8))["x"]
    assert figures(p, gold, found.accept)[0] >= 0.78
    low = np.minimum(p, 0.4)
    assert fit_thresholds(low, gold, ["x"], replace(POLICY, precision_floor=0.9))["x"].accept == 1.0


def half_told(faint: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and labels of 1,000 passages: half carry two labels, told well or faintly; of the others half seem to."""
    rng = np.random.default_rng(5)
    ids = load_scheme().ids
    gold = np.zeros((1000, len(ids)), dtype=np.int8)
    columns = [ids.index(label) for label in ("medical_facility", "incident")]
    gold[:500, columns] = 1
    p = np.full(gold.shape, 0.001)
    p[:500, columns] = rng.uniform(0.85, 0.99, (500, 2))
    p[:100, columns] = np.resize(faint, (100, 1))
    p[500:, columns[1]] = rng.choice([0.02, 0.55, 0.65, 0.75], 500, p=[0.5, 0.2, 0.2, 0.1])
    return p, gold


def margin_of(found: Mapping[str, Threshold]) -> float:
    """By how many log-odds labels accepted from 0.5 on must pass that to be clear."""
    (clear,) = {t.clear for t in found.values() if t.accept == 0.5}
    return round(float(np.log(clear / (1 - clear))), 2)


def test_what_is_clear_bounds_false_alarms_as_far_as_f_beta_allows() -> None:
    scheme = load_scheme()
    chosen = dict.fromkeys(scheme.ids, Threshold(0.5, 0.1)) | {"pillage": Threshold(1.0, 1.0)}

    def margin(faint: list[float], tolerated: float) -> float:
        p, gold = half_told(faint)
        found = make_clear(chosen, p, gold, scheme, replace(POLICY, tolerated_false_alarms=tolerated))
        assert found["pillage"].clear == 1.0
        return margin_of(found)

    assert margin([0.9], 1.0) == 0  # all are tolerated
    assert margin([0.9], 0.35) == 0.25  # beyond 0.55; F-beta is best farther on
    assert margin([0.9], 0.0) == 1.12  # beyond 0.75
    assert margin([0.6], 0.0) == 0.25  # beyond 0.55 again: next would go what is told at 0.6


def test_what_is_not_clear_is_no_tag_and_waits_for_review() -> None:
    scheme, (p, gold) = load_scheme(), half_told([0.9])
    chosen = dict.fromkeys(scheme.ids, Threshold(0.5, 0.1))
    policy = replace(POLICY, tolerated_false_alarms=0.1)
    tags = list(decide(p, scheme.ids, make_clear(chosen, p, gold, scheme, policy), scheme.implies))
    assert all(set(tagged.labels) == {"medical_facility", "incident"} for tagged in tags[:500])
    assert sum(bool(tagged.labels) for tagged in tags[500:]) <= 50
    assert {tagged.review for tagged in tags[500:] if not tagged.labels} == {(), ("incident",)}
    few = [*range(450, 500), *range(500, 600)]
    vague = dict.fromkeys(scheme.ids, Threshold(0.5, 0.1, clear=0.7))
    assert make_clear(vague, p[few], gold[few], scheme, policy) == vague  # too few to tell: it stays
    assert make_clear(vague, p[few], gold[few], scheme, POLICY) == chosen  # all are tolerated
    _, warnings = set_thresholds(p[few], gold[few], scheme, policy)
    assert any("50 passages with a label and 100 without are too few" in warning for warning in warnings)


def test_the_review_band_misses_no_more_than_is_tolerated() -> None:
    p, gold = drawn()
    for share in (0.05, 0.1, 0.3):
        found = fit_thresholds(p, gold, ["x"], replace(POLICY, tolerated_misses=share))["x"]
        missed = (p[gold == 1] < found.review).mean()
        assert missed <= share
        assert found.review <= found.accept


def test_the_same_wishes_give_the_same_thresholds(small_bundle: Path, tmp_path: Path) -> None:
    result = ihlclass("model", "thresholds", small_bundle, "-o", tmp_path / "same")
    assert result.returncode == 0, result.stderr
    for name in ("thresholds.json", "vectors.json", "calibration.json", HELD_OUT_FILE):
        assert (tmp_path / "same" / name).read_bytes() == (small_bundle / name).read_bytes(), name
    before, after = (load_bundle(folder).manifest for folder in (small_bundle, tmp_path / "same"))
    assert before["metrics"] == after["metrics"]
    assert after["thresholds"]["set_anew_in"] == before["digest"]


def test_thresholds_are_set_anew_and_everything_says_so(small_bundle: Path, tmp_path: Path) -> None:
    result = ihlclass("model", "thresholds", small_bundle, "-o", tmp_path / "careful", "--precision-floor", "0.9")
    assert result.returncode == 0, result.stderr
    assert "never tagged, only put up for review" in result.stderr
    old, new = (load_bundle(folder) for folder in (small_bundle, tmp_path / "careful"))
    assert verify(Classifier(new)).passed
    assert new.manifest["metrics"]["micro_precision"] > old.manifest["metrics"]["micro_precision"]
    assert new.manifest["training"]["config"]["thresholds"]["precision_floor"] == 0.9
    assert "with precision 0.9 or more" in (new.path / "MODEL_CARD.md").read_text()
    text = "Shells struck the maternity ward, killing two nurses."
    assert np.array_equal(old.probabilities([text]), new.probabilities([text]))
    again = ihlclass("model", "thresholds", new.path, "-o", new.path, "--precision-floor", "0.5")  # in place
    assert again.returncode == 0, again.stderr
    assert load_bundle(new.path).manifest["thresholds"]["set_anew_in"] == new.digest


def test_thresholds_on_passages_of_ones_own(small_bundle: Path, tmp_path: Path) -> None:
    rows = [
        {"id": str(n), "text": f"Shells struck house {n} in Velin.", "labels": ["residential_building", "incident"]}
        for n in range(8)
    ]
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    result = ihlclass("model", "thresholds", small_bundle, "-o", tmp_path / "own", "--on", tmp_path / "mine.jsonl")
    assert result.returncode == 0, result.stderr
    assert "keep neutral thresholds" in result.stderr
    manifest = load_bundle(tmp_path / "own").manifest
    assert manifest["thresholds"]["on"]["file"] == "mine.jsonl"
    before = load_bundle(small_bundle).manifest["metrics"]
    assert manifest["metrics"]["passages"] == before["passages"]  # on the held-out ones, by the new thresholds
    assert manifest["metrics"]["micro_f1"] != before["micro_f1"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--beta", "0"), 2, "thresholds: beta must be in"),
        (("--on", "nowhere.jsonl"), 4, "nowhere.jsonl"),
        (("--lowest", "0.9"), 2, "lowest and highest"),
        (("--tolerated-false-alarms", "1.5"), 2, "thresholds: tolerated_false_alarms must be in"),
    ],
)
def test_wishes_that_cannot_be_are_named(
    arguments: tuple[str, ...], code: int, words: str, small_bundle: Path, tmp_path: Path
) -> None:
    result = ihlclass("model", "thresholds", small_bundle, "-o", tmp_path / "new", *arguments)
    assert (result.returncode, words in result.stderr) == (code, True), result.stderr
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_no_bundle_is_left_alone(small_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = ihlclass("model", "thresholds", small_bundle, "-o", tmp_path)
    assert result.returncode == 5, result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
