"""The model in other people's code: scikit-learn pipelines, pandas and Polars frames, threads."""

from __future__ import annotations

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from ihlclass.classifier import Classifier
from ihlclass.errors import ArgumentTypeError, UsageError
from ihlclass.estimators import PassageClassifier, PassageEmbedder
from ihlclass.frames import tag_frame

TEXTS = [
    "Shells hit the hospital in Velin on Monday.",
    "The council met.",
    "Drones struck a market in Orlovo; ten died.",
]


@pytest.mark.parametrize("estimator", [PassageEmbedder(), PassageClassifier()])
def test_scikit_learns_own_checks(estimator: PassageEmbedder | PassageClassifier) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        done = check_estimator(estimator, on_skip=None)
    assert done and {result["status"] for result in done} <= {"passed", "skipped"}


def test_they_say_what_the_classifier_says(classifier: Classifier) -> None:
    tagger = PassageClassifier().fit(TEXTS)
    assert list(tagger.classes_) == list(classifier.scheme.ids)
    np.testing.assert_array_equal(tagger.predict_proba(np.array(TEXTS, dtype=object)), classifier.probabilities(TEXTS))
    said = [tuple(tagger.classes_[row.astype(bool)]) for row in tagger.predict(pd.Series(TEXTS))]
    assert said == [tags.labels for tags in classifier.tag(TEXTS)] and said[0]
    again = pickle.loads(pickle.dumps(tagger))
    np.testing.assert_array_equal(again.predict(TEXTS), tagger.predict(TEXTS))
    with pytest.raises(NotFittedError):
        clone(tagger).predict(TEXTS)


def test_embeddings_feed_a_classifier_of_ones_own(classifier: Classifier) -> None:
    texts = [*TEXTS, *(text.replace("Monday", "Friday").replace("ten", "six") for text in TEXTS)] * 3
    wanted = ["council" not in text for text in texts]
    pipeline = make_pipeline(PassageEmbedder(threads=1), LogisticRegression())
    assert cross_val_score(pipeline, texts, wanted, cv=3).min() == 1
    embedder = PassageEmbedder().fit(TEXTS)
    assert embedder.transform(TEXTS).shape == (3, len(embedder.get_feature_names_out()))


@pytest.mark.parametrize("bad", ["one text", 3, ["a", None], {"a": 1}, iter(["a"]), pd.DataFrame({"text": ["a"]})])
def test_what_are_no_texts(bad: object) -> None:
    with pytest.raises(ArgumentTypeError):
        PassageClassifier().fit(bad)  # type: ignore[arg-type]


def test_frames_keep_their_kind_order_and_index(classifier: Classifier) -> None:
    cells = [TEXTS[0], None, " ", TEXTS[2], "Die Soldaten haben gestern das Krankenhaus in der Stadt beschossen."]
    pandas = pd.DataFrame({"n": range(5), "body": cells}, index=[9, 3, 3, 1, 0])
    polars = pl.DataFrame({"n": range(5), "body": cells})
    tagged, other = (tag_frame(classifier, frame, text="body") for frame in (pandas, polars))
    assert isinstance(tagged, pd.DataFrame) and isinstance(other, pl.DataFrame)
    assert list(tagged.index) == [9, 3, 3, 1, 0] and list(pandas.columns) == ["n", "body"]
    wanted = [tags.labels for tags in classifier.tag([TEXTS[0], TEXTS[2]])]
    for column in (tagged["labels"].tolist(), other["labels"].to_list()):
        assert [column[0], column[3], column[4]] == [*map("; ".join, wanted), ""]
        assert all(one is None or one != one for one in column[1:3])
    assert other["unsupported_language"].to_list() == [False, None, None, False, True]
    assert (
        other["p_medical_facility"][0]
        == classifier.probabilities([TEXTS[0]])[0, list(classifier.scheme.ids).index("medical_facility")]
    )
    assert "p_incident" not in tag_frame(classifier, polars, text="body", probabilities=False).columns


@pytest.mark.parametrize("kind", ["string", "object"])
def test_what_stands_for_nothing(classifier: Classifier, kind: str) -> None:
    frame = pd.DataFrame({"text": pd.Series([TEXTS[0], None, float("nan"), pd.NA], dtype=kind)})
    tagged = tag_frame(classifier, frame, probabilities=False)
    assert tagged["labels"].isna().tolist() == [False, True, True, True]


def test_frames_that_cannot_be_tagged(classifier: Classifier) -> None:
    for frame, words in (
        (["a"], "must be a pandas or Polars"),
        (pl.LazyFrame({"text": ["a"]}), "must be a pandas or Polars"),
        (pd.DataFrame({"body": ["a"]}), "no column 'text'"),
        (pd.DataFrame({"text": ["a"], "labels": ["b"]}), "column 'labels' already"),
        (pl.DataFrame({"text": [1]}), "row 0 of 'text' holds a int"),
    ):
        with pytest.raises(UsageError, match=words):
            tag_frame(classifier, frame)


def test_one_classifier_serves_many_threads(classifier: Classifier, sample_texts: list[str]) -> None:
    alone = [classifier.probabilities([text]) for text in sample_texts[:8]]
    with ThreadPoolExecutor(8) as pool:
        side_by_side = list(pool.map(lambda text: classifier.probabilities([text]), sample_texts[:8] * 4))
    for number, row in enumerate(side_by_side):
        np.testing.assert_array_equal(row, alone[number % 8])


def test_incidents_of_many_threads_are_those_of_one(classifier: Classifier, root: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((root / "seeds" / "reports").glob("*.txt"))] * 3
    alone = [classifier.classify_text(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(classifier.classify_text, texts)) == alone
