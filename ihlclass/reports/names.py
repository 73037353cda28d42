"""Names of reports: no two alike in a run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ihlclass.reports.remote import is_address, shown


class UniqueNames:
    """Tells like names apart: the second ``posts.csv#7`` becomes ``posts.csv#7~2``."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """Return `name`, with its number where it was there before."""
        number = self._seen[name] = self._seen.get(name, 0) + 1
        return name if number == 1 else self(f"{name}~{number}")


def place_of(path: str | Path) -> str:
    """Return where a path leads, however it is spelled; a link stays one, under its own name. ``-`` stays ``-``.

    Of an address what `ihlclass.reports.remote.shown` shows: a signature that is renewed leads to the same place.
    """
    if is_address(path):
        return shown(str(path))
    return "-" if str(path) == "-" else os.path.abspath(path)  # noqa: PTH100


def shortest_names(paths: Sequence[str]) -> list[str]:
    """Name each path by as few of its last parts as tell it from the others.

    Parameters
    ----------
    paths
        As `place_of` gives them, no two alike.
    """
    parts = [Path(path).parts for path in paths]
    depths = [1] * len(parts)
    waiting = list(range(len(parts)))
    while waiting:
        depth = depths[waiting[0]]
        seen = Counter(own[-depth:] for own in parts)
        waiting = [n for n in waiting if seen[parts[n][-depth:]] > 1 and depth < len(parts[n])]
        for n in waiting:
            depths[n] = depth + 1
    return ["/".join(own[-depth:]).lstrip("/") for own, depth in zip(parts, depths, strict=True)]
