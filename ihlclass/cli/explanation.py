"""An incident or a case for people, with all that it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from ihlclass.cli.show import heading, plain
from ihlclass.writers.timeline import span

NOTICE = "A machine suggestion, unverified: the report says so, no more."


def explain_incident(record: Mapping[str, Any], console: Console) -> None:
    """Print an incident: passages, tags with probabilities, figures, times, candidates for the place, the author."""
    console.print(heading(record), Text(f"  {record['incident_id']}", style="dim"))
    console.print(Text(f"{plain(record['report'])}, sha256 {record['report_sha256'][:16]}...", style="dim"))
    _part(console, "Passages")
    for passage in record["passages"]:
        console.print(Text(f"{passage['start']}:{passage['end']}  {plain(passage['text'])}"))
        sure = passage.get("probabilities", {})
        tags = [f"{label} {sure[label]:.2f}" if label in sure else label for label in passage["labels"]]
        console.print(Text("    " + (", ".join(tags) or "no label of its own"), style="bold"))
    if record["needs_review"]:
        console.print(Text("for review: " + ", ".join(record["needs_review"]), style="yellow"))
    _part(console, "People")
    for what in ("killed", "injured"):
        _line(console, what, span(record[what]) if record[what] else "nothing is said")
    for figure in record.get("figures", ()):
        of = "" if figure["kind"] == "count" else f" ({figure['kind']})"
        _source(console, figure, f"{figure['harm']} {span(figure['interval'])}{of}")
    _part(console, "Time")
    _line(console, "date", record["date"] or "none could be told for sure")
    _line(console, "published", record["published"] or "not known")
    for time in record.get("times", ()):
        _source(console, time, time["date"] or "not one day")
    _part(console, "Place")
    _line(console, "as written", plain(record["place"]) if record["place"] else "none")
    candidates = record.get("place_candidates", ())
    for number, candidate in enumerate(candidates):
        lon, lat = candidate["coordinates"]
        chosen = "taken" if number == 0 else "or"
        size = f", {candidate['population']:,} inhabitants" if candidate["population"] else ""
        _line(console, chosen, f"{candidate['name']}, {candidate['country']} ({lat:.3f}, {lon:.3f}){size}")
    if record["place"] and not candidates:
        known = f"no settlement that the gazetteer knows; country {record['country'] or 'not known'}"
        _line(console, "", known if "place_candidates" in record else "what it may be is not kept in these results")
    _part(console, "Author")
    _line(console, "named", plain(record["attributed_to"]) if record["attributed_to"] else "nobody")
    console.print(Text(NOTICE, style="dim"))


def explain_case(record: Mapping[str, Any], console: Console) -> None:
    """Print a case: its accounts one after another, what speaks for the link, what contradicts."""
    place = plain(record["place"]) if record["place"] else "no place"
    days = " to ".join(dict.fromkeys(record["dates"])) if record["dates"] else "no date"
    console.print(Text.assemble(f"{days}  ", (place, "bold"), (f"  {record['case_id']}", "dim")))
    _line(console, "told by", f"{record['reports']} reports, {record['sources']} of them no copies")
    for what in ("objects", "indicators", "attributed_to"):
        said = [f"{plain(name)} ({count})" for name, count in record[what].items()]
        _line(console, what.replace("_", " "), ", ".join(said) or "none")
    for what in ("killed", "injured"):
        _line(console, what, span(record[what]) if record[what] else "nothing is said")
    if record["contradictions"]:
        console.print(Text("contradictions: " + ", ".join(record["contradictions"]), style="yellow"))
    _part(console, "Accounts")
    for account in record["accounts"]:
        console.print(Text.assemble((plain(account["report"]), "bold"), f"  {account['incident_id']}"))
        tolls = [f"{what} {span(account[what])}" for what in ("killed", "injured") if account[what]]
        author = [f"by {plain(account['attributed_to'])}"] if account["attributed_to"] else []
        _line(console, "", ", ".join([account["date"] or "no date", *tolls, *author]))
        if account["copy_of"]:
            _line(console, "", f"copy of {account['copy_of']}")
        if account.get("shared_words"):
            _line(console, "", f"words in common: {', '.join(account['shared_words'])}")
    console.print(Text(NOTICE, style="dim"))


def _part(console: Console, title: str) -> None:
    console.print(Text(f"\n{title}", style="bold underline"))


def _line(console: Console, name: str, value: str) -> None:
    console.print(Text(f"{name:<14}", style="dim") + Text(value))


def _source(console: Console, source: Mapping[str, Any], meaning: str) -> None:
    quoted: Iterable[str] = (f'"{plain(source["text"])}"', f"at {source['start']}:{source['end']}")
    _line(console, "", f"{meaning}: {' '.join(quoted)}")
