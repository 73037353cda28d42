"""A label scheme of one's own: copied, changed, trained on, and travelling with the bundle."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from helpers_cli import ihlclass
from helpers_training import quick

from ihlclass.bundle import SCHEME_FOLDER, load_bundle
from ihlclass.classifier import Classifier
from ihlclass.labels import LabelScheme, load_scheme
from ihlclass.training.run import train
from ihlclass.verify import verify

BAKERY = """
[bakery]
title = "Bakery"
facet = "object"
group = "supply"
status = "standard"
definition = "A bakery, or a queue for bread in front of one, is reported as harmed."
includes = ["bakery"]
excludes = ["a baker hurt elsewhere"]
boundaries = []
examples = ["A shell hit the bakery in Velin.", "The bread factory burnt down after the strike."]
counter_examples = ["Bread is dear in Velin.", "The baker said that he heard the planes."]
implies = ["incident", "food_agriculture"]

[bakery.legal]
rome_statute_iac = []
rome_statute_niac = []
customary_ihl = ["54"]
treaties = []
"""


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> LabelScheme:
    folder = tmp_path_factory.mktemp("own") / "labels"
    copied = ihlclass("labels", "copy", folder)
    assert copied.returncode == 0, copied.stderr
    with (folder / "objects.toml").open("a", encoding="utf-8") as file:
        file.write(BAKERY)
    return load_scheme(folder)


@pytest.fixture(scope="module")
def data(scheme: LabelScheme, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the project's passages, and forty about bakeries."""
    lines = (root / "seeds/passages/passages-60.jsonl").read_text(encoding="utf-8").splitlines()[:160]
    labels = sorted(scheme.close(["bakery", "artillery_or_rocket_fire"]))
    for number in range(40):
        text = f"Shells fell on the bakery of quarter {number} while people stood in line for bread."
        lines.append(json.dumps({"id": f"b{number}", "text": text, "labels": labels, "group": f"b{number}"}))
    path = tmp_path_factory.mktemp("data") / "mine.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bundle(scheme: LabelScheme, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = quick(data, tmp_path_factory.mktemp("made") / "bundle")
    config = replace(config, labels=replace(config.labels, scheme=str(scheme.folder), parents={}))
    return train(config, tracked=False).bundle


def test_the_scheme_travels_with_the_bundle(bundle: Path, scheme: LabelScheme) -> None:
    loaded = load_bundle(bundle)
    assert loaded.scheme.digest == scheme.digest != load_scheme().digest
    assert "bakery" in loaded.scheme.objects
    assert (bundle / SCHEME_FOLDER / "objects.toml").is_file()
    classifier = Classifier(loaded)
    assert verify(classifier).passed
    text = "On Monday shells fell on the bakery of Velin while people stood in line for bread."
    tags = next(iter(classifier.tag([text])))
    assert {"bakery", "food_agriculture", "incident"} <= set(tags.labels)
    assert "bakery" in classifier.classify_text(text)[0].objects


def test_the_commands_take_it(bundle: Path, scheme: LabelScheme, data: Path, tmp_path: Path) -> None:
    checked = ihlclass("data", "check", data, "--no-models", "--scheme", scheme.folder)
    assert "D101" not in checked.stdout, checked.stdout
    assert "labels that the scheme does not have: bakery" in ihlclass("data", "check", data, "--no-models").stdout
    report = "On Monday shells fell on the bakery of Velin while people stood in line for bread.\n"
    (tmp_path / "report.txt").write_text(report)
    done = ihlclass("classify", tmp_path / "report.txt", "-o", tmp_path / "out", "-b", bundle)
    assert done.returncode == 0, done.stderr
    assert "bakery" in (tmp_path / "out" / "incidents.jsonl").read_text()
    assert ihlclass("evaluate", bundle, data, "--resamples", "0").returncode == 0
    other = ihlclass("compare", "default", bundle, data)
    assert other.returncode == 2
    assert "different label schemes" in other.stderr


def test_a_changed_scheme_in_a_bundle_is_refused(bundle: Path, tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(bundle, tmp_path / "copy"))
    path = copy / SCHEME_FOLDER / "objects.toml"
    path.write_text(path.read_text().replace("A bakery, or a queue", "A queue"))
    done = ihlclass("model", "verify", copy)
    assert done.returncode == 5
    assert "objects.toml: altered" in done.stderr


def test_a_copy_goes_into_a_new_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = ihlclass("labels", "copy", tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_going_on_from_the_shipped_bundle_adds_a_label_and_keeps_the_others(
    scheme: LabelScheme, data: Path, tmp_path: Path
) -> None:
    config = quick(data, tmp_path / "made", epochs=1)
    config = replace(
        config,
        labels=replace(config.labels, scheme=str(scheme.folder), parents={}, few="leave_out", min_positives=20),
        encoder=replace(config.encoder, sources=["bundle:default"], sha256="", backend="sentence-transformers"),
        fine_tuning=replace(config.fine_tuning, learning_rate=1e-4),  # as docs/training.md has it
        calibration=replace(config.calibration, scored_folds=0, refit=True),
    )
    result = train(config, tracked=False)
    bundle = load_bundle(result.bundle)
    assert verify(Classifier(bundle)).passed
    said = list(
        bundle.tag(
            [
                "On Monday shells fell on the bakery of Velin while people stood in line for bread.",
                "A missile hit the hospital of Orlovo, killing two nurses, the mayor said.",
                "The cup final was put off because of rain.",
            ]
        )
    )
    assert {"bakery", "food_agriculture", "incident"} <= set(said[0].labels)
    assert {"medical_facility", "missile_strike", "civilians_killed"} <= set(said[1].labels)
    assert not said[2].labels
    assert not bundle.manifest["few_labels"]["left_out"]  # the shipped bundle knows those that are rare here
    start = bundle.manifest["training"]["start"]
    assert "bakery" not in start["kept"] and "medical_facility" in start["kept"]
    assert start["label_passages"]["bakery"] == 200 < start["label_passages"]["medical_facility"]
    assert any("passages are not held out" in warning for warning in result.warnings)
