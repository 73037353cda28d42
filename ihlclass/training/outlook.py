"""When a whole training run ends, about: from the pace of its fine-tuning, and what the other stages cost beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ihlclass.training.config import TrainConfig

Progress = Callable[[str, int, int], None]
#: Takes the seconds that are left in all; None where that cannot be told.
Whole = Callable[[float | None], None]

CALIBRATION = "calibration and figures"
MLFLOW = "telling MLflow"
TUNING = "fine-tuning"
FAST_ASKING, FAST_PIECES, FAST_TRAINING = (
    f"fast profile: {stage}" for stage in ("asking the accurate one", "embedding word pieces", "training")
)
#: From so many steps on the pace of a stage is known.
ENOUGH_STEPS = 10
#: Name of the stage in which the bundle that training goes on from is asked (`ihlclass.training.teaching`).
START_ASKING = "asking the bundle"
#: What a passage costs in other stages, where fine-tuning on it once costs 1; both on the processor.
HEADS, ASKING, FAST_EPOCH, TEACHER_ASKING = 0.15, 0.1, 0.07, 0.3
#: Seconds that do not hang on the number of passages: writing the encoder, figures, word pieces, MLflow.
EXPORT_S, FIGURES_S, PIECES_S, MLFLOW_S = 30.0, 30.0, 40.0, 30.0


class Stage(NamedTuple):
    """A stage of a run, by the name that its progress is told under.

    Attributes
    ----------
    passages
        What it costs, in passages fine-tuned on once; None where fine-tuning does not tell, since it has a GPU.
    seconds
        What it costs beside that.
    """

    name: str
    passages: float | None
    seconds: float = 0.0


def teacher_stages(number: int, teachers: int) -> tuple[str, str]:
    """Names of the stages of a teacher (`ihlclass.training.teaching`): fine-tuning, and being asked."""
    name = f"teacher {number + 1} of {teachers}"
    return f"{name}: {TUNING}", f"{name}: asking"


def run_stages(
    config: TrainConfig, passages: int, folds: int, scored: int, *, epoch: int, tracked: bool, told: float = 0.0
) -> list[Stage]:
    """Return the stages of a run on so many passages, in their order.

    Parameters
    ----------
    folds, scored
        Into how many folds they are divided, and how many of those are held out in turn.
    epoch
        How many passages an epoch would have on all of them, which is more where some stand in it more often than once.
    tracked
        Whether MLflow is told.
    told
        Share of the passages of which the bundle that training goes on from may tell what it says.
    """
    from sentence_transformers.util import get_device_name

    settings = config.calibration
    on_cpu = get_device_name() == "cpu"
    inside = passages * (folds - 1) / folds

    def cost(amount: float) -> float | None:
        return amount if on_cpu else None

    def fit(name: str, fitted_on: float, scored: float) -> list[Stage]:
        an_epoch = fitted_on * epoch / passages
        asked_of = fitted_on if config.teaching.teachers else fitted_on * told
        made = config.teaching.crossed * asked_of
        teachers = []
        for number in range(config.teaching.teachers):
            learning, asking = (f"{name}: {stage}" for stage in teacher_stages(number, config.teaching.teachers))
            teachers += [
                Stage(learning, config.teaching.epochs * an_epoch),
                Stage(asking, cost(TEACHER_ASKING * (fitted_on + made))),
            ]
        if config.teaching.by_start:
            teachers.append(Stage(f"{name}: {START_ASKING}", cost(ASKING * (asked_of + made))))
        return [
            *teachers,
            Stage(f"{name}: {TUNING}", config.fine_tuning.epochs * (an_epoch + made)),
            Stage(f"{name}: heads", cost(HEADS * (fitted_on + scored)), EXPORT_S),
        ]

    stages = []
    for number in range(scored):
        stages += fit(f"held-out fold {number + 1} of {scored}", inside, passages - inside)
    stages.append(Stage(CALIBRATION, 0.0, FIGURES_S))
    if settings.refit:
        stages += fit("all passages", passages, 0)
    if config.fast.enabled:
        learnt = inside * (1 + config.fast.crossed + config.fast.swapped)
        stages += [
            Stage(FAST_PIECES, 0.0, PIECES_S),
            Stage(FAST_ASKING, cost(ASKING * learnt)),
            Stage(FAST_TRAINING, cost(FAST_EPOCH * config.fast.epochs * learnt)),
        ]
    return [*stages, Stage(MLFLOW, 0.0, MLFLOW_S)] if tracked else stages


class Outlook:
    """Takes in the progress of a run, hands it on, and tells before that how long the whole run still takes.

    Nothing is known before `ENOUGH_STEPS` steps of fine-tuning are done: then the pace is known at which passages are
    fine-tuned on, and with it what the stages to come cost. A stage with so many steps of its own goes by its own pace.

    Parameters
    ----------
    stages
        In their order; those passed over count as done.
    progress
        Called with (stage, steps done, steps in all).
    clock
        Gives the time in seconds.
    """

    def __init__(
        self, stages: Sequence[Stage], progress: Progress, whole: Whole, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stages, self._progress, self._whole, self._clock = stages, progress, whole, clock
        self._place = {stage.name: place for place, stage in enumerate(stages)}
        self._current = -1
        self._began, self._before = 0.0, 0
        self._passage_s: float | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take in that of a stage so many steps of so many are done."""
        if (place := self._place.get(stage)) is not None:
            self._whole(self._left_s(place, done, total))
        self._progress(stage, done, total)

    def _left_s(self, place: int, done: int, total: int) -> float | None:
        now, stage = self._clock(), self._stages[place]
        if place != self._current:  # a run that goes on begins in the middle of a stage
            self._current, self._began, self._before = place, now, done
        steps = done - self._before
        step_s = (now - self._began) / steps if steps >= ENOUGH_STEPS else None
        if step_s is not None and stage.name.endswith(TUNING) and stage.passages:
            self._passage_s = step_s * total / stage.passages
        here = self._cost_s(stage)
        left = step_s * (total - done) if step_s is not None else here and here * (1 - done / max(1, total))
        costs = [left, *(self._cost_s(later) for later in self._stages[place + 1 :])]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    def _cost_s(self, stage: Stage) -> float | None:
        """Seconds that a stage takes; None where that is not known."""
        if stage.passages == 0:
            return stage.seconds
        if stage.passages is None or self._passage_s is None:
            return None
        return stage.passages * self._passage_s + stage.seconds
