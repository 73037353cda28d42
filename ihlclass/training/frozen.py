"""Compute the frozen lower layers of an encoder once, instead of once an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

BATCH_SIZE = 64


class LowerLayers:
    """States of all passages after the lowest layers of a BERT-like encoder, kept in half precision.

    While `skipped` holds, the model's embedding layer hands out these states for the passages of `batch`, and only the
    layers above run. The memory is 2 bytes times the width of the encoder for each token.

    Parameters
    ----------
    model
        A sentence-transformers model.
    lowest
        Number of lowest layers whose output is kept, 1 or more.
    texts
        The passages.
    """

    def __init__(self, model: Any, lowest: int, texts: Sequence[str]) -> None:
        import torch

        self.batch: Sequence[int] = ()
        self._body, self._lowest = model[0].auto_model, lowest
        self._states: list[Any] = [None] * len(texts)
        layers = self._body.encoder.layer
        order = np.argsort([len(text) for text in texts], kind="stable")
        self._body.encoder.layer = layers[:lowest]
        training = model.training
        model.eval()  # what is kept for all epochs holds no dropout
        try:
            with torch.no_grad():
                for start in range(0, len(order), BATCH_SIZE):
                    rows = order[start : start + BATCH_SIZE].tolist()
                    inputs = model.preprocess([texts[row] for row in rows])
                    tensors = {k: inputs[k].to(model.device) for k in ("input_ids", "attention_mask")}
                    states = self._body(**tensors).last_hidden_state
                    for row, state, mask in zip(rows, states, tensors["attention_mask"], strict=True):
                        self._states[row] = state[: int(mask.sum())].half().cpu().clone()
        finally:
            self._body.encoder.layer = layers
            model.train(training)

    @staticmethod
    def fits(model: Any) -> bool:
        """Whether `model` is built as BERT is: ``embeddings``, then ``encoder.layer``, padded on the right."""
        body = getattr(model[0], "auto_model", None)
        layers = getattr(getattr(body, "encoder", None), "layer", None)
        return layers is not None and hasattr(body, "embeddings") and model.tokenizer.padding_side == "right"

    @contextmanager
    def skipped(self) -> Iterator[None]:
        """Run the model from the kept states, while the context lasts."""
        import torch

        states = self

        class Kept(torch.nn.Module):
            def forward(self, input_ids: Any = None, **_: Any) -> Any:
                chosen = [states._states[row].to(input_ids.device).float() for row in states.batch]
                return torch.nn.utils.rnn.pad_sequence(chosen, batch_first=True)

        body = self._body
        embeddings, layers = body.embeddings, body.encoder.layer
        body.embeddings, body.encoder.layer = Kept(), layers[self._lowest :]
        try:
            yield
        finally:
            body.embeddings, body.encoder.layer = embeddings, layers
