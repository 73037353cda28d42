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
from helpers_engines import POISON, die_at_once, die_on_poison, die_once

from ihlclass.classifier import Classifier
from ihlclass.engines import Engine, Model, dask_engine, local_engine
from ihlclass.engines.engine import LAST_TRY, WorkersLostError
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
    workers = [worker for child in children(process.pid) for worker in children(child)]  # of the fork server
    assert workers
    process.kill()
    process.wait()
    done = ihlclass("classify", reports, "-o", out, "--resume")
    assert done.returncode == 3, done.stderr
    same(alone, out)
    for _ in range(100):  # workers do not outlive their parent
        if not any(map(alive, workers)):
            break
        time.sleep(0.1)
    else:
        raise AssertionError("a worker outlived its parent")


def test_ctrl_c_ends_workers_too_and_the_run_goes_on(reports: Path, alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [*PROGRAM, "classify", str(reports), "-o", str(out), "--engine", "local"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)
    )  # fmt: skip
    ledger = out / "reports.jsonl"
    while not (ledger.exists() and ledger.stat().st_size):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "interrupted" in said and "Traceback" not in said, said
    done = ihlclass("classify", reports, "-o", out, "--resume", "--engine", "local")
    assert done.returncode == 3, done.stderr
    same(alone, out)


def children(pid: int) -> list[int]:
    """Processes that a process has started, by what Linux says of them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(path.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


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


def test_workers_that_cannot_load_the_model_blame_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ihlclass.engines.engine.LAST_TRY", 4)
    assert LAST_TRY > 4
    with pytest.raises(OutputError, match="lost again and again"):
        list(replace(local_engine(1), work=die_at_once).outcomes([report(n) for n in range(3)], MODEL))


def test_what_was_read_before_an_error_is_kept() -> None:
    def some() -> Iterator[Report]:
        yield from (report(n) for n in range(150))
        raise OSError("the disk has gone")

    found = []
    with pytest.raises(OSError, match="the disk has gone"):
        for item, _ in replace(local_engine(2), work=die_on_poison).outcomes(some(), MODEL):
            found.append(item.name if isinstance(item, Report) else "")
    assert found == [f"r{n}" for n in range(150)][: len(found)] and len(found) >= 128


def test_no_worker_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for a cluster whose workers all go away and do not come back."""
    monkeypatch.setattr("ihlclass.engines.engine.PATIENCE_S", 0.0)
    monkeypatch.setattr("ihlclass.engines.engine.LAST_TRY", 1)

    class Deserted:
        def submit(self, *given: object) -> int:
            return 1

        def done(self, given: int) -> bool:
            return False

        def result(self, given: int, timeout_s: float) -> None:
            return None

        def number(self) -> int:
            return 0

        def close(self) -> None:
            pass

    with pytest.raises(OutputError, match="no worker is left"):
        list(Engine(lambda careful: Deserted()).outcomes([report(1)], MODEL))

    def never(careful: bool) -> Deserted:
        raise WorkersLostError("the scheduler does not answer")

    with pytest.raises(OutputError, match="no workers can be had"):
        list(Engine(never).outcomes([report(1)], MODEL))


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
            if killed < 2 and done > 60 * (killed + 1):  # what a worker's nanny has started
                for pid in children(first.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        killed += 1
                        break
            time.sleep(0.02)
        said = process.communicate()[1]
        assert process.returncode == 3, said + log.read_text()
    assert killed == 2
    same(alone, out)


def test_a_scheduler_that_restarts(reports: Path, alone: Path, tmp_path: Path) -> None:
    address, log, out = f"tcp://127.0.0.1:{free_port()}", tmp_path / "cluster.log", tmp_path / "out"
    scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1], "--no-dashboard"]
    worker = ["dask_worker", address, "--nthreads", "2", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1"]
    command = [*PROGRAM, "classify", str(reports), "-o", str(out), "--engine", "dask", "--scheduler", address]
    with running(*scheduler, log=log) as first, running(*worker, log=log):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        ledger = out / "reports.jsonl"
        while not (ledger.exists() and ledger.stat().st_size):
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.02)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        with running(*scheduler, log=log), running(*worker, log=log):
            said = process.communicate(timeout=240)[1]
    assert process.returncode == 3, said + log.read_text()
    same(alone, out)


def test_a_cluster_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ihlclass.engines.engine.PATIENCE_S", 0.0)
    with pytest.raises(OutputError, match="no workers can be had"):
        list(dask_engine(f"tcp://127.0.0.1:{free_port()}").outcomes([report(1)], MODEL))
    with pytest.raises(UsageError, match="is no address"):
        list(dask_engine("10.0.0.5").outcomes([report(1)], MODEL))
