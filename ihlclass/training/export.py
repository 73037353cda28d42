"""Write an encoder into a bundle, for the back end that will run it."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ihlclass.encoder import ENCODER_FILE, ONNX_FILE, TOKENIZER_FILE, SentenceTransformerEncoder
from ihlclass.errors import MissingExtraError, UsageError
from ihlclass.label_attention import SHARE
from ihlclass.onnx_session import import_onnxruntime

#: What ``pooling`` in ``encoder.json`` ends with where label attention has widened the embeddings.
LABEL_COLUMNS = "the evidence for each label"


def export_encoder(encoder: SentenceTransformerEncoder, folder: Path, *, backend: str, source: str) -> None:
    """Write the encoder's files and ``encoder.json`` into `folder`, which must not exist.

    Parameters
    ----------
    backend
        ``onnx``: weights and activations of the matrix products in 8-bit integers, weights by channel and within
        7 bits, so that processors with and without VNNI give the same sums. ``sentence-transformers``: as it is.
    source
        Where the base encoder came from, for the record.
    """
    folder.mkdir(parents=True)
    if backend == "onnx":
        _export_onnx(encoder, folder)
    else:
        encoder.save(folder)
    settings = {
        "backend": backend,
        "dimension": encoder.dimension,
        "max_tokens": encoder.max_tokens,
        "base": source,
        "pooling": "as in the base encoder, then L2 normalisation"
        + (f"; then {SHARE:g} times {LABEL_COLUMNS}" if encoder.attention else ""),
    }
    (folder / ENCODER_FILE).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _export_onnx(encoder: SentenceTransformerEncoder, folder: Path) -> None:
    try:
        import_onnxruntime()
        import onnxscript  # noqa: F401
        import torch
    except ImportError as error:
        raise MissingExtraError("writing an ONNX bundle", "train") from error

    class Embedder(torch.nn.Module):
        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any) -> Any:
            first, *others = self.model
            features = first({"input_ids": input_ids}) | {"attention_mask": torch.ones_like(input_ids)}
            for part in others:
                features = part(features)
            rows = features["sentence_embedding"]
            return rows if encoder.attention else torch.nn.functional.normalize(rows, dim=1)

    backing = getattr(encoder.model.tokenizer, "backend_tokenizer", None)
    if backing is None:
        raise UsageError(
            "this encoder has no fast tokenizer, which the onnx back end needs; "
            'set encoder.backend = "sentence-transformers"'
        )
    tokenizer = type(backing).from_str(backing.to_str())  # one of its own: what it was last used for leaves no trace
    tokenizer.no_padding()
    tokenizer.enable_truncation(encoder.max_tokens)
    tokenizer.save(str(folder / TOKENIZER_FILE))
    model = encoder.model.to("cpu").eval()
    with plain_attention(model):
        attention = encoder.attention
        quantized_export(
            Embedder(model), folder / ONNX_FILE, kept=(attention.words, attention.passage) if attention else ()
        )


def quantized_export(
    module: Any,
    path: Path,
    *,
    kept: Sequence[Any] = (),
    inputs: Sequence[str] = ("input_ids",),
    output: str = "sentence_embedding",
) -> None:
    """Write a torch module as ONNX with its products and embeddings in 8-bit integers.

    Parameters
    ----------
    module
        Of the token numbers of one text, and what else `inputs` name, shape ``(1, tokens)`` each.
    path
        Of the file.
    kept
        Layers (``torch.nn.Linear``) whose products stay floats, and those of others of just their size: such as give
        labels, a small part of the work and the most to lose by rounding.
    inputs, output
        How the graph calls what goes in, in the order in which the module takes it, and what comes out.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as scratch, _quiet():
        plain, prepared = Path(scratch) / "plain.onnx", Path(scratch) / "prepared.onnx"
        _dynamic_export(module, plain, inputs, output)
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(
            prepared,
            path,
            op_types_to_quantize=["MatMul", "Gather"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=_products_of(prepared, {frozenset(layer.weight.shape) for layer in kept}),
        )
        _keep_sums_apart(path)


def _dynamic_export(module: Any, path: Path, inputs: Sequence[str], output: str) -> None:
    """Write a torch module of the tokens of one text as ONNX.

    There is no mask: a text is encoded alone, so that nothing of it is padding.
    """
    import torch

    length = torch.export.Dim("tokens")
    torch.onnx.export(
        module,
        tuple(torch.ones(1, 8, dtype=torch.long) for _ in inputs),
        path,
        input_names=list(inputs),
        output_names=[output],
        dynamic_shapes=tuple({1: length} for _ in inputs),
        dynamo=True,
        external_data=False,
    )


def _keep_sums_apart(path: Path) -> None:
    """Write a sum before layer normalisation as ``Sum``, not ``Add``, which is the same.

    ONNX Runtime would make one node of an ``Add`` and the normalisation, of which its kernel for processors takes four
    times as long as those of the two (``experiments/0011-profiles``).
    """
    import onnx

    model = onnx.load(path)
    maker = {output: node for node in model.graph.node for output in node.output}
    for node in model.graph.node:
        if node.op_type == "LayerNormalization" and (before := maker.get(node.input[0])) and before.op_type == "Add":
            before.op_type = "Sum"
    onnx.save(model, path)


@contextlib.contextmanager
def plain_attention(model: Any) -> Any:
    """Let transformers compute attention by products alone: what else it has would be written as many small nodes."""
    from transformers import PreTrainedModel

    known = hasattr(PreTrainedModel, "set_attn_implementation")
    parts = [part for part in model.modules() if known and isinstance(part, PreTrainedModel)]
    before = [part.config._attn_implementation for part in parts]
    for part in parts:
        part.set_attn_implementation("eager")
    try:
        yield
    finally:
        for part, name in zip(parts, before, strict=True):
            part.set_attn_implementation(name)


def _products_of(path: Path, sizes: set[frozenset[int]]) -> list[str]:
    """Names of the products whose weights are of one of some sizes, turned or not."""
    import onnx

    graph = onnx.load(path).graph
    weights = {one.name for one in graph.initializer if len(one.dims) == 2 and frozenset(one.dims) in sizes}
    found = [node for node in graph.node if node.op_type in ("MatMul", "Gemm") and weights & set(node.input)]
    return [
        node.name + end for node in found for end in ("", "_MatMul")
    ]  # the quantizer turns a Gemm into one so named


@contextlib.contextmanager
def _quiet() -> Any:
    """Silence the exporters: they print and warn about their own workings."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def copy_notice(folder: Path, notice: Path) -> None:
    """Put the base encoder's licence notice beside its weights."""
    if notice.is_file():
        shutil.copyfile(notice, folder / "NOTICE")
