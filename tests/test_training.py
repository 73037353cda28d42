"""Training for real: the real base encoder, fine-tuned for a moment on a few of the real passages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from helpers_training import quick

from ihlclass.bundle import load_bundle
from ihlclass.classifier import Classifier
from ihlclass.errors import BundleError, DataError, UsageError
from ihlclass.heads import SklearnHeads
from ihlclass.labels import load_scheme
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.config import DEFAULT_CONFIG, HeadsConfig, TrainConfig, load_config
from ihlclass.training.data import LabelledPassage, data_digest, read_passages
from ihlclass.training.few import plan_few
from ihlclass.training.fitting import fit_heads, try_estimator
from ihlclass.training.folds import grouped_folds, make_folds
from ihlclass.training.run import train
from ihlclass.training.thresholding import fit_thresholds
from ihlclass.training.workspace import Workspace
from ihlclass.verify import verify

#: MLflow, SQLAlchemy and torch warn about each other's and their own workings.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def few(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a hundred of the project's passages, whole groups."""
    path = tmp_path_factory.mktemp("data") / "few.jsonl"
    lines: list[str] = []
    for file in sorted((root / "seeds" / "passages").glob("*.jsonl")):
        lines += file.read_text(encoding="utf-8").splitlines()[:25]
    path.write_text("\n".join(lines[:100]) + "\n", encoding="utf-8")
    return path


def config(
    few: Path, output: Path, *, epochs: int = 1, backend: str = "sentence-transformers", **heads: object
) -> TrainConfig:
    """A run that writes the encoder as it is, unless told: exporting one to ONNX takes half a minute."""
    made = quick(few, output, epochs=epochs)
    return replace(
        made,
        encoder=replace(made.encoder, backend=backend),
        heads=replace(made.heads, **heads) if heads else made.heads,
    )


