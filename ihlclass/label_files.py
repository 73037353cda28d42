"""The files of a label scheme: read, and checked table by table. `ihlclass.labels` makes labels of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Files of a scheme, in canonical order of their labels, and the facet of each.
FACETS = {"objects.toml": "object", "indicators.toml": "indicator", "scheme.toml": "relevance"}
STATUSES = ("core", "standard", "control")
_GENERAL = ("version", "title", "licence", "limits")
_LISTS = ("includes", "excludes", "boundaries", "examples", "counter_examples", "implies")
_LABEL = ("title", "facet", "group", "status", "definition", *_LISTS)
_ANCHORS = ("rome_statute_iac", "rome_statute_niac", "customary_ihl", "treaties")


@dataclass
class LabelFiles:
    """What the files of a scheme hold.

    Attributes
    ----------
    general
        Keys of ``scheme.toml`` that hold for the whole scheme.
    tables
        Valid tables by label, in canonical order.
    places
        File and table of every label, valid or not.
    problems
        Everything that is wrong, one line each, with file and table.
    """

    general: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_label_files(folder: Path) -> LabelFiles:
    """Read ``objects.toml``, ``indicators.toml`` and ``scheme.toml`` of a folder; never raises for their content."""
    files = LabelFiles()
    for name, facet in FACETS.items():
        path = folder / name
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            files.problems.append(f"{path}: cannot be read ({error.strerror})")
            continue
        except ValueError as error:
            files.problems.append(f"{path}: not valid TOML: {error}")
            continue
        if name == "scheme.toml":
            files.general = {key: content.pop(key) for key in _GENERAL if key in content}
            files.problems += [f"{path}: {wrong}" for wrong in wrong_keys(files.general, _GENERAL, ("limits",))]
        for identifier, table in content.items():
            wrong = _wrong_label(table, facet)
            if identifier in files.places:
                wrong.append(f"the id stands twice, first in {files.places[identifier]}")
            files.places.setdefault(identifier, f"{path}: [{identifier}]")
            files.problems += [f"{path}: [{identifier}]: {problem}" for problem in wrong]
            if not wrong:
                files.tables[identifier] = table
    for identifier, table in files.tables.items():
        files.problems += [
            f"{files.places[identifier]}: implies {other!r}, which the scheme does not have"
            for other in table["implies"]
            if other not in files.places
        ]
    return files


def _wrong_label(table: Any, facet: str) -> list[str]:
    if not isinstance(table, dict):
        return ["must be a table, or is an unknown key"]
    wrong = wrong_keys({key: value for key, value in table.items() if key != "legal"}, _LABEL, _LISTS)
    legal = table.get("legal")
    if isinstance(legal, dict):
        known = (*_ANCHORS, "note") if "note" in legal else _ANCHORS
        wrong += [f"legal: {problem}" for problem in wrong_keys(legal, known, _ANCHORS)]
    else:
        wrong.append("lacks the table legal")
    if wrong:
        return wrong
    if table["facet"] != facet:
        wrong.append(f"facet must be {facet!r} in this file")
    if table["status"] not in STATUSES:
        wrong.append(f"status must be one of {', '.join(STATUSES)}")
    wrong += [f"needs two or more {key}" for key in ("examples", "counter_examples") if len(table[key]) < 2]
    if set(table["examples"]) & set(table["counter_examples"]):
        wrong.append("an example stands among the counter_examples too")
    return wrong


def wrong_keys(table: Mapping[str, Any], known: Sequence[str], lists: Sequence[str]) -> list[str]:
    """Compare a table with its known keys: those in `lists` hold lists of strings, the others strings.

    Returns
    -------
    list of str
        What is wrong, one line each: a key unknown, missing, or of the wrong type; no string may be blank.
    """
    wrong = [f"unknown key {key}" for key in table if key not in known]
    for key in known:
        if key not in table:
            wrong.append(f"lacks {key}")
        elif key not in lists and not _is_text(table[key]):
            wrong.append(f"{key} must be a string that is not empty")
        elif key in lists and not (isinstance(table[key], list) and all(map(_is_text, table[key]))):
            wrong.append(f"{key} must be a list of strings that are not empty")
    return wrong


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
