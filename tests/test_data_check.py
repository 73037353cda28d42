"""The check of labelled passages: every finding fires where it should and is silent where it should not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers_cli import ihlclass

from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.errors import UsageError
from ihlclass.labels import load_scheme
from ihlclass.training.check import CheckResult, check_data
from ihlclass.training.check.coverage import Bars, load_bars
from ihlclass.training.check.findings import CODES

#: No bar at all: nothing that is counted is too little.
NONE = replace(
    load_bars(),
    positives=0, core_positives=0, hard_negatives=0, unlabelled=0, style_share=0.0, conflict_share=1.0,
    label_in_one_share=1.0, labels_per_incident=0, alike_share=1.1, giveaway_f1=1.0,
)  # fmt: skip

#: Different things, different events.
TEXTS = [
    "Shells struck the maternity ward in Velin, killing two nurses.",
    "The finance committee postponed its vote on the harbour tax.",
    "A drone set fire to a grain silo outside Orlovo.",
    "Wheat prices fell for a third week in the southern provinces.",
]


def row(number: int, text: str, labels: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"id": f"p{number}", "text": text, "labels": list(labels), "group": f"g{number}", **more}


def check(
    tmp_path: Path, rows: list[Any], bars: Bars = NONE, encoder: Any = None, apart_from: tuple[str, ...] = ()
) -> CheckResult:
    path = tmp_path / "data.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8")
    return check_data([path], load_scheme(), bars, encoder, apart_from=apart_from)


def codes(result: CheckResult) -> set[str]:
    return {finding.code for finding in result.findings}


GOOD = [row(i, text) for i, text in enumerate(TEXTS)]
HOSPITAL = ("medical_facility", "incident")


def test_a_good_set_has_no_finding(tmp_path: Path, encoder: SentenceTransformerEncoder) -> None:
    result = check(tmp_path, GOOD, encoder=encoder, apart_from=("Quite another sentence about cheese.",))
    assert codes(result) == set()
    assert result.errors == 0


@pytest.mark.parametrize(
    "line",
    [
        "{",
        row(9, "x", ("hospital",)),
        row(9, "x", ("dormitory",)),
        row(9, "x", near=["hospital"]),
        row(9, "x", HOSPITAL, near=["medical_facility"]),
        row(1, "x"),
    ],
)
def test_every_broken_line_is_named_and_the_rest_is_checked(tmp_path: Path, line: Any) -> None:
    result = check(tmp_path, [*GOOD, line, "{"])
    assert [f.code for f in result.findings] == ["D101", "D101"]
    assert "data.jsonl:5" in result.findings[0].message and "data.jsonl:6" in result.findings[1].message
    assert result.facts["passages"] == len(GOOD)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("D201", {"positives": 1}),
        ("D201", {"core_positives": 1}),
        ("D202", {"hard_negatives": 1}),
        ("D203", {"unlabelled": 5}),
        ("D207", {"labels_per_incident": 3}),
    ],
)
def test_too_few(tmp_path: Path, code: str, change: dict[str, int]) -> None:
    rows = [*GOOD, row(7, "The clinic was hit.", HOSPITAL)]
    assert codes(check(tmp_path, rows)) == set()
    result = check(tmp_path, rows, replace(NONE, **change))
    assert codes(result) == {code}
    assert result.errors == 0


def test_balance(tmp_path: Path) -> None:
    rows = [
        row(i, f"text {i}", HOSPITAL, style=("wire", "log", "un")[i % 3], conflict=("a", "b", "c")[i % 3])
        for i in range(12)
    ]
    bars = replace(NONE, style_share=0.2, conflict_share=0.5, label_in_one_share=0.6)
    assert codes(check(tmp_path, rows, bars)) == set()
    for r in rows[:8]:
        r["style"] = r["conflict"] = "a"
    assert codes(check(tmp_path, rows, bars)) == {"D204", "D205", "D206"}


def test_copies(tmp_path: Path, encoder: SentenceTransformerEncoder) -> None:
    near = row(7, "Shells struck the maternity ward in Velin, killing two nurses", HOSPITAL)
    found = check(tmp_path, [*GOOD, near], replace(NONE, alike_share=0.005), encoder)
    assert codes(found) == {"D102", "D302"}
    assert found.errors == 1
    alike = row(7, "Shells struck a maternity ward in Velin and killed two of its nurses.")
    assert "D301" in codes(check(tmp_path, [*GOOD, alike], encoder=encoder))
    same_event = {**alike, "group": "g0"}
    assert codes(check(tmp_path, [*GOOD, same_event], encoder=encoder)) == set()


def test_templates(tmp_path: Path, encoder: SentenceTransformerEncoder) -> None:
    frame = "after the long night the people of the town went out and saw {} {} {}"
    fillings = [
        ("burning", "oil", "tanks"), ("happy", "new", "brides"), ("the", "chess", "champion"), ("seventeen", "white", "cows"),
    ]  # fmt: skip
    rows = [row(i, frame.format(*words)) for i, words in enumerate(fillings)]
    bars = replace(NONE, near_copy_cosine=1.1)
    assert codes(check(tmp_path, rows, bars, encoder)) == {"D303"}
    assert codes(check(tmp_path, rows[:3], bars, encoder)) == set()


def test_overlap_with_an_evaluation_set(tmp_path: Path, encoder: SentenceTransformerEncoder) -> None:
    words = "He wrote that a drone set fire to a grain silo outside Orlovo, and much else about the harvest besides."
    assert "D304" in codes(check(tmp_path, GOOD, encoder=encoder, apart_from=(words,)))
    meaning = ("Shells hit the maternity ward in Velin, killing two nurses!",)
    assert "D304" in codes(check(tmp_path, GOOD, replace(NONE, near_copy_cosine=0.8), encoder, meaning))


def test_label_noise_and_giveaway_words(tmp_path: Path, encoder: SentenceTransformerEncoder) -> None:
    places = ["Velin", "Orlovo", "Brod", "Sarn", "Tal", "Minra", "Kesh", "Dol", "Ruma", "Vash", "Lena", "Pirot"]
    rows = []
    for i, place in enumerate(places):
        rows.append(row(2 * i, f"The hospital in {place} was shelled and its wards burnt.", HOSPITAL))
        rows.append(row(2 * i + 1, f"Bakers in {place} raised the price of bread again."))
    bars = replace(NONE, near_copy_cosine=1.1)
    assert codes(check(tmp_path, rows, bars, encoder)) == set()
    rows.append(row(99, "The hospital in Zorin was shelled and two wards burnt."))
    result = check(tmp_path, rows, replace(bars, giveaway_f1=0.6), encoder)
    assert codes(result) == {"D401", "D402"}
    assert any("p99" in f.passages for f in result.findings if f.code == "D401")


def test_findings_hold_no_text(tmp_path: Path, encoder: SentenceTransformerEncoder) -> None:
    rows = [*GOOD, row(7, TEXTS[0], HOSPITAL), row(8, "Zebras", ("zebra",))]
    told = json.dumps(check(tmp_path, rows, load_bars(), encoder, apart_from=(TEXTS[1],)).as_dict())
    for text in (*TEXTS, "Zebras"):
        assert text not in told


def test_bars_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "bars.toml"
    path.write_text("positives = 7\n")
    assert load_bars(path) == replace(load_bars(), positives=7)
    for content, words in (
        ("sea = 1", "unknown key sea"),
        ("positives = 2.5", "must be a whole number"),
        ("alike_share = -0.1", "must be a number, 0 or more"),
        ('positives = "x"', "must be a number"),
        ("=", "not valid"),
    ):
        path.write_text(content)
        with pytest.raises(UsageError, match=words):
            load_bars(path)
    with pytest.raises(UsageError, match="cannot be read"):
        load_bars(tmp_path / "none.toml")


def test_copies_and_overlap_are_found_without_a_model(tmp_path: Path) -> None:
    words = "He wrote that a drone set fire to a grain silo outside Orlovo, and much else about the harvest besides."
    assert codes(check(tmp_path, [*GOOD, row(7, TEXTS[0])], apart_from=(words,))) == {"D102", "D304"}


def test_odd_values_are_named_or_taken_as_absent(tmp_path: Path) -> None:
    rows = [
        row(0, TEXTS[0], style=None, conflict=None, near=None),
        '{"id": "p1", "text": "a \\ud83d", "labels": [], "group": "g"}',
    ]
    result = check(tmp_path, [*rows, '{"id": "p2", "text": "b", "labels": []}'])
    assert [f.code for f in result.findings] == ["D101", "D101"]
    assert "lone surrogate" in result.findings[0].message and "if unknown, repeat the id" in result.findings[1].message
    assert result.facts["styles"] == {"not said": 1}


def test_labels_in_too_few_groups_are_not_doubted(tmp_path: Path, encoder: SentenceTransformerEncoder) -> None:
    rows = [row(i, f"Shells hit hospital number {i} in district {i * 7}.", HOSPITAL) for i in range(12)]
    rows += [row(20 + i, f"Bread price number {i} rose by {i * 3} cents.") for i in range(12)]
    for r in rows:
        r["group"] = "one"
    assert not check(tmp_path, rows, NONE, encoder).labels


def test_every_code_stands_in_the_documentation(root: Path) -> None:
    text = (root / "docs" / "training.md").read_text(encoding="utf-8")
    for code, remedy in CODES.items():
        assert f"| {code} |" in text and remedy in text


def test_the_command(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text("".join(json.dumps(r) + "\n" for r in GOOD))
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": "Something else entirely, about opera."}) + "\n")

    done = ihlclass("data", "check", data, "--apart-from", gold, "--json", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr
    assert "4 passages, 4 groups, 4 without a label" in done.stdout
    assert json.loads((tmp_path / "out.json").read_text())["facts"]["passages"] == 4
    data.write_text("{\n" + data.read_text())
    done = ihlclass("data", "check", data, "--no-models")
    assert done.returncode == 4
    assert "data.jsonl:1: not valid JSON" in done.stdout
    gold.write_text("{}\n")
    done = ihlclass("data", "check", data, "--apart-from", gold)
    assert done.returncode == 4 and "gold.jsonl:1" in done.stderr