def test_a_run_makes_a_bundle_and_an_mlflow_run(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlflow

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    result = train(config(few, tmp_path / "bundle", backend="onnx"))
    assert result.run_id, result.warnings
    classifier = Classifier(load_bundle(result.bundle))
    assert verify(classifier).passed
    manifest = classifier.bundle.manifest
    assert manifest["data"]["passages"] == 100
    assert manifest["training"]["fine_tuned"]
    card = (result.bundle / "MODEL_CARD.md").read_text()
    for line in few.read_text().splitlines():
        assert json.loads(line)["text"] not in card
    run = mlflow.MlflowClient(tracking_uri="sqlite:///mlflow.db").get_run(result.run_id)
    assert run.data.metrics["micro_f1"] == pytest.approx(result.metrics["micro_f1"])
    assert run.data.params["fine_tuning.epochs"] == "1"
    (epoch,) = manifest["training"]["history"]
    assert epoch["epoch"] == 1 and epoch["loss"] > 0
    assert run.data.metrics["held_out_loss"] == pytest.approx(epoch["held_out_loss"])
    plots = {
        file.path
        for file in mlflow.MlflowClient(tracking_uri="sqlite:///mlflow.db").list_artifacts(result.run_id, "plots")
    }
    assert {"plots/learning-curve.png", "plots/pr-curves.png", "plots/reliability-indicator.png"} <= plots
    assert run.data.tags["scheme_digest"] == classifier.scheme.digest


def test_a_run_tells_how_long_it_still_takes_once_it_knows(few: Path, tmp_path: Path) -> None:
    told: list[tuple[float | None, str]] = []
    latest: list[float | None] = []
    train(
        config(few, tmp_path / "bundle", epochs=5),
        tracked=False,
        progress=lambda stage, done, total: told.append((latest[-1], stage)),
        whole=latest.append,
    )
    assert told[0][0] is None and "fine-tuning" in told[0][1]
    known = [left for left, _ in told if left is not None]
    assert len(known) > 3 and min(known) == known[-1] == 0
    assert all(left is not None for left, stage in told if "fine-tuning" not in stage)


def test_the_same_seed_gives_the_same_bytes(few: Path, tmp_path: Path) -> None:
    made = [train(config(few, tmp_path / name, backend="onnx"), tracked=False).bundle for name in ("a", "b")]
    for name in ("encoder/model.onnx", "heads.npz", "calibration.json", "thresholds.json", "vectors.json"):
        assert (made[0] / name).read_bytes() == (made[1] / name).read_bytes(), name


class Stop(Exception):
    """Stands for Ctrl-C or a power cut."""


@pytest.mark.parametrize("refit", [False, True])
def test_an_interrupted_run_goes_on_to_the_same_bytes(few: Path, tmp_path: Path, refit: bool) -> None:
    def settings(name: str) -> TrainConfig:
        backend = "sentence-transformers" if refit else "onnx"
        made = config(few, tmp_path / name, epochs=2, backend=backend)
        return replace(
            made,
            fine_tuning=replace(made.fine_tuning, dropout=0.1),
            calibration=replace(made.calibration, refit=refit, scored_folds=0 if refit else 1),
        )

    stages: list[tuple[str, int]] = []

    def stop_in(stage: str, step: int) -> Callable[[str, int, int], None]:
        def progress(name: str, done: int, total: int) -> None:
            stages.append((name, done))
            if name.startswith(stage) and "fine-tuning" in name and done == step:
                raise Stop

        return progress

    whole = train(settings("whole"), tracked=False).bundle
    with pytest.raises(Stop):  # in the second epoch
        train(settings("cut"), tracked=False, progress=stop_in("held-out fold 1", 6))
    assert not (tmp_path / "cut").exists()
    assert (tmp_path / ".cut.training").is_dir()
    if refit:
        with pytest.raises(Stop):
            train(settings("cut"), tracked=False, progress=stop_in("all passages", 10))
    stages.clear()
    cut = train(settings("cut"), tracked=False, progress=stop_in("never", 0)).bundle
    assert stages[0][0] == "going on where an earlier run stopped"
    assert not any(name.startswith("held-out") and done == 1 and "fine" in name for name, done in stages)
    names = ["heads.npz", "lexical.npz", "calibration.json", "thresholds.json", "held_out.npz"]
    for name in [*names, *([] if refit else ["encoder/model.onnx"])]:
        assert (whole / name).read_bytes() == (cut / name).read_bytes(), name
    history, again = (load_bundle(made).manifest["training"]["history"] for made in (whole, cut))
    assert history == again and len(history) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut", "whole"]


def test_what_another_run_left_is_not_taken(few: Path, tmp_path: Path) -> None:
    with pytest.raises(Stop):
        train(config(few, tmp_path / "b", epochs=1), tracked=False, progress=stop_at_heads)
    assert (tmp_path / ".b.training" / "fold-0").is_dir()
    settings = config(few, tmp_path / "b", epochs=0)
    result = train(settings, tracked=False)
    assert not load_bundle(result.bundle).manifest["training"]["fine_tuned"]
    with Workspace(tmp_path / "b", "x"), pytest.raises(UsageError, match="another training run is at work"):
        train(settings, tracked=False)


def stop_at_heads(stage: str, done: int, total: int) -> None:
    if stage.endswith("heads"):
        raise Stop


def test_a_last_model_on_all_passages_if_asked(few: Path, tmp_path: Path) -> None:
    shipped = config(few, tmp_path / "fold", epochs=0)
    refit = replace(shipped, calibration=replace(shipped.calibration, refit=True), output=str(tmp_path / "all"))
    kept, fitted = (load_bundle(train(c, tracked=False).bundle) for c in (shipped, refit))
    metrics = kept.manifest["metrics"]
    assert metrics == fitted.manifest["metrics"]
    assert kept.manifest["training"]["fitted_on"] == 100 - metrics["passages"]
    assert fitted.manifest["training"]["fitted_on"] == 100
    assert kept.lexical and fitted.lexical
    assert len(kept.lexical.vocabulary) < len(fitted.lexical.vocabulary)


def test_without_words(few: Path, tmp_path: Path) -> None:
    plain = config(few, tmp_path / "plain", epochs=0)
    plain = replace(plain, lexical=replace(plain.lexical, enabled=False))
    classifier = Classifier(load_bundle(train(plain, tracked=False).bundle))
    assert classifier.bundle.lexical is None
    assert verify(classifier).passed


def test_another_classifier_and_the_other_back_end(few: Path, tmp_path: Path) -> None:
    settings = config(
        few, tmp_path / "bundle", epochs=0,
        estimator="sklearn.neighbors.KNeighborsClassifier", parameters={"n_neighbors": 3},
    )  # fmt: skip
    bundle = load_bundle(train(settings, tracked=False).bundle)
    assert isinstance(bundle.heads, SklearnHeads)
    assert verify(Classifier(bundle)).passed


def test_tracking_that_is_down_does_not_lose_the_bundle(
    few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    result = train(config(few, tmp_path / "bundle", epochs=0))
    assert result.run_id is None
    assert any("MLflow could not be told" in warning for warning in result.warnings)
    load_bundle(result.bundle)


def test_an_output_that_is_no_bundle_is_left_alone(few: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BundleError, match="is no bundle"):
        train(config(few, tmp_path, epochs=0), tracked=False)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('seed = 13', 'sed = 13'), "unknown key sed"),
        (('epochs = 10', 'epochs = "six"'), "fine_tuning.epochs must be of type int"),
        (('epochs = 10', 'epochs = -1'), "fine_tuning.epochs must be in"),
        (('backend = "onnx"', 'backend = "abacus"'), "encoder.backend must be"),
        (('folds = 6', 'folds = 1'), "calibration.folds must be in"),
        (('scored_folds = 1', 'scored_folds = 9'), "calibration.scored_folds must be in"),
        (('scored_folds = 1', 'scored_folds = 2'), "calibration.refit = false needs"),
        (('method = "auto"', 'method = "magic"'), "calibration.method must be one of"),
        (('by = "group"', 'by = "moon"'), "calibration.by must be one of"),
        (('few = "train"', 'few = "guess"'), "labels.few must be one of"),
        (('min_positives = 5', 'min_positives = -1'), "labels.min_positives must be"),
        (('beta = 1.0', 'beta = 0'), "thresholds.beta must be in"),
        (('precision_floor = 0.0', 'precision_floor = 1.2'), "thresholds.precision_floor must be in"),
        (('tolerated_misses = 0.03', 'tolerated_misses = 1'), "thresholds.tolerated_misses must be in"),
        (('lowest = 0.25', 'lowest = 0.9'), "thresholds.lowest and highest must be in"),
        (('C = 20.0', 'C = 0'), "lexical.C must be above"),
        (('layers = 0', 'layers = -1'), "fine_tuning.layers must be"),
        (('dropout = 0.1', 'dropout = 1.0'), "fine_tuning.dropout must be"),
        (('new_times = 1', 'new_times = 0'), "fine_tuning.new_times must be in"),
        (('new_times = 1', 'new_times = 2'), "fine_tuning.new_times above 1 needs a bundle"),
        (('hidden_learning_rate = 2.0e-2', 'hidden_learning_rate = -1.0'), "fast.hidden_learning_rate must be in"),
        (('swapped = 2.5', 'swapped = -1.0'), "fast.swapped must be in"),
        (('passages = ["seeds/passages"]', 'passages = []'), "data.passages must name"),
        (('passages = ["seeds/passages"]', ''), r"data\.passages is missing"),
        (('[heads]', '[heads'), "not valid TOML"),
        (('sklearn.linear_model.LogisticRegression', 'os.system'), "heads.estimator must be"),
    ],
)  # fmt: skip
def test_a_bad_config_names_the_key(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    text = DEFAULT_CONFIG.read_text()
    assert change[0] in text
    (tmp_path / "c.toml").write_text(text.replace(*change, 1))
    with pytest.raises(UsageError, match=words):
        load_config(tmp_path / "c.toml")


def test_a_short_config_is_laid_over_the_shipped_one(tmp_path: Path) -> None:
    path, shipped = tmp_path / "c.toml", load_config()
    path.write_text('[data]\npassages = ["mine.csv"]\n')
    short = load_config(path)
    assert (short.data.passages, short.root) == (["mine.csv"], tmp_path)
    assert short.output == "models/c"
    assert replace(short, data=shipped.data, root=shipped.root, output=shipped.output) == shipped
    path.write_text('[data]\npassages = ["x"]\n[fine_tuning]\nepochs = 2\n[encoder]\nsources = ["mine"]\n')
    own = load_config(path)
    assert own.fine_tuning == replace(shipped.fine_tuning, epochs=2)
    assert own.encoder == replace(shipped.encoder, sources=["mine"], sha256="")  # the digest is that of other weights
    path.write_text('[data]\npassages = ["x"]\n[heads]\nestimator = "sklearn.svm.LinearSVC"\n')
    assert load_config(path).heads == HeadsConfig("sklearn.svm.LinearSVC", {})
    for content, words in (("seed = 1", r"data\.passages is missing"), ("data = 3", "data must be a table"),
                           ("heads = 1\n[data]\npassages = ['x']", "heads must be a table")):  # fmt: skip
        path.write_text(content)
        with pytest.raises(UsageError, match=words):
            load_config(path)


def test_defaults_stand_in_one_place() -> None:
    parts = {type(value) for value in vars(load_config()).values() if is_dataclass(value)}
    for part in (TrainConfig, *parts):
        assert [f.name for f in fields(part) if f.default is not MISSING] in ([], ["root"])


@pytest.mark.parametrize(
    ("estimator", "parameters", "words"),
    [
        ("sklearn.linear_model.NoSuch", {}, "scikit-learn has no"),
        ("sklearn.linear_model.LogisticRegression", {"sea": 1}, "refuses them"),
        ("sklearn.decomposition.PCA", {}, "is no classifier"),
        ("sklearn.linear_model.LogisticRegression", {"C": -1.0}, "cannot be fitted on embeddings: .*'C' parameter"),
        ("sklearn.naive_bayes.MultinomialNB", {}, "cannot be fitted on embeddings: Negative values"),
        ("sklearn.gaussian_process.GaussianProcessClassifier", {}, "no bundle can hold .*GaussianProcess.*not trusted"),
    ],
)
def test_a_bad_estimator_is_named_before_training(
    estimator: str, parameters: dict, words: str, few: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=words):
        train(config(few, tmp_path / "bundle", estimator=estimator, parameters=parameters), tracked=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "estimator",
    ["svm.LinearSVC", "ensemble.HistGradientBoostingClassifier", "ensemble.RandomForestClassifier",
     "neural_network.MLPClassifier", "neighbors.KNeighborsClassifier", "calibration.CalibratedClassifierCV"],
)  # fmt: skip
def test_many_estimators_can_be_heads(estimator: str) -> None:
    try_estimator(HeadsConfig(f"sklearn.{estimator}", {}))


def test_a_base_encoder_with_other_weights_is_refused(few: Path, tmp_path: Path) -> None:
    settings = config(few, tmp_path / "bundle")
    settings = replace(
        settings, encoder=replace(settings.encoder, sha256="0" * 64, sources=settings.encoder.sources[:1])
    )
    with pytest.raises(UsageError, match="sha256 is 53aa51172d142c89"):
        train(settings, tracked=False)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", r"d\.jsonl:2: not valid JSON"),
        ('{"id": "2", "text": "", "labels": [], "group": "g"}', r":2: needs a string 'text'"),
        ('{"id": "2", "text": "x", "labels": [], "group": 3}', r":2: needs a string 'group'"),
        ('{"id": "2", "text": "x", "labels": ["hospital"], "group": "g"}', r":2: labels that the scheme does not have: hospital"),
        ('{"id": "2", "text": "x", "labels": ["dormitory"], "group": "g"}', r":2: its labels imply incident"),
        ('{"id": "2", "text": "x", "labels": [], "group": "g", "date": "May"}', r":2: 'date' must be as 2024-05-31"),
        ('{"id": "1", "text": "x", "labels": [], "group": "g"}', r":2: its id stands already at .*:1"),
    ],
)  # fmt: skip
def test_bad_passages_are_named_by_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "d.jsonl").write_text('{"id": "1", "text": "a", "labels": [], "group": "g"}\n' + line + "\n")
    with pytest.raises(DataError, match=words):
        read_passages([tmp_path / "d.jsonl"], load_scheme())


