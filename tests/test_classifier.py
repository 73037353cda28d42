"""What the calls of other programs are told where they cannot work."""

from __future__ import annotations

import datetime as dt

import pytest

import ihlclass
from ihlclass.classifier import Classifier
from ihlclass.errors import IhlclassError

TEXT = "Shells hit the hospital in Velin on Monday, killing two nurses."


def test_one_string_is_not_taken_for_many_texts(classifier: Classifier) -> None:
    with pytest.raises(TypeError, match=r"give a list, tag\(\[text\]\)") as caught:
        classifier.tag(TEXT)
    assert isinstance(caught.value, IhlclassError)


def test_a_publication_date_is_a_date(classifier: Classifier) -> None:
    with pytest.raises(TypeError, match=r"published is a str: give a datetime\.date") as caught:
        classifier.classify_text(TEXT, published="2024-01-01")  # type: ignore[arg-type]
    assert isinstance(caught.value, IhlclassError)
    (incident,) = classifier.classify_text(TEXT, published=dt.date(2024, 5, 15))
    assert incident.date == dt.date(2024, 5, 13)


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_are_at_least_one(threads: int) -> None:
    with pytest.raises(ValueError, match=f"threads is {threads}: must be at least 1") as caught:
        ihlclass.load(threads=threads)
    assert isinstance(caught.value, IhlclassError)
