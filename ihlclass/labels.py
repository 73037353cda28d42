"""The label scheme: ``labels/*.toml`` -> `LabelScheme`."""

from __future__ import annotations

import difflib
import functools
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ihlclass.errors import DataError
from ihlclass.resources import resource

#: Files of the scheme, in canonical order of their labels.
FILES = ("objects.toml", "indicators.toml", "scheme.toml")
FACETS = {"objects.toml": "object", "indicators.toml": "indicator", "scheme.toml": "relevance"}
STATUSES = ("core", "standard", "control")
_SCHEME_KEYS = {"version": str, "title": str, "licence": str, "limits": list}


@dataclass(frozen=True, slots=True)
class LegalAnchors:
    """Rules that a label may point to. A pointer is no finding.

    Attributes
    ----------
    rome_statute_iac, rome_statute_niac
        Provisions of Article 8(2), or articles, of the Rome Statute: international armed conflict, and
        non-international.
    customary_ihl
        Rule numbers, with qualifications, of the ICRC's study of customary international humanitarian law.
    treaties
        Articles of treaties.
    """

    rome_statute_iac: tuple[str, ...]
    rome_statute_niac: tuple[str, ...]
    customary_ihl: tuple[str, ...]
    treaties: tuple[str, ...]


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
        Labels that this one implies, as written in the file (`LabelScheme.implies` is closed).
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
    digest
        SHA-256 (hex) over the content of all labels; comments and layout of the files do not change it.
    implies
        For each label all labels that it implies, transitively.
    limits
        Legal limits that a tool must state with its output.
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
    def ids(self) -> tuple[str, ...]:
        """Ids of all labels, in canonical order."""
        return tuple(label.id for label in self.labels)

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
        for label in self.labels:
            if label.id == identifier:
                return label
        near = difflib.get_close_matches(identifier, self.ids, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "'ihlclass labels list' shows all"
        raise DataError(f"the scheme has no label {identifier!r}; {hint}")

    def close(self, labels: Iterable[str]) -> frozenset[str]:
        """Return `labels` with everything that they imply."""
        given = frozenset(labels)
        return given.union(*(self.implies.get(label, ()) for label in given))


@functools.cache
def _shipped() -> LabelScheme:
    return _read(resource("labels"))


def load_scheme(folder: Path | None = None) -> LabelScheme:
    """Load a label scheme.

    Parameters
    ----------
    folder
        Folder with ``objects.toml``, ``indicators.toml`` and ``scheme.toml``; the shipped one where None.

    Raises
    ------
    DataError
        If a file is missing or not TOML, a key is missing, unknown or of the wrong type, an id stands twice, or a
        label implies one that does not exist. The message names file and table and lists every problem.
    """
    return _shipped() if folder is None else _read(folder)


def _read(folder: Path) -> LabelScheme:
    problems: list[str] = []
    labels: dict[str, Label] = {}
    general: dict[str, Any] = {}
    for name in FILES:
        path = folder / name
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise DataError(f"{path}: not valid TOML: {error}") from error
        if name == "scheme.toml":
            general = {key: content.pop(key, None) for key in _SCHEME_KEYS}
            problems += [
                f"{path}: {key} must be a {kind.__name__}"
                for key, kind in _SCHEME_KEYS.items()
                if not isinstance(general[key], kind)
            ]
        for identifier, table in content.items():
            where = f"{path}: [{identifier}]"
            if identifier in labels:
                problems.append(f"{where}: the id stands twice")
            elif label := _label(identifier, table, FACETS[name], where, problems):
                labels[identifier] = label
    for label in labels.values():
        problems += [
            f"{folder}: [{label.id}]: implies {other!r}, which the scheme does not have"
            for other in label.implies
            if other not in labels
        ]
    if problems:
        raise DataError("\n".join(problems))
    return LabelScheme(
        version=general["version"],
        title=general["title"],
        licence=general["licence"],
        limits=tuple(general["limits"]),
        labels=tuple(labels.values()),
        digest=_digest(labels.values()),
        implies={identifier: _closure(identifier, labels) for identifier in labels},
        folder=folder,
    )


def _label(identifier: str, table: Any, facet: str, where: str, problems: list[str]) -> Label | None:
    """Build a label, or add to `problems` and return None."""
    if not isinstance(table, dict):
        problems.append(f"{where}: must be a table, or is an unknown key")
        return None
    before = len(problems)
    legal = table.pop("legal", {})
    kinds = {f.name: str(f.type) for f in fields(Label) if f.name not in ("id", "legal")}
    _check_keys(table, kinds, where, problems)
    _check_keys(legal, {f.name: str(f.type) for f in fields(LegalAnchors)}, f"{where[:-1]}.legal]", problems)
    if len(problems) > before:
        return None
    if table["facet"] != facet:
        problems.append(f"{where}: facet must be {facet!r} in this file")
    if table["status"] not in STATUSES:
        problems.append(f"{where}: status must be one of {', '.join(STATUSES)}")
    problems += [f"{where}: needs two or more {key}" for key in ("examples", "counter_examples") if len(table[key]) < 2]
    if len(problems) > before:
        return None
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Label(id=identifier, legal=LegalAnchors(**{k: tuple(v) for k, v in legal.items()}), **frozen)


def _check_keys(table: Mapping[str, Any], kinds: Mapping[str, str], where: str, problems: list[str]) -> None:
    problems += [f"{where}: unknown key {key}" for key in table if key not in kinds]
    for key, kind in kinds.items():
        value = table.get(key)
        if key not in table:
            problems.append(f"{where}: lacks {key}")
        elif kind == "str":
            if not isinstance(value, str) or not value.strip():
                problems.append(f"{where}: {key} must be a string that is not empty")
        elif not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            problems.append(f"{where}: {key} must be a list of strings that are not empty")


def _digest(labels: Iterable[Label]) -> str:
    canonical = json.dumps([asdict(label) for label in labels], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _closure(identifier: str, labels: Mapping[str, Label]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(labels[identifier].implies)
    while waiting:
        other = waiting.pop()
        if other not in found:
            found[other] = None
            waiting += labels[other].implies
    return tuple(label for label in labels if label in found)