LABEL_STUDIO = [
    {
        "id": 7,
        "data": {"text": "Shells hit the hall of residence.", "group": "e1"},
        "annotations": [
            {"was_cancelled": False, "result": [{"type": "choices", "value": {"choices": ["shopping_mall"]}}]},
            {"was_cancelled": False, "result": [{"type": "choices", "value": {"choices": ["dormitory", "incident"]}}]},
            {"was_cancelled": True, "result": []},
        ],
    },
    {"id": 8, "data": {"text": "Aid was pledged."}, "annotations": [{"result": []}]},
]
JSON_MIN = [
    {
        "id": 7,
        "annotation_id": 1,
        "text": "Shells hit the hall.",
        "group": "e1",
        "labels": {"choices": ["dormitory", "incident"]},
    },
    {"id": 8, "annotation_id": 2, "text": "Aid was pledged."},
]
OTHER_CONTROL = [
    {
        "id": 7,
        "annotation_id": 1,
        "text": "Shells hit the hall.",
        "group": "e1",
        "what": {"choices": ["dormitory", "incident"]},
    },
    {"id": 8, "annotation_id": 2, "text": "Aid was pledged.", "lead_time": 3.5},
]
DOCCANO = [
    {"id": 7, "text": "Shells hit the hall of residence.", "label": ["dormitory", "incident"], "group": "e1"},
    {"id": 8, "text": "Aid was pledged.", "label": []},
]


