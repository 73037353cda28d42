"""Label attention: for each label, one number that says how far a passage speaks for it, from all of its words.

One vector for a whole passage drowns a label that hangs on three words of eighty. Here each label weighs the words by
itself (Mullenbach et al. 2018, *Explainable Prediction of Medical Codes from Clinical Text*), and what it finds is
appended to the sentence embedding, for the heads to use.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

#: Scale of the unit-length embeddings of passage and words before they are weighed.
SCALE = 10.0
#: Scale of the evidence in the embedding: log-odds are an order of magnitude larger than the rest of it.
SHARE = 0.1
#: Spread of the weights at the start.
SPREAD = 0.02


class LabelAttention(torch.nn.Module):
    """Last part of a sentence-transformers pipeline: ``sentence_embedding`` gets one column more for each label.

    With the unit-length embeddings *e* of the passage and *h(t)* of its tokens, both times `SCALE`, the evidence of
    label *l* is ``w(l) . e + b(l) + sum over t of a(l, t) * (v(l) . h(t))``, where the *a(l, t)* are the softmax over
    the tokens of ``q(l) . h(t)``. It is trained to be the log-odds of the label.

    Parameters
    ----------
    dimension
        Columns of the sentence embedding.
    width
        Columns of the token embeddings.
    labels
        Number of labels, *k*.
    """

    def __init__(self, dimension: int, width: int, labels: int) -> None:
        super().__init__()
        self.labels = labels
        self.dimension = dimension + labels
        self.passage = torch.nn.Linear(dimension, labels)
        self.words = torch.nn.Linear(width, 2 * labels, bias=False)  # q, then v: one product for both
        torch.nn.init.normal_(self.words.weight, std=SPREAD)

    def evidence(self, features: dict[str, Any]) -> torch.Tensor:
        """Return log-odds, shape ``(n, k)``, of what the parts before have made."""
        passage = functional.normalize(features["sentence_embedding"].float(), dim=1) * SCALE
        words = self.words(functional.normalize(features["token_embeddings"].float(), dim=2) * SCALE)
        weights, values = words[:, :, : self.labels], words[:, :, self.labels :]
        padding = (1 - features["attention_mask"].float()).unsqueeze(-1) * -1e4
        found = (torch.softmax(weights + padding, dim=1) * values).sum(dim=1)
        return torch.as_tensor(self.passage(passage) + found)

    def forward(self, features: dict[str, Any]) -> dict[str, Any]:
        """Append the evidence, times `SHARE`, to the sentence embedding, which is brought to unit length."""
        unit = functional.normalize(features["sentence_embedding"].float(), dim=1)
        return {**features, "sentence_embedding": torch.cat([unit, self.evidence(features) * SHARE], dim=1)}

    def get_embedding_dimension(self) -> int:
        """Columns of the sentence embedding that it hands on; sentence-transformers asks for it by this name."""
        return self.dimension

    def save(self, path: Path) -> None:
        """Write the weights into a file."""
        arrays: dict[str, Any] = {name: weights.detach().cpu().numpy() for name, weights in self.state_dict().items()}
        np.savez(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> LabelAttention:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls.of({name: torch.from_numpy(arrays[name]) for name in arrays})

    @classmethod
    def of(cls, state: dict[str, torch.Tensor]) -> LabelAttention:
        """Make one of its weights by name, as ``state_dict`` gives them."""
        labels, dimension = state["passage.weight"].shape
        made = cls(int(dimension), int(state["words.weight"].shape[1]), int(labels))
        made.load_state_dict(state)
        return made.eval()
