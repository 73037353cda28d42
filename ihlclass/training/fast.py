"""Make the fast profile of a bundle: a small net that is taught by the accurate one, and where the cascade hands on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ihlclass
from ihlclass.bundle import FAST_FOLDER, Bundle, load_bundle
from ihlclass.decisions import enforce_implications, label_matrix
from ihlclass.encoder import ENCODER_FILE, ONNX_FILE, TOKENIZER_FILE, load_encoder
from ihlclass.errors import BundleError, DataError, MissingExtraError, UsageError
from ihlclass.heads import LinearHeads
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.config import CalibrationConfig, FastConfig, TrainConfig
from ihlclass.training.copies import changed_copy, finish
from ihlclass.training.data import LabelledPassage, data_digest, read_passages
from ihlclass.training.fast_thresholds import BothSaid, set_fast_thresholds
from ihlclass.training.few import FewPlan
from ihlclass.training.finetune import batches
from ihlclass.training.fitted_on import FITTED_ON_FILE, FittedOn, known, text_keys
from ihlclass.training.folds import Fold, make_folds
from ihlclass.training.joining import crossed_evenly
from ihlclass.training.near_words import near_words, swapped
from ihlclass.training.outlook import FAST_ASKING, FAST_PIECES, FAST_TRAINING, Progress
from ihlclass.training.rethreshold import thresholds_config
from ihlclass.training.tracking import git_state

#: What hides a word piece, as BERT's tokenisers have it.
MASK = "[MASK]"
#: Share of the word pieces that is hidden while training, so that no label hangs on one.
HIDDEN = 0.05
#: Share of the steps in which the learning rate rises.
WARM_UP = 0.05


def add_fast(
    folder: Path,
    teacher: Bundle,
    passages: Sequence[LabelledPassage],
    config: TrainConfig,
    *,
    progress: Progress = lambda stage, done, total: None,
) -> tuple[dict[str, Any], list[str]]:
    """Write the parts of the fast profile into a bundle's folder, which is to be sealed after that.

    The net is fitted on the passages that the first held-out fold leaves, on their labels and on what the accurate
    profile says of them; the fold calibrates it, sets its thresholds and the operating point of the cascade.

    Parameters
    ----------
    folder
        Of a bundle that is not in place yet; a fast profile that it has is replaced.
    teacher
        The bundle's accurate profile.
    passages
        Those that the bundle was trained on, in the same order.

    Returns
    -------
    facts, warnings
        For the manifest: ``held_out`` passages, ``config``, and figures of the profiles on them
        (`ihlclass.training.evaluation.evaluate`, without those of single labels). And what the user should know.

    Raises
    ------
    UsageError
        If the bundle's encoder has no tokeniser of word pieces (WordPiece) that the fast profile could share.
    DataError
        If the fold leaves nothing to fit on, or nothing to score.
    """
    scheme, settings = teacher.scheme, config.calibration
    tokenizer = _tokenizer(teacher.path / "encoder" / TOKENIZER_FILE, config.fast)
    few = FewPlan.of_manifest(teacher.manifest)
    gold = few.gold(label_matrix([p.labels for p in passages], scheme.ids), scheme)
    fitted_on = FittedOn.load(folder) if (folder / FITTED_ON_FILE).is_file() else None
    never = known(passages, fitted_on.before) if fitted_on else None
    fold = make_folds(passages, gold, settings.folds, by=settings.by, seed=config.seed, never=never)[0]
    if fitted_on and not settings.refit:
        fold = _unseen(passages, fitted_on, fold)
    inside, outside = fold
    if not len(inside) or not len(outside):
        raise DataError("the passages are too few for a fast profile: no fold leaves some to fit on and some to score")
    texts = [p.text for p in passages]
    pieces = _pieces(tokenizer)
    embeddings = _embed_pieces(teacher, pieces, progress)
    learnt = [texts[i] for i in inside]
    none = [texts[i] for i in inside if not gold[i].any()]
    near = near_words(pieces, embeddings, learnt) if config.fast.swapped else {}
    learnt += made_of(learnt, none, near, config.fast, config.seed)
    targets = _say(teacher, learnt, progress)
    targets[: len(inside)] += (1 - config.fast.taught) * (gold[inside] - targets[: len(inside)])
    shutil.rmtree(folder / FAST_FOLDER, ignore_errors=True)
    encoder_folder = folder / FAST_FOLDER / "encoder"
    encoder_folder.mkdir(parents=True)
    shutil.copyfile(teacher.path / "encoder" / TOKENIZER_FILE, encoder_folder / TOKENIZER_FILE)
    net = teach_net(embeddings, tokenizer, learnt, targets, config.fast, config.seed, progress)
    _write_net(net, encoder_folder, config.fast)
    encoder = load_encoder(encoder_folder)
    heads = LinearHeads(np.eye(gold.shape[1]), np.zeros(gold.shape[1]))  # the net says log-odds
    others = [texts[i] for i in outside]
    scores = heads.score(encoder.encode(others))
    calibration = few.silence(fit_calibration(scores, None, gold[outside], settings.method), scheme.ids)
    said = BothSaid.rounded(
        gold[outside],
        enforce_implications(calibration.apply(scores, None), scheme.ids, scheme.implies),
        teacher.probabilities(others),
    )
    where = folder / FAST_FOLDER
    heads.save(where)
    calibration.save(where, scheme.ids)
    said.save(where)
    facts, warnings = set_fast_thresholds(
        where,
        said,
        said,
        teacher.thresholds,
        scheme,
        config.thresholds,
        tolerated_loss=config.fast.tolerated_loss,
        few=few,
    )
    facts |= {"seen_by_accurate": settings.refit, "config": config.as_dict()["fast"]}
    return facts, warnings


def distil(
    bundle: Bundle, target: Path, config: TrainConfig, *, progress: Progress = lambda stage, done, total: None
) -> tuple[Bundle, list[str]]:
    """Write a copy of a bundle with a fast profile, without training the accurate one anew.

    Parameters
    ----------
    bundle
        The accurate profile.
    target
        Where the copy goes; the folder of the bundle itself replaces it, once the new one is whole.
    config
        That names the passages the bundle was trained on, as ``data.passages``, and says how to make the profile
        (``fast``). All else is as the bundle was trained by.

    Returns
    -------
    bundle, warnings
        The new bundle, and what the user should know.

    Raises
    ------
    MissingExtraError
        If torch is not installed (extra ``train``).
    UsageError
        If `bundle` is not loaded as its accurate profile, or `target` lies inside it.
    DataError
        If these are not the passages that the bundle was trained on.
    BundleError
        If `target` is something else than a bundle, or `bundle` does not say how it was trained.
    """
    try:
        import onnxscript  # noqa: F401  # told now, not after the bundle has read all passages
        import torch  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("distilling", "train") from error
    try:
        trained = bundle.manifest["training"]["config"]
        calibration, seed = CalibrationConfig(**trained["calibration"]), int(trained["seed"])
        _ = bundle.manifest["few_labels"], bundle.manifest["calibration"]
    except (KeyError, TypeError) as error:
        raise BundleError(f"{bundle.path}: does not say how it was trained; retrain it") from error
    config = replace(config, calibration=calibration, thresholds=thresholds_config(bundle), seed=seed)
    passages = read_passages([config.root / name for name in config.data.passages], bundle.scheme)
    if (found := data_digest(passages)) != bundle.manifest["data"]["digest"]:
        raise DataError(
            f"these {len(passages)} passages ({found[:12]}) are not those that the bundle was trained on "
            f"({bundle.manifest['data']['digest'][:12]}): what it was calibrated on could not be told apart. Give the "
            "config that it was trained by"
        )
    with changed_copy(bundle, target) as (made, content):
        facts, warnings = add_fast(made, bundle, passages, config, progress=progress)
        content["fast"] = {
            **facts,
            "made_in": {"digest": bundle.digest, "ihlclass": ihlclass.__version__, **git_state(config.root)},
        }
        finish(made, content, ["fast"])
    return load_bundle(target), warnings


def _say(teacher: Bundle, texts: list[str], progress: Progress) -> NDArray[np.float64]:
    """What the accurate profile says of passages, shape ``(n, k)``."""
    said = []
    for start in range(0, len(texts), 256):
        said.append(teacher.probabilities(texts[start : start + 256]))
        progress(FAST_ASKING, min(start + 256, len(texts)), len(texts))
    return np.concatenate(said)


def _unseen(passages: Sequence[LabelledPassage], fitted_on: FittedOn, fold: Fold) -> Fold:
    """Return the fold; where the accurate profile was fitted on some of it, what that was not fitted on in its place.

    That is so where the folds of the bundle were others, as those of the shipped one.
    """
    outside = text_keys(passages[i].text for i in fold.outside)
    if not np.isin(outside, fitted_on.keys).any():
        return fold
    seen = known(passages, fitted_on.keys)
    return Fold(np.flatnonzero(seen), np.flatnonzero(~seen))


def made_of(
    texts: list[str], none: list[str], near: Mapping[str, Sequence[str]], config: FastConfig, seed: int
) -> list[str]:
    """Make passages of others, crossed and with words swapped; `none` are those without a label."""
    draw = np.random.default_rng(seed)
    made = crossed_evenly(texts, none, int(config.crossed * len(texts)), draw)
    return made + swapped([*texts, *made], near, int(config.swapped * len(texts)), draw)


def teach_net(
    embeddings: NDArray[np.float32],
    tokenizer: Any,
    texts: list[str],
    targets: NDArray[np.float64],
    config: FastConfig,
    seed: int,
    progress: Progress,
) -> Any:
    """Train the net (`ihlclass.training.fast_net.FastNet`), on a GPU where there is one.

    Parameters
    ----------
    embeddings
        What the accurate profile says of each word piece alone, shape ``(vocabulary, d)``.
    tokenizer
        Of the accurate profile, cut to the config's ``max_tokens``.
    texts, targets
        What is learnt, and its labels as probabilities, shape ``(len(texts), k)``.
    """
    import torch

    from ihlclass.training.fast_net import FastNet, principal_components

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    tokens = [np.array(e.ids, dtype=np.int64) for e in tokenizer.encode_batch(texts)]
    special = [number for number, piece in tokenizer.get_added_tokens_decoder().items() if piece.special]
    hidden = tokenizer.token_to_id(MASK)
    start = principal_components(embeddings, config.dimension)
    net = FastNet(start, config.layers, targets.shape[1], config.dropout).train().to(device)
    wanted = torch.from_numpy(targets.astype(np.float32)).to(device)
    steps = config.epochs * -(-len(tokens) // config.batch_size)

    def share(step: int) -> float:
        """Of the learning rate, at a step."""
        return min(1.0, step / max(1, steps * WARM_UP)) * (steps - step) / steps

    optimizers = _optimizers(net, config)
    rates = [torch.optim.lr_scheduler.LambdaLR(optimizer, share) for optimizer in optimizers]
    loss_of = torch.nn.BCEWithLogitsLoss(reduction="sum")
    lengths = np.array([len(row) for row in tokens])
    step = 0
    for _ in range(config.epochs):
        for batch in batches(lengths, config.batch_size, draw):
            ids = np.zeros((len(batch), lengths[batch].max()), dtype=np.int64)
            for row, i in zip(ids, batch, strict=True):
                row[: lengths[i]] = tokens[i]
            there = np.arange(ids.shape[1]) < lengths[batch][:, None]
            away = (draw.random(ids.shape) < HIDDEN) & ~np.isin(ids, special)
            with torch.autocast(device, torch.bfloat16, enabled=config.precision == "bfloat16"):
                logits = net(
                    torch.from_numpy(np.where(away, hidden, ids)).to(device), torch.from_numpy(there).to(device)
                )
            loss = loss_of(logits.float(), wanted[torch.from_numpy(batch).to(device)]) / len(batch)
            net.zero_grad()
            loss.backward()
            for optimizer, rate in zip(optimizers, rates, strict=True):
                optimizer.step()
                rate.step()
            step += 1
            progress(FAST_TRAINING, step, steps)
    return net.cpu()


def _optimizers(net: Any, config: FastConfig) -> list[Any]:
    """Return what trains the products between the hidden layers (Jordan 2024, *Muon*), and what trains all else."""
    import torch

    hidden = [part.weight for part in (*net.convolutions, net.gist)] if config.hidden_learning_rate else []
    others = [one for one in net.parameters() if not any(one is weight for weight in hidden)]
    optimizers: list[Any] = [torch.optim.AdamW(others, lr=config.learning_rate, weight_decay=0.0, fused=True)]
    if hidden:
        optimizers.append(torch.optim.Muon(hidden, lr=config.hidden_learning_rate, weight_decay=0.0))
    return optimizers


def _write_net(net: Any, folder: Path, config: FastConfig) -> None:
    """Write the net into `folder`, where its tokeniser lies."""
    from ihlclass.training.fast_graph import export_net

    export_net(net, folder / ONNX_FILE)
    settings = {
        "backend": "onnx",
        "dimension": net.labels,
        "max_tokens": config.max_tokens,
        "base": "word pieces of the accurate profile's encoder",
        "pooling": "log-odds of the labels",
    }
    (folder / ENCODER_FILE).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _tokenizer(path: Path, config: FastConfig) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path)) if path.is_file() else None
    except Exception as error:  # the library raises bare Exceptions of its own
        raise UsageError(f"{path}: not readable as a tokeniser ({type(error).__name__})") from error
    if tokenizer is None or tokenizer.token_to_id(MASK) is None:
        raise UsageError("this encoder has no tokeniser of word pieces (WordPiece) that a fast profile could share")
    tokenizer.no_padding()
    tokenizer.enable_truncation(config.max_tokens)
    return tokenizer


def _pieces(tokenizer: Any) -> list[str]:
    return [tokenizer.id_to_token(number) or "" for number in range(1 + max(tokenizer.get_vocab().values()))]


def _embed_pieces(teacher: Bundle, pieces: list[str], progress: Progress) -> NDArray[np.float32]:
    rows = []
    for start in range(0, len(pieces), 1024):
        rows.append(teacher.encoder.encode([piece.removeprefix("##") for piece in pieces[start : start + 1024]]))
        progress(FAST_PIECES, min(start + 1024, len(pieces)), len(pieces))
    return np.concatenate(rows)
