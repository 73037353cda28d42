"""The command line: options and printing only. Each command is a module that imports its work when it is called."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import ihlclass
from ihlclass.cli import classify_cmd, data_cmd, labels_cmd, model_cmd, tag_cmd, train_cmd
from ihlclass.errors import EXIT_BUG, EXIT_USAGE, IhlclassError

app = typer.Typer(
    name="ihlclass",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Find incidents in reports of attacks on civilians, and tag them with the protected objects harmed and with "
        "indicators relevant to war-crime documentation. A tag says that the report says so: a machine suggestion "
        "for triage, not a finding of fact or law.\n\n"
        "Exit codes: 0 all done; 1 a fault of ours; 2 wrong usage; 3 some reports were rejected, the rest is written; "
        "4 labels or data invalid; 5 the model bundle is missing, damaged or not trusted."
    ),
)
app.command("classify")(classify_cmd.classify)
app.command("tag")(tag_cmd.tag)
app.command("train")(train_cmd.train)
app.command("evaluate")(train_cmd.evaluate)
app.add_typer(data_cmd.app, name="data", help="Check labelled passages before training on them.")
app.add_typer(labels_cmd.app, name="labels", help="List, show and check the label scheme.")
app.add_typer(model_cmd.app, name="model", help="Show and verify a model bundle.")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(ihlclass.__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every error of ours becomes one line on standard error and its exit code."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        app()
    except IhlclassError as error:
        typer.echo(f"ihlclass: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of our output has gone: that is its right
        sys.stdout = None
        sys.exit(0)
    except KeyboardInterrupt:
        typer.echo("ihlclass: interrupted; whole lines are written. 'classify' goes on with --resume", err=True)
        sys.exit(130)
    except MemoryError:
        typer.echo("ihlclass: out of memory", err=True)
        sys.exit(EXIT_BUG)


__all__ = ["EXIT_USAGE", "app", "main"]
