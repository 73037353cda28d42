from __future__ import annotations

import datetime as dt

import pytest

from ihlclass.incidents.dates import find_dates

PUBLISHED = dt.date(2024, 5, 15)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("on 12 June 2019", dt.date(2019, 6, 12)),
        ("on June 12, 2019", dt.date(2019, 6, 12)),
        ("on 2019-06-12", dt.date(2019, 6, 12)),
        ("on 16/05/2023", dt.date(2023, 5, 16)),
        ("on 05/06/2023", None),
        ("on Monday", dt.date(2024, 5, 13)),
        ("yesterday", dt.date(2024, 5, 14)),
        ("overnight", dt.date(2024, 5, 15)),
        ("in March", None),
        ("on 14 May", dt.date(2024, 5, 14)),
        ("on 31 February 2024", None),
        ("on 3 May 1850", dt.date(1850, 5, 3)),
        ("on 1850-05-03", dt.date(1850, 5, 3)),
        ("on May 3, 2999", None),
        ("on 3 May 2999", None),
        ("on 12 March 2087", None),
        ("on 2-3 May", None),
        ("on May 2-3, 2024", None),
        ("on Saturday 4 May", dt.date(2024, 5, 4)),
        ("before dawn on Monday", dt.date(2024, 5, 13)),
        ("shortly after midnight on Tuesday", dt.date(2024, 5, 14)),
        ("on 4 May last year", dt.date(2023, 5, 4)),
        ("on 4 May, a Saturday", dt.date(2024, 5, 4)),
    ],
)
def test_dates(text: str, date: dt.date | None) -> None:
    found = find_dates(f"The clinic was hit {text}.", PUBLISHED)
    assert [when.date for when in found][:1] in ([date], [] if date is None else [date])


@pytest.mark.parametrize("text", ["on Monday", "yesterday", "overnight", "on 14 May"])
def test_nothing_is_invented_without_publication_date(text: str) -> None:
    assert not [when for when in find_dates(f"The clinic was hit {text}.") if when.date is not None]


@pytest.mark.parametrize(
    "text",
    [
        "The minister was visiting Tarobou on Monday, where soldiers burnt homes.",
        "Nobody had come there since the start of the offensive on 24 February.",
    ],
)
def test_a_visit_and_the_start_of_a_war_are_no_times_of_an_event(text: str) -> None:
    assert all(when.statement for when in find_dates(text, PUBLISHED))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The next morning shells fell on the clinic.", 5),
        ("Shells fell on the clinic that evening.", 4),
        ("The night before, shells had fallen on the clinic.", 3),
        ("On the 11th, shells fell on the clinic.", 11),
    ],
)
def test_days_are_counted_from_the_day_told_before(text: str, day: int) -> None:
    (when,) = find_dates(text, PUBLISHED, anchor=dt.date(2024, 5, 4))
    assert when.date == dt.date(2024, 5, day)
    assert not [w for w in find_dates(text) if w.date is not None]


@pytest.mark.parametrize(
    "text",
    [
        "A satellite image of 8 May shows no roof.",
        "The lorries were photographed on Monday.",
        "Rescuers on Tuesday pulled a girl from the rubble.",
        "They were buried in the field on Monday.",
    ],
)
def test_a_picture_or_a_burial_is_no_time_of_an_event(text: str) -> None:
    assert all(when.statement for when in find_dates(text, PUBLISHED))


@pytest.mark.parametrize("published", [dt.date.min, dt.date.max])
def test_a_placeholder_for_the_day_of_publication_is_no_fault(published: dt.date) -> None:
    text = "Shells fell yesterday, on Monday, on 3 March, the day before, and two days later."
    for when in find_dates(text, published, anchor=published):
        assert when.date is None or abs((when.date - published).days) <= 366


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("The day after the massacre, men entered a church.", dt.date(2024, 5, 5)),
        ("Two nights after that, shells fell.", dt.date(2024, 5, 6)),
        ("Eight days later it was hit again.", dt.date(2024, 5, 12)),
        ("In the night of Friday to Saturday a shell fell.", dt.date(2024, 5, 11)),
        ("In the night of 3 to 4 May a shell fell.", dt.date(2024, 5, 4)),
        ("In the night of May 3 to 4 a shell fell.", dt.date(2024, 5, 4)),
        ("Shells fell on 3 and 5 May.", None),
        ("It was hit on Tuesday of last week.", dt.date(2024, 5, 7)),
        ("Last Wednesday a drone fell.", dt.date(2024, 5, 8)),
        ("The previous Monday a drone fell.", dt.date(2024, 4, 29)),
        ("The following Monday a drone fell.", dt.date(2024, 5, 6)),
        ("Overnight on 3 May a drone fell.", dt.date(2024, 5, 3)),
        ("Overnight Sunday a drone fell.", dt.date(2024, 5, 12)),
        ("On Christmas Day a drone fell.", dt.date(2023, 12, 25)),
    ],
)
def test_days_told_by_another_night_week_or_feast(text: str, date: dt.date | None) -> None:
    (when,) = find_dates(text, PUBLISHED, anchor=dt.date(2024, 5, 4))
    assert when.date == date
