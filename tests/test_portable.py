"""A bundle for other languages: tagging by the written contract alone gives the same labels."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from helpers_cli import ihlclass
from tokenizers import Tokenizer

from ihlclass.calibration import IsotonicCurve
from ihlclass.classifier import Classifier
from ihlclass.errors import UsageError
from ihlclass.training.portable import export_portable


class ByContract:
    """The steps of CONTRACT.md, with a runtime, a tokeniser and nothing of ours."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.encoder, self.scores = (
            onnxruntime.InferenceSession(folder / f"{name}.onnx", options) for name in ("encoder", "scores")
        )
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        said = re.search(r"truncated to (\d+) tokens", (folder / "CONTRACT.md").read_text())
        assert said
        self.tokenizer.enable_truncation(int(said[1]))
        lines = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self.vocabulary = {term: number for number, term in enumerate(lines)}
        self.labels: list[dict[str, Any]] = json.loads((folder / "labels.json").read_text())["labels"]

    def tag(self, text: str) -> tuple[set[str], set[str], list[float]]:
        ids = np.array([self.tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {one.name for one in self.encoder.get_inputs()}
        (embedding,) = self.encoder.run(
            None, {name: ids if name == "input_ids" else np.ones_like(ids) for name in inputs}
        )
        words = re.findall(r"\w+", re.sub(r"\d+", "0", text.lower()))
        stems = ["^" + word[:5] for word in words]
        terms = words + stems + [f"{a} {b}" for a, b in pairwise(stems)]
        counts = Counter(self.vocabulary[term] for term in terms if term in self.vocabulary)
        given = {"embedding": embedding}
        for name, values in (("terms", counts.keys()), ("counts", counts.values())):
            given[name] = np.array(list(values), dtype=np.int64)
        row = self.scores.run(None, given)[0][0].tolist()
        chosen = {label["id"] for label, p in zip(self.labels, row, strict=True) if p >= label["accept"]}
        for label in self.labels:
            if label["id"] in chosen:
                chosen |= set(label["implies"])
        near = {label["id"] for label, p in zip(self.labels, row, strict=True) if p >= label["review"]}
        if any(p >= label["clear"] for label, p in zip(self.labels, row, strict=True)):
            return chosen, near - chosen, row
        return set(), near | chosen, row


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portable") / "out"
    done = ihlclass("model", "export", "-o", folder)
    assert done.returncode == 0, done.stderr
    assert "CONTRACT.md" in done.stdout and "scores.onnx" in done.stdout
    return folder


def test_the_contract_gives_the_same_labels(exported: Path, classifier: Classifier, sample_texts: list[str]) -> None:
    tagger = ByContract(exported)
    texts = [*sample_texts[:8], "...", "12 34", "İstanbul'da 3½ ŞEHİR", "word " * 900]
    for text, tags in zip(texts, classifier.tag(texts), strict=True):
        labels, review, row = tagger.tag(text)
        assert (labels, review) == (set(tags.labels), set(tags.review))
        np.testing.assert_allclose(row, list(tags.probabilities.values()), atol=2e-6)


def test_the_vectors_that_travel_with_it_hold(exported: Path) -> None:
    tagger = ByContract(exported)
    for vector in json.loads((exported / "vectors.json").read_text(encoding="utf-8")):
        labels, _, row = tagger.tag(vector["text"])
        assert labels == set(vector["labels"])
        assert max(abs(p - q) for p, q in zip(row, vector["probabilities"].values(), strict=True)) <= 0.02


def test_what_cannot_be_exported(classifier: Classifier, exported: Path, tmp_path: Path) -> None:
    bundle = classifier.bundle
    curves = {0: IsotonicCurve((0.0, 1.0), (0.0, 1.0))}
    isotonic = replace(bundle, calibration=replace(bundle.calibration, curves=curves))
    for other, folder, words in (
        (isotonic, tmp_path / "a", "isotonic"),
        (bundle, exported, "must be a new or empty folder"),
        (replace(bundle, path=tmp_path), tmp_path / "b", "no ONNX file"),
    ):
        with pytest.raises(UsageError, match=words):
            export_portable(other, folder)
