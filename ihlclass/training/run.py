"""A whole training run: passages in, a checked bundle out."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ihlclass
from ihlclass.bundle import CARD_FILE, FAST_FOLDER, SCHEME_FOLDER, Bundle, check_target, load_bundle, put_in_place, seal
from ihlclass.calibration import Calibration
from ihlclass.classifier import Classifier
from ihlclass.decisions import Threshold, label_matrix, save_thresholds
from ihlclass.encoder import SentenceTransformerEncoder, load_encoder
from ihlclass.errors import DataError, IhlclassError, UsageError
from ihlclass.labels import LabelScheme, copy_scheme, load_scheme
from ihlclass.resources import resource
from ihlclass.training.base_encoder import (
    BaseEncoder,
    Start,
    encoder_digest,
    for_labels,
    load_base_encoder,
    starting_bundle,
)
from ihlclass.training.card import MINILM, model_card
from ihlclass.training.config import TrainConfig
from ihlclass.training.copies import finish
from ihlclass.training.cross_fitting import calibrate, cross_fit
from ihlclass.training.data import LabelledPassage, data_digest, read_passages
from ihlclass.training.export import copy_notice, export_encoder
from ihlclass.training.fast import add_fast
from ihlclass.training.few import plan_few
from ihlclass.training.figures import held_out_figures
from ihlclass.training.finetune import fine_tune, prior_log_odds
from ihlclass.training.fitted_on import FittedOn, known, repeated, text_keys
from ihlclass.training.fitting import fit_heads, fit_lexical, try_estimator
from ihlclass.training.folds import Fold, make_folds
from ihlclass.training.going_on import start_warnings, take_over
from ihlclass.training.held_out import HeldOut
from ihlclass.training.manifest import PACKAGES, Fitted, run_manifest
from ihlclass.training.outlook import CALIBRATION, MLFLOW, Outlook, Progress, Whole, run_stages
from ihlclass.training.prior import HeadStart, Prior
from ihlclass.training.slices import slice_fields
from ihlclass.training.teaching import prepare
from ihlclass.training.thresholding import set_thresholds
from ihlclass.training.tracking import git_state, log_bundle
from ihlclass.training.workspace import Workspace, save_whole
from ihlclass.verify import make_vectors

#: So many held-out passages tell their loss after each epoch of fine-tuning.
WATCHED = 1000


@dataclass(frozen=True)
class TrainResult:
    """What a training run made.

    Attributes
    ----------
    metrics
        Figures on the held-out folds, cross-fitted, see `ihlclass.training.figures.held_out_figures`.
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
    config: TrainConfig,
    *,
    tracked: bool = True,
    progress: Progress = lambda stage, done, total: None,
    whole: Whole = lambda left_s: None,
) -> TrainResult:
    """Train a bundle.

    The encoder is fine-tuned and heads are fitted once for each scored fold without that fold's groups; the fold's
    passages are scored by them, and calibration and thresholds are fitted on those scores (for the figures they are
    cross-fitted). Then encoder and heads are fitted on everything; with ``calibration.refit = false``, those of the one
    scored fold are shipped as they are. An interrupted run leaves what it finished beside the target, and the same run
    goes on there, to the same bundle.

    Parameters
    ----------
    config
        What to train; see `ihlclass.training.config.load_config`.
    tracked
        Whether to tell MLflow.
    progress
        Called with (stage, steps done, steps in all).
    whole
        Called before that with the seconds that the whole run still takes, about; None where that cannot be told.

    Raises
    ------
    UsageError, DataError, BundleError
        If the config, the passages, or the output folder cannot be used.
    """
    scheme = load_scheme(config.root / config.labels.scheme if config.labels.scheme else None)
    git = git_state(config.root)  # what the run starts from, whatever is edited while it runs
    try_estimator(config.heads)  # what is wrong with it is told now, not after the encoder is fine-tuned
    passages = read_passages([config.root / name for name in config.data.passages], scheme)
    given = label_matrix([p.labels for p in passages], scheme.ids)
    start = starting_bundle(config.encoder, config.root)
    prior = take_over(config, start, scheme) if start else None
    few = plan_few(given, scheme, config.labels, known=prior.passages if prior else ())
    gold = few.gold(given, scheme)
    settings = config.calibration
    never = known(passages, start.fitted_on.keys) if start else None
    folds = make_folds(passages, gold, settings.folds, by=settings.by, seed=config.seed, never=never)
    scored = min(settings.scored_folds or len(folds), len(folds))
    target = (config.root / config.output).resolve()
    check_target(target)
    epoch = _epoch([p.text for p in passages], start, config)
    teaches = int(start.fitted_on.holds(p.text for p in passages).sum()) if start and config.teaching.by_start else None
    told = (teaches or 0) / len(passages)
    stages = run_stages(config, len(passages), len(folds), scored, epoch=len(epoch), tracked=tracked, told=told)
    progress = Outlook(stages, progress, whole)
    with Workspace(target, _key(config, passages, scheme)) as workspace:
        if workspace.resumed:
            progress("going on where an earlier run stopped", 1, 1)
        folder = workspace.path
        held_out, fitted = _held_out_scores(config, passages, gold, folds[:scored], scheme, prior, folder, progress)
        progress(CALIBRATION, 0, 1)
        kept = prior.kept(held_out.gold, config.thresholds) if prior else None
        calibration = calibrate(held_out, scheme, settings.method, few, kept)
        probabilities = held_out.probabilities(calibration, scheme)
        stay = kept.thresholds if kept else {}
        thresholds, warnings = set_thresholds(
            probabilities, held_out.gold, scheme, config.thresholds, never=few.left_out, kept=stay
        )
        said = cross_fit(held_out, scheme, settings.method, config.thresholds, few, kept)
        metrics = held_out_figures(held_out, said, scheme)
        progress(CALIBRATION, 1, 1)
        last = folder / "fold-0"
        if settings.refit:
            last = folder / "all"
            fitted = _fit(config, passages, gold, scheme, prior, last, progress, "all passages")
        assert fitted is not None  # without refit there is one fold, and it is always fitted
        made = folder / "bundle"
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(last, made / "encoder")
        _write(made, fitted, calibration, thresholds, scheme)
        held_out.save(made)
        before = start.fitted_on.keys if start else fitted.on[:0]
        FittedOn(np.union1d(before, fitted.on), before).save(made)
        content = run_manifest(
            config, passages, (len(folds), scored), len(held_out.gold), metrics, calibration, few, scheme, fitted, git
        )
        if prior and kept:
            content["training"]["start"] |= {
                "kept": kept.labels,
                "kept_thresholds": list(kept.thresholds),
                "label_passages": prior.label_passages(len(fitted.on)),
            }
        (made / CARD_FILE).write_text(model_card(content, scheme), encoding="utf-8")
        _add_vectors(made, content, scheme, fitted, calibration, thresholds)
        seal(made, content)
        if config.fast.enabled:
            try:
                content["fast"], fast_warnings = add_fast(made, load_bundle(made), passages, config, progress=progress)
                warnings += fast_warnings
            except IhlclassError as error:  # the accurate profile is whole, and took far longer
                shutil.rmtree(made / FAST_FOLDER, ignore_errors=True)
                warnings.append(f"the bundle has no profiles fast and cascade: {error}")
            finish(made, content, ["fast"] if "fast" in content else [])
        bundle = replace(load_bundle(made), path=target)
        put_in_place(made, target)
    run_id = None
    if tracked:
        progress(MLFLOW, 0, 1)
        try:
            run_id, _ = log_bundle(bundle)
            progress(MLFLOW, 1, 1)
        except (Exception, KeyboardInterrupt) as error:  # the store may fail in any way; the bundle stands
            warnings.append(
                f"MLflow could not be told ({type(error).__name__}); the bundle is complete. Tell it later with: "
                f"ihlclass model log {target}"
            )
    return TrainResult(
        target,
        metrics,
        run_id,
        few.warnings() + start_warnings(start, prior, never, teaches=teaches) + warnings,
    )


