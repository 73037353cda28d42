"""Thresholds: what they are set to reach, and setting them anew on a bundle trained for the purpose."""

from __future__ import annotations

import json
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
from ihlclass.training.thresholding import fit_thresholds, make_clear
from ihlclass.verify import verify

POLICY = ThresholdsConfig(beta=1.0, precision_floor=0.0, tolerated_misses=0.03, lowest=0.05, highest=0.95)


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


def test_what_is_never_clear_in_passages_with_a_label_is_no_tag() -> None:
    """Half the passages carry both labels and say so loudly; a third of the others just reach a threshold."""
    rng = np.random.default_rng(5)
    ids = load_scheme().ids
    gold = np.zeros((1000, len(ids)), dtype=np.int8)
    columns = [ids.index(label) for label in ("medical_facility", "incident")]
    gold[:500, columns] = 1
    p = np.full(gold.shape, 0.001)
    p[:500, columns] = rng.uniform(0.8, 0.99, (500, 2))
    p[500:, columns[1]] = rng.choice([0.02, 0.55], 500, p=[0.67, 0.33])
    chosen = dict.fromkeys(ids, Threshold(0.5, 0.1))
    policy = replace(POLICY, tolerated_false_alarms=0.1)
    found = make_clear(chosen, p, gold, load_scheme(), policy)
    tags = list(decide(p, ids, found, load_scheme().implies))
    assert all(set(tagged.labels) == {"medical_facility", "incident"} for tagged in tags[:500])
    assert not any(tagged.labels for tagged in tags[500:])
    assert {tagged.review for tagged in tags[500:]} == {(), ("incident",)}
    few = make_clear(chosen, p[450:550], gold[450:550], load_scheme(), policy)  # too few to tell
    for found in (few, make_clear(chosen, p, gold, load_scheme(), POLICY)):  # all are tolerated
        assert all(t.tells == t.accept == 0.5 for t in found.values())


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
