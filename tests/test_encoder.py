from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ihlclass.bundle import default_bundle
from ihlclass.classifier import Classifier
from ihlclass.encoder import OnnxEncoder, SentenceTransformerEncoder, load_encoder
from ihlclass.errors import BundleError, UsageError

FOLDER = default_bundle() / "encoder"


def test_rows_are_a_unit_vector_and_evidence_for_each_label(classifier: Classifier, sample_texts: list[str]) -> None:
    rows = OnnxEncoder(FOLDER).encode(sample_texts)
    assert rows.dtype == np.float32
    assert rows.shape == (len(sample_texts), OnnxEncoder(FOLDER).dimension)
    sentences = rows[:, : -len(classifier.scheme.ids)]
    assert sentences.shape[1] == 384
    np.testing.assert_allclose(np.linalg.norm(sentences, axis=1), 1.0, atol=1e-5)


def test_batch_order_and_threads_change_nothing(sample_texts: list[str]) -> None:
    whole = OnnxEncoder(FOLDER, threads=2).encode(sample_texts)
    alone = OnnxEncoder(FOLDER, threads=1)
    order = list(range(len(sample_texts)))
    random.Random(5).shuffle(order)
    shuffled = OnnxEncoder(FOLDER, threads=3).encode([sample_texts[i] for i in order])
    for place, number in enumerate(order):
        assert np.array_equal(shuffled[place], whole[number])
        assert np.array_equal(alone.encode([sample_texts[number]])[0], whole[number])


def test_probabilities_do_not_depend_on_the_batch(classifier: Classifier, sample_texts: list[str]) -> None:
    one = list(classifier.tag(sample_texts, batch_size=1))
    many = list(classifier.tag(sample_texts, batch_size=13))
    assert one == many


def test_no_text_gives_no_row() -> None:
    assert OnnxEncoder(FOLDER).encode([]).shape[0] == 0


def test_a_very_long_text_is_truncated_not_refused() -> None:
    assert OnnxEncoder(FOLDER).encode(["shelling " * 20_000]).shape[0] == 1


def test_unknown_back_end_is_named(tmp_path: Path) -> None:
    (tmp_path / "encoder.json").write_text('{"backend": "abacus", "dimension": 3, "max_tokens": 8}')
    with pytest.raises(BundleError, match="abacus"):
        load_encoder(tmp_path)


def test_missing_settings(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"encoder\.json"):
        load_encoder(tmp_path)


def test_sentence_transformers_back_end(base_encoder: Path, sample_texts: list[str]) -> None:
    encoder = SentenceTransformerEncoder(base_encoder)
    rows = encoder.encode(sample_texts[:4])
    assert np.array_equal(encoder.encode(sample_texts[2:3])[0], rows[2])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_sentence_transformers_back_end_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be loaded"):
        SentenceTransformerEncoder(tmp_path / "nothing")
