"""Reading: every format, every encoding, every way in which a file can be bad."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers_documents import (
    PAGE,
    make_compound,
    make_docx,
    make_ods,
    make_parquet,
    make_pdf,
    make_scanned_pdf,
    make_xlsx,
    make_zip,
)

from ihlclass.errors import ReportError, UsageError
from ihlclass.reports import ReadOptions, read_reports
from ihlclass.reports.dates import parse_date
from ihlclass.types import Report

STORY = "Shells fell on the clinic in Norvale at dawn.\nTwo nurses were killed, the mayor said.\n"
UKRAINIAN = "Внаслідок обстрілу містечка вночі загинули двоє лікарів, ще троє людей поранені. Аптека згоріла."


def read(path: Path | str, **options: Any) -> list[Report | ReportError]:
    return list(read_reports([path], options=ReadOptions(**options)))


def read_one(path: Path, data: bytes | str, **options: Any) -> Report | ReportError:
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    items = read(path, **options)
    assert len(items) == 1
    return items[0]


def report_of(path: Path, data: bytes | str, **options: Any) -> Report:
    item = read_one(path, data, **options)
    assert isinstance(item, Report), item
    return item


def reports_of(path: Path, data: bytes | str, **options: Any) -> list[Report]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    items = read(path, **options)
    assert all(isinstance(item, Report) for item in items), items
    return [item for item in items if isinstance(item, Report)]


# Plain text and Markdown


def test_a_text_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    report = report_of(path, STORY)
    assert report.text == path.read_text(encoding="utf-8") == STORY
    assert report.sha256 == hashlib.sha256(STORY.encode()).hexdigest()
    assert (report.name, report.size_bytes, report.media_type) == ("a.txt", len(STORY.encode()), "text/plain")
    assert (report.language, report.unsupported_language, report.body_start) == ("en", False, 0)


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_line_ends_become_newlines(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "a.txt"
    report = report_of(path, STORY.replace("\n", ends))
    assert report.text == path.read_text(encoding="utf-8") == STORY


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-8", b"")],
)
def test_byte_order_marks(tmp_path: Path, encoding: str, mark: bytes) -> None:
    assert report_of(tmp_path / "a.txt", mark + (STORY + UKRAINIAN).encode(encoding)).text == STORY + UKRAINIAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("“They came at dawn,” she said – the clinic’s roof was gone, and the café on the corner burned all night.", "cp1252"),
        (UKRAINIAN, "cp1251"),
        ("أصابت القذائف العيادة في البلدة فجر اليوم وقتل طبيبان وأصيب ثلاثة أشخاص آخرون بجروح خطيرة.", "cp1256"),
        ("黎明时分，炮弹击中了镇上的诊所，两名医生死亡，另有三人受伤，药房被烧毁。", "gb18030"),
    ],
)  # fmt: skip
def test_old_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    assert report_of(tmp_path / "a.txt", text.encode(encoding)).text == text


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a"])
def test_published_line(tmp_path: Path, name: str) -> None:
    text = "Published: 2024-05-02\n" + STORY
    report = report_of(tmp_path / name, text)
    assert report.text == text
    assert report.published == dt.date(2024, 5, 2)
    assert report.text[report.body_start :] == STORY


def test_a_published_line_that_is_none(tmp_path: Path) -> None:
    for first in ("Published: 2024-13-45\n", "Published: yesterday\n", "\nPublished: 2024-05-02\n"):
        report = report_of(tmp_path / "a.txt", first + STORY)
        assert (report.published, report.body_start) == (None, 0)


def test_front_matter(tmp_path: Path) -> None:
    text = f'---\ntitle: "Clinic: hit"\ndate: 2024-05-02\ntags:\n  - attack\n---\n# Heading\n\n{STORY}'
    report = report_of(tmp_path / "a.md", text)
    assert (report.title, report.published, report.media_type) == ("Clinic: hit", dt.date(2024, 5, 2), "text/markdown")
    assert report.text == text
    assert report.text[report.body_start :].startswith("# Heading")
    assert report_of(tmp_path / "b.md", "# Clinic hit\n\n" + STORY).title == "Clinic hit"
    rule = report_of(tmp_path / "c.md", "---\nA rule, not front matter.\n" + STORY)
    assert (rule.title, rule.body_start) == (None, 0)


def test_default_publication_date(tmp_path: Path) -> None:
    day = dt.date(2023, 1, 9)
    assert report_of(tmp_path / "a.txt", STORY, published=day).published == day
    assert report_of(tmp_path / "b.txt", "Published: 2024-05-02\n" + STORY, published=day).published == dt.date(
        2024, 5, 2
    )


# Web pages, PDF, Word


@pytest.mark.parametrize(
    ("name", "charset"), [("a.html", "utf-8"), ("a.htm", "cp1252"), ("page", "utf-8"), ("a.txt", "utf-8")]
)
def test_web_page(tmp_path: Path, name: str, charset: str) -> None:
    report = report_of(tmp_path / name, PAGE.format(charset=charset).encode(charset))
    assert report.title == "Clinic hit in Norvale"
    assert report.published == dt.date(2024, 5, 2)
    assert "killing two nurses, the town's mayor said – “a dark day”." in report.text
    assert "Imprint" not in report.text
    assert report.media_type == "text/html"


def test_dates_in_a_page_s_running_text_are_not_its_publication_date(tmp_path: Path) -> None:
    page = "<html><body><article><p>On 3 March 2021 shells fell on the clinic in Norvale.</p></article></body></html>"
    assert report_of(tmp_path / "a.html", page).published is None


PUBLISHED, CHANGED = "2024-05-02T10:00:00Z", "2024-06-09T10:00:00Z"
CHANGES = [
    f'<meta property="article:modified_time" content="{CHANGED}">',
    f'<meta property="og:updated_time" content="{CHANGED}">',
    f'<meta name="last-modified" content="{CHANGED}">',
    f'<meta http-equiv="last-modified" content="{CHANGED}">',
    f'<script type="application/ld+json">{{"@type": "NewsArticle", "dateModified": "{CHANGED}", "headline": "Hit"}}</script>',
    f'<time class="updated" datetime="{CHANGED}">9 June</time>',
    f'<time itemprop="dateModified" datetime="{CHANGED}">9 June</time>',
    '<p class="post-date">Last updated 9 June 2024</p>',
]
DECLARED = [
    "",
    f'<meta property="article:published_time" content="{PUBLISHED}">',
    f'<time class="entry-date published" datetime="{PUBLISHED}">2 May</time>',
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("declared", DECLARED)
def test_the_day_of_a_page_s_last_change_is_not_its_publication_date(
    tmp_path: Path, change: str, declared: str
) -> None:
    head, body = [], []
    for mark in (change, declared):
        (head if mark.startswith(("<meta", "<script")) else body).append(mark)
    page = f"<html><head><title>Hit</title>{''.join(head)}</head><body><article>{''.join(body)}<p>{STORY}</p></article></body></html>"
    report = report_of(tmp_path / "a.html", page)
    assert report.published == (dt.date(2024, 5, 2) if declared else None)
    assert "Two nurses were killed" in report.text


def test_a_title_that_says_updated_is_kept(tmp_path: Path) -> None:
    page = "<!doctype html><title>Updated: Clinic hit</title><header><h1>Updated: Clinic hit</h1></header><p>{}</p>"
    assert report_of(tmp_path / "a.html", page.format(STORY)).title == "Updated: Clinic hit"


@pytest.mark.parametrize(
    "page",
    [
        "<p>{}</p>",
        "<div>{}</div>",
        "<!-- saved --><p>{}",
        "<body><p>{}</p></body>",
        "<table><tr><td>{}</td></tr></table>",
    ],
)
def test_a_part_of_a_web_page(tmp_path: Path, page: str) -> None:
    text = report_of(tmp_path / "a.htm", page.format(" ".join(STORY.split()))).text
    assert text.strip("| ") == " ".join(STORY.split())


def test_lines_of_a_pdf_are_joined_into_paragraphs(tmp_path: Path) -> None:
    page = [
        "Situation bulletin",
        "On Monday three mortar shells fired from the hills landed in the old quarter of",
        "Norvale. One hit a bakery where people were queuing. Five persons were killed and",
        "23 were wounded.",
        "The water works were damaged by tank fire.",
    ]
    text = report_of(tmp_path / "a.pdf", make_pdf([page])).text
    assert text.split("\n") == [page[0], " ".join(page[1:4]), page[4]]


def test_pdf(tmp_path: Path) -> None:
    pages = [
        ["Mortar shells hit the clinic in Norvale on Monday, killing two nurses and wound-", "ing a patient.", "1"],
        ["on Tuesday the fire went out.", "- 2 -"],
        ["Page 3 of 3", "A second report."],
    ]
    report = report_of(tmp_path / "a.txt", make_pdf(pages, title="Clinic hit"))
    assert report.text == (
        "Mortar shells hit the clinic in Norvale on Monday, killing two nurses and wounding a patient.\n"
        "on Tuesday the fire went out.\n\nA second report."
    )
    assert (report.title, report.published, report.media_type) == ("Clinic hit", None, "application/pdf")
    assert report_of(tmp_path / "b.pdf", make_pdf([["Hit."]], title="Microsoft Word - final.docx")).title is None


def test_docx_keeps_the_order_of_paragraphs_and_tables(tmp_path: Path) -> None:
    data = make_docx(["First.", [["Day", "Dead"], ["Monday", "two\nnurses"]], "Last."], title="Clinic hit")
    report = report_of(tmp_path / "a.docx", data)
    assert report.text == "First.\nDay | Dead\nMonday | two nurses\nLast."
    assert report.title == "Clinic hit"


def test_docx_with_reviewed_text_and_content_controls(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    body = document.element.body
    run = "<w:r><w:t>{}</w:t></w:r>"
    paragraph = f"<w:p {nsdecls('w')}>" + "{}</w:p>"
    inserted = '<w:ins w:id="1" w:author="x">' + run.format("two ") + "</w:ins>"
    deleted = '<w:del w:id="2" w:author="x"><w:r><w:delText>three </w:delText></w:r></w:del>'
    body.insert(0, parse_xml(paragraph.format(inserted + deleted + run.format("nurses died"))))
    inside = paragraph.format(run.format("In a control.")).replace(f" {nsdecls('w')}", "")
    body.insert(1, parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent>{inside}</w:sdtContent></w:sdt>"))
    out = io.BytesIO()
    document.save(out)
    assert report_of(tmp_path / "a.docx", out.getvalue()).text == "two nurses died\nIn a control."


# Tables

RECORDS: list[dict[str, Any]] = [
    {"id": "a1", "title": "Clinic hit", "text": "Shells fell on the clinic.\r\nTwo died.", "date": "2024-05-02"},
    {"id": 7, "title": "", "text": "The market burned down at night.", "date": "3 May 2024"},
]


def check_records(reports: list[Report], name: str, media_type: str) -> None:
    assert [report.name for report in reports] == [f"{name}#a1", f"{name}#7"]
    assert [report.text for report in reports] == ["Shells fell on the clinic.\nTwo died.", RECORDS[1]["text"]]
    assert [report.published for report in reports] == [dt.date(2024, 5, 2), dt.date(2024, 5, 3)]
    assert [report.title for report in reports] == ["Clinic hit", None]
    assert {report.media_type for report in reports} == {media_type}
    assert reports[0].sha256 == hashlib.sha256(reports[0].text.encode()).hexdigest()


@pytest.mark.parametrize("name", ["t.jsonl", "t.ndjson"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    data = "\ufeff" + "\n\n".join(json.dumps(record) for record in RECORDS)
    check_records(reports_of(tmp_path / name, data), name, "application/x-ndjson")


def test_json_lines_in_utf_16(tmp_path: Path) -> None:
    data = "\n".join(json.dumps(record) for record in RECORDS).encode("utf-16")
    check_records(reports_of(tmp_path / "t.jsonl", data), "t.jsonl", "application/x-ndjson")


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(RECORDS, indent=1),
        json.dumps({"source": "desk", "reports": RECORDS}),
        "\n".join(json.dumps(record) for record in RECORDS),
        json.dumps({"a1": {**RECORDS[0], "id": None}, "7": {**RECORDS[1], "id": None}}),
        "\ufeff[]".replace("[]", json.dumps(RECORDS)),
    ],
    ids=["array", "wrapped", "lines", "by id", "byte order mark"],
)
def test_json(tmp_path: Path, data: str) -> None:
    check_records(reports_of(tmp_path / "t.json", data), "t.json", "application/json")


def test_json_of_one_record(tmp_path: Path) -> None:
    assert [report.name for report in reports_of(tmp_path / "t.json", json.dumps(RECORDS[0]))] == ["t.json#a1"]


def test_json_array_larger_than_what_is_read_at_once(tmp_path: Path) -> None:
    records = [{"id": n, "text": f"Shell {n} fell on the clinic. " * (n % 7 * 900 + 1)} for n in range(60)]
    reports = reports_of(tmp_path / "t.json", json.dumps(records))
    assert [report.name for report in reports] == [f"t.json#{n}" for n in range(60)]
    assert [report.text for report in reports] == [record["text"] for record in records]


@pytest.mark.parametrize(
    ("name", "delimiter", "media_type"),
    [("t.csv", ",", "text/csv"), ("t.csv", ";", "text/csv"), ("t.csv", "\t", "text/csv"),
     ("t.tsv", "\t", "text/tab-separated-values")],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv(tmp_path: Path, name: str, delimiter: str, media_type: str, encoding: str) -> None:
    import csv

    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["id", "title", "text", "date"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(RECORDS)
    check_records(reports_of(tmp_path / name, out.getvalue().encode(encoding)), name, media_type)


def test_csv_in_an_old_encoding(tmp_path: Path) -> None:
    rows = [f"{n},“They came!” she said – the café’s roof was gone; the clinic burned" for n in range(30)]
    data = "\n".join(["id,text", *rows]).encode("cp1252")
    assert reports_of(tmp_path / "t.csv", data)[29].text == rows[29].removeprefix("29,")


def test_parquet(tmp_path: Path) -> None:
    columns = {
        "id": ["a1", "7"],
        "title": ["Clinic hit", None],
        "text": [record["text"] for record in RECORDS],
        "date": [dt.date(2024, 5, 2), dt.date(2024, 5, 3)],
    }
    reports = reports_of(tmp_path / "t.parquet", make_parquet(columns))
    check_records(reports, "t.parquet", "application/vnd.apache.parquet")


def test_excel(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [["id", "title", "text", "date"], *([*record.values()] for record in RECORDS)]
    rows[2][3] = dt.datetime(2024, 5, 3, 10, 0)
    data = make_xlsx({"About": [["made by", "desk"]], "Posts": rows})
    reports = reports_of(tmp_path / "t.xlsx", data)
    check_records(reports, "t.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    assert "t.xlsx#About" in caplog.text
    no_id = make_xlsx({"Posts": [[], ["text"], [], ["The clinic burned."]]})
    assert [report.name for report in reports_of(tmp_path / "u.xlsx", no_id)] == ["u.xlsx#Posts:4"]


def test_opendocument_sheet(tmp_path: Path) -> None:
    rows = [["id", "title", "text", "date"], *([str(cell) for cell in record.values()] for record in RECORDS)]
    reports = reports_of(tmp_path / "t.ods", make_ods(rows))
    check_records(reports, "t.ods", "application/vnd.oasis.opendocument.spreadsheet")


def test_columns_by_name(tmp_path: Path) -> None:
    record = {"key": "k", "story": "The clinic burned.", "when": "2024-05-02", "text": "Not this one."}
    asked = {"text_column": "story", "id_column": "when", "date_column": "when"}
    (report,) = reports_of(tmp_path / "t.jsonl", json.dumps(record), **asked)
    assert (report.name, report.text, report.published) == ("t.jsonl#2024-05-02", record["story"], dt.date(2024, 5, 2))
    (report,) = reports_of(tmp_path / "t.csv", ",".join(record) + "\n" + ",".join(record.values()), **asked)
    assert report.text == record["story"]


def test_usual_names_in_any_case_and_rows_without_id(tmp_path: Path) -> None:
    (report,) = reports_of(tmp_path / "t.csv", "Publication Date,Full Text\n2024-05-02,The clinic burned.\n")
    assert (report.name, report.published) == ("t.csv#1", dt.date(2024, 5, 2))


def test_a_date_that_cannot_be_read_is_warned_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lines = [json.dumps({"text": "The clinic burned.", "date": date}) for date in ("03/04/2024", "soon", "2024-05-02")]
    reports = reports_of(tmp_path / "t.jsonl", "\n".join(lines))
    assert [report.published for report in reports] == [None, None, dt.date(2024, 5, 2)]
    assert len(caplog.records) == 1
    assert "t.jsonl:1" in caplog.text
    assert "03/04" not in caplog.text


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-05-02", "2024-05-02"), ("2024-05-02T23:30:00+03:00", "2024-05-02"), ("2024-05-02 10:00:00Z", "2024-05-02"),
        ("2024-05-02 10:00:00 UTC", "2024-05-02"), ("2024/5/2", "2024-05-02"), ("20240502", "2024-05-02"),
        (20240502, "2024-05-02"), (1714608000, "2024-05-02"), (1714608000000, "2024-05-02"), ("1714608000", "2024-05-02"),
        ("2 May 2024", "2024-05-02"), ("May 2, 2024", "2024-05-02"), ("2nd Sept. 2024", "2024-09-02"),
        ("Thu, 02 May 2024 10:00:00 GMT", "2024-05-02"), ("Thursday, 2 May 2024", "2024-05-02"), ("2-May-2024", "2024-05-02"),
        ("02.05.2024", "2024-05-02"), ("31/12/2024", "2024-12-31"), ("12/31/2024", "2024-12-31"), ("5/5/2024", "2024-05-05"),
        (dt.datetime(2024, 5, 2, 9), "2024-05-02"), (dt.date(2024, 5, 2), "2024-05-02"),
        ("03/04/2024", None), ("soon", None), ("2024-02-30", None), ("31.31.2024", None), (True, None), (None, None),
        (12, None), (float("nan"), None), (float("inf"), None), ("2024", None), ("May 2024", None), ("0001-01-01", None),
        (b"2024-05-02", None), ("x" * 100_000, None),
    ],
)  # fmt: skip
def test_dates(value: object, day: str | None) -> None:
    assert parse_date(value) == (dt.date.fromisoformat(day) if day else None)


# Bad files: one for each reason


def bad_files() -> list[tuple[str, bytes, str]]:
    pdf, word = make_pdf([["The clinic burned."]]), make_docx(["The clinic burned."])
    sheet, table = make_xlsx({"Posts": [["text"], ["The clinic burned."]]}), make_parquet({"text": ["Burned."]})
    return [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t\n", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "empty"),
        ("a.txt", b"Published: 2024-05-02\n\n", "empty"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"id,text\n", "empty"),
        ("a.jsonl", b"\n", "empty"),
        ("a.json", b"[]", "empty"),
        ("a.xlsx", make_xlsx({"Posts": []}), "empty"),
        ("a.xlsx", make_xlsx({"Posts": [["text"]]}), "empty"),
        ("a.parquet", make_parquet({"text": []}), "empty"),
        ("a.docx", make_docx([]), "empty"),
        ("a.txt", bytes(range(256)) * 4, "binary"),
        ("a.txt", b"text\0with a nought", "binary"),
        ("a.csv", b"id,text\n1,\0\0\n", "binary"),
        ("a.json", b'[{"text": "\0"}]', "binary"),
        ("a", b"\x00\x01\x02\x03" * 50, "binary"),
        ("a.txt", b"The caf\xe9", "unknown_encoding"),
        ("a.txt", b"Shells fell \xff\xfe\x81 on the clinic \x8d\x8f in Norvale at dawn. " * 5, "unknown_encoding"),
        ("a.txt", b"\xff\xfeo\x00d\x00d", "unknown_encoding"),
        ("a.jsonl", b'{"text": "caf\xe9"}\n', "unknown_encoding"),
        ("a.json", b'[{"text": "caf\xe9"}]', "unknown_encoding"),
        ("a.doc", make_compound("WordDocument"), "unsupported_type"),
        ("a.doc", b"", "unsupported_type"),
        ("a.msg", make_compound("__substg1.0_1000001F"), "unsupported_type"),
        ("a.rtf", b"{\\rtf1 The clinic burned.}", "unsupported_type"),
        ("a.txt", b"{\\rtf1 The clinic burned.}", "unsupported_type"),
        ("a.py", b"print()", "unsupported_type"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "unsupported_type"),
        ("a.txt", gzip.compress(STORY.encode()), "unsupported_type"),
        ("a.txt", make_zip({"a.txt": STORY}), "unsupported_type"),
        ("a.odt", make_zip({"mimetype": "application/vnd.oasis.opendocument.text"}), "unsupported_type"),
        ("a.pdf", pdf[: len(pdf) // 3], "damaged"),
        ("a.pdf", b"The clinic burned.", "damaged"),
        ("a.docx", word[: len(word) // 2], "damaged"),
        ("a.docx", make_zip({"word/document.xml": "<broken"}), "damaged"),
        ("a.docx", b"The clinic burned.", "damaged"),
        ("a.xlsx", make_zip({"xl/workbook.xml": "<broken"}), "damaged"),
        ("a.xlsx", sheet[:-400], "damaged"),
        ("a.xls", make_compound("Workbook"), "damaged"),
        ("a.parquet", table[:-20], "damaged"),
        ("a.parquet", b"PAR1", "damaged"),
        ("a.csv", b'"text\nThe clinic burned.', "damaged"),
        ("a.pdf", make_pdf([["The clinic burned."]], password="secret"), "encrypted"),
        ("a.docx", make_compound("EncryptedPackage"), "encrypted"),
        ("a.xlsx", make_compound("EncryptedPackage"), "encrypted"),
        ("a.pdf", make_scanned_pdf(), "no_text_layer"),
        ("a.html", b"<html><body><script>run()</script></body></html>", "no_main_text"),
        ("a.html", b"<p>", "no_main_text"),
        ("a.jsonl", b'{"text": "The clinic bur', "bad_json"),
        ("a.jsonl", b"[" * 100_000, "bad_json"),
        ("a.json", b'[{"text" "The clinic burned."}]', "bad_json"),
        ("a.json", b"[", "bad_json"),
        ("a.json", b"[" * 100_000, "bad_json"),
        ("a.json", b"{", "bad_json"),
        ("a.jsonl", b'"The clinic burned."', "bad_record"),
        ("a.jsonl", b'{"text": ""}', "bad_record"),
        ("a.jsonl", b'{"text": 12}', "bad_record"),
        ("a.jsonl", b'{"other": "x"}', "missing_column"),
        ("a.json", b"12", "bad_record"),
        ("a.csv", b"id,text\n1,\n", "bad_record"),
        ("a.csv", b"id,text\n1,burned, they said\n", "bad_record"),
        ("a.csv", b'id,text\n1,"The clinic', "bad_record"),
        ("a.parquet", make_parquet({"text": [None]}), "bad_record"),
        ("a.csv", b"id,story\n1,x\n", "missing_column"),
        ("a.xlsx", make_xlsx({"Posts": [["story"], ["x"]]}), "missing_column"),
        ("a.parquet", make_parquet({"story": ["x"]}), "missing_column"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "reason"), bad_files(), ids=lambda value: value if isinstance(value, str) else str(value[:4])
)
def test_bad_files(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    item = read_one(tmp_path / name, data)
    assert isinstance(item, ReportError)
    assert item.reason == reason, item
    assert item.where.startswith(name)
    assert not {"burned", "clinic", "Published"} & set(str(item).split()), "messages hold no report text"
    assert item.__traceback__ is None


def test_every_reason_of_this_room_has_a_bad_file() -> None:
    from ihlclass.errors import REJECTION_REASONS

    elsewhere = {"unsupported_language", "failed", "unreadable", "missing_extra", "too_large"}
    assert {reason for *_, reason in bad_files()} == set(REJECTION_REASONS) - elsewhere


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.json", "t.parquet", "t.xlsx"])
@pytest.mark.parametrize("option", ["text_column", "id_column", "date_column"])
def test_a_column_asked_for_but_missing(tmp_path: Path, name: str, option: str) -> None:
    data = {
        "t.csv": b"id,text\n1,The clinic burned.\n2,It did.\n",
        "t.jsonl": b'{"id": 1, "text": "The clinic burned."}\n{"id": 2, "text": "It did."}\n',
        "t.json": b'[{"id": 1, "text": "The clinic burned."}, {"id": 2, "text": "It did."}]',
        "t.parquet": make_parquet({"id": [1], "text": ["The clinic burned."]}),
        "t.xlsx": make_xlsx({"Posts": [["id", "text"], [1, "The clinic burned."]]}),
    }[name]
    item = read_one(tmp_path / name, data, **{option: "nowhere"})
    assert isinstance(item, ReportError)
    assert item.reason == "missing_column"
    assert "'nowhere'" in str(item)
    assert "columns present: id, text" in str(item)


def test_the_first_row_of_a_table_without_a_header_is_not_shown(tmp_path: Path) -> None:
    line = "Two nurses were killed when shells fell on the clinic in Norvale"
    item = read_one(tmp_path / "t.csv", f"1,{line}\n2,{line}\n")
    assert isinstance(item, ReportError)
    assert "nurses" not in str(item)


def test_bad_rows_do_not_stop_the_rest(tmp_path: Path) -> None:
    lines = ['{"id": 1, "text": "One."}', "{oops", '{"id": 3}', '{"id": 4, "text": "Four."}']
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    items = read(tmp_path / "t.jsonl")
    assert [(i.where, i.reason) if isinstance(i, ReportError) else i.name for i in items] == [
        "t.jsonl#1", ("t.jsonl:2", "bad_json"), ("t.jsonl:3", "bad_record"), "t.jsonl#4",
    ]  # fmt: skip
    (tmp_path / "t.csv").write_text('id,text\n1,"One"\n2,"Tw"o\n3,\n4,Four\n')
    items = read(tmp_path / "t.csv")
    assert [(i.where, i.reason) if isinstance(i, ReportError) else i.name for i in items] == [
        "t.csv#1", ("t.csv:3", "bad_record"), ("t.csv:4", "bad_record"), "t.csv#4",
    ]  # fmt: skip
    (tmp_path / "t.json").write_text('[{"id": 1, "text": "One."},\n{"id": 2},\n{"id": 3, "text" "x"}]')
    items = read(tmp_path / "t.json")
    assert [(i.where, i.reason) if isinstance(i, ReportError) else i.name for i in items] == [
        "t.json#1", ("t.json:2", "bad_record"), ("t.json:3", "bad_json"),
    ]  # fmt: skip


def test_broken_surrogates_in_json_are_replaced(tmp_path: Path) -> None:
    (report,) = reports_of(tmp_path / "t.jsonl", r'{"id": "\ud800", "text": "The clinic \ud83d burned."}')
    assert report.text == "The clinic \ufffd burned."
    report.name.encode()


def test_too_large(tmp_path: Path) -> None:
    item = read_one(tmp_path / "a.txt", STORY * 10, max_bytes=100)
    assert isinstance(item, ReportError)
    assert item.reason == "too_large"
    (tmp_path / "t.jsonl").write_text(json.dumps({"text": STORY * 10}) + "\n" + json.dumps({"text": "Hit."}))
    items = read(tmp_path / "t.jsonl", max_bytes=100)
    assert [getattr(item, "reason", "report") for item in items] == ["too_large", "report"]
    bomb = read_one(tmp_path / "a.docx", make_zip({"word/document.xml": " " * 20_000}), max_bytes=1000)
    assert isinstance(bomb, ReportError)
    assert bomb.reason == "too_large"


def test_parquet_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_parquet({"text": ["The clinic burned."]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "pyarrow.parquet", raising=False)
    item = read_one(tmp_path / "t.parquet", data)
    assert isinstance(item, ReportError)
    assert item.reason == "missing_extra"
    assert "ihlclass[parquet]" in str(item)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "a.txt").chmod(0)
    (item,) = read(tmp_path)
    assert isinstance(item, ReportError)
    assert item.reason == "unreadable"


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(STORY)
    items = read_reports([tmp_path])
    assert isinstance(next(items), Report)
    (tmp_path / "b.txt").unlink()
    rest = list(items)
    assert [getattr(item, "reason", "report") for item in rest] == ["unreadable", "report"]
    assert "disappeared" in str(rest[0])
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nothing")
    assert [str(item) for item in read(tmp_path) if isinstance(item, ReportError)] == [
        "dead.txt: a link that leads nowhere; mend or remove it"
    ]
    (gone,) = read(tmp_path / "nowhere.txt")
    assert isinstance(gone, ReportError)
    assert gone.reason == "unreadable"


def test_a_fault_of_ours_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "b.txt").write_text(STORY)
    monkeypatch.setattr("ihlclass.reports.detect_language", lambda text: 1 / 0)
    items = read(tmp_path)
    assert [getattr(item, "reason", None) for item in items] == ["failed", "failed"]


# Folders and standard input


def test_folder(tmp_path: Path) -> None:
    top = tmp_path / "top"
    for name in (
        "b/z.txt",
        "a.txt",
        "b/.hidden.txt",
        ".git/x.txt",
        "b/~$x.docx",
        "Thumbs.db",
        "c/d/e.md",
        "b.txt",
        "x.mp3",
    ):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(STORY)
    (top / "b" / "loop").symlink_to(top)
    (top / "dead.txt").symlink_to(top / "nothing")
    (top / "link.txt").symlink_to(top / "a.txt")
    items = read(top)
    assert [item.name if isinstance(item, Report) else (item.where, item.reason) for item in items] == [
        "a.txt", "b/z.txt", "b.txt", "c/d/e.md", ("dead.txt", "unreadable"), "link.txt", ("x.mp3", "unsupported_type"),
    ]  # fmt: skip


def test_hidden_files_given_by_name_are_read(tmp_path: Path) -> None:
    assert report_of(tmp_path / ".note.txt", STORY).name == ".note.txt"


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(STORY)
    names = [
        item.name for item in read_reports([tmp_path / "a/x.txt", tmp_path / "b/x.txt"]) if isinstance(item, Report)
    ]
    assert names == ["a/x.txt", "b/x.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_in_a_folder_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (item,) = read(tmp_path)
    assert isinstance(item, ReportError)
    assert item.reason == "unsupported_type"


@pytest.mark.parametrize(
    ("data", "form", "names"),
    [
        ("Published: 2024-05-02\n" + STORY, "text", ["stdin"]),
        ('{"id": 1, "text": "One."}\n{"id": 2, "text": "Two."}\n', "jsonl", ["stdin#1", "stdin#2"]),
        ("id;text\n1;One.\n2;Two.\n", "csv", ["stdin#1", "stdin#2"]),
    ],
)
def test_standard_input(data: str, form: str, names: list[str]) -> None:
    code = (
        "from ihlclass.reports import *\n"
        f"for item in read_reports(['-'], options=ReadOptions(input_format={form!r})): print(item.name)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data.encode(), capture_output=True, check=True)
    assert done.stdout.decode().split() == names


def test_json_lines_on_standard_input_stream() -> None:
    code = (
        "from ihlclass.reports import *\n"
        "for item in read_reports(['-'], options=ReadOptions(input_format='jsonl')): print(item.name, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"id": 1, "text": "One."}\n')
        process.stdin.flush()
        assert process.stdout.readline() == b"stdin#1\n"
        process.stdin.close()


def test_options_are_checked() -> None:
    with pytest.raises(UsageError, match="input format"):
        ReadOptions(input_format="xml")
    with pytest.raises(UsageError, match="max_bytes"):
        ReadOptions(max_bytes=0)


def test_memory_stays_flat(tmp_path: Path) -> None:
    import tracemalloc

    line = json.dumps({"text": "The clinic burned. " * 20})
    (tmp_path / "t.jsonl").write_text((line + "\n") * 3000)
    (tmp_path / "t.json").write_text("[" + ",".join([line] * 3000) + "]")
    (tmp_path / "t.csv").write_text("text\n" + ("The clinic burned. " * 20 + "\n") * 3000)
    next(read_reports([tmp_path]))
    tracemalloc.start()
    count = sum(1 for _ in read_reports([tmp_path]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 9000
    assert peak < 4_000_000, "three tables of 1.2 MB each"


def test_importing_is_quick_and_light() -> None:
    code = (
        "import sys; import ihlclass.reports, ihlclass.passages\n"
        "heavy = {'trafilatura', 'pypdfium2', 'docx', 'python_calamine', 'pyarrow', 'py3langid', 'charset_normalizer',"
        " 'nupunkt', 'lxml', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
