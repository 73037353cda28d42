"""Read the weights of an encoder back from the ONNX graph of a bundle, to train on from there.

Weights of matrix products lie there in 8-bit integers, by column; read back they are off by half a step at most, which
is what the bundle itself computes with.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import BundleError, MissingExtraError

#: What stands between a product and the bias that is added to it.
BETWEEN = {"Mul", "Cast", "MatMulInteger", "MatMul"}
#: How the name of the constant begins that multiplies passages in label attention.
PASSAGE = "model.label_attention.passage.weight"


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Weights by the names that they have in the sentence-transformers model, embeddings of words and places left out.

    Parameters
    ----------
    path
        Graph that `ihlclass.training.export.export_encoder` wrote.

    Returns
    -------
    dict
        Name, without what stands for the wrapping modules (``encoder.layer.0.output.dense.weight``,
        ``label_attention.passage.weight``), to weights in the shape that torch has them in, float32.

    Raises
    ------
    MissingExtraError
        If the package onnx is missing.
    BundleError
        If the graph is not built that way.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("going on from an ONNX bundle", "train") from error
    graph = onnx.load(path).graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    maker = {output: node for node in graph.node for output in node.output}

    def factor(name: str) -> NDArray[np.float32]:
        return unrounded(name, constants)

    def matrix(name: str) -> NDArray[np.float32] | None:
        """Weights of the product that `name` comes from, shape ``(in, out)``."""
        node = maker.get(name)
        if node is None or node.op_type not in BETWEEN:
            return None
        for given in node.input:
            if given in constants and len(constants[given].dims) == 2:
                return factor(given)
            if (found := matrix(given)) is not None:
                return found
        return None

    weights = {}
    for node in graph.node:
        for bias in (name for name in node.input if name in constants and name.endswith(".bias")):
            name = _inside(bias)
            weights[name] = factor(bias)
            if node.op_type == "LayerNormalization":
                weights[name.removesuffix("bias") + "weight"] = factor(node.input[1])
                continue
            found = next((m for given in node.input if (m := matrix(given)) is not None), None)
            if found is None:
                raise BundleError(f"{path}: no weights found beside {bias}; only BERT-like encoders can be read back")
            weights[name.removesuffix("bias") + "weight"] = found.T
    passage = next((n for n, t in constants.items() if n.startswith(PASSAGE) and len(t.dims) == 2), None)
    if passage:  # its bias, where it is zero, and the names of the other factor are gone
        of_passage = factor(passage)
        labels = of_passage.shape[1]
        weights["label_attention.passage.weight"] = of_passage.T
        weights.setdefault("label_attention.passage.bias", np.zeros(labels, dtype=np.float32))
        wide = (n for n, t in constants.items() if len(t.dims) == 2 and t.dims[1] == 2 * labels)
        of_words = next((n for n in wide if not n.endswith("_quantized")), None)
        if of_words is None:
            raise BundleError(f"{path}: no weights of words found beside {PASSAGE}")
        weights["label_attention.words.weight"] = factor(of_words).T
    return {name: values for name, values in weights.items() if "embeddings." not in name}


def unrounded(name: str, constants: Mapping[str, Any]) -> NDArray[np.float32]:
    """Return a constant of a graph, in floats where it lies there in integers.

    Parameters
    ----------
    constants
        Tensors of the graph (``onnx.TensorProto``) by their names.
    """
    from onnx import numpy_helper

    def as_floats(one: str) -> NDArray[np.float32]:
        return np.asarray(numpy_helper.to_array(constants[one]), dtype=np.float32)

    plain = name.removesuffix("_quantized")
    if plain == name:
        return as_floats(name)
    return (as_floats(name) - as_floats(f"{plain}_zero_point")) * as_floats(f"{plain}_scale")


def _inside(name: str) -> str:
    """``model.0.auto_model.encoder.layer.0.x`` -> ``encoder.layer.0.x``: versions call the wrappers differently."""
    parts = name.split(".")
    start = next((i for i, part in enumerate(parts) if part in ("encoder", "label_attention", "embeddings")), 0)
    return ".".join(parts[start:])


def put_weights(model: Any, weights: dict[str, NDArray[np.float32]], path: Path) -> None:
    """Put weights that were read into a model; those of label attention are passed over.

    Parameters
    ----------
    model
        Sentence-transformers model of the same make, whose token embeddings stay.
    path
        Where they come from, for the error.

    Raises
    ------
    BundleError
        If the model has other weights than these.
    """
    import torch

    own = {_inside(name): held for name, held in model.named_parameters()}
    own = {name: held for name, held in own.items() if "embeddings." not in name and "pooler." not in name}
    read = {name: values for name, values in weights.items() if not name.startswith("label_attention.")}
    shapes = {name: tuple(held.shape) for name, held in own.items()}
    if shapes != {name: values.shape for name, values in read.items()}:
        raise BundleError(f"{path}: has other weights than the base encoder that the bundle names")
    with torch.no_grad():
        for name, held in own.items():
            held.copy_(torch.from_numpy(np.array(read[name])))
