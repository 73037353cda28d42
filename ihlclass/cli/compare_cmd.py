"""``ihlclass compare``: is one model better than another, or was it luck."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ihlclass.cli.options import ProfileName
from ihlclass.errors import UsageError

if TYPE_CHECKING:
    from ihlclass.training.compare import Comparison, Difference

NAMES = {
    "macro_f1_all": "macro F1, all labels",
    "macro_f1_object": "macro F1, protected objects",
    "macro_f1_indicator": "macro F1, indicators",
    "micro_f1": "micro F1",
    "false_alarm_rate": "false alarms (lower is better)",
}
MODEL = "A bundle folder ('default' is the shipped one), or a file of predictions as 'ihlclass tag' writes them."
PROFILE = "Profile of the bundle {}."


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help=MODEL)],
    b: Annotated[str, typer.Argument(metavar="B", help=MODEL)],
    data: Annotated[
        Path, typer.Argument(metavar="DATA.jsonl", help="Passages with gold labels: id, text, labels; group if known.")
    ],
    profile_a: Annotated[ProfileName | None, typer.Option(help=PROFILE.format("A"), show_default="accurate")] = None,
    profile_b: Annotated[ProfileName | None, typer.Option(help=PROFILE.format("B"), show_default="accurate")] = None,
    scheme_folder: Annotated[
        Path | None,
        typer.Option("--scheme", metavar="FOLDER", help="Label scheme of two files of predictions; else the shipped."),
    ] = None,
    resamples: Annotated[int, typer.Option(min=100, help="How often groups are drawn.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same answer.")] = 13,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, every label with it.")] = False,
) -> None:
    """Say whether one model is better than another on the same passages, or whether it may be luck.

    A and B may each be a model bundle or a JSON-lines file with id and labels (what 'ihlclass tag' writes), so any
    program or rule can be the baseline; two profiles of one bundle may be compared too. DATA must be passages that
    neither was trained on.

    Groups of passages (events) are drawn again and again, both models are judged on each draw, and the interval holds
    95 % of the differences B - A. An interval without 0 is called a real difference; one with 0 does not prove that
    the models are equal. p is about how often a difference like this would come by luck. Labels are named where their
    interval holds no 0; with fewer than 10 passages, or in fewer than 10 groups, a label is not compared.

    Example: ihlclass tag gold.jsonl -o old.jsonl -b models/old; ihlclass compare old.jsonl models/new gold.jsonl
    """
    from ihlclass.classifier import load
    from ihlclass.labels import load_scheme
    from ihlclass.training.compare import check_groups
    from ihlclass.training.compare import compare as compare_decisions
    from ihlclass.training.measure import measure, read_gold
    from ihlclass.training.predictions import read_predictions

    wanted = ((a, profile_a), (b, profile_b))
    for model, profile in wanted:
        if model != "default" and not Path(model).exists():
            raise UsageError(f"{model}: no such bundle folder or file of predictions")
        if profile and Path(model).is_file():
            raise UsageError(f"{model}: is a file of predictions, which has no profile {profile}; leave the option out")
    models = [
        None
        if Path(model).is_file()
        else load(None if model == "default" else model, profile=profile or ProfileName.ACCURATE)
        for model, profile in wanted
    ]
    schemes = {one.scheme.digest: one.scheme for one in models if one}
    if len(schemes) > 1:
        raise UsageError(
            f"{a} and {b} speak different label schemes; tag with each, and compare the files of predictions"
        )
    scheme = next(iter(schemes.values()), None) or load_scheme(scheme_folder)
    gold = read_gold(data, scheme)
    check_groups(gold)
    said = [
        measure(one, gold).decided if one else read_predictions(Path(model), gold, scheme)
        for model, one in zip((a, b), models, strict=True)
    ]
    result = compare_decisions(gold, said[0], said[1], scheme, resamples=resamples, seed=seed)
    if as_json:
        profiles = {f"profile_{side}": one and one.bundle.profile for side, one in zip("ab", models, strict=True)}
        typer.echo(json.dumps({"a": a, "b": b, **profiles, "data": str(data), **result.as_dict()}, indent=1))
    else:
        _print(result, *(f"{model}, profile {profile}" if profile else model for model, profile in wanted))


def _print(result: Comparison, a: str, b: str) -> None:
    typer.echo(f"A: {a}\nB: {b}\n{result.passages} passages in {result.groups} groups\n")
    typer.echo(f"{'':32}{'A':>7}{'B':>7}{'B - A':>8}   {result.level:.0%} interval       p")
    for name, one in result.overall.items():
        typer.echo(_row(NAMES[name], one))
    real = {label: one for label, one in result.labels.items() if one.real}
    if real:
        typer.echo("\nF1 of the labels whose interval holds no 0:")
        for label, one in sorted(real.items(), key=lambda item: item[1].difference):
            typer.echo(_row(label, one))
    typer.echo()
    for name, one in result.overall.items():
        typer.echo(f"{NAMES[name].removesuffix(' (lower is better)')}: {_verdict(name, one)}")
    better = sum(one.difference > 0 for one in real.values())
    by_luck = (1 - result.level) * len(result.labels)
    typer.echo(
        f"labels: of {len(result.labels)} compared, B is better on {better} and A on {len(real) - better}; between "
        f"equal models about {by_luck:.0f} would seem to differ by luck. {len(result.not_compared)} are not compared: "
        "too few passages or groups carry them"
    )


def _row(name: str, one: Difference) -> str:
    ends = f"{one.low:+.3f} to {one.high:+.3f}"
    return f"{name:32}{one.a:7.3f}{one.b:7.3f}{one.difference:+8.3f}   {ends}   {one.p_value:.3f}"


def _verdict(name: str, one: Difference) -> str:
    if not one.real:
        return "no difference shown (the interval holds 0); that does not prove them equal"
    better = "B" if (one.difference > 0) != (name == "false_alarm_rate") else "A"
    return f"{better} is better, and the difference is real (the interval holds no 0)"
