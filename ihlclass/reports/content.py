"""What the reader of a format returns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """Text and metadata of one report, as its format's reader took them out; see `ihlclass.types.Report`."""

    text: str
    media_type: str
    title: str | None = None
    published: dt.date | None = None
    body_start: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its name (``path#id``) and content."""

    where: str
    content: Content
