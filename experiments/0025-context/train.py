"""Train the readers of places, authors, times and victims with the encoder below them, and say how well they read.

usage: python experiments/0025-context/train.py [--folds N | --write]

Marks: seeds/places, seeds/authors, seeds/times, seeds/victims. Of five folds of whole groups of passages and whole
reports the first N (1) are read by readers of the other four, with and without layers of the encoder; figures are
written to scores.json beside this file. With --write the readers are fitted on all marks and put into the package, with
their encoder. Either takes half an hour or more on two cores.
"""

from __future__ import annotations

import argparse
import difflib
import json
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ihlclass.bundle import load_bundle
from ihlclass.incidents import authors, context, place_reader, time_reader, victims
from ihlclass.incidents.figures import figures_of
from ihlclass.incidents.linear_reader import softmax
from ihlclass.incidents.place_features import Candidate
from ihlclass.incidents.place_reader import PARTS, PlaceReader
from ihlclass.incidents.tolls import added, combine
from ihlclass.training.base_encoder import encoder_of
from ihlclass.training.config import load_config
from ihlclass.training.context_net import export_context
from ihlclass.training.marks import Example, Marks
from ihlclass.training.readers import Fitted, Task, fit_readers, whole_groups

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TASKS = {
    "places": Task(len(PARTS)),
    "authors": Task(1, one=True, weight=3.0),
    "times": Task(2, weight=1.5),
    "victims": Task(len(victims.ROLES)),
}
FILES = {
    "places": place_reader.MODEL_FILE,
    "authors": authors.MODEL_FILE,
    "times": time_reader.MODEL_FILE,
    "victims": victims.MODEL_FILE,
}
LAYERS, EPOCHS, SEED = 3, 3.0, 1
#: Of some passages, the numbers of killed and injured as they were marked before, by other readers.
TOLLS = HERE.parent / "0022-tolls" / "tolls.jsonl"
#: Figures are told apart by what a passage is of, and whether that is a report.
KINDS = (("seeds", False), ("reports", True))
#: Chances of an author that are asked for.
CHANCES = (0.25, 0.35, 0.5, 0.6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="fit on all and write the readers into the package")
    arguments = parser.parse_args()
    marks = Marks(ROOT)
    examples = {
        "places": [*marks.places()],
        "authors": [*marks.authors()],
        "times": [*marks.times()],
        "victims": [*marks.victims()],
    }
    print({name: len(some) for name, some in examples.items()}, flush=True)
    if arguments.write:
        write(fit(examples))
        return
    groups = sorted({example.group for some in examples.values() for example in some})
    read: dict[str, list[tuple[Example, np.ndarray]]] = {f"{name}, {how}": [] for name in TASKS for how in HOWS}
    for inside, _ in list(whole_groups(groups))[: arguments.folds]:
        known = {groups[i] for i in inside}
        own = {name: [e for e in some if e.group in known] for name, some in examples.items()}
        others = {name: [e for e in some if e.group not in known] for name, some in examples.items()}
        for how, layers in HOWS.items():
            fitted = fit(own, layers=layers)
            for name, some in others.items():
                read[f"{name}, {how}"] += zip(some, fitted.scores(name, some), strict=True)
    results = {key: FIGURES[key.split(",")[0]](some) for key, some in read.items()}
    print(json.dumps(results, indent=1))
    (HERE / "scores.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


#: With how many layers of the encoder; without, named features tell, and what the pieces of a span are.
HOWS = {"without layers": 0, "with layers": LAYERS}


def fit(examples: dict[str, list[Example]], *, layers: int = LAYERS) -> Fitted:
    begun = time.monotonic()

    def progress(step: int, steps: int, loss: float) -> None:
        if step % 200 == 0 or step == steps:
            print(f"step {step} of {steps}, loss {loss:.3f}, {time.monotonic() - begun:.0f} s", flush=True)

    encoder = shipped_encoder()
    return fit_readers(TASKS, examples, encoder, layers=layers, epochs=EPOCHS, seed=SEED, progress=progress)


def shipped_encoder() -> object:
    """Return the tagger's encoder, whose first layers the readers' is made of, as a sentence-transformers model."""
    return encoder_of(load_bundle(ROOT / "models" / "default"), load_config().encoder, ROOT).model


def write(fitted: Fitted) -> None:
    for name, reader in fitted.readers.items():
        reader.save(FILES[name])
        print(FILES[name].name, FILES[name].stat().st_size)
    export_context(fitted.net, fitted.encoder, context.NET_FILE)
    shutil.copyfile(ROOT / "models" / "default" / "encoder" / "tokenizer.json", context.TOKENIZER_FILE)
    print(context.NET_FILE.name, context.NET_FILE.stat().st_size)


def of_places(read: Sequence[tuple[Example, np.ndarray]]) -> dict[str, object]:
    """For each part, F1 over the names that a passage gives it."""
    reader = PlaceReader({}, np.zeros((0, len(PARTS)), dtype=np.float32), np.zeros((0, len(PARTS)), dtype=np.float32))
    taken = []
    for example, scores in read:
        names = [Candidate(start, end, (0, 0), 0, 0, 0) for start, end in example.spans]
        found = reader.taken(names, softmax(scores)) if names else []
        taken.append([(r.start, r.end, r.part) for r in found])

    def f1(of_report: bool, parts: str) -> float:
        hits = count = 0
        for (e, _), found in zip(read, taken, strict=True):
            if e.of_report == of_report:
                pairs = zip(e.spans, e.classes, strict=True)
                right = {e.text[start:end] for (start, end), part in pairs if PARTS[part] in parts}
                said = {e.text[start:end] for start, end, part in found if part in parts}
                hits, count = hits + len(right & said), count + len(right) + len(said)
        return round(2 * hits / max(1, count), 3)

    some: dict[str, object] = {"passages": len(read)}
    for kind, of_report in KINDS:
        some[kind] = {part: f1(of_report, part) for part in PARTS[:-1]} | {"any": f1(of_report, "".join(PARTS[:-1]))}
    return some


def of_authors(read: Sequence[tuple[Example, np.ndarray]]) -> dict[str, object]:
    """Alike: one holds the other, or three quarters of their letters agree, as the shared scorer has it."""
    said = []
    for example, scores in read:
        best: dict[str, float] = {}
        for (start, end), chance in zip(example.spans, softmax(np.append(scores, 0.0))[:-1], strict=True):
            name = example.text[start:end]
            best[name] = best.get(name, 0.0) + float(chance)
        who = max(best, key=lambda name: best[name], default="")
        said.append((example.author, who, best.get(who, 0.0), example.of_report))
    results: dict[str, object] = {}
    for kind, of_report in KINDS:
        stated = [(a, who, chance) for a, who, chance, own in said if a and own == of_report]
        unstated = [chance for a, _, chance, own in said if not a and own == of_report]
        results[kind] = {"stated": len(stated), "unstated": len(unstated)} | {
            str(least): {
                "alike": round(sum(c >= least and alike(a, who) for a, who, c in stated) / len(stated), 3),
                "invented": round(sum(c >= least for c in unstated) / len(unstated), 3),
            }
            for least in CHANCES
        }
    return results


def of_times(read: Sequence[tuple[Example, np.ndarray]]) -> dict[str, object]:
    """Share of times that are told rightly."""
    results: dict[str, object] = {}
    for kind, of_report in KINDS:
        pairs = [
            (s, c) for e, scores in read if e.of_report == of_report for s, c in zip(scores, e.classes, strict=True)
        ]
        results[kind] = {"times": len(pairs), "right": round(float(np.mean([s.argmax() == c for s, c in pairs])), 3)}
    return results


def of_victims(read: Sequence[tuple[Example, np.ndarray]]) -> dict[str, object]:
    """F1 of roles; and how often the toll of a passage is read as it is marked apart, for reading patterns by."""
    results: dict[str, object] = {}
    for kind, of_report in KINDS:
        pairs = [
            (victims.ROLES[s.argmax()], victims.ROLES[c])
            for e, scores in read
            if e.of_report == of_report
            for s, c in zip(scores, e.classes, strict=True)
        ]
        hits = {role: 2 * sum(a == b == role for a, b in pairs) for role in victims.ROLES}
        both = Counter(role for pair in pairs for role in pair)
        results[kind] = {role: round(hits[role] / both[role], 3) for role in victims.ROLES if both[role]}
    marks = (json.loads(line) for line in TOLLS.read_text(encoding="utf-8").splitlines())
    tolls = {mark["id"]: mark for mark in marks}
    counts: Counter[str] = Counter()
    for e, scores in read:
        if (mark := tolls.get(e.name)) is None:
            continue
        roles = [victims.ROLES[best] for best in scores.argmax(axis=1)]
        figures = added(figures_of(e.text, victims.find_victims(e.text), roles))
        for harm in ("killed", "injured"):
            stated, said = mark[harm], combine(figures, harm)
            counts[f"{harm}, {'stated' if stated else 'unstated'}"] += 1
            counts[f"{harm}, exact"] += stated is not None and said is not None and list(said) == stated
            counts[f"{harm}, invented"] += stated is None and said is not None
    return results | {"tolls": dict(counts)}


FIGURES = {"places": of_places, "authors": of_authors, "times": of_times, "victims": of_victims}


def alike(a: str, b: str) -> bool:
    a, b = a.lower(), b.lower()
    return a in b or b in a or difflib.SequenceMatcher(None, a, b).ratio() >= 0.75


if __name__ == "__main__":
    main()
