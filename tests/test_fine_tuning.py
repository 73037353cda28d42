"""Fine-tuning for real: which weights move, and that the kept states of frozen layers change nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.training.config import load_config
from ihlclass.training.finetune import fine_tune
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
    after = tuned(base_encoder, sample_texts, layers=layers)
    moved = {name for name, weights in after.model.named_parameters() if not torch.equal(weights, before[name])}
    assert {int(name.split(".layer.")[1].split(".")[0]) for name in moved if ".layer." in name} == moving
    assert not any(".embeddings." in name for name in moved)
    assert all(weights.requires_grad for weights in after.model.parameters())


def test_keeping_the_states_of_frozen_layers_changes_nothing(
    base_encoder: Path, sample_texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tuned(base_encoder, sample_texts, layers=2).encode(sample_texts)
    monkeypatch.setattr(LowerLayers, "fits", staticmethod(lambda model: False))
    slow = tuned(base_encoder, sample_texts, layers=2).encode(sample_texts)
    assert (quick * slow).sum(axis=1).min() > 0.9999


def test_the_encoder_is_whole_again_afterwards(base_encoder: Path, sample_texts: list[str]) -> None:
    body = tuned(base_encoder, sample_texts, layers=2).model[0].auto_model
    assert len(body.encoder.layer) == 6
    assert hasattr(body.embeddings, "word_embeddings")


def test_dropout_is_as_the_config_says(base_encoder: Path, sample_texts: list[str]) -> None:
    model = tuned(base_encoder, sample_texts, layers=1, dropout=0.25).model
    assert {part.p for part in model.modules() if isinstance(part, torch.nn.Dropout)} == {0.25}
