"""Let an encoder learn from several others of its kind.

Encoders that differ in their seed alone err in different passages, and what they say on average is better than what any
of them says. One encoder that is taught by that average keeps most of the gain and costs no more than any other (Hinton
et al. 2015, *Distilling the Knowledge in a Neural Network*).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.training.base_encoder import Start
from ihlclass.training.config import TeachingConfig, TrainConfig
from ihlclass.training.finetune import fine_tune
from ihlclass.training.joining import crossed_evenly
from ihlclass.training.outlook import START_ASKING, teacher_stages
from ihlclass.training.workspace import save_whole

#: So many texts pass through a teacher together when it is asked, and so many between two steps that are told.
AT_ONCE, PART = 64, 1024


class Lesson(NamedTuple):
    """What an encoder learns.

    Attributes
    ----------
    texts
        The passages, then those made of them.
    targets
        Shape ``(len(texts), k)``, probabilities.
    rows
        Which of them an epoch is made of.
    teachers
        Of each teacher what fine-tuning told of its last epoch.
    """

    texts: list[str]
    targets: NDArray[Any]
    rows: NDArray[np.int64]
    teachers: list[dict[str, Any]]


def lesson_texts(texts: Sequence[str], gold: NDArray[np.int8], config: TeachingConfig, seed: int) -> list[str]:
    """Return the passages and, after them, those that are made of them to be asked about."""
    none = [text for text, labels in zip(texts, gold, strict=True) if not labels.any()]
    draw = np.random.default_rng(seed)
    return [*texts, *crossed_evenly(texts, none, int(config.crossed * len(texts)), draw)]


def prepare(
    load: Callable[[], SentenceTransformerEncoder],
    texts: Sequence[str],
    gold: NDArray[np.int8],
    rows: NDArray[np.int64],
    config: TrainConfig,
    kept: Path,
    *,
    start: Start | None = None,
    watched: tuple[Sequence[str], NDArray[np.int8]] | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Lesson:
    """Fine-tune the teachers, ask them, and return what they teach; the labels alone where there are none.

    Where the config says so, the bundle that training goes on from is the teacher (Li and Hoiem 2016, *Learning without
    forgetting*): of the passages that it was fitted on, and of those made of them. Of others the labels alone tell.

    Parameters
    ----------
    load
        Gives the encoder that each teacher starts from, a new one each time.
    texts, gold
        Passages and their labels, shape ``(n, k)``.
    rows
        Which passages an epoch of a teacher is made of.
    kept
        What a teacher said is kept beside this path, and not asked for again; so are its epochs while it is fine-tuned.
    start
        The bundle that training goes on from, which has label attention and the same labels.
    watched
        As `ihlclass.training.finetune.fine_tune` takes it.
    progress
        Called with (stage, steps done, steps in all), by the names of `ihlclass.training.outlook.teacher_stages`.
    """
    teaching = config.teaching
    if teaching.by_start and start is not None:
        return _by_start(start, texts, gold, rows, config, kept, progress)
    if not teaching.teachers:
        return Lesson(list(texts), gold, rows, [])
    whole = lesson_texts(texts, gold, teaching, config.seed)
    said, told = np.zeros((len(whole), gold.shape[1])), []
    for number in range(teaching.teachers):
        answers = answers_of(number, kept)
        if not answers.is_file():
            ask_teacher(number, load(), texts, gold, rows, whole, config, kept, watched=watched, progress=progress)
        with np.load(answers, allow_pickle=False) as arrays:
            said += arrays["log_odds"] / teaching.teachers
            told.append(json.loads(str(arrays["told"])))
    return _lesson(texts, gold, rows, np.arange(len(texts)), whole, said, teaching.taught, told)


def _lesson(
    texts: Sequence[str],
    gold: NDArray[np.int8],
    rows: NDArray[np.int64],
    of: NDArray[np.int64],
    whole: list[str],
    said: NDArray[np.float64],
    taught: float,
    told: list[dict[str, Any]],
) -> Lesson:
    """Mix labels with what was said (log-odds) of `whole`: of passages `of`, then of those made of them."""
    targets, found = gold.astype(np.float64), 1 / (1 + np.exp(-said))
    targets[of] = found[: len(of)] + (1 - taught) * (gold[of] - found[: len(of)])
    made = whole[len(of) :]
    more = np.arange(len(texts), len(texts) + len(made))
    both = np.concatenate([targets, found[len(of) :]])
    return Lesson([*texts, *made], both, np.concatenate([rows, more]), told)


def _by_start(
    start: Start,
    texts: Sequence[str],
    gold: NDArray[np.int8],
    rows: NDArray[np.int64],
    config: TrainConfig,
    kept: Path,
    progress: Callable[[str, int, int], None],
) -> Lesson:
    """Ask the bundle that training goes on from, and return what it and the labels teach."""
    old = np.flatnonzero(start.fitted_on.holds(texts))
    whole = lesson_texts([texts[i] for i in old.tolist()], gold[old], config.teaching, config.seed)
    answers = kept.with_suffix(".start.npz")
    if not answers.is_file():
        found = _ask(start.bundle.encoder.encode, whole, gold.shape[1], partial(progress, START_ASKING))
        save_whole(answers, lambda file: np.savez(file, log_odds=found))
    with np.load(answers, allow_pickle=False) as arrays:
        said = arrays["log_odds"].astype(np.float64)
    return _lesson(texts, gold, rows, old, whole, said, config.teaching.taught, [])


def answers_of(number: int, kept: Path) -> Path:
    """File of what a teacher said."""
    return kept.with_suffix(f".teacher-{number}.npz")


def ask_teacher(
    number: int,
    encoder: SentenceTransformerEncoder,
    texts: Sequence[str],
    gold: NDArray[np.int8],
    rows: NDArray[np.int64],
    whole: list[str],
    config: TrainConfig,
    kept: Path,
    *,
    watched: tuple[Sequence[str], NDArray[np.int8]] | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> None:
    """Fine-tune one teacher and write down what it says of `whole`."""
    learning, asking = teacher_stages(number, config.teaching.teachers)
    checkpoint = kept.with_suffix(f".teacher-{number}.checkpoint")
    history = fine_tune(
        encoder,
        texts,
        gold,
        replace(config.fine_tuning, epochs=config.teaching.epochs),
        seed=config.seed + 1 + number,
        rows=rows,
        progress=partial(progress, learning),
        checkpoint=checkpoint,
        watched=watched,
    )
    model: Any = encoder.model
    encode = partial(model.encode, batch_size=AT_ONCE, show_progress_bar=False)
    found = _ask(encode, whole, gold.shape[1], partial(progress, asking))
    told = np.array(json.dumps(history[-1]))
    save_whole(answers_of(number, kept), lambda file: np.savez(file, log_odds=found, told=told))
    checkpoint.unlink(missing_ok=True)


def _ask(
    encode: Callable[[list[str]], Any], texts: list[str], labels: int, progress: Callable[[int, int], None]
) -> NDArray[np.float32]:
    """What label attention says of texts by their embeddings, as log-odds of shape ``(n, k)``."""
    from ihlclass.label_attention import SHARE

    said = [np.zeros((0, labels), dtype=np.float32)]
    for first in range(0, len(texts), PART):
        rows = encode(texts[first : first + PART])
        said.append(np.asarray(rows[:, -labels:] / SHARE, dtype=np.float32))
        progress(min(first + PART, len(texts)), len(texts))
    return np.concatenate(said)
