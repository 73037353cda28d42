"""Profiles: a fast model and a cascade beside the accurate one, in the same bundle."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers_cli import ihlclass
from helpers_training import quick

from ihlclass.bundle import FAST_FOLDER, Bundle, Cascade, default_bundle, load_bundle, seal
from ihlclass.classifier import Classifier, load
from ihlclass.decisions import THRESHOLDS_FILE, Threshold, save_thresholds
from ihlclass.errors import BundleError, DataError, UsageError
from ihlclass.handing_on import CASCADE_FILE, CORE, HandingOn
from ihlclass.labels import load_scheme
from ihlclass.training import run
from ihlclass.training.card import model_card
from ihlclass.training.copies import finish
from ihlclass.training.fast import distil
from ihlclass.training.fast_thresholds import BothSaid
from ihlclass.training.gate import Bounds, gate
from ihlclass.training.held_out import HELD_OUT_FILE, HeldOut
from ihlclass.training.measure import read_gold
from ihlclass.training.operating_point import CANDIDATES, choose_handing_on
from ihlclass.training.portable import export_portable
from ihlclass.training.run import train
from ihlclass.verify import verify

TEXTS = [
    "A missile hit the clinic in Velin at dawn, killing two nurses and a patient.",
    "The council will vote on the new tram line in spring.",
    "Shells fell on the market; the mayor said that three traders were wounded.",
    "Rain is expected in the north, with sunny spells by the weekend.",
    "The minister thanked the donors and promised a report on the harvest.",
]


@pytest.fixture(scope="module")
def profiles() -> dict[str, Classifier]:
    return {name: load(profile=name) for name in ("accurate", "fast", "cascade")}


def test_the_cascade_gives_each_passage_what_the_profile_that_settled_it_gives(profiles: dict[str, Classifier]) -> None:
    cascade = profiles["cascade"].bundle
    assert isinstance(cascade, Cascade)
    at = cascade.handing_on.at(cascade.scheme, cascade.fast.thresholds)
    asked = (profiles["fast"].probabilities(TEXTS) >= at).any(axis=1)
    assert asked[0] and not asked[3]
    by = {name: list(one.tag(TEXTS)) for name, one in profiles.items()}
    for row, handed_on in enumerate(asked):
        assert by["cascade"][row] == by["accurate" if handed_on else "fast"][row]
    said = profiles["cascade"].probabilities(TEXTS)
    assert np.array_equal(said, [list(tags.probabilities.values()) for tags in by["cascade"]])


@pytest.mark.parametrize("profile", ["fast", "cascade"])
def test_a_batch_changes_nothing(profiles: dict[str, Classifier], profile: str) -> None:
    one = profiles[profile]
    assert [*one.tag(TEXTS)] == [tags for text in TEXTS for tags in one.tag([text])]
    assert [*one.tag([])] == []
    assert one.probabilities([]).shape == (0, 68)


def test_what_an_incident_is_the_fast_profile_sees_too(profiles: dict[str, Classifier]) -> None:
    found = [set(tags.labels) for tags in profiles["fast"].tag(TEXTS)]
    assert {"medical_facility", "missile_strike", "incident"} <= found[0]
    assert not found[1] and not found[3]
    assert verify(profiles["fast"]).passed
    with pytest.raises(UsageError, match="no test vectors of its own"):
        verify(profiles["cascade"])


def test_no_such_profile() -> None:
    with pytest.raises(UsageError, match="must be one of accurate, fast, cascade"):
        load(profile="best")


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped bundle as it would be without a fast profile."""
    folder = tmp_path_factory.mktemp("bundle") / "accurate"
    shutil.copytree(default_bundle(), folder)
    shutil.rmtree(folder / FAST_FOLDER)
    seal(folder, content_of(folder, "fast"))
    return folder


def content_of(folder: Path, *left_out: str) -> dict[str, Any]:
    """What a bundle's manifest says, to seal it by again."""
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {k: v for k, v in content.items() if k not in ("protocol", "files", "digest", *left_out)}


def test_a_bundle_without_one(without: Path) -> None:
    assert [*load(without).tag(TEXTS)] == [*load().tag(TEXTS)]
    with pytest.raises(
        UsageError, match="has no fast profile, which cascade needs; make one with 'ihlclass model distil'"
    ):
        load(without, profile="cascade")
    done = ihlclass("tag", "-", "--bundle", without, "--profile", "fast", stdin="")
    assert done.returncode == 2 and "has no fast profile" in done.stderr


def test_a_damaged_operating_point(tmp_path: Path) -> None:
    for content in (
        "{",
        "{}",
        '{"settle": 2}',
        '{"share": "x", "core": 0}',
        '{"share": 1}',
        '{"share": 1, "core": -1}',
    ):
        (tmp_path / "cascade.json").write_text(content, encoding="utf-8")
        with pytest.raises(BundleError, match="not readable as the operating point"):
            HandingOn.load(tmp_path)


