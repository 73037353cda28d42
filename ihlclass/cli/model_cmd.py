"""``ihlclass model``: show and verify a bundle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

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
    """Show what a bundle is: digests, data, versions, and its cross-validated figures."""
    from ihlclass.bundle import default_bundle, read_manifest

    folder = bundle or default_bundle()
    manifest = read_manifest(folder)
    if as_json:
        typer.echo(json.dumps(manifest, indent=1, ensure_ascii=False))
        return
    metrics, data, training = manifest["metrics"], manifest["data"], manifest["training"]
    rows = {
        "folder": folder,
        "digest": manifest["digest"],
        "protocol": manifest["protocol"],
        "made by ihlclass": manifest["ihlclass"],
        "label scheme": f"{manifest['scheme']['version']} ({manifest['scheme']['digest'][:16]})",
        "base encoder": training["base"] + (", fine-tuned" if training["fine_tuned"] else ", frozen"),
        "encoder": manifest["encoder"]["fingerprint"],
        "training data": f"{data['passages']} passages in {data['groups']} groups ({data['digest'][:16]})",
        "git commit": training.get("git_commit") or "not known",
        "figures": metrics["kind"],
        **{
            key: f"{metrics[key]:.3f}"
            for key in ("macro_f1_object", "macro_f1_indicator", "micro_f1", "false_alarm_rate", "calibration_error")
            if metrics.get(key) is not None
        },
    }
    width = max(map(len, rows))
    for key, value in rows.items():
        typer.echo(f"{key:{width}}  {value}")


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
