"""The gate before a model is used: what a challenger must show on gold passages that neither model was trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ihlclass.bundle import Bundle, load_bundle
from ihlclass.classifier import Classifier
from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import RESAMPLES, SEED
from ihlclass.training.compare import Comparison, Difference, Labels, compare
from ihlclass.training.evaluation import micro_figures
from ihlclass.training.measure import Gold, Measurement, measure
from ihlclass.training.slices import NOT_GIVEN
from ihlclass.verify import verify

#: Fields across which a model should be about as good.
PARITY_FIELDS = ("conflict", "style")
#: Slices with fewer labelled passages than this say too little.
MIN_SLICE = 30
#: Profile of the small model, and where the manifest tells of it.
FAST = "fast"

#: Compares two sets of decisions on the gold passages.
Against = Callable[[Labels, Labels], Comparison]


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

    The profiles fast and cascade may not be lost: where the champion has them, a challenger without them is refused.
    Its fast profile must decide here as where it was made, and be no worse than the champion's fast one in the figures
    above. Its cascade is held to its promise: against its own accurate profile it may lose no more of macro F1, or of
    F1 on a core object, than ``fast.tolerated_loss``, beyond what luck explains.

    Raises
    ------
    DataError
        If `gold` lies in too few groups to compare on.
    """
    scheme = challenger.scheme
    measured = measure(Classifier(challenger), gold)

    def against(before: Labels, after: Labels) -> Comparison:
        return compare(gold, before, after, scheme, resamples=resamples, seed=seed)

    checks = [
        _valid(challenger),
        *_core(measured, champion, scheme, against),
        _calibrated(measured, bounds.calibration),
        *_parity(measured, bounds.parity),
        *_profiles(measured, challenger, champion, against),
    ]
    return Verdict(tuple(checks))


def _valid(bundle: Bundle, name: str = "bundle and label scheme") -> Check:
    result = verify(Classifier(bundle))
    detail = f"{result.equal_decisions} of {result.decisions} decisions on its test vectors as where it was made"
    return Check(name, result.passed, detail)


def _core(
    measured: Measurement, champion: Bundle | None, scheme: LabelScheme, against: Against, before: str = ""
) -> Iterator[Check]:
    """Compare with the champion as the profile that it is loaded as; `before` is put before the names."""
    rows = measured.metrics["labels"]
    if champion is None:
        for label in _core_labels(scheme):
            found = f"F1 {rows[label]['f1']:.3f} (n {rows[label]['support']}); nothing to compare with"
            yield Check(before + label, True, found)
        yield Check(
            f"{before}all labels", True, f"micro F1 {measured.metrics['micro_f1']:.3f}; nothing to compare with"
        )
        return
    result = against(measure(Classifier(champion), measured.gold).decided, measured.decided)
    for label in _core_labels(scheme):
        one = result.labels.get(label)
        few = f"not compared: {rows[label]['support']} passages carry it, or too few groups"
        yield _no_worse(before + label, "F1", one) if one else Check(before + label, True, few)
    yield _no_worse(f"{before}all labels", "micro F1", result.overall["micro_f1"])


def _core_labels(scheme: LabelScheme) -> list[str]:
    return [label.id for label in scheme.labels if label.status == "core"]


def _no_worse(name: str, figure: str, one: Difference) -> Check:
    worse = one.real and one.difference < 0
    detail = f"{figure} {one.a:.3f} > {one.b:.3f}, difference {one.low:+.3f} to {one.high:+.3f}"
    return Check(name, not worse, detail + (": worse, and not by luck" if worse else ""))


def _profiles(measured: Measurement, challenger: Bundle, champion: Bundle | None, against: Against) -> Iterator[Check]:
    """What the challenger's other profiles must show; nothing where neither bundle has them."""
    theirs = champion is not None and FAST in champion.manifest
    if FAST not in challenger.manifest:
        if theirs:
            lacks = "the champion has them, this one does not; 'ihlclass model distil' makes them, register it then"
            yield Check("profiles fast, cascade", False, lacks)
        return
    scheme, gold = challenger.scheme, measured.gold
    fast, cascade = (load_bundle(challenger.path, profile=name) for name in (FAST, "cascade"))
    yield _valid(fast, "fast: test vectors")
    old = load_bundle(champion.path, profile=FAST) if champion and theirs else None
    yield from _core(measure(Classifier(fast), gold), old, scheme, against, "fast: ")
    result = against(measured.decided, measure(Classifier(cascade), gold).decided)
    yield _little_lost(result, scheme, challenger.manifest[FAST]["config"]["tolerated_loss"])


def _little_lost(result: Comparison, scheme: LabelScheme, tolerated: float) -> Check:
    """Whether a cascade (b) keeps what its accurate profile (a) finds."""
    figures = {"macro F1": result.overall.get("macro_f1_all")}
    figures |= {f"F1 of {label}": result.labels.get(label) for label in _core_labels(scheme)}
    compared = {name: one for name, one in figures.items() if one}
    if not compared:
        return Check("cascade", True, "not compared: too few passages or groups carry its labels")
    name = min(compared, key=lambda name: compared[name].high)
    one = compared[name]
    lost = one.high < -tolerated
    detail = f"{name} {one.a:.3f} by accurate, {one.b:.3f} by cascade, difference {one.low:+.3f} to {one.high:+.3f}"
    return Check("cascade", not lost, f"{detail}; at most {tolerated:g} lost")


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
