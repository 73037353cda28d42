"""``ihlclass labels``: the label scheme."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ihlclass.crosswalks import Crosswalk
    from ihlclass.labels import Label

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class ListFormat(StrEnum):
    """How ``list`` prints."""

    table = "table"
    json = "json"
    csv = "csv"


@app.command("list")
def list_labels(
    facet: Annotated[str | None, typer.Option(help="Only this facet: object, indicator or relevance.")] = None,
    group: Annotated[str | None, typer.Option(help="Only this group, such as health, harm or means.")] = None,
    output: Annotated[ListFormat, typer.Option("--format", help="How to print.")] = ListFormat.table,
) -> None:
    """List the labels of the scheme."""
    from ihlclass.labels import load_scheme

    scheme = load_scheme()
    rows = [
        {"id": x.id, "title": x.title, "facet": x.facet, "group": x.group, "status": x.status}
        for x in scheme.labels
        if (facet is None or x.facet == facet) and (group is None or x.group == group)
    ]
    if output is ListFormat.json:
        typer.echo(json.dumps(rows, indent=1))
    elif output is ListFormat.csv:
        writer = csv.DictWriter(sys.stdout, ["id", "title", "facet", "group", "status"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        for row in rows:
            typer.echo(f"{row['id']:32}{row['facet']:11}{row['group']:28}{row['status']}")
        typer.echo(f"{len(rows)} labels, scheme {scheme.version}, digest {scheme.digest}", err=True)


@app.command()
def show(
    label: Annotated[str, typer.Argument(metavar="ID", help="A label, such as medical_facility.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show a label: definition, boundaries, examples, legal anchors, and what others call it."""
    from ihlclass.crosswalks import load_crosswalks
    from ihlclass.labels import load_scheme

    scheme = load_scheme()
    found, crosswalks = scheme[label], load_crosswalks(scheme)
    if as_json:
        others = {c.id: [asdict(entry) for entry in c.for_label(label)] for c in crosswalks}
        typer.echo(json.dumps({**asdict(found), "crosswalks": others, "limits": scheme.limits}, indent=1))
        return
    typer.echo("\n".join([*_describe(found), *_legal(found, scheme.limits), *_elsewhere(label, crosswalks)]))


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of a scheme; the shipped one if left out.")
    ] = None,
) -> None:
    """Check a label scheme and its crosswalks. Exit code 4 where something is wrong; every problem is listed."""
    from ihlclass.crosswalks import load_crosswalks
    from ihlclass.labels import load_scheme

    scheme = load_scheme(folder)
    crosswalks = load_crosswalks(scheme)
    typer.echo(
        f"valid: {len(scheme.labels)} labels, {len(crosswalks)} crosswalks, scheme {scheme.version}, "
        f"digest {scheme.digest}"
    )


def _describe(label: Label) -> list[str]:
    lines = [
        f"{label.id}: {label.title}",
        f"facet {label.facet}, group {label.group}, status {label.status}",
        "",
        label.definition,
    ]
    for title, items in (
        ("Includes", label.includes),
        ("Excludes", label.excludes),
        ("Boundaries", label.boundaries),
        ("Examples", label.examples),
        ("Counter-examples", label.counter_examples),
        ("Implies", label.implies),
    ):
        if items:
            lines += ["", f"{title}:", *(f"  - {item}" for item in items)]
    return lines


def _legal(label: Label, limits: tuple[str, ...]) -> list[str]:
    anchors = label.legal
    rows = (
        ("Rome Statute 8(2), IAC", anchors.rome_statute_iac),
        ("Rome Statute 8(2), NIAC", anchors.rome_statute_niac),
        ("Customary IHL, rules", anchors.customary_ihl),
        ("Treaties", anchors.treaties),
    )
    return [
        "",
        "Legal anchors (pointers, no findings):",
        *(f"  {k:26}{'; '.join(v) or '-'}" for k, v in rows),
        *(f"  Limit: {limit}" for limit in limits),
    ]


def _elsewhere(label: str, crosswalks: tuple[Crosswalk, ...]) -> list[str]:
    lines = ["", "Elsewhere:"]
    for crosswalk in crosswalks:
        entries = crosswalk.for_label(label)
        lines += [f"  {crosswalk.title}: {e.theirs} ({e.match}){'; ' + e.note if e.note else ''}" for e in entries]
        if not entries:
            lines.append(f"  {crosswalk.title}: no counterpart")
    return lines
