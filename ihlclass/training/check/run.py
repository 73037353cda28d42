"""The whole check of a set of labelled passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ihlclass.encoder import Encoder
from ihlclass.labels import LabelScheme
from ihlclass.training.check.coverage import Bars, check_coverage, label_counts
from ihlclass.training.check.findings import CODES, Finding, Severity, error
from ihlclass.training.check.learnability import LabelLearnability, advise, examine
from ihlclass.training.check.overlap import check_apart, check_copies, check_words
from ihlclass.training.check.vectors import embed
from ihlclass.training.data import data_digest, scan_passages

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class CheckResult:
    """What was found.

    Attributes
    ----------
    facts
        Counts of the set: passages, groups, unlabelled, kinds, styles, conflicts, digest.
    findings
        Errors first, in the order of their codes.
    labels
        Learnability by label; empty where no model was asked for.
    """

    facts: dict[str, Any]
    findings: tuple[Finding, ...]
    labels: tuple[LabelLearnability, ...]

    @property
    def errors(self) -> int:
        """Number of findings that must be mended."""
        return sum(f.severity is Severity.error for f in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain values for JSON; it holds ids and no passage text."""
        return {
            "facts": self.facts,
            "findings": [{**asdict(f), "remedy": CODES[f.code]} for f in self.findings],
            "labels": [asdict(row) for row in self.labels],
        }


def check_data(
    paths: Sequence[Path],
    scheme: LabelScheme,
    bars: Bars,
    encoder: Encoder | None,
    *,
    apart_from: Sequence[str] = (),
    progress: Progress = lambda stage, done, total: None,
) -> CheckResult:
    """Check labelled passages.

    Parameters
    ----------
    paths
        Files (JSON lines, CSV, tab-separated, Parquet, JSON), or folders of them.
    encoder
        Finds near-copies and label noise; without one only rules, coverage and shared words are checked.
    progress
        Called with (stage, with its number; steps done; steps in all).
    apart_from
        Texts that no passage may share words with or be near to, such as an evaluation set.

    Raises
    ------
    DataError
        If there is no such file or folder, or nothing at all in it.
    """
    names = ["reading", "equal texts and shared words"]
    if encoder is not None:
        names += ["vectors", "near-copies", *["overlap in meaning"] * bool(apart_from), "label models"]

    def stage(name: str) -> Callable[[int, int], None]:
        named = f"stage {names.index(name) + 1} of {len(names)}, {name}"
        return lambda done, total: progress(named, done, total)

    stage("reading")(0, 1)
    passages, problems = scan_passages(paths, scheme)
    stage("reading")(1, 1)
    findings = [error("D101", problem) for problem in problems]
    if passages:
        findings += check_coverage(passages, scheme, bars)
        findings += check_words(passages, apart_from, bars, stage("equal texts and shared words"))
    rows: list[LabelLearnability] = []
    if encoder is not None and passages:
        embeddings = embed(encoder, [p.text for p in passages], stage("vectors"))
        findings += check_copies(passages, embeddings, bars, stage("near-copies"))
        if apart_from:
            tell = stage("overlap in meaning")
            findings += check_apart(passages, embeddings, apart_from, lambda texts: embed(encoder, texts, tell), bars)
        rows = examine(passages, embeddings, scheme, progress=stage("label models"))
        findings += advise(rows, bars)
    positives, near = label_counts(passages, "labels"), label_counts(passages, "near")
    facts = {
        "passages": len(passages),
        "groups": len({p.group for p in passages}),
        "unlabelled": sum(not p.labels for p in passages),
        "kinds": dict(Counter(p.kind or "not said" for p in passages).most_common()),
        "styles": dict(Counter(p.style or "not said" for p in passages).most_common()),
        "conflicts": dict(Counter(p.conflict or "not said" for p in passages).most_common()),
        "positives": {label: positives[label] for label in scheme.ids},
        "hard_negatives": {label: near[label] for label in scheme.ids},
        "digest": data_digest(passages),
    }
    ordered = sorted(findings, key=lambda f: (f.severity is not Severity.error, f.code))
    return CheckResult(facts, tuple(ordered), tuple(rows))
