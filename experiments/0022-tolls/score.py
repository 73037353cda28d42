"""How often is the toll of a passage read as it is marked?

usage: python experiments/0022-tolls/score.py

tolls.jsonl holds, for passages of seeds/passages by their id, the numbers of civilians killed and injured that the
passage alone tells, as intervals, and whether the patterns were written while reading it (`read`). Written to
scores.json beside this file. Some seconds.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from ihlclass.incidents.figures import combine, find_figures
from ihlclass.labels import load_scheme
from ihlclass.training.data import read_passages

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main() -> None:
    texts = {p.id: p.text for p in read_passages([ROOT / "seeds" / "passages"], load_scheme())}
    counts = {f"{part}, {harm}": Counter[str]() for part in ("read", "not read") for harm in ("killed", "injured")}
    for line in (HERE / "tolls.jsonl").read_text(encoding="utf-8").splitlines():
        mark = json.loads(line)
        figures = find_figures(texts[mark["id"]])
        for harm in ("killed", "injured"):
            stated, said = mark[harm], combine(figures, harm)
            right = stated is not None and said is not None and list(said) == stated
            what = "exact" if right else "missed" if said is None else "invented" if stated is None else "other"
            what = "none" if stated is None and said is None else what
            counts[f"{'read' if mark['read'] else 'not read'}, {harm}"][what] += 1
    results = {}
    for name, found in counts.items():
        stated, unstated = found["exact"] + found["missed"] + found["other"], found["none"] + found["invented"]
        results[name] = dict(sorted(found.items())) | {
            "exact_of_stated": round(found["exact"] / stated, 3),
            "invented_of_unstated": round(found["invented"] / unstated, 3),
        }
        print(name, results[name])
    (HERE / "scores.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
