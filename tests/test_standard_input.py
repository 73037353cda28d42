"""Standard input: what it holds is told from its content."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers_cli import PROGRAM, ihlclass
from helpers_documents import PAGE, make_docx, make_parquet, make_pdf, make_xlsx

STORY = "Shells fell on the clinic in Norvale at dawn. Two nurses were killed, the mayor said."
ROWS = [{"id": "a1", "text": STORY}, {"id": "a2", "text": "The market burned down at night."}]
LINES = "\n".join(map(json.dumps, ROWS))


def read(data: bytes, **options: str) -> list[list[str]]:
    """Name, media type and text, or place, reason and message, of each report on standard input."""
    code = (
        "import json\nfrom ihlclass.reports import *\n"
        f"for item in read_reports(['-'], options=ReadOptions(**{options!r})):\n"
        "    error = isinstance(item, Exception)\n"
        "    fields = (item.where, item.reason, item.message) if error else (item.name, item.media_type, item.text)\n"
        "    print(json.dumps(fields))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (make_pdf([[STORY]]), "application/pdf"),
        (make_docx([STORY]), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (PAGE.format(charset="utf-8").encode(), "text/html"),
        (STORY.encode(), "text/plain"),
        (f"[Photo: {STORY}]".encode(), "text/plain"),
        (f"Summary, notes\n{STORY}".encode(), "text/plain"),
        (f"{{Norvale}} {STORY}".encode(), "text/plain"),
    ],
    ids=["PDF", "Word", "web page", "text", "brackets", "commas", "braces"],
)
def test_documents(data: bytes, media_type: str) -> None:
    ((name, kind, text),) = read(data)
    assert (name, kind) == ("stdin", media_type)
    assert "clinic in Norvale" in text


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode(),
        ("\n" + LINES).encode("utf-8-sig"),
        LINES.encode("utf-16"),
        json.dumps(ROWS).encode(),
        json.dumps(ROWS, indent=1).encode(),
        "\n".join(json.dumps(row, indent=1) for row in ROWS).encode(),
        "id,text\n{0[id]},{0[text]!r}\n{1[id]},{1[text]}\n".format(*ROWS).replace("'", '"').encode(),
        make_xlsx({"Posts": [["id", "text"], *(list(row.values()) for row in ROWS)]}),
        make_parquet({key: [row[key] for row in ROWS] for key in ROWS[0]}),
    ],
    ids=["lines", "mark", "UTF-16", "array", "indented", "one by one", "CSV", "Excel", "Parquet"],
)
def test_tables(data: bytes) -> None:
    assert [(name, text) for name, _, text in read(data)] == [(f"stdin#{row['id']}", row["text"]) for row in ROWS]


def test_table_options() -> None:
    data = "\n".join(json.dumps({"nr": n, "story": row["text"]}) for n, row in enumerate(ROWS)).encode()
    assert [name for name, *_ in read(data, text_column="story", id_column="nr")] == ["stdin#0", "stdin#1"]
    csv = b"nr;story\n0;Hit at dawn, they said.\n"
    assert read(csv, text_column="story", id_column="nr") == [["stdin#0", "text/csv", "Hit at dawn, they said."]]


def test_a_bad_line_among_json_lines() -> None:
    items = read(LINES.replace('{"id": "a2"', '{oops}\n{"id": "a2"').encode())
    assert [item[:2] for item in items] == [
        ["stdin#a1", "application/x-ndjson"], ["stdin:2", "bad_json"], ["stdin#a2", "application/x-ndjson"],
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_nothing(data: bytes) -> None:
    ((where, reason, _),) = read(data)
    assert (where, reason) == ("stdin", "empty")


def test_said_to_be_text() -> None:
    assert read(LINES.encode(), input_format="text") == [["stdin", "text/plain", LINES]]


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that can close standard input")
def test_closed(tmp_path: Path) -> None:
    command = [*PROGRAM, "classify", "-", "-o", str(tmp_path / "out")]
    done = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", *command], capture_output=True, text=True)
    assert done.returncode == 3
    assert "rejected: stdin: standard input is closed; pipe a report into it" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that can close standard input")
def test_closed_for_tag() -> None:
    done = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", *PROGRAM, "tag", "-"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "ihlclass: standard input is closed; pipe passages into it, or give a file\n"


def test_classify_a_pdf_on_standard_input(tmp_path: Path) -> None:
    done = ihlclass("classify", "-", "-o", tmp_path / "out", stdin=make_pdf([[STORY]]))
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "reports.jsonl").read_text())["media_type"] == "application/pdf"
