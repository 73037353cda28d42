"""What `ihlclass data check` costs on large sets: processor time and peak memory, on generated passages.

    python experiments/0004-data-check-at-scale/scale.py 10000 50000 100000

Passages of 40 words drawn by Zipf's law from 30,000, two labels, one in a hundred a near-copy of another; random unit
vectors of 384 numbers stand for the encoder, whose own cost is linear and is not measured. Each size runs in a process
of its own. Writes scale.json: seconds and MiB as measured, and both as ratios to the first size.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
WORDS, DIMENSION = 40, 384
#: Of larger files near-copies are not looked for: that takes the square of the passages in time, and no more memory.
LARGE_BYTES = 100_000_000


class RandomVectors:
    """Unit vectors by chance; that of every hundredth text is near to the one before it."""

    dimension, max_tokens = DIMENSION, 256

    def __init__(self) -> None:
        self._rng = np.random.default_rng(1)

    def encode(self, texts: Any) -> Any:
        rows = self._rng.standard_normal((len(texts), DIMENSION), dtype=np.float32)
        rows[100::100] = rows[99:-1:100] + 0.1 * rows[100::100]
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def write(path: Path, n: int) -> None:
    rng = np.random.default_rng(2)
    shares = 1 / np.arange(1, 30_001)
    shares /= shares.sum()
    with path.open("w", encoding="utf-8") as file:
        for number in range(n):
            words = rng.choice(30_000, size=WORDS, p=shares) if number % 1000 else np.arange(WORDS)
            labels = ["medical_facility", "incident"] if number % 5 == 0 else []
            text = " ".join(f"w{word}" for word in words.tolist()) + f" {number}"
            row = {"id": f"p{number}", "text": text, "labels": labels, "group": f"g{number}"}
            file.write(json.dumps(row) + "\n")


def one(path: Path) -> None:
    from ihlclass.labels import load_scheme
    from ihlclass.training.check import check_data, run
    from ihlclass.training.check.coverage import load_bars

    spent: dict[str, float] = {}
    last = ["start", time.process_time()]

    def progress(stage: str, done: int, total: int) -> None:
        now = time.process_time()
        spent[last[0]] = spent.get(last[0], 0.0) + now - last[1]
        last[:] = [stage.rpartition(", ")[2], now]

    if path.stat().st_size > LARGE_BYTES:
        run.check_copies = lambda *given: []
    found = check_data([path], load_scheme(), load_bars(), RandomVectors(), progress=progress)
    progress("end", 0, 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {code: sum(f.code == code for f in found.findings) for code in ("D102", "D301", "D303")}
    print(json.dumps({"cpu_s": time.process_time(), "peak_MiB": peak, "stages": spent, "found": told}))


def main(sizes: list[int]) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.jsonl"
        for n in sizes:
            write(path, n)
            done = subprocess.run([sys.executable, __file__, str(path)], capture_output=True, text=True, check=True)
            rows.append({"passages": n, **json.loads(done.stdout)})
            first = rows[0]
            rows[-1]["times"] = {key: round(rows[-1][key] / first[key], 2) for key in ("passages", "cpu_s", "peak_MiB")}
            print(json.dumps(rows[-1]), flush=True)
            (HERE / "scale.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] and not sys.argv[1].isdigit():
        one(Path(sys.argv[1]))
    else:
        main([int(size) for size in sys.argv[1:]] or [10_000, 50_000, 100_000])
