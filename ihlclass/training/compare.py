"""Is one model better than another, or was it luck: paired bootstrap over groups.

Both models are judged on the same draws of groups, so what makes a draw easy or hard falls out of the difference
(Koehn 2004, *Statistical Significance Tests for Machine Translation Evaluation*, EMNLP; Berg-Kirkpatrick, Burkett and
Klein 2012, *An Empirical Investigation of Statistical Significance in NLP*, EMNLP).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import DataError
from ihlclass.labels import LabelScheme
from ihlclass.training.bootstrap import (
    LEVEL,
    MIN_GROUPS,
    RESAMPLES,
    ROUNDING,
    SEED,
    Matrix,
    f1_score,
    interval,
    mean_over,
    p_value,
    ratio,
    resample,
)
from ihlclass.training.evaluation import well_supported
from ihlclass.training.measure import Gold

Labels = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two models.

    Attributes
    ----------
    difference
        ``b - a``.
    low, high
        Percentile interval of the difference.
    p_value
        Two-sided; see `ihlclass.training.bootstrap.p_value`.
    """

    a: float
    b: float
    difference: float
    low: float
    high: float
    p_value: float

    @property
    def real(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > ROUNDING or self.high < -ROUNDING


@dataclass(frozen=True)
class Comparison:
    """What two models differ in.

    Attributes
    ----------
    overall
        ``macro_f1_all``, ``macro_f1_object``, ``macro_f1_indicator`` (over the labels with `MIN_SUPPORT` positives or
        more in the full data), ``micro_f1``, ``false_alarm_rate`` (lower is better); those that are defined.
    labels
        F1 of each label that can be compared.
    not_compared
        Labels with too few positives, or with positives in too few groups.
    """

    passages: int
    groups: int
    resamples: int
    seed: int
    level: float
    overall: dict[str, Difference]
    labels: dict[str, Difference]
    not_compared: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON can hold it, each difference with ``real``."""
        content = asdict(self)
        for part in ("overall", "labels"):
            for name, one in getattr(self, part).items():
                content[part][name]["real"] = one.real
        return content


def compare(
    gold: Gold,
    decided_a: Labels,
    decided_b: Labels,
    scheme: LabelScheme,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    level: float = LEVEL,
) -> Comparison:
    """Compare the decisions of two models on the same passages.

    Parameters
    ----------
    decided_a, decided_b
        Shape ``(n, k)``, 0 or 1, rows as in `gold`, columns in scheme order.

    Raises
    ------
    DataError
        If the passages lie in fewer than `MIN_GROUPS` groups.
    """
    check_groups(gold)
    groups = gold.groups
    support = gold.labels.sum(axis=0)
    kept = well_supported(scheme, support)
    bare = gold.labels.sum(axis=1) == 0
    support_sums, alone = groups.sums(gold.labels), groups.sums(bare)
    both = [
        (groups.sums(gold.labels & decided), groups.sums(decided), groups.sums(bare & decided.any(axis=1)))
        for decided in (decided_a, decided_b)
    ]

    def statistics(drawn: Matrix) -> dict[str, Matrix]:
        figures = {}
        s = drawn @ support_sums
        for side, (hits, claimed, alarms) in zip("ab", both, strict=True):
            h, c = drawn @ hits, drawn @ claimed
            figures[f"{side} f1"] = f1 = f1_score(h, s, c)
            for facet, members in kept.items():
                figures[f"{side} macro_f1_{facet}"] = mean_over(f1, members)[:, None]
            figures[f"{side} micro_f1"] = f1_score(*(a.sum(axis=1, keepdims=True) for a in (h, s, c)))
            figures[f"{side} false_alarm_rate"] = ratio(drawn @ alarms, drawn @ alone)[:, None]
        return figures

    drawn = resample(groups, statistics, resamples=resamples, seed=seed)
    once = statistics(np.ones((1, groups.count)))  # every group once: the data as it is
    in_groups = (support_sums > 0).sum(axis=0)
    names = ["macro_f1_all", "macro_f1_object", "macro_f1_indicator", "micro_f1"]
    if (alone > 0).sum() >= MIN_GROUPS:
        names.append("false_alarm_rate")
    overall = {name: _difference(once, drawn, name, 0, level) for name in names}
    comparable = [c for c in kept["all"] if in_groups[c] >= MIN_GROUPS]
    labels = {scheme.ids[c]: _difference(once, drawn, "f1", c, level) for c in comparable}
    return Comparison(
        passages=len(gold.ids),
        groups=groups.count,
        resamples=resamples,
        seed=seed,
        level=level,
        overall={name: one for name, one in overall.items() if one},
        labels={label: one for label, one in labels.items() if one},
        not_compared=tuple(label for label in scheme.ids if not labels.get(label)),
    )


def check_groups(gold: Gold) -> None:
    """Raise DataError where the passages lie in too few groups to compare on."""
    if gold.groups.count < MIN_GROUPS:
        raise DataError(
            f"{gold.path}: {len(gold.ids)} passages in {gold.groups.count} groups are too few to compare on; give "
            f"passages of at least {MIN_GROUPS} groups (events)"
        )


def _difference(
    once: dict[str, Matrix], drawn: dict[str, Matrix], name: str, column: int, level: float
) -> Difference | None:
    """Return None where the figure is not defined, or in most resamples is not."""
    a, b = (float(once[f"{side} {name}"][0, column]) for side in "ab")
    differences = drawn[f"b {name}"][:, column] - drawn[f"a {name}"][:, column]
    ends = interval(differences, level=level)
    return Difference(a, b, b - a, ends[0], ends[1], p_value(differences)) if ends else None
