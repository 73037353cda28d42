"""Tag a column of a data frame: pandas, Polars, or whatever else narwhals knows."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from ihlclass.classifier import Classifier
from ihlclass.errors import UsageError
from ihlclass.outcomes import tag_records

#: Columns that are added.
COLUMNS = ("labels", "review", "language", "unsupported_language")
PROBABILITY = "p_"


def tag_frame(classifier: Classifier, frame: Any, *, text: str = "text", probabilities: bool = True) -> Any:
    """Return a frame of the same kind with the tags of a column of texts beside the other columns.

    Parameters
    ----------
    frame
        A pandas or Polars data frame (any eager frame that narwhals knows). It is not changed.
    text
        Column with the texts. Where it holds nothing (null, or blank) the new columns hold null.
    probabilities
        Add a column ``p_`` and the label for each of them.

    Returns
    -------
    frame
        With ``labels`` and ``review`` (joined by ``; ``), ``language``, ``unsupported_language`` (texts in another
        language get no labels), and the probabilities. The order of rows, and a pandas index, are kept.

    Raises
    ------
    UsageError
        If `frame` is none, lacks the column, has one of the new columns already, or holds what is no text.
    """
    try:
        table = nw.from_native(frame, eager_only=True)
    except TypeError as error:
        raise UsageError("frame must be a pandas or Polars data frame (collect a lazy one first)") from error
    added = [*COLUMNS, *((PROBABILITY + label for label in classifier.scheme.ids) if probabilities else ())]
    if text not in table.columns:
        raise UsageError(f"the frame has no column {text!r}; name the one with the texts: text=...")
    if taken := [name for name in added if name in table.columns]:
        raise UsageError(f"the frame has a column {taken[0]!r} already; rename it, or drop it")
    texts: list[Any] = [
        None if null else one for one, null in zip(table[text].to_list(), table[text].is_null(), strict=True)
    ]
    rows: list[dict[str, Any]] = [dict.fromkeys(added) for _ in texts]
    told = [number for number, one in enumerate(texts) if _is_text(one, number, text)]
    for record in tag_records(classifier, told, [texts[number] for number in told]):
        rows[record["id"]] = {
            "labels": "; ".join(record["labels"]),
            "review": "; ".join(record["review"]),
            "language": record["language"],
            "unsupported_language": record.get("unsupported_language", False),
            **({PROBABILITY + label: p for label, p in record["probabilities"].items()} if probabilities else {}),
        }
    namespace = nw.get_native_namespace(table)
    kinds: dict[str, Any] = {"unsupported_language": nw.Boolean, **dict.fromkeys(COLUMNS[:3], nw.String)}
    columns = [
        nw.new_series(name, [row[name] for row in rows], kinds.get(name, nw.Float64), backend=namespace)
        for name in added
    ]
    if (index := nw.maybe_get_index(table)) is not None:
        columns = [nw.maybe_set_index(column, index=index) for column in columns]
    return table.with_columns(*columns).to_native()


def _is_text(value: Any, number: int, column: str) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if value is None or value != value:  # NaN stands for nothing in pandas
        return False
    raise UsageError(f"row {number} of {column!r} holds a {type(value).__name__}: must be text, or nothing")


__all__ = ["tag_frame"]
