"""Publication dates as tables and front matter write them: only what can be read in one way."""

from __future__ import annotations

import datetime as dt
import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_REST = r"(?:[ ,T]+(?:at )?\d{1,2}:\d{2}.*)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
NAMED = (
    re.compile(rf"{_WEEKDAY}{_DAY}[ -]{_MONTH},?[ -](?P<year>\d{{4}}){_REST}", re.IGNORECASE),
    re.compile(rf"{_WEEKDAY}{_MONTH} {_DAY},? (?P<year>\d{{4}}){_REST}", re.IGNORECASE),
)
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){_REST}")
DOTTED = re.compile(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_REST}")
SLASHED = re.compile(rf"(?P<first>\d{{1,2}})[/-](?P<second>\d{{1,2}})[/-](?P<year>\d{{4}}){_REST}")
SECONDS = (100_000_000, 4_102_444_800)  # 1973 to 2100
YEARS = range(1900, 2101)


def parse_date(value: object) -> dt.date | None:
    """Read a publication date, strictly.

    Parameters
    ----------
    value
        A date or datetime; text in ISO 8601, ``2024/05/01``, ``1 May 2024``, ``May 1, 2024``, ``Wed, 01 May 2024
        10:00:00 GMT``, ``31.12.2024`` (day first), ``31/12/2024`` where only one order makes a date; or a number:
        ``20240501``, or seconds or milliseconds since 1970 (UTC).

    Returns
    -------
    datetime.date or None
        The day as written (time zones are not converted). None where the value is missing, no date, or can be read
        in two ways, such as ``03/04/2024``.
    """
    try:
        day = _parse(value)
    except (ValueError, OverflowError, OSError):
        return None
    return day if day is not None and day.year in YEARS else None


def _parse(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _number(value)
    text = " ".join(str(value).split()) if isinstance(value, str) else ""
    if not text or len(text) > 60:
        return None
    if re.fullmatch(r"\d{8,13}", text):
        return _number(int(text))
    if re.match(r"\d{4}-\d{2}-\d{2}(?:\Z|[T ])", text):
        return dt.datetime.fromisoformat(text.removesuffix(" UTC")).date()
    for pattern in (*NAMED, YEAR_FIRST, DOTTED):
        if match := pattern.fullmatch(text):
            name = match["month"].lower()
            month = int(name) if name.isdigit() else MONTHS.index(name[:3]) + 1
            return dt.date(int(match["year"]), month, int(match["day"]))
    if match := SLASHED.fullmatch(text):
        return _either_order(int(match["year"]), int(match["first"]), int(match["second"]))
    return None


def _number(value: float) -> dt.date | None:
    least, most = SECONDS
    if value == int(value) and 1900_00_00 <= value < 2101_00_00:
        day = int(value)
        return dt.date(day // 10_000, day // 100 % 100, day % 100)
    if least <= value / 1000 < most and value >= most:
        value /= 1000
    if least <= value < most:
        return dt.datetime.fromtimestamp(value, tz=dt.UTC).date()
    return None


def _either_order(year: int, first: int, second: int) -> dt.date | None:
    if first == second or second > 12:
        return dt.date(year, first, second)
    return dt.date(year, second, first) if first > 12 else None
