from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ihlclass.cli.labels_cmd import app
from ihlclass.errors import EXIT_INVALID_DATA, DataError, UsageError
from ihlclass.labels import LabelScheme, check_scheme, load_scheme
from ihlclass.resources import resource

CORE = ("medical_facility", "residential_building", "dormitory", "shopping_mall")
CROSSWALKS = ("acled-infrastructure", "bayanat", "bellingcat-civilian-harm-ukraine", "insecurity-insight", "who-ssa")
GROUPS = {
    "harm": 7, "victims": 5, "means": 9, "conduct": 9, "military_context": 3, "stance": 3, "evidence": 6, "legal": 2,
}  # fmt: skip
IMPLYING = {"harm", "victims", "means", "conduct"}


@pytest.fixture(scope="module")
def scheme() -> LabelScheme:
    return load_scheme()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource("labels"), tmp_path / "labels"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


# --- the shipped scheme


def test_sixty_eight_labels(scheme: LabelScheme) -> None:
    assert (len(scheme.ids), len(scheme.objects), len(scheme.indicators)) == (68, 23, 44)
    assert scheme.ids == (*scheme.objects, *scheme.indicators, "incident")
    assert tuple(x.id for x in scheme.labels if x.status == "core") == CORE
    assert [x.id for x in scheme.labels if x.status == "control"] == ["military_objective"]
    assert {g: sum(x.group == g for x in scheme.labels) for g in GROUPS} == GROUPS


def test_labels_order_and_facets_are_those_of_the_guide(root: Path, scheme: LabelScheme) -> None:
    guide = root.parent / "shared" / "LABELS.md"
    if not guide.is_file():
        pytest.skip("the guide is not beside this checkout")
    objects, _, indicators = guide.read_text(encoding="utf-8").split("## The relevance")[0].partition("## Indicators")
    row = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)
    assert tuple(row.findall(objects)) == scheme.objects
    assert tuple(row.findall(indicators)) == scheme.indicators


def test_every_label_is_fully_described(scheme: LabelScheme) -> None:
    for label in scheme.labels:
        assert len(label.examples) >= 2 and len(label.counter_examples) >= 2, label.id
        assert label.includes and label.excludes, label.id
        assert label.definition.endswith(".") and ". " not in label.definition, label.id


def test_no_example_stands_twice(scheme: LabelScheme) -> None:
    texts = [text for label in scheme.labels for text in (*label.examples, *label.counter_examples)]
    assert len(texts) == len(set(texts))


def test_labels_named_in_texts_exist(scheme: LabelScheme) -> None:
    for label in scheme.labels:
        for text in (*label.includes, *label.excludes, *label.boundaries, label.definition, label.legal.note):
            assert set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text)) <= set(scheme.ids), (label.id, text)


def test_what_implies_an_incident(scheme: LabelScheme) -> None:
    for label in scheme.labels:
        expected = (label.facet == "object" and label.status != "control") or label.group in IMPLYING
        assert scheme.implies[label.id] == (("incident",) if expected else ()), label.id
    assert scheme.close(["dormitory", "attribution"]) == {"dormitory", "attribution", "incident"}
    assert scheme.close([]) == frozenset()


def test_legal_anchors_keep_the_kinds_of_conflict_apart(scheme: LabelScheme) -> None:
    hospital, flat = scheme["medical_facility"].legal, scheme["residential_building"].legal
    assert (hospital.rome_statute_iac, hospital.rome_statute_niac) == (("(b)(ix)", "(b)(xxiv)"), ("(e)(ii)", "(e)(iv)"))
    assert "(b)(ii)" in flat.rome_statute_iac and "no crime for objects as such" in flat.note
    assert len(scheme.limits) == 2
    for label in scheme.labels:
        assert not [x for x in label.legal.rome_statute_niac if x.startswith(("(a)", "(b)"))], label.id
        assert not [x for x in label.legal.rome_statute_iac if x.startswith(("(c)", "(e)"))], label.id


def test_an_unknown_label_names_the_nearest(scheme: LabelScheme) -> None:
    with pytest.raises(DataError, match="did you mean medical_facility"):
        scheme["medical_facilty"]
    with pytest.raises(DataError, match="no label 'hospitals'"):
        scheme.close(["hospitals"])


def test_loading_is_quick() -> None:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load_scheme(resource("labels"))
        times.append(time.perf_counter() - start)
    assert min(times) < 0.15  # five times what an idle laptop needs


def test_importing_the_labels_loads_neither_typer_nor_numpy() -> None:
    code = "import sys, ihlclass.labels; print(*{'typer', 'rich', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []


# --- digest


def test_the_digest_does_not_see_layout(copy: Path, scheme: LabelScheme) -> None:
    path = copy / "objects.toml"
    rewritten = "# another comment\n"
    for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        legal = table.pop("legal")
        rewritten += f"[{name}.legal]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in legal.items())
        rewritten += f"[{name}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in reversed(table.items()))
    path.write_text(rewritten, encoding="utf-8")
    assert load_scheme(copy).digest == scheme.digest


