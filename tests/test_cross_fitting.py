"""Figures of held-out passages: by calibration and thresholds that were not fitted on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ihlclass.bundle import load_bundle
from ihlclass.classifier import Classifier
from ihlclass.decisions import Threshold, decided_matrix
from ihlclass.labels import load_scheme
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.card import model_card
from ihlclass.training.config import load_config
from ihlclass.training.cross_fitting import PARTS, cross_fit, cross_fit_bundle, kept_of
from ihlclass.training.evaluation import evaluate
from ihlclass.training.few import FewPlan
from ihlclass.training.held_out import HeldOut
from ihlclass.training.rethreshold import thresholds_config

SCHEME = load_scheme()
POLICY = load_config().thresholds
ALL = FewPlan({}, {}, ())


def noise(n: int = 400, groups: int = 80) -> HeldOut:
    """Scores that know nothing of the labels, each of which stands on a fifth of the passages."""
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(n, len(SCHEME.ids)))
    gold = (rng.random(scores.shape) < 0.2).astype(np.int8)
    return HeldOut(scores, None, gold, rng.integers(0, groups, n).astype(np.int32), {"style": ["wire"] * n})


def test_what_is_learnt_from_noise_flatters_only_those_it_was_learnt_from() -> None:
    held_out = noise()
    said = cross_fit(held_out, SCHEME, "isotonic", POLICY, ALL)
    assert said.parts == PARTS and said.few == {}
    own = held_out.probabilities(fit_calibration(held_out.scores, None, held_out.gold, "isotonic"), SCHEME)
    base = held_out.gold.mean(axis=0) * np.ones(held_out.gold.shape)
    implied = {other for others in SCHEME.implies.values() for other in others}
    alone = [column for column, label in enumerate(SCHEME.ids) if label not in implied]
    brier = [((p - held_out.gold)[:, alone] ** 2).mean() for p in (own, base, said.probabilities)]
    assert brier[0] < brier[1] < brier[2]
    again = cross_fit(held_out, SCHEME, "isotonic", POLICY, ALL)
    assert np.array_equal(said.probabilities, again.probabilities) and np.array_equal(said.decided, again.decided)


def test_what_is_said_of_a_group_does_not_hang_on_its_labels() -> None:
    held_out = noise()
    rows = np.flatnonzero(held_out.groups == held_out.groups[0])
    gold = held_out.gold.copy()
    gold[rows] = gold[rows[::-1]]  # the labels of the group change places: it goes into the same part
    before, after = (
        cross_fit(one, SCHEME, "platt", POLICY, ALL).probabilities for one in (held_out, replace(held_out, gold=gold))
    )
    assert not np.array_equal(gold, held_out.gold)
    assert np.array_equal(before[rows], after[rows]) and not np.array_equal(before, after)


def test_labels_with_few_positives_are_measured_as_such_and_named() -> None:
    held_out = noise()
    gold = held_out.gold.copy()
    gold[:, :4] = 0
    gold[np.flatnonzero(np.diff(held_out.groups))[:6], 0] = 1  # six, in several groups
    gold[10, 1] = 1
    silent = FewPlan({SCHEME.ids[3]: 1}, {}, (SCHEME.ids[3],))
    gold[20, 3] = 1
    said = cross_fit(replace(held_out, gold=gold), SCHEME, "auto", POLICY, silent)
    assert {SCHEME.ids[1]: 1}.items() <= said.few.items() and SCHEME.ids[2] not in said.few
    assert SCHEME.ids[3] not in said.few and not said.probabilities[:, 3].any()
    assert said.few.get(SCHEME.ids[0]) in (6, None)
    assert np.isfinite(said.probabilities).all()


def test_passages_of_one_group_cannot_be_divided() -> None:
    held_out = noise(60, groups=1)
    said = cross_fit(held_out, SCHEME, "platt", POLICY, ALL)
    own = held_out.probabilities(fit_calibration(held_out.scores, None, held_out.gold, "platt"), SCHEME)
    assert said.parts == 1 and np.array_equal(said.probabilities, own)


def test_thresholds_that_were_set_elsewhere_are_taken_as_they_are() -> None:
    held_out = noise()
    given = dict.fromkeys(SCHEME.ids, Threshold(0.3, 0.1))
    said = cross_fit(held_out, SCHEME, "platt", given, ALL)
    assert np.array_equal(said.decided, decided_matrix(said.probabilities, SCHEME.ids, given, SCHEME.implies))


def test_the_shipped_bundle_is_a_little_worse_than_it_looks_to_itself(classifier: Classifier) -> None:
    bundle = classifier.bundle
    held_out, scheme = HeldOut.load(bundle.path), bundle.scheme
    own = held_out.probabilities(bundle.calibration, scheme)
    decided = decided_matrix(own, scheme.ids, bundle.thresholds, scheme.implies)
    said = cross_fit_bundle(bundle, held_out, thresholds_config(bundle), kept_of(bundle))
    flattered, honest = (
        evaluate(held_out.gold, d, p, scheme)["macro_f1_all"]
        for d, p in ((decided, own), (said.decided, said.probabilities))
    )
    assert flattered - 0.02 < honest < flattered


def test_manifest_and_card_say_how_figures_came_about(small_bundle: Path) -> None:
    bundle = load_bundle(small_bundle)
    metrics = bundle.manifest["metrics"]
    assert metrics["cross_fitted"]["parts"] == PARTS
    card = (small_bundle / "MODEL_CARD.md").read_text()
    assert "fitted on 4 of 5 parts" in card and "flatters the figures" not in card
    few = metrics["cross_fitted"]["few"]
    assert few and all(f"`{label}` ({n})" in card for label, n in few.items())
    held_out = HeldOut.load(small_bundle)
    said = cross_fit_bundle(bundle, held_out, thresholds_config(bundle), kept_of(bundle))
    assert evaluate(held_out.gold, said.decided, said.probabilities, bundle.scheme)["micro_f1"] == metrics["micro_f1"]


@pytest.mark.parametrize("how", [None, {"parts": 1, "few": {}}])
def test_the_card_of_an_older_bundle_says_that_its_figures_flatter(small_bundle: Path, how: dict | None) -> None:
    bundle = load_bundle(small_bundle)
    metrics = {key: value for key, value in bundle.manifest["metrics"].items() if key != "cross_fitted"}
    older = {**bundle.manifest, "metrics": metrics | ({"cross_fitted": how} if how else {})}
    card = model_card(older, bundle.scheme)
    assert "Calibration and thresholds were fitted on these scores, which flatters the figures" in card


def test_the_card_says_where_thresholds_come_from_elsewhere(small_bundle: Path) -> None:
    bundle = load_bundle(small_bundle)
    elsewhere = {**bundle.manifest, "thresholds": {"on": {"file": "mine.jsonl", "sha256": "00"}}}
    card = model_card(elsewhere, bundle.scheme)
    assert "Calibration of the bundle was fitted on all these scores" in card and "neutral thresholds" not in card