@pytest.mark.parametrize("rows", [LABEL_STUDIO, JSON_MIN, OTHER_CONTROL, DOCCANO])
@pytest.mark.parametrize("name", ["export.json", "export.jsonl"])
def test_exports_of_labelling_tools_are_read(rows: list[dict], name: str, tmp_path: Path) -> None:
    content = json.dumps(rows, indent=1) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    (tmp_path / name).write_text(content)
    one, two = read_passages([tmp_path / name], load_scheme())
    assert (one.id, one.group, one.labels) == ("7", "e1", ("dormitory", "incident"))
    assert (two.id, two.group, two.labels, two.text) == ("8", "8", (), "Aid was pledged.")


@pytest.mark.parametrize(
    "row",
    [
        {"id": 3, "data": {"text": "x"}, "annotations": []},
        {"id": 3, "data": {"text": "x"}, "annotations": [{"result": [{"value": {"taxonomy": [["incident"]]}}]}]},
        {"id": 3, "annotation_id": 5, "text": "x", "sentiment": "incident", "kind_of_object": "dormitory"},
    ],
)
def test_a_task_whose_labels_cannot_be_told_is_named(row: dict, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(json.dumps([row]))
    with pytest.raises(DataError, match="needs 'labels'"):
        read_passages([tmp_path / "export.json"], load_scheme())


def test_no_passages_at_all(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no labelled passage"):
        read_passages([tmp_path], load_scheme())
    with pytest.raises(DataError, match="no such file"):
        read_passages([tmp_path / "x.jsonl"], load_scheme())


def test_the_digest_does_not_depend_on_the_order(few: Path) -> None:
    passages = read_passages([few], load_scheme())
    assert data_digest(passages) == data_digest(passages[::-1])
    assert data_digest(passages) != data_digest(passages[1:])


def test_folds_keep_groups_whole_and_labels_even() -> None:
    rng = np.random.default_rng(1)
    groups = [f"g{g}" for g in rng.integers(0, 300, 900)]
    gold = (rng.random((900, 20)) < np.linspace(0.02, 0.4, 20)).astype(np.int8)
    fold_of = grouped_folds(gold, groups, 3, seed=1)
    for group in set(groups):
        assert len({f for f, g in zip(fold_of, groups, strict=True) if g == group}) == 1
    shares = np.array([gold[fold_of == f].sum(axis=0) for f in range(3)])
    assert (shares >= 0.2 * shares.sum(axis=0)).all()
    assert np.array_equal(fold_of, grouped_folds(gold, groups, 3, seed=1))


def passages_of(**fields: list[str]) -> list[LabelledPassage]:
    count = len(next(iter(fields.values())))
    rows = [{key: values[n] for key, values in fields.items()} for n in range(count)]
    return [
        LabelledPassage(**{"id": str(n), "text": "x", "labels": (), "group": str(n)} | row)
        for n, row in enumerate(rows)
    ]


def test_folds_by_conflict_or_style_hold_out_whole_ones() -> None:
    rng = np.random.default_rng(2)
    passages = passages_of(
        conflict=[f"c{n}" for n in rng.integers(0, 9, 300)],
        style=[f"s{n}" for n in rng.integers(0, 4, 300)],
        group=[f"g{n}" for n in rng.integers(0, 150, 300)],
    )
    gold = (rng.random((300, 5)) < 0.3).astype(np.int8)
    for by in ("conflict", "style"):
        made = make_folds(passages, gold, 3, by=by, seed=1)
        assert sorted(row for fold in made for row in fold.outside) == list(range(300))
        for inside, outside in made:
            for field in (by, "group"):
                sides = [{getattr(passages[row], field) for row in side} for side in (inside, outside)]
                assert not sides[0] & sides[1]
            assert len(inside)


def test_folds_by_date_are_scored_by_what_is_older() -> None:
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 11)]
    passages = passages_of(date=[str(d) for d in np.random.default_rng(3).permutation(days)])
    latest, *_, oldest = make_folds(passages, np.zeros((120, 1), dtype=np.int8), 4, by="date", seed=1)
    assert len(latest.outside) == 30
    assert max(passages[row].date for row in latest.inside) < min(passages[row].date for row in latest.outside)
    assert not len(oldest.inside)  # nothing is older


