"""Is there enough of everything: labels, hard negatives, background, styles, conflicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

from ihlclass.errors import UsageError
from ihlclass.labels import LabelScheme
from ihlclass.training.check.findings import Finding, advice, shown
from ihlclass.training.config import read_toml
from ihlclass.training.data import LabelledPassage

DEFAULT_BARS = Path(__file__).with_name("bars.toml")


@dataclass(frozen=True, slots=True)
class Bars:
    """How much is enough; the meaning of each stands in ``bars.toml``."""

    positives: int
    core_positives: int
    hard_negatives: int
    unlabelled: int
    style_share: float
    conflict_share: float
    label_in_one_share: float
    labels_per_incident: int
    near_copy_cosine: float
    alike_cosine: float
    alike_share: float
    shared_words: int
    shared_by: int
    foreign_words: int
    giveaway_f1: float


def load_bars(path: Path | None = None) -> Bars:
    """Read bars from a TOML file; keys left out keep the shipped values.

    Raises
    ------
    UsageError
        If the file cannot be read, is not TOML, or has an unknown key or a value that is no number.
    """
    values = read_toml(DEFAULT_BARS)
    if path is not None:
        own = read_toml(path)
        for key, value in own.items():
            if key not in values:
                raise UsageError(f"{path}: unknown key {key}; known are {', '.join(f.name for f in fields(Bars))}")
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise UsageError(f"{path}: {key} must be a number, 0 or more")
            if isinstance(values[key], int) and not isinstance(value, int):
                raise UsageError(f"{path}: {key} must be a whole number")
        values |= own
    return Bars(**values)


def label_counts(passages: Sequence[LabelledPassage], field: str) -> Counter[str]:
    """Count in how many passages each label stands in `field`, ``labels`` or ``near``."""
    return Counter(label for p in passages for label in getattr(p, field))


def check_coverage(passages: Sequence[LabelledPassage], scheme: LabelScheme, bars: Bars) -> Iterator[Finding]:
    """Compare counts with the bars."""
    positives, near = label_counts(passages, "labels"), label_counts(passages, "near")
    bar_of = {x.id: bars.core_positives if x.status == "core" else bars.positives for x in scheme.labels}
    for label in sorted(scheme.ids, key=lambda label: positives[label]):
        if positives[label] < bar_of[label]:
            yield advice("D201", f"{label} {positives[label]} of {bar_of[label]}")
    for label in sorted(scheme.objects, key=lambda label: near[label]):
        if near[label] < bars.hard_negatives:
            yield advice("D202", f"{label} {near[label]} of {bars.hard_negatives}")
    bare = sum(not p.labels for p in passages)
    if bare < bars.unlabelled:
        yield advice("D203", f"{bare} passages without a label of {bars.unlabelled}")
    yield from _balance(passages, bars)
    incidents = [len(p.labels) for p in passages if len(p.labels) > 0]
    if incidents and median(incidents) < bars.labels_per_incident:
        yield advice("D207", f"the median passage with labels has {median(incidents):g}")


def _balance(passages: Sequence[LabelledPassage], bars: Bars) -> Iterator[Finding]:
    styles = Counter(p.style for p in passages if p.style)
    share = min(bars.style_share, 0.9 / max(1, len(styles)))  # no more than all styles can reach
    for style, n in sorted(styles.items()):
        if n < share * len(passages):
            yield advice("D204", f"style {shown(style)}: {n} passages, {n / len(passages):.1%} (bar {share:.0%})")
    conflicts = Counter(p.conflict for p in passages if p.conflict)
    for conflict, n in conflicts.most_common(3):
        if n > bars.conflict_share * len(passages):
            share = n / len(passages)
            yield advice(
                "D205", f"conflict {shown(conflict)}: {n} passages, {share:.1%} (bar {bars.conflict_share:.0%})"
            )
    for facet, total in (("style", len(styles)), ("conflict", len(conflicts))):
        if total < 3:
            continue
        by_label: dict[str, Counter[str]] = {}
        for p in passages:
            for label in p.labels:
                if value := getattr(p, facet):
                    by_label.setdefault(label, Counter())[value] += 1
        for label, counts in by_label.items():
            most, n = counts.most_common(1)[0]
            if counts.total() >= 10 and n > bars.label_in_one_share * counts.total():
                yield advice("D206", f"{label}: {n} of {counts.total()} positives are of {facet} {shown(most)}")
