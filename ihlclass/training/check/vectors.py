"""Vectors of all passages for the check, faster than an encoder gives them to a bundle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.encoder import Encoder, SentenceTransformerEncoder

#: Texts that are encoded between two reports of progress, and side by side.
PIECE, BATCH = 512, 32


def embed(
    encoder: Encoder, texts: Sequence[str], tell: Callable[[int, int], None] = lambda done, total: None
) -> NDArray[np.float32]:
    """Encode texts, shape ``(len(texts), d)``, rows of length 1.

    Where the encoder's model takes batches, texts of like length go through it together. Their vectors then differ
    from those of a bundle, which encodes every text alone, in the last digits; a check can bear that.
    """
    rows = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    order = np.argsort([len(text) for text in texts], kind="stable")[::-1]  # the longest first: no surprise at the end
    tell(0, len(texts))
    for start in range(0, len(texts), PIECE):
        piece = order[start : start + PIECE]
        rows[piece] = _encode(encoder, [texts[k] for k in piece.tolist()])
        tell(start + len(piece), len(texts))
    return rows


def _encode(encoder: Encoder, texts: list[str]) -> Any:
    if isinstance(encoder, SentenceTransformerEncoder):
        return encoder.model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
    return encoder.encode(texts)
