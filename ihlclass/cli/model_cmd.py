"""``ihlclass model``: show and verify a bundle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ihlclass.errors import BundleError

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
BundleArgument = Annotated[
    Path | None, typer.Argument(metavar="[BUNDLE]", help="Bundle folder; the shipped one if left out.")
]


@app.command()
def info(
    bundle: BundleArgument = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole manifest as JSON.")] = False,
) -> None:
    """Show what a bundle is: digests, data, versions, and its cross-validated figures.

    Exit code 5 where a file is missing, altered or foreign: then the manifest does not speak of what lies there.
    """
    from ihlclass.bundle import check_files, default_bundle, read_manifest

    folder = bundle or default_bundle()
    manifest = read_manifest(folder)
    try:
        check_files(folder, manifest)
    except BundleError as error:
        typer.echo(
            f"ihlclass: {error}. What follows is not of these files, but of those that the manifest names", err=True
        )
        _print(folder, manifest, as_json)
        raise typer.Exit(error.exit_code) from None
    _print(folder, manifest, as_json)


def _print(folder: Path, manifest: dict[str, Any], as_json: bool) -> None:
    """Print what stands in a manifest; a part that it lacks is not known."""
    if as_json:
        typer.echo(json.dumps(manifest, indent=1, ensure_ascii=False))
        return
    metrics, data, training = (manifest.get(name) or {} for name in ("metrics", "data", "training"))
    tuned = ", fine-tuned" if training.get("fine_tuned") else ", frozen"
    rows = {
        "folder": folder,
        "digest": manifest["digest"],
        "protocol": manifest["protocol"],
        "made by ihlclass": manifest.get("ihlclass"),
        "label scheme": f"{manifest['scheme']['version']} ({manifest['scheme']['digest'][:16]})",
        "base encoder": f"{training['base']}{tuned}" if training.get("base") else None,
        "encoder": manifest["encoder"]["fingerprint"],
        "training data": f"{data.get('passages')} passages in {data.get('groups')} groups "
        f"({str(data.get('digest'))[:16]})"
        if data
        else None,
        "git commit": training.get("git_commit"),
        "figures": metrics.get("kind"),
        **{
            key: f"{metrics[key]:.3f}"
            for key in ("macro_f1_object", "macro_f1_indicator", "micro_f1", "false_alarm_rate", "calibration_error")
            if metrics.get(key) is not None
        },
    }
    width = max(map(len, rows))
    for key, value in rows.items():
        typer.echo(f"{key:{width}}  {'not known' if value is None else value}")


@app.command()
def verify(bundle: BundleArgument = None) -> None:
    """Check every digest, load the bundle, and run the test vectors that travel with it.

    Exit code 5 where anything is missing, altered or foreign, or this machine decides otherwise than the one that
    made the bundle.
    """
    from ihlclass.classifier import load
    from ihlclass.verify import verify as run_vectors

    classifier = load(bundle)
    result = run_vectors(classifier)
    typer.echo(
        f"digests: {len(classifier.bundle.manifest['files'])} files as in the manifest {classifier.bundle.digest}"
    )
    typer.echo(
        f"test vectors: {result.equal_decisions} of {result.decisions} decisions equal on {result.vectors} texts, "
        f"largest difference of a probability {result.largest_gap:.6f}"
    )
    if not result.passed:
        raise BundleError(
            f"{classifier.bundle.path}: this machine gives other answers than the one that made the bundle"
        )
    typer.echo("verified")
