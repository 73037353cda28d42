"""Read marked passages, from which the readers of incidents learn (`ihlclass.training.readers`).

Marks name a passage of ``seeds/passages`` by its id, or one of a report of ``experiments/0019-reports-of-our-own`` by
the report's name and where it starts and ends, in characters.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ihlclass.incidents import authors, place_features, time_reader, victims
from ihlclass.incidents.dates import find_dates
from ihlclass.incidents.gazetteer import default_gazetteer
from ihlclass.incidents.place_reader import PARTS
from ihlclass.incidents.places import PlaceFinder
from ihlclass.incidents.words import tokens
from ihlclass.labels import load_scheme
from ihlclass.passages import split
from ihlclass.reports import read_reports
from ihlclass.training.data import read_passages
from ihlclass.types import Report

#: Where the marks of each reader lie.
PLACES = ("seeds/places/passages.jsonl", "seeds/places/reports.jsonl")
AUTHORS = ("seeds/authors/passages.jsonl", "seeds/authors/reports.jsonl")
TIMES = ("seeds/times/passages.jsonl", "seeds/times/reports.jsonl")
VICTIMS = ("seeds/victims/passages.jsonl", "seeds/victims/reports.jsonl")
REPORTS = "experiments/0019-reports-of-our-own/reports"
#: What a passage of a report counts, beside one of seeds/passages.
OF_REPORT = 2.0
#: The class of a span that tells nothing either way.
UNTOLD = -1
#: Any day: what a time is that of does not hang on when the report was published.
PUBLISHED = dt.date(2024, 6, 12)


@dataclass(frozen=True)
class Example:
    """A passage from which a reader learns, or by which it is judged.

    Attributes
    ----------
    group
        Passages of one group, or one report, are never on both sides.
    name
        The passage's id, or its report's name.
    spans
        What is to be classified, in characters.
    rows
        Names of the features of each span.
    classes
        Of each span; `UNTOLD` where it tells nothing either way.
    weight
        What it counts.
    author
        Of authors: as it was marked.
    """

    group: str
    name: str
    text: str
    spans: tuple[tuple[int, int], ...]
    rows: tuple[tuple[str, ...], ...]
    classes: tuple[int, ...]
    weight: float
    author: str | None = None

    @property
    def of_report(self) -> bool:
        """Whether it is a passage of a report."""
        return self.weight == OF_REPORT


@dataclass(frozen=True)
class _Told:
    """A marked passage."""

    group: str
    name: str
    text: str
    labels: tuple[str, ...]
    weight: float


class Marks:
    """The marks of a checkout.

    Parameters
    ----------
    root
        Its top.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._finders: dict[str, PlaceFinder] = {}

    @cached_property
    def _passages(self) -> dict[str, Any]:
        return {p.id: p for p in read_passages([self._root / "seeds" / "passages"], load_scheme())}

    @cached_property
    def _reports(self) -> dict[str, Report]:
        read = read_reports([self._root / REPORTS])
        return {Path(report.name).stem: report for report in read if isinstance(report, Report)}

    def _marked(self, files: Sequence[str]) -> Iterator[tuple[dict[str, Any], _Told]]:
        for file in files:
            for line in (self._root / file).read_text(encoding="utf-8").splitlines():
                mark = json.loads(line)
                yield mark, self._of_report(mark) if "report" in mark else self._of_seeds(mark)

    def text_of(self, mark: Mapping[str, Any]) -> str:
        """Return the text of the passage that a mark names."""
        if "report" in mark:
            return self._reports[mark["report"]].text[mark["start"] : mark["end"]]
        return str(self._passages[mark["id"]].text)

    def _of_seeds(self, mark: dict[str, Any]) -> _Told:
        told = self._passages[mark["id"]]
        return _Told(told.group, told.id, told.text, told.labels, 1.0)

    def _of_report(self, mark: dict[str, Any]) -> _Told:
        return _Told(mark["report"], mark["report"], self.text_of(mark), tuple(mark.get("labels", ())), OF_REPORT)

    def _finder(self, mark: dict[str, Any]) -> PlaceFinder:
        """Return what knows the names of a passage: of a report by all its passages."""
        if "report" not in mark:
            return PlaceFinder(default_gazetteer(), [self.text_of(mark)])
        name = mark["report"]
        if name not in self._finders:
            texts = [passage.text for passage in split(self._reports[name])]
            self._finders[name] = PlaceFinder(default_gazetteer(), texts)
        return self._finders[name]

    def places(self) -> Iterator[Example]:
        """Yield passages with the part that each name plays, a class of `PARTS`."""
        for mark, told in self._marked(PLACES):
            found = place_features.candidates(told.text)
            rows = place_features.features(told.text, tokens(told.text), found, self._finder(mark).about)
            spans = tuple((name.start, name.end) for name in found)
            parts = spans_of_names(told.text, mark["places"])
            yield _example(told, spans, rows, [PARTS.index(parts.get(span, "-")) for span in spans])

    def authors(self) -> Iterator[Example]:
        """Yield passages with phrases that may name the author: 1 for those that do, 0 for others.

        Those that hold the author, or lie in it, tell nothing either way; where no phrase is the author to the letter,
        they stand for it.
        """
        for mark, told in self._marked(AUTHORS):
            spans = tuple(authors.candidates(told.text))
            author = (mark["author"] or "").lower()
            names = [told.text[start:end].lower() for start, end in spans]
            near = [bool(author) and (author in name or name in author) for name in names]
            exact = author in names
            classes = [int(name == author if exact else is_near) for name, is_near in zip(names, near, strict=True)]
            classes = [UNTOLD if is_near and not c else c for c, is_near in zip(classes, near, strict=True)]
            yield _example(told, spans, authors.features(told.text, spans), classes, mark["author"])

    def times(self) -> Iterator[Example]:
        """Yield passages with the times that they name: 1 for those of an attack, 0 for others."""
        for mark, told in self._marked(TIMES):
            found = find_dates(told.text, PUBLISHED)
            if len(found) != len(mark["marks"]):
                raise ValueError(f"{mark}: {len(found)} times are found there, and {len(mark['marks'])} are marked")
            rows = time_reader.features(told.text, found, told.labels)
            spans = tuple((when.start, when.end) for when in found)
            yield _example(told, spans, rows, [int(letter == "E") for letter in mark["marks"]])

    def victims(self) -> Iterator[Example]:
        """Yield passages with phrases that may name people who came to harm; classes are those of `victims.ROLES`.

        A phrase that meets a marked one, and is not it to the letter, has its role.
        """
        for mark, told in self._marked(VICTIMS):
            found = victims.find_victims(told.text)
            roles = spans_of(told.text, mark["victims"])
            classes = [_role(one, roles) for one in found]
            spans = tuple((one.start, one.end) for one in found)
            yield _example(told, spans, victims.features(told.text, found), classes)


