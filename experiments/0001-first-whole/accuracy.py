"""Score the shipped bundle on the development set: passages and incidents, by the shared scorers.

usage: python experiments/0001-first-whole/accuracy.py [--shared ../shared] [--bundle models/default] [--output FOLDER]

Writes passages.json, passages.txt, incidents.json and incidents.txt into FOLDER, by default beside this file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--bundle", type=Path, default=ROOT / "models" / "default")
    parser.add_argument("--output", type=Path, default=HERE)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    dev, tools = arguments.shared / "dev", arguments.shared / "tools"
    ihlclass = [sys.executable, "-c", "from ihlclass.cli import main; main()"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        tags, out = folder / "tags.jsonl", folder / "out"
        subprocess.run([*ihlclass, "tag", dev / "passages.jsonl", "-o", tags, "--bundle", arguments.bundle], check=True)
        score(arguments.output / "passages", [tools / "score_passages.py", dev / "passages.jsonl", tags])
        done = subprocess.run(
            [*ihlclass, "classify", dev / "reports", "-o", out, "--bundle", arguments.bundle, "--format", "jsonl"]
        )
        assert done.returncode in (0, 3)
        score(
            arguments.output / "incidents",
            [tools / "score_incidents.py", dev / "incidents", dev / "reports", out / "incidents.jsonl", "--verbose"],
        )
        counts = json.loads((out / "manifest.json").read_text())["counts"]
        print(f"reports: {counts}")


def score(out: Path, command: list[str | Path]) -> None:
    done = subprocess.run(
        [sys.executable, *map(str, command), "--json", f"{out}.json"],
        capture_output=True,
        text=True,
        check=True,
    )
    Path(f"{out}.txt").write_text(done.stdout, encoding="utf-8")
    print(done.stdout)


if __name__ == "__main__":
    main()
