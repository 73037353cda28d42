"""The label scheme: ``labels/*.toml`` -> `LabelScheme`."""

from __future__ import annotations

import difflib
import functools
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ihlclass.crosswalks import Crosswalk, CrosswalkEntry, load_crosswalks, read_crosswalks
from ihlclass.errors import DataError, UsageError
from ihlclass.label_files import FACETS, read_label_files
from ihlclass.resources import resource

__all__ = [
    "Crosswalk",
    "CrosswalkEntry",
    "Label",
    "LabelScheme",
    "LegalAnchors",
    "check_scheme",
    "copy_scheme",
    "load_scheme",
]


@dataclass(frozen=True, slots=True)
class LegalAnchors:
    """Rules that a label may point to. A pointer is no finding.

    Attributes
    ----------
    rome_statute_iac, rome_statute_niac
        Provisions of Article 8(2), or articles, of the Rome Statute: for international armed conflict, and for
        non-international.
    customary_ihl
        Rule numbers or ranges of the ICRC's study of customary international humanitarian law.
    treaties
        Articles of treaties, and standards.
    note
        What narrows the pointers; empty where nothing does.
    """

    rome_statute_iac: tuple[str, ...]
    rome_statute_niac: tuple[str, ...]
    customary_ihl: tuple[str, ...]
    treaties: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """One label of the scheme.

    Attributes
    ----------
    facet
        ``object``, ``indicator`` or ``relevance``.
    group
        Within the facet: ``health``, ``dwelling``, ... or ``harm``, ``victims``, ``means``, ``conduct``, ...
    status
        ``core`` (the four named protected objects), ``standard`` or ``control``.
    boundaries
        How borderline cases are decided.
    implies
        Labels that this one implies, as written in the file (`LabelScheme.implies` is transitive).
    """

    id: str
    title: str
    facet: str
    group: str
    status: str
    definition: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    boundaries: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    implies: tuple[str, ...]
    legal: LegalAnchors


@dataclass(frozen=True)
class LabelScheme:
    """All labels, in canonical order: objects, indicators, ``incident``.

    Attributes
    ----------
    limits
        Legal limits that a tool must state with its output.
    digest
        SHA-256 (hex) over the content of all labels: comments, layout, limits and crosswalks do not change it.
    implies
        For each label all labels that it implies, transitively, in canonical order.
    folder
        Where the scheme was read from.
    """

    version: str
    title: str
    licence: str
    limits: tuple[str, ...]
    labels: tuple[Label, ...]
    digest: str
    implies: Mapping[str, tuple[str, ...]]
    folder: Path

    @functools.cached_property
    def by_id(self) -> Mapping[str, Label]:
        """Labels by id; indexing the scheme itself gives a better error."""
        return {label.id: label for label in self.labels}

    @functools.cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of all labels, in canonical order."""
        return tuple(self.by_id)

    @functools.cached_property
    def objects(self) -> tuple[str, ...]:
        """Ids of the protected objects and the control class."""
        return tuple(label.id for label in self.labels if label.facet == "object")

    @functools.cached_property
    def indicators(self) -> tuple[str, ...]:
        """Ids of the indicators."""
        return tuple(label.id for label in self.labels if label.facet == "indicator")

    def __getitem__(self, identifier: str) -> Label:
        """Return a label by id.

        Raises
        ------
        DataError
            If there is none; the message names the nearest ids.
        """
        if identifier in self.by_id:
            return self.by_id[identifier]
        near = difflib.get_close_matches(identifier, self.ids, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "'ihlclass labels list' shows all"
        raise DataError(f"the scheme has no label {identifier!r}; {hint}")

    def close(self, labels: Iterable[str]) -> frozenset[str]:
        """Return `labels` with everything that they imply.

        Raises
        ------
        DataError
            If the scheme lacks one of them.
        """
        given = frozenset(labels)
        return given.union(*(self.implies[self[label].id] for label in given))

    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """Load the crosswalks beside the scheme, in order of their ids.

        Raises
        ------
        DataError
            If one is invalid: see `ihlclass.crosswalks.load_crosswalks`.
        """
        return load_crosswalks(self.folder / "crosswalks", self.ids)


def load_scheme(folder: Path | None = None) -> LabelScheme:
    """Load a label scheme, without its crosswalks.

    Parameters
    ----------
    folder
        Folder with ``objects.toml``, ``indicators.toml`` and ``scheme.toml``; the shipped one where None.

    Raises
    ------
    DataError
        If a file is missing or not TOML, a key is missing, unknown or of the wrong type, an id stands twice, or a
        label implies one that does not exist. The message lists every problem with file and table.
    """
    return _shipped() if folder is None else _load(folder)


def copy_scheme(source: Path, target: Path) -> None:
    """Copy the files of a scheme, without its crosswalks, into a new folder.

    Raises
    ------
    UsageError
        If `target` exists and is not empty, or cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target}: exists and is not empty; choose another folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in FACETS:
            shutil.copyfile(source / name, target / name)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written ({error.strerror})") from error


def check_scheme(folder: Path) -> list[str]:
    """Return every problem of a scheme and of its crosswalks, with file and table; empty if all is valid."""
    files = read_label_files(folder)
    return files.problems + read_crosswalks(folder / "crosswalks", list(files.places))[1]


@functools.cache
def _shipped() -> LabelScheme:
    return _load(resource("labels"))


def _load(folder: Path) -> LabelScheme:
    files = read_label_files(folder)
    if files.problems:
        raise DataError("\n".join(files.problems))
    labels = {identifier: _label(identifier, table) for identifier, table in files.tables.items()}
    canonical = json.dumps([asdict(label) for label in labels.values()], sort_keys=True, ensure_ascii=False)
    return LabelScheme(
        **_frozen(files.general),
        labels=tuple(labels.values()),
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
        implies={identifier: _closure(identifier, labels) for identifier in labels},
        folder=folder,
    )


def _frozen(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _label(identifier: str, table: Mapping[str, Any]) -> Label:
    plain = {key: value for key, value in table.items() if key != "legal"}
    return Label(id=identifier, legal=LegalAnchors(**_frozen(table["legal"])), **_frozen(plain))


def _closure(identifier: str, labels: Mapping[str, Label]) -> tuple[str, ...]:
    found: set[str] = set()
    waiting = list(labels[identifier].implies)
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += labels[other].implies
    return tuple(label for label in labels if label in found and label != identifier)
