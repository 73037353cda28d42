"""Scores of the held-out passages, kept in a bundle so that thresholds can be set anew without training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import readable_arrays
from ihlclass.calibration import Calibration
from ihlclass.decisions import enforce_implications
from ihlclass.errors import BundleError
from ihlclass.labels import LabelScheme

Matrix = NDArray[np.float64]

HELD_OUT_FILE = "held_out.npz"
#: How the names of arrays begin that hold a field of the passages.
FIELD = "field_"


@dataclass(frozen=True)
class HeldOut:
    """What calibration and thresholds of a bundle were fitted on. It holds no text.

    Attributes
    ----------
    scores, lexical_scores
        Raw scores before calibration, shape ``(n, k)``, rounded to what single precision holds, as they are stored;
        `lexical_scores` is None where the bundle has no lexical heads.
    gold
        Labels, shape ``(n, k)``, 0 or 1.
    groups
        A number for each passage, the same for passages of one event, shape ``(n,)``.
    fields
        What the passages can be sliced by, see `ihlclass.training.slices.slice_fields`; empty in bundles made before
        it was kept.
    """

    scores: Matrix
    lexical_scores: Matrix | None
    gold: NDArray[np.int8]
    groups: NDArray[np.int32]
    fields: dict[str, list[str]]

    def probabilities(self, calibration: Calibration, scheme: LabelScheme) -> NDArray[np.float64]:
        """Return calibrated probabilities that keep to the scheme's implications, shape ``(n, k)``."""
        calibrated = calibration.apply(self.scores, self.lexical_scores)
        return enforce_implications(calibrated, scheme.ids, scheme.implies)

    def rows(self, kept: NDArray[np.bool_]) -> HeldOut:
        """Return some of the passages, in order; `kept` has shape ``(n,)``."""
        lexical = None if self.lexical_scores is None else self.lexical_scores[kept]
        places = np.flatnonzero(kept).tolist()
        fields = {name: [values[place] for place in places] for name, values in self.fields.items()}
        return HeldOut(self.scores[kept], lexical, self.gold[kept], self.groups[kept], fields)

    def save(self, folder: Path) -> None:
        """Write ``held_out.npz`` into `folder`."""
        arrays: dict[str, Any] = {"scores": self.scores.astype(np.float32), "gold": self.gold, "groups": self.groups}
        if self.lexical_scores is not None:
            arrays["lexical_scores"] = self.lexical_scores.astype(np.float32)
        arrays |= {FIELD + name: np.array(values) for name, values in self.fields.items()}
        np.savez_compressed(folder / HELD_OUT_FILE, **arrays)

    @classmethod
    def load(cls, folder: Path) -> HeldOut:
        """Read ``held_out.npz``.

        Raises
        ------
        BundleError
            If it is missing or not valid.
        """
        path = folder / HELD_OUT_FILE
        if not path.is_file():
            raise BundleError(f"{path}: missing, as in bundles made before it was kept. Retrain it")
        with readable_arrays(path, "not readable as held-out scores") as arrays:
            scores, gold, groups = arrays["scores"], arrays["gold"], arrays["groups"]
            lexical = arrays.get("lexical_scores")
            fields = {key.removeprefix(FIELD): arrays[key].tolist() for key in arrays if key.startswith(FIELD)}
        shapes = {array.shape for array in (scores, gold, lexical) if array is not None}
        if len(shapes) > 1 or {len(gold)} != {len(rows) for rows in (gold, groups, *fields.values())}:
            raise BundleError(f"{path}: its arrays differ in shape")
        return cls(scores.astype(float), None if lexical is None else lexical.astype(float), gold, groups, fields)
