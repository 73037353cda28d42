"""A trained reader: multinomial logistic regression on features with names, on disk as one NPZ file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LinearReader:
    """Weights, shape ``(n, classes)``, of `n` features, each with its number."""

    numbers: dict[str, int]
    weights: NDArray[np.float32]

    def chances(self, rows: Iterable[Sequence[str]]) -> NDArray[np.float64]:
        """Return the chance of each class, shape ``(len(rows), classes)``; features that it does not know count nothing."""
        scores = np.array(
            [self.weights[[self.numbers[f] for f in row if f in self.numbers]].sum(axis=0) for row in rows],
            dtype=np.float64,
        )
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))

    def save(self, path: Path) -> None:
        """Write it; weights in half precision."""
        names = np.frombuffer("\n".join(self.numbers).encode(), dtype=np.uint8)
        np.savez_compressed(path, names=names, weights=self.weights.astype(np.float16))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read one that `save` wrote."""
        with np.load(path) as arrays:
            names = arrays["names"].tobytes().decode().split("\n")
            return cls({name: i for i, name in enumerate(names)}, arrays["weights"].astype(np.float32))
