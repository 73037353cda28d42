"""A trained reader: multinomial logistic regression on features with names and on states of words, on disk as an NPZ file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LinearReader:
    """Weights, shape ``(n, classes)``, of `n` features, each with its number, and of states, shape ``(states, classes)``."""

    numbers: dict[str, int]
    weights: NDArray[np.float32]
    of_states: NDArray[np.float32]

    def scores(self, rows: Sequence[Sequence[str]], states: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return log-odds of each class, up to a constant, shape ``(len(rows), classes)``.

        Parameters
        ----------
        rows
            Names of the features of each example; those that it does not know count nothing.
        states
            Of each example, shape ``(len(rows), states)``.
        """
        number = self.numbers.get
        named = [self.weights[[n for f in row if (n := number(f)) is not None]].sum(axis=0) for row in rows]
        return np.asarray(np.array(named, dtype=np.float64).reshape(len(rows), -1) + states @ self.of_states)

    def chances(self, rows: Sequence[Sequence[str]], states: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the chance of each class, shape ``(len(rows), classes)``."""
        return softmax(self.scores(rows, states))

    def save(self, path: Path) -> None:
        """Write it; weights in half precision."""
        names = np.frombuffer("\n".join(self.numbers).encode(), dtype=np.uint8)
        weights, of_states = self.weights.astype(np.float16), self.of_states.astype(np.float16)
        np.savez_compressed(path, names=names, weights=weights, of_states=of_states)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read one that `save` wrote."""
        with np.load(path) as arrays:
            names = arrays["names"].tobytes().decode().split("\n")
            weights, of_states = arrays["weights"].astype(np.float32), arrays["of_states"].astype(np.float32)
        return cls({name: i for i, name in enumerate(names)}, weights, of_states)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return chances that add up to one along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
