"""The net of the fast profile: static embeddings of word pieces, narrow convolutions, label attention.

What a passage costs is the tokeniser and a few small products: no layer looks further than its neighbours, but the last
is told the mean of the whole passage. The embeddings start as what the shipped encoder says of each word piece alone
(Tulkens & van Dongen 2024, *Model2Vec*), cut to their first principal components; then all is trained on labels and on
what the accurate profile says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

#: Spread of the embeddings at the start, and of the weights of label attention.
EMBEDDING_SPREAD, ATTENTION_SPREAD = 0.1, 0.02
#: What is added to the weight of padding, whose share then vanishes.
NOTHING = -1e4


class FastNet(torch.nn.Module):
    """Log-odds of labels from token numbers.

    Parameters
    ----------
    embeddings
        Those to start from, shape ``(vocabulary, dimension)``.
    layers
        Number of convolutions, each over a word piece and its two neighbours.
    labels
        Number of labels, *k*.
    dropout
        Share of the embeddings that is put to 0 while training.
    """

    def __init__(self, embeddings: NDArray[np.float32], layers: int, labels: int, dropout: float) -> None:
        super().__init__()
        vocabulary, dimension = embeddings.shape
        self.labels = labels
        self.embeddings = torch.nn.Embedding(vocabulary, dimension)
        with torch.no_grad():
            self.embeddings.weight.copy_(torch.from_numpy(embeddings))
        self.convolutions = torch.nn.ModuleList(torch.nn.Linear(3 * dimension, dimension) for _ in range(layers))
        self.gist = torch.nn.Linear(dimension, dimension)  # of the passage, told to each of its word pieces
        self.words = torch.nn.Linear(dimension, 2 * labels, bias=False)  # weights, then values: one product for both
        torch.nn.init.normal_(self.words.weight, std=ATTENTION_SPREAD)
        self.passage = torch.nn.Linear(2 * dimension, labels)
        self.dropout = torch.nn.Dropout(dropout)

    def forward(self, input_ids: Any, attention_mask: Any = None) -> Any:
        """Return log-odds, shape ``(n, k)``, of token numbers of shape ``(n, tokens)``; no mask: nothing is padding."""
        rows = self.dropout(self.embeddings(input_ids))
        there = None if attention_mask is None else attention_mask.to(torch.float32).unsqueeze(-1)
        rows = rows if there is None else rows * there
        last = len(self.convolutions) - 1
        # all alike: a product with it is a mean, and runs in half the time of one
        even = torch.softmax(torch.zeros_like(input_ids, dtype=torch.float32), dim=1).unsqueeze(1)
        share = even if there is None else (there / there.sum(dim=1, keepdim=True).clamp(min=1)).transpose(1, 2)
        for number, convolution in enumerate(self.convolutions):
            if number == last:
                rows = rows + torch.relu(self.gist(share @ rows))
                rows = rows if there is None else rows * there
            around = torch.nn.functional.pad(rows, (0, 0, 1, 1))  # a product of matrices runs faster than a convolution
            three = torch.cat([around[:, :-2], rows, around[:, 2:]], dim=2)
            rows = rows + torch.relu(convolution(three))
            rows = rows if there is None else rows * there
        found = self.words(rows)
        weights, values = found[..., : self.labels], found[..., self.labels :]
        if there is None:
            most = rows.amax(dim=1)
        else:
            away = (1 - there) * NOTHING
            weights, most = weights + away, (rows + away).amax(dim=1)
        evidence = (torch.softmax(weights, dim=1) * values).sum(dim=1)
        return evidence + self.passage(torch.cat([(share @ rows).squeeze(1), most], dim=1))


def principal_components(rows: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """Return the first `dimension` principal components of rows, all scaled alike; shape ``(n, dimension)``."""
    centred = rows.astype(np.float64) - rows.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, ::-1][:, :dimension]
    return np.asarray(found / found.std() * EMBEDDING_SPREAD, dtype=np.float32)
