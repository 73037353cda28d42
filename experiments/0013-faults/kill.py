"""Kill a run at twenty random moments, go on each time: are the results those of an undisturbed run, byte for byte?

usage: python experiments/0013-faults/kill.py [--reports 12800] [--kills 20] [--engine local] [--profile cascade]

The reports are rows of a table, made from the sentences below and numbers: 64 make a shard, so 12,800 are 200 shards.
One run is left alone. The other is killed (SIGKILL to the whole process group, workers too) a random moment after it
has written something, and started again with --resume, until it has been killed so often; the last two kills come when
every report is done and cases and tables are being written. Then it may end.
A few rows are broken, so that there is something to reject. Writes kill.json beside this file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 13
PROGRAM = str(Path(sys.executable).with_name("ihlclass"))
FILES = ("incidents.jsonl", "cases.jsonl", "rejected.jsonl", "reports.jsonl", "incidents.csv")
SENTENCES = (
    "A shell hit house number {n} in Velin on 3 May, the mayor said; {k} people were injured.",
    "The council of district {n} met for {k} hours to talk about the budget for roads.",
    "Team {n} won by {k} goals in front of a full stadium on Saturday.",
    "Gunmen stormed clinic {n} in Orlovo and took {k} nurses away, a monitor reported.",
    "Rain is expected in valley {n} for {k} days.",
    "An air strike destroyed warehouse {n} of the Red Cross near Dersa, killing {k} drivers.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=12_800)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--engine", default="local")
    parser.add_argument("--profile", default="cascade")
    arguments = parser.parse_args()
    draw = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = folder / "posts.jsonl"
        with table.open("w", encoding="utf-8") as file:
            for n in range(arguments.reports):
                text = draw.choice(SENTENCES).format(n=n, k=draw.randrange(2, 40))
                row = {"id": n, "text": text, "published": "2024-05-05"} if n % 997 else {"id": n, "text": ""}
                file.write(json.dumps(row) + "\n")
        command = [PROGRAM, "classify", str(table), "--engine", arguments.engine, "--profile", arguments.profile]
        began = time.monotonic()
        alone = subprocess.run([*command, "-o", str(folder / "alone")], capture_output=True, text=True)
        took = time.monotonic() - began
        moments, done = list[float](), list[int]()
        ledger = folder / "struck" / "reports.jsonl"
        step = took / arguments.kills
        struck = [*command, "-o", str(folder / "struck")]
        while len(moments) < arguments.kills:
            more = ["--resume"] if (folder / "struck").exists() else []
            process = subprocess.Popen(
                [*struck, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            before, at_the_end = lines(ledger), len(moments) >= arguments.kills - 2
            goal = arguments.reports if at_the_end else before + 1
            while process.poll() is None and lines(ledger) < goal:
                time.sleep(0.02)
            moment = 0.05 if at_the_end else draw.uniform(0, min(step, 0.6 * step + 0.01))
            time.sleep(moment)
            if process.poll() is not None:
                raise SystemExit(
                    f"ended after {len(moments)} kills with exit code {process.returncode}: give more reports"
                )
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            moments.append(round(moment, 2))
            done.append(lines(ledger))
        last = subprocess.run([*struck, "--resume"], capture_output=True, text=True)
        digests = {
            run: {file: hashlib.sha256((folder / run / file).read_bytes()).hexdigest()[:16] for file in FILES}
            for run in ("alone", "struck")
        }
        result = {
            "reports": arguments.reports,
            "shards": -(-arguments.reports // 64),
            "engine": arguments.engine,
            "profile": arguments.profile,
            "killed": len(moments),
            "after_s": moments,
            "reports_done_at_each": done,
            "exit_codes": [alone.returncode, last.returncode],
            "said": [alone.stderr.splitlines()[-1].split(". ")[0], last.stderr.splitlines()[-1].split(". ")[0]],
            "same_bytes": {file: digests["alone"][file] == digests["struck"][file] for file in FILES},
        }
    (HERE / "kill.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


if __name__ == "__main__":
    main()
