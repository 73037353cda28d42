from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from ihlclass.incidents.dates import find_dates
from ihlclass.incidents.time_reader import judged
from ihlclass.labels import load_scheme
from ihlclass.training.data import read_passages

PUBLISHED = dt.date(2024, 5, 15)
LABELS = ("medical_facility", "civilians_killed", "incident")


@pytest.mark.parametrize(
    ("text", "of_attack"),
    [
        ("On 3 May shells hit the clinic and killed two nurses.", True),
        ("On Monday night a drone struck the clinic, killing a doctor.", True),
        ("On 12 May the ministry said that two had died in the clinic.", False),
        ("The clinic, which was hit and where two died, has been closed since 2 May.", False),
    ],
)
def test_the_time_of_an_attack_and_other_times(text: str, of_attack: bool) -> None:
    (when,) = judged(text, find_dates(text, PUBLISHED), LABELS)
    assert when.sure is of_attack
    assert not (when.statement and of_attack)


def test_what_is_found_stays_as_it_was_but_for_what_it_is_the_time_of() -> None:
    text = "Shells hit the clinic on 3 May; the mayor spoke on 4 May."
    before = find_dates(text, PUBLISHED)
    after = judged(text, before, LABELS)
    assert [(w.start, w.end, w.date, w.kind) for w in after] == [(w.start, w.end, w.date, w.kind) for w in before]
    assert judged("Nothing.", [], ()) == []


def test_every_mark_is_of_a_time_of_its_passage(root: Path) -> None:
    seeds = {p.id: p.text for p in read_passages([root / "seeds" / "passages"], load_scheme())}
    reports = root / "experiments/0019-reports-of-our-own/reports"
    rows = [json.loads(line) for line in (root / "experiments/0024-times/times.jsonl").read_text().splitlines()]
    assert len(rows) > 1500
    for row in rows:
        whole = (reports / f"{row['report']}.txt").read_text() if "report" in row else seeds[row["id"]]
        text = whole[row["start"] : row["end"]] if "report" in row else whole
        assert len(find_dates(text, PUBLISHED)) == len(row["marks"])
        assert set(row["marks"]) <= set("EO")
