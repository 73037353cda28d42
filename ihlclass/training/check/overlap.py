"""Copies: inside the set between groups, and with sets that must stay apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ihlclass.training.check.coverage import Bars
from ihlclass.training.check.findings import Finding, advice, error
from ihlclass.training.data import LabelledPassage

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
_ROWS = 1024


def words(text: str) -> tuple[str, ...]:
    """Return the lower-case words and numbers of a text."""
    return tuple(re.findall(r"\w+", text.lower()))


def sequences(text: str, length: int) -> set[tuple[str, ...]]:
    """Return all runs of `length` words."""
    row = words(text)
    return {row[i : i + length] for i in range(len(row) - length + 1)}


def check_words(passages: Sequence[LabelledPassage], foreign: Sequence[str], bars: Bars) -> Iterator[Finding]:
    """Find equal texts, templates, and word sequences shared with `foreign` (an evaluation set); needs no model."""
    yield from _equal(passages)
    yield from _templates(passages, bars)
    if not foreign:
        return
    theirs = set().union(*(sequences(text, bars.foreign_words + 1) for text in foreign))
    for p in passages:
        if sequences(p.text, bars.foreign_words + 1) & theirs:
            yield error("D304", f"{p.id}: shares more than {bars.foreign_words} words in a row", (p.id,))


def check_copies(passages: Sequence[LabelledPassage], embeddings: NDArray[np.float32], bars: Bars) -> Iterator[Finding]:
    """Find near-copies between groups; equal texts are left to `check_words`.

    Parameters
    ----------
    embeddings
        Unit rows, shape ``(len(passages), d)``.
    """
    groups = np.unique([p.group for p in passages], return_inverse=True)[1]
    alike = np.zeros(len(passages), dtype=bool)
    for start in range(0, len(passages), _ROWS):
        rows = slice(start, start + _ROWS)
        cosines = embeddings[rows] @ embeddings.T
        cosines[groups[rows][:, None] == groups[None, :]] = -1.0
        alike[rows] = cosines.max(axis=1, initial=-1.0) >= bars.alike_cosine
        for i, j in zip(*np.nonzero(cosines >= bars.near_copy_cosine), strict=True):
            one, other = passages[start + int(i)], passages[int(j)]
            if start + int(i) < int(j) and words(one.text) != words(other.text):
                yield error("D301", f"{one.id} and {other.id}: cosine {cosines[i, j]:.3f}", (one.id, other.id))
    share = float(alike.mean())
    if share >= bars.alike_share:
        ids = tuple(passages[i].id for i in np.flatnonzero(alike).tolist())
        yield advice("D302", f"{share:.2%} of the passages are nearer than {bars.alike_cosine} to another group", ids)


def check_apart(
    passages: Sequence[LabelledPassage],
    embeddings: NDArray[np.float32],
    foreign: Sequence[str],
    encode: Encode,
    bars: Bars,
) -> Iterator[Finding]:
    """Find passages that are near in meaning to one of `foreign` (an evaluation set)."""
    if not foreign:
        return
    other = encode(foreign)
    for start in range(0, len(passages), _ROWS):
        nearest = (embeddings[start : start + _ROWS] @ other.T).max(axis=1)
        for i in np.flatnonzero(nearest >= bars.near_copy_cosine).tolist():
            p = passages[start + i]
            yield error("D304", f"{p.id}: cosine {nearest[i]:.3f} to a passage of it", (p.id,))


def _equal(passages: Sequence[LabelledPassage]) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], LabelledPassage] = {}
    for p in passages:
        first = seen.setdefault(words(p.text) or (p.text,), p)
        if first is not p:
            labels = "the same" if set(first.labels) == set(p.labels) else "other"
            yield error("D102", f"{first.id} and {p.id}: same text with {labels} labels", (first.id, p.id))


def _templates(passages: Sequence[LabelledPassage], bars: Bars) -> Iterator[Finding]:
    holders: dict[tuple[str, ...], dict[str, str]] = {}
    for p in passages:
        for run in sorted(sequences(p.text, bars.shared_words)):
            holders.setdefault(run, {})[p.group] = p.id
    told: set[str] = set()
    for found in holders.values():
        ids = tuple(found.values())
        if len(ids) > bars.shared_by and not told.issuperset(ids):
            told.update(ids)
            yield error("D303", f"{len(ids)} groups share {bars.shared_words} words in a row", ids)
