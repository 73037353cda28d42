"""What telling a passage's language costs beside the fast profile, and whether the answers are those of before.

usage: python experiments/0011-profiles/language.py [--before REVISION] [--sentences FOLDER] [--repeat 15]

The earlier `ihlclass/reports/language.py` is read from git. Both tell the language of the same 2,000 training passages,
and the fast profile tags them, in turn, repetition after repetition. Then both are asked about every training passage,
the texts of tests/data, and, with --sentences, real sentences in other languages (a folder of `nl.txt`..., a sentence a
line, as `language-testdata/sentences` of lingua-py has them): whole, cut to 3, 5, 8 and 12 words, three in a row, and
followed by an English training passage. Counted is where the two differ. Writes language.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from ihlclass.classifier import load
from ihlclass.reports import language as now

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED, TIMED, OF_EACH = 13, 2000, 300
#: The last state in which py3langid was asked twice about all that is not plainly English.
BEFORE = "a029033"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", default=BEFORE)
    parser.add_argument("--sentences", type=Path)
    parser.add_argument("--repeat", type=int, default=15)
    arguments = parser.parse_args()
    random.seed(SEED)
    before = at(arguments.before)
    passages = [text for path in sorted((ROOT / "seeds" / "passages").glob("*.jsonl")) for text in texts_of(path)]
    data = [text for name in ("languages", "foreign") for text in texts_of(ROOT / "tests" / "data" / f"{name}.jsonl")]
    kinds = [*(("passages", text) for text in passages), *(("tests/data", text) for text in data)]
    if arguments.sentences:
        kinds.extend(sentences(arguments.sentences, passages))
    result = {"speed": speed(before, passages, arguments.repeat), "agreement": agreement(before, kinds)}
    (HERE / "language.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def at(revision: str) -> ModuleType:
    """The language module as it was at a revision."""
    name = f"{revision}:ihlclass/reports/language.py"
    source = subprocess.run(["git", "show", name], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    module = sys.modules["before"] = ModuleType("before")
    exec(compile(source, name, "exec"), module.__dict__)
    return module


def texts_of(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def sentences(folder: Path, passages: list[str]) -> Iterator[tuple[str, str]]:
    """Each text with its kind."""
    for path in sorted(folder.glob("*.txt")):
        if path.stem == "en":
            continue
        some = path.read_text(encoding="utf-8").splitlines()
        some = random.sample(some, min(OF_EACH, len(some)))
        for n, sentence in enumerate(some):
            yield "sentences", sentence
            yield from (("sentences, cut", " ".join(sentence.split()[:words])) for words in (3, 5, 8, 12))
            yield "sentence and English passage", f"{sentence} {random.choice(passages)}"
            if n % 3 == 0:
                yield "three sentences", " ".join(some[n : n + 3])


def speed(before: ModuleType, passages: list[str], repeat: int) -> dict[str, float]:
    """Microseconds a passage, the least and the median of all repetitions, and medians of ratios."""
    timed = random.sample(passages, TIMED)
    fast = load(profile="fast")
    ways = {
        "before": lambda: [before.detect_language(text) for text in timed],
        "now": lambda: [now.detect_language(text) for text in timed],
        "fast profile": lambda: list(fast.tag(timed)),
    }
    for way in ways.values():
        way()
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeat):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            took[name].append((time.perf_counter() - start) / len(timed) * 1e6)
    rounds = [dict(zip(took, values, strict=True)) for values in zip(*took.values(), strict=True)]
    figures = {
        f"{name}, {how.__name__}": round(how(took[name]), 1) for name in took for how in (min, statistics.median)
    }
    figures["before / now"] = round(statistics.median(each["before"] / each["now"] for each in rounds), 2)
    for name in ("before", "now"):
        share = statistics.median(each[name] / each["fast profile"] for each in rounds)
        figures[f"{name} / fast profile"] = round(share, 2)
    return figures


def agreement(before: ModuleType, kinds: list[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Of each kind of text: how many there are, were refused before, differ, and were refused and are English now."""
    counts: dict[str, Counter[str]] = {}
    for kind, text in kinds:
        old, new = before.detect_language(text), now.detect_language(text)
        count = counts.setdefault(kind, Counter())
        count["texts"] += 1
        count["not English before"] += not old.supported
        count["differ"] += (old.code, old.supported) != (new.code, new.supported)
        count["let through"] += new.supported and not old.supported
    return {kind: dict(count) for kind, count in counts.items()}


if __name__ == "__main__":
    main()
