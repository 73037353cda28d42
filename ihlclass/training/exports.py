"""Rows as labelling tools export them, turned into ours: Label Studio (JSON, JSON-MIN), doccano (JSON lines)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Keys of ours that a Label Studio task may hold in ``data``.
TASK_KEYS = ("text", "group", "style", "conflict", "kind", "date", "near")


def is_task(row: Mapping[str, Any]) -> bool:
    """Whether a row is a task as Label Studio exports it."""
    return isinstance(row.get("data"), Mapping) and isinstance(row.get("annotations"), list)


def plain_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row with ``id``, ``text`` and ``labels``, whichever tool it came from; any other row as it is.

    Of a Label Studio task with several annotations the last that was not cancelled counts, and of its results the
    choices. A task that nobody annotated has no ``labels``, which is then named as an error. A row without ``group``
    gets its id as one, because those tools know no events.
    """
    if is_task(row):
        made = {key: row["data"][key] for key in TASK_KEYS if key in row["data"]}
        done = [a for a in row["annotations"] if isinstance(a, Mapping) and not a.get("was_cancelled")]
        if done:
            made["labels"] = _choices(done[-1])
        return _named(made, row)
    if "annotation_id" in row and "labels" not in row and "text" in row:  # JSON-MIN: the control's name is the key
        chosen = next((value for key, value in row.items() if key in ("label", "choice", "taxonomy")), None)
        return _named({**row, "labels": _listed(chosen)}, row)
    if "annotation_id" in row and not isinstance(row.get("labels"), list):
        return _named({**row, "labels": _listed(row["labels"])}, row)
    if isinstance(row.get("label"), list) and "labels" not in row:
        return _named({**row, "labels": row["label"]}, row)
    return row


def _choices(annotation: Mapping[str, Any]) -> list[Any]:
    results = annotation.get("result")
    values = [r.get("value", {}) for r in results if isinstance(r, Mapping)] if isinstance(results, list) else []
    return [choice for value in values if isinstance(value, Mapping) for choice in value.get("choices", [])]


def _listed(chosen: Any) -> list[Any]:
    """What JSON-MIN holds for a control: one choice, several, or nothing where none was chosen."""
    if isinstance(chosen, Mapping):
        chosen = chosen.get("choices", [])
    return chosen if isinstance(chosen, list) else [] if chosen is None else [chosen]


def _named(made: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    identifier = row.get("id")
    identifier = str(identifier) if isinstance(identifier, int) else identifier
    named = {**made, "id": identifier}
    named.setdefault("group", identifier)
    return named
