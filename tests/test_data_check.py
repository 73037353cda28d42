"""The check of labelled passages: every finding fires where it should and is silent where it should not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers_cli import ihlclass
from scipy.sparse.csgraph import connected_components

from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.errors import UsageError
from ihlclass.labels import load_scheme
from ihlclass.training.check import CheckResult, check_data, overlap
from ihlclass.training.check.coverage import Bars, load_bars
from ihlclass.training.check.findings import CODES, shown
from ihlclass.training.check.overlap import check_copies
from ihlclass.training.check.vectors import embed
from ihlclass.training.data import LabelledPassage, read_passages
from ihlclass.training.measure import gold_rows

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


def test_near_copies_are_told_once_as_clusters_the_largest_first(tmp_path: Path) -> None:
    bars = replace(NONE, near_copy_cosine=0.9)
    rows = [
        row(i, f"{number} things happened")
        for i, number in enumerate(["one", "two", "three", "four", "five", "six", "seven"])
    ]
    rows[6]["group"] = "g5"

    class Angles:
        """Vectors in the plane: 5, 6 and 0, 2, 4 are near, the ends of a chain are not."""

        dimension, max_tokens = 2, 8

        def encode(self, texts: Any) -> Any:
            angles = {"one": 0.0, "two": 90.0, "three": 25.0, "four": 93.0, "five": 50.0, "six": 200.0, "seven": 200.0}
            turned = np.radians([angles[text.split()[0]] for text in texts])
            return np.column_stack([np.cos(turned), np.sin(turned)]).astype(np.float32)

    found = [f for f in check(tmp_path, rows, bars, Angles()).findings if f.code == "D301"]
    assert [f.passages for f in found] == [("p0", "p2", "p4"), ("p1", "p3")]  # 5 and 6 are of one group
    assert found[0].message == "3 passages of 3 groups, cosine up to 0.906: p0 (g0), p2 (g2), p4 (g4)"


def test_clusters_across_tiles_are_those_of_all_pairs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    points = np.repeat(rng.normal(size=(60, 8)), 4, axis=0) + 0.25 * rng.normal(size=(240, 8))
    points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    passages = [LabelledPassage(f"p{i}", f"text {i}", (), f"g{i % 50}") for i in range(240)]
    whole = list(check_copies(passages, points, NONE))
    monkeypatch.setattr(overlap, "TILE", 37)
    assert list(check_copies(passages, points, NONE)) == whole
    cosines = points @ points.T
    same = np.array([p.group for p in passages])
    pairs = (cosines >= NONE.near_copy_cosine) & (same[:, None] != same[None, :])
    count, of = connected_components(pairs)
    expected = {frozenset(np.flatnonzero(of == c).tolist()) for c in range(count) if (of == c).sum() > 1}
    assert len(expected) > 10
    assert {frozenset(int(name[1:]) for name in f.passages) for f in whole} == expected


def test_equal_texts_and_templates_are_told_once_whatever_the_hashes(tmp_path: Path) -> None:
    frame = "after the long night the people of the town went out and saw {}"
    rows = [row(i, frame.format(word)) for i, word in enumerate(["one", "two", "three", "four", "five"])]
    rows += [row(10 + i, TEXTS[0], HOSPITAL if i else ()) for i in range(3)]
    found = check(tmp_path, rows).findings
    assert [(f.code, f.passages) for f in found] == [
        ("D102", ("p10", "p11", "p12")),
        ("D303", ("p0", "p1", "p2", "p3", "p4")),
    ]
    assert "3 passages of 3 groups with different labels: p10 (g10), p11 (g11), p12 (g12)" in found[0].message


def test_lists_of_the_readable_output_are_short(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    rows = [row(i, TEXTS[i // 2 % 4] + f" {i // 2}", HOSPITAL if i < 3 else ()) for i in range(60)]
    data.write_text("".join(json.dumps(r) + "\n" for r in rows))
    done = ihlclass("data", "check", data, "--no-models", "--json", tmp_path / "out.json")
    lines = done.stdout.splitlines()
    few = next(i for i, line in enumerate(lines) if line.startswith("ADVICE D201 (68)"))
    assert (
        "medical_facility 3 of 500" in lines[few + 1] and "dormitory 0 of 500" in lines[few + 1] and not lines[few + 2]
    )
    assert "  and 15 more; --json OUT.json writes all" in lines  # of thirty pairs of equal texts
    told = json.loads((tmp_path / "out.json").read_text())["findings"]
    assert sum(f["code"] == "D201" for f in told) == 68
    assert "stage 2 of 2, equal texts and shared words: 3 of 3" in done.stderr


def test_odd_ids_are_shown_escaped_and_cut(tmp_path: Path) -> None:
    assert shown("a\x1b[31m\nb\u202e") == "a\\x1b[31m\\nb\\u202e"
    assert len(shown("x" * 500)) == 60
    rows = [{**row(i, TEXTS[0]), "id": f"p{i}\x1b[2J\n", "style": "\x07"} for i in range(2)]
    data = tmp_path / "data.jsonl"
    data.write_text("".join(json.dumps(r) + "\n" for r in rows))
    done = ihlclass("data", "check", data, "--no-models")
    assert "p0\\x1b[2J\\n (g0), p1\\x1b[2J\\n (g1)" in done.stdout
    assert not {"\x1b", "\x07"} & set(done.stdout + done.stderr)


SAME = [
    ("p1", 'Shells struck the ward, "again".\nTwo died.', ("medical_facility", "incident"), "g1"),
    ("2", "Wheat prices fell.", (), "g2"),
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.csv", 'ID,Text,labels,group\np1,"Shells struck the ward, ""again"".\nTwo died.",medical_facility; incident,g1\n'
                  "2,Wheat prices fell.,,g2\n"),
        ("d.csv", 'id;text;labels;group\np1;"Shells struck the ward, ""again"".\nTwo died.";medical_facility|incident;g1\n'
                  "2;Wheat prices fell.;[];g2\n"),
        ("d.tsv", 'group\tlabels\ttext\tid\ng1\t"[""medical_facility"", ""incident""]"\t'
                  '"Shells struck the ward, ""again"".\nTwo died."\tp1\ng2\t[]\tWheat prices fell.\t2\n'),
        ("d.csv", "\ufeffid,text,labels,group\np1,\"Shells struck the ward, \"\"again\"\".\nTwo died.\","
                  "\"['medical_facility', 'incident']\",g1\n2,Wheat prices fell.,,g2\n"),
        ("d.json", json.dumps([dict(zip(("id", "text", "labels", "group"), r, strict=True)) for r in SAME], indent=1)),
        ("d.txt", "\ufeff" + "".join(
            json.dumps(dict(zip(("id", "text", "labels", "group"), r, strict=True))) + "\n" for r in SAME)),
    ],
)  # fmt: skip
def test_tables_are_read_as_json_lines_are(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    passages = read_passages([path], load_scheme())
    assert [(p.id, p.text, p.labels, p.group) for p in passages] == SAME
    gold = list(gold_rows(path, load_scheme()))
    assert [(r["id"], r["text"], tuple(r["labels"])) for r in gold] == [r[:3] for r in SAME]


def test_parquet_is_read(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(SAME, columns=["id", "text", "labels", "group"]).assign(
        style=[None, "log"], near=[None, ["dormitory"]]
    )
    frame["group"] = [1, 2]
    frame.to_parquet(tmp_path / "d.parquet")
    passages = read_passages([tmp_path], load_scheme())
    assert [(p.id, p.text, p.labels) for p in passages] == [r[:3] for r in SAME]
    assert [(p.group, p.style, p.near) for p in passages] == [("1", "", ()), ("2", "log", ("dormitory",))]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("d.jsonl", b"id,text,labels,group\n1,a,,g\n2,b,,g\n",
         "d.jsonl: no JSON-lines file.*columns id, text, labels, group: give it the ending .csv"),
        ("d.jsonl", b"Shells hit the ward, he said.\nA, b\n", r"looks like a table with the columns \(column 1\)"),
        ("d.jsonl", b"PK\x03\x04abc", "looks like a workbook: save it as .csv"),
        ("d.jsonl", b'[\n{"id": 1}\n]', "over many lines: give it the ending .json"),
        ("d.jsonl", b"hello\nworld\n" * 50, "save it as JSON lines, CSV or Parquet"),
        ("d.csv", b"id,text,tags\n1,a,b\n", "d.csv: lacks the column labels, group; it has the columns id, text, tags"),
        ("d.csv", b"id,text,labels,group\n1,a,hospital,g\n", "d.csv:2: labels that the scheme does not have: hospital"),
        ("d.csv", b"id,text,labels,group\n1,a,%s!,g\n" % (b"x y " * 20), r"d.csv:2: .*: \(no label id\)"),
        ("d.csv", b"id,text,labels,group\n1,a,,g,h\n", "d.csv:2: the row has 5 cells, the header 4"),
        ("d.parquet", b"PAR1 and no more", "d.parquet: the file is broken"),
        ("d.jsonl", b'{"id": "1", "text": "\xff"}\n', "d.jsonl:1: not UTF-8"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_one_error(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(row(1, TEXTS[0])))
    result = check_data([tmp_path / name, good], load_scheme(), NONE, None)
    assert [f.code for f in result.findings] == ["D101"] and result.facts["passages"] == 1
    assert re.search(words, result.findings[0].message), result.findings[0].message


def test_vectors_of_batches_are_those_of_single_texts(
    encoder: SentenceTransformerEncoder, sample_texts: list[str]
) -> None:
    told: list[tuple[int, int]] = []
    rows = embed(encoder, sample_texts, lambda done, total: told.append((done, total)))
    assert np.abs(rows - encoder.encode(sample_texts)).max() < 1e-5
    assert told[0] == (0, len(sample_texts)) and told[-1] == (len(sample_texts), len(sample_texts))