def _key(config: TrainConfig, passages: Sequence[LabelledPassage], scheme: LabelScheme) -> str:
    """What decides the result of a run: only a run of the same key goes on where an interrupted one stopped."""
    versions = {name: version(name) for name in PACKAGES}
    rows = [[p.id, p.style, p.conflict, p.date] for p in passages]  # in order: scores are kept by row
    base = encoder_digest(config.encoder, config.root)
    settings = {name: value for name, value in config.as_dict().items() if name != "fast"}  # made anew each time
    parts = [settings, data_digest(passages), rows, base, scheme.digest, ihlclass.__version__, versions]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _held_out_scores(
    config: TrainConfig,
    passages: Sequence[LabelledPassage],
    gold: NDArray[np.int8],
    folds: Sequence[Fold],
    scheme: LabelScheme,
    prior: Prior | None,
    folder: Path,
    progress: Progress,
) -> tuple[HeldOut, Fitted | None]:
    """Score the passages of the held-out folds, each by a model of the other folds.

    Also return the last model fitted (None where an interrupted run had scored all); its encoder stays in ``fold-0``
    where it will be shipped.
    """
    settings = config.calibration
    fitted = None
    scores, lexical_scores, kept = np.zeros(gold.shape), np.zeros(gold.shape), np.zeros(len(gold), dtype=bool)
    for number, (inside, outside) in enumerate(folds):
        if not len(inside) or not len(outside):
            side = "to fit on beside" if not len(inside) else "in"
            raise DataError(f"calibration.by = '{settings.by}': no passage is left {side} fold {number + 1}")
        done = folder / f"scores-{number}.npz"
        encoder_folder = folder / f"fold-{number}"
        stage = f"held-out fold {number + 1} of {len(folds)}"
        if not (settings.refit and done.is_file()):
            texts = [passages[i].text for i in outside]
            some = np.random.default_rng(config.seed).permutation(len(outside))[:WATCHED]
            watched = [texts[i] for i in some], gold[outside[some]]
            those = [passages[i] for i in inside]
            fitted = _fit(config, those, gold[inside], scheme, prior, encoder_folder, progress, stage, watched)
            found: dict[str, Any] = {"scores": fitted.heads.score(fitted.encoder.encode(texts))}
            if fitted.lexical:
                found["lexical_scores"] = fitted.lexical.score(texts)
            save_whole(done, partial(np.savez, **found))
            if settings.refit:
                shutil.rmtree(encoder_folder)
        with np.load(done, allow_pickle=False) as arrays:
            scores[outside] = arrays["scores"]
            if config.lexical.enabled:
                lexical_scores[outside] = arrays["lexical_scores"]
        kept[outside] = True
    groups = np.unique([p.group for p in passages], return_inverse=True)[1].astype(np.int32)
    single = [s[kept].astype(np.float32).astype(np.float64) for s in (scores, lexical_scores)]
    fields = slice_fields([asdict(passages[i]) for i in np.flatnonzero(kept).tolist()])
    lexical = single[1] if config.lexical.enabled else None
    return HeldOut(single[0], lexical, gold[kept], groups[kept], fields), fitted


