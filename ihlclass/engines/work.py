"""What is given to a worker, and what it does with it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ihlclass
from ihlclass.classifier import Classifier, load
from ihlclass.errors import BundleError, ReportError, UsageError
from ihlclass.incidents.own_places import digest_of
from ihlclass.outcomes import Outcome, outcome_of
from ihlclass.types import Report

#: A shard holds at most so many reports, and so many characters unless a report alone has more.
SHARD_REPORTS, SHARD_CHARACTERS = 64, 200_000
_LOADING = threading.Lock()

Item = Report | ReportError


@dataclass(frozen=True, slots=True)
class Model:
    """What a worker loads, and must have loaded: another one is refused.

    Attributes
    ----------
    bundle
        Folder of the bundle; the shipped one where None.
    digest
        Of the bundle.
    gazetteer, gazetteer_sha256
        Table of a user's own places, and its digest; None without one.
    any_language
        Score reports in unsupported languages too.
    profile
        Of the bundle.
    version
        Of ihlclass.
    """

    bundle: str | None
    digest: str
    gazetteer: str | None = None
    gazetteer_sha256: str | None = None
    any_language: bool = False
    profile: str = "accurate"
    version: str = ihlclass.__version__


def shards(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut a stream of reports into shards."""
    shard: list[Item] = []
    size = 0
    for item in items:
        length = len(item.text) if isinstance(item, Report) else 0
        if shard and (len(shard) >= SHARD_REPORTS or size + length > SHARD_CHARACTERS):
            yield shard
            shard, size = [], 0
        shard.append(item)
        size += length
    if shard:
        yield shard


def classify(reports: Sequence[Report], model: Model) -> list[Outcome]:
    """Classify a shard: what a worker does.

    Raises
    ------
    BundleError, UsageError
        If this worker's bundle, gazetteer or version is not that of the run.
    """
    with _LOADING:  # threads of one worker load it once
        classifier = _classifier(model)
    return [outcome_of(classifier, report, any_language=model.any_language) for report in reports]


@lru_cache(maxsize=2)
def _classifier(model: Model) -> Classifier:
    """Load a model once in each worker; the cores are for the workers."""
    if model.version != ihlclass.__version__:
        raise UsageError(f"a worker has ihlclass {ihlclass.__version__}, not {model.version}; give all the same")
    if model.gazetteer and digest_of(Path(model.gazetteer)) != model.gazetteer_sha256:
        raise UsageError(f"{model.gazetteer}: is another file at a worker; give all the same")
    classifier = load(model.bundle, threads=1, gazetteer=model.gazetteer, profile=model.profile)
    if classifier.bundle.digest != model.digest:
        raise BundleError(
            f"a worker has another bundle ({classifier.bundle.digest[:12]}, not {model.digest[:12]}); give all the same"
        )
    return classifier
