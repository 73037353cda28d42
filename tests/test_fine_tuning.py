"""Fine-tuning for real: which weights move, and that the kept states of frozen layers change nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ihlclass.encoder import SentenceTransformerEncoder, load_encoder
from ihlclass.errors import UsageError
from ihlclass.training.config import load_config
from ihlclass.training.export import export_encoder
from ihlclass.training.finetune import _steps, fine_tune
from ihlclass.training.frozen import LowerLayers

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

GOLD = np.tile(np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=np.int8), (4, 1))


def tuned(base: Path, texts: list[str], **settings: object) -> SentenceTransformerEncoder:
    encoder = SentenceTransformerEncoder(base)
    fine_tune(encoder, texts[:16], GOLD, replace(load_config().fine_tuning, epochs=1, batch_size=8, **settings), seed=3)
    return encoder


@pytest.mark.parametrize(("layers", "moving"), [(2, {4, 5}), (0, set(range(6)))])
def test_just_the_last_layers_move(
    base_encoder: Path, encoder: SentenceTransformerEncoder, sample_texts: list[str], layers: int, moving: set[int]
) -> None:
    before = dict(encoder.model.named_parameters())
    after = tuned(base_encoder, sample_texts, layers=layers, label_attention=False)
    moved = {name for name, weights in after.model.named_parameters() if not torch.equal(weights, before[name])}
    assert {int(name.split(".layer.")[1].split(".")[0]) for name in moved if ".layer." in name} == moving
    assert not any(".embeddings." in name for name in moved)
    assert all(weights.requires_grad for weights in after.model.parameters())


def test_keeping_the_states_of_frozen_layers_changes_nothing(
    base_encoder: Path, sample_texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tuned(base_encoder, sample_texts, layers=2, dropout=0.0, joined=0.0).encode(sample_texts)
    monkeypatch.setattr(LowerLayers, "fits", staticmethod(lambda model: False))
    slow = tuned(base_encoder, sample_texts, layers=2, dropout=0.0, joined=0.0).encode(sample_texts)
    np.testing.assert_allclose(quick, slow, atol=0.01)


def test_the_encoder_is_whole_again_afterwards(base_encoder: Path, sample_texts: list[str]) -> None:
    body = tuned(base_encoder, sample_texts, layers=2).model[0].auto_model
    assert len(body.encoder.layer) == 6
    assert hasattr(body.embeddings, "word_embeddings")


def test_dropout_is_as_the_config_says(base_encoder: Path, sample_texts: list[str]) -> None:
    model = tuned(base_encoder, sample_texts, layers=1, dropout=0.25).model
    assert {part.p for part in model.modules() if isinstance(part, torch.nn.Dropout)} == {0.25}


@pytest.mark.parametrize("backend", ["onnx", "sentence-transformers"])
def test_label_attention_widens_the_embedding(
    base_encoder: Path, sample_texts: list[str], tmp_path: Path, backend: str
) -> None:
    encoder = tuned(base_encoder, sample_texts, layers=1)
    rows = encoder.encode(sample_texts)
    assert rows.shape[1] == encoder.dimension == 384 + GOLD.shape[1]
    np.testing.assert_allclose(np.linalg.norm(rows[:, :384], axis=1), 1.0, atol=1e-5)
    export_encoder(encoder, tmp_path / "encoder", backend=backend, source="here")
    exported = load_encoder(tmp_path / "encoder")
    again = exported.encode(sample_texts)
    assert exported.dimension == rows.shape[1]
    exact = backend == "sentence-transformers"
    np.testing.assert_allclose(again, rows, atol=1e-6 if exact else 0.1)
    np.testing.assert_array_equal(encoder.encode(sample_texts), rows)  # whole again after the export


def test_kept_states_hold_no_dropout(base_encoder: Path, sample_texts: list[str]) -> None:
    model = SentenceTransformerEncoder(base_encoder).model.train()
    one, two = (LowerLayers(model, 3, sample_texts[:8]) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one._states, two._states, strict=True))
    assert model.training


@pytest.mark.parametrize(("passages", "size"), [(100, 16), (2_000, 40), (26_000, 128)])
def test_few_passages_make_smaller_batches_and_steps(passages: int, size: int) -> None:
    config = replace(load_config().fine_tuning, batch_size=128, learning_rate=4e-4)
    found, rate = _steps(passages, config)
    assert found == size
    assert rate == pytest.approx(4e-4 * (size / 128) ** 0.5)
    assert _steps(passages, replace(config, batch_size=8)) == (8, 4e-4)


def test_label_attention_learns_what_hangs_on_one_word(base_encoder: Path) -> None:
    """Labels of long texts that differ in one word."""
    filler = "On the road north of the market, traders said, the price of flour had risen again for the third week. "
    texts = [filler * 2 + f"The {word} was quiet." for word in ("clinic", "bakery")] * 16
    gold = np.tile(np.array([[1, 0], [0, 1]], dtype=np.int8), (16, 1))
    encoder = SentenceTransformerEncoder(base_encoder)
    config = replace(load_config().fine_tuning, epochs=8, batch_size=8, layers=1)
    history = fine_tune(encoder, texts, gold, config, seed=3, watched=(texts[:2], gold[:2]))
    assert history[-1]["held_out_loss"] < history[0]["loss"] / 2
    evidence = encoder.encode(texts[:2])[:, 384:]
    assert evidence[0, 0] > evidence[0, 1] and evidence[1, 1] > evidence[1, 0]


def test_an_encoder_without_tokens_is_told_so(base_encoder: Path, sample_texts: list[str]) -> None:
    encoder = SentenceTransformerEncoder(base_encoder)
    encoder.model.add_module("blind", Blind())
    with pytest.raises(UsageError, match="label_attention = false"):
        fine_tune(encoder, sample_texts[:16], GOLD, load_config().fine_tuning, seed=3)


class Blind(torch.nn.Module):
    """Hands on the sentence embedding alone."""

    def forward(self, features: dict) -> dict:
        return {"sentence_embedding": features["sentence_embedding"]}
