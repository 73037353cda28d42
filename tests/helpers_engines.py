"""Work for workers that does not end well; a module of its own, so that worker processes can import it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from ihlclass.engines.work import Model
from ihlclass.outcomes import Outcome
from ihlclass.types import Report

POISON = "poison"


def die_on_poison(reports: Sequence[Report], model: Model) -> list[Outcome]:
    """End the worker's process, as the system does where memory runs out, on a report that says so."""
    for report in reports:
        if POISON in report.text:
            os._exit(9)
    return [({"report": report.name, "status": "classified"}, []) for report in reports]


def die_at_once(reports: Sequence[Report], model: Model) -> list[Outcome]:
    """End the worker's process whatever it is given, as where the model does not fit into memory."""
    os._exit(9)


def die_once(reports: Sequence[Report], model: Model) -> list[Outcome]:
    """End the worker's process the first two times that it is asked; `model.gazetteer` is where that is noted."""
    note = Path(str(model.gazetteer))
    deaths = len(note.read_text()) if note.exists() else 0
    if deaths < 2:
        note.write_text("x" * (deaths + 1))
        os._exit(9)
    time.sleep(0.01)
    return [({"report": report.name, "status": "classified"}, []) for report in reports]
