"""Plots of an evaluation or a training run, each as PNG and SVG: curves, calibration, what was said instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ihlclass.decisions import Threshold
from ihlclass.labels import LabelScheme
from ihlclass.training.drawing import RECALLS, Labels, Matrix, empty_figure, precision_at_recalls, save_figures
from ihlclass.training.evaluation import CALIBRATION_BINS, MIN_SUPPORT, reliability_table
from ihlclass.training.label_plots import label_figures
from ihlclass.training.mistakes import instead_matrix


def save_plots(
    gold: Labels,
    decided: Labels,
    probabilities: Matrix,
    thresholds: Mapping[str, Threshold],
    scheme: LabelScheme,
    folder: Path,
) -> None:
    """Draw ``pr-curves``, ``reliability`` and ``heat-map`` into an existing folder, and the first two label by label.

    Parameters
    ----------
    gold, decided, probabilities
        Shape ``(n, k)``, columns in scheme order.
    thresholds
        Of each label.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed (extra ``train``).
    """
    save_figures(
        {
            "pr-curves": _precision_recall(gold, probabilities, scheme),
            "reliability": _reliability(gold, probabilities),
            "heat-map": _heat_map(gold, decided, scheme.ids),
            **label_figures(gold, decided, probabilities, thresholds, scheme),
        },
        folder,
    )


def save_learning_curve(history: Sequence[Mapping[str, float]], folder: Path) -> None:
    """Draw ``learning-curve`` into an existing folder: the loss after each epoch of fine-tuning.

    Parameters
    ----------
    history
        As `ihlclass.training.finetune.fine_tune` returns it, of one epoch or more.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed (extra ``train``).
    """
    figure = empty_figure(figsize=(6, 4.5))
    axes = figure.add_subplot()
    lines = (("loss", "training passages, during the epoch"), ("held_out_loss", "held-out passages, after it"))
    for name, said in lines:
        rows = [row for row in history if name in row]
        if rows:
            axes.plot([row["epoch"] for row in rows], [row[name] for row in rows], marker="o", label=said)
    axes.set(xlabel="epoch", ylabel="cross-entropy of a passage, nats", ylim=(0, None), title="Learning curve")
    axes.set_xticks([row["epoch"] for row in history])
    axes.legend(fontsize=8)
    save_figures({"learning-curve": figure}, folder)


def _precision_recall(gold: Labels, probabilities: Matrix, scheme: LabelScheme) -> Any:
    support = gold.sum(axis=0)
    figure = empty_figure(figsize=(7, 6))
    axes = figure.add_subplot()
    for column, label in enumerate(scheme.labels):
        if label.status == "core" and support[column]:
            curve = precision_at_recalls(gold[:, column], probabilities[:, column])
            axes.plot(RECALLS, curve, label=f"{label.id} ({support[column]} positives)")
    kept = np.flatnonzero(support >= MIN_SUPPORT)
    if len(kept):
        curves = [precision_at_recalls(gold[:, column], probabilities[:, column]) for column in kept]
        name = f"mean of {len(kept)} labels with {MIN_SUPPORT} positives or more"
        axes.plot(RECALLS, np.mean(curves, axis=0), color="black", linewidth=2.5, label=name)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02), title="Precision and recall")
    if axes.lines:
        axes.legend(loc="lower left", fontsize=8)
    return figure


def _reliability(gold: Labels, probabilities: Matrix) -> Any:
    rows = reliability_table(probabilities.ravel(), gold.ravel())
    figure = empty_figure(figsize=(5, 6.5))
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
    axes.plot([row["probability"] for row in rows], [row["share"] for row in rows], marker="o")
    axes.set(ylabel="share that was so", xlim=(0, 1), ylim=(0, 1), title="Reliability, over all decisions")
    middles = [(row["from"] + row["to"]) / 2 for row in rows]
    below.bar(middles, [row["decisions"] for row in rows], width=0.9 / CALIBRATION_BINS)
    below.set(xlabel="probability said", ylabel="decisions", yscale="log")
    return figure


def _heat_map(gold: Labels, decided: Labels, labels: tuple[str, ...]) -> Any:
    """Each row a gold label: on the diagonal the share found, beside it the shares missed with another label said."""
    support = gold.sum(axis=0)
    kept = np.flatnonzero(support)
    counts = instead_matrix(gold, decided) + np.diag((gold & decided).sum(axis=0))
    shares = counts[kept] / support[kept, None]
    figure = empty_figure(figsize=(12, 3 + 9 * len(kept) / len(labels)))
    axes = figure.add_subplot()
    image = axes.imshow(shares, vmin=0, vmax=1, cmap="Blues", aspect="auto", interpolation="none")
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=6)
    axes.set_yticks(range(len(kept)), [f"{labels[c]} ({support[c]})" for c in kept], fontsize=6)
    axes.set(xlabel="said", ylabel="gold (positives)")
    axes.set_title("Share of each gold label: found (diagonal), or missed with a wrong label said", fontsize=9)
    figure.colorbar(image, shrink=0.5, pad=0.01)
    return figure
