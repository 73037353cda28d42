"""Make the fast profile of a bundle: a small net that is taught by the accurate one, and where the cascade hands on."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ihlclass
from ihlclass.bundle import (
    CARD_FILE,
    CASCADE_FILE,
    FAST_FOLDER,
    Bundle,
    check_target,
    load_bundle,
    put_in_place,
    seal,
)
from ihlclass.classifier import Classifier
from ihlclass.decisions import decided_matrix, enforce_implications, label_matrix, save_thresholds
from ihlclass.encoder import ENCODER_FILE, ONNX_FILE, TOKENIZER_FILE, load_encoder
from ihlclass.errors import DataError, UsageError
from ihlclass.heads import LinearHeads
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.card import model_card
from ihlclass.training.config import FastConfig, TrainConfig
from ihlclass.training.data import LabelledPassage, data_digest, read_passages
from ihlclass.training.evaluation import evaluate
from ihlclass.training.few import FewPlan
from ihlclass.training.finetune import batches
from ihlclass.training.folds import make_folds
from ihlclass.training.operating_point import choose_settle
from ihlclass.training.thresholding import set_thresholds
from ihlclass.training.tracking import git_state
from ihlclass.verify import make_vectors

Progress = Callable[[str, int, int], None]
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
) -> dict[str, Any]:
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
    dict
        For the manifest: ``held_out`` passages, ``config``, and figures of the profiles on them
        (`ihlclass.training.evaluation.evaluate`, without those of single labels).

    Raises
    ------
    UsageError
        If the bundle's encoder has no tokeniser that the fast profile could share.
    """
    scheme, settings = teacher.scheme, config.calibration
    few = FewPlan.of_manifest(teacher.manifest)
    gold = few.gold(label_matrix([p.labels for p in passages], scheme.ids), scheme)
    inside, outside = make_folds(passages, gold, settings.folds, by=settings.by, seed=config.seed)[0]
    texts = [p.text for p in passages]
    taught = _say(teacher, [texts[i] for i in inside], progress)
    shutil.rmtree(folder / FAST_FOLDER, ignore_errors=True)
    encoder_folder = folder / FAST_FOLDER / "encoder"
    encoder_folder.mkdir(parents=True)
    tokenizer = teacher.path / "encoder" / TOKENIZER_FILE
    if not tokenizer.is_file():
        raise UsageError(
            "fast: this encoder has no tokenizer.json for a fast profile to share; set fast.enabled = false"
        )
    shutil.copyfile(tokenizer, encoder_folder / TOKENIZER_FILE)
    _teach(
        encoder_folder, teacher, [texts[i] for i in inside], gold[inside], taught, config.fast, config.seed, progress
    )
    encoder = load_encoder(encoder_folder)
    heads = LinearHeads(np.eye(gold.shape[1]), np.zeros(gold.shape[1]))  # the net says log-odds
    others = [texts[i] for i in outside]
    scores = heads.score(encoder.encode(others))
    calibration = few.silence(fit_calibration(scores, None, gold[outside], settings.method), scheme.ids)
    fast = enforce_implications(calibration.apply(scores, None), scheme.ids, scheme.implies)
    thresholds, _ = set_thresholds(fast, gold[outside], scheme, config.thresholds, never=few.left_out)
    accurate = teacher.probabilities(others)
    said = {
        "fast": (fast, decided_matrix(fast, scheme.ids, thresholds, scheme.implies)),
        "accurate": (accurate, decided_matrix(accurate, scheme.ids, teacher.thresholds, scheme.implies)),
    }
    settle = choose_settle(
        gold[outside], fast, said["fast"][1], said["accurate"][1], scheme, config.fast.tolerated_loss
    )
    asked = (fast.max(axis=1) >= settle)[:, None]
    said["cascade"] = (np.where(asked, accurate, fast), np.where(asked, said["accurate"][1], said["fast"][1]))
    where = folder / FAST_FOLDER
    heads.save(where)
    calibration.save(where, scheme.ids)
    save_thresholds(where, thresholds)
    (where / CASCADE_FILE).write_text(json.dumps({"settle": settle}) + "\n", encoding="utf-8")
    return {
        "held_out": len(outside),
        "config": config.as_dict()["fast"],
        "settle": settle,
        "handed_on": float(asked.mean()),
        "metrics": {name: _figures(gold[outside], decided, p, scheme) for name, (p, decided) in said.items()},
    }


def finish(folder: Path, content: dict[str, Any]) -> None:
    """Seal a bundle whose fast profile was written by `add_fast`: test vectors, model card, manifest.

    Parameters
    ----------
    content
        Of the manifest, with what `add_fast` returned as ``fast``.
    """
    seal(folder, content)
    fast = load_bundle(folder, profile="fast")
    make_vectors(Classifier(fast), folder / FAST_FOLDER)
    (folder / CARD_FILE).write_text(model_card(content, fast.scheme), encoding="utf-8")
    seal(folder, content)


