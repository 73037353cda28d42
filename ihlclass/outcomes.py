"""What comes of one report: its line in the ledger, and its incidents or why there are none; and of one passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ihlclass.classifier import Classifier
from ihlclass.errors import OutputError, ReportError, is_full
from ihlclass.reports.language import detect_language
from ihlclass.types import Report
from ihlclass.writers import incident_record
from ihlclass.writers.records import tag_record

#: Ledger entry and incident records of a report.
Outcome = tuple[dict[str, Any], list[dict[str, Any]]]


def outcome_of(classifier: Classifier, item: Report | ReportError, *, any_language: bool) -> Outcome:
    """Classify a report; whatever is wrong with it becomes its entry, and never an error.

    Parameters
    ----------
    any_language
        Score a report in an unsupported language too, instead of rejecting it.

    Returns
    -------
    tuple
        The entry, with ``report`` and ``status`` (``classified`` or ``rejected``), and the incident records.

    Raises
    ------
    OutputError
        If there is no room for a temporary file.
    """
    if isinstance(item, ReportError):
        return unread(item), []
    if item.unsupported_language and not any_language:
        which = "another language" if item.language == "und" else repr(item.language)
        message = f"the report is in {which}; supported: en. Translate it, or use --any-language"
        return rejected(item, "unsupported_language", message), []
    try:
        passages = classifier.tag_report(item)
        found = classifier.group(item, passages)
    except Exception as error:  # one bad report never stops a batch; the fault's kind is named, not the text
        if is_full(error):
            raise OutputError("no room for a temporary file: free some, then go on with --resume") from error
        return failed(item, type(error).__name__), []
    records = [
        incident_record(
            incident,
            language=item.language,
            unsupported_language=item.unsupported_language,
            published=item.published,
        )
        for incident in found
    ]
    counts = {"passages": len(passages), "incidents": len(records)}
    return {**_facts(item), "status": "classified", **counts}, records


def unread(error: ReportError) -> dict[str, Any]:
    """Return the entry of a report that could not be read."""
    return {"report": error.where, "status": "rejected", "reason": error.reason, "message": error.message}


def rejected(report: Report, reason: str, message: str) -> dict[str, Any]:
    """Return the entry of a report that is not used."""
    return {**_facts(report), "status": "rejected", "reason": reason, "message": message}


def failed(report: Report, kind: str) -> dict[str, Any]:
    """Return the entry of a report that the program could not cope with."""
    return rejected(report, "failed", f"a fault of ours ({kind}); please tell us with the report's kind and size")


def tag_records(classifier: Classifier, identifiers: Sequence[Any], texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Tag passages and tell their language: yield for each what ``ihlclass tag`` writes."""
    for identifier, text, tags in zip(identifiers, texts, classifier.tag(texts), strict=True):
        language = detect_language(text)
        yield tag_record(identifier, tags, language=language.code, unsupported_language=not language.supported)


def _facts(report: Report) -> dict[str, Any]:
    return {
        "report": report.name,
        "sha256": report.sha256,
        "size_bytes": report.size_bytes,
        "media_type": report.media_type,
        "title": report.title,
        "published": report.published.isoformat() if report.published else None,
        "language": report.language,
        "unsupported_language": report.unsupported_language,
    }
