"""The values that pass from stage to stage: frozen dataclasses, no imports of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

Interval = tuple[int, int | None]
"""``(least, most)`` number of people; ``most`` is None where the report leaves it open."""


@dataclass(frozen=True, slots=True)
class Report:
    r"""One report as read.

    Attributes
    ----------
    name
        Path relative to the folder it was found in; for a row of a table the path, ``#`` and the row's id.
        `ihlclass.reports.read_reports` gives no two reports of a run the same name.
    text
        The text as read, with ``\n`` line ends. All offsets are characters (code points) into it.
    body_start
        Offset where the report proper begins, after a metadata line such as ``Published: 2024-05-01``.
    sha256
        Hex digest of the source: the file's bytes, or for a row of a table the UTF-8 bytes of its text.
    size_bytes
        Size of what `sha256` was taken of.
    media_type
        IANA media type of the source, e.g. ``text/plain``.
    title
        Title, where the format carries one.
    published
        Publication date, where the file, the table or the user gives one.
    language
        ISO 639-1 code of the main language, ``und`` where it cannot be told.
    unsupported_language
        True where the report is not in English, though which language it is may not be known (``und``).
    source
        Name of the file alone; empty where that is not known.
    """

    name: str
    text: str
    sha256: str
    size_bytes: int
    media_type: str
    title: str | None = None
    published: dt.date | None = None
    language: str = "und"
    unsupported_language: bool = False
    body_start: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a report: ``report.text[start:end] == text`` always holds.

    Attributes
    ----------
    paragraph
        Number of the paragraph it stands in, from 0.
    """

    start: int
    end: int
    text: str
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Tags:
    """What the model says of one text.

    Attributes
    ----------
    labels
        Labels that reach their threshold, in scheme order; none where nothing in the text is clear.
    review
        Labels a person should look at, between their thresholds or in a text in which nothing is clear. Disjoint from
        `labels`.
    probabilities
        Calibrated probability in 0..1 for every label of the scheme.
    """

    labels: tuple[str, ...]
    review: tuple[str, ...]
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TaggedPassage:
    """A passage and its tags."""

    passage: Passage
    tags: Tags


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that supports an incident.

    Attributes
    ----------
    start, end
        Characters into the report's text.
    labels
        The incident's labels that this passage itself carries.
    probabilities
        What the model gives this passage for each of them.
    """

    start: int
    end: int
    text: str
    labels: tuple[str, ...]
    probabilities: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Words that give a number of people killed or injured.

    Attributes
    ----------
    start, end
        Characters into the report's text, where `text` stands.
    harm
        ``killed`` or ``injured``.
    interval
        Least and most.
    kind
        What the number is of: ``count``, ``group``, ``more``, ``either``, ``one``, ``plural``, ``part`` or ``total``
        (`ihlclass.incidents.figures.Figure`); parts and totals say nothing of the incident as a whole.
    """

    start: int
    end: int
    text: str
    harm: str
    interval: Interval
    kind: str


@dataclass(frozen=True, slots=True)
class TimeSource:
    """Words that say when: where they stand in the report, and the day, None where they do not tell just one."""

    start: int
    end: int
    text: str
    date: dt.date | None


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A settlement that a place's name may mean: name, ISO code, ``(longitude, latitude)`` in degrees, inhabitants."""

    name: str
    country: str
    coordinates: tuple[float, float]
    population: int


@dataclass(frozen=True, slots=True)
class Incident:
    """One attack or abuse as one report tells it; the fields are those of ``docs/incidents.md``.

    Attributes
    ----------
    incident_id
        Stable: the same report under the same name, and the same bundle, give the same id; no two incidents of a
        run share one.
    place, country, coordinates
        Place as the report writes it; ISO 3166-1 alpha-2 code; ``(longitude, latitude)`` in degrees (WGS 84).
    date
        Day of the event, where the text and the publication date tell it.
    objects, indicators
        Labels by facet, each carried by one or more of `passages`.
    probabilities
        For each label of `objects` and `indicators`, the highest probability among `passages`.
    killed, injured
        Civilians, as intervals; None where nothing is said.
    attributed_to
        The party named as the author, as the report writes it.
    background
        True for an earlier event that the report recalls.
    needs_review
        Labels that only reach the review band in `passages`.
    figures, times
        The words that `killed`, `injured` and `date` were read from, in the order of the report.
    place_candidates
        Settlements that `place` may mean, the likeliest first: `country` and `coordinates` are its.
    """

    incident_id: str
    report: str
    report_sha256: str
    place: str | None
    date: dt.date | None
    objects: tuple[str, ...]
    indicators: tuple[str, ...]
    probabilities: Mapping[str, float]
    passages: tuple[Evidence, ...]
    country: str | None = None
    coordinates: tuple[float, float] | None = None
    killed: Interval | None = None
    injured: Interval | None = None
    attributed_to: str | None = None
    background: bool = False
    needs_review: tuple[str, ...] = ()
    figures: tuple[FigureSource, ...] = ()
    times: tuple[TimeSource, ...] = ()
    place_candidates: tuple[PlaceCandidate, ...] = ()
