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
    ],
)
def test_dates(text: str, date: dt.date | None) -> None:
    found = find_dates(f"The clinic was hit {text}.", PUBLISHED)
    assert [when.date for when in found][:1] in ([date], [] if date is None else [date])


@pytest.mark.parametrize("text", ["on Monday", "yesterday", "overnight", "on 14 May"])
def test_nothing_is_invented_without_publication_date(text: str) -> None:
    assert not [when for when in find_dates(f"The clinic was hit {text}.") if when.date is not None]
