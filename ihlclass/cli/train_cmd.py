"""``ihlclass train`` and ``ihlclass evaluate``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

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
    in the current folder unless MLFLOW_TRACKING_URI names a server.
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
    with StageProgress() as progress:
        result = run(settings, tracked=track, progress=progress)
    for warning in result.warnings:
        typer.echo(f"ihlclass: {warning}", err=True)
    _table(result.metrics)
    typer.echo(f"bundle: {result.bundle}")
    if result.run_id:
        typer.echo(f"MLflow run: {result.run_id}")


def evaluate(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Bundle folder; 'default' is the shipped one.")],
    data: Annotated[Path, typer.Argument(metavar="DATA.jsonl", help="Passages with gold labels: id, text, labels.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Write metrics.json, predictions.jsonl and plots there."),
    ] = None,
) -> None:
    """Measure a bundle on passages with gold labels: a table by label, and with -o files and plots."""
    from ihlclass.classifier import load

    try:
        from ihlclass.training.evaluation import save_plots
        from ihlclass.training.measure import measure
    except ImportError as error:
        raise MissingExtraError("evaluation", "train") from error
    classifier = load(None if str(bundle) == "default" else bundle)
    result = measure(classifier, data)
    _table(result.metrics)
    if output is None:
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / "metrics.json").write_text(json.dumps(result.metrics, indent=1) + "\n", encoding="utf-8")
        with (output / "predictions.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in result.records)
        save_plots(result.gold, result.probabilities, classifier.scheme.ids, output)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from error
    typer.echo(f"written: {output}")


def _table(metrics: dict[str, Any]) -> None:
    def show(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    typer.echo(f"{'label':30}{'n':>6}{'P':>7}{'R':>7}{'F1':>7}{'AP':>7}{'ECE':>7}")
    keys = ("precision", "recall", "f1", "average_precision", "calibration_error")
    for label, row in metrics["labels"].items():
        typer.echo(f"{label:30}{row['support']:6}" + "".join(f"{show(row[key]):>7}" for key in keys))
    for key in (
        "macro_f1_object",
        "macro_f1_indicator",
        "macro_f1_all",
        "map_all",
        "micro_f1",
        "false_alarm_rate",
        "calibration_error",
    ):
        typer.echo(f"{key:30}{show(metrics.get(key)):>13}")
