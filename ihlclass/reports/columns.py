"""Which column of a table holds what: as asked for, else by its usual names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ihlclass.errors import ReportError

if TYPE_CHECKING:
    from ihlclass.reports import ReadOptions

TEXT_NAMES = (
    "text", "body", "content", "full_text", "article", "narrative", "description", "message", "summary", "notes",
    "report",
)  # fmt: skip
#: Often an id or a file name: the text only where no other column is, and if it reads like one.
DOUBTFUL_NAME = "report"
ID_NAMES = ("id", "_id", "report_id", "document_id", "doc_id", "record_id", "uuid", "key")
DATE_NAMES = (
    "published", "published_at", "publication_date", "date_published", "pub_date", "date", "created_at", "timestamp",
    "datetime",
)  # fmt: skip
TITLE_NAMES = ("title", "headline")
DELIMITERS = ",;\t|"

#: Column names are shown in messages only if they look like names: the first row of a table without a header is text.
NAME_LIKE = re.compile(r"(?=.{1,40}\Z)[\w.:/()-]*[^\W\d][\w.:/()-]*(?: [\w:/()-]+)?")
NAMES_SHOWN = 20
#: So many words make a cell text rather than a name.
LEAST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; None where there is none.

    Attributes
    ----------
    doubtful
        True where the text column is only taken for it if what it holds reads like text.
    """

    text: str
    id: str | None
    date: str | None
    title: str | None
    doubtful: bool = False


def find_columns(names: Iterable[str], options: ReadOptions, where: str) -> Columns:
    """Tell which column holds what.

    Raises
    ------
    ReportError
        ``missing_column`` where a column that was asked for, or any text column, is not among `names`.
    """
    present = list(dict.fromkeys(names))
    asked = ((options.text_column, "--text-column"), (options.id_column, "--id-column"),
             (options.date_column, "--date-column"))  # fmt: skip
    for column, option in asked:
        if column is not None and column not in present:
            raise ReportError("missing_column", f"no column {column!r} ({option}); {_listing(present)}", where)
    columns = guess_columns(present, options)
    if columns is None:
        raise no_text_column(present, where)
    return columns


def guess_columns(present: Iterable[str], options: ReadOptions, text: str | None = None) -> Columns | None:
    """Tell which column holds what; None if there is no text column, and no `text` to fall back on."""
    names = {folded(name): name for name in reversed(list(present))}

    def usual(asked: str | None, known: Iterable[str]) -> str | None:
        return asked or next((names[name] for name in known if name in names), None)

    text = usual(options.text_column, TEXT_NAMES if text is None else TEXT_NAMES[:-1]) or text
    if text is None:
        return None
    return Columns(
        text,
        usual(options.id_column, ID_NAMES),
        usual(options.date_column, DATE_NAMES),
        usual(None, TITLE_NAMES),
        doubtful=options.text_column is None and folded(text) == DOUBTFUL_NAME,
    )


def no_text_column(names: Iterable[str], where: str) -> ReportError:
    """Say that none of the columns is known to hold text."""
    usual = ", ".join(TEXT_NAMES[:-1])
    message = f"none of the usual text columns ({usual}); {_listing(list(names), '; name it with --text-column')}"
    return ReportError("missing_column", message, where)


def folded(name: str) -> str:
    """Return a column's name as it is compared with the usual ones."""
    return name.strip().casefold().replace(" ", "_")


def reads_like_text(value: object) -> bool:
    """Whether a cell is text, not an id, a name or a number."""
    return isinstance(value, str) and len(value.split()) >= LEAST_WORDS


def shown(column: str) -> str:
    """Return a column's name for a message, if it looks like one."""
    return repr(column) if NAME_LIKE.fullmatch(column) else "(unnamed)"


def _listing(present: list[str], hint: str = "") -> str:
    names = [name if NAME_LIKE.fullmatch(name) else f"(column {n})" for n, name in enumerate(present, 1)]
    filled = [name for name in present if name.strip()]
    if filled and sum(bool(NAME_LIKE.fullmatch(name)) for name in filled) * 2 <= len(filled):
        return "it seems to have no header: its first row reads like data; add a row of column names"
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"columns present: {', '.join(names[:NAMES_SHOWN]) or 'none'}{more}{hint}"
