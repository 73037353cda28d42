"""Where the cascade hands a passage on: what the fast profile may settle, and what the accurate one is asked about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import readable
from ihlclass.decisions import Threshold
from ihlclass.labels import LabelScheme

#: In the folder of the fast profile.
CASCADE_FILE = "cascade.json"
#: From this probability on a core object is handed on, whatever its threshold.
CORE = 0.05


@dataclass(frozen=True)
class HandingOn:
    """The operating point of the cascade.

    A passage is handed on where the fast profile gives any label `share` of the probability at which it would set it,
    be it clear or not, or a core object `share` of `core`. So no tag of the cascade is the fast profile's; what a
    settled passage has up for review is.

    Attributes
    ----------
    share
        0..1, a factor on thresholds; 0 hands every passage on.
    core
        A probability, 0..1.
    settle
        As in bundles made before: a passage is handed on where any label has this probability, 0..1, and the other two
        say nothing; None in others.
    """

    share: float = 1.0
    core: float = CORE
    settle: float | None = None

    def __post_init__(self) -> None:
        if not all(0 <= value <= 1 for value in (self.share, self.core, self.settle or 0)):
            raise ValueError("the operating point of a cascade is made of numbers from 0 to 1")

    def at(self, scheme: LabelScheme, thresholds: Mapping[str, Threshold]) -> NDArray[np.float64]:
        """Probability of each label from which on a passage is handed on, shape ``(k,)``.

        Parameters
        ----------
        thresholds
            Of the fast profile.
        """
        if self.settle is not None:
            return np.full(len(scheme.ids), self.settle)
        accept = np.array([thresholds[label].accept for label in scheme.ids])
        core = np.array([label.status == "core" for label in scheme.labels], dtype=bool)
        return np.asarray(self.share * np.where(core, np.minimum(accept, self.core), accept))

    def asked(
        self, probabilities: NDArray[np.float64], scheme: LabelScheme, thresholds: Mapping[str, Threshold]
    ) -> NDArray[np.bool_]:
        """Which passages are handed on, shape ``(n,)``.

        Parameters
        ----------
        probabilities, thresholds
            Of the fast profile; probabilities of shape ``(n, k)``.
        """
        return np.asarray((probabilities >= self.at(scheme, thresholds)).any(axis=1))

    def as_row(self) -> dict[str, float]:
        """Its numbers, as they are written."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def save(self, folder: Path) -> None:
        """Write ``cascade.json`` into the folder of the fast profile."""
        (folder / CASCADE_FILE).write_text(json.dumps(self.as_row()) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> HandingOn:
        """Read ``cascade.json`` from the folder of the fast profile.

        Raises
        ------
        BundleError
            If it is missing or not valid.
        """
        path = folder / CASCADE_FILE
        with readable(path, "not readable as the operating point of the cascade"):
            said = json.loads(path.read_text(encoding="utf-8"))
            names = ("settle",) if "settle" in said else ("share", "core")
            return cls(**{name: float(said[name]) for name in names})
