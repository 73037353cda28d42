"""What a check says: a stable code, how grave, one line for a person, and the passages it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """``error``: mend it before training. ``advice``: the model will be weaker for it."""

    error = "error"
    advice = "advice"


#: Longest id or name that a message shows whole.
SHOWN_CHARACTERS = 60

#: Stable codes, with what to do about them.
CODES = {
    "D101": "a line breaks a rule: mend or remove it",
    "D102": "passages have the same text: keep one of them",
    "D201": "few positives: write or label more passages with it",
    "D202": "few hard negatives: write passages that mention it without carrying it, and list it in 'near'",
    "D203": "few passages without any label: add background, or everything will look like an incident",
    "D204": "a style is rare or missing: reports of that style will be read worse",
    "D205": "one conflict outweighs the rest: labels may hang on its names",
    "D206": "nearly all positives of the label come from one conflict or style: write it in others",
    "D207": "incident passages carry few labels: check that all that apply were given",
    "D301": "near-copies in different groups: put them into one group, or keep one of them",
    "D302": "many passages are much alike: vary wording",
    "D303": "a long word sequence stands in many passages: it is a template; rewrite",
    "D304": "overlap with a set that must stay apart: remove the passage",
    "D401": "label-noise suspects: look at them again",
    "D402": "one word gives the label away: write hard negatives with that word, positives without it",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes
    ----------
    code
        One of `CODES`.
    message
        What and where, without passage text.
    passages
        Ids of the passages concerned, most urgent first.
    """

    code: str
    severity: Severity
    message: str
    passages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise AssertionError(f"unknown finding code {self.code!r}")


def error(code: str, message: str, passages: tuple[str, ...] = ()) -> Finding:
    """Make a finding that must be mended."""
    return Finding(code, Severity.error, message, passages)


def advice(code: str, message: str, passages: tuple[str, ...] = ()) -> Finding:
    """Make a finding that weakens the model."""
    return Finding(code, Severity.advice, message, passages)


def shown(name: str) -> str:
    """Return an id or name fit for one line of a terminal: what does not print is escaped, what is long is cut."""
    cut = name if len(name) <= SHOWN_CHARACTERS else name[: SHOWN_CHARACTERS - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
