"""``ihlclass model``: show, verify, export and register bundles, write their parts anew, set their thresholds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ihlclass.errors import BundleError, MissingExtraError

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
BundleArgument = Annotated[
    Path | None, typer.Argument(metavar="[BUNDLE]", help="Bundle folder; the shipped one if left out.")
]
NewBundle = Annotated[
    Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the new bundle goes; may be BUNDLE itself.")
]


@app.command()
def info(
    bundle: BundleArgument = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole manifest as JSON.")] = False,
) -> None:
    """Show what a bundle is: digests, data, versions, and its figures on held-out passages.

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
        **({"by way of the bundle": training["start"]["digest"]} if "start" in training else {}),
        "encoder": manifest["encoder"]["fingerprint"],
        "training data": f"{data.get('passages')} passages in {data.get('groups')} groups "
        f"({str(data.get('digest'))[:16]})"
        if data
        else None,
        "git commit": training.get("git_commit"),
        **({"encoder rewritten from": rewritten["from"]} if (rewritten := manifest.get("rewritten")) else {}),
        "profiles": "accurate, fast, cascade" if "fast" in manifest else "accurate",
        "figures": metrics.get("kind"),
        **({"cross-fitted": f"in {crossed['parts']} parts"} if (crossed := metrics.get("cross_fitted")) else {}),
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
    from ihlclass.bundle import FAST_FOLDER
    from ihlclass.classifier import load
    from ihlclass.verify import verify as run_vectors

    classifiers = [load(bundle)]
    loaded = classifiers[0].bundle
    typer.echo(f"digests: {len(loaded.manifest['files'])} files as in the manifest {loaded.digest}")
    if (loaded.path / FAST_FOLDER).is_dir():
        classifiers.append(load(bundle, profile="fast"))
    for classifier in classifiers:
        result = run_vectors(classifier)
        profile = classifier.bundle.profile
        typer.echo(
            f"test vectors, profile {profile}: {result.equal_decisions} of {result.decisions} decisions equal on "
            f"{result.vectors} texts, largest difference of a probability {result.largest_gap:.6f}"
        )
        if not result.passed:
            raise BundleError(
                f"{loaded.path}: this machine gives other answers by the profile {profile} than the one that made it"
            )
    typer.echo("verified")


@app.command()
def export(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="A new or empty folder.")],
    bundle: BundleArgument = None,
) -> None:
    """Write a bundle for programs in other languages: ONNX graphs, tokeniser, word list, thresholds, test vectors.

    CONTRACT.md in the folder says, step by step, how a passage is tagged with them.

    Example: ihlclass model export -o portable
    """
    from ihlclass.bundle import load_bundle
    from ihlclass.training.portable import export_portable

    names = export_portable(load_bundle(bundle), output)
    typer.echo(f"{output}: {', '.join(names)}")


@app.command()
def rewrite(
    output: NewBundle,
    bundle: BundleArgument = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="CONFIG.toml", help="What the bundle was trained by, where its base encoder is a folder."),
    ] = None,
) -> None:
    """Write a bundle's nets anew, as this version writes them: the same weights in graphs that run faster.

    For bundles made by an older version. Heads, calibration and thresholds stay; a probability may differ as it does
    between two machines. Needs the extra train and the bundle's base encoder.

    Example: ihlclass model rewrite models/mine -o models/mine
    """
    from ihlclass.bundle import load_bundle
    from ihlclass.training.config import load_config

    try:
        from ihlclass.training.rewriting import rewrite as run
    except ImportError as error:
        raise MissingExtraError("model rewrite", "train") from error
    made = run(load_bundle(bundle), output, load_config(config))
    typer.echo(f"bundle: {made.path}")


