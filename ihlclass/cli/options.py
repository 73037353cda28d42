"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Bundle = Annotated[
    Path | None,
    typer.Option("--bundle", "-b", metavar="FOLDER", help="Model bundle to use instead of the shipped one."),
]
