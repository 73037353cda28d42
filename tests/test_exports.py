"""What is made of incidents and cases beside JSON lines: maps that GDAL opens, a timeline, and why."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyogrio.raw
import pytest
from helpers_batch import rows
from helpers_cli import ihlclass

from ihlclass.classifier import Classifier, load
from ihlclass.errors import DataError, UsageError
from ihlclass.incidents.own_places import read_places
from ihlclass.writers.timeline import COLUMNS, write_timeline

STRIKE = "A drone struck the clinic in {place} on 5 March 2024, killing two nurses. Four patients were wounded."


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    (folder / "in").mkdir()
    for name, place in (("a", "Kharkiv"), ("b", "Kharkiv"), ("c", "the village of Zorynka"), ("d", "Odesa")):
        (folder / "in" / f"{name}.txt").write_text(STRIKE.format(place=place) + "\n")
    (folder / "in" / "e.txt").write_text("Shells hit a school in Sumy. A teacher died there, residents said.\n")
    done = ihlclass("classify", folder / "in", "-o", folder / "out", "--format", "csv,parquet,geojson,timeline")
    assert done.returncode == 0, done.stderr
    assert "cases have no day" in done.stderr
    return folder / "out"


@pytest.mark.parametrize("kind", ["incidents", "cases"])
def test_gdal_opens_the_map(out: Path, kind: str) -> None:
    records = rows(out / f"{kind}.jsonl")
    meta, _, geometry, columns = pyogrio.raw.read(out / f"{kind}.geojson")
    found = dict(zip(meta["fields"], columns, strict=True))
    assert meta["crs"] == "EPSG:4326" and meta["geometry_type"] == "Point"
    assert len(geometry) == len(records)
    assert [place is None for place in geometry] == [record["coordinates"] is None for record in records]
    assert any(place is None for place in geometry) and any(place is not None for place in geometry)
    key = f"{kind[:-1]}_id"
    assert list(found[key]) == [record[key] for record in records]
    assert [list(some) for some in found["objects"]] == [list(record["objects"]) for record in records]


def test_tables_of_cases_hold_every_case(out: Path) -> None:
    import pyarrow.parquet as pq

    cases = rows(out / "cases.jsonl")
    with (out / "cases.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    typed = pq.read_table(out / "cases.parquet").to_pylist()
    assert [row["case_id"] for row in table] == [row["case_id"] for row in typed] == [c["case_id"] for c in cases]
    for case, text, row in zip(cases, table, typed, strict=True):
        assert row["incident_ids"] == [a["incident_id"] for a in case["accounts"]] == text["incident_ids"].split("; ")
        assert row["reports"] == len(row["report_names"]) == int(text["reports"])
        assert str(row["first_date"] or "") == text["first_date"] == (case["dates"] or [""])[0]
        assert row["killed_min"] == (case["killed"] or [None])[0]


def test_the_timeline_has_every_dated_case(out: Path) -> None:
    with (out / "timeline.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    dated = [case for case in rows(out / "cases.jsonl") if case["dates"]]
    assert tuple(table[0]) == COLUMNS and len(table) == len(dated) > 0
    assert {(row["Year"], row["Month"], row["Day"]) for row in table} == {("2024", "3", "5")}
    assert all("unverified" in row["Text"] and "medical facility" in row["Headline"] for row in table)


def test_what_a_report_says_runs_nowhere(tmp_path: Path) -> None:
    case: dict[str, Any] = {
        "place": '=<img src=x onerror="alert(1)">', "country": None, "dates": ["2024-03-05", "2024-03-06"], "objects": {},
        "indicators": {}, "killed": [1, None], "injured": None, "attributed_to": {"<b>X</b>": 1}, "contradictions": ["date"],
        "accounts": [{"report": "<script>.txt"}],
    }  # fmt: skip
    write_timeline([case], tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(text.splitlines())
    assert "<img" not in text and "<script" not in text and "<b>" not in text
    assert row["Headline"].startswith("'=") and (row["End Day"], row["Day"]) == ("6", "5")
    assert "killed 1+" in row["Text"] and "contradict each other on: date" in row["Text"]


def test_every_figure_day_and_tag_says_where_it_stands(out: Path) -> None:
    for record in rows(out / "incidents.jsonl"):
        text = (out.parent / "in" / record["report"]).read_text()
        for source in [*record["figures"], *record["times"]]:
            assert text[source["start"] : source["end"]] == source["text"]
        for passage in record["passages"]:
            assert list(passage["probabilities"]) == passage["labels"]
        for label, p in record["probabilities"].items():
            assert p == max(passage["probabilities"].get(label, 0) for passage in record["passages"])
        assert record["coordinates"] == next((c["coordinates"] for c in record["place_candidates"]), None)
        assert record["date"] in [None, *(time["date"] for time in record["times"])]


def test_explain_shows_why(out: Path) -> None:
    first = next(record for record in rows(out / "incidents.jsonl") if record["place"] == "Kharkiv")
    done = ihlclass("explain", first["incident_id"], out)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    for words in ("Kharkiv, UA (", "inhabitants", '"5 March 2024"', "killed 2", "medical_facility 0.", "unverified"):
        assert words in said, words
    assert json.loads(ihlclass("explain", first["incident_id"], out, "--json").stdout) == first
    case = next(c for c in rows(out / "cases.jsonl") if len(c["accounts"]) == 2)
    said = ihlclass("explain", case["case_id"], out / "cases.jsonl").stdout
    assert "2 reports, 1 of them no copies" in said and f"copy of {case['accounts'][0]['incident_id']}" in said
    for wanted, words in (("inc-", "ids begin so"), ("inc-none", "no such incident"), ("case-0z", "no such incident")):
        done = ihlclass("explain", wanted, out)
        assert done.returncode == 2 and words in done.stderr, done.stderr
    assert "no results of" in ihlclass("explain", "x", out.parent).stderr


def test_link_writes_the_other_formats_beside(out: Path, tmp_path: Path) -> None:
    done = ihlclass("link", out, "-o", tmp_path / "all.jsonl", "--format", "csv,geojson,timeline")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "all-timeline.csv",
        "all.csv",
        "all.geojson",
        "all.jsonl",
    ]
    assert (tmp_path / "all.geojson").read_bytes() == (out / "cases.geojson").read_bytes()
    done = ihlclass("link", out, "-o", tmp_path / "all.csv", "--format", "csv")
    assert done.returncode == 2 and "another ending" in done.stderr
    kept = (out / "incidents.jsonl").read_bytes()
    for target, words in ((out / "incidents.jsonl", "belongs to the results"), (tmp_path, "is a folder")):
        done = ihlclass("link", out, "-o", target)
        assert done.returncode == 2 and words in done.stderr
    assert (out / "incidents.jsonl").read_bytes() == kept
    for command in (
        ("link", out / "cases.parquet", "-o", tmp_path / "x.jsonl"),
        ("explain", "inc-1", out / "cases.parquet"),
    ):
        done = ihlclass(*command)
        assert done.returncode == 4 and "no text in UTF-8" in done.stderr


def test_places_of_ones_own_come_first(tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    table.write_text(
        "name,country,latitude,longitude,other_names,population\n"
        "Zorynka,ua,49.5,36.9,Zorinka; Zoryanka,\nKharkiv,UA,1.5,2.5,,900\nMarch,ua,50.1,31.2,,\n"
    )
    assert [place.population for place, _ in read_places(table)] == [0, 900, 0]
    classifier = load(gazetteer=table)
    for name, where in (
        ("Zoryanka", (36.9, 49.5)),
        ("Kharkiv", (2.5, 1.5)),
        ("March", (31.2, 50.1)),
        ("Odesa", (30.7, 46.5)),
    ):
        (incident,) = classifier.classify_text(STRIKE.format(place=name))
        assert incident.place == name and incident.country == "UA", name
        assert incident.coordinates == pytest.approx(where, abs=0.1)
    done = ihlclass(
        "classify", "-", "-o", tmp_path / "out", "--gazetteer", table, stdin=STRIKE.format(place="Zorinka").encode()
    )
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "out" / "incidents.jsonl")[0]["coordinates"] == [36.9, 49.5]
    assert len(json.loads((tmp_path / "out" / "manifest.json").read_text())["options"]["gazetteer"]) == 64


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("name,lat\nX,1\n", UsageError, "lacks the column country, latitude, longitude"),
        ("name,country,latitude,longitude\nXyz,UA,91,1\n", DataError, r":2: latitude must be a number from -90 to 90"),
        ("name,country,latitude,longitude\nXyz,UA,1,east\n", DataError, r":2: longitude must be"),
        ("name,country,latitude,longitude\nXyz,Ukraine,1,1\n", DataError, r":2: country must be a code"),
        ("name,country,latitude,longitude\nXyz,UK,1,1\n", DataError, r":2: country must be a code"),
        ("name,country,latitude,longitude\nX,UA,1,1\n", DataError, r":2: needs a name in Latin letters"),
        ("name,country,latitude,longitude\nХарків,UA,1,1\n", DataError, r":2: needs a name in Latin letters"),
        ("name,country,latitude,longitude\nXyz,UA\n", DataError, r":2: latitude must be"),
    ],
)  # fmt: skip
def test_a_gazetteer_that_is_none(tmp_path: Path, text: str, error: type[Exception], words: str) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(error, match=words):
        list(read_places(tmp_path / "p.csv"))


def test_a_gazetteer_as_spreadsheets_save_it(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "\ufeff Name ;Country;latitude; Longitude;Other_names\nZorynka;ua;49.5;36.9;Zorinka|Zoria\n;;;;\n"
    )
    ((place, others),) = read_places(tmp_path / "p.csv")
    assert (place.name, place.country, place.coordinates, others) == (
        "Zorynka",
        "UA",
        (36.9, 49.5),
        ["Zorinka", "Zoria"],
    )


def test_a_gazetteer_that_is_not_there(tmp_path: Path, classifier: Classifier) -> None:
    (tmp_path / "latin.csv").write_bytes("name,country,latitude,longitude\nZ\xfcr,CH,1,1\n".encode("latin-1"))
    for name in ("none.csv", "latin.csv"):
        with pytest.raises(UsageError):
            load(gazetteer=tmp_path / name)
    assert classifier.gazetteer is None
