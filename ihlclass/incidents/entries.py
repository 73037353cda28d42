"""What holds over several passages of a report: the entry of a list, and the day that a paragraph sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ihlclass.incidents.dates import When, find_dates
from ihlclass.incidents.headings import Heading, find_heading, place_at_end, spelled
from ihlclass.incidents.places import Mention, PlaceFinder
from ihlclass.incidents.scenes import finer, is_scene
from ihlclass.types import Report, TaggedPassage


@dataclass
class Setting:
    """The day that a paragraph sets for what it tells, in a passage that tells nothing itself."""

    paragraph: int = -1
    whens: list[When] = field(default_factory=list)
    done: bool = False

    def add(self, text: str, whens: Sequence[When], *, told: bool = False) -> None:
        """Take the day of a passage, unless one that told something had a day of its own."""
        days = [w for w in whens if w.date is not None and not w.statement and not text[: w.end].endswith("ago")]
        if told:
            self.done = self.done or bool(days)
        elif not self.done:
            self.whens = days[:1] or self.whens


class Entry:
    """The entry of a list that the reading is in: its place and day hold until the next heading.

    Attributes
    ----------
    number
        How many headings there were.
    place, whens
        What the heading names.
    """

    def __init__(self) -> None:
        self.number = 0
        self.place: Mention | None = None
        self.whens: list[When] = []
        self._paragraph = -1
        self._alone = False
        self._section: list[When] = []

    def read(
        self, passages: Sequence[TaggedPassage], number: int, mentions: Sequence[Mention], finder: PlaceFinder
    ) -> Heading | None:
        """Return the heading that a passage opens with; what the entry before it named no longer holds."""
        paragraph = passages[number].passage.paragraph
        if number and passages[number - 1].passage.paragraph == paragraph:
            return None
        whole = number + 1 == len(passages) or passages[number + 1].passage.paragraph != paragraph
        heading = find_heading(passages[number].passage.text, mentions, finder, whole=whole)
        if heading is None and not whole:
            last = next(
                i
                for i in range(number, len(passages))
                if i + 1 == len(passages) or passages[i + 1].passage.paragraph != paragraph
            )
            heading = place_at_end(passages[number].passage.text, passages[last].passage.text, finder)
        if heading is not None:
            alone = heading.end >= len(passages[number].passage.text) and whole
            if heading.field and heading.place is None and self._alone:  # the day of the record whose place is told
                self._paragraph = paragraph
                return heading
            self.number += 1
            if alone:
                self._section = []
            self.place, self.whens = heading.place, []
            self._paragraph = paragraph
            self._alone = alone
        elif not self._alone and paragraph > self._paragraph:
            self.place, self.whens = None, self._section
        return heading

    def take_days(self, text: str, heading: Heading | None, report: Report, year: int | None) -> None:
        """Keep the days that a heading names, where a passage opens with one; those of a section, in one without."""
        if heading is None:
            return
        if heading.dated:
            found = find_dates(spelled(text[: heading.end]), report.published, year=year)
            days = [when for when in found if when.kind != "vague"]
            if self._alone:
                self._section = days
            self.whens = days
        else:
            self.whens = self._section

    def scenes(
        self,
        heading: Heading | None,
        groups: list[Mention],
        listed: tuple[Mention, ...],
    ) -> tuple[list[Mention], tuple[Mention, ...]]:
        """Return the places of a passage: the heading's in a heading, and where the passage names no settlement."""
        if heading is not None and heading.place is not None:
            closer = [m for m in (*groups, *listed) if m.start >= heading.end and finer(m, heading.place)]
            return closer or [heading.place], () if closer else listed
        if self.place is None or listed or any(is_scene(m) or finer(m, self.place) for m in groups):
            return groups, listed
        return [self.place], ()
