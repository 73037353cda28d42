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

from ihlclass.errors import EXIT_INVALID_DATA, UsageError

if TYPE_CHECKING:
    from ihlclass.labels import Crosswalk, Label

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_COLUMNS = ("id", "title", "facet", "group", "status")


class ListFormat(StrEnum):
    """How ``list`` prints."""

    table = "table"
    json = "json"
    csv = "csv"


class ShowFormat(StrEnum):
    """How ``show`` prints."""

    text = "text"
    json = "json"


@app.command("list")
def list_labels(
    facet: Annotated[str | None, typer.Option(help="Only this facet: object, indicator or relevance.")] = None,
    group: Annotated[str | None, typer.Option(help="Only this group, such as health, harm or means.")] = None,
    output: Annotated[ListFormat, typer.Option("--format", help="How to print.")] = ListFormat.table,
) -> None:
    """List the labels of the scheme, in canonical order."""
    from ihlclass.labels import load_scheme

    scheme = load_scheme()
    _known("facet", facet, {label.facet for label in scheme.labels})
    _known("group", group, {label.group for label in scheme.labels})
    rows = [
        {column: str(getattr(label, column)) for column in _COLUMNS}
        for label in scheme.labels
        if facet in (None, label.facet) and group in (None, label.group)
    ]
    if output is ListFormat.json:
        typer.echo(json.dumps(rows, indent=1))
    elif output is ListFormat.csv:
        writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        _print_table(rows)
        typer.echo(f"{len(rows)} labels, scheme {scheme.version}, digest {scheme.digest}", err=True)


@app.command()
def show(
    label: Annotated[str, typer.Argument(metavar="ID", help="A label, such as medical_facility.")],
    output: Annotated[ShowFormat, typer.Option("--format", help="How to print.")] = ShowFormat.text,
) -> None:
    """Show a label: definition, boundaries, examples, legal anchors, and what others call it."""
    from ihlclass.labels import load_scheme

    scheme = load_scheme()
    found, crosswalks = scheme[label], scheme.crosswalks()
    if output is ShowFormat.json:
        others = {c.id: [asdict(entry) for entry in c.for_label(label)] for c in crosswalks}
        record = {**asdict(found), "legal_limits": scheme.limits, "crosswalks": others}
        typer.echo(json.dumps(record, indent=1, ensure_ascii=False))
        return
    typer.echo("\n".join([*_describe(found), *_legal(found, scheme.limits), *_elsewhere(label, crosswalks)]))


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of a scheme; the shipped one if left out.")
    ] = None,
) -> None:
    """Check a label scheme and its crosswalks; exit code 4 and every problem listed where something is wrong."""
    from ihlclass.labels import check_scheme, load_scheme
    from ihlclass.resources import resource

    problems = check_scheme(folder if folder is not None else resource("labels"))
    if problems:
        typer.echo("\n".join(problems))
        typer.echo(f"invalid: {len(problems)} problems", err=True)
        raise typer.Exit(EXIT_INVALID_DATA)
    scheme = load_scheme(folder)
    typer.echo(
        f"valid: {len(scheme.labels)} labels, {len(scheme.crosswalks())} crosswalks, scheme {scheme.version}, "
        f"digest {scheme.digest}"
    )


@app.command()
def copy(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New folder for the copy.")],
) -> None:
    """Copy the label scheme into a folder, to add labels of your own or change it, and train on it.

    Add tables to objects.toml or indicators.toml, or take some away; give scheme.toml a title and version of its own.
    'labels check FOLDER' says what is wrong with it; in the training config, labels.scheme names the folder.
    """
    from ihlclass.labels import copy_scheme
    from ihlclass.resources import resource

    copy_scheme(resource("labels"), folder)
    typer.echo(f"{folder}: objects.toml, indicators.toml, scheme.toml")


def _known(option: str, value: str | None, known: set[str]) -> None:
    if value is not None and value not in known:
        raise UsageError(f"no {option} {value!r}; there are {', '.join(sorted(known))}")


def _print_table(rows: list[dict[str, str]]) -> None:
    """Print a table for people on a terminal, aligned plain columns elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo(f"{row['id']:32}{row['facet']:11}{row['group']:28}{row['status']}")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*_COLUMNS)
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)


def _describe(label: Label) -> list[str]:
    lines = [f"{label.id}: {label.title}", f"facet {label.facet}, group {label.group}, status {label.status}"]
    lines += ["", label.definition]
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
        ("Rome Statute, IAC", anchors.rome_statute_iac),
        ("Rome Statute, NIAC", anchors.rome_statute_niac),
        ("Customary IHL, rules", anchors.customary_ihl),
        ("Treaties", anchors.treaties),
    )
    return [
        "",
        "Legal anchors (pointers, no findings; letters are paragraphs of Article 8(2)):",
        *(f"  {name + ':':22}{'; '.join(rules) or 'none'}" for name, rules in rows),
        *([f"  Note: {anchors.note}"] if anchors.note else []),
        *(f"  Limit: {limit}" for limit in limits),
    ]


def _elsewhere(label: str, crosswalks: tuple[Crosswalk, ...]) -> list[str]:
    lines = ["", "Crosswalks (how their category relates to this label):"]
    for crosswalk in crosswalks:
        entries = crosswalk.for_label(label)
        lines.append(f"  {crosswalk.title}{'' if entries else ': no counterpart'}")
        lines += [f"    {e.match:9}{e.theirs}{'. ' + e.note if e.note else ''}" for e in entries]
    return lines