def distil(bundle: Bundle, target: Path, config: TrainConfig, *, progress: Progress) -> Bundle:
    """Write a copy of a bundle with a fast profile, without training the accurate one anew.

    Parameters
    ----------
    bundle
        The accurate profile.
    target
        Where the copy goes; the folder of the bundle itself replaces it, once the new one is whole.
    config
        That names the passages the bundle was trained on, as ``data.passages``.

    Raises
    ------
    DataError
        If these are not the passages that the bundle was trained on.
    BundleError
        If `target` is something else than a bundle.
    """
    target = target.resolve()
    check_target(target)
    passages = read_passages([config.root / name for name in config.data.passages], bundle.scheme)
    if (found := data_digest(passages)) != bundle.manifest["data"]["digest"]:
        raise DataError(
            f"these {len(passages)} passages ({found[:12]}) are not those that the bundle was trained on "
            f"({bundle.manifest['data']['digest'][:12]}): what it was calibrated on could not be told apart. Train anew"
        )
    content = {k: v for k, v in bundle.manifest.items() if k not in ("protocol", "files", "digest")}
    with tempfile.TemporaryDirectory(prefix=".fast-", dir=target.parent) as scratch:
        made = Path(scratch) / "bundle"
        shutil.copytree(bundle.path, made)
        content["fast"] = {
            **add_fast(made, bundle, passages, config, progress=progress),
            "made_in": {"digest": bundle.digest, "ihlclass": ihlclass.__version__, **git_state(config.root)},
        }
        finish(made, content)
        load_bundle(made)
        put_in_place(made, target)
    return load_bundle(target)


def _figures(gold: NDArray[np.int8], decided: NDArray[np.int8], p: NDArray[np.float64], scheme: Any) -> dict[str, Any]:
    return {key: value for key, value in evaluate(gold, decided, p, scheme).items() if key != "labels"}


def _say(teacher: Bundle, texts: list[str], progress: Progress) -> NDArray[np.float64]:
    """What the accurate profile says of passages, shape ``(n, k)``."""
    said = []
    for start in range(0, len(texts), 256):
        said.append(teacher.probabilities(texts[start : start + 256]))
        progress("fast profile: asking the accurate one", min(start + 256, len(texts)), len(texts))
    return np.concatenate(said)


def _teach(
    folder: Path,
    teacher: Bundle,
    texts: list[str],
    gold: NDArray[np.int8],
    taught: NDArray[np.float64],
    config: FastConfig,
    seed: int,
    progress: Progress,
) -> None:
    """Train the net and write it into `folder`, where its tokeniser lies."""
    import torch
    from tokenizers import Tokenizer

    from ihlclass.training.fast_net import FastNet, export_net, principal_components

    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.enable_truncation(config.max_tokens)
    tokens = [np.array(e.ids, dtype=np.int64) for e in tokenizer.encode_batch(texts)]
    special = [i for i, piece in enumerate(_pieces(tokenizer)) if piece.startswith("[") and piece.endswith("]")]
    hidden = tokenizer.token_to_id("[MASK]") or 0
    net = FastNet(
        principal_components(_embed_pieces(teacher, _pieces(tokenizer), progress), config.dimension),
        config.layers,
        gold.shape[1],
        config.dropout,
    ).train()
    targets = torch.from_numpy((config.taught * taught + (1 - config.taught) * gold).astype(np.float32))
    optimizer = torch.optim.AdamW(net.parameters(), lr=config.learning_rate, weight_decay=0.0)
    steps = config.epochs * -(-len(tokens) // config.batch_size)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / max(1, steps * WARM_UP)) * (steps - step) / steps
    )
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
            logits = net(torch.from_numpy(np.where(away, hidden, ids)), torch.from_numpy(there))
            loss = loss_of(logits, targets[batch]) / len(batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rate.step()
            step += 1
            progress("fast profile: training", step, steps)
    export_net(net, folder / ONNX_FILE)
    settings = {
        "backend": "onnx",
        "dimension": gold.shape[1],
        "max_tokens": config.max_tokens,
        "base": "word pieces of the accurate profile's encoder",
        "pooling": "log-odds of the labels",
    }
    (folder / ENCODER_FILE).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _pieces(tokenizer: Any) -> list[str]:
    return [tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size())]


def _embed_pieces(teacher: Bundle, pieces: list[str], progress: Progress) -> NDArray[np.float32]:
    rows = []
    for start in range(0, len(pieces), 1024):
        rows.append(teacher.encoder.encode([piece.removeprefix("##") for piece in pieces[start : start + 1024]]))
        progress("fast profile: embedding word pieces", min(start + 1024, len(pieces)), len(pieces))
    return np.concatenate(rows)
