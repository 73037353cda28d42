"""Copies: inside the set between groups, and with sets that must stay apart.

Texts and word sequences are compared by hashes of 8 bytes: among a million sequences, the chance that any two that
differ are taken for equal is below one in ten million.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ihlclass.training.check.clusters import Clusters, largest_first
from ihlclass.training.check.coverage import Bars
from ihlclass.training.check.findings import Finding, advice, error, shown
from ihlclass.training.data import LabelledPassage

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Tell = Callable[[int, int], None]
#: Cosines are computed in squares of so many rows and columns (16 MiB), word sequences compared in such pieces.
TILE = 2048
PIECE = 1 << 20
#: Members of a cluster that its line names.
NAMED = 8


def words(text: str) -> tuple[str, ...]:
    """Return the lower-case words and numbers of a text."""
    return tuple(re.findall(r"\w+", text.lower()))


def sequences(text: str, length: int) -> set[int]:
    """Return the hashes of all runs of `length` words; they differ from process to process."""
    row = words(text)
    return {hash(row[i : i + length]) for i in range(len(row) - length + 1)}


def check_words(
    passages: Sequence[LabelledPassage], foreign: Sequence[str], bars: Bars, tell: Tell = lambda done, total: None
) -> Iterator[Finding]:
    """Find equal texts, templates, and word sequences shared with `foreign` (an evaluation set); needs no model."""
    tell(0, 3)
    yield from _equal(passages)
    tell(1, 3)
    yield from _templates(passages, bars)
    tell(2, 3)
    theirs = set().union(*(sequences(text, bars.foreign_words + 1) for text in foreign))
    for p in passages if theirs else ():
        if not theirs.isdisjoint(sequences(p.text, bars.foreign_words + 1)):
            yield error("D304", f"{shown(p.id)}: shares more than {bars.foreign_words} words in a row", (p.id,))
    tell(3, 3)


def check_copies(
    passages: Sequence[LabelledPassage],
    embeddings: NDArray[np.float32],
    bars: Bars,
    tell: Tell = lambda done, total: None,
) -> Iterator[Finding]:
    """Find near-copies between groups, as clusters; equal texts are left to `check_words`.

    Parameters
    ----------
    embeddings
        Unit rows, shape ``(len(passages), d)``.
    """
    n = len(passages)
    groups, texts = np.array([hash(p.group) for p in passages]), np.array([_text(p) for p in passages])
    alike, closest, clusters = np.zeros(n, dtype=bool), np.zeros(n, dtype=np.float32), Clusters(n)
    low = min(bars.alike_cosine, bars.near_copy_cosine)
    tiles = [(row, column) for row in range(0, n, TILE) for column in range(row, n, TILE)]
    for done, (row, column) in enumerate(tiles, 1):
        cosines = embeddings[row : row + TILE] @ embeddings[column : column + TILE].T
        i, j = np.nonzero(cosines >= low)
        near = cosines[i, j]
        i, j = i + row, j + column
        apart = (i < j) & (groups[i] != groups[j])
        i, j, near = i[apart], j[apart], near[apart]
        for side in (i, j):
            alike[side[near >= bars.alike_cosine]] = True
        copies = (near >= bars.near_copy_cosine) & (texts[i] != texts[j])
        if copies.any():
            clusters.join(i[copies], j[copies])
            for side in (i, j):
                np.maximum.at(closest, side[copies], near[copies])
        tell(done, len(tiles))
    for members in clusters.found():
        cluster = [passages[k] for k in members]
        message = f"{_size(cluster)}, cosine up to {closest[members].max():.3f}: {_listed(cluster)}"
        yield error("D301", message, tuple(p.id for p in cluster))
    share = float(alike.mean())
    if share >= bars.alike_share:
        ids = tuple(passages[k].id for k in np.flatnonzero(alike).tolist())
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
    for start in range(0, len(passages), TILE):
        rows = embeddings[start : start + TILE]
        nearest = np.max([(rows @ other[k : k + TILE].T).max(axis=1) for k in range(0, len(other), TILE)], axis=0)
        for i in np.flatnonzero(nearest >= bars.near_copy_cosine).tolist():
            p = passages[start + i]
            yield error("D304", f"{shown(p.id)}: cosine {nearest[i]:.3f} to a passage of it", (p.id,))


def _text(p: LabelledPassage) -> int:
    """Hash of a text's words; of the text itself where it has none."""
    return hash(words(p.text) or p.text)


def _size(cluster: Sequence[LabelledPassage]) -> str:
    groups = len({p.group for p in cluster})
    return f"{len(cluster)} passages of {groups} group{'s' * (groups > 1)}"


def _listed(cluster: Sequence[LabelledPassage]) -> str:
    more = f" and {len(cluster) - NAMED} more" if len(cluster) > NAMED else ""
    return ", ".join(f"{shown(p.id)} ({shown(p.group)})" for p in cluster[:NAMED]) + more


def _equal(passages: Sequence[LabelledPassage]) -> Iterator[Finding]:
    holders: dict[int, list[int]] = {}
    for number, p in enumerate(passages):
        holders.setdefault(_text(p), []).append(number)
    for members in largest_first(holders.values()):
        cluster = [passages[k] for k in members]
        labels = "the same" if len({frozenset(p.labels) for p in cluster}) == 1 else "different"
        message = f"{_size(cluster)} with {labels} labels: {_listed(cluster)}"
        yield error("D102", message, tuple(p.id for p in cluster))


def _templates(passages: Sequence[LabelledPassage], bars: Bars) -> Iterator[Finding]:
    """Find runs of words in more than `shared_by` groups; equal texts, which are told already, count once."""
    runs, owner = array("q"), array("i")  # all runs, as hashes, and the passage that each stands in
    seen: set[int] = set()
    for number, p in enumerate(passages):
        if (text := _text(p)) not in seen:
            seen.add(text)
            found = sequences(p.text, bars.shared_words)
            runs.extend(found)
            owner.extend([number] * len(found))
    every, holder = np.frombuffer(runs, dtype=np.int64), np.frombuffer(owner, dtype=np.int32)
    ordered = np.sort(every)
    frequent = np.unique(ordered[bars.shared_by :][ordered[bars.shared_by :] == ordered[: -bars.shared_by or None]])
    del ordered
    if not len(frequent):
        return
    kept = np.concatenate([_among(every[k : k + PIECE], frequent) + k for k in range(0, len(every), PIECE)])
    run, held = every[kept], holder[kept]
    group = np.array([hash(p.group) for p in passages])[held]
    order = np.lexsort((held, group, run))
    run, group, held = run[order], group[order], held[order]
    once = np.append(True, (run[1:] != run[:-1]) | (group[1:] != group[:-1]))  # one passage of each group
    run, held = run[once], held[once]
    parts = np.split(held, np.flatnonzero(run[1:] != run[:-1]) + 1)
    told: set[int] = set()
    for members in largest_first(np.sort(part).tolist() for part in parts if len(part) > bars.shared_by):
        if not told.issuperset(members):
            told.update(members)
            cluster = [passages[k] for k in members]
            message = f"{len(cluster)} groups share {bars.shared_words} words in a row: {_listed(cluster)}"
            yield error("D303", message, tuple(p.id for p in cluster))


def _among(values: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of the values that stand in `known`, which is sorted and not empty."""
    place = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.flatnonzero(known[place] == values)
