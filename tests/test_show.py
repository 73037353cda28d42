"""Incidents on a terminal, at several widths."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from helpers_cli import PROGRAM, ihlclass, on_terminal
from rich.console import Console

from ihlclass.cli.show import plain, show_incidents

RECORD: dict[str, Any] = {
    "report": "posts/2024/channel-export.csv#88412", "place": "Velin", "country": "UA", "date": "2024-05-13",
    "objects": ["medical_facility", "residential_building", "humanitarian_object"],
    "indicators": ["civilians_killed", "medical_personnel_victims", "artillery_or_rocket_fire", "attribution"],
    "probabilities": {
        "medical_facility": 0.991, "residential_building": 0.62, "humanitarian_object": 0.5, "civilians_killed": 1.0,
        "medical_personnel_victims": 0.59, "artillery_or_rocket_fire": 0.88, "attribution": 0.7,
    },
    "killed": [7, None], "injured": [2, 5], "attributed_to": "the armed forces", "background": True,
    "passages": [
        {"start": 0, "end": 9, "text": "Two died.", "labels": ["civilians_killed"]},
        {"start": 10, "end": 300, "text": "Shells hit the clinic. " * 12, "labels": ["medical_facility"]},
    ],
    "needs_review": ["object_damaged", "indiscriminate_attack"], "language": "uk", "unsupported_language": True,
}  # fmt: skip
BARE: dict[str, Any] = {
    **RECORD, "place": None, "country": None, "date": None, "objects": [], "killed": None, "injured": None,
    "attributed_to": None, "background": False, "needs_review": [], "unsupported_language": False,
}  # fmt: skip


def shown(width: int, *records: dict[str, Any]) -> str:
    out = io.StringIO()
    show_incidents(records, Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_every_line_fits_and_no_label_is_broken(width: int) -> None:
    text = shown(width, RECORD, BARE)
    assert max(map(len, text.splitlines())) <= width
    for label, probability in RECORD["probabilities"].items():
        assert f"{label} {probability:.2f}" in text
    for label in RECORD["needs_review"]:
        assert label in text


def test_a_block_says_the_main_things_first() -> None:
    lines = [line.rstrip() for line in shown(100, RECORD).splitlines()]
    assert lines[2] == "2024-05-13  Velin (UA)  killed 7+  injured 2-5  earlier event"
    names = [line.split()[0] for line in lines[3:-1] if not line.startswith(" ")]
    assert names == ["objects", "indicators", "review", "author", "report", "evidence"]
    assert "report      posts/2024/channel-export.csv#88412 10:300 (in uk: not supported)" in lines
    assert lines[-2].endswith("...")


def test_a_block_of_an_incident_of_which_little_is_known() -> None:
    lines = [line.rstrip() for line in shown(80, BARE).splitlines()]
    assert lines[2:4] == ["no date  no place", "objects     none"]
    assert not any(line.startswith(("review", "author")) for line in lines)


def test_no_report_steers_the_terminal() -> None:
    evil = "a\x1b[31mb\x9bc\n\u202ed[bold]"
    assert plain(evil) == "a\ufffd[31mb\ufffdc \ufffdd[bold]"
    passage = {"start": 0, "end": 9, "text": evil, "labels": ["medical_facility"]}
    text = shown(80, {**RECORD, "report": evil, "place": evil, "attributed_to": evil, "passages": [passage]})
    assert "\x1b" not in text and "\x9b" not in text and "\u202e" not in text
    assert text.count("[bold]") == 4


def test_the_sample_reports_fit_80_columns(root: Path, tmp_path: Path) -> None:
    done = ihlclass("classify", root / "seeds" / "reports", "-o", tmp_path / "out", "--table", env={"COLUMNS": "80"})
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert re.search(r"\nobjects     medical_facility [01]\.\d\d", done.stdout)


def test_a_terminal_gets_a_bar_and_nothing_else_does(tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(f"Shells hit the hospital in Velin on Monday. {n} people were killed.")
    done = on_terminal([*PROGRAM, "classify", str(tmp_path), "-o", str(tmp_path / "out")])
    assert done.stdout == "" and done.returncode == 0
    text = done.stderr
    assert "100%" in text and "3 reports, " in text and "0:00:0" in text
