"""The net of the fast profile: static embeddings of word pieces, narrow convolutions, label attention.

What a passage costs is the tokeniser and a few small products: no layer looks further than its neighbours, but the last
is told the mean of the whole passage. The embeddings start as what the shipped encoder says of each word piece alone
(Tulkens & van Dongen 2024, *Model2Vec*), cut to their first principal components; then all is trained on labels and on
what the accurate profile says.
"""

from __future__ import annotations

import copy
from pathlib import Path
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
        for number, convolution in enumerate(self.convolutions):
            if number == last:
                rows = rows + torch.relu(self.gist(_mean(rows, there))).unsqueeze(1)
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
        return evidence + self.passage(torch.cat([_mean(rows, there), most], dim=1))


def _mean(rows: Any, there: Any) -> Any:
    return rows.mean(dim=1) if there is None else rows.sum(dim=1) / there.sum(dim=1).clamp(min=1)


def principal_components(rows: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """Return the first `dimension` principal components of rows, all scaled alike; shape ``(n, dimension)``."""
    centred = rows.astype(np.float64) - rows.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, ::-1][:, :dimension]
    return np.asarray(found / found.std() * EMBEDDING_SPREAD, dtype=np.float32)


def export_net(net: FastNet, path: Path) -> None:
    """Write the net as ONNX in 8-bit integers, with the input and output of any encoder here."""
    from ihlclass.training.export import LABEL_PRODUCTS, quantized_export

    quantized_export(net.eval(), path, kept=LABEL_PRODUCTS)
    round_once(path)


def _padded(three: Any, maker: dict[str, Any], fixed: dict[str, Any]) -> Any:
    """Return what pads with 0 the rows that a node sets beside their neighbours; None where a node does another thing.

    `maker` has the node that makes each value, `fixed` the values that are constant.
    """
    from onnx import numpy_helper

    if three.op_type != "Concat" or len(three.input) != 3:
        return None
    slices = [maker[name] for name in (three.input[0], three.input[2]) if name in maker]
    if [one.op_type for one in slices] != ["Slice", "Slice"] or slices[0].input[0] != slices[1].input[0]:
        return None
    pad = maker.get(slices[0].input[0])
    if pad is None or pad.op_type != "Pad" or pad.input[0] != three.input[1]:
        return None
    constant = all(one.name != "mode" or one.s == b"constant" for one in pad.attribute)
    if not constant or len(pad.input) < 3 or not pad.input[2]:
        return pad if constant else None
    fill = fixed.get(pad.input[2])
    return pad if fill is not None and not numpy_helper.to_array(fill).any() else None


def round_once(path: Path) -> None:
    """Round what a convolution reads before each row is set beside its neighbours, not after: the same sums, less work.

    Rounding (``DynamicQuantizeLinear``) goes by the least and the greatest number and 0, which are the same before.
    """
    import onnx

    model = onnx.load(path)
    nodes = [copy.deepcopy(node) for node in model.graph.node]
    maker = {output: node for node in nodes for output in node.output}
    fixed = {tensor.name: tensor for tensor in model.graph.initializer}
    fixed |= {
        node.output[0]: attribute.t
        for node in nodes
        for attribute in node.attribute
        if node.op_type == "Constant" and attribute.name == "value"
    }
    for rounding in [node for node in nodes if node.op_type == "DynamicQuantizeLinear"]:
        three = maker.get(rounding.input[0])
        pad = _padded(three, maker, fixed) if three is not None else None
        if three is None or pad is None or any(three.output[0] in node.input for node in nodes if node is not rounding):
            continue
        rows, wide = three.input[1], rounding.output[0]
        rounding.input[0], rounding.output[0] = rows, f"{wide}_row"
        pad.input[0] = three.input[1] = rounding.output[0]
        pad.input[2:3] = [rounding.output[2]]  # what stands for 0
        three.output[0] = wide
        nodes = [node for node in nodes if node is not rounding]
        nodes.insert(next(i for i, node in enumerate(nodes) if node is pad), rounding)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)
