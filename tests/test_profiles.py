"""Profiles: a fast model and a cascade beside the accurate one, in the same bundle."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers_cli import ihlclass
from helpers_training import quick

from ihlclass.bundle import FAST_FOLDER, Cascade, default_bundle, read_settle, seal
from ihlclass.classifier import Classifier, load
from ihlclass.errors import BundleError, DataError, UsageError
from ihlclass.labels import load_scheme
from ihlclass.training.fast import distil
from ihlclass.training.operating_point import CANDIDATES, choose_settle
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
    asked = profiles["fast"].probabilities(TEXTS).max(axis=1) >= cascade.settle
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
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    seal(folder, {k: v for k, v in content.items() if k not in ("protocol", "files", "digest", "fast")})
    return folder


def test_a_bundle_without_one(without: Path) -> None:
    assert [*load(without).tag(TEXTS)] == [*load().tag(TEXTS)]
    with pytest.raises(
        UsageError, match="has no fast profile, which cascade needs; make one with 'ihlclass model distil'"
    ):
        load(without, profile="cascade")
    done = ihlclass("tag", "-", "--bundle", without, "--profile", "fast", stdin="")
    assert done.returncode == 2 and "has no fast profile" in done.stderr


def test_a_damaged_operating_point(tmp_path: Path) -> None:
    for content in ("{", "{}", '{"settle": 2}', '{"settle": "x"}'):
        (tmp_path / "cascade.json").write_text(content, encoding="utf-8")
        with pytest.raises(BundleError, match="not readable as the operating point"):
            read_settle(tmp_path)


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
    mall = scheme.ids.index("shopping_mall")
    gold = np.zeros((1000, 68), dtype=np.int8)
    for column in range(68):
        gold[column * 12 : column * 12 + 12, column] = 1
    fast, sure = gold.copy(), np.where(gold == 1, 0.9, 0.0001)
    for missed, tolerated, kept in ((1, 0.0001, False), (2, 0.2, False), (2, 0.01, True), (3, 0.2, True)):
        malls = slice(mall * 12, mall * 12 + missed)  # of twelve malls some are missed, and look like nothing
        fast[malls, mall], sure[malls, mall] = 0, 0.005
        tolerated = max(tolerated, 0.005)  # what it costs of macro F1 is less
        assert (choose_settle(gold, sure, fast, gold, scheme, tolerated) <= 0.005) == kept, (missed, tolerated)
    few = gold.copy()
    few[mall * 12 : mall * 12 + 5] = 0
    assert choose_settle(few, sure, fast, few, scheme, 0.1) == 0.0, "with seven malls a loss could not be seen"


def test_the_operating_point_loses_no_more_than_is_tolerated() -> None:
    scheme = load_scheme()
    draw = np.random.default_rng(1)
    gold = (draw.random((400, 68)) < 0.1).astype(np.int8)
    gold[200:] = 0
    nothing = np.zeros_like(gold)
    sure = np.where(gold == 1, 0.9, 0.0001)
    assert choose_settle(gold, sure, gold, gold, scheme, 0.0) == CANDIDATES[0]
    blind = np.full(gold.shape, 0.01)  # the fast profile finds nothing, and cannot tell where: all are handed on
    settle = choose_settle(gold, blind, nothing, gold, scheme, 0.003)
    assert settle <= 0.01
    assert choose_settle(gold, np.zeros(gold.shape), nothing, gold, scheme, 0.003) == 0.0


@pytest.fixture
def sample(root: Path, tmp_path: Path) -> Path:
    """A hundred of the project's passages, whole files' first ones."""
    lines: list[str] = []
    for file in sorted((root / "seeds" / "passages").glob("*.jsonl")):
        lines += file.read_text(encoding="utf-8").splitlines()[:25]
    path = tmp_path / "sample.jsonl"
    path.write_text("\n".join(lines[:100]) + "\n", encoding="utf-8")
    return path


def test_train_and_distil_make_one(tmp_path: Path, sample: Path) -> None:
    plain = train(quick(sample, tmp_path / "plain"), tracked=False)
    config = quick(sample, tmp_path / "with", fast=True)
    made = train(config, tracked=False)
    figures = json.loads((made.bundle / "manifest.json").read_text(encoding="utf-8"))["fast"]
    assert set(figures["metrics"]) == {"accurate", "fast", "cascade"} and 0 <= figures["settle"] <= 1
    assert "## Profiles" in (made.bundle / "MODEL_CARD.md").read_text(encoding="utf-8")
    later, _ = distil(load(plain.bundle).bundle, tmp_path / "later", config)
    for name in ("encoder/model.onnx", "thresholds.json", "cascade.json"):
        assert (later.path / FAST_FOLDER / name).read_bytes() == (made.bundle / FAST_FOLDER / name).read_bytes()
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