def _fit(
    config: TrainConfig,
    passages: Sequence[LabelledPassage],
    gold: NDArray[np.int8],
    scheme: LabelScheme,
    prior: Prior | None,
    encoder_folder: Path,
    progress: Progress,
    stage: str,
    watched: tuple[list[str], NDArray[np.int8]] | None = None,
) -> Fitted:
    """Fine-tune and export the encoder, unless an interrupted run has; then fit heads on what it says."""
    texts = [p.text for p in passages]
    base = load_base_encoder(config.encoder, config.root)
    told = encoder_folder.with_suffix(".history.json")
    if not encoder_folder.is_dir():

        def ready(loaded: BaseEncoder) -> SentenceTransformerEncoder:
            if loaded.start:
                import torch

                torch.manual_seed(config.seed)  # columns of new labels are drawn
                for_labels(loaded.encoder, loaded.start.bundle.scheme.ids, scheme.ids, prior_log_odds(gold))
            return loaded.encoder

        if config.teaching.by_start and base.start:
            _may_teach(base, base.start, scheme)
        checkpoint = encoder_folder.with_suffix(".checkpoint")
        lesson = prepare(
            lambda: ready(load_base_encoder(config.encoder, config.root)),
            texts,
            gold,
            _epoch(texts, base.start, config),
            config,
            encoder_folder,
            start=base.start,
            watched=watched,
            progress=lambda part, done, total: progress(f"{stage}: {part}", done, total),
        )
        encoder = ready(base)
        history = fine_tune(
            encoder,
            lesson.texts,
            lesson.targets,
            config.fine_tuning,
            seed=config.seed,
            rows=lesson.rows,
            progress=lambda done, total: progress(f"{stage}: fine-tuning", done, total),
            checkpoint=checkpoint,
            watched=watched,
        )
        told.write_text(json.dumps({"history": history, "teachers": lesson.teachers}), encoding="utf-8")
        partly = encoder_folder.with_suffix(".partial")
        shutil.rmtree(partly, ignore_errors=True)
        export_encoder(encoder, partly, backend=config.encoder.backend, source=base.source)
        if base.source.endswith(MINILM):
            copy_notice(partly, resource("models", "NOTICE-all-MiniLM-L6-v2"))
        partly.rename(encoder_folder)
        checkpoint.unlink(missing_ok=True)
    progress(f"{stage}: heads", 0, 1)
    exported = load_encoder(encoder_folder)
    before = HeadStart(prior.heads, prior.share(len(texts))) if prior else None
    heads = fit_heads(exported.encode(texts), gold, config.heads, seed=config.seed, start=before)
    lexical = fit_lexical(texts, gold, config.lexical, prior=prior) if config.lexical.enabled else None
    progress(f"{stage}: heads", 1, 1)
    return Fitted(exported, heads, lexical, base, text_keys(texts), **json.loads(told.read_text(encoding="utf-8")))


