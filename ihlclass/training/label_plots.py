"""Plots label by label, as many small panels: one figure for the protected objects, one for all other labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ihlclass.decisions import Threshold
from ihlclass.labels import LabelScheme
from ihlclass.training.drawing import RECALLS, Labels, Matrix, empty_figure, precision_at_recalls
from ihlclass.training.evaluation import CALIBRATION_BINS, MIN_SUPPORT, micro_figures, reliability_table

#: Panels side by side, and how large each is, in inches.
ACROSS, PANEL = 6, 2.0
#: Half the width of a 95 % interval, in standard errors.
NORMAL = 1.96
SMALL, TINY = 8, 6.5
#: Draws one label, by its column, into its panel.
Draw = Callable[[int, Any], None]


def label_figures(
    gold: Labels,
    decided: Labels,
    probabilities: Matrix,
    thresholds: Mapping[str, Threshold],
    scheme: LabelScheme,
) -> dict[str, Any]:
    """Draw ``pr-curves-`` and ``reliability-`` with ``object`` and ``indicator``, a panel a label with passages enough.

    ``indicator`` holds all labels that are no objects.

    Parameters
    ----------
    gold, decided, probabilities
        Shape ``(n, k)``, columns in scheme order.
    thresholds
        Of each label; what is decided is marked, below its curve where passages without a clear label lost it.

    Returns
    -------
    dict
        Figures by name; none where all labels have fewer than `MIN_SUPPORT` positives.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed (extra ``train``).
    """
    support = gold.sum(axis=0)

    def curve(column: int, axes: Any) -> None:
        label = scheme.ids[column]
        _curve(gold[:, column], decided[:, column], probabilities[:, column], thresholds[label].accept, axes)

    def reliability(column: int, axes: Any) -> None:
        _reliability(gold[:, column], probabilities[:, column], axes)

    drawn = {}
    for facet, said in (("object", "objects"), ("indicator", "indicators and relevance")):
        members = [c for c, label in enumerate(scheme.labels) if (label.facet == "object") == (facet == "object")]
        kept = [column for column in members if support[column] >= MIN_SUPPORT]
        if not kept:
            continue
        missing = len(members) - len(kept)
        left = f"; {missing} with fewer than {MIN_SUPPORT} positives not drawn" if missing else ""
        titles = {column: f"{scheme.ids[column]} ({support[column]})" for column in kept}
        drawn[f"pr-curves-{facet}"] = _panels(
            titles,
            curve,
            f"Precision and recall, {said} (positives){left}\n"
            "red: what is tagged, and from which probability on; dotted: share of positives",
            ("recall", "precision"),
        )
        drawn[f"reliability-{facet}"] = _panels(
            titles,
            reliability,
            f"Reliability, {said} (positives){left}\n"
            f"dots: share that was so, with 95 % interval; grey: how many decisions, log scale from 1 to {len(gold):,}",
            ("probability said", "share that was so"),
        )
    return drawn


def _panels(titles: Mapping[int, str], draw: Draw, heading: str, names: tuple[str, str]) -> Any:
    """A figure with one square panel for each column that has a title."""
    across = min(ACROSS, len(titles))
    down = math.ceil(len(titles) / across)
    figure = empty_figure(figsize=(max(6.0, across * PANEL + 0.5), down * (PANEL + 0.2) + 0.9))
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    for axes, (column, title) in zip(grid.flat, titles.items(), strict=False):
        draw(column, axes)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        axes.set_title(title, fontsize=SMALL if len(title) < 30 else TINY)
        axes.tick_params(labelsize=SMALL - 1, labelbottom=True)
        axes.grid(linewidth=0.4, color="0.9")
    for axes in grid.flat[len(titles) :]:
        axes.set_visible(False)
    figure.suptitle(heading, fontsize=10)
    figure.supxlabel(names[0], fontsize=SMALL + 1)
    figure.supylabel(names[1], fontsize=SMALL + 1)
    return figure


def _curve(truth: Labels, said: Labels, p: Matrix, accept: float, axes: Any) -> None:
    axes.axhline(truth.mean(), linestyle=":", linewidth=0.8, color="grey")
    axes.plot(RECALLS, precision_at_recalls(truth, p), linewidth=1.2)
    found = micro_figures(truth, said)
    precision, recall = found["micro_precision"], found["micro_recall"]
    if precision is None or recall is None:
        axes.text(0.04, 0.18, "never tagged", fontsize=SMALL)
        return
    axes.plot(recall, precision, marker="o", markersize=5, color="C3")
    axes.text(0.04, 0.18, f"from {accept:.2f}: P {precision:.2f}, R {recall:.2f}", fontsize=SMALL - 1)


def _reliability(truth: Labels, p: Matrix, axes: Any) -> None:
    rows = reliability_table(p, truth)
    counts = np.array([row["decisions"] for row in rows])
    heights = (np.log10(counts) + 0.1) / (np.log10(len(truth)) + 0.1)  # a bar of 1 decision can be seen
    middles = [(row["from"] + row["to"]) / 2 for row in rows]
    axes.bar(middles, heights, width=0.9 / CALIBRATION_BINS, color="0.88")
    axes.plot([0, 1], [0, 1], linestyle=":", linewidth=0.8, color="grey")
    share = np.array([row["share"] for row in rows])
    low, high = _wilson(share, counts)
    place = [row["probability"] for row in rows]
    axes.vlines(place, low, high, linewidth=0.8, color="C0")
    axes.plot(place, share, linestyle="", marker="o", markersize=3, color="C0")


def _wilson(share: Matrix, counts: Matrix) -> tuple[Matrix, Matrix]:
    """Interval of a share (Wilson 1927), honest for few decisions too."""
    squared = NORMAL**2
    middle = (share + squared / (2 * counts)) / (1 + squared / counts)
    half = NORMAL * np.sqrt(share * (1 - share) / counts + squared / (4 * counts**2)) / (1 + squared / counts)
    return middle - half, middle + half