def _role(one: victims.Victims, roles: Mapping[tuple[int, int], str]) -> int:
    meets = (role for (start, end), role in roles.items() if start < one.end and end > one.start)
    return victims.ROLES.index(roles.get((one.start, one.end)) or next(meets, "-"))


def spans_of(text: str, phrases: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """Find marked phrases, which stand in order, and return what they are marked as.

    Raises
    ------
    ValueError
        If one is not in the text after the one before it.
    """
    found, position = {}, 0
    for phrase, mark in phrases:
        start = text.find(phrase, position)
        if start < 0:
            raise ValueError("a marked phrase is not in its passage, or not in this order")
        position = start + len(phrase)
        found[start, position] = mark
    return found


def _example(
    told: _Told,
    spans: tuple[tuple[int, int], ...],
    rows: Sequence[Sequence[str]],
    classes: Sequence[int],
    author: str | None = None,
) -> Example:
    named = tuple(tuple(row) for row in rows)
    return Example(told.group, told.name, told.text, spans, named, tuple(classes), told.weight, author)


def spans_of_names(text: str, places: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    """Find marked names, which stand in order, and return their parts.

    Small words at their edges ("the", "hospital", "No.") are no part of a candidate.

    Raises
    ------
    ValueError
        If one is not in the text after the one before it.
    """
    found = {}
    for (start, end), part in spans_of(text, places).items():
        while lead := re.match(r"(?:[a-z][\w'’-]*|[-–,.]|\d+\w*)\s+(?=.*[A-Z])", text[start:end]):
            start += lead.end()
        while tail := re.search(r"\s+(?:[a-zà-ž][a-zà-ž'’-]*|No\.?|\d+\w*)$", text[start:end]):
            end = start + tail.start()
        found[start, end - 2 if text[start:end].endswith(("'s", "’s")) else end] = part
    return found
