"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ProfileName(StrEnum):
    """Which model of a bundle."""

    ACCURATE = "accurate"
    FAST = "fast"
    CASCADE = "cascade"


Bundle = Annotated[
    Path | None,
    typer.Option("--bundle", "-b", metavar="FOLDER", help="Model bundle to use instead of the shipped one."),
]
Profile = Annotated[
    ProfileName,
    typer.Option(
        help="accurate; fast: many times faster, less accurate; cascade: fast settles what it would not tag, accurate "
        "gets the rest."
    ),
]
