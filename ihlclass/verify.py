"""Prove that a bundle gives the same answers here as where it was made: test vectors that travel with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ihlclass.bundle import FAST_FOLDER, VECTORS_FILE, Bundle, Cascade
from ihlclass.bundle_files import readable
from ihlclass.classifier import Classifier
from ihlclass.errors import UsageError

#: Largest difference of a probability that another machine may show.
TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of running a bundle's test vectors.

    Attributes
    ----------
    vectors
        Number of texts.
    decisions, equal_decisions
        Label decisions in all, and those that equal the recorded ones.
    labels
        Labels that are recorded or decided now.
    largest_gap
        Largest absolute difference of a probability, 0..1.
    """

    vectors: int
    decisions: int
    equal_decisions: int
    labels: int
    largest_gap: float

    @property
    def passed(self) -> bool:
        """True where every decision is equal and no probability is further off than `TOLERANCE`."""
        return self.decisions == self.equal_decisions and self.largest_gap <= TOLERANCE


def make_vectors(classifier: Classifier) -> None:
    """Write ``vectors.json`` of a profile: the scheme's own examples with the tags that this machine gives them."""
    texts = [text for label in classifier.scheme.labels for text in (*label.examples[:1], *label.counter_examples[:1])]
    rows = [
        {"text": text, "labels": list(tags.labels), "probabilities": dict(tags.probabilities)}
        for text, tags in zip(texts, classifier.tag(texts), strict=True)
    ]
    path = _vectors_path(classifier.bundle)
    path.write_text(json.dumps(rows, ensure_ascii=False) + "\n", encoding="utf-8")


def verify(classifier: Classifier) -> Verification:
    """Tag the bundle's test vectors and compare.

    Raises
    ------
    UsageError
        If the classifier is loaded as cascade.
    BundleError
        If the vectors cannot be read.
    """
    bundle = classifier.bundle
    if isinstance(bundle, Cascade):
        raise UsageError("a cascade has no test vectors of its own; verify the profiles accurate and fast")
    path = _vectors_path(bundle)
    with readable(path, "not readable as test vectors"):
        rows = json.loads(path.read_text(encoding="utf-8"))
        texts = [row["text"] for row in rows]
        expected = [(set(row["labels"]), row["probabilities"]) for row in rows]
    unequal, either, gap = 0, 0, 0.0
    for tags, (labels, probabilities) in zip(classifier.tag(texts), expected, strict=True):
        unequal += len(set(tags.labels) ^ labels)
        either += len(set(tags.labels) | labels)
        gap = max(gap, *(abs(p - probabilities[label]) for label, p in tags.probabilities.items()))
    decisions = len(texts) * len(classifier.scheme.ids)
    return Verification(len(texts), decisions, decisions - unequal, either, gap)


def _vectors_path(bundle: Bundle) -> Path:
    return (bundle.path / FAST_FOLDER if bundle.profile == "fast" else bundle.path) / VECTORS_FILE