def test_folds_need_their_field() -> None:
    gold = np.zeros((4, 1), dtype=np.int8)
    with pytest.raises(DataError, match="needs 'date' of every passage; 1 lack it, the first is '2'"):
        make_folds(passages_of(date=["2024-01-01", "2024-01-02", "", "2024-01-03"]), gold, 2, by="date", seed=1)
    with pytest.raises(DataError, match="2 values are too few for 3 folds"):
        make_folds(passages_of(conflict=["a", "b", "a", "b"]), gold, 3, by="conflict", seed=1)


def test_labels_with_few_passages_are_trained_merged_or_left_out() -> None:
    labels = load_scheme().ids
    column = labels.index
    gold = np.zeros((40, len(labels)), dtype=np.int8)
    gold[:20] = 1
    gold[:, column("dormitory")] = gold[:, column("drone_strike")] = 0
    gold[38:, column("dormitory")] = gold[39:, column("drone_strike")] = 1
    gold[:, column("incident")] = 1  # no negatives
    settings = load_config().labels
    trained = plan_few(gold, load_scheme(), settings)
    assert trained.few == {"dormitory": 2, "drone_strike": 1, "incident": 0}
    assert not trained.left_out
    assert "trained on few passages" in trained.warnings()[0]
    merged = plan_few(gold, load_scheme(), replace(settings, few="merge"))
    assert merged.merged == {"dormitory": "residential_building"}
    assert merged.left_out == ("dormitory", "drone_strike")  # what others imply, they would bring back
    assert merged.gold(gold, load_scheme())[38, column("residential_building")] == 1
    assert gold[38, column("residential_building")] == 0
    assert plan_few(gold, load_scheme(), replace(settings, few="leave_out")).merged == {}
    pair = np.zeros((40, len(labels)), dtype=np.int8)
    pair[:20] = pair[:, column("incident")] = 1
    pair[:, [column("shopping_mall"), column("commercial_premises")]] = 0
    pair[:4, column("shopping_mall")] = pair[4:8, column("commercial_premises")] = 1
    joined = plan_few(pair, load_scheme(), replace(settings, few="merge"))
    assert joined.left_out == ("shopping_mall",)  # with its child the parent has enough
    with pytest.raises(UsageError, match="is a parent and has one"):
        chain = {"dormitory": "residential_building", "residential_building": "commercial_premises"}
        plan_few(gold, load_scheme(), replace(settings, parents=chain))
    with pytest.raises(UsageError, match="the scheme has no palace"):
        plan_few(gold, load_scheme(), replace(settings, parents={"dormitory": "palace"}))


