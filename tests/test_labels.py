from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ihlclass.cli.labels_cmd import app
from ihlclass.crosswalks import load_crosswalks
from ihlclass.errors import EXIT_INVALID_DATA, DataError
from ihlclass.labels import LabelScheme, load_scheme
from ihlclass.resources import resource

CORE = ["medical_facility", "residential_building", "dormitory", "shopping_mall"]


@pytest.fixture
def scheme() -> LabelScheme:
    return load_scheme()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource("labels"), tmp_path / "labels"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_sixty_eight_labels(scheme: LabelScheme) -> None:
    assert len(scheme.ids) == 68
    assert (len(scheme.objects), len(scheme.indicators)) == (23, 44)
    assert scheme.ids == (*scheme.objects, *scheme.indicators, "incident")
    assert [x.id for x in scheme.labels if x.status == "core"] == CORE
    assert [x.id for x in scheme.labels if x.status == "control"] == ["military_objective"]


def test_the_labels_are_those_of_the_guide(root: Path, scheme: LabelScheme) -> None:
    guide = root.parent / "shared" / "LABELS.md"
    if not guide.is_file():
        pytest.skip("the guide is not beside this checkout")
    text = guide.read_text(encoding="utf-8")
    for label in scheme.ids:
        assert f"`{label}`" in text


def test_every_label_is_fully_described(scheme: LabelScheme) -> None:
    for label in scheme.labels:
        assert len(label.examples) >= 2 and len(label.counter_examples) >= 2, label.id
        assert label.includes and label.excludes, label.id
        assert not set(label.examples) & set(label.counter_examples), label.id


def test_what_implies_an_incident(scheme: LabelScheme) -> None:
    groups = {"harm", "victims", "means", "conduct"}
    for label in scheme.labels:
        expected = label.facet == "object" or label.group in groups
        assert ("incident" in scheme.implies[label.id]) == expected, label.id
    assert scheme.close(["dormitory"]) == {"dormitory", "incident"}
    assert scheme.close(["attribution"]) == {"attribution"}


def test_legal_anchors_keep_the_kinds_of_conflict_apart(scheme: LabelScheme) -> None:
    hospital = scheme["medical_facility"].legal
    assert hospital.rome_statute_iac == ("(b)(ix)", "(b)(xxiv)")
    assert hospital.rome_statute_niac == ("(e)(ii)", "(e)(iv)")
    assert "AP II 11" in hospital.treaties
    assert len(scheme.limits) == 2


def test_an_unknown_label_names_the_nearest(scheme: LabelScheme) -> None:
    with pytest.raises(DataError, match="did you mean medical_facility"):
        scheme["medical_facilty"]


def test_the_digest_sees_content_and_not_layout(copy: Path, scheme: LabelScheme) -> None:
    path = copy / "objects.toml"
    path.write_text("# another comment\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_scheme(copy).digest == scheme.digest
    edit(path, "fertility clinic", "fertility centre")
    assert load_scheme(copy).digest != scheme.digest


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "file missing": (lambda f: (f / "objects.toml").unlink(), r"objects\.toml: cannot be read"),
    "not toml": (lambda f: edit(f / "objects.toml", "[dormitory]", "[dormitory"), "not valid TOML"),
    "key missing": (lambda f: edit(f / "objects.toml", 'title = "Dormitory"\n', ""), r"\[dormitory\]: lacks title"),
    "key unknown": (
        lambda f: edit(f / "objects.toml", 'title = "Dormitory"', 'titel = "Dormitory"'),
        "unknown key titel",
    ),
    "wrong type": (lambda f: edit(f / "objects.toml", 'title = "Dormitory"', "title = 3"), "title must be a string"),
    "wrong facet": (
        lambda f: edit(f / "objects.toml", 'facet = "object"', 'facet = "thing"'),
        "facet must be 'object'",
    ),
    "wrong status": (lambda f: edit(f / "objects.toml", 'status = "core"', 'status = "main"'), "status must be one of"),
    "unknown implied": (
        lambda f: edit(f / "objects.toml", 'implies = ["incident"]', 'implies = ["event"]'),
        "implies 'event', which the scheme does not have",
    ),
    "id twice": (
        lambda f: (f / "scheme.toml").write_text(
            (f / "scheme.toml").read_text() + "\n" + (f / "objects.toml").read_text().split("\n\n[residential")[0]
        ),
        "the id stands twice",
    ),
    "no version": (lambda f: edit(f / "scheme.toml", 'version = "1.0.0"\n', ""), "version must be a str"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_check_fires_on_each_fault(copy: Path, fault: str) -> None:
    plant, words = FAULTS[fault]
    plant(copy)
    with pytest.raises(DataError, match=words) as caught:
        load_scheme(copy)
    assert caught.value.exit_code == EXIT_INVALID_DATA


def test_crosswalks_cover_every_label(scheme: LabelScheme) -> None:
    crosswalks = {c.id: c for c in load_crosswalks(scheme)}
    assert set(crosswalks) == {
        "acled-infrastructure", "bayanat", "bellingcat-civilian-harm-ukraine", "insecurity-insight", "who-ssa",
    }  # fmt: skip
    assert crosswalks["acled-infrastructure"].for_label("dormitory")[0].theirs == "Infrastructure tag: residential"


CROSSWALK_FAULTS = {
    "a label left out": ('  "incident",\n', "", "incident is neither mapped nor under no_counterpart"),
    "an unknown label": ('"medical_transport"', '"ambulance"', "the scheme has no label 'ambulance'"),
    "an unknown match": ('match = "exact"', 'match = "same"', "match must be one of"),
    "a key missing": ("confidence = ", "trust = ", "lacks confidence"),
    "not toml": ("[[entry]]", "[[entry", "not readable as TOML"),
}


@pytest.mark.parametrize("fault", CROSSWALK_FAULTS)
def test_check_fires_on_each_crosswalk_fault(copy: Path, fault: str) -> None:
    old, new, words = CROSSWALK_FAULTS[fault]
    edit(copy / "crosswalks" / "who-ssa.toml", old, new)
    with pytest.raises(DataError, match=words):
        load_crosswalks(load_scheme(copy))


def test_cli_list() -> None:
    run = CliRunner().invoke(app, ["list", "--format", "json", "--facet", "object"])
    assert [row["id"] for row in json.loads(run.stdout)] == list(load_scheme().objects)
    assert len(CliRunner().invoke(app, ["list", "--format", "csv"]).stdout.splitlines()) == 69
    assert "medical_facility" in CliRunner().invoke(app, ["list"]).stdout


def test_cli_show_has_definition_boundaries_anchors_and_crosswalks() -> None:
    text = CliRunner().invoke(app, ["show", "dormitory"]).stdout
    for words in ("hall of residence", "Excludes:", "Boundaries:", "Rome Statute 8(2), IAC", "NIAC", "Limit:", "ACLED",
                  "WHO Surveillance System for Attacks on Health Care (SSA): no counterpart"):  # fmt: skip
        assert words in text
    record = json.loads(CliRunner().invoke(app, ["show", "dormitory", "--json"]).stdout)
    assert record["crosswalks"]["acled-infrastructure"][0]["match"] == "broader"


def test_cli_check(copy: Path) -> None:
    assert "68 labels, 5 crosswalks" in CliRunner().invoke(app, ["check"]).stdout
    edit(copy / "objects.toml", 'title = "Dormitory"\n', "")
    assert isinstance(CliRunner().invoke(app, ["check", str(copy)]).exception, DataError)
