"""What a simple model makes of the labels: suspects of label noise, words that give a label away."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.decisions import label_matrix
from ihlclass.errors import MissingExtraError
from ihlclass.labels import LabelScheme
from ihlclass.training.check.coverage import Bars
from ihlclass.training.check.findings import Finding, advice
from ihlclass.training.data import LabelledPassage
from ihlclass.training.folds import grouped_folds

#: Labels with fewer positives are not examined: a cross-validated model says nothing about them.
MIN_POSITIVES = 10
FOLDS = 3
#: A word counts as a give-away only so far above `LabelLearnability.always_f1`.
ABOVE_ALWAYS = 0.05
#: So many suspects of a label are named, worst first.
NAMED = 20


@dataclass(frozen=True, slots=True)
class LabelLearnability:
    """How a label is learned, by models that a serious one must leave behind.

    Attributes
    ----------
    bag_of_words_f1, embedding_f1
        Cross-validated F1 (groups kept together) at probability 0.5 of logistic regression on binary word counts, and
        on the embeddings.
    word, word_f1
        The single word that separates the label best, and its F1.
    always_f1
        F1 of saying the label of every passage: a word as common as "the" comes near to it and gives nothing away.
    suspects
        Ids of passages whose label is doubted, worst first.
    """

    label: str
    positives: int
    bag_of_words_f1: float
    embedding_f1: float
    word: str
    word_f1: float
    always_f1: float
    suspects: tuple[str, ...]


def examine(
    passages: Sequence[LabelledPassage],
    embeddings: NDArray[np.float32],
    scheme: LabelScheme,
    *,
    seed: int = 13,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[LabelLearnability]:
    """Cross-validate simple models on every label with `MIN_POSITIVES` or more positives in `FOLDS` or more groups.

    Suspects are found by confident learning (Northcutt, Jiang and Chuang 2021), as cleanlab does it.

    Raises
    ------
    MissingExtraError
        If cleanlab is not installed (extra ``train``).
    """
    try:
        from cleanlab.multilabel_classification.filter import find_multilabel_issues_per_class
    except ImportError as problem:
        raise MissingExtraError("the search for label noise", "train") from problem
    from sklearn.feature_extraction.text import CountVectorizer

    gold = label_matrix((p.labels for p in passages), scheme.ids)
    groups = np.asarray([p.group for p in passages])
    positives, spread = gold.sum(axis=0), np.array([len(np.unique(groups[held == 1])) for held in gold.T])
    kept = np.flatnonzero((positives >= MIN_POSITIVES) & (positives <= len(gold) - MIN_POSITIVES) & (spread >= FOLDS))
    labels, gold = [scheme.ids[i] for i in kept.tolist()], gold[:, kept]
    if not labels:
        return []
    folds = grouped_folds(gold, groups.tolist(), FOLDS, seed=seed)
    vectorizer = CountVectorizer(binary=True, min_df=2, dtype=np.float32)
    bag = vectorizer.fit_transform([p.text for p in passages])
    steps = count(1)

    def tell() -> None:
        progress(next(steps), 2 * FOLDS * len(labels))

    by_words = _held_out(bag, gold, folds, tell, solver="liblinear") >= 0.5
    # unit rows have small entries: C = 100 penalizes as C = 1 does on rows of length 10
    by_embedding = _held_out(embeddings, gold, folds, tell, solver="newton-cholesky", C=100.0, tol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        issues = find_multilabel_issues_per_class(
            [np.flatnonzero(row).tolist() for row in gold],
            by_embedding,
            return_indices_ranked_by="self_confidence",
            n_jobs=1,
        )[0]
    hits = np.asarray((bag.T @ gold).T, dtype=float)
    single = 2 * hits / (np.asarray(bag.sum(axis=0)).ravel()[None, :] + gold.sum(axis=0)[:, None])
    names = vectorizer.get_feature_names_out()
    return [
        LabelLearnability(
            label=label,
            positives=int(gold[:, c].sum()),
            bag_of_words_f1=_f1(gold[:, c], by_words[:, c]),
            embedding_f1=_f1(gold[:, c], by_embedding[:, c] >= 0.5),
            word=str(names[int(single[c].argmax())]),
            word_f1=float(single[c].max()),
            always_f1=_f1(gold[:, c], np.ones(len(gold), dtype=bool)),
            suspects=tuple(passages[int(i)].id for i in issues[c]),
        )
        for c, label in enumerate(labels)
    ]


def advise(rows: Sequence[LabelLearnability], bars: Bars) -> Iterator[Finding]:
    """Turn figures into advice."""
    for row in rows:
        if row.suspects:
            yield advice("D401", f"{row.label}: {len(row.suspects)} suspects", row.suspects[:NAMED])
        if row.word_f1 > max(bars.giveaway_f1, row.always_f1 + ABOVE_ALWAYS):
            yield advice("D402", f"{row.label}: the word {row.word!r} alone reaches F1 {row.word_f1:.2f}")


def _held_out(
    features: Any, gold: NDArray[np.int8], folds: NDArray[np.int64], tell: Callable[[], None], **settings: Any
) -> NDArray[np.float32]:
    """Probability of every label for every passage, by models that saw neither it nor its group."""
    from sklearn.linear_model import LogisticRegression

    out = np.tile(gold.mean(axis=0, dtype=np.float32), (len(gold), 1))
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        seen = features[inside]  # the only copy: all rows are scored, and those outside kept
        for column, truth in enumerate(gold[inside].T):
            if len(outside) and 0 < truth.sum() < len(inside):
                model = LogisticRegression(max_iter=500, **settings).fit(seen, truth)
                out[outside, column] = model.predict_proba(features)[outside, 1]
            tell()
    return out


def _f1(truth: NDArray[np.int8], said: NDArray[np.bool_]) -> float:
    return 2 * int((truth & said).sum()) / max(1, int(truth.sum()) + int(said.sum()))
