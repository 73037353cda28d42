"""Going on from a bundle: what a run takes over from it, and what its user should know."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import UsageError
from ihlclass.labels import LabelScheme
from ihlclass.training.base_encoder import Start, has_label_columns
from ihlclass.training.config import TrainConfig
from ihlclass.training.prior import LOGISTIC, TAKEN, Prior


def take_over(config: TrainConfig, start: Start, scheme: LabelScheme) -> Prior | None:
    """What the bundle that training goes on from hands on; None where heads or words will be of another kind.

    Raises
    ------
    UsageError
        If the heads have parameters that those of the bundle could not start with.
    """
    tuning, columns = config.fine_tuning, has_label_columns(start.bundle)
    if config.heads.estimator != LOGISTIC or config.lexical.enabled != (start.bundle.lexical is not None):
        return None
    if tuning.epochs and tuning.label_attention != columns:
        return None
    if foreign := sorted(set(config.heads.parameters) - set(TAKEN)):
        raise UsageError(
            f"heads.parameters: {', '.join(foreign)} cannot be had where logistic regressions start from those of a "
            "bundle; leave it out, or start from the base encoder"
        )
    return Prior.of(start.bundle, scheme.ids, columns=columns, passages=len(start.fitted_on.keys))


def start_warnings(
    start: Start | None, prior: Prior | None, never: NDArray[np.bool_] | None, *, teaches: int | None = None
) -> list[str]:
    """What the user should know of the bundle that training went on from.

    Parameters
    ----------
    teaches
        Of how many of the passages the bundle itself tells what it says (``teaching.by_start``), where it is to.
    """
    warnings = []
    if teaches == 0:
        warnings.append(
            "teaching.by_start: the bundle that training went on from was fitted on none of these passages, so it "
            "taught nothing; give its passages too (data.passages), beside your own"
        )
    if never is not None and never.any():
        warnings.append(
            f"{int(never.sum())} of {len(never)} passages are not held out: the bundle that training went on from was "
            "fitted on them, or on others of their events"
        )
    if start and not prior:
        warnings.append(
            "of the bundle that training went on from, the encoder alone was taken over: its heads, words or label "
            "attention are of another kind than the config asks for"
        )
    return warnings
