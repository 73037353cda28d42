"""The encoder below the trained readers (`ihlclass.incidents.context`), as torch trains it, and as ONNX runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ihlclass.incidents.context import NUMBER
from ihlclass.training.export import plain_attention, quantized_export


def context_net(encoder: Any, layers: int) -> Any:
    """Build it of the embeddings and the first layers of a sentence-transformers model like BERT.

    Embeddings of words stay as they are. How a word is written is told by an embedding more, zero at first.

    Returns
    -------
    torch.nn.Module
        Of token numbers, how each is written, and what is no padding, shape ``(texts, tokens)`` each, to states, shape
        ``(texts, tokens, width)``.
    """
    import torch

    bert = encoder[0].auto_model

    class ContextNet(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.width = int(bert.config.hidden_size)
            self.embeddings = bert.embeddings
            self.how = torch.nn.Embedding(NUMBER + 1, self.width)
            self.layers = torch.nn.ModuleList(bert.encoder.layer[:layers])
            torch.nn.init.zeros_(self.how.weight)
            self.embeddings.word_embeddings.requires_grad_(False)

        def forward(self, input_ids: Any, written: Any, mask: Any = None) -> Any:
            own = self.embeddings
            places = torch.arange(input_ids.shape[1], device=input_ids.device)[None]
            states = own.word_embeddings(input_ids) + own.position_embeddings(places) + self.how(written)
            states = own.dropout(own.LayerNorm(states + own.token_type_embeddings.weight[0]))
            padding = None if mask is None else (1.0 - mask[:, None, None, :].float()) * -1e9
            for layer in self.layers:
                found = layer(states, padding)
                states = found[0] if isinstance(found, tuple) else found
            return states

    return ContextNet()


def export_context(net: Any, encoder: Any, path: Path) -> None:
    """Write a net as ONNX in 8-bit integers, for `ihlclass.incidents.context`.

    Parameters
    ----------
    encoder
        The model that it was built of.
    """
    with plain_attention(encoder):
        quantized_export(net.to("cpu").eval(), path, inputs=("input_ids", "written"), output="states")
