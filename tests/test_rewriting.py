"""A bundle's encoder written anew: the same weights in another graph."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from helpers_cli import ihlclass

from ihlclass.bundle import default_bundle, load_bundle
from ihlclass.encoder import ONNX_FILE, OnnxEncoder, SentenceTransformerEncoder
from ihlclass.errors import BundleError, UsageError
from ihlclass.training import rewriting
from ihlclass.training.config import load_config
from ihlclass.training.export import export_encoder
from ihlclass.training.fast_graph import read_net
from ihlclass.training.onnx_weights import read_weights
from ihlclass.training.rewriting import rewrite

TEXTS = ["A missile hit the clinic in Velin at dawn, killing two nurses.", "Rain is expected in the north."]


def test_what_is_written_so_already_stays(tmp_path: Path) -> None:
    done = ihlclass("model", "rewrite", "-o", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert load_bundle(tmp_path / "new").digest == load_bundle().digest


def test_the_weights_stay_and_the_graph_is_lean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "_operators", str)  # as if the bundle's nets had been written otherwise
    before, after = load_bundle(), rewrite(load_bundle(), tmp_path / "new", load_config())
    assert after.manifest["rewritten"]["from"] == before.digest
    graphs = [bundle.path / "encoder" / ONNX_FILE for bundle in (before, after)]
    old, new = (read_weights(graph) for graph in graphs)
    assert old.keys() == new.keys() and all(np.array_equal(old[name], new[name]) for name in old)
    graph = onnx.load(graphs[1]).graph
    assert [one.name for one in graph.input] == ["input_ids"]
    maker = {output: node.op_type for node in graph.node for output in node.output}
    summed = [maker.get(node.input[0]) for node in graph.node if node.op_type == "LayerNormalization"]
    assert len(summed) == 13 and set(summed) == {"Sum"}
    assert not {"IsNaN", "GatherND"} & set(maker.values())
    for one, other in zip(before.tag(TEXTS), after.tag(TEXTS), strict=True):
        assert one.labels == other.labels
    assert (after.path / "encoder" / "NOTICE").read_bytes() == (before.path / "encoder" / "NOTICE").read_bytes()
    assert ihlclass("model", "verify", tmp_path / "new").returncode == 0
    assert after.manifest["fast"] == before.manifest["fast"]
    nets = [read_net(bundle.path / "fast" / "encoder" / ONNX_FILE).state_dict() for bundle in (before, after)]
    assert all(torch.equal(nets[0][name], nets[1][name]) for name in nets[0])


def test_a_fast_net_of_another_make_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(path: Path) -> Any:
        raise BundleError(f"{path}: is no net that this version can read back")

    monkeypatch.setattr(rewriting, "read_net", other)
    assert rewrite(load_bundle(), tmp_path / "new", load_config()).digest == load_bundle().digest


def test_what_cannot_be_written_anew(tmp_path: Path) -> None:
    fast = load_bundle(profile="fast")
    with pytest.raises(UsageError, match="is loaded as profile fast"):
        rewrite(fast, tmp_path / "no", load_config())
    with pytest.raises(UsageError, match="its encoder is no ONNX graph"):
        rewrite(replace(load_bundle(), path=tmp_path), tmp_path / "no", load_config())
    unknown = {key: value for key, value in load_bundle().manifest.items() if key != "training"}
    with pytest.raises(BundleError, match="does not say how it was trained"):
        rewrite(replace(load_bundle(), manifest=unknown), tmp_path / "no", load_config())
    assert not (tmp_path / "no").exists()


def test_a_graph_with_a_mask_as_older_bundles_have(tmp_path: Path) -> None:
    kinds = onnx.TensorProto
    inputs = [onnx.helper.make_tensor_value_info(n, kinds.INT64, [1, "t"]) for n in ("input_ids", "attention_mask")]
    output = onnx.helper.make_tensor_value_info("sentence_embedding", kinds.FLOAT, [1, 1])
    axes = onnx.helper.make_tensor("axes", kinds.INT64, [1], [1])
    nodes = [
        onnx.helper.make_node("Mul", ["input_ids", "attention_mask"], ["both"]),
        onnx.helper.make_node("ReduceSum", ["both", "axes"], ["sum"], keepdims=1),
        onnx.helper.make_node("Cast", ["sum"], ["sentence_embedding"], to=kinds.FLOAT),
    ]
    graph = onnx.helper.make_graph(nodes, "old", inputs, [output], [axes])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, tmp_path / ONNX_FILE)
    shutil.copyfile(default_bundle() / "encoder" / "tokenizer.json", tmp_path / "tokenizer.json")
    settings = {"backend": "onnx", "dimension": 1, "max_tokens": 8}
    (tmp_path / "encoder.json").write_text(json.dumps(settings), encoding="utf-8")
    assert (OnnxEncoder(tmp_path, threads=1).encode(TEXTS) > 0).all()


def test_a_foreign_base_encoder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "_operators", str)
    own = rewriting.encoder_of

    def foreign(*given: Any) -> Any:
        encoder = own(*given)
        torch.manual_seed(0)
        with torch.no_grad():
            words = encoder.model[0].model.embeddings.word_embeddings.weight
            words.copy_(words[torch.randperm(len(words))])
        return encoder

    monkeypatch.setattr(rewriting, "encoder_of", foreign)
    with pytest.raises(
        BundleError, match=r"written anew, its profile accurate decides otherwise .* is not the base encoder"
    ):
        rewrite(load_bundle(), tmp_path / "no", load_config())
    assert not (tmp_path / "no").exists()


def tiny(kind: str, folder: Path) -> None:
    """Save an encoder with random weights and a tokeniser of a few words."""
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyz"]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    named = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **named).save_pretrained(
        folder
    )
    sizes = {"vocab_size": len(words), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
    more = {"intermediate_size": 64, "max_position_embeddings": 80, "pad_token_id": 0}
    if kind == "DistilBert":
        sizes = {"vocab_size": len(words), "dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64}
        more = {"max_position_embeddings": 80, "pad_token_id": 0}
    torch.manual_seed(3)
    config = getattr(transformers, f"{kind}Config")(**sizes, **more)
    getattr(transformers, f"{kind}Model")(config).save_pretrained(folder)


@pytest.mark.parametrize("kind", ["Bert", "Roberta", "MPNet", "DistilBert"])
def test_encoders_of_other_makes_say_as_onnx_what_they_say_in_torch(kind: str, tmp_path: Path) -> None:
    tiny(kind, tmp_path / "tiny")
    encoder = SentenceTransformerEncoder(tmp_path / "tiny", max_tokens=64)
    before = encoder.model[0].model.config._attn_implementation
    export_encoder(encoder, tmp_path / "out", backend="onnx", source="tiny")
    assert encoder.model[0].model.config._attn_implementation == before
    texts = ["a b c", "q", "the quick fox x y z " * 8]
    said, found = encoder.encode(texts), OnnxEncoder(tmp_path / "out", threads=1).encode(texts)
    assert ((said * found).sum(axis=1) > 0.98).all()
