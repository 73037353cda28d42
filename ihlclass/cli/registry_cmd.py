"""``ihlclass model``, the part that talks to MLflow: log, register, promote and fetch a bundle."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from ihlclass.cli.model_cmd import BundleArgument
from ihlclass.cli.model_cmd import app as app
from ihlclass.errors import UsageError

Name = Annotated[str, typer.Option(help="Name in the model registry.")]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError("this machine does not say who you are; give your name by --by") from error


@app.command()
def log(bundle: BundleArgument = None) -> None:
    """Tell MLflow about a bundle: config, data, figures, plots, card, and the model.

    'ihlclass train' does this itself; this is for a run whose MLflow store was out of reach. Everything told stands in
    the bundle. MLflow writes to mlflow.db in the current folder unless MLFLOW_TRACKING_URI names a server.
    """
    from ihlclass.bundle import load_bundle
    from ihlclass.training.registry import log as log_run

    typer.echo(f"MLflow run: {log_run(load_bundle(bundle))}")


@app.command()
def register(bundle: BundleArgument = None, name: Name = "ihlclass") -> None:
    """Put a bundle into MLflow's model registry, as the challenger.

    The bundle is verified first. What is registered already is found again, not stored twice.
    """
    from ihlclass.bundle import load_bundle
    from ihlclass.training.registry import register as run

    made = run(load_bundle(bundle), name)
    how = "registered, and is the challenger" if made.new else "was registered already"
    typer.echo(f"{made.name} version {made.version}: {how}")
    typer.echo(f"MLflow run: {made.run_id}")


@app.command()
def promote(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="Gold passages that neither model was trained on, with group.")
    ],
    why: Annotated[str, typer.Option(help="Why; recorded with the version.")],
    by: Annotated[str, typer.Option(help="Who; the user of this machine if left out.")] = "",
    name: Name = "ihlclass",
    version: Annotated[str | None, typer.Option(help="A version's number; the challenger if left out.")] = None,
    max_calibration_error: Annotated[
        float, typer.Option(min=0, max=1, help="Largest expected calibration error over all decisions.")
    ] = 0.02,
    max_parity_gap: Annotated[
        float, typer.Option(min=0, max=1, help="How far micro F1 of a conflict or style may lie below that of all.")
    ] = 0.2,
) -> None:
    """Make a registered bundle the champion, if it passes the gate.

    The gate: its files and label scheme are valid and its test vectors give the same decisions here; neither on a core
    object (medical facility, dormitory, shopping mall, residential building) nor over all labels is its F1 worse than
    the champion's by more than luck explains; its probabilities are calibrated; no conflict or style of the data fares
    far worse than the rest. If the champion has the profiles fast and cascade, so must the bundle; its fast one must be
    no worse either, and its cascade must keep what its accurate one finds. Prints every answer. Exit code 6 where it is
    refused: nothing has changed then.

    Example: ihlclass model promote gold.jsonl --why "trained on our own 300 passages too"
    """
    from ihlclass.errors import EXIT_REFUSED
    from ihlclass.training.gate import Bounds
    from ihlclass.training.registry import promote as run

    bounds = Bounds(calibration=max_calibration_error, parity=max_parity_gap)
    result = run(data, by=by or _user(), why=why, name=name, version=version, bounds=bounds)
    over = f"champion: version {result.over}" if result.over else "no champion yet"
    typer.echo(f"{result.name} version {result.version} on {result.passages} passages; {over}")
    for check in result.verdict.checks:
        typer.echo(f"  {'passed ' if check.passed else 'REFUSED'}  {check.name:26} {check.detail}")
    if not result.verdict.passed:
        typer.echo(f"ihlclass: version {result.version} is not promoted", err=True)
        raise typer.Exit(EXIT_REFUSED)
    typer.echo(f"version {result.version} is the champion now")


@app.command()
def fetch(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the bundle goes.")],
    name: Name = "ihlclass",
    version: Annotated[str, typer.Option(help="A version's number, or an alias.")] = "champion",
) -> None:
    """Bring a registered bundle here, checked, for 'classify --bundle FOLDER'."""
    from ihlclass.training.registry import fetch as run

    bundle = run(output, name=name, version=version)
    typer.echo(f"bundle: {bundle.path} ({bundle.digest[:16]})")