def test_where_a_passage_is_handed_on(tmp_path: Path) -> None:
    scheme = load_scheme()
    thresholds = dict.fromkeys(scheme.ids, Threshold(accept=0.4, review=0.2))
    core = np.array([label.status == "core" for label in scheme.labels])
    point = HandingOn(share=0.5)
    point.save(tmp_path)
    assert HandingOn.load(tmp_path) == point
    assert np.allclose(point.at(scheme, thresholds), np.where(core, 0.5 * CORE, 0.2))
    clear = dict.fromkeys(scheme.ids, Threshold(accept=0.4, review=0.2, clear=0.6))
    assert np.array_equal(point.at(scheme, clear), point.at(scheme, thresholds))
    low = {**thresholds, scheme.ids[int(core.argmax())]: Threshold(accept=0.03, review=0.03)}
    assert HandingOn().at(scheme, low)[core.argmax()] == 0.03, "never above a threshold: what is settled carries no tag"
    (tmp_path / CASCADE_FILE).write_text('{"settle": 0.26}', encoding="utf-8")  # as in older bundles
    assert np.array_equal(HandingOn.load(tmp_path).at(scheme, thresholds), np.full(68, 0.26))


def test_a_run_says_its_profile_and_goes_on_with_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join(TEXTS), encoding="utf-8")
    out = tmp_path / "out"
    done = ihlclass("classify", tmp_path / "a.txt", "-o", out, "--profile", "cascade", "--engine", "local")
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["model"]["profile"] == "cascade"
    other = ihlclass("classify", tmp_path / "a.txt", "-o", tmp_path / "same", "--profile", "cascade")
    assert other.returncode == 0
    assert (out / "incidents.jsonl").read_bytes() == (tmp_path / "same" / "incidents.jsonl").read_bytes()
    refused = ihlclass("classify", tmp_path / "a.txt", "-o", out, "--resume")
    assert refused.returncode == 2 and "profile" in refused.stderr
    assert ihlclass("classify", tmp_path / "a.txt", "-o", out, "--resume", "--profile", "cascade").returncode == 0


def test_the_operating_point_keeps_the_recall_of_every_core_object() -> None:
    scheme = load_scheme()
    thresholds = dict.fromkeys(scheme.ids, Threshold(accept=0.5, review=0.2))
    mall = scheme.ids.index("shopping_mall")
    gold = np.zeros((1000, 68), dtype=np.int8)
    for column in range(68):
        gold[column * 12 : column * 12 + 12, column] = 1
    fast, sure = gold.copy(), np.where(gold == 1, 0.9, 0.00001)

    def share(gold: Any, tolerated: float) -> float:
        return choose_handing_on(gold, sure, fast, gold, scheme, thresholds, tolerated).share

    # of twelve malls some are missed, and look like next to nothing; what it costs of macro F1 is less
    for missed, tolerated, kept in ((1, 0.08, True), (1, 0.09, False), (2, 0.16, True), (2, 0.2, False)):
        malls = slice(mall * 12, mall * 12 + missed)
        fast[malls, mall], sure[malls, mall] = 0, 0.005
        assert (share(gold, tolerated) <= 0.1) == kept, (missed, tolerated)
    few = gold.copy()
    few[mall * 12 : mall * 12 + 5] = 0
    assert share(few, 0.1) == 0.0, "with seven malls a loss could not be seen"


def test_the_operating_point_loses_no_more_than_is_tolerated() -> None:
    scheme = load_scheme()
    thresholds = dict.fromkeys(scheme.ids, Threshold(accept=0.5, review=0.2))
    draw = np.random.default_rng(1)
    gold = (draw.random((400, 68)) < 0.1).astype(np.int8)
    gold[200:] = 0
    nothing = np.zeros_like(gold)

    def share(said: Any, fast: Any, tolerated: float) -> float:
        return choose_handing_on(gold, said, fast, gold, scheme, thresholds, tolerated).share

    assert share(np.where(gold == 1, 0.9, 0.0001), gold, 0.0) == CANDIDATES[0] == 1.0
    blind = np.full(gold.shape, 0.01)  # the fast profile finds nothing, and cannot tell where: all are handed on
    assert 0 < share(blind, nothing, 0.003) <= 0.2
    assert share(np.zeros(gold.shape), nothing, 0.003) == 0.0


