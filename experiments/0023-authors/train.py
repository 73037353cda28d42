"""Train the reader of authors (ihlclass/incidents/authors.npz) on marked passages, and say how well it reads.

usage: python experiments/0023-authors/train.py [--write]

authors.jsonl marks, for passages of seeds/passages by their id, the party that the passage names as the author of what
it tells, as it writes it, or null. Figures are cross-fitted: five folds of whole groups of passages. An author is alike
where one holds the other or three quarters of their letters agree, as the shared scorer has it. Written to scores.json
beside this file. With --write the reader is fitted on all and put into the package. One minute.
"""

from __future__ import annotations

import argparse
import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ihlclass.incidents.authors import MODEL_FILE, candidates, features
from ihlclass.incidents.linear_reader import LinearReader
from ihlclass.labels import load_scheme
from ihlclass.training.data import read_passages
from ihlclass.training.readers import fit_reader, whole_groups

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: Inverse penalty; chances that are asked for.
C, CHANCES = 1.0, (0.2, 0.25, 0.3, 0.4, 0.5)


@dataclass(frozen=True)
class Marked:
    """A passage, its author, and the phrases in it that may be it."""

    group: str
    text: str
    author: str | None
    spans: list[tuple[int, int]]
    rows: list[list[str]]

    def names(self) -> list[str]:
        return [self.text[start:end] for start, end in self.spans]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="fit on all and write the reader into the package")
    arguments = parser.parse_args()
    marked = read()
    said: dict[int, tuple[str, float]] = {}
    for inside, outside in whole_groups([m.group for m in marked]):
        reader = fit([marked[i] for i in inside])
        for number in outside:
            chances = reader.chances(marked[number].rows)[:, 1] if marked[number].rows else np.zeros(0)
            best = int(np.argmax(chances)) if len(chances) else -1
            said[number] = (marked[number].names()[best], float(chances[best])) if len(chances) else ("", 0.0)
    stated = [n for n, m in enumerate(marked) if m.author]
    unstated = [n for n, m in enumerate(marked) if not m.author]
    results: dict[str, object] = {"passages": len(marked), "with an author": len(stated)}
    for least in CHANCES:
        hits = sum(said[n][1] >= least and alike(marked[n].author or "", said[n][0]) for n in stated)
        results[f"chance {least}"] = {
            "alike_of_stated": round(hits / len(stated), 3),
            "missed": sum(said[n][1] < least for n in stated),
            "invented_of_unstated": round(sum(said[n][1] >= least for n in unstated) / len(unstated), 3),
        }
    print(json.dumps(results, indent=1))
    (HERE / "scores.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if arguments.write:
        fit(marked).save(MODEL_FILE)
        print(MODEL_FILE.name, MODEL_FILE.stat().st_size)


def read() -> list[Marked]:
    passages = {p.id: p for p in read_passages([ROOT / "seeds" / "passages"], load_scheme())}
    marked = []
    for line in (HERE / "authors.jsonl").read_text(encoding="utf-8").splitlines():
        mark = json.loads(line)
        told = passages[mark["id"]]
        spans = candidates(told.text)
        marked.append(Marked(told.group, told.text, mark["author"], spans, features(told.text, spans)))
    return marked


def examples(m: Marked) -> tuple[list[list[str]], list[int]]:
    """Return the phrases of a passage to learn from; those that hold the author, or lie in it, tell nothing either way.

    Where no phrase is the author to the letter, those that hold it or lie in it stand for it.
    """
    names = m.names()
    near = [bool(m.author) and (m.author in name or name in m.author) for name in names]  # type: ignore[operator]
    exact = m.author in names
    kept = [i for i, name in enumerate(names) if not (exact and near[i]) or name == m.author]
    return [m.rows[i] for i in kept], [int(near[i]) for i in kept]


def fit(marked: Sequence[Marked]) -> LinearReader:
    pairs = [examples(m) for m in marked]
    return fit_reader([row for some, _ in pairs for row in some], [y for _, some in pairs for y in some], C)


def alike(a: str, b: str) -> bool:
    a, b = a.lower(), b.lower()
    return a in b or b in a or difflib.SequenceMatcher(None, a, b).ratio() >= 0.75


if __name__ == "__main__":
    main()
