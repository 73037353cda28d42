"""``ihlclass explain``: why an incident, or a case, is what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ihlclass.errors import UsageError


def explain(
    identifier: Annotated[
        str, typer.Argument(metavar="INCIDENT", help="An incident_id or a case_id, or how it begins.")
    ],
    folder: Annotated[
        Path, typer.Argument(metavar="OUT_DIR", help="Result folder of 'classify', or a file of incidents or cases.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as one line of JSON instead.")] = False,
) -> None:
    """Show why: the passages with their tags and probabilities, the words for toll and day, what the place may be.

    For a case: the accounts of all its reports side by side, what speaks for the link, and what contradicts.

    Example: ihlclass explain inc-3f2a out
    """
    from ihlclass.cli.explanation import explain_case, explain_incident
    from ihlclass.cli.show import PipedConsole

    record = _find(identifier, _files(folder, identifier))
    if as_json:
        typer.echo(json.dumps(record, ensure_ascii=False))
    elif "case_id" in record:
        explain_case(record, PipedConsole())
    else:
        explain_incident(record, PipedConsole())


def _files(folder: Path, identifier: str) -> list[Path]:
    from ihlclass.run_folder import CASES, INCIDENTS

    if folder.is_file():
        return [folder]
    names = [CASES] if identifier.startswith("case-") else [INCIDENTS] if identifier.startswith("inc-") else []
    found = [folder / name for name in names or (INCIDENTS, CASES) if (folder / name).is_file()]
    if not found:
        raise UsageError(f"{folder}: no results of 'ihlclass classify' are there")
    return found


def _find(identifier: str, files: list[Path]) -> dict[str, Any]:
    """Return the one record whose id is `identifier`, or else begins with it."""
    begins = []
    for record in _records(files):
        key = record.get("incident_id") or record.get("case_id") or ""
        if key == identifier:
            return record
        if identifier and str(key).startswith(identifier):
            begins.append(record)
    where = ", ".join(map(str, files))
    if not begins:
        raise UsageError(f"{identifier}: no such incident or case in {where}")
    if len(begins) > 1:
        raise UsageError(f"{identifier}: {len(begins)} ids begin so in {where}; give more of it")
    return begins[0]


def _records(files: list[Path]) -> Iterator[dict[str, Any]]:
    from ihlclass.cli.streams import json_lines

    for file in files:
        for _, record in json_lines(file):
            if isinstance(record, dict):
                yield record
