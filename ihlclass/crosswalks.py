"""Crosswalks: how the scheme's labels map to the categories that others use."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ihlclass.errors import DataError
from ihlclass.label_files import wrong_keys

#: How their category relates to ours: the same; theirs is wider; theirs is less wide; they overlap; no label of ours.
MATCHES = ("exact", "broader", "narrower", "partial", "none")
_HEAD_KEYS = ("title", "source", "as_of", "confidence", "notes")
_ENTRY_KEYS = ("theirs", "ours", "match", "note")


@dataclass(frozen=True, slots=True)
class CrosswalkEntry:
    """One category of theirs.

    Attributes
    ----------
    ours
        Labels of the scheme that it maps to; empty where `match` is ``none``.
    match
        One of `MATCHES`, seen from their side: ``broader`` means that theirs is wider than ours.
    """

    theirs: str
    ours: tuple[str, ...]
    match: str
    note: str


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """A mapping to one other scheme.

    Attributes
    ----------
    id
        Name of the file, without ``.toml``.
    source
        Public description of their categories: citation, address.
    as_of
        Date of what was read.
    confidence
        How far their list was checked at its source, in words.
    no_counterpart
        Our labels for which they have no category.
    """

    id: str
    title: str
    source: str
    as_of: str
    confidence: str
    notes: str
    entries: tuple[CrosswalkEntry, ...]
    no_counterpart: tuple[str, ...]

    def for_label(self, identifier: str) -> tuple[CrosswalkEntry, ...]:
        """Return the entries that map to one of our labels; empty where there is no counterpart."""
        return tuple(entry for entry in self.entries if identifier in entry.ours)


def load_crosswalks(folder: Path, ids: Sequence[str]) -> tuple[Crosswalk, ...]:
    """Load every ``*.toml`` of a folder of crosswalks, in order of the file names.

    Parameters
    ----------
    folder
        Folder of crosswalks. A scheme may have none: a missing folder gives an empty tuple.
    ids
        All labels of the scheme, in canonical order.

    Raises
    ------
    DataError
        Listing every problem of every file: see `read_crosswalks`.
    """
    crosswalks, problems = read_crosswalks(folder, ids)
    if problems:
        raise DataError("\n".join(problems))
    return crosswalks


def read_crosswalks(folder: Path, ids: Sequence[str]) -> tuple[tuple[Crosswalk, ...], list[str]]:
    """Return the valid crosswalks of a folder, and what is wrong with the others.

    A file must be TOML with all keys and no other, map only labels that the scheme has, and name every label of the
    scheme: mapped, or under ``no_counterpart``, never both.
    """
    found: list[Crosswalk] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            problems.append(f"{path}: cannot be read as TOML: {error}")
            continue
        wrong = _wrong(content, ids)
        problems += [f"{path}: {problem}" for problem in wrong]
        if not wrong:
            found.append(_build(path.stem, content))
    return tuple(found), problems


def _wrong(content: dict[str, Any], ids: Sequence[str]) -> list[str]:
    head = {key: value for key, value in content.items() if key != "entry"}
    wrong = wrong_keys(head, (*_HEAD_KEYS, "no_counterpart"), ("no_counterpart",))
    entries = content.get("entry")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        return [*wrong, "needs one [[entry]] or more"]
    for number, entry in enumerate(entries, 1):
        wrong += [f"entry {number}: {problem}" for problem in _wrong_entry(entry)]
    if wrong:
        return wrong
    mapped = {label for entry in entries for label in entry["ours"]}
    absent = set(content["no_counterpart"])
    wrong += [f"the scheme has no label {label!r}" for label in sorted((mapped | absent) - set(ids))]
    wrong += [f"{label} is mapped and stands under no_counterpart" for label in ids if label in mapped & absent]
    return wrong + [
        f"{label} is neither mapped nor under no_counterpart" for label in ids if label not in mapped | absent
    ]


def _wrong_entry(entry: dict[str, Any]) -> list[str]:
    filled = {key: value for key, value in entry.items() if not (key == "note" and value == "")}
    wrong = wrong_keys(filled, [key for key in _ENTRY_KEYS if key != "note" or entry.get("note") != ""], ("ours",))
    if wrong:
        return wrong
    if entry["match"] not in MATCHES:
        wrong.append(f"match must be one of {', '.join(MATCHES)}")
    elif bool(entry["ours"]) == (entry["match"] == "none"):
        wrong.append("match 'none' goes with an empty 'ours', and only then")
    return wrong


def _build(identifier: str, content: dict[str, Any]) -> Crosswalk:
    return Crosswalk(
        id=identifier,
        entries=tuple(CrosswalkEntry(e["theirs"], tuple(e["ours"]), e["match"], e["note"]) for e in content["entry"]),
        no_counterpart=tuple(content["no_counterpart"]),
        **{key: content[key] for key in _HEAD_KEYS},
    )
