"""The gate before a model is used: what a challenger must show on gold passages that neither model was trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ihlclass.bundle import Bundle
from ihlclass.classifier import Classifier
from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import RESAMPLES, SEED
from ihlclass.training.compare import Difference, compare
from ihlclass.training.evaluation import micro_figures
from ihlclass.training.measure import Gold, Measurement, measure
from ihlclass.training.slices import NOT_GIVEN
from ihlclass.verify import verify

#: Fields across which a model should be about as good.
PARITY_FIELDS = ("conflict", "style")
#: Slices with fewer labelled passages than this say too little.
MIN_SLICE = 30


@dataclass(frozen=True)
class Bounds:
    """What the gate allows.

    Attributes
    ----------
    calibration
        Largest expected calibration error over all decisions, 0..1.
    parity
        How far micro F1 of a conflict or style may lie below that of all passages, 0..1.
    """

    calibration: float = 0.02
    parity: float = 0.20


@dataclass(frozen=True, slots=True)
class Check:
    """One question of the gate, and its answer."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Verdict:
    """All answers of the gate."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against promotion."""
        return all(check.passed for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        return {"passed": self.passed, "checks": [asdict(check) for check in self.checks]}


def gate(
    challenger: Bundle,
    champion: Bundle | None,
    gold: Gold,
    bounds: Bounds,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Verdict:
    """Ask whether `challenger` may take the place of `champion`.

    It must decide on this machine as where it was made; neither its F1 on a core object nor its micro F1 over all
    labels may be worse than the champion's by more than luck explains (the paired bootstrap interval of the difference
    lies below 0); calibration error and the weakest conflict or style must be within bounds. Without a champion there
    is nothing to be worse than.

    Raises
    ------
    DataError
        If `gold` lies in too few groups to compare on.
    """
    scheme = challenger.scheme
    measured = measure(Classifier(challenger), gold)
    checks = [
        _valid(challenger),
        *_core(measured, champion, gold, scheme, resamples, seed),
        _calibrated(measured, bounds.calibration),
        *_parity(measured, bounds.parity),
    ]
    return Verdict(tuple(checks))


def _valid(bundle: Bundle) -> Check:
    result = verify(Classifier(bundle))
    detail = f"{result.equal_decisions} of {result.decisions} decisions on its test vectors as where it was made"
    return Check("bundle and label scheme", result.passed, detail)


def _core(
    measured: Measurement, champion: Bundle | None, gold: Gold, scheme: LabelScheme, resamples: int, seed: int
) -> Iterator[Check]:
    core = [label.id for label in scheme.labels if label.status == "core"]
    rows = measured.metrics["labels"]
    if champion is None:
        for label in core:
            yield Check(label, True, f"F1 {rows[label]['f1']:.3f} (n {rows[label]['support']}); no champion yet")
        yield Check("all labels", True, f"micro F1 {measured.metrics['micro_f1']:.3f}; no champion yet")
        return
    before = measure(Classifier(champion), gold)
    result = compare(gold, before.decided, measured.decided, scheme, resamples=resamples, seed=seed)
    for label in core:
        one = result.labels.get(label)
        few = f"not compared: {rows[label]['support']} passages carry it, or too few groups"
        yield _no_worse(label, "F1", one) if one else Check(label, True, few)
    yield _no_worse("all labels", "micro F1", result.overall["micro_f1"])


def _no_worse(name: str, figure: str, one: Difference) -> Check:
    worse = one.real and one.difference < 0
    detail = f"{figure} {one.a:.3f} > {one.b:.3f}, difference {one.low:+.3f} to {one.high:+.3f}"
    return Check(name, not worse, detail + (": worse, and not by luck" if worse else ""))


def _calibrated(measured: Measurement, bound: float) -> Check:
    error = measured.metrics["calibration_error"]
    return Check("calibration", error <= bound, f"expected calibration error {error:.4f}, at most {bound:g}")


def _parity(measured: Measurement, bound: float) -> Iterator[Check]:
    gold = measured.gold
    overall = measured.metrics["micro_f1"]
    for field in PARITY_FIELDS:
        values = gold.fields.get(field)
        figures: dict[str, float] = {}
        for value in set(values or ()) - {NOT_GIVEN}:
            inside = np.array(values) == value
            if gold.labels[inside].any(axis=1).sum() >= MIN_SLICE:
                figures[value] = micro_figures(gold.labels[inside], measured.decided[inside])["micro_f1"] or 0.0
        name = f"parity by {field}"
        if len(figures) < 2:
            yield Check(name, True, f"not measured: no two with {MIN_SLICE} labelled passages or more")
            continue
        weakest = min(figures, key=lambda value: figures[value])
        short = overall - figures[weakest]
        detail = (
            f"micro F1 {figures[weakest]:.3f} on {weakest}, {overall:.3f} on all: {short:+.3f} short, at most {bound:g}"
        )
        yield Check(name, short <= bound, detail)
