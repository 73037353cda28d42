"""Rows as labelling tools export them, turned into ours: Label Studio (JSON, JSON-MIN), doccano (JSON lines)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Keys of ours that a Label Studio task may hold in ``data``.
TASK_KEYS = ("text", "group", "style", "conflict", "kind", "date", "near")
#: What JSON-MIN says of each annotation beside the task's data and the controls.
MIN_KEYS = ("id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time", "labels", "agreement")


def is_task(row: Mapping[str, Any]) -> bool:
    """Whether a row is a task as Label Studio exports it."""
    return isinstance(row.get("data"), Mapping) and isinstance(row.get("annotations"), list)


def plain_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row with ``id``, ``text`` and ``labels``, whichever tool it came from; any other row as it is.

    Of a Label Studio task with several annotations the last that was not cancelled counts, and of its results the
    choices. A task that nobody annotated, or that holds other results than choices, or in JSON-MIN several controls of
    which none is ``labels``, gets no ``labels``, which is then named as an error. A row without ``group``
    gets its id as one, because those tools know no events.
    """
    if is_task(row):
        made = {key: row["data"][key] for key in TASK_KEYS if key in row["data"]}
        done = [a for a in row["annotations"] if isinstance(a, Mapping) and not a.get("was_cancelled")]
        if done:
            made["labels"] = _choices(done[-1])  # None is then named as an error
        return _named(made, row)
    if "annotation_id" in row:
        made = {key: value for key, value in row.items() if key in TASK_KEYS}
        controls = [key for key in row if key not in (*TASK_KEYS, *MIN_KEYS)]  # JSON-MIN: a control's name is a key
        if "labels" in row or len(controls) <= 1:
            chosen = row["labels"] if "labels" in row else row[controls[0]] if controls else None
            made["labels"] = _listed(chosen)
        return _named(made, row)
    if isinstance(row.get("label"), list) and "labels" not in row:
        return _named({**row, "labels": row["label"]}, row)
    return row


def _choices(annotation: Mapping[str, Any]) -> list[Any] | None:
    """Labels of an annotation; None where it holds something else than choices, which we cannot read."""
    results = annotation.get("result")
    found: list[Any] = []
    for result in results if isinstance(results, list) else []:
        value = result.get("value") if isinstance(result, Mapping) else None
        if not isinstance(value, Mapping) or not isinstance(value.get("choices"), list):
            return None
        found += value["choices"]
    return found


def _listed(chosen: Any) -> Any:
    """What JSON-MIN holds for a control: one choice, several, or nothing where none was chosen."""
    if isinstance(chosen, Mapping):
        return chosen.get("choices")
    return [] if chosen is None else chosen if isinstance(chosen, list) else [chosen]


def _named(made: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    identifier = row.get("id")
    identifier = str(identifier) if isinstance(identifier, int) else identifier
    named = {**made, "id": identifier}
    named.setdefault("group", identifier)
    return named