@pytest.fixture(scope="module")
def sample(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred of the project's passages, whole files' first ones."""
    lines: list[str] = []
    for file in sorted((root / "seeds" / "passages").glob("*.jsonl")):
        lines += file.read_text(encoding="utf-8").splitlines()[:25]
    path = tmp_path_factory.mktemp("sample") / "sample.jsonl"
    path.write_text("\n".join(lines[:100]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small(sample: Path) -> Path:
    """A bundle with all profiles, trained for a moment."""
    return train(quick(sample, sample.with_name("small"), fast=True), tracked=False).bundle


def test_train_and_distil_make_one(tmp_path: Path, sample: Path, small: Path) -> None:
    plain = train(quick(sample, tmp_path / "plain"), tracked=False)
    config = quick(sample, tmp_path / "with", fast=True)
    figures = load_bundle(small).manifest["fast"]
    assert set(figures["metrics"]) == {"accurate", "fast", "cascade"} and 0 <= figures["handing_on"]["share"] <= 1
    assert "## Profiles" in (small / "MODEL_CARD.md").read_text(encoding="utf-8")
    later, _ = distil(load(plain.bundle).bundle, tmp_path / "later", config)
    for name in ("encoder/model.onnx", "thresholds.json", "cascade.json", HELD_OUT_FILE):
        assert (later.path / FAST_FOLDER / name).read_bytes() == (small / FAST_FOLDER / name).read_bytes()
    other = tmp_path / "other.jsonl"
    other.write_text("".join(sample.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")
    with pytest.raises(DataError, match="are not those that the bundle was trained on"):
        distil(later, tmp_path / "no", quick(other, tmp_path / "no"))
    with pytest.raises(UsageError, match="lies inside the bundle"):
        distil(later, later.path / "fast", config)
    fast = load(later.path, profile="fast").bundle
    for use in (lambda: distil(fast, tmp_path / "no", config), lambda: export_portable(fast, tmp_path / "no")):
        with pytest.raises(UsageError, match="is loaded as profile fast; load it as accurate for this"):
            use()


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in (folder / FAST_FOLDER).rglob("*") if p.is_file()}


def test_passages_that_the_accurate_profile_was_fitted_on_judge_no_fast_one(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run.make_folds
    monkeypatch.setattr(run, "make_folds", lambda *given, **settings: made(*given, **settings)[::-1])
    config = quick(sample, tmp_path / "other", fast=True)
    plain = train(replace(config, fast=replace(config.fast, enabled=False)), tracked=False).bundle
    later, _ = distil(load(plain).bundle, tmp_path / "later", config)
    both = BothSaid.load(later.path / FAST_FOLDER)
    assert both is not None
    assert sorted(both.gold.tolist()) == sorted(HeldOut.load(plain).gold.tolist())


def test_thresholds_are_set_anew_in_the_fast_profile_too(small: Path, tmp_path: Path) -> None:
    done = ihlclass("model", "thresholds", small, "-o", tmp_path / "same")
    assert done.returncode == 0 and "keep their thresholds" not in done.stderr, done.stderr
    assert files(tmp_path / "same") == files(small)
    assert load_bundle(tmp_path / "same").manifest["fast"] == load_bundle(small).manifest["fast"]
    done = ihlclass("model", "thresholds", small, "-o", tmp_path / "careful", "--precision-floor", "0.9")
    assert done.returncode == 0 and "fast profile: labels that no threshold brings to" in done.stderr, done.stderr
    changed = {name for name, content in files(small).items() if files(tmp_path / "careful")[name] != content}
    assert f"{FAST_FOLDER}/{THRESHOLDS_FILE}" in changed
    assert changed <= {f"{FAST_FOLDER}/{name}" for name in (THRESHOLDS_FILE, CASCADE_FILE, "vectors.json")}
    fast = load(tmp_path / "careful", profile="fast")
    assert verify(fast).passed
    at = HandingOn.load(fast.bundle.path / FAST_FOLDER).at(fast.scheme, fast.bundle.thresholds)
    assert all(p <= fast.bundle.thresholds[label].accept for p, label in zip(at, fast.scheme.ids, strict=True))


def test_an_older_cascade_gets_an_operating_point_of_today(tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(default_bundle(), old)
    content = content_of(old)
    content["fast"] = {**content["fast"], "settle": 0.26}
    del content["fast"]["handing_on"]
    (old / FAST_FOLDER / CASCADE_FILE).write_text('{"settle": 0.26}', encoding="utf-8")
    finish(old, content, ["fast"])
    card = old / "MODEL_CARD.md"
    assert "any label with a probability of 0.2600 or more" in card.read_text(encoding="utf-8")
    done = ihlclass("model", "thresholds", old, "-o", old)
    assert done.returncode == 0, done.stderr
    facts = load_bundle(old).manifest["fast"]
    assert "settle" not in facts and 0 < facts["handing_on"]["share"] <= 1
    assert "at which it sets it, or a core object" in card.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "100% of them on to `accurate`: all, since"), (0.5, "label 0.5 of the probability at"), (1, "label the prob")],
)
def test_the_card_says_where_the_cascade_hands_on(share: float, said: str) -> None:
    content = content_of(default_bundle())
    content["fast"] = {**content["fast"], "handed_on": 1.0, "handing_on": {"share": share, "core": CORE}}
    assert said in model_card(content, load_scheme())


def test_thresholds_where_the_fast_profile_left_no_held_out_scores(small: Path, sample: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"  # as bundles were made before they were kept
    shutil.copytree(small, old)
    (old / FAST_FOLDER / HELD_OUT_FILE).unlink()
    seal(old, content_of(old))
    done = ihlclass("model", "thresholds", old, "-o", tmp_path / "new", "--precision-floor", "0.9")
    assert done.returncode == 0 and "the profiles fast and cascade keep their thresholds" in done.stderr, done.stderr
    assert files(tmp_path / "new") == files(old)
    assert "before the thresholds of `accurate` were set anew" in (tmp_path / "new" / "MODEL_CARD.md").read_text()
    done = ihlclass("model", "thresholds", tmp_path / "new", "-o", tmp_path / "on", "--on", sample)
    assert done.returncode == 0 and "cascade hands every passage on: the 100 passages" in done.stderr, done.stderr
    assert files(tmp_path / "on")[f"{FAST_FOLDER}/{THRESHOLDS_FILE}"] != files(old)[f"{FAST_FOLDER}/{THRESHOLDS_FILE}"]
    said = load_bundle(tmp_path / "on").manifest["fast"]
    assert said["on"]["file"] == sample.name and "before_thresholds" not in said
    assert "On 100 passages of `sample.jsonl`, on which" in (tmp_path / "on" / "MODEL_CARD.md").read_text()
    assert verify(load(tmp_path / "on", profile="fast")).passed


@pytest.fixture(scope="module")
def gold(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the project's passages, of many events."""
    lines = (root / "seeds" / "passages" / "passages-61.jsonl").read_text(encoding="utf-8").splitlines()[:120]
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_compare_two_profiles_of_one_bundle(without: Path, gold: Path, tmp_path: Path) -> None:
    sides = ("--profile-a", "fast", "--profile-b", "accurate")
    found = json.loads(ihlclass("compare", "default", "default", gold, "--json", *sides).stdout)
    assert (found["profile_a"], found["profile_b"]) == ("fast", "accurate")
    assert found["overall"]["micro_f1"]["difference"] > 0
    predictions = tmp_path / "fast.jsonl"
    assert ihlclass("tag", gold, "-o", predictions, "--profile", "fast").returncode == 0
    same = ihlclass("compare", predictions, "default", gold, "--profile-b", "fast", "--resamples", "100")
    assert "B: default, profile fast" in same.stdout and "micro F1: no difference shown" in same.stdout, same.stderr
    no_file = ihlclass("compare", predictions, "default", gold, "--profile-a", "fast")
    assert no_file.returncode == 2 and "is a file of predictions, which has no profile fast" in no_file.stderr
    lacks = ihlclass("compare", "default", without, gold, "--profile-b", "cascade")
    assert lacks.returncode == 2 and f"{without}: has no fast profile, which cascade needs" in lacks.stderr


def test_the_gate_knows_every_profile(without: Path, gold: Path, tmp_path: Path) -> None:
    shipped, plain = load_bundle(), load_bundle(without)
    passages = read_gold(gold, shipped.scheme)
    mute = tmp_path / "mute"  # its fast profile tags next to nothing, and its cascade believes it
    shutil.copytree(shipped.path, mute)
    save_thresholds(mute / FAST_FOLDER, dict.fromkeys(shipped.scheme.ids, Threshold(accept=0.999, review=0.5)))
    (mute / FAST_FOLDER / CASCADE_FILE).write_text('{"settle": 0.999}', encoding="utf-8")
    finish(mute, content_of(mute), ["fast"])

    def refused(challenger: Bundle, champion: Bundle | None) -> list[str]:
        verdict = gate(challenger, champion, passages, Bounds(calibration=1, parity=1), resamples=300)
        asked = [check.name for check in verdict.checks]
        assert ("cascade" in asked, "fast: all labels" in asked) == (("fast" in challenger.manifest),) * 2
        return [check.name for check in verdict.checks if not check.passed]

    assert refused(shipped, shipped) == refused(shipped, plain) == refused(plain, None) == []
    assert refused(plain, shipped) == ["profiles fast, cascade"]
    worse = refused(load_bundle(mute), shipped)
    assert {"fast: all labels", "fast: residential_building", "cascade"} <= set(worse)
    assert all(name.startswith(("fast: ", "cascade")) for name in worse)
    assert refused(load_bundle(mute), None) == ["cascade"]
