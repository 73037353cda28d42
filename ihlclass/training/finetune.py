"""Fine-tune the encoder together with what reads the labels off it.

That is label attention, which stays as the encoder's last part, or a linear layer, which is thrown away afterwards.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.errors import UsageError
from ihlclass.training.config import FineTuningConfig
from ihlclass.training.frozen import LowerLayers
from ihlclass.training.joining import joined
from ihlclass.training.workspace import save_whole

#: Learning rate of what reads the labels relative to that of the encoder.
LAYER_RATE = 100.0
#: Scale of the unit-length embeddings before the linear layer.
SCALE = 10.0
WARM_UP = 0.1
#: A smaller set takes smaller batches, down to `LEAST_BATCH` passages, to make so many steps an epoch.
LEAST_STEPS = 50
LEAST_BATCH = 16
#: On a processor so many passages of a batch are computed at a time.
PART = 16
_LAYER = re.compile(r"\.layers?\.(\d+)\.")


def fine_tune(
    encoder: SentenceTransformerEncoder,
    texts: Sequence[str],
    gold: NDArray[Any],
    config: FineTuningConfig,
    *,
    seed: int,
    rows: NDArray[np.int64] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    checkpoint: Path | None = None,
    watched: tuple[Sequence[str], NDArray[np.int8]] | None = None,
) -> list[dict[str, Any]]:
    """Fine-tune `encoder` in place on a multi-label objective (binary cross-entropy over all labels).

    Where passages are so few that an epoch would have fewer than `LEAST_STEPS` steps, batches are smaller than the
    config says, and the learning rate shrinks with the square root of their size.

    Parameters
    ----------
    texts, gold
        Passages and their labels, 0 or 1 or a probability between, ``gold`` of shape ``(len(texts), k)``.
    seed
        The same seed gives the same weights on the same machine.
    rows
        Which passages an epoch is made of, one more often than once where it stands there so often; shape ``(m,)``.
        Each once where None.
    progress
        Called with (steps done, steps in all) after every step.
    checkpoint
        File written after each epoch; where it stands already, training goes on from it, to the same weights as without
        the interruption.
    watched
        Passages and labels that are not trained on, whose loss is told after each epoch; it decides nothing.

    Returns
    -------
    list of dict
        For each epoch ``epoch`` (from 1), ``loss`` (mean over its passages of the cross-entropy summed over labels, in
        nats, each passage before the step that it led to), ``device`` (where it was made, and by which torch), and
        ``held_out_loss`` (of `watched`, after the epoch).
    """
    import torch

    if config.epochs == 0:
        return []
    torch.manual_seed(seed)
    shuffler = np.random.default_rng(seed)
    model: Any = encoder.model
    model.train()
    device = model.device
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")  # TF32, as GPUs have it for training
    frozen = _frozen(model, config.layers)
    for weights in frozen:
        weights.requires_grad_(False)
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = config.dropout
    layer = _reader(encoder, gold, config.label_attention)
    its_own = {id(weights) for weights in layer.parameters()}
    moving = {
        name: weights
        for name, weights in model.named_parameters()
        if weights.requires_grad and id(weights) not in its_own
    }
    rows = np.arange(len(texts)) if rows is None else rows
    size, learning_rate = _steps(len(rows), config)
    optimizer = torch.optim.AdamW(
        [
            {"params": list(moving.values()), "lr": learning_rate},
            {"params": layer.parameters(), "lr": learning_rate * LAYER_RATE},
        ],
        weight_decay=0.01,
    )
    per_epoch = math.ceil(len(rows) / size)
    total = config.epochs * per_epoch
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, total))
    loss_of = torch.nn.BCEWithLogitsLoss(reduction="sum")
    lengths = np.array([len(texts[row]) for row in rows])
    longest, model.max_seq_length = model.max_seq_length, config.max_tokens
    lowest = _lowest_moving(model, config.layers)
    kept = LowerLayers(model, lowest, texts) if lowest > 0 and LowerLayers.fits(model) else None
    history: list[dict[str, Any]] = []
    state = _State(moving, layer, optimizer, schedule, shuffler, history)
    first = state.load(checkpoint) if checkpoint and checkpoint.is_file() else 0
    step = first * per_epoch
    for epoch in range(first, config.epochs):
        summed = 0.0
        for batch in (rows[some] for some in batches(lengths, size, shuffler)):
            lower, these, wanted = kept, [texts[i] for i in batch], gold[batch]
            if config.joined and shuffler.random() < config.joined:
                these, wanted = joined(texts, gold, batch, shuffler)
                lower = None
            optimizer.zero_grad()
            for part in _parts(these, device.type):
                if lower:
                    lower.batch = batch[part].tolist()
                with (
                    torch.autocast(device.type, torch.bfloat16, enabled=config.precision == "bfloat16"),
                    lower.skipped() if lower else nullcontext(),
                ):
                    embeddings = model(_inputs(model, [these[i] for i in part]))["sentence_embedding"]
                right = torch.tensor(wanted[part], dtype=torch.float32, device=device)
                loss = loss_of(_log_odds(layer, embeddings), right)
                (loss / len(batch)).backward()
                summed += float(loss.detach())
            torch.nn.utils.clip_grad_norm_(moving.values(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            progress(step, total)
        history.append({"epoch": epoch + 1, "loss": summed / len(rows), "device": _named(device)})
        if watched:
            history[-1]["held_out_loss"] = _loss(model, layer, loss_of, *watched)
        if checkpoint:
            state.save(checkpoint)
    model.max_seq_length = longest
    for weights in frozen:
        weights.requires_grad_(True)
    model.eval()
    return history


def _parts(texts: Sequence[str], device: str) -> list[NDArray[np.int64]]:
    """Rows of a batch that pass through the model together, those of like length: memory is for so many alone.

    A processor takes `PART` at a time, which its caches hold better than a whole batch; a GPU takes all at once.
    """
    order = np.argsort([len(text) for text in texts], kind="stable")
    return np.split(order, range(PART, len(order), PART)) if device == "cpu" else [order]


def _steps(passages: int, config: FineTuningConfig) -> tuple[int, float]:
    """Return the size of a batch, and the learning rate that fits it."""
    size = min(config.batch_size, max(LEAST_BATCH, passages // LEAST_STEPS))
    return size, config.learning_rate * math.sqrt(size / config.batch_size)


def _named(device: Any) -> str:
    """What the weights are moved by, for the record."""
    import torch

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    return f"{name}, torch {torch.__version__}"


def prior_log_odds(gold: NDArray[Any]) -> NDArray[np.float64]:
    """Log-odds of the labels where nothing is known of a passage, shape ``(k,)``, from gold labels ``(n, k)``."""
    prior = np.clip(gold.mean(axis=0), 1e-3, 1 - 1e-3)
    return np.asarray(np.log(prior / (1 - prior)))


def _reader(encoder: SentenceTransformerEncoder, gold: NDArray[Any], attention: bool) -> Any:
    """What is trained with the encoder to give log-odds of the labels.

    Label attention that the encoder has, as it was trained for the same labels, is trained on.
    """
    import torch

    from ihlclass.label_attention import LabelAttention

    model: Any = encoder.model
    labels = gold.shape[1]
    start = torch.tensor(prior_log_odds(gold), dtype=torch.float32)
    if not attention:
        encoder.attend(None)
        layer = torch.nn.Linear(encoder.dimension, labels)
        with torch.no_grad():
            layer.bias.copy_(start)
        return layer.to(model.device)
    if encoder.attention is not None:
        return encoder.attention
    with torch.no_grad():
        seen = model(_inputs(model, ["a"]))
    if "token_embeddings" not in seen or "attention_mask" not in seen:
        raise UsageError(
            "fine_tuning.label_attention: this encoder gives no embeddings of tokens; set label_attention = false"
        )
    made = LabelAttention(encoder.dimension, int(seen["token_embeddings"].shape[-1]), labels)
    with torch.no_grad():
        made.passage.bias.copy_(start)
    encoder.attend(made)
    return made


def _inputs(model: Any, texts: list[str]) -> dict[str, Any]:
    """Tokens of texts, where the model is."""
    prepared = model.preprocess(texts).items()
    return {key: value.to(model.device) if hasattr(value, "to") else value for key, value in prepared}


def _log_odds(layer: Any, rows: Any) -> Any:
    """Log-odds of the labels from what the model hands on."""
    from ihlclass.label_attention import SHARE, LabelAttention

    if isinstance(layer, LabelAttention):
        return rows[:, -layer.labels :] / SHARE
    return layer(rows.float() * SCALE)


def _loss(model: Any, layer: Any, loss_of: Any, texts: Sequence[str], gold: NDArray[np.int8]) -> float:
    """Mean loss of passages by the model as it stands."""
    import torch

    model.eval()
    rows = model.encode(list(texts), convert_to_tensor=True, show_progress_bar=False)
    with torch.no_grad():
        summed = loss_of(_log_odds(layer, rows), torch.tensor(gold, dtype=torch.float32, device=rows.device))
    model.train()
    return float(summed) / len(texts)


class _State(NamedTuple):
    """All that changes while training: what a checkpoint holds."""

    moving: dict[str, Any]
    layer: Any
    optimizer: Any
    schedule: Any
    shuffler: np.random.Generator
    history: list[dict[str, Any]]

    def save(self, path: Path) -> None:
        import torch

        content = {
            "history": self.history,
            "moving": {name: weights.detach() for name, weights in self.moving.items()},
            "layer": self.layer.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "torch": torch.get_rng_state(),
            "shuffler": json.dumps(self.shuffler.bit_generator.state),
        }
        save_whole(path, lambda file: torch.save(content, file))

    def load(self, path: Path) -> int:
        """Return how many epochs are done."""
        import torch

        content = torch.load(path, weights_only=True, map_location=next(self.layer.parameters()).device)
        with torch.no_grad():
            for name, weights in self.moving.items():
                weights.copy_(content["moving"][name])
        self.layer.load_state_dict(content["layer"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.schedule.load_state_dict(content["schedule"])
        torch.set_rng_state(content["torch"].cpu())
        self.shuffler.bit_generator.state = json.loads(content["shuffler"])
        self.history[:] = content["history"]
        return len(self.history)


def _frozen(model: Any, layers: int) -> list[Any]:
    """Weights that stay as they are.

    The token embeddings, half of all weights, of which so few passages would move only some rows; and all transformer
    layers but the last `layers` (0: none of them).
    """
    lowest = _lowest_moving(model, layers)
    return [
        weights
        for name, weights in model.named_parameters()
        if ".embeddings." in name or ((found := _LAYER.search(name)) and int(found[1]) < lowest)
    ]


def _lowest_moving(model: Any, layers: int) -> int:
    """Index of the lowest transformer layer that moves."""
    depth = 1 + max(
        (int(found[1]) for name, _ in model.named_parameters() if (found := _LAYER.search(name))), default=-1
    )
    return max(0, depth - layers) if layers else 0


def _rate(step: int, total: int) -> float:
    warm = max(1, int(total * WARM_UP))
    return step / warm if step < warm else max(0.0, (total - step) / max(1, total - warm))


def batches(lengths: NDArray[Any], size: int, shuffler: np.random.Generator) -> list[NDArray[np.int64]]:
    """Random batches of passages of like length (little padding), in random order."""
    order = shuffler.permutation(len(lengths))
    pool = size * 32
    batches = []
    for start in range(0, len(order), pool):
        part = order[start : start + pool]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    return [batches[i] for i in shuffler.permutation(len(batches))]
