"""Taggers that users could pick instead, trained on the same passages and scored on the same real ones.

usage: python experiments/0009-peers/peers.py [NAME ...] [--passages N] [--output FILE]

Each runs in a process of its own: fitted on five sixths of `seeds/` (the folds of the shipped bundle), calibrated and
given thresholds on the last sixth exactly as ours is, and scored on the development passages. So what is compared are
the scores; taken as they come out of the box, at 0.5, most of these do worse.

- rules: a label where one of the words of its definition stands (words of its title, of what it includes, of examples)
- tfidf: words and pairs of words, logistic regression
- fasttext: one-vs-all, pairs of words
- frozen: the base encoder as it is, logistic regression
- model2vec: static embeddings distilled from the base encoder, logistic regression
- setfit: contrastive fine-tuning of the base encoder on N_SETFIT passages, as its makers use it (few labels), then
  logistic regression on all; it pairs passages that share any label, and three in four share `incident`
- spacy: text classifier of several labels, its ensemble of words and convolutions
- accurate, cascade, fast: the profiles of the shipped bundle, as it is

Writes peers.json beside this file (rows of peers that are not named are kept): macro and micro F1 with bootstrap
intervals over groups, calibration error, seconds of training, passages a second, peak memory, size on disk.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEV = ROOT.parent / "shared" / "dev" / "passages.jsonl"
OURS = ("accurate", "cascade", "fast")
NAMES = ("rules", "tfidf", "fasttext", "frozen", "model2vec", "setfit", "spacy", *OURS)
SEED = 13
N_SETFIT = 1_000
#: Runs over the real passages that the speed is the best of.
REPEAT = 3
Matrix = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--passages", type=int, default=0, help="train on so many, to try it out")
    parser.add_argument("--output", type=Path, default=HERE / "peers.json")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.one, arguments.passages)))
        return
    kept = arguments.output
    result = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    for name in arguments.names or NAMES:
        command = [sys.executable, __file__, "--one", name, "--passages", str(arguments.passages)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            print(f"{name}: failed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            continue
        result[name] = json.loads(done.stdout.splitlines()[-1])
        kept.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        print(name, {key: value for key, value in result[name].items() if key != "intervals"})


class Peer(Protocol):
    """A tagger: fitted on texts and labels, then one score a label, higher for likelier."""

    def fit(self, texts: list[str], gold: NDArray[np.int8]) -> None: ...

    def score(self, texts: list[str]) -> Matrix: ...

    def save(self, folder: Path) -> None: ...


class Kept:
    """Saves the whole peer as a pickle, for its size."""

    def save(self, folder: Path) -> None:
        (folder / "peer.pickle").write_bytes(pickle.dumps(self.__dict__))


class Rules(Kept):
    """Words that stand in a label's title, includes and examples, and in no more than three labels'."""

    def fit(self, texts: list[str], gold: NDArray[np.int8]) -> None:
        from ihlclass.labels import load_scheme

        self.words = []
        for label in load_scheme().labels:
            said = " ".join([label.title, *label.includes, *label.examples]).casefold()
            self.words.append(set(re.findall(r"[a-z]{4,}", said)))
        common = [word for some in self.words for word in some]
        shared = {word for word in set(common) if common.count(word) > 3}
        self.words = [some - shared for some in self.words]

    def score(self, texts: list[str]) -> Matrix:
        found = [set(re.findall(r"[a-z]{4,}", text.casefold())) for text in texts]
        return np.array([[float(len(some & words)) for words in self.words] for some in found])


class Tfidf(Kept):
    def fit(self, texts: list[str], gold: NDArray[np.int8]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        self.heads = logistic(self.vectorizer.fit_transform(texts), gold, 20.0)

    def score(self, texts: list[str]) -> Matrix:
        return np.asarray(self.heads.decision_function(self.vectorizer.transform(texts)))


class FastText(Kept):
    def fit(self, texts: list[str], gold: NDArray[np.int8]) -> None:
        import fasttext

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "train.txt"
            with path.open("w", encoding="utf-8") as file:
                for text, row in zip(texts, gold, strict=True):
                    labels = [f"__label__{column}" for column in np.flatnonzero(row)] or ["__label__none"]
                    file.write(f"{' '.join(labels)} {self._words(text)}\n")
            self.labels = gold.shape[1]
            self.model = fasttext.train_supervised(
                str(path), loss="ova", epoch=25, lr=0.5, wordNgrams=2, dim=100, minCount=2, seed=SEED, verbose=0
            )

    def score(self, texts: list[str]) -> Matrix:
        scores = np.full((len(texts), self.labels), 1e-6)
        for row, text in enumerate(texts):
            for name, p in zip(*self.model.predict(self._words(text), k=-1), strict=True):
                if name != "__label__none":
                    scores[row, int(name.removeprefix("__label__"))] = min(max(p, 1e-6), 1 - 1e-6)
        return np.log(scores / (1 - scores))

    def save(self, folder: Path) -> None:
        self.model.save_model(str(folder / "model.bin"))

    @staticmethod
    def _words(text: str) -> str:
        return " ".join(re.findall(r"\w+|[^\w\s]", text.casefold()))


class Frozen(Kept):
    def __init__(self) -> None:
        self.encoder = base_encoder()

    def fit(self, texts: list[str], gold: NDArray[np.int8]) -> None:
        self.heads = logistic(self.embed(texts), gold, 3.0)

    def embed(self, texts: list[str]) -> Any:
        return self.encoder.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)

    def score(self, texts: list[str]) -> Matrix:
        return np.asarray(self.heads.decision_function(self.embed(texts)))

    def save(self, folder: Path) -> None:
        self.encoder.save(str(folder / "encoder"))
        (folder / "heads.pickle").write_bytes(pickle.dumps(self.heads))


class Model2Vec(Frozen):
    def __init__(self) -> None:
        from model2vec.distill import distill_from_model

        model = base_encoder()
        self.encoder = distill_from_model(model[0].auto_model, model.tokenizer, pca_dims=256)

    def embed(self, texts: list[str]) -> Any:
        return self.encoder.encode(texts)

    def save(self, folder: Path) -> None:
        self.encoder.save_pretrained(str(folder / "encoder"))
        (folder / "heads.pickle").write_bytes(pickle.dumps(self.heads))


class SetFit(Frozen):
    def fit(self, texts: list[str], gold: NDArray[np.int8]) -> None:
        from datasets import Dataset
        from setfit import SetFitModel, Trainer, TrainingArguments

        some = np.random.default_rng(SEED).permutation(len(texts))[:N_SETFIT]
        data = Dataset.from_dict({"text": [texts[i] for i in some], "label": gold[some].tolist()})
        with tempfile.TemporaryDirectory() as folder:
            self.encoder.save(folder)
            model = SetFitModel.from_pretrained(folder, multi_target_strategy="one-vs-rest")
        settings = TrainingArguments(
            batch_size=16, num_epochs=1, sampling_strategy="undersampling", max_steps=N_SETFIT, seed=SEED,
            report_to="none", save_strategy="no",
        )  # fmt: skip
        Trainer(model=model, args=settings, train_dataset=data).train_embeddings(data["text"], data["label"], settings)
        self.encoder = model.model_body
        super().fit(texts, gold)


class Spacy(Kept):
    def fit(self, texts: list[str], gold: NDArray[np.int8]) -> None:
        import spacy
        from spacy.training import Example
        from spacy.util import minibatch

        self.nlp = spacy.blank("en")
        part = self.nlp.add_pipe("textcat_multilabel")
        names = [str(column) for column in range(gold.shape[1])]
        for name in names:
            part.add_label(name)
        examples = [
            Example.from_dict(self.nlp.make_doc(text), {"cats": dict(zip(names, map(float, row), strict=True))})
            for text, row in zip(texts, gold, strict=True)
        ]
        spacy.util.fix_random_seed(SEED)
        optimizer = self.nlp.initialize(lambda: examples[:1000])
        draw = np.random.default_rng(SEED)
        for _ in range(5):
            shuffled = [examples[i] for i in draw.permutation(len(examples))]
            for batch in minibatch(shuffled, 64):
                self.nlp.update(batch, sgd=optimizer, drop=0.2)

    def score(self, texts: list[str]) -> Matrix:
        rows = np.array([list(doc.cats.values()) for doc in self.nlp.pipe(texts, batch_size=64)])
        rows = np.clip(rows, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(rows / (1 - rows)))

    def save(self, folder: Path) -> None:
        self.nlp.to_disk(folder / "spacy")


PEERS = {
    "rules": Rules, "tfidf": Tfidf, "fasttext": FastText, "frozen": Frozen, "model2vec": Model2Vec, "setfit": SetFit,
    "spacy": Spacy,
}  # fmt: skip


def base_encoder() -> Any:
    from ihlclass.training.base_encoder import load_base_encoder
    from ihlclass.training.config import load_config

    return load_base_encoder(load_config().encoder, ROOT).encoder.model


def logistic(rows: Any, gold: NDArray[np.int8], c: float) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    solver = "liblinear" if not isinstance(rows, np.ndarray) else "lbfgs"
    return OneVsRestClassifier(LogisticRegression(C=c, max_iter=1000, solver=solver)).fit(rows, gold)


def one(name: str, passages: int) -> dict[str, Any]:
    from ihlclass.bundle import default_bundle
    from ihlclass.classifier import load
    from ihlclass.decisions import decided_matrix, enforce_implications, label_matrix
    from ihlclass.labels import load_scheme
    from ihlclass.training.calibrating import fit_calibration
    from ihlclass.training.config import load_config
    from ihlclass.training.data import read_passages
    from ihlclass.training.evaluation import evaluate
    from ihlclass.training.folds import make_folds
    from ihlclass.training.intervals import metric_intervals
    from ihlclass.training.measure import read_gold
    from ihlclass.training.thresholding import set_thresholds

    scheme, config = load_scheme(), load_config()
    gold = read_gold(DEV, scheme)
    trained = None
    if name in OURS:
        classifier = load(profile=name)
        texts = gold.texts
        speed = best_rate(lambda: [*classifier.tag(texts)], len(texts))
        tagged = [*classifier.tag(texts)]
        decided = label_matrix((tags.labels for tags in tagged), scheme.ids)
        probabilities = np.array([list(tags.probabilities.values()) for tags in tagged])
        size = folder_size(default_bundle())
    else:
        seeds = read_passages([ROOT / "seeds" / "passages"], scheme)
        if passages:
            seeds = [seeds[i] for i in np.random.default_rng(SEED).permutation(len(seeds))[:passages]]
        labels = label_matrix([p.labels for p in seeds], scheme.ids)
        settings = config.calibration
        inside, outside = make_folds(seeds, labels, settings.folds, by=settings.by, seed=config.seed)[0]
        peer: Peer = PEERS[name]()
        began = time.perf_counter()
        peer.fit([seeds[i].text for i in inside], labels[inside])
        trained = round(time.perf_counter() - began, 1)
        calibration = fit_calibration(
            peer.score([seeds[i].text for i in outside]), None, labels[outside], settings.method
        )

        def calibrated(texts: list[str]) -> Matrix:
            return enforce_implications(calibration.apply(peer.score(texts), None), scheme.ids, scheme.implies)

        held_out = calibrated([seeds[i].text for i in outside])
        thresholds, _ = set_thresholds(held_out, labels[outside], scheme, config.thresholds)
        speed = best_rate(lambda: calibrated(gold.texts), len(gold.texts))
        probabilities = calibrated(gold.texts)
        decided = decided_matrix(probabilities, scheme.ids, thresholds, scheme.implies)
        with tempfile.TemporaryDirectory() as folder:
            peer.save(Path(folder))
            size = folder_size(Path(folder))
    figures = evaluate(gold.labels, decided, probabilities, scheme)
    ends = metric_intervals(gold.labels, decided, probabilities, scheme, gold.groups)
    keys = ("macro_f1_all", "macro_f1_object", "macro_f1_indicator", "map_all", "micro_f1", "false_alarm_rate",
            "calibration_error")  # fmt: skip
    return {
        **{key: round(figures[key], 4) for key in keys},
        "intervals": {key: ends[key] for key in keys},
        "trained_s": trained,
        "passages_a_second": round(speed),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 2),
        "size_mb": round(size / 1e6, 1),
        "machine": f"{os.cpu_count()} cores, Python {sys.version.split()[0]}",
    }


def best_rate(run: Any, count: int) -> float:
    times = []
    for _ in range(REPEAT):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return count / min(times)


def folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
