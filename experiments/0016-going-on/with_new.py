"""How the fifteenth bundle came of the fourteenth, whose encoder went on twice with what its teachers had said.

Both times from the same weights, on other passages; shipped is the mean of the three (Wortsman et al. 2022, *Robust
fine-tuning of zero-shot models* and *Model soups*).

What they had said, and the encoder's weights before it was rounded to integers, came from the fourteenth bundle's own
training (models/default.toml) and are not kept here; whoever has made a bundle by that config finds the like in its
workspace. Run from the top of the repository: python experiments/0016-going-on/with_new.py --help
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from ihlclass.decisions import label_matrix
from ihlclass.label_attention import LabelAttention
from ihlclass.labels import load_scheme
from ihlclass.training import fast, finetune, run, teaching
from ihlclass.training.base_encoder import load_base_encoder
from ihlclass.training.config import TrainConfig, load_config
from ihlclass.training.data import LabelledPassage, read_passages
from ihlclass.training.folds import Fold, make_folds

#: Files that the fourteenth bundle had not seen.
NEW = ["passages-14", *(f"passages-{number}" for number in range(147, 156))]
#: Of what the teachers had answered, from where to where in random order; and each new passage so often.
RUNS = ((slice(0, 45_000), 4), (slice(45_000, 65_000), 3))
BATCH, RATE = 64, 1.2e-4


def folds(
    passages: Sequence[LabelledPassage], gold: NDArray[np.int8], config: TrainConfig, new: set[str]
) -> list[Fold]:
    """Return the fourteenth bundle's folds, new passages shared out among them; events it knew stay where they are.

    So no passage that the encoder was fitted on before is held out now.
    """
    settings = config.calibration
    is_new = np.array([p.id in new for p in passages])
    fold_of = np.full(len(passages), -1)
    for part in (~is_new, is_new):
        rows = np.flatnonzero(part)
        those = [passages[i] for i in rows]
        for number, fold in enumerate(make_folds(those, gold[rows], settings.folds, by=settings.by, seed=config.seed)):
            fold_of[rows[fold.outside]] = number
    known = {p.group: fold for p, fold, fresh in zip(passages, fold_of, is_new, strict=True) if not fresh}
    for row in np.flatnonzero(is_new):
        fold_of[row] = known.get(passages[row].group, fold_of[row])
    return [Fold(np.flatnonzero(fold_of != f), np.flatnonzero(fold_of == f)) for f in range(settings.folds)]


def go_on(
    encoder: Any,
    passages: Sequence[LabelledPassage],
    gold: NDArray[np.int8],
    new: set[str],
    answers: NDArray[np.float64],
    config: TrainConfig,
    number: int,
) -> list[dict[str, Any]]:
    """Fine-tune for an epoch on a part of what the teachers had said (log-odds) and on the new passages."""
    replayed, times = RUNS[number]
    old = [i for i, p in enumerate(passages) if p.id not in new]
    fresh = [i for i, p in enumerate(passages) if p.id in new]
    texts = [passages[i].text for i in old]
    whole = teaching.lesson_texts(texts, gold[old], config.teaching, config.seed)
    if len(whole) != len(answers):
        raise typer.BadParameter(f"{len(answers)} answers, {len(whole)} passages to be answered for")
    targets = 1 / (1 + np.exp(-answers))
    targets[: len(old)] += (1 - config.teaching.taught) * (gold[old] - targets[: len(old)])
    rows = np.random.default_rng(15).permutation(len(whole))[replayed]
    learnt = [*(whole[i] for i in rows), *(passages[i].text for i in fresh)]
    both = np.concatenate([targets[rows], np.clip(gold[fresh], 0.01, 0.99)])
    epoch = np.concatenate([np.arange(len(rows)), np.tile(np.arange(len(rows), len(learnt)), times)])
    settings = replace(
        config.fine_tuning, epochs=1, batch_size=BATCH, learning_rate=RATE, joined=0.0, precision="float32"
    )
    return finetune.fine_tune(encoder, learnt, both, settings, seed=config.seed + number, rows=epoch)


def main(
    encoder: Annotated[Path, typer.Option(help="Weights of the fourteenth bundle's encoder, by torch.save.")],
    answers: Annotated[Path, typer.Option(help="What its teachers said, .npz with log_odds of shape (n, k).")],
    gone_on: Annotated[Path, typer.Option(help="Where the mean goes; used where it stands.")],
) -> None:
    """Put the fifteenth bundle in the place of the fourteenth, models/default."""
    import torch

    config = load_config(Path("models/default.toml"))
    scheme = load_scheme()
    new = {p.id for name in NEW for p in read_passages([Path(f"seeds/passages/{name}.jsonl")], scheme)}
    passages = read_passages([Path("seeds/passages")], scheme)
    gold = label_matrix([p.labels for p in passages], scheme.ids)
    made = folds(passages, gold, config, new)
    inside = made[0].inside
    if not gone_on.is_file():
        start = torch.load(encoder, weights_only=True)
        with np.load(answers) as arrays:
            said = arrays["log_odds"].astype(np.float64)
        those, history, ends = [passages[i] for i in inside], [], [start]
        for number in range(len(RUNS)):
            base = load_base_encoder(config.encoder, config.root).encoder
            base.attend(LabelAttention(base.dimension, base.dimension, len(scheme.ids)))
            base.model.load_state_dict(start)
            history += go_on(base, those, gold[inside], new, said, config, number)
            ends.append(base.model.state_dict())
        mean = {name: sum(one[name] for one in ends) / len(ends) for name in start if start[name].is_floating_point()}
        torch.save({"weights": start | mean, "history": history}, gone_on)
    found = torch.load(gone_on, weights_only=True)
    before = json.loads(Path("models/default/manifest.json").read_text(encoding="utf-8"))["training"]

    def fine_tuned(fresh: Any, *_: object, **__: object) -> list[dict[str, Any]]:
        fresh.attend(LabelAttention(fresh.dimension, fresh.dimension, len(scheme.ids)))
        fresh.model.load_state_dict(found["weights"])
        fresh.model.eval()
        return [
            *before["history"][: config.fine_tuning.epochs],
            *({**epoch, "epoch": 1 + config.fine_tuning.epochs} for epoch in found["history"]),
        ]

    # all else is an ordinary run
    run.make_folds = fast.make_folds = lambda *_, **__: made
    run.prepare = lambda *_, **__: teaching.Lesson([], gold, inside, before["teachers"])
    run.fine_tune = fine_tuned
    run.train(config, progress=lambda stage, done, total: print(f"{stage}: {done} of {total}", flush=True))


if __name__ == "__main__":
    typer.run(main)
