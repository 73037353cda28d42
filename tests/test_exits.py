"""How the program ends where it is stopped from outside."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from helpers_cli import PROGRAM, ihlclass


def heed_interrupts() -> None:
    """Undo what a shell does to jobs in the background, whose children would ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interrupted_says_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for n in range(60):
        (tmp_path / "in" / f"{n}.txt").write_text(
            f"Shells hit the hospital in Velin on Monday. {n} people were killed."
        )
    command = [*PROGRAM, "classify", str(tmp_path / "in"), "-o", str(tmp_path / "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts)
    ledger = tmp_path / "out" / "reports.jsonl"
    while process.poll() is None and not (ledger.exists() and ledger.stat().st_size > 1000):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert said == f"ihlclass: interrupted; what was finished is in {tmp_path / 'out'}; go on with --resume\n"
    assert 0 < len(ledger.read_text().splitlines()) < 60
    assert ihlclass(*command[len(PROGRAM) :], "--resume").returncode == 0


def test_interrupted_while_waiting_for_input() -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*PROGRAM, "tag", "-"], text=True, preexec_fn=heed_interrupts, **pipes) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(json.dumps({"id": 1, "text": "A market was bombed."}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == "ihlclass: interrupted\n"


@pytest.mark.parametrize(
    "command", [["labels", "list"], ["labels", "list", "--format", "csv"], ["tag", "-"], ["--help"], ["tag", "--help"]]
)
def test_a_reader_that_has_gone_is_no_fault(command: list[str]) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*PROGRAM, *command], text=True, **pipes) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write('{"id": 1, "text": "A market was bombed."}\n')
        process.stdin.close()
        said = process.stderr.read()
    assert process.returncode == 0
    assert [line for line in said.splitlines() if "68 labels, scheme" not in line] == []


def test_a_reader_of_the_incidents_that_has_gone_changes_no_exit_code(root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    paths = [str(root / "seeds" / "reports"), str(tmp_path / "empty.txt")]
    command = [*PROGRAM, "classify", *paths, "-o", str(tmp_path / "out"), "--table"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        said = process.stderr.read().splitlines()
    assert process.returncode == 3
    assert len(said) == 2 and "16 reports: 15 classified" in said[1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    "command", [["labels", "list"], ["labels", "list", "--format", "csv"], ["tag", "-"], ["--help"]]
)
def test_standard_output_without_room(command: list[str]) -> None:
    line = b'{"id": 1, "text": "A shell fell."}\n'
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, *command], input=line, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    said = [text for text in done.stderr.decode().splitlines() if "labels, scheme" not in text]
    assert said == ["ihlclass: the output cannot be written (No space left on device); make room and start again"]
