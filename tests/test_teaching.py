"""An encoder that learns from others: what it is taught, and that nothing is asked twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers_training import quick

from ihlclass.bundle import load_bundle
from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.errors import UsageError
from ihlclass.training.config import TrainConfig, load_config
from ihlclass.training.run import train
from ihlclass.training.teaching import answers_of, lesson_texts, prepare

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning", "ignore::ResourceWarning"
)
GOLD = np.tile(np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=np.int8), (4, 1))


def taught(config: TrainConfig, **teaching: float) -> TrainConfig:
    return replace(
        config,
        encoder=replace(config.encoder, backend="sentence-transformers"),
        fine_tuning=replace(config.fine_tuning, epochs=1, layers=1),
        teaching=replace(config.teaching, **{"teachers": 2, "epochs": 1, "crossed": 1.0, **teaching}),
    )


def test_a_lesson_is_labels_and_what_teachers_say_on_average(
    base_encoder: Path, sample_texts: list[str], tmp_path: Path
) -> None:
    config, texts, kept = taught(load_config(), taught=0.25), sample_texts[:16], tmp_path / "fold"
    stages: list[str] = []

    def lesson() -> tuple[np.ndarray, list[dict]]:
        made = prepare(
            lambda: SentenceTransformerEncoder(base_encoder),
            texts,
            GOLD,
            np.array([*range(16), 3]),
            config,
            kept,
            progress=lambda stage, done, total: stages.append(stage),
        )
        assert made.texts == lesson_texts(texts, GOLD, config.teaching, config.seed) and made.texts[:16] == texts
        assert made.rows.tolist() == [*range(16), 3, *range(16, 32)]
        return made.targets, made.teachers

    targets, told = lesson()
    assert list(dict.fromkeys(stages)) == [
        f"teacher {n} of 2: {what}" for n in (1, 2) for what in ("fine-tuning", "asking")
    ]
    said = [np.load(answers_of(number, kept))["log_odds"] for number in (0, 1)]
    assert not np.allclose(said[0], said[1]), "each has a seed of its own"
    average = 1 / (1 + np.exp(-(said[0].astype(float) + said[1]) / 2))
    np.testing.assert_allclose(targets[:16], 0.75 * GOLD + 0.25 * average[:16], atol=1e-6)
    np.testing.assert_allclose(targets[16:], average[16:], atol=1e-6)
    assert [one["epoch"] for one in told] == [1, 1]
    stages.clear()
    again, _ = lesson()
    assert not stages, "what was said is not asked again"
    np.testing.assert_array_equal(again, targets)


def test_without_teachers_the_labels_teach(sample_texts: list[str], tmp_path: Path) -> None:
    def never() -> SentenceTransformerEncoder:
        raise AssertionError("nothing is to be loaded")

    made = prepare(never, sample_texts[:16], GOLD, np.arange(16), load_config(), tmp_path / "fold")
    assert made.texts == sample_texts[:16] and made.targets is GOLD and not made.teachers


def test_a_run_with_teachers_goes_on_after_the_last_that_was_asked(root: Path, tmp_path: Path) -> None:
    lines = (root / "seeds" / "passages" / "passages-01.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    (tmp_path / "few.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    at_once = train(taught(quick(tmp_path / "few.jsonl", tmp_path / "a")), tracked=False).bundle
    config = taught(quick(tmp_path / "few.jsonl", tmp_path / "b"))

    def stop(stage: str, done: int, total: int) -> None:
        if "teacher 2 of 2: asking" in stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, tracked=False, progress=stop)
    stages: list[str] = []
    bundle = train(config, tracked=False, progress=lambda stage, done, total: stages.append(stage)).bundle
    assert not any("teacher 1 of 2" in stage for stage in stages)
    for name in ("encoder/model.safetensors", "heads.npz", "calibration.json"):
        assert (bundle / name).read_bytes() == (at_once / name).read_bytes(), name
    manifest = load_bundle(bundle).manifest["training"]
    assert len(manifest["teachers"]) == 2 and manifest["config"]["teaching"]["teachers"] == 2


def test_teachers_need_label_attention(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[data]\npassages = ["x"]\n[teaching]\nteachers = 2\n[fine_tuning]\nlabel_attention = false\n')
    with pytest.raises(UsageError, match=r"teaching\.teachers need fine_tuning\.label_attention"):
        load_config(path)
    assert json.loads(json.dumps(load_config().as_dict()))["teaching"]["teachers"] == 0
