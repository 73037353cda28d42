"""The training passages: valid, and nothing of the evaluation set in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from ihlclass.labels import load_scheme
from ihlclass.training.data import LabelledPassage, read_passages

#: Longest word sequence that a training passage may share with an evaluation passage.
LONGEST_SHARED = 8


@pytest.fixture(scope="module")
def passages(root: Path) -> list[LabelledPassage]:
    return read_passages([root / "seeds" / "passages"], load_scheme())


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def sequences(text: str, length: int) -> set[tuple[str, ...]]:
    w = words(text)
    return {tuple(w[i : i + length]) for i in range(len(w) - length + 1)}


def test_enough_passages_and_positives(passages: list[LabelledPassage]) -> None:
    assert len(passages) >= 2000
    counts = Counter(label for p in passages for label in p.labels)
    assert not {label: counts[label] for label in load_scheme().ids if counts[label] < 20}


def test_no_text_stands_twice(passages: list[LabelledPassage]) -> None:
    counts = Counter(" ".join(words(p.text)) for p in passages)
    assert not [text for text, n in counts.items() if n > 1]


def test_every_passage_says_how_and_where(passages: list[LabelledPassage]) -> None:
    for p in passages:
        assert p.style and p.conflict and p.kind in ("positive", "hard_negative", "background"), p.id
        assert not set(p.near) & set(p.labels), p.id


def evaluation_texts(root: Path) -> list[str]:
    shared = root.parent / "shared" / "dev"
    if not shared.is_dir():
        pytest.skip("the evaluation set is not beside this checkout")
    texts = [json.loads(line)["text"] for line in (shared / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    return texts + [path.read_text(encoding="utf-8") for path in sorted((shared / "reports").glob("*.txt"))]


def test_nothing_of_the_evaluation_set_is_in_the_seeds(root: Path, passages: list[LabelledPassage]) -> None:
    theirs = set().union(*(sequences(text, LONGEST_SHARED + 1) for text in evaluation_texts(root)))
    assert not [p.id for p in passages if sequences(p.text, LONGEST_SHARED + 1) & theirs]


def test_nothing_of_the_evaluation_set_is_in_the_sample_reports_or_labels(root: Path) -> None:
    theirs = set().union(*(sequences(text, LONGEST_SHARED + 1) for text in evaluation_texts(root)))
    ours = [*(root / "seeds" / "reports").glob("*"), *(root / "labels").glob("*.toml")]
    for path in ours:
        if path.suffix in (".txt", ".md", ".html", ".jsonl", ".csv", ".toml"):
            assert not sequences(path.read_text(encoding="utf-8"), LONGEST_SHARED + 1) & theirs, path.name


def test_no_passage_is_near_to_one_of_the_evaluation_set(
    root: Path, passages: list[LabelledPassage], base_encoder: Path
) -> None:
    from ihlclass.encoder import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder(base_encoder)
    shared = root.parent / "shared" / "dev"
    if not shared.is_dir():
        pytest.skip("the evaluation set is not beside this checkout")
    dev = [json.loads(line)["text"] for line in (shared / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    cosines = encoder.encode([p.text for p in passages]) @ encoder.encode(dev).T
    assert not [passages[i].id for i in (cosines >= 0.93).any(axis=1).nonzero()[0]]
