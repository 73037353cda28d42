"""Incidents and cases of reports written for this: how well does the program find them?

usage: python experiments/0019-reports-of-our-own/score.py [--shared ../shared] [--bundle models/default]
       [--output FILE]

Classifies the reports of reports/ and scores the incidents by the shared scorer, all together and by the set that they
came in; then the pairs of accounts that are one case, among incidents that the scorer matched, against cases.json.
Writes scores.json beside this file.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: Sets by first letter, in the order in which they were written; what was seen of each when, README.md says.
SETS = {
    "first": "abcdefg",
    "second": "hk",
    "third": "l",
    "fourth": "mn",
    "fifth": "pq",
    "sixth": "rs",
    "seventh": "tu",
    "eighth": "vwx",
    "ninth": "yz",
    "tenth": "ijo",
    "eleventh": "1234",
    "twelfth": "5678",
    "thirteenth": "9",
    "fourteenth": "0",
    "fifteenth": "Z",
    "sixteenth": "Y",
}
KEPT = (
    "gold", "said", "f1", "precision", "recall", "objects_micro_f1", "indicators_micro_f1", "killed_exact",
    "killed_stated", "killed_invented", "injured_exact", "injured_stated", "injured_invented", "date_exact",
    "date_stated", "date_invented", "author_alike",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--bundle", type=Path, default=ROOT / "models" / "default")
    parser.add_argument("--output", type=Path, default=HERE / "scores.json")
    arguments = parser.parse_args()
    scorer = arguments.shared / "tools" / "score_incidents.py"
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        texts = sorted((HERE / "reports").glob("*.txt"))
        ihlclass = [sys.executable, "-c", "from ihlclass.cli import main; main()"]
        options = ["-o", str(out), "--bundle", str(arguments.bundle), "--no-table"]
        subprocess.run([*ihlclass, "classify", *map(str, texts), *options], check=True)
        for name, letters in {"all": "".join(SETS.values()), **SETS}.items():
            results[name] = score(scorer, [p for p in texts if p.name[0] in letters], out / "incidents.jsonl")
            print(name, results[name])
        results["cases"] = pairs(load(scorer), texts, out)
        print("cases", results["cases"])
    arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def score(scorer: Path, texts: list[Path], incidents: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for text in texts:
            shutil.copy(text, folder)
            shutil.copy(text.with_suffix(".json"), folder)
        arguments = [scorer, folder, folder, incidents, "--json", folder / "scores"]
        subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True)
        found = json.loads((folder / "scores").read_text(encoding="utf-8"))
    return {key: round(found[key], 3) for key in KEPT}


def load(scorer: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", scorer)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pairs(scorer: ModuleType, texts: list[Path], out: Path) -> dict[str, float]:
    """Count the pairs of accounts that are one case, by the gold incidents that the accounts were matched to."""
    said: dict[str, list[dict[str, Any]]] = {}
    for line in (out / "incidents.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said.setdefault(Path(row["report"]).stem, []).append(row)
    gold_of: dict[str, str] = {}
    for path in texts:
        gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["incidents"]
        mine, report = said.get(path.stem, []), path.read_text(encoding="utf-8")
        lines = [scorer.lines_of(report, row["passages"]) for row in mine]
        ranked = sorted(
            ((scorer.alike(g, m, lines[j]), i, j) for i, g in enumerate(gold) for j, m in enumerate(mine)), reverse=True
        )
        used: set[int] = set()
        for likeness, i, j in ranked:
            if likeness and i not in used and mine[j]["incident_id"] not in gold_of:
                used.add(i)
                gold_of[mine[j]["incident_id"]] = f"{path.stem}#{i}"
    wanted = {frozenset(pair) for pair in json.loads((HERE / "cases.json").read_text(encoding="utf-8"))}
    linked, unmatched = set(), 0
    for line in (out / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        accounts = [account["incident_id"] for account in json.loads(line)["accounts"]]
        for one, other in combinations(accounts, 2):
            if one in gold_of and other in gold_of:
                linked.add(frozenset((gold_of[one], gold_of[other])))
            else:
                unmatched += 1
    right = len(linked & wanted)
    return {"gold": len(wanted), "right": right, "wrong": len(linked - wanted), "unmatched": unmatched,
            "f1": round(2 * right / max(1, len(linked) + len(wanted)), 3)}  # fmt: skip


if __name__ == "__main__":
    main()