def test_a_label_left_out_is_never_said(few: Path, tmp_path: Path) -> None:
    settings = config(few, tmp_path / "bundle", epochs=0)
    settings = replace(settings, labels=replace(settings.labels, few="merge", min_positives=8))
    result = train(settings, tracked=False)
    bundle = load_bundle(result.bundle)
    left_out = bundle.manifest["few_labels"]["left_out"]
    assert "chemical_weapon" in left_out
    assert "shopping_mall" in bundle.manifest["few_labels"]["merged"]
    assert any("left out, and never said" in warning for warning in result.warnings)
    tags = next(iter(Classifier(bundle).tag(["Sarin gas killed 40 people in a shopping mall, officials said."])))
    assert not {*tags.labels, *tags.review} & set(left_out)
    assert tags.probabilities["chemical_weapon"] == 0.0
    assert "`chemical_weapon` is never said" in (result.bundle / "MODEL_CARD.md").read_text()


def test_calibration_makes_probabilities_mean_what_they_say() -> None:
    rng = np.random.default_rng(2)
    truth = (rng.random(4000) < 0.3).astype(np.int8)[:, None]
    scores = 5 * (truth - 0.5) + rng.normal(size=truth.shape) * 3
    p = fit_calibration(scores, None, truth).apply(scores)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (p >= low) & (p < low + 0.2)
        assert abs(p[inside].mean() - truth[inside].mean()) < 0.08


def test_scores_that_rank_backwards_become_the_base_rate() -> None:
    truth = np.array([[1], [0], [0], [0]] * 50, dtype=np.int8)
    p = fit_calibration(-5.0 * truth, None, truth).apply(-5.0 * truth)
    assert np.ptp(p) < 1e-6
    assert p[0, 0] == pytest.approx(0.25, abs=0.02)


def test_a_label_with_few_positives_keeps_neutral_thresholds() -> None:
    gold = np.zeros((50, 1), dtype=np.int8)
    gold[:3] = 1
    found = fit_thresholds(np.full((50, 1), 0.1), gold, ["x"], load_config().thresholds)["x"]
    assert (found.accept, found.review) == (0.5, 0.2)


def test_a_label_without_positives_is_no_crash() -> None:
    gold = np.array([[1, 0], [0, 0], [1, 0], [0, 0]], dtype=np.int8)
    x = np.eye(4, dtype=np.float32)
    heads = fit_heads(x, gold, load_config().heads)
    scores = heads.score(x)
    p = fit_calibration(scores, None, gold).apply(scores)
    assert (p[:, 1] < 0.25).all()
