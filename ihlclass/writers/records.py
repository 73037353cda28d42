"""Values at the wire: dataclasses to JSON objects with fixed names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ihlclass.types import FigureSource, Incident, Tags, TimeSource

SCHEMA_VERSION = "1.1"


def incident_record(
    incident: Incident, *, language: str, unsupported_language: bool, published: dt.date | None
) -> dict[str, Any]:
    """Return an incident as the JSON object of ``incidents.jsonl`` (see ``docs/output.md``).

    Parameters
    ----------
    language, unsupported_language
        Those of the report, so that nobody takes a tag on a text that the model cannot read for a good one.
    published
        That of the report, for linking and for the reader.
    """
    return {
        "incident_id": incident.incident_id,
        "report": incident.report,
        "report_sha256": incident.report_sha256,
        "published": published.isoformat() if published else None,
        "place": incident.place,
        "country": incident.country,
        "coordinates": list(incident.coordinates) if incident.coordinates else None,
        "date": incident.date.isoformat() if incident.date else None,
        "objects": list(incident.objects),
        "indicators": list(incident.indicators),
        "probabilities": dict(incident.probabilities),
        "killed": list(incident.killed) if incident.killed else None,
        "injured": list(incident.injured) if incident.injured else None,
        "attributed_to": incident.attributed_to,
        "background": incident.background,
        "passages": [
            {
                "start": e.start,
                "end": e.end,
                "text": e.text,
                "labels": list(e.labels),
                "probabilities": dict(e.probabilities),
            }
            for e in incident.passages
        ],
        "needs_review": list(incident.needs_review),
        "figures": [
            {**_where(f), "harm": f.harm, "interval": list(f.interval), "kind": f.kind} for f in incident.figures
        ],
        "times": [{**_where(t), "date": t.date.isoformat() if t.date else None} for t in incident.times],
        "place_candidates": [
            {
                "name": c.name,
                "country": c.country,
                "coordinates": list(c.coordinates),
                "population": c.population or None,
            }
            for c in incident.place_candidates
        ],
        "language": language,
        "unsupported_language": unsupported_language,
        "schema_version": SCHEMA_VERSION,
    }


def _where(source: FigureSource | TimeSource) -> dict[str, Any]:
    return {"start": source.start, "end": source.end, "text": source.text}


def tag_record(
    identifier: Any, tags: Tags, *, language: str | None = None, unsupported_language: bool = False
) -> dict[str, Any]:
    """Return a passage's tags as the JSON object that ``ihlclass tag`` writes.

    Parameters
    ----------
    language, unsupported_language
        Those of the passage. One in an unsupported language gets no labels: only its probabilities are kept.
    """
    record = {
        "id": identifier,
        "labels": [] if unsupported_language else list(tags.labels),
        "probabilities": dict(tags.probabilities),
        "review": [] if unsupported_language else list(tags.review),
    }
    if language is not None:
        record["language"] = language
    if unsupported_language:
        record["unsupported_language"] = True
    return record
