"""``ihlclass train`` and ``ihlclass evaluate``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ihlclass.cli.options import Profile, ProfileName
from ihlclass.cli.progress import StageProgress
from ihlclass.errors import MissingExtraError, UsageError


def train(
    config: Annotated[
        Path | None, typer.Argument(metavar="[CONFIG.toml]", help="What to train; the shipped set-up if left out.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where the bundle goes; else as configured.")
    ] = None,
    track: Annotated[bool, typer.Option("--track/--no-track", help="Log the run to MLflow.")] = True,
    show: Annotated[bool, typer.Option("--show-config", help="Print the shipped set-up, to copy and change.")] = False,
) -> None:
    """Train a model bundle from labelled passages, and log the run to MLflow.

    With no config, run at the top of the repository, it makes models/default from seeds/. MLflow writes to mlflow.db
    in the current folder unless MLFLOW_TRACKING_URI names a server. A run that was interrupted goes on after its last
    finished epoch when it is started again.

    Once the first steps of fine-tuning are done, the time left in all is told too. The table at the end is of held-out
    passages; calibration and thresholds are cross-fitted for it.
    """
    from ihlclass.training.config import DEFAULT_CONFIG, load_config

    if show:
        typer.echo(DEFAULT_CONFIG.read_text(encoding="utf-8"), nl=False)
        return
    try:
        from ihlclass.training.run import train as run
    except ImportError as error:
        raise MissingExtraError("training", "train") from error
    settings = load_config(config)
    if output is not None:
        settings = replace(settings, output=str(output.resolve()))
    try:
        with StageProgress() as progress:
            result = run(settings, tracked=track, progress=progress, whole=progress.whole)
    except KeyboardInterrupt:
        typer.echo("ihlclass: the same command goes on after the last finished epoch", err=True)
        raise
    for warning in result.warnings:
        typer.echo(f"ihlclass: {warning}", err=True)
    _table(result.metrics)
    typer.echo(f"bundle: {result.bundle}")
    if result.run_id:
        typer.echo(f"MLflow run: {result.run_id}")


def evaluate(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Bundle folder; 'default' is the shipped one.")],
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="Passages with gold labels (.jsonl, .csv, .parquet): id, text, labels; and group, style, conflict, "
            "kind where known.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Write metrics.json, predictions.jsonl and plots there."),
    ] = None,
    resamples: Annotated[
        int, typer.Option(min=0, help="How often groups are drawn for the intervals; 0 for no intervals.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same intervals.")] = 13,
    profile: Profile = ProfileName.ACCURATE,
) -> None:
    """Measure a bundle on passages with gold labels that it was not trained on.

    Prints a table: for each label n (passages that carry it), P (precision: share of its tags that are right), R
    (recall: share of its passages that are found), F1 (both in one), AP (average precision: how well probabilities
    rank), ECE (how far probabilities are from what is so), and the 95 % interval of F1: where it would mostly lie on
    other events of the same kind. Macro averages count each label with 10 passages or more once, micro each decision.

    Intervals draw whole groups again and again; "group" is the event that a passage tells of, without one each passage
    stands alone.

    With -o FOLDER: metrics.json (everything above, by style, conflict, kind and length, which labels were said instead
    of others, the most confident errors by id), predictions.jsonl (as 'ihlclass tag' writes it), and plots
    (pr-curves, reliability, heat-map as PNG and SVG; pr-curves-object, pr-curves-indicator, reliability-object and
    reliability-indicator show every label with 10 passages or more).

    Example: ihlclass evaluate default gold.jsonl -o figures
    """
    from ihlclass.classifier import load
    from ihlclass.training.bootstrap import MIN_GROUPS
    from ihlclass.training.figures import all_figures
    from ihlclass.training.measure import measure, read_gold
    from ihlclass.training.plots import save_plots

    classifier = load(None if str(bundle) == "default" else bundle, profile=profile.value)
    gold = read_gold(data, classifier.scheme)
    result = measure(classifier, gold)
    figures = all_figures(result, classifier.scheme, resamples=resamples, seed=seed)
    _table(figures)
    if resamples and figures["intervals"] is None:
        typer.echo(f"no intervals: the passages lie in fewer than {MIN_GROUPS} groups (events)", err=True)
    if output is None:
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        with (output / "predictions.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in result.records)
        save_plots(
            gold.labels, result.decided, result.probabilities, classifier.bundle.thresholds, classifier.scheme, output
        )
    except MissingExtraError as error:
        typer.echo(f"ihlclass: no plots: {error}", err=True)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from error
    typer.echo(f"written: {output}")


def _table(metrics: dict[str, Any]) -> None:
    def show(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    def ends(values: list[float] | None) -> str:
        return "" if values is None else f"   {values[0]:.3f} to {values[1]:.3f}"

    intervals = metrics.get("intervals") or {}
    by_label = intervals.get("labels", {})
    heading = f"   F1, {intervals['level']:.0%} interval" if intervals else ""
    typer.echo(f"{'label':30}{'n':>6}{'P':>7}{'R':>7}{'F1':>7}{'AP':>7}{'ECE':>7}{heading}")
    keys = ("precision", "recall", "f1", "average_precision", "calibration_error")
    for label, row in metrics["labels"].items():
        figures = "".join(f"{show(row[key]):>7}" for key in keys)
        typer.echo(f"{label:30}{row['support']:6}{figures}{ends(by_label.get(label, {}).get('f1'))}")
    for key in (
        "macro_f1_object",
        "macro_f1_indicator",
        "macro_f1_all",
        "map_all",
        "micro_f1",
        "false_alarm_rate",
        "calibration_error",
    ):
        typer.echo(f"{key:30}{show(metrics.get(key)):>13}{ends(intervals.get(key))}")
