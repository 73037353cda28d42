"""Training that goes on from a bundle: its weights and label columns are kept, and what it knows is never held out."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers_training import quick
from numpy.typing import NDArray

from ihlclass.bundle import default_bundle, load_bundle, read_manifest, seal
from ihlclass.classifier import Classifier
from ihlclass.decisions import label_matrix
from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.errors import BundleError, DataError, UsageError
from ihlclass.heads import LinearHeads
from ihlclass.label_attention import SHARE
from ihlclass.labels import load_scheme
from ihlclass.training import run
from ihlclass.training.base_encoder import for_labels, load_base_encoder, starting_bundle
from ihlclass.training.config import EncoderConfig, LexicalConfig, TrainConfig, load_config
from ihlclass.training.data import LabelledPassage, read_passages
from ihlclass.training.export import export_encoder
from ihlclass.training.finetune import fine_tune
from ihlclass.training.fitted_on import FITTED_ON_FILE, FittedOn, known, repeated, text_keys
from ihlclass.training.fitting import fit_lexical
from ihlclass.training.folds import make_folds
from ihlclass.training.going_on import start_warnings
from ihlclass.training.onnx_weights import read_weights
from ihlclass.training.prior import Prior, fit_from
from ihlclass.training.rethreshold import rethreshold
from ihlclass.training.run import train
from ihlclass.training.teaching import Lesson, lesson_texts, prepare
from ihlclass.verify import verify

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SHIPPED = EncoderConfig(["bundle:default"], "", 256, "onnx")


def own_passages(path: Path, count: int) -> Path:
    """Invented passages that no bundle has seen, each of its own event."""
    labels = sorted(load_scheme().close(["education_facility", "artillery_or_rocket_fire"]))
    rows = [
        {"id": f"a{n}", "text": f"Shells fell on school number {n} of Velin.", "labels": labels, "group": f"a{n}"}
        if n % 2
        else {"id": f"b{n}", "text": f"School number {n} of Velin opens again.", "labels": [], "group": f"b{n}"}
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def going_on(data: Path, output: Path, *, epochs: int = 1, bundle: str = "default") -> TrainConfig:
    made = quick(data, output, epochs=epochs)
    encoder = EncoderConfig([f"bundle:{bundle}"], "", 256, "sentence-transformers")
    return replace(made, encoder=encoder, lexical=replace(made.lexical, min_passages=1))


def test_weights_are_read_back_as_they_were_written(
    base_encoder: Path, sample_texts: list[str], tmp_path: Path
) -> None:
    encoder = load_base_encoder(load_config().encoder, tmp_path).encoder
    gold = np.tile(np.array([[1, 0, 0], [0, 1, 1]], dtype=np.int8), (8, 1))
    fine_tune(encoder, sample_texts[:16], gold, replace(load_config().fine_tuning, epochs=1, layers=1), seed=3)
    held = {name: weights.detach().numpy().copy() for name, weights in encoder.model.named_parameters()}
    export_encoder(encoder, tmp_path / "encoder", backend="onnx", source="here")
    read = read_weights(tmp_path / "encoder" / "model.onnx")
    assert {
        "label_attention.words.weight",
        "label_attention.passage.weight",
        "encoder.layer.5.output.dense.bias",
    } <= set(read)
    for name, values in read.items():
        (before,) = [weights for own, weights in held.items() if own.endswith(name)]
        assert values.shape == before.shape
        per_row = np.abs(before).max(axis=-1, keepdims=True) if before.ndim == 2 else np.abs(before).max()
        exact = before.ndim == 1 or name.startswith("label_attention.")
        assert (np.abs(values - before) <= (0 if exact else 0.51 / 63 * per_row)).all(), name


def test_the_shipped_encoder_says_in_torch_what_it_says_in_onnx(sample_texts: list[str], tmp_path: Path) -> None:
    bundle = load_bundle()
    start = load_base_encoder(SHIPPED, tmp_path)
    assert start.start is not None and start.start.bundle.digest == bundle.digest
    torch_says = replace(bundle, encoder=start.encoder).probabilities(sample_texts[:8])
    apart = np.abs(torch_says - bundle.probabilities(sample_texts[:8]))  # by 8-bit products, most near an even chance
    assert np.quantile(apart, 0.99) <= 0.05
    assert apart.max() <= 0.3


def test_a_run_goes_on_from_the_shipped_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = own_passages(tmp_path / "mine.jsonl", 40)
    made = train(going_on(data, tmp_path / "made"), tracked=False).bundle
    bundle = load_bundle(made)
    assert verify(Classifier(bundle)).passed
    training = bundle.manifest["training"]
    assert training["start"]["digest"] == load_bundle().digest
    assert training["base"] == load_bundle().manifest["training"]["base"]
    assert bundle.encoder.dimension == 384 + len(bundle.scheme.ids)
    shipped, own = FittedOn.load(default_bundle()), FittedOn.load(made)
    np.testing.assert_array_equal(own.before, shipped.keys)
    assert len(own.keys) == len(shipped.keys) + 20  # one fold of two was held out
    assert "by way of the bundle" in (made / "MODEL_CARD.md").read_text()
    # what it knew is not lost: labels that none of the forty carries are tagged as before
    texts = ["A missile hit the hospital of Orlovo, killing two nurses, the mayor said.", "The cup final was put off."]
    assert [set(t.labels) for t in bundle.tag(texts)] == [set(t.labels) for t in load_bundle().tag(texts)]
    column = bundle.scheme.ids.index("medical_facility")
    assert set(training["start"]["kept"]) == set(bundle.scheme.ids)  # none has twenty among twenty
    for name in ("slopes", "lexical_slopes", "intercepts"):
        assert getattr(bundle.calibration, name)[column] == getattr(load_bundle().calibration, name)[column]
    assert bundle.thresholds == load_bundle().thresholds
    same = load_config().thresholds
    kept = load_bundle(rethreshold(bundle, tmp_path / "kept", same).bundle)
    assert kept.thresholds == bundle.thresholds
    careful = load_bundle(rethreshold(kept, tmp_path / "careful", replace(same, precision_floor=0.9)).bundle)
    assert careful.thresholds["medical_facility"].accept == 1.0  # no positive that could show the floor is reached
    assert read_manifest(careful.path)["training"]["start"]["kept_thresholds"] == []
    epochs: list[NDArray[np.int64]] = []

    def watching(*given: Any, rows: NDArray[np.int64], **settings: Any) -> list[dict[str, Any]]:
        epochs.append(rows)
        return fine_tune(*given, rows=rows, **settings)

    monkeypatch.setattr(run, "fine_tune", watching)
    config = going_on(data, tmp_path / "again", bundle=str(made))
    config = replace(config, fine_tuning=replace(config.fine_tuning, new_times=3))
    again = train(config, tracked=False)  # twenty are left to hold out, in two folds
    assert sorted(np.bincount(epochs[0])) == [1] * 20 + [3] * 10
    assert read_manifest(again.bundle)["training"]["start"]["epochs"] == training["start"]["epochs"] + 1


def test_what_the_bundle_was_fitted_on_is_not_held_out(tmp_path: Path) -> None:
    data = own_passages(tmp_path / "mine.jsonl", 30)
    copy = Path(shutil.copytree(default_bundle(), tmp_path / "copy"))
    texts = [json.loads(line)["text"] for line in data.read_text().splitlines()]
    seal_with(copy, FittedOn(np.unique(text_keys(texts[:20])), text_keys([])))
    made = train(going_on(data, tmp_path / "made", epochs=0, bundle=str(copy)), tracked=False).bundle
    assert read_manifest(made)["metrics"]["passages"] == 5  # half of the ten that it has not seen
    seal_with(copy, FittedOn(np.unique(text_keys(texts)), text_keys([])))
    with pytest.raises(DataError, match="0 of 30 passages could be held out"):
        train(going_on(data, tmp_path / "none", epochs=0, bundle=str(copy)), tracked=False)
    assert not (tmp_path / "none").exists()


def test_an_event_that_the_bundle_has_seen_in_part_is_not_held_out() -> None:
    passages = [LabelledPassage(id=str(n), text=f"text {n}", labels=(), group=f"event {n // 2}") for n in range(12)]
    seen = known(passages, text_keys(["text 0", "TEXT  5"]))
    assert np.flatnonzero(seen).tolist() == [0, 1, 4, 5]
    gold = np.zeros((12, 1), dtype=np.int8)
    folds = make_folds(passages, gold, 3, by="group", seed=1, never=seen)
    assert len(folds) == 2
    assert sorted(np.concatenate([fold.outside for fold in folds]).tolist()) == [2, 3, *range(6, 12)]
    assert all({0, 1, 4, 5} <= set(fold.inside.tolist()) for fold in folds)


def test_passages_that_the_bundle_has_not_seen_stand_in_an_epoch_more_often() -> None:
    keys = text_keys(["seen", "new", "seen too", "newer"])
    before = text_keys(["SEEN", "seen  too"])
    assert repeated(keys, before, 1).tolist() == [0, 1, 2, 3]
    assert repeated(keys, before, 3).tolist() == [0, 1, 2, 3, 1, 1, 3, 3]


def seal_with(bundle: Path, fitted_on: FittedOn | None) -> None:
    if fitted_on:
        fitted_on.save(bundle)
    else:
        (bundle / FITTED_ON_FILE).unlink()
    content = {k: v for k, v in read_manifest(bundle).items() if k not in ("protocol", "files", "digest")}
    seal(bundle, content)


def test_heads_move_from_where_they_start_as_far_as_the_passages_ask() -> None:
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(3)
    rows = draw.normal(size=(400, 5))
    gold = (rows[:, :2] + draw.normal(size=(400, 2)) > 0).astype(np.int8)
    zero, elsewhere = (LinearHeads(np.full((2, 5), w), np.zeros(2)) for w in (0.0, 2.0))
    found = fit_from(rows, gold, zero, np.array([3.0, 3.0]))
    for label in range(2):
        same = LogisticRegression(C=3.0).fit(rows, gold[:, label])
        np.testing.assert_allclose(found.coefficients[label], same.coef_[0], atol=1e-3)
    unasked = fit_from(rows[:0], gold[:0], elsewhere, np.array([3.0, 3.0]))
    np.testing.assert_array_equal(unasked.coefficients, elsewhere.coefficients)
    asked = fit_from(rows, gold, elsewhere, np.array([1e-3, 1e3]))
    np.testing.assert_allclose(asked.coefficients[0], elsewhere.coefficients[0], atol=0.3)
    np.testing.assert_allclose(asked.coefficients[1], found.coefficients[1], atol=0.1)


def test_words_keep_their_weights_where_the_passages_say_nothing() -> None:
    bundle = load_bundle()
    prior = Prior.of(bundle, ["own", *reversed(bundle.scheme.ids)], columns=True, passages=1000)
    assert prior is not None and bundle.lexical is not None
    gold = np.zeros((4, 69), dtype=np.int8)
    gold[:2, 0] = 1
    texts = ["zyxomma fell", "zyxomma rose", "nothing fell", "nothing rose"]
    found = fit_lexical(texts, gold, LexicalConfig(enabled=True, min_passages=2, C=20.0), prior=prior)
    assert set(bundle.lexical.vocabulary) < set(found.vocabulary)
    said, before = found.score(["The hospital was shelled."]), bundle.lexical.score(["The hospital was shelled."])
    np.testing.assert_allclose(said[:, :0:-1], before, atol=0.1)
    own = found.score(["zyxomma", "nothing"])[:, 0]
    assert own[0] > 0.5 > -0.5 > own[1]


def test_a_scheme_of_more_labels_keeps_the_columns_that_are_known(tmp_path: Path) -> None:
    start = load_base_encoder(SHIPPED, tmp_path)
    assert start.start is not None and start.encoder.attention is not None
    text = ["A missile hit the hospital of Orlovo, killing two nurses."]
    before, known = start.encoder.encode(text)[0, 384:], list(start.start.bundle.scheme.ids)
    wanted = ["own_label", *reversed(known)]
    for_labels(start.encoder, known, wanted, np.full(len(wanted), -2.0))
    after = start.encoder.encode(text)[0, 384:]
    np.testing.assert_allclose(after[1:], before[::-1], atol=1e-5)
    assert start.encoder.attention.passage.bias[0] == -2.0


def test_bundles_that_cannot_be_gone_on_from(tmp_path: Path) -> None:
    data = own_passages(tmp_path / "mine.jsonl", 20)
    with pytest.raises(BundleError, match="no model bundle there"):
        train(going_on(data, tmp_path / "made", bundle="nowhere"), tracked=False)
    copy = Path(shutil.copytree(default_bundle(), tmp_path / "copy"))
    seal_with(copy, None)
    with pytest.raises(BundleError, match="made before it was kept"):
        train(going_on(data, tmp_path / "made", bundle=str(copy)), tracked=False)
    weighted = going_on(data, tmp_path / "made", epochs=0)
    weighted = replace(weighted, heads=replace(weighted.heads, parameters={"C": 1.0, "class_weight": "balanced"}))
    with pytest.raises(UsageError, match="class_weight cannot be had"):
        train(weighted, tracked=False)
    config = tmp_path / "config.toml"
    for key, said in (
        ('[encoder]\nsources = ["bundle:default"]\n[calibration]\nby = "style"', "calibration.by must be"),
        ('[encoder]\nsources = ["bundle:default", "mine"]', "no other source beside a bundle"),
        ('[encoder]\nsources = ["bundle:default"]\nsha256 = "00"', "leave it out where training goes on"),
    ):
        config.write_text(f'[data]\npassages = ["mine.jsonl"]\n{key}\n')
        with pytest.raises(UsageError, match=said):
            load_config(config)


def test_the_bundle_itself_teaches_what_it_was_fitted_on(root: Path, tmp_path: Path) -> None:
    config = load_config()
    config = replace(
        config,
        encoder=SHIPPED,
        teaching=replace(config.teaching, by_start=True, taught=0.25, crossed=1.0),
    )
    start = starting_bundle(SHIPPED, tmp_path)
    assert start is not None
    scheme = start.bundle.scheme
    seeds = read_passages([root / "seeds" / "passages" / "passages-01.jsonl"], scheme)
    old = [
        p for p, own in zip(seeds, np.isin(text_keys(p.text for p in seeds), start.fitted_on.keys), strict=True) if own
    ]
    own = read_passages([own_passages(tmp_path / "own.jsonl", 4)], scheme)
    passages = [own[0], *old[:6], *own[1:]]
    texts, gold = [p.text for p in passages], label_matrix([p.labels for p in passages], scheme.ids)
    stages: list[str] = []

    def never() -> SentenceTransformerEncoder:
        raise AssertionError("nothing is to be loaded")

    def lesson() -> Lesson:
        return prepare(
            never,
            texts,
            gold,
            np.array([*range(10), 0]),
            config,
            tmp_path / "fold",
            start=start,
            progress=lambda stage, done, total: stages.append(stage),
        )

    made = lesson()
    whole = lesson_texts(texts[1:7], gold[1:7], config.teaching, config.seed)
    assert made.texts == texts + whole[6:] and len(made.texts) == 16 and not made.teachers
    assert made.rows.tolist() == [*range(10), 0, *range(10, 16)] and stages == ["asking the bundle"]
    said = 1 / (1 + np.exp(-start.bundle.encoder.encode(whole)[:, -gold.shape[1] :].astype(float) / SHARE))
    np.testing.assert_array_equal(made.targets[[0, 7, 8, 9]], gold[[0, 7, 8, 9]])
    np.testing.assert_allclose(made.targets[1:7], 0.75 * gold[1:7] + 0.25 * said[:6], atol=1e-6)
    np.testing.assert_allclose(made.targets[10:], said[6:], atol=1e-6)
    np.testing.assert_array_equal(lesson().targets, made.targets)
    assert stages == ["asking the bundle"], "it is not asked again"
    assert any("taught nothing" in said for said in start_warnings(start, None, None, teaches=0))
    assert not any("taught nothing" in said for said in start_warnings(start, None, None, teaches=6))


def test_half_a_character_is_no_fault_in_torch_either(tmp_path: Path) -> None:
    rows = load_base_encoder(SHIPPED, tmp_path).encoder.encode(["A clinic was hit.", "x \ud800 y"])
    assert len(rows) == 2 and np.isfinite(rows).all()


def test_a_run_in_which_the_bundle_teaches(root: Path, tmp_path: Path) -> None:
    lines = (root / "seeds" / "passages" / "passages-01.jsonl").read_text(encoding="utf-8").splitlines()[:20]
    data = own_passages(tmp_path / "both.jsonl", 40)
    with data.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    config = going_on(data, tmp_path / "made")
    config = replace(config, teaching=replace(config.teaching, by_start=True, crossed=1.0))
    stages: list[str] = []
    bundle = train(config, tracked=False, progress=lambda stage, done, total: stages.append(stage)).bundle
    assert any("asking the bundle" in stage for stage in stages)
    manifest = load_bundle(bundle).manifest["training"]
    assert manifest["config"]["teaching"]["by_start"] and manifest["start"]["digest"] == load_bundle().digest


def test_a_bundle_that_cannot_teach(tmp_path: Path) -> None:
    base, start = load_base_encoder(SHIPPED, tmp_path), starting_bundle(SHIPPED, tmp_path)
    assert start is not None
    scheme = start.bundle.scheme
    fewer = replace(scheme, labels=scheme.labels[1:])
    with pytest.raises(UsageError, match="knows other labels"):
        run._may_teach(base, start, fewer)
    base.encoder.attend(None)
    with pytest.raises(UsageError, match="has no label attention"):
        run._may_teach(base, start, scheme)
    path = tmp_path / "c.toml"
    path.write_text('[data]\npassages = ["x"]\n[teaching]\nby_start = true\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"teaching\.by_start needs a bundle to go on from"):
        load_config(path)