def _may_teach(base: BaseEncoder, start: Start, scheme: LabelScheme) -> None:
    """Refuse a bundle that is to teach, and says nothing of a label."""
    if base.encoder.attention is None:
        raise UsageError(f"teaching.by_start: {start.bundle.path} has no label attention; only one that has can teach")
    if start.bundle.scheme.ids != scheme.ids:
        raise UsageError(f"teaching.by_start: {start.bundle.path} knows other labels; only one of the same can teach")


def _epoch(texts: Sequence[str], start: Start | None, config: TrainConfig) -> NDArray[np.int64]:
    """Rows of the passages that an epoch is made of."""
    if start is None:
        return np.arange(len(texts))
    return repeated(text_keys(texts), start.fitted_on.keys, config.fine_tuning.new_times)


def _write(
    folder: Path, fitted: Fitted, calibration: Calibration, thresholds: dict[str, Threshold], scheme: LabelScheme
) -> None:
    fitted.heads.save(folder)
    if fitted.lexical:
        fitted.lexical.save(folder)
    calibration.save(folder, scheme.ids)
    save_thresholds(folder, thresholds)
    if scheme.folder != load_scheme().folder:
        copy_scheme(scheme.folder, folder / SCHEME_FOLDER)


def _add_vectors(
    folder: Path,
    content: dict[str, Any],
    scheme: LabelScheme,
    fitted: Fitted,
    calibration: Calibration,
    thresholds: dict[str, Threshold],
) -> None:
    bundle = Bundle(folder, content, scheme, fitted.encoder, fitted.heads, fitted.lexical, calibration, thresholds)
    make_vectors(Classifier(bundle))