def test_the_digest_does_not_see_crosswalks(copy: Path, scheme: LabelScheme) -> None:
    shutil.rmtree(copy / "crosswalks")
    assert load_scheme(copy).digest == scheme.digest
    assert load_scheme(copy).crosswalks() == ()


@pytest.mark.parametrize(("old", "new"), [("fertility clinic", "fertility centre"), ('"(e)(ii)"', '"(e)(iii)"'),
                                          ('implies = ["incident"]', "implies = []")])  # fmt: skip
def test_the_digest_sees_content(copy: Path, scheme: LabelScheme, old: str, new: str) -> None:
    edit(copy / "objects.toml", old, new)
    assert load_scheme(copy).digest != scheme.digest


# --- check: fires on each planted fault, and not on the shipped scheme


def test_check_is_silent_on_the_shipped_scheme() -> None:
    assert check_scheme(resource("labels")) == []


def in_objects(old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: edit(folder / "objects.toml", old, new)


def repeat_a_table(folder: Path) -> None:
    table = (
        "[dormitory]" + (folder / "objects.toml").read_text().split("\n[dormitory]")[1].split("\n[shopping_mall]")[0]
    )
    with (folder / "scheme.toml").open("a") as file:
        file.write("\n" + table)


def keep_one_example(folder: Path) -> None:
    path = folder / "objects.toml"
    path.write_text(
        re.sub(r"^examples = \[.*?^\]", 'examples = ["One."]', path.read_text(), count=1, flags=re.S | re.M)
    )


def share_an_example(folder: Path) -> None:
    path = folder / "objects.toml"
    shared = 'examples = ["One.", "Two."]\ncounter_examples = ["Two.", "Three."]'
    found = r"^examples = \[.*?^\]\ncounter_examples = \[.*?^\]"
    path.write_text(re.sub(found, shared, path.read_text(), count=1, flags=re.S | re.M))


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "file missing": (lambda f: (f / "objects.toml").unlink(), r"objects\.toml: cannot be read"),
    "not toml": (in_objects("[dormitory]", "[dormitory"), r"objects\.toml: not valid TOML"),
    "not utf-8": (lambda f: (f / "objects.toml").write_bytes(b"\xff"), "not valid TOML"),
    "key missing": (in_objects('title = "Dormitory"\n', ""), r"\[dormitory\]: lacks title"),
    "key unknown": (in_objects('title = "Dormitory"', 'titel = "D"\ntitle = "D"'), r"\[dormitory\]: unknown key titel"),
    "wrong type": (in_objects('title = "Dormitory"', "title = 3"), r"\[dormitory\]: title must be a string"),
    "blank": (in_objects('title = "Dormitory"', 'title = " "'), r"\[dormitory\]: title must be a string"),
    "string for list": (in_objects('implies = ["incident"]', 'implies = "incident"'), "implies must be a list"),
    "not a table": (in_objects("[medical_facility]", "stray = 1\n\n[medical_facility]"), r"\[stray\]: must be a table"),
    "no anchors": (in_objects("[dormitory.legal]", "[dormitory.law]"), r"\[dormitory\]: lacks the table legal"),
    "anchor missing": (in_objects('treaties = ["AP I 52"]\n', ""), "legal: lacks treaties"),
    "anchor unknown": (in_objects("[dormitory.legal]", "[dormitory.legal]\ncihl = []"), "legal: unknown key cihl"),
    "wrong facet": (in_objects('facet = "object"', 'facet = "thing"'), "facet must be 'object'"),
    "wrong status": (in_objects('status = "core"', 'status = "main"'), "status must be one of"),
    "unknown implied": (in_objects('implies = ["incident"]', 'implies = ["event"]'), "implies 'event', which"),
    "id twice in a file": (in_objects("[dormitory]", "[medical_facility]"), "not valid TOML: Cannot declare"),
    "id twice in two files": (repeat_a_table, r"scheme\.toml: \[dormitory\]: the id stands twice, first in .*objects"),
    "one example": (keep_one_example, r"\[medical_facility\]: needs two or more examples"),
    "shared example": (share_an_example, "an example stands among the counter_examples"),
    "no version": (lambda f: edit(f / "scheme.toml", 'version = "1.0.0"\n', ""), r"scheme\.toml: lacks version"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_check_fires_on_each_fault(copy: Path, fault: str) -> None:
    plant, words = FAULTS[fault]
    plant(copy)
    assert [problem for problem in check_scheme(copy) if re.search(words, problem)]
    with pytest.raises(DataError, match=words) as caught:
        load_scheme(copy)
    assert caught.value.exit_code == EXIT_INVALID_DATA


CROSSWALK_FAULTS = {
    "a label left out": ('  "media_facility",\n', "", "media_facility is neither mapped nor under no_counterpart"),
    "a label in both": (
        '  "media_facility",\n',
        '  "media_facility",\n  "medical_facility",\n',
        "is mapped and stands",
    ),
    "an unknown label": ('"medical_transport"', '"ambulance"', "the scheme has no label 'ambulance'"),
    "an unknown match": ('match = "exact"', 'match = "same"', "entry 1: match must be one of"),
    "nothing mapped": ('ours = ["medical_facility"]', "ours = []", "goes with an empty 'ours'"),
    "a key missing": ("confidence = ", "trust = ", "lacks confidence"),
    "a key of an entry missing": ('theirs = "resource: facilities"\n', "", "entry 1: lacks theirs"),
    "a key unknown": ("as_of = ", "as_off = 1\nas_of = ", "unknown key as_off"),
    "not toml": ("[[entry]]", "[[entry", "cannot be read as TOML"),
}


@pytest.mark.parametrize("fault", CROSSWALK_FAULTS)
def test_check_fires_on_each_crosswalk_fault(copy: Path, fault: str) -> None:
    old, new, words = CROSSWALK_FAULTS[fault]
    edit(copy / "crosswalks" / "who-ssa.toml", old, new)
    found = check_scheme(copy)
    assert [problem for problem in found if re.search(rf"who-ssa\.toml: .*{words}", problem)], found
    with pytest.raises(DataError, match=words):
        load_scheme(copy).crosswalks()


def test_check_lists_every_problem(copy: Path) -> None:
    edit(copy / "objects.toml", 'title = "Dormitory"\n', "")
    edit(copy / "indicators.toml", 'title = "Pillage"\n', "")
    edit(copy / "crosswalks" / "who-ssa.toml", '  "media_facility",\n', "")
    assert len(check_scheme(copy)) == 3


# --- crosswalks


def test_crosswalks_cover_every_label(scheme: LabelScheme) -> None:
    crosswalks = scheme.crosswalks()
    assert tuple(c.id for c in crosswalks) == CROSSWALKS
    for crosswalk in crosswalks:
        mapped = {label for entry in crosswalk.entries for label in entry.ours}
        assert mapped | set(crosswalk.no_counterpart) == set(scheme.ids)
        assert len({entry.theirs for entry in crosswalk.entries}) == len(crosswalk.entries), crosswalk.id
        assert "checked" in crosswalk.confidence.lower(), crosswalk.id


def test_a_dormitory_is_residential_for_acled(scheme: LabelScheme) -> None:
    acled = scheme.crosswalks()[CROSSWALKS.index("acled-infrastructure")]
    assert [e.theirs for e in acled.for_label("dormitory")] == ["tag: residential infrastructure"]
    assert "shopping_mall" in acled.no_counterpart


# --- command line


def test_cli_list() -> None:
    rows = json.loads(run("list", "--format", "json", "--facet", "object", "--group", "dwelling"))
    assert [row["id"] for row in rows] == ["residential_building", "dormitory"]
    table = list(csv.DictReader(io.StringIO(run("list", "--format", "csv"))))
    assert [row["id"] for row in table] == list(load_scheme().ids)
    plain = run("list").splitlines()
    assert len(plain) == 68 and plain[0].split() == ["medical_facility", "object", "health", "core"]


def test_cli_list_names_the_groups_that_exist() -> None:
    failed = CliRunner().invoke(app, ["list", "--group", "harms"]).exception
    assert isinstance(failed, UsageError) and "harm" in str(failed)


def test_cli_show(scheme: LabelScheme) -> None:
    text = run("show", "dormitory")
    for words in ("hall of residence", "Excludes:", "Boundaries:", "Examples:", "Counter-examples:", "Implies:",
                  "Rome Statute, IAC:    (b)(ii)", "Rome Statute, NIAC:   (e)(i)", *scheme.limits,
                  "tag: residential infrastructure", "affected health resources: no counterpart"):  # fmt: skip
        assert words in text
    record = json.loads(run("show", "dormitory", "--format", "json"))
    assert record["crosswalks"]["acled-infrastructure"][0]["match"] == "broader"
    assert record["legal_limits"] == list(scheme.limits)


@pytest.mark.parametrize("label", load_scheme().ids)
def test_cli_shows_every_label(label: str) -> None:
    assert run("show", label).startswith(f"{label}: ")


def test_cli_show_raises_for_an_unknown_label() -> None:
    assert isinstance(CliRunner().invoke(app, ["show", "dormitry"]).exception, DataError)


def test_cli_check(copy: Path) -> None:
    assert "valid: 68 labels, 5 crosswalks" in run("check")
    assert "valid: 68 labels" in run("check", str(copy))
    edit(copy / "objects.toml", 'title = "Dormitory"\n', "")
    edit(copy / "indicators.toml", 'title = "Pillage"\n', "")
    done = CliRunner().invoke(app, ["check", str(copy)])
    assert done.exit_code == EXIT_INVALID_DATA
    assert "[dormitory]: lacks title" in done.stdout and "[pillage]: lacks title" in done.stdout
