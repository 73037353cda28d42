"""The net of the fast profile as an ONNX graph in 8-bit integers: written, and read back."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import BundleError
from ihlclass.training.fast_net import FastNet
from ihlclass.training.onnx_weights import unrounded

#: Operators of a product with weights.
_PRODUCTS = ("MatMul", "MatMulInteger", "Gemm")


def export_net(net: FastNet, path: Path) -> None:
    """Write the net as ONNX in 8-bit integers, with the input and output of any encoder here."""
    from ihlclass.training.export import quantized_export

    quantized_export(net.eval(), path, kept=[net.passage])
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


def _added(graph: Any, fixed: dict[str, Any]) -> set[str]:
    """Names of the rows that a graph adds to what its products give."""
    read = (name for node in graph.node if node.op_type in ("Add", "Sum", "Gemm") for name in node.input)
    return {name for name in read if name in fixed and len(fixed[name].dims) == 1 and fixed[name].dims[0] > 1}


def read_net(path: Path) -> FastNet:
    """Read a net back from the graph that `export_net` of this version or an earlier one wrote.

    Weights that lie there in integers are those that the graph computes with.

    Raises
    ------
    BundleError
        If the graph is not built that way.
    """
    import onnx
    import torch

    graph = onnx.load(path).graph
    fixed = {tensor.name: tensor for tensor in graph.initializer}

    def tables(*kinds: str) -> list[NDArray[np.float32]]:
        """Weights of two dimensions that nodes of some kinds read, in the order of the nodes."""
        read = (name for node in graph.node if node.op_type in kinds for name in node.input)
        return [unrounded(name, fixed) for name in read if name in fixed and len(fixed[name].dims) == 2]

    biases: set[str] = set()

    def put(part: Any, weight: NDArray[np.float32], bias: str | None = None) -> None:
        if part.weight.shape != weight.T.shape:
            raise ValueError("another shape")
        with torch.no_grad():
            part.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight.T)))
            if bias is not None:  # one that is zero is left out of a graph
                part.bias.copy_(torch.from_numpy(np.array(unrounded(bias, fixed))) if bias in fixed else 0)
                biases.add(bias)

    try:
        (embeddings,) = tables("Gather")
        width = embeddings.shape[1]
        products = tables(*_PRODUCTS)
        convolutions = [weight for weight in products if len(weight) == 3 * width]
        (passage,) = (weight for weight in products if len(weight) == 2 * width)
        gist, words = (weight for weight in products if len(weight) == width)
        net = FastNet(embeddings, len(convolutions), passage.shape[1], dropout=0.0)
        for number, weight in enumerate(convolutions):
            put(net.convolutions[number], weight, f"convolutions.{number}.bias")
        put(net.gist, gist, "gist.bias")
        put(net.words, words)
        put(net.passage, passage, "passage.bias")
        if _added(graph, fixed) - biases:
            raise ValueError("a bias by another name")
    except (KeyError, ValueError, IndexError) as error:
        raise BundleError(
            f"{path}: is no net that this version can read back; 'ihlclass model distil' makes it anew"
        ) from error
    return net.eval()
