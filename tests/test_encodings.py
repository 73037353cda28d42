"""Encodings: told rightly or rejected, never turned into other letters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers_documents import PAGE

from ihlclass.errors import ReportError
from ihlclass.reports import read_reports
from ihlclass.reports.encoding import decode
from ihlclass.types import Report

STORY = "Shells fell on the clinic in Norvale at dawn. Two nurses were killed, the mayor said. "
SENTENCES = "“They came,” she said – the café in Müller Street burned. "
RUSSIAN = "В результате ночного обстрела городка погибли двое врачей, ещё трое человек ранены. Аптека сгорела. "


@pytest.mark.parametrize("broken", [b"\xff", b"\x99", b"\xe2\x80"])
@pytest.mark.parametrize("text", [SENTENCES * 3, RUSSIAN], ids=["English", "Russian"])
def test_broken_bytes_in_utf_8_are_marked(text: str, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    half = len(text) // 2
    data = text[:half].encode() + broken + text[half:].encode()
    assert decode(data, "a.txt") == f"{text[:half]}\ufffd{text[half:]}"
    assert "a.txt: nearly all UTF-8" in caplog.text and "(1 of them)" in caplog.text


def test_a_file_cut_off_within_a_letter() -> None:
    assert decode((SENTENCES * 3).encode() + "’".encode()[:2], "a.txt") == SENTENCES * 3 + "\ufffd"


def test_a_mixture_of_encodings_is_rejected() -> None:
    with pytest.raises(ReportError, match="partly UTF-8 and partly in another encoding"):
        decode(SENTENCES.encode() + SENTENCES.encode("cp1252"), "a.txt")


@pytest.mark.parametrize(
    "words",
    ["Café", "naïve", "Müller", "“They came” – the clinic’s roof", "José Ñañez, São Paulo", "48°30’ Sana´a", "ÉCOLE"],
)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_a_few_foreign_letters_in_english_text(words: str, encoding: str) -> None:
    text = f"{STORY}{words} was there."
    assert decode(text.encode(encoding), "a.txt") == text


def test_cyrillic_names_in_english_text() -> None:
    text = STORY * 3 + "Володимир Петренко was the mayor."
    assert decode(text.encode("cp1251"), "a.txt") == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "utf-16"])
def test_russian(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding), "a.txt") == RUSSIAN


@pytest.mark.parametrize("declared", ["iso-8859-1", "latin1", "us-ascii", "windows-1252"])
def test_pages_that_say_latin_1_mean_windows_1252(tmp_path: Path, declared: str) -> None:
    (tmp_path / "a.html").write_bytes(PAGE.format(charset=declared).encode("cp1252"))
    (report,) = read_reports([tmp_path])
    assert isinstance(report, Report)
    assert "the town's mayor said – “a dark day”." in report.text


def test_tables(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [f"{n},{SENTENCES.strip()}" for n in range(50)]
    data = "\n".join(["id;text".replace(";", ","), *(f'{n},"{SENTENCES.strip()}"' for n in range(len(rows)))]).encode()
    (tmp_path / "a.csv").write_bytes(data.replace(b"caf\xc3\xa9", b"caf\xc3", 1))
    (tmp_path / "b.csv").write_bytes(f'id,text\n1,"{STORY}Müller naïve"\n'.encode("cp1252"))
    (tmp_path / "c.jsonl").write_bytes(json.dumps({"text": STORY}).encode() + b'\n{"text": "caf\xe9"}\n')
    items = list(read_reports([tmp_path]))
    texts = [item.text for item in items if isinstance(item, Report)]
    assert texts[0] == SENTENCES.strip().replace("café", "caf\ufffd")
    assert texts[1:50] == [SENTENCES.strip()] * 49
    assert "a.csv: nearly all UTF-8" in caplog.text
    assert texts[50:] == [f"{STORY}Müller naïve", STORY]
    assert [(item.where, item.reason) for item in items if isinstance(item, ReportError)] == [
        ("c.jsonl:2", "unknown_encoding")
    ]
