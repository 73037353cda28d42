"""The net of the fast profile: what it is taught on, and how it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnxruntime import InferenceSession

from ihlclass.bundle import default_bundle
from ihlclass.errors import BundleError
from ihlclass.training import fast_graph
from ihlclass.training.config import load_config
from ihlclass.training.fast import _optimizers, made_of
from ihlclass.training.fast_graph import export_net, read_net
from ihlclass.training.fast_net import FastNet
from ihlclass.training.joining import OF_NONE

CONFIG = load_config().fast


def test_what_is_made_of_passages() -> None:
    texts = [f"fire{n} took barn{n} and mill{n} near ford{n}" for n in range(100)]
    none = texts[:10]
    near = {f"barn{n}": ("shed",) for n in range(100)}
    config = replace(CONFIG, crossed=2.0, swapped=1.0)
    made = made_of(texts, none, near, config, seed=5)
    assert made == made_of(texts, none, near, config, seed=5) and len(made) == 300
    plain = set(" ".join(none).split())
    of_none = [text for text in made[:200] if set(text.split()) <= plain]
    assert len(of_none) >= OF_NONE * 200  # others may come out so by chance
    assert not any("shed" in text for text in made[:200]) and any("shed" in text for text in made[200:])
    assert len(made_of(texts, [], near, config, seed=5)) == 300
    assert len(made_of(texts, none, {}, config, seed=5)) == 200
    assert made_of(texts, none, near, replace(config, crossed=0.0, swapped=0.0), seed=5) == []


def spread_out(net: FastNet) -> None:
    """Give all parts weights and biases that matter."""
    with torch.no_grad():
        for part in (*net.convolutions, net.gist, net.passage, net.words):
            for weights in part.parameters():
                torch.nn.init.normal_(weights, std=0.2 if weights.dim() > 1 else 1.0)


def test_padding_changes_nothing() -> None:
    net = FastNet(np.random.default_rng(2).normal(size=(50, 16)).astype(np.float32), layers=2, labels=8, dropout=0.0)
    ids = torch.arange(1, 10).reshape(1, 9)
    padded = torch.nn.functional.pad(ids, (0, 4))
    with torch.no_grad():
        alone, among = net.eval()(ids), net(padded, padded > 0)
    np.testing.assert_allclose(among, alone, atol=1e-5)


def test_the_net_is_written_in_integers_but_for_what_gives_labels(tmp_path: Path) -> None:
    torch.manual_seed(1)
    draw = np.random.default_rng(1)
    net = FastNet(draw.normal(size=(50, 16)).astype(np.float32), layers=2, labels=8, dropout=0.0)
    spread_out(net)
    ids = draw.integers(0, 50, (8, 12))
    with torch.no_grad():
        said = net.eval()(torch.from_numpy(ids), torch.ones(8, 12)).numpy()
    export_net(net, tmp_path / "net.onnx")
    kinds = [node.op_type for node in onnx.load(tmp_path / "net.onnx").graph.node]
    assert kinds.count("MatMulInteger") == 4  # two convolutions, of the whole passage, of the words
    assert kinds.count("MatMul") + kinds.count("Gemm") == 3  # two means, and the product of the passage
    session = InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    found = np.concatenate([session.run(None, {"input_ids": row[None]})[0] for row in ids])
    off = np.abs(found - said).mean()
    for part in (*net.convolutions, net.gist, net.passage, net.words):  # each counts for far more than rounding does
        for weights in part.parameters():
            kept = weights.clone()
            with torch.no_grad():
                weights.zero_()
                without = net(torch.from_numpy(ids), torch.ones(8, 12)).numpy()
                weights.copy_(kept)
            assert np.abs(without - said).mean() > 5 * off


def test_rounding_before_neighbours_are_set_beside_gives_the_same_sums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(3)
    net = FastNet(draw.normal(size=(50, 16)).astype(np.float32), layers=2, labels=8, dropout=0.0)
    export_net(net, tmp_path / "once.onnx")
    monkeypatch.setattr(fast_graph, "round_once", lambda path: None)
    export_net(net, tmp_path / "thrice.onnx")
    said = []
    for name, wanted in (("once", onnx.TensorProto.UINT8), ("thrice", onnx.TensorProto.FLOAT)):
        model = onnx.shape_inference.infer_shapes(onnx.load(tmp_path / f"{name}.onnx"))
        pads = {node.output[0] for node in model.graph.node if node.op_type == "Pad"}
        types = {info.name: info.type.tensor_type.elem_type for info in model.graph.value_info}
        assert len(pads) == 2 and {types[pad] for pad in pads} == {wanted}
        session = InferenceSession(tmp_path / f"{name}.onnx", providers=["CPUExecutionProvider"])
        ids = np.random.default_rng(4).integers(0, 50, (1, 12))
        said.append(session.run(None, {"input_ids": ids})[0])
    np.testing.assert_array_equal(said[0], said[1])


def test_a_net_that_is_read_back_is_written_alike(tmp_path: Path) -> None:
    torch.manual_seed(1)
    net = FastNet(np.random.default_rng(3).normal(size=(50, 16)).astype(np.float32), layers=2, labels=8, dropout=0.0)
    export_net(net, tmp_path / "once.onnx")
    export_net(read_net(tmp_path / "once.onnx"), tmp_path / "again.onnx")
    ids = np.random.default_rng(4).integers(0, 50, (1, 12))
    once, again = (
        InferenceSession(tmp_path / name, providers=["CPUExecutionProvider"]).run(None, {"input_ids": ids})[0]
        for name in ("once.onnx", "again.onnx")
    )
    np.testing.assert_allclose(once, again, atol=1e-5)


def test_a_bias_by_another_name_is_not_taken_for_none(tmp_path: Path) -> None:
    net = FastNet(np.random.default_rng(3).normal(size=(50, 16)).astype(np.float32), layers=2, labels=8, dropout=0.0)
    spread_out(net)
    export_net(net, tmp_path / "net.onnx")
    model = onnx.load(tmp_path / "net.onnx")
    for tensor in model.graph.initializer:
        tensor.name = tensor.name.replace("convolutions.0.bias", "renamed")
    for node in model.graph.node:
        node.input[:] = [name.replace("convolutions.0.bias", "renamed") for name in node.input]
    onnx.save(model, tmp_path / "net.onnx")
    with pytest.raises(BundleError, match="is no net that this version can read back"):
        read_net(tmp_path / "net.onnx")


def test_a_graph_of_another_make_is_not_read_back() -> None:
    with pytest.raises(BundleError, match="is no net that this version can read back"):
        read_net(default_bundle() / "encoder" / "model.onnx")


def test_hidden_products_are_trained_apart() -> None:
    net = FastNet(np.zeros((50, 16), dtype=np.float32), layers=2, labels=8, dropout=0.0)
    others, hidden = ([one for group in o.param_groups for one in group["params"]] for o in _optimizers(net, CONFIG))
    weights = (net.convolutions[0].weight, net.convolutions[1].weight, net.gist.weight)
    assert {id(one) for one in hidden} == {id(one) for one in weights}
    assert len(hidden) + len(others) == len(list(net.parameters()))
    rates = [group["lr"] for o in _optimizers(net, CONFIG) for group in o.param_groups]
    assert rates == [CONFIG.learning_rate, CONFIG.hidden_learning_rate]
    (alone,) = _optimizers(net, replace(CONFIG, hidden_learning_rate=0.0))
    assert sum(len(group["params"]) for group in alone.param_groups) == len(list(net.parameters()))
