"""The training passages: valid, enough of everything, no copies, and nothing of the evaluation set in them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ihlclass.encoder import Encoder, SentenceTransformerEncoder, load_encoder
from ihlclass.labels import load_scheme
from ihlclass.training.check.coverage import check_coverage, load_bars
from ihlclass.training.check.overlap import check_apart, check_copies, check_words, sequences
from ihlclass.training.check.vectors import embed
from ihlclass.training.data import LabelledPassage, read_passages
from ihlclass.training.export import export_encoder

#: Longest word sequence that training text may share with an evaluation passage.
LONGEST_SHARED = 8


@pytest.fixture(scope="module")
def passages(root: Path) -> list[LabelledPassage]:
    return read_passages(
        [f for name in ("passages", "waiting") if (f := root / "seeds" / name).is_dir()], load_scheme()
    )


@pytest.fixture(scope="module")
def evaluation(root: Path) -> Path:
    shared = root.parent / "shared" / "dev"
    if not shared.is_dir():
        pytest.skip("the evaluation set is not beside this checkout")
    return shared


def test_there_are_enough_of_every_kind(passages: list[LabelledPassage]) -> None:
    assert len(passages) >= 10_000
    findings = check_coverage(passages, load_scheme(), load_bars())
    allowed = "investigation_opened"  # three fifths in legal prose: see the datasheet
    assert not [f.message for f in findings if not (f.code == "D206" and f.message.startswith(allowed))]


def test_every_passage_says_how_and_where(passages: list[LabelledPassage]) -> None:
    for p in passages:
        assert p.style and p.conflict and p.kind in ("positive", "hard_negative", "background"), p.id


@pytest.fixture(scope="module")
def quick(encoder: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The base encoder in 8-bit integers, which reads all passages in a quarter of the time."""
    folder = tmp_path_factory.mktemp("quick") / "encoder"
    export_encoder(encoder, folder, backend="onnx", source="base")
    return load_encoder(folder)


@pytest.fixture(scope="module")
def rows(passages: list[LabelledPassage], quick: Encoder) -> NDArray[np.float32]:
    return embed(quick, [p.text for p in passages])


def test_no_copies(passages: list[LabelledPassage], rows: NDArray[np.float32]) -> None:
    assert not list(check_copies(passages, rows, load_bars()))
    assert not list(check_words(passages, [], load_bars()))


def test_no_contrast_pair_is_in_the_seeds(root: Path, passages: list[LabelledPassage]) -> None:
    lines = (root / "experiments" / "0007-contrast-pairs" / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [pair[side] for pair in map(json.loads, lines) for side in ("with", "without")]
    shared = set().union(*(sequences(text, LONGEST_SHARED + 1) for text in texts))
    assert not [p.id for p in passages if sequences(p.text, LONGEST_SHARED + 1) & shared]


def test_nothing_of_the_evaluation_set_is_in_the_seeds(
    passages: list[LabelledPassage],
    rows: NDArray[np.float32],
    quick: Encoder,
    evaluation: Path,
) -> None:
    theirs = [json.loads(line)["text"] for line in (evaluation / "passages.jsonl").read_text("utf-8").splitlines()]
    assert not list(check_words(passages, theirs, load_bars()))
    assert not list(check_apart(passages, rows, theirs, quick.encode, load_bars()))


def test_no_word_sequence_of_the_reports_is_in_the_seeds(
    root: Path, passages: list[LabelledPassage], evaluation: Path
) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((evaluation / "reports").glob("*.txt"))]
    theirs = set().union(*(sequences(text, LONGEST_SHARED + 1) for text in texts))
    assert not [p.id for p in passages if sequences(p.text, LONGEST_SHARED + 1) & theirs]
    texts = [json.loads(line)["text"] for line in (evaluation / "passages.jsonl").read_text("utf-8").splitlines()]
    theirs |= set().union(*(sequences(text, LONGEST_SHARED + 1) for text in texts))
    for path in [*(root / "seeds" / "reports").glob("*"), *(root / "labels").glob("*.toml")]:
        if path.suffix in (".txt", ".md", ".html", ".jsonl", ".csv", ".toml"):
            assert not sequences(path.read_text(encoding="utf-8"), LONGEST_SHARED + 1) & theirs, path.name
