from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from ihlclass.errors import BundleError, UsageError
from ihlclass.lexical import LEXICAL_FILE, LexicalHeads, load_lexical, terms
from ihlclass.training.calibrating import fit_calibration
from ihlclass.training.config import load_config
from ihlclass.training.fitting import fit_lexical

TEXTS = [
    f"{place} was {act} in {town}" for place in ("clinic", "mall") for act in ("shelled", "opened") for town in "ab"
]
GOLD = np.array([[("clinic" in t) and ("shelled" in t), "mall" in t, 0] for t in TEXTS], dtype=np.int8)


@pytest.fixture
def heads() -> LexicalHeads:
    return fit_lexical(TEXTS, GOLD, replace(load_config().lexical, min_passages=1))


def test_terms_are_words_beginnings_and_pairs_of_beginnings() -> None:
    assert terms("Shelling killed 12.") == [
        "shelling",
        "killed",
        "0",
        "^shell",
        "^kille",
        "^0",
        "^shell ^kille",
        "^kille ^0",
    ]


def test_scores_are_those_of_scikit_learn(heads: LexicalHeads) -> None:
    vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True)
    rows = vectorizer.fit_transform(TEXTS)
    plain = LogisticRegression(C=20.0, solver="liblinear").fit(rows, GOLD[:, 0])
    new = ["the clinic, the clinic, the clinic was shelled", "mall mall opened again"]
    expected = plain.decision_function(vectorizer.transform(new))
    assert heads.score(new)[:, 0] == pytest.approx(expected, abs=0.02)  # coefficients are kept in half precision


def test_a_text_scores_the_same_in_any_batch(heads: LexicalHeads) -> None:
    together = heads.score(TEXTS)
    assert all(np.array_equal(heads.score([text])[0], row) for text, row in zip(TEXTS, together, strict=True))


@pytest.mark.parametrize("text", ["", "12", "Qwxz", "…", "\ud800"])
def test_nothing_known_scores_the_base_rate(heads: LexicalHeads, text: str) -> None:
    assert np.array_equal(heads.score([text])[0], heads.intercepts)
    assert heads.score([]).shape == (0, 3)


def test_a_label_of_one_class_is_a_constant(heads: LexicalHeads) -> None:
    assert (heads.score(TEXTS)[:, 2] < -5).all()


def test_written_then_read_is_the_same(heads: LexicalHeads, tmp_path: Path) -> None:
    assert load_lexical(tmp_path) is None
    heads.save(tmp_path)
    again = load_lexical(tmp_path)
    assert again is not None
    assert list(again.vocabulary) == list(heads.vocabulary)
    assert np.array_equal(again.score(TEXTS), heads.score(TEXTS))


def test_a_damaged_file_is_refused(heads: LexicalHeads, tmp_path: Path) -> None:
    heads.save(tmp_path)
    path = tmp_path / LEXICAL_FILE
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BundleError, match="not readable as lexical heads"):
        load_lexical(tmp_path)


def test_no_term_in_enough_passages_is_a_clear_error() -> None:
    with pytest.raises(UsageError, match=r"lexical\.min_passages"):
        fit_lexical(["one", "two"], np.eye(2, dtype=np.int8), replace(load_config().lexical, min_passages=2))


def test_calibration_weighs_the_two_scores_by_what_they_are_worth() -> None:
    rng = np.random.default_rng(0)
    truth = (rng.random((4000, 1)) < 0.3).astype(np.int8)
    good, noise = truth * 2.0 + rng.normal(size=truth.shape), rng.normal(size=truth.shape)
    calibration = fit_calibration(noise, good, truth)
    assert calibration.lexical_slopes[0] > 10 * calibration.slopes[0] >= 0
    p = calibration.apply(noise, good)[:, 0]
    assert abs(p[p > 0.5].mean() - truth[p > 0.5, 0].mean()) < 0.03
