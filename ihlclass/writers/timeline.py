"""Cases as a table for TimelineJS, one dated case a row: to be put into a Google sheet, published, and named to it.

Its columns are those of the spreadsheet of https://timeline.knightlab.com/docs/using-spreadsheets.html.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ihlclass.writers.tables import write_rows

logger = logging.getLogger(__name__)

COLUMNS = (
    "Year", "Month", "Day", "Time", "End Year", "End Month", "End Day", "End Time", "Display Date", "Headline", "Text",
    "Media", "Media Credit", "Media Caption", "Media Thumbnail", "Type", "Group", "Background",
)  # fmt: skip
NOTICE = "Machine suggestion, unverified."


def write_timeline(cases: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write cases that have a day, in their order; how many have none is said in the log.

    Text is escaped: TimelineJS shows a cell as HTML, and a report could hold any.
    """
    undated = 0

    def rows() -> Iterator[dict[str, str]]:
        nonlocal undated
        for case in cases:
            if case["dates"]:
                yield _row(case)
            else:
                undated += 1

    write_rows(COLUMNS, rows(), path)
    if undated:
        logger.warning("%d cases have no day: they stand in cases.jsonl and not on the timeline", undated)


def _row(case: Mapping[str, Any]) -> dict[str, str]:
    first, last = case["dates"]
    year, month, day = first.split("-")
    row = {"Year": year, "Month": str(int(month)), "Day": str(int(day))}
    if last != first:
        year, month, day = last.split("-")
        row |= {"End Year": year, "End Month": str(int(month)), "End Day": str(int(day))}
    place = case["place"] or "no place"
    row["Headline"] = html.escape(f"{place}: {', '.join(map(_plain, case['objects'])) or 'no object named'}")
    row["Text"] = "".join(f"<p>{html.escape(line)}</p>" for line in _lines(case))
    row["Group"] = html.escape(case["country"] or "")
    return row


def _lines(case: Mapping[str, Any]) -> Iterable[str]:
    tolls = [f"{what} {span(case[what])}" for what in ("killed", "injured") if case[what]]
    if tolls:
        yield "Civilians " + ", ".join(tolls) + "."
    if case["attributed_to"]:
        yield "Named as author: " + ", ".join(case["attributed_to"]) + "."
    if case["indicators"]:
        yield "Indicators: " + ", ".join(map(_plain, case["indicators"])) + "."
    if case["contradictions"]:
        yield "The accounts contradict each other on: " + ", ".join(map(_plain, case["contradictions"])) + "."
    yield "Reports: " + ", ".join(account["report"] for account in case["accounts"]) + f". {NOTICE}"


def span(interval: Iterable[int | None]) -> str:
    """Return an interval as people write it: ``3``, ``3-5``, ``3+`` for "at least 3"."""
    least, most = interval
    return f"{least}+" if most is None else str(least) if least == most else f"{least}-{most}"


def _plain(label: str) -> str:
    return label.replace("_", " ")
