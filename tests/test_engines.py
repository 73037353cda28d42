"""Many workers give what one gives, in the same order, also where some of them die: real processes, a real cluster."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers_batch import ATTACK
from helpers_cli import PROGRAM, free_port, ihlclass
from helpers_engines import POISON, die_on_poison, die_once

from ihlclass.classifier import Classifier
from ihlclass.engines import Model, dask_engine, local_engine
from ihlclass.engines.work import SHARD_CHARACTERS, SHARD_REPORTS, shards
from ihlclass.errors import BundleError, OutputError, ReportError, UsageError
from ihlclass.types import Report

RESULTS = ("incidents.jsonl", "rejected.jsonl", "reports.jsonl", "cases.jsonl")
MODEL = Model(None, "-")


def report(number: int, text: str = "A quiet day.") -> Report:
    return Report(f"r{number}", text, "ab" * 32, len(text), "text/plain", language="en")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of many reports, some of them of no use."""
    path = tmp_path_factory.mktemp("in") / "posts.jsonl"
    with path.open("w") as file:
        for n in range(400):
            text = (
                ATTACK.format(n=n) * (1 + n % 5)
                if n % 50
                else ""
                if n % 100
                else "Der Stadtrat hat am Dienstag lange getagt."
            )
            file.write(json.dumps({"id": n, "text": text}) + "\n")
    return path


@pytest.fixture(scope="module")
def alone(reports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of one process."""
    out = tmp_path_factory.mktemp("alone") / "out"
    done = ihlclass("classify", reports, "-o", out)
    assert done.returncode == 3, done.stderr
    return out


def same(one: Path, other: Path) -> None:
    for name in RESULTS:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_shards_hold_everything_in_order() -> None:
    items = [report(n, "x" * (n % 7 * 30_000)) for n in range(200)]
    cut = list(shards(iter(items)))
    assert [item for shard in cut for item in shard] == items
    for shard in cut:
        size = sum(len(item.text) for item in shard)
        assert len(shard) <= SHARD_REPORTS and (size <= SHARD_CHARACTERS or len(shard) == 1)
    assert list(shards([])) == []


def test_processes_give_the_same_bytes(reports: Path, alone: Path, tmp_path: Path) -> None:
    done = ihlclass("classify", reports, "-o", tmp_path / "out", "--engine", "local", "--workers", "2")
    assert done.returncode == 3, done.stderr
    same(alone, tmp_path / "out")


def test_a_killed_run_goes_on_with_another_engine(reports: Path, alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [*PROGRAM, "classify", str(reports), "-o", str(out), "--engine", "local"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    ledger = out / "reports.jsonl"
    while not (ledger.exists() and ledger.stat().st_size):
        assert process.poll() is None
        time.sleep(0.02)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    process.kill()
    process.wait()
    done = ihlclass("classify", reports, "-o", out, "--resume")
    assert done.returncode == 3, done.stderr
    same(alone, out)
    for _ in range(100):  # workers do not outlive their parent
        if not any(Path(f"/proc/{child}").exists() for child in children):
            break
        time.sleep(0.1)
    else:
        raise AssertionError("a worker outlived its parent")


def test_workers_that_die_are_replaced(tmp_path: Path) -> None:
    items = [report(n) for n in range(300)]
    engine = replace(local_engine(2), work=die_once)
    found = list(engine.outcomes(iter(items), Model(None, "-", gazetteer=str(tmp_path / "note"))))
    assert [item for item, _ in found] == items
    assert [entry["report"] for _, (entry, _) in found] == [item.name for item in items]


def test_a_report_on_which_workers_die_is_rejected_alone() -> None:
    items: list[Report | ReportError] = [
        report(n, POISON if n in (70, 71, 180) else "A quiet day.") for n in range(260)
    ]
    items[72] = ReportError("empty", "the report holds no text", "r72")
    engine = replace(local_engine(2), work=die_on_poison)
    found = list(engine.outcomes(iter(items), MODEL))
    assert [item for item, _ in found] == items
    status = {entry["report"]: entry["status"] for _, (entry, _) in found}
    assert {name for name, said in status.items() if said == "rejected"} == {"r70", "r71", "r72", "r180"}
    assert next(e for _, (e, _) in found if e["report"] == "r70")["reason"] == "failed"


def test_reports_that_cannot_be_read_on_are_no_fault_of_workers() -> None:
    def some() -> Iterator[Report]:
        yield report(1)
        raise OSError("the disk has gone")

    with pytest.raises(OSError, match="the disk has gone"):
        list(replace(local_engine(1), work=die_on_poison).outcomes(some(), MODEL))


def test_a_worker_with_another_bundle_is_refused(classifier: Classifier) -> None:
    with pytest.raises(BundleError, match="another bundle"):
        list(local_engine(1).outcomes([report(1)], MODEL))


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    for options, words in (
        (["--workers", "2"], "--workers is of --engine local"),
        (["--engine", "dask"], "--scheduler ADDRESS go together"),
        (["--scheduler", "tcp://x:1"], "--scheduler ADDRESS go together"),
        (["--engine", "local", "--workers", "0"], "must be 1 or more"),
    ):
        done = ihlclass("classify", "-", "-o", tmp_path / "out", *options, stdin="x")
        assert done.returncode == 2 and words in done.stderr
    with pytest.raises(UsageError):
        local_engine(0)


@contextlib.contextmanager
def running(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a part of a cluster in a process group of its own until the block ends."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Processes that a worker's nanny has started."""
    found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def test_a_cluster_whose_workers_are_killed_twice_gives_the_same_bytes(
    reports: Path, alone: Path, tmp_path: Path
) -> None:
    address, log, out = f"tcp://127.0.0.1:{free_port()}", tmp_path / "cluster.log", tmp_path / "out"
    scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1], "--no-dashboard"]
    worker = ["dask_worker", address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
    with running(*scheduler, log=log), running(*worker, log=log) as first, running(*worker, log=log):
        process = subprocess.Popen(
            [*PROGRAM, "classify", str(reports), "-o", str(out), "--engine", "dask", "--scheduler", address],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        ledger, killed = out / "reports.jsonl", 0
        while process.poll() is None:
            done = ledger.read_bytes().count(b"\n") if ledger.exists() else 0
            if killed < 2 and done > 60 * (killed + 1):
                for pid in workers_of(first):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                killed += 1
            time.sleep(0.02)
        assert process.returncode == 3, process.communicate()[1] + log.read_text()
    assert killed == 2
    same(alone, out)


def test_a_cluster_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ihlclass.engines.engine.PATIENCE_S", 0.0)
    with pytest.raises(OutputError, match="no workers can be had"):
        list(dask_engine(f"tcp://127.0.0.1:{free_port()}").outcomes([report(1)], MODEL))
