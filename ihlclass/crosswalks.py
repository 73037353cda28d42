"""Crosswalks: how the scheme's labels map to the categories that others use."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ihlclass.errors import DataError
from ihlclass.labels import LabelScheme

#: How their category relates to ours: the same; wider; narrower; overlapping; no counterpart.
MATCHES = ("exact", "broader", "narrower", "partial", "none")
_HEAD_KEYS = ("title", "source", "as_of", "confidence", "notes")


@dataclass(frozen=True, slots=True)
class Entry:
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
    confidence
        How their list was checked, in words.
    no_counterpart
        Our labels for which they have no category.
    """

    id: str
    title: str
    source: str
    as_of: str
    confidence: str
    notes: str
    entries: tuple[Entry, ...]
    no_counterpart: tuple[str, ...]

    def for_label(self, identifier: str) -> tuple[Entry, ...]:
        """Return the entries that map to one of our labels."""
        return tuple(entry for entry in self.entries if identifier in entry.ours)


def load_crosswalks(scheme: LabelScheme) -> tuple[Crosswalk, ...]:
    """Load all crosswalks beside a scheme, in order of their ids.

    Raises
    ------
    DataError
        Listing every problem: not TOML, a key missing or unknown, a label that the scheme lacks, or one of our labels
        that is neither mapped nor listed under ``no_counterpart``.
    """
    problems: list[str] = []
    found = []
    for path in sorted((scheme.folder / "crosswalks").glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            problems.append(f"{path}: not readable as TOML: {error}")
            continue
        before = len(problems)
        _check(content, path, scheme, problems)
        if len(problems) == before:
            found.append(_build(content, path))
    if problems:
        raise DataError("\n".join(problems))
    return tuple(found)


def _check(content: Mapping[str, Any], path: Path, scheme: LabelScheme, problems: list[str]) -> None:
    known = {*_HEAD_KEYS, "entry", "no_counterpart"}
    problems += [f"{path}: unknown key {key}" for key in content if key not in known]
    problems += [f"{path}: lacks {key}, a string" for key in _HEAD_KEYS if not isinstance(content.get(key), str)]
    covered: set[str] = set()
    for number, entry in enumerate(content.get("entry", ()), 1):
        where = f"{path}: entry {number}"
        if set(entry) != {"theirs", "ours", "match", "note"}:
            problems.append(f"{where}: needs just theirs, ours, match and note")
            continue
        if entry["match"] not in MATCHES:
            problems.append(f"{where}: match must be one of {', '.join(MATCHES)}")
        if bool(entry["ours"]) == (entry["match"] == "none"):
            problems.append(f"{where}: match 'none' goes with an empty 'ours', and only then")
        covered |= set(entry["ours"])
    absent = set(content.get("no_counterpart", ()))
    problems += [f"{path}: the scheme has no label {label!r}" for label in sorted((covered | absent) - set(scheme.ids))]
    problems += [f"{path}: {label} is mapped and stands under no_counterpart" for label in sorted(covered & absent)]
    problems += [
        f"{path}: {label} is neither mapped nor under no_counterpart"
        for label in scheme.ids
        if label not in covered | absent
    ]


def _build(content: Mapping[str, Any], path: Path) -> Crosswalk:
    return Crosswalk(
        id=path.stem,
        entries=tuple(Entry(e["theirs"], tuple(e["ours"]), e["match"], e["note"]) for e in content.get("entry", ())),
        no_counterpart=tuple(content.get("no_counterpart", ())),
        **{key: content[key] for key in _HEAD_KEYS},
    )
