"""Incidents for people: one block each, laid out for the width of the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ihlclass.writers.timeline import span

#: Characters of evidence shown; the whole of it stands in incidents.jsonl.
EVIDENCE_CHARACTERS = 200
#: Width of the column of names, with the gap after it.
NAMES_WIDTH = 12


class PipedConsole(Console):
    """A console that leaves a closed pipe to its caller; rich would end the program with exit code 1."""

    def on_broken_pipe(self) -> None:
        """Raise the BrokenPipeError that is being handled."""
        raise


def show_incidents(records: Iterable[dict[str, Any]], console: Console) -> None:
    """Print incidents, objects before indicators, with what a person should look at marked."""
    console.print(Text("Incidents (machine suggestions, unverified)", style="bold"))
    for record in records:
        console.rule(style="dim")
        console.print(heading(record))
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=NAMES_WIDTH - 2, style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value, style in _facts(record, console.width - NAMES_WIDTH):
            table.add_row(name, Text(value, style=style))
        console.print(table)
    console.rule(style="dim")


def heading(record: Mapping[str, Any]) -> Text:
    """Return one line on an incident: day, place, people killed and injured."""
    place = plain(record["place"]) if record["place"] else "no place"
    where = f"{place} ({record['country']})" if record["country"] else place
    heading = Text("  ").join([Text(record["date"] or "no date"), Text(where, style="bold")])
    for what in ("killed", "injured"):
        if record[what]:
            heading.append(f"  {what} {span(record[what])}")
    if record["background"]:
        heading.append("  earlier event", style="magenta")
    return heading


def plain(text: str) -> str:
    """Return text in one line, without the control characters by which a report or file name could steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def _facts(record: dict[str, Any], width: int) -> Iterable[tuple[str, str, str]]:
    """Yield name, value and style of each line, the lists of labels broken between labels."""
    sure = record["probabilities"]
    for name, labels, style in (
        ("objects", [f"{label} {sure[label]:.2f}" for label in record["objects"]], "bold"),
        ("indicators", [f"{label} {sure[label]:.2f}" for label in record["indicators"]], ""),
        ("review", record["needs_review"], "yellow"),
    ):
        if labels or name == "objects":
            unbroken = ", ".join(label.replace(" ", "\N{NO-BREAK SPACE}") for label in labels)
            lines = textwrap.wrap(unbroken or "none", max(width, 20), break_long_words=False)
            yield name, "\n".join(lines).replace("\N{NO-BREAK SPACE}", " "), style
    if record["attributed_to"]:
        yield "author", plain(record["attributed_to"]), ""
    language = f" (in {record['language']}: not supported)" if record["unsupported_language"] else ""
    carrying = [p for p in record["passages"] if set(p["labels"]) & set(record["objects"])] or record["passages"]
    first = carrying[0]
    yield "report", f"{plain(record['report'])} {first['start']}:{first['end']}{language}", ""
    text = plain(first["text"])
    yield "evidence", text if len(text) <= EVIDENCE_CHARACTERS else text[:EVIDENCE_CHARACTERS] + "...", "dim"
