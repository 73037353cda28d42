"""Tables: which column is the text, and what is said where there is none or a row is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers_documents import make_parquet, make_xlsx

from ihlclass.errors import ReportError
from ihlclass.reports import ReadOptions, read_reports
from ihlclass.types import Report

SENTENCE = "Two nurses were killed when shells fell on the clinic in Norvale."


def read(path: Path, data: str | bytes, **options: Any) -> list[Report | ReportError]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_reports([path], options=ReadOptions(**options)))


def lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def told(items: list[Report | ReportError]) -> list[str | tuple[str, str]]:
    return [(item.where, item.reason) if isinstance(item, ReportError) else item.name for item in items]


# Which column is the text


@pytest.mark.parametrize("name", ["t.jsonl", "t.json"])
def test_json_without_a_text_column_is_said_once(tmp_path: Path, name: str) -> None:
    records = [{"nr": n, "story": SENTENCE, "on day": "2024-05-02"} for n in range(7)]
    (error,) = read(tmp_path / name, lines(*records) if name == "t.jsonl" else json.dumps(records))
    assert isinstance(error, ReportError)
    assert (error.where, error.reason) == (name, "missing_column")
    assert "columns present: nr, story, on day; name it with --text-column" in error.message
    assert len(read(tmp_path / name, (tmp_path / name).read_bytes(), text_column="story")) == 7


def test_bad_lines_before_that_are_not_lost(tmp_path: Path) -> None:
    data = "{oops\n" + lines({"story": SENTENCE}, {"story": SENTENCE})
    assert told(read(tmp_path / "t.jsonl", data)) == [("t.jsonl:1", "bad_json"), ("t.jsonl", "missing_column")]


def test_a_text_column_in_some_records(tmp_path: Path) -> None:
    data = lines(*({"id": n} for n in range(50)), {"id": 50, "text": SENTENCE}, {"id": 51, "body": SENTENCE})
    items = told(read(tmp_path / "t.jsonl", data))
    assert items == [*((f"t.jsonl:{n}", "bad_record") for n in range(1, 51)), "t.jsonl#50", "t.jsonl#51"]


REPORT_TABLES = {
    "t.csv": lambda rows: "\n".join(["id,report", *(f'{n},"{value}"' for n, value in enumerate(rows))]),
    "t.jsonl": lambda rows: lines(*({"id": n, "report": value} for n, value in enumerate(rows))),
    "t.json": lambda rows: json.dumps([{"id": n, "report": value} for n, value in enumerate(rows)]),
    "t.parquet": lambda rows: make_parquet({"id": range(len(rows)), "report": rows}),
    "t.xlsx": lambda rows: make_xlsx({"Posts": [["id", "report"], *([n, value] for n, value in enumerate(rows))]}),
}


@pytest.mark.parametrize("name", REPORT_TABLES)
def test_a_column_named_report_is_the_text_only_if_it_reads_like_text(tmp_path: Path, name: str) -> None:
    make = REPORT_TABLES[name]
    texts = ["Hit.", SENTENCE, "It burned."]
    assert [item.text for item in read(tmp_path / name, make(texts)) if isinstance(item, Report)] == texts
    ids = make(["R-2024-05.pdf", "R 17", "R-2024-06.pdf"])
    (error,) = read(tmp_path / name, ids)
    assert isinstance(error, ReportError)
    assert error.reason == "missing_column" and "id, report" in error.message
    assert len(read(tmp_path / name, ids, text_column="report")) == 3


def test_any_other_text_column_comes_before_report(tmp_path: Path) -> None:
    (report,) = read(tmp_path / "t.csv", f"report,notes\n{SENTENCE},It burned.\n")
    assert isinstance(report, Report) and report.text == "It burned."
    items = read(tmp_path / "t.jsonl", lines({"report": "R 1", "text": "One."}, {"report": "R 2"}))
    assert told(items) == ["t.jsonl#1", ("t.jsonl:2", "bad_record")]


# Messages


@pytest.mark.parametrize(
    "row",
    [
        f"1,{SENTENCE}",
        "2024-05-02,Norvale clinic hit at dawn",
        "Two nurses were killed",
        "3;5;Clinic hit by shells",
        f"x,{SENTENCE}",
    ],
)
@pytest.mark.parametrize("options", [{}, {"text_column": "body"}])
def test_a_table_without_a_header(tmp_path: Path, row: str, options: dict[str, str]) -> None:
    (error,) = read(tmp_path / "t.csv", f"{row}\n{row}\n", **options)
    assert isinstance(error, ReportError)
    assert error.reason == "missing_column"
    assert "it seems to have no header" in error.message
    assert not {"Norvale", "clinic", "Clinic", "nurses", "killed"} & set(error.message.replace(",", " ").split())


def test_odd_column_names_are_not_shown(tmp_path: Path) -> None:
    (error,) = read(
        tmp_path / "t.csv",
        f"id,place,source,day of month,What happened to the people who lived there?\n1,2,3,4,{SENTENCE}\n",
    )
    assert isinstance(error, ReportError)
    assert "columns present: id, place, source, (column 4), (column 5); name it with --text-column" in error.message


# Quotes in CSV


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    rows = ["id,text", '1,"One', 'and ""more"""', "2,Two", '3,"Three', "4,Four", "5,Five"]
    *good, error = read(tmp_path / "t.csv", "\n".join(rows))
    assert told(good) == ["t.csv#1", "t.csv#2"]
    assert isinstance(error, ReportError)
    assert (error.where, error.reason) == ("t.csv:5", "bad_record")
    assert "a quote that opens here is never closed" in error.message
    assert "lines after it were not read" in error.message


def test_a_quote_that_opens_in_a_later_line_of_a_row(tmp_path: Path) -> None:
    *good, error = read(tmp_path / "t.csv", 'id,text,place\n1,One,A\n2,"Two\nlines","B\n3,Three,C\n')
    assert told(good) == ["t.csv#1"]
    assert isinstance(error, ReportError) and error.where == "t.csv:4"


def test_a_quote_that_a_later_row_closes(tmp_path: Path) -> None:
    items = read(tmp_path / "t.csv", 'id,text\n1,One\n2,"Two\n3,Three\n4,"Four"\n5,Five\n')
    assert told(items) == ["t.csv#1", ("t.csv:3", "bad_record"), "t.csv#5"]
    assert "and with it the lines up to 5" in str(items[1])
