"""Configs for training runs that take a moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ihlclass.training.config import TrainConfig, load_config


def quick(data: Path, output: Path, *, epochs: int = 0, fast: bool = False) -> TrainConfig:
    """The shipped set-up on a small file of passages: the encoder left as it is, or tuned for so many epochs; two folds."""
    shipped = load_config()
    return replace(
        shipped,
        data=replace(shipped.data, passages=[str(data)]),
        fine_tuning=replace(shipped.fine_tuning, epochs=epochs),
        calibration=replace(shipped.calibration, folds=2, scored_folds=1),
        fast=replace(shipped.fast, enabled=fast, epochs=1),
        output=str(output),
    )
