"""Thresholds of the fast profile and the cascade's operating point, by what both profiles say of the same passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import readable_arrays
from ihlclass.decisions import Threshold, decided_matrix, save_thresholds
from ihlclass.errors import BundleError
from ihlclass.labels import LabelScheme
from ihlclass.training.config import ThresholdsConfig
from ihlclass.training.evaluation import evaluate
from ihlclass.training.few import FewPlan
from ihlclass.training.held_out import HELD_OUT_FILE
from ihlclass.training.operating_point import choose_handing_on
from ihlclass.training.thresholding import set_thresholds

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class BothSaid:
    """What the two profiles of a bundle say of the same passages. It holds no text.

    Attributes
    ----------
    gold
        Labels, shape ``(n, k)``, 0 or 1.
    fast, accurate
        Calibrated probabilities, shape ``(n, k)``, 0..1, rounded to what single precision holds, as they are stored.
    """

    gold: NDArray[np.int8]
    fast: Matrix
    accurate: Matrix

    @classmethod
    def rounded(cls, gold: NDArray[np.int8], fast: Matrix, accurate: Matrix) -> BothSaid:
        """Return them as they would be after `save` and `load`."""
        return cls(gold, *(p.astype(np.float32).astype(np.float64) for p in (fast, accurate)))

    def save(self, folder: Path) -> None:
        """Write ``held_out.npz`` into the folder of the fast profile."""
        fast, accurate = (p.astype(np.float32) for p in (self.fast, self.accurate))
        np.savez_compressed(folder / HELD_OUT_FILE, gold=self.gold, fast=fast, accurate=accurate)

    @classmethod
    def load(cls, folder: Path) -> BothSaid | None:
        """Read ``held_out.npz`` of a fast profile; None where there is none, as in bundles made before it was kept.

        Raises
        ------
        BundleError
            If it is not valid.
        """
        path = folder / HELD_OUT_FILE
        if not path.is_file():
            return None
        with readable_arrays(path, "not readable as what the profiles say of held-out passages") as arrays:
            gold, fast, accurate = arrays["gold"], arrays["fast"], arrays["accurate"]
        if len({array.shape for array in (gold, fast, accurate)}) > 1:
            raise BundleError(f"{path}: its arrays differ in shape")
        return cls.rounded(gold, fast, accurate)


def set_fast_thresholds(
    folder: Path,
    on: BothSaid,
    judged_on: BothSaid,
    accurate: Mapping[str, Threshold],
    scheme: LabelScheme,
    config: ThresholdsConfig,
    *,
    tolerated_loss: float,
    few: FewPlan,
) -> tuple[dict[str, Any], list[str]]:
    """Set the thresholds of a fast profile and the cascade's operating point, and write them into its folder.

    Parameters
    ----------
    on
        Passages to set the thresholds on.
    judged_on
        Passages to choose the operating point on, and to take figures of all three profiles on.
    accurate
        Thresholds of the accurate profile.
    tolerated_loss
        See `ihlclass.training.operating_point.choose_handing_on`.

    Returns
    -------
    facts, warnings
        For the manifest: ``held_out`` passages, ``handing_on`` (``share`` and ``core``), the share ``handed_on``, and
        ``metrics`` of each profile (`ihlclass.training.evaluation.evaluate`, without those of single labels). And what
        the user should know.
    """
    thresholds, warnings = set_thresholds(on.fast, on.gold, scheme, config, never=few.left_out)
    gold, p = judged_on.gold, {"fast": judged_on.fast, "accurate": judged_on.accurate}
    decided = {
        name: decided_matrix(p[name], scheme.ids, by, scheme.implies)
        for name, by in (("fast", thresholds), ("accurate", accurate))
    }
    handing_on = choose_handing_on(
        gold, p["fast"], decided["fast"], decided["accurate"], scheme, thresholds, tolerated_loss
    )
    if handing_on.share == 0:
        warnings.append(
            f"cascade hands every passage on: the {len(gold)} passages to choose by are too few of some core object, "
            "or the fast profile misses too much"
        )
    asked = handing_on.asked(p["fast"], scheme, thresholds)[:, None]
    for said in (p, decided):
        said["cascade"] = np.where(asked, said["accurate"], said["fast"])
    save_thresholds(folder, thresholds)
    handing_on.save(folder)
    facts = {
        "held_out": len(gold),
        "handing_on": handing_on.as_row(),
        "handed_on": float(asked.mean()),
        "metrics": {
            name: {
                key: value for key, value in evaluate(gold, decided[name], p[name], scheme).items() if key != "labels"
            }
            for name in ("fast", "accurate", "cascade")
        },
    }
    return facts, [f"fast profile: {warning}" for warning in warnings]
