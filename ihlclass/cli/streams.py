"""Files of JSON lines that a user names, and standard output whose reader has gone, or that has no room."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ihlclass.errors import DataError


def discard_output() -> None:
    """Let what is still to be written to standard output go nowhere, so that nothing fails at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def json_lines(file: Path) -> Iterator[tuple[str, Any]]:
    """Yield where each line of a file of JSON lines stands, and its value; blank lines are passed over.

    Raises
    ------
    DataError
        If the file is not of that kind.
    """
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield f"{file}:{number}", json.loads(line)
                    except ValueError as error:
                        raise DataError(
                            f"{file}:{number}: not valid JSON; incidents and cases are JSON lines"
                        ) from error
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: is no text in UTF-8; incidents and cases are JSON lines") from error