@app.command()
def distil(
    output: NewBundle,
    bundle: BundleArgument = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="CONFIG.toml", help="What the bundle was trained by; the shipped set-up if left out."),
    ] = None,
) -> None:
    """Give a bundle the profiles fast and cascade, or make them anew, without training its accurate profile.

    The passages that it was trained on must be at hand. 'ihlclass train' does the same at its end, unless its config
    says fast.enabled = false.

    Example: ihlclass model distil models/mine -o models/mine --config mine.toml
    """
    from ihlclass.bundle import load_bundle
    from ihlclass.cli.progress import StageProgress
    from ihlclass.training.config import load_config
    from ihlclass.training.fast import distil as run

    with StageProgress() as progress:
        made, warnings = run(load_bundle(bundle), output, load_config(config), progress=progress)
    for warning in warnings:
        typer.echo(f"ihlclass: {warning}", err=True)
    figures = made.manifest["fast"]
    typer.echo(f"{'on held-out passages':24}{'macro F1':>10}{'micro F1':>10}{'false alarms':>14}")
    for profile, metrics in figures["metrics"].items():
        row = [metrics[key] for key in ("macro_f1_all", "micro_f1", "false_alarm_rate")]
        shown = ["-" if value is None else f"{value:.3f}" for value in row]
        typer.echo(f"{profile:24}{shown[0]:>10}{shown[1]:>10}{shown[2]:>14}")
    typer.echo(f"the cascade hands on {figures['handed_on']:.1%} of them to the accurate profile")
    typer.echo(f"bundle: {made.path}")


@app.command()
def thresholds(
    output: NewBundle,
    bundle: BundleArgument = None,
    beta: Annotated[
        float | None, typer.Option(help="F-beta to reach its best: below 1 weighs precision more, above 1 recall.")
    ] = None,
    precision_floor: Annotated[
        float | None, typer.Option(help="A label whose tags would be right less often than this is only for review.")
    ] = None,
    tolerated_misses: Annotated[
        float | None, typer.Option(help="Share of a label's passages that may stay below its review band.")
    ] = None,
    tolerated_false_alarms: Annotated[
        float | None,
        typer.Option(help="Share of the passages without a label that may have a tag, if F-beta allows."),
    ] = None,
    lowest: Annotated[float | None, typer.Option(help="No tag below this probability.")] = None,
    highest: Annotated[
        float | None, typer.Option(help="No label waits for more than this, but for its precision floor.")
    ] = None,
    on: Annotated[
        Path | None,
        typer.Option(metavar="DATA", help="Gold passages to set them on; the held-out training passages if left out."),
    ] = None,
) -> None:
    """Set the thresholds of every label anew, without training.

    What is left out stays as the bundle was made. Probabilities do not change, only from which one on a label is set,
    put up for review, or lets a passage have tags at all. Prints for each label the thresholds before and after, and
    how precise and complete its tags are on the passages that they were set on (cross-fitted where those are the
    held-out ones). Passages of --on can then no longer measure the bundle.

    The profile fast gets new ones by the same wishes, and the cascade a new point from which on it hands passages on;
    the table is of the profile accurate. Bundles that do not keep what fast says of the held-out training passages
    leave both as they are, unless --on gives passages; a warning says so.

    Example: ihlclass model thresholds -o careful --precision-floor 0.9
    """
    from dataclasses import replace

    from ihlclass.bundle import load_bundle
    from ihlclass.training.config import check_thresholds
    from ihlclass.training.rethreshold import rethreshold, thresholds_config

    loaded = load_bundle(bundle)
    given = {
        "beta": beta,
        "precision_floor": precision_floor,
        "tolerated_misses": tolerated_misses,
        "tolerated_false_alarms": tolerated_false_alarms,
        "lowest": lowest,
        "highest": highest,
    }
    config = replace(thresholds_config(loaded), **{key: value for key, value in given.items() if value is not None})
    check_thresholds(config, "thresholds: ")
    made = rethreshold(loaded, output, config, data=on)
    for warning in made.warnings:
        typer.echo(f"ihlclass: {warning}", err=True)
    typer.echo(f"{'label':30}{'tag from':>16}{'review from':>16}{'clear from':>16}{'n':>6}{'P':>7}{'R':>7}{'F1':>7}")
    for label, after in made.after.items():
        before, row = made.before[label], made.metrics["labels"][label]
        shown = "".join(f"{'-' if row[k] is None else format(row[k], '.3f'):>7}" for k in ("precision", "recall", "f1"))
        moves = "".join(
            f"{f'{getattr(before, name):.2f} > {getattr(after, name):.2f}':>16}"
            for name in ("accept", "review", "clear")
        )
        typer.echo(f"{label:30}{moves}{row['support']:6}{shown}")
    for key in ("macro_f1_all", "micro_precision", "micro_recall", "micro_f1", "false_alarm_rate"):
        value = made.metrics[key]
        typer.echo(f"{key:30}{'-' if value is None else format(value, '.3f'):>13}")
    typer.echo(f"bundle: {made.bundle}")
