"""What all plots share: an empty figure, files of it, and the points of a precision-recall curve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import MissingExtraError

Labels = NDArray[np.int8]
Matrix = NDArray[np.float64]
#: Recalls at which curves are drawn; keeps files small and lets curves be averaged.
RECALLS = np.linspace(0, 1, 101)


def empty_figure(**options: Any) -> Any:
    """Return a matplotlib figure without anything in it; `options` are those of its class.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed (extra ``train``).
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("drawing plots", "train") from error
    return Figure(layout="constrained", **options)


def save_figures(drawn: Mapping[str, Any], folder: Path) -> None:
    """Write each figure under its name as PNG and SVG into an existing folder; the same figure gives the same bytes."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ihlclass"}):
        for name, figure in drawn.items():
            figure.draw_without_rendering()
            figure.set_layout_engine("none")  # laid out once, for both files
            figure.savefig(folder / f"{name}.png", dpi=110)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def precision_at_recalls(truth: Labels, probabilities: Matrix) -> Matrix:
    """Precision at the highest threshold that reaches each of `RECALLS`; `truth` must hold a positive."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(truth, probabilities)
    falling = recall[::-1]  # rises as the threshold falls
    return np.asarray(precision[::-1][np.searchsorted(falling, RECALLS)])
