"""The whole way, from report to incidents."""

from __future__ import annotations

import datetime as dt
import hashlib
import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import Bundle, load_bundle
from ihlclass.errors import ArgumentTypeError, UnsupportedLanguageWarning, UsageError
from ihlclass.labels import LabelScheme
from ihlclass.types import Incident, Report, TaggedPassage, Tags

if TYPE_CHECKING:
    from ihlclass.incidents import Gazetteer


class Classifier:
    """Tags passages and finds incidents in reports. Safe to share between threads.

    Parameters
    ----------
    bundle
        A loaded model.
    gazetteer
        Where settlements are looked up; the shared one (GeoNames) where None.
    """

    def __init__(self, bundle: Bundle, gazetteer: Gazetteer | None = None) -> None:
        self.bundle = bundle
        self.gazetteer = gazetteer

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme that the model speaks."""
        return self.bundle.scheme

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return calibrated probabilities in 0..1, shape ``(len(texts), 68)``, columns in scheme order."""
        return self.bundle.probabilities(texts)

    def tag(self, texts: Iterable[str], *, batch_size: int = 256) -> Iterator[Tags]:
        """Tag texts, streaming, in order. The batch size changes memory and speed, never a result.

        Whether the texts are in English is not checked here: `ihlclass.reports.language.detect_language` tells it.

        Raises
        ------
        ArgumentTypeError
            A TypeError, if `texts` is one string, whose letters would be tagged one by one.
        UsageError
            A ValueError, if `batch_size` is less than 1.
        """
        if batch_size < 1:
            raise UsageError(f"batch_size is {batch_size}: must be at least 1")
        if isinstance(texts, str):
            raise ArgumentTypeError("tag takes several texts, not one string: give a list, tag([text])")
        return self._tag(iter(texts), batch_size)

    def _tag(self, waiting: Iterator[str], batch_size: int) -> Iterator[Tags]:
        while batch := list(islice(waiting, batch_size)):
            yield from self.bundle.tag(batch)

    def tag_report(self, report: Report) -> list[TaggedPassage]:
        """Split a report into passages and tag each."""
        from ihlclass.passages import split

        passages = split(report)
        return [TaggedPassage(p, t) for p, t in zip(passages, self.tag(p.text for p in passages), strict=True)]

    def classify_report(self, report: Report) -> list[Incident]:
        """Find the incidents of a report.

        The report's language is not checked here: `ihlclass.reports` tells it, the caller decides.
        """
        return self.group(report, self.tag_report(report))

    def group(self, report: Report, passages: Sequence[TaggedPassage]) -> list[Incident]:
        """Group a report's tagged passages into incidents."""
        from ihlclass.incidents import group

        return group(report, passages, self.scheme, gazetteer=self.gazetteer)

    def classify_text(self, text: str, *, published: dt.date | None = None, name: str = "text") -> list[Incident]:
        """Find the incidents of a text.

        Parameters
        ----------
        text
            The report. Offsets in the result are characters into it.
        published
            Publication date, against which "on Monday" is resolved.
        name
            What the incidents' ``report`` field says; with the text it makes their ids.

        Raises
        ------
        ArgumentTypeError
            A TypeError, if `published` is no date.

        Warns
        -----
        UnsupportedLanguageWarning
            If the text is not in English. Incidents are returned all the same; they mean little.
        """
        if published is not None and not isinstance(published, dt.date):
            raise ArgumentTypeError(
                f"published is a {type(published).__name__}: give a datetime.date, "
                "as datetime.date.fromisoformat('2024-05-31') does"
            )
        from ihlclass.reports.language import detect_language

        language = detect_language(text)
        if not language.supported:
            message = f"{name}: the text is not in English ({language.code}); what is found in it means little"
            warnings.warn(message, UnsupportedLanguageWarning, stacklevel=2)
        data = text.encode("utf-8", "surrogatepass")
        return self.classify_report(
            Report(
                name=name,
                text=text,
                sha256=hashlib.sha256(data).hexdigest(),
                size_bytes=len(data),
                media_type="text/plain",
                published=published,
                language=language.code,
                unsupported_language=not language.supported,
            )
        )


def load(
    path: str | Path | None = None,
    *,
    threads: int | None = None,
    gazetteer: str | Path | None = None,
    profile: str = "accurate",
) -> Classifier:
    """Load a classifier.

    Parameters
    ----------
    path
        Folder of a model bundle; the shipped one where None.
    threads
        Texts encoded side by side; the number of usable cores where None.
    gazetteer
        CSV table of places of your own, which come before GeoNames' (``docs/incidents.md``).
    profile
        ``accurate``; ``fast``, many times faster and less accurate; or ``cascade``, where the fast one settles what it
        would not tag and the accurate one gets the rest.

    Raises
    ------
    BundleError
        If the bundle is missing, damaged, altered or foreign.
    UsageError
        A ValueError, if `threads` is less than 1, the gazetteer cannot be read, or the bundle lacks the profile.
    DataError
        A ValueError, if a row of the gazetteer cannot be used.
    """
    if threads is not None and threads < 1:
        raise UsageError(f"threads is {threads}: must be at least 1, or None for all usable cores")
    places = None
    if gazetteer is not None:
        from ihlclass.incidents.own_places import with_own_places

        places = with_own_places(Path(gazetteer))
    return Classifier(load_bundle(Path(path) if path is not None else None, threads=threads, profile=profile), places)
