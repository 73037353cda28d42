from __future__ import annotations

import datetime as dt

import pytest

from ihlclass.incidents.dates import find_dates
from ihlclass.incidents.time_reader import judged

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
