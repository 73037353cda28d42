"""The command line: options and printing only. Each command is a module that imports its work when it is called."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

import ihlclass
from ihlclass.cli import (
    classify_cmd,
    compare_cmd,
    data_cmd,
    explain_cmd,
    labels_cmd,
    link_cmd,
    registry_cmd,
    tag_cmd,
    train_cmd,
)
from ihlclass.cli.streams import discard_output
from ihlclass.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_USAGE, IhlclassError, is_full


class _Commands(TyperGroup):
    """The commands, with our own end of the program: typer's is silent on Ctrl-C and fails on a closed pipe."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        with _exits():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        with _exits():
            return super().invoke(ctx)


app = typer.Typer(
    name="ihlclass",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Find incidents in reports of attacks on civilians, and tag them with the protected objects harmed and with "
        "indicators relevant to war-crime documentation. A tag says that the report says so: a machine suggestion "
        "for triage, not a finding of fact or law.\n\n"
        "Exit codes: 0 all done; 1 a fault of ours; 2 wrong usage, or the output cannot be written; "
        "3 some reports were rejected, the rest is written; "
        "4 labels or data invalid; 5 the model bundle is missing, damaged or not trusted; 6 a promotion "
        "was refused; 130 interrupted."
    ),
)
app.command("classify")(classify_cmd.classify)
app.command("tag")(tag_cmd.tag)
app.command("link")(link_cmd.link)
app.command("explain")(explain_cmd.explain)
app.command("train")(train_cmd.train)
app.command("evaluate")(train_cmd.evaluate)
app.command("compare")(compare_cmd.compare)
app.add_typer(data_cmd.app, name="data", help="Check labelled passages before training on them.")
app.add_typer(labels_cmd.app, name="labels", help="List, show and check the label scheme.")
app.add_typer(registry_cmd.app, name="model", help="Show, verify, adjust, register and promote model bundles.")


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
    """Run the command line."""
    with _exits():
        app()


@contextmanager
def _exits() -> Iterator[None]:
    """Turn every error of ours, and what else is no fault of ours, into one line and its exit code."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone: that is its right
        discard_output()
        sys.exit(0)
    except IhlclassError as error:
        _end(str(error), error.exit_code)
    except KeyboardInterrupt:
        _end("interrupted", EXIT_INTERRUPTED)
    except MemoryError:
        _end("out of memory", EXIT_BUG)
    except OSError as error:
        if not is_full(error):
            raise
        discard_output()
        _end(f"the output cannot be written ({error.strerror}); make room and start again", EXIT_USAGE)


def _end(message: str, code: int) -> NoReturn:
    typer.echo(f"ihlclass: {message}", err=True)
    sys.exit(code)


__all__ = ["EXIT_USAGE", "app", "main"]
