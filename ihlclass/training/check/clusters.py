"""What hangs together: connected components of pairs that are found bit by bit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Clusters:
    """Connected components of a graph with `n` nodes, by union-find: memory grows with n, not with the pairs."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def join(self, ones: NDArray[np.int64], others: NDArray[np.int64]) -> None:
        """Take in the edges ``ones[k] - others[k]``."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        nodes, local = np.unique(np.concatenate([ones, others]), return_inverse=True)
        edges = coo_array((np.ones(len(ones), dtype=np.int8), np.split(local, 2)), shape=(len(nodes), len(nodes)))
        first: dict[int, int] = {}
        for node, component in zip(nodes.tolist(), connected_components(edges)[1].tolist(), strict=True):
            self._parent[self._root(node)] = self._root(first.setdefault(component, node))

    def found(self) -> list[list[int]]:
        """Return the components of two nodes or more, largest first."""
        members: dict[int, list[int]] = {}
        for node in range(len(self._parent)):
            members.setdefault(self._root(node), []).append(node)
        return largest_first(members.values())

    def _root(self, node: int) -> int:
        parent = self._parent
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node


def largest_first(sets: Iterable[list[int]]) -> list[list[int]]:
    """Sets of two or more, the largest first, then in the order of their first members."""
    return sorted((members for members in sets if len(members) > 1), key=lambda members: (-len(members), members[0]))
