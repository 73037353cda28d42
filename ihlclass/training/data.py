"""Labelled passages: read, checked, digested."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ihlclass.errors import DataError
from ihlclass.labels import LabelScheme
from ihlclass.reports.columns import NAME_LIKE
from ihlclass.training.rows import ENDINGS, read_rows


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """One line of training data.

    Attributes
    ----------
    group
        The event it belongs to: no split ever puts one group on both sides.
    style, conflict, kind, date
        How it is written, where it plays, ``positive``, ``hard_negative`` or ``background``, and when it was published
        (ISO 8601, as ``2024-05-31``); empty where not known.
    near
        Labels that it looks like and does not carry.
    """

    id: str
    text: str
    labels: tuple[str, ...]
    group: str
    style: str = ""
    conflict: str = ""
    kind: str = ""
    date: str = ""
    near: tuple[str, ...] = ()


def read_passages(paths: Iterable[Path], scheme: LabelScheme) -> list[LabelledPassage]:
    """Read labelled passages from files (JSON lines, CSV, tab-separated, Parquet, JSON), or folders of them.

    Raises
    ------
    DataError
        Naming file and line: a file of another kind, a field missing, empty text, a label that the scheme lacks, an
        implied label missing, an id that stands twice; or no passage at all.
    """
    passages, problems = scan_passages(paths, scheme)
    if problems:
        rest = f" (and {len(problems) - 1} more; 'ihlclass data check' lists them)" if len(problems) > 1 else ""
        raise DataError(problems[0] + rest)
    return passages


def scan_passages(paths: Iterable[Path], scheme: LabelScheme) -> tuple[list[LabelledPassage], list[str]]:
    """Read what can be read, and say of every other line, or file, what is wrong with it.

    Returns
    -------
    passages, problems
        Problems name file and line, without text.

    Raises
    ------
    DataError
        If there is no such file or folder, or neither a passage nor a problem.
    """
    passages: list[LabelledPassage] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    for path in _files(paths):
        try:
            for row in read_rows(path, ("id", "text", "labels", "group")):
                try:
                    if isinstance(row, DataError):
                        raise row
                    passage = _passage(row.values, row.where, scheme)
                    if passage.id in seen:
                        raise DataError(f"{row.where}: its id stands already at {seen[passage.id]}; ids must be unique")
                except DataError as error:
                    problems.append(str(error))
                    continue
                seen[passage.id] = row.where
                passages.append(passage)
        except DataError as error:  # about the file as a whole
            problems.append(str(error))
    if not passages and not problems:
        raise DataError(f"no labelled passage found; give files ({', '.join(ENDINGS)}) with id, text, labels, group")
    return passages, problems


def unknown_labels(labels: Iterable[Any], scheme: LabelScheme) -> str:
    """Name labels that the scheme lacks, as far as they look like names: a cell in the wrong column may be text."""
    unknown = sorted(set(map(str, labels)) - set(scheme.ids))
    return ", ".join(label if NAME_LIKE.fullmatch(label) else "(no label id)" for label in unknown)


def data_digest(passages: Sequence[LabelledPassage]) -> str:
    """SHA-256 (hex) over id, text, labels and group of every passage, whatever the order of the files."""
    digest = hashlib.sha256()
    for passage in sorted(passages, key=lambda p: p.id):
        row = [passage.id, passage.text, sorted(passage.labels), passage.group]
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
        elif path.is_file():
            files.append(path)
        else:
            raise DataError(f"{path}: no such file or folder of labelled passages")
    return files


def _passage(row: Mapping[str, Any], where: str, scheme: LabelScheme) -> LabelledPassage:
    for key in ("id", "text", "group"):
        if key == "group" and key not in row:
            raise DataError(f"{where}: needs 'group', the event that it belongs to; if unknown, repeat the id")
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise DataError(f"{where}: needs a string {key!r} that is not empty")
        try:
            row[key].encode()
        except UnicodeEncodeError as error:
            raise DataError(f"{where}: {key!r} holds half of a character (a lone surrogate); mend it") from error
    labels = row.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise DataError(f"{where}: needs 'labels', a list of label ids (empty for none)")
    if unknown := unknown_labels(labels, scheme):
        raise DataError(f"{where}: labels that the scheme does not have: {unknown}")
    near = row.get("near") or []
    if not isinstance(near, list) or not set(map(str, near)) <= set(scheme.ids) - set(labels):
        raise DataError(f"{where}: 'near' must be a list of labels of the scheme that the passage does not carry")
    absent = sorted(scheme.close(labels) - set(labels))
    if absent:
        raise DataError(f"{where}: its labels imply {', '.join(absent)}; add it")
    return LabelledPassage(
        id=row["id"],
        text=row["text"],
        labels=tuple(label for label in scheme.ids if label in set(labels)),
        group=row["group"],
        style=str(row.get("style") or ""),
        conflict=str(row.get("conflict") or ""),
        kind=str(row.get("kind") or ""),
        date=_date(row.get("date"), where),
        near=tuple(near),
    )


def _date(value: Any, where: str) -> str:
    if value in (None, ""):
        return ""
    try:
        day = value if isinstance(value, dt.date) else dt.datetime.fromisoformat(str(value))
        return day.strftime("%Y-%m-%d")
    except ValueError as error:
        raise DataError(f"{where}: 'date' must be as 2024-05-31 (ISO 8601), or empty") from error
