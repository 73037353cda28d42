"""Speed and accuracy of the profiles beside what users would build: one run, ratios, five repetitions.

usage: python experiments/0011-profiles/profiles.py [--bundle FOLDER] [--repeat 5] [--shared DIR]

The baseline is plain sentence-transformers (the base encoder, batches of 32) and scikit-learn's logistic regressions on
its embeddings, from text to probabilities. Every profile goes from text to tags. All are timed in turn, repetition
after repetition, so that whatever else the machine does strikes all of them; what is reported is the median and the
range over repetitions of the ratio to the baseline of the same repetition.

- mixed: the development passages as they are, four fifths of them on incidents
- stream: one passage in ten on an incident, as in an archive of posts: all development passages without one, which were
  written beside attacks, and a ninth as many others
- everyday stream: the same, but the nine in ten are the texts of everyday.txt, written for this, on other matters
- by length, in words; start-up: a fresh process until its first tag
- the tokeniser alone, and word pieces as the profiles read them, each word remembered

Accuracy: macro F1 over the labels with 10 positives or more on the development passages, recall of the core objects,
decisions that are equal to those of the accurate profile; the share of everyday texts that get a tag. Writes
profiles.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ihlclass.bundle import PROFILES
from ihlclass.classifier import load
from ihlclass.decisions import label_matrix
from ihlclass.encoder import TOKENIZER_FILE
from ihlclass.word_pieces import reader_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED = 13
CORE = ("medical_facility", "dormitory", "shopping_mall", "residential_building")
#: Passages that the baseline's heads are fitted on: what they say does not matter here, what they cost does.
FITTED_ON = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in (arguments.shared / "dev" / "passages.jsonl").read_text("utf-8").splitlines()]
    texts, labels = [row["text"] for row in rows], [row["labels"] for row in rows]
    classifiers = {profile: load(arguments.bundle, profile=profile) for profile in PROFILES}
    tokenizer = Tokenizer.from_file(str(classifiers["accurate"].bundle.path / "encoder" / TOKENIZER_FILE))
    tokenizer.no_padding()
    pieces = reader_of(tokenizer)
    ways: dict[str, Callable[[list[str]], Any]] = {
        "baseline": baseline(texts),
        **{name: lambda some, one=one: list(one.tag(some)) for name, one in classifiers.items()},  # type: ignore[misc]
        "tokeniser alone": lambda some: [tokenizer.encode_batch_fast([text])[0].ids for text in some],
        "word pieces alone": lambda some: [pieces(text) for text in some],
    }
    everyday = (HERE / "everyday.txt").read_text(encoding="utf-8").splitlines()
    without = [text for text, some in zip(texts, labels, strict=True) if "incident" not in some]
    incidents = [text for text, some in zip(texts, labels, strict=True) if "incident" in some]
    streams = {"stream": stream(without, incidents), "everyday stream": stream(everyday, incidents)}
    sets = {"mixed": texts, **streams}
    words = np.array([len(text.split()) for text in texts])
    for low, high in ((1, 15), (16, 40), (41, 80), (81, 400)):
        sets[f"{low} to {high} words"] = [texts[i] for i in np.flatnonzero((words >= low) & (words <= high))]
    result = {
        "machine": machine(),
        "bundle": classifiers["accurate"].bundle.digest[:16],
        "handing_on": classifiers["cascade"].bundle.handing_on.as_row(),  # type: ignore[attr-defined]
        "accuracy": accuracy(classifiers, texts, labels),
        "handed_on": {name: handed_on(classifiers["cascade"].bundle, some) for name, some in streams.items()},
        "everyday": {name: tagged(one, everyday) for name, one in classifiers.items()},
        "speed": {name: speed(ways, some, arguments.repeat) for name, some in sets.items()},
        "start_s": {profile: start(arguments.bundle, profile, arguments.repeat) for profile in PROFILES},
    }
    (HERE / "profiles.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def machine() -> str:
    wide = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    dots = "with" if "vnni" in wide else "without"
    return f"{os.cpu_count()} cores, {platform.machine()} {dots} 8-bit dot products, Python {platform.python_version()}"


def baseline(texts: list[str]) -> Callable[[list[str]], Any]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    from ihlclass.training.base_encoder import load_base_encoder
    from ihlclass.training.config import load_config

    encoder = load_base_encoder(load_config().encoder, ROOT).encoder.model
    gold = (np.random.default_rng(SEED).random((FITTED_ON, 68)) < 0.1).astype(np.int8)
    heads = OneVsRestClassifier(LogisticRegression(max_iter=50))
    heads.fit(encoder.encode(texts[:FITTED_ON], show_progress_bar=False), gold)
    return lambda some: heads.predict_proba(encoder.encode(some, batch_size=32, show_progress_bar=False))


def stream(without: list[str], incidents: list[str]) -> list[str]:
    """Nine passages without an incident to one with."""
    draw = np.random.default_rng(SEED)
    some = [incidents[i] for i in draw.permutation(len(incidents))[: len(without) // 9]]
    both = without + some
    return [both[i] for i in draw.permutation(len(both))]


def handed_on(cascade: Any, texts: list[str]) -> float:
    """Share of passages that the cascade hands on."""
    asked = cascade.handing_on.asked(cascade.fast.probabilities(texts), cascade.scheme, cascade.fast.thresholds)
    return round(float(asked.mean()), 3)


def tagged(classifier: Any, texts: list[str]) -> float:
    """Share of texts that get any label."""
    return round(sum(bool(tags.labels) for tags in classifier.tag(texts)) / len(texts), 3)


def speed(ways: dict[str, Callable[[list[str]], Any]], texts: list[str], repeat: int) -> dict[str, Any]:
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(repeat + 1):
        for name, way in ways.items():
            began = time.perf_counter()
            way(texts)
            if number:  # the first is to warm up
                rates[name].append(len(texts) / (time.perf_counter() - began))
    times = {name: [a / b for a, b in zip(rates[name], rates["baseline"], strict=True)] for name in ways}
    return {
        "passages": len(texts),
        "a_second": {name: round(statistics.median(some)) for name, some in rates.items()},
        "times_baseline": {
            name: [round(f(some), 2) for f in (statistics.median, min, max)] for name, some in times.items()
        },
    }


def accuracy(classifiers: dict[str, Any], texts: list[str], labels: list[list[str]]) -> dict[str, Any]:
    scheme = classifiers["accurate"].scheme
    gold = label_matrix(labels, scheme.ids)
    decided = {
        name: label_matrix((tags.labels for tags in one.tag(texts)), scheme.ids) for name, one in classifiers.items()
    }
    core = [scheme.ids.index(label) for label in CORE]
    return {
        name: {
            "macro_f1": round(macro_f1(gold, some), 4),
            "micro_f1": round(float(2 * (gold & some).sum() / (gold.sum() + some.sum())), 4),
            "core_recall": round(float((gold & some)[:, core].sum() / gold[:, core].sum()), 4),
            "equal_to_accurate": round(float((some == decided["accurate"]).mean()), 4),
        }
        for name, some in decided.items()
    }


def macro_f1(gold: NDArray[np.int8], decided: NDArray[np.int8]) -> float:
    counted = gold.sum(axis=0) >= 10
    both = (gold & decided).sum(axis=0)
    return float(np.mean((2 * both / np.maximum(1, gold.sum(axis=0) + decided.sum(axis=0)))[counted]))


def start(bundle: Path | None, profile: str, repeat: int) -> float:
    command = [str(Path(sys.executable).with_name("ihlclass")), "tag", "-", "--profile", profile]
    command += ["--bundle", str(bundle)] if bundle else []
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        subprocess.run(command, input='{"id": 1, "text": "A missile hit the clinic."}\n', text=True, check=True,
                       capture_output=True)  # fmt: skip
        times.append(time.perf_counter() - began)
    return round(statistics.median(times), 2)


if __name__ == "__main__":
    main()
