"""``ihlclass data``: labelled passages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ihlclass.cli.progress import StageProgress
from ihlclass.errors import EXIT_INVALID_DATA, DataError, MissingExtraError, UsageError

if TYPE_CHECKING:
    from ihlclass.encoder import Encoder
    from ihlclass.training.check import CheckResult

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
#: Findings of one code that are printed; all stand in the file of --json.
SHOWN = 15
#: Codes whose findings are one label and its count each: printed on one line.
COUNTS = ("D201", "D202")


@app.callback()
def _root() -> None:
    pass


@app.command()
def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="DATA...", help="Files (.jsonl, .csv, .tsv, .parquet), or folders of them.")
    ],
    bars: Annotated[
        Path | None, typer.Option(metavar="BARS.toml", help="How much is enough; the shipped bars if left out.")
    ] = None,
    apart_from: Annotated[
        list[Path] | None,
        typer.Option("--apart-from", metavar="FILE", help="Evaluation set that must share nothing: passages, or .txt."),
    ] = None,
    encoder: Annotated[
        str | None, typer.Option(help="Folder or hub name of the encoder that judges likeness; else the base encoder.")
    ] = None,
    models: Annotated[
        bool, typer.Option("--models/--no-models", help="Look for copies and label noise too, by an encoder.")
    ] = True,
    scheme: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Label scheme of your own; the shipped one if left out.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--json", metavar="OUT.json", help="Write everything there.")] = None,
) -> None:
    """Check labelled passages: rules, coverage, balance, copies, label noise, words that give a label away.

    Errors (lines that break a rule, near-copies in different groups, overlap with an evaluation set) give exit code
    4; advice (too few of something) does not.

    Example: ihlclass data check seeds/passages --apart-from gold.jsonl
    """
    from ihlclass.labels import load_scheme
    from ihlclass.training.check import check_data
    from ihlclass.training.check.coverage import load_bars

    if models and any(find_spec(name) is None for name in ("cleanlab", "sentence_transformers")):
        raise MissingExtraError("looking for near-copies and label noise (all but --no-models)", "train")
    limits = load_bars(bars)
    foreign = list(_texts(apart_from or []))
    with StageProgress() as progress:
        result = check_data(
            paths,
            load_scheme(scheme),
            limits,
            _encoder(encoder) if models else None,
            apart_from=foreign,
            progress=progress,
        )
    _print(result)
    if not models:
        typer.echo("not looked for without an encoder: near-copies, label noise, give-away words", err=True)
    if output is not None:
        try:
            output.write_text(json.dumps(result.as_dict(), indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{output}: cannot be written ({error.strerror})") from error
    if result.errors:
        raise typer.Exit(EXIT_INVALID_DATA)


def _encoder(name: str | None) -> Encoder:
    from ihlclass.training.base_encoder import load_base_encoder
    from ihlclass.training.config import load_config

    config = load_config().encoder
    if name is not None:
        config = replace(config, sources=[name], sha256="")
    return load_base_encoder(config, Path.cwd()).encoder


def _texts(paths: Iterable[Path]) -> Iterable[str]:
    """Texts of an evaluation set: the column ``text`` of passages, the paragraphs of text files."""
    from ihlclass.training.rows import read_rows

    for path in paths:
        if path.suffix.lower() in (".txt", ".md"):
            try:
                content = path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from error
            yield from (" ".join(part.split()) for part in re.split(r"\n\s*\n", content) if part.strip())
            continue
        for row in read_rows(path, ("text",)):
            if isinstance(row, DataError):
                raise row
            if not isinstance(row.values.get("text"), str):
                raise DataError(f"{row.where}: needs a string 'text'")
            yield row.values["text"]


def _print(result: CheckResult) -> None:
    from ihlclass.training.check.findings import CODES, shown

    facts = result.facts
    typer.echo(f"{facts['passages']} passages, {facts['groups']} groups, {facts['unlabelled']} without a label")
    for name in ("kinds", "styles", "conflicts"):
        shares = [f"{shown(key)} {n / max(1, facts['passages']):.1%}" for key, n in list(facts[name].items())[:14]]
        more = len(facts[name]) - len(shares)
        typer.echo(f"{name}: {', '.join(shares)}" + (f", and {more} more" if more > 0 else ""))
    if result.labels:
        typer.echo(f"\n{'label':30}{'n':>6}{'near':>6}{'words':>7}{'vectors':>9}  best single word")
        for row in result.labels:
            near = facts["hard_negatives"][row.label]
            typer.echo(
                f"{row.label:30}{row.positives:6}{near:6}{row.bag_of_words_f1:7.2f}{row.embedding_f1:9.2f}"
                f"  {row.word} {row.word_f1:.2f}"
            )
        typer.echo("words, vectors: cross-validated F1 of logistic regression on word counts, and on embeddings")
    for code, same in groupby(result.findings, key=lambda finding: finding.code):
        findings = list(same)
        typer.echo(f"\n{findings[0].severity.upper()} {code} ({len(findings)}): {CODES[code]}")
        if code in COUNTS:
            typer.echo(f"  {', '.join(finding.message for finding in findings)}")
            continue
        for finding in findings[:SHOWN]:
            named = [shown(name) for name in finding.passages[:5]] if code in ("D302", "D401") else []
            typer.echo(f"  {finding.message}" + (f" [{', '.join(named)}]" if named else ""))
        if len(findings) > SHOWN:
            typer.echo(f"  and {len(findings) - SHOWN} more; --json OUT.json writes all")
    advice = len(result.findings) - result.errors
    typer.echo(f"\n{result.errors} errors, {advice} pieces of advice; data digest {facts['digest']}")
