"""Run the command line as a user does, in a process of its own."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

PROGRAM = [sys.executable, "-c", "from ihlclass.cli import main; main()"]


def ihlclass(
    *arguments: str | Path,
    stdin: str | bytes = "",
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=data,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **env} if env else None,
        timeout=timeout,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def on_terminal(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command whose standard error is a terminal of 80 columns; its standard output is none."""
    master, slave = pty.openpty()
    said = b""
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(command, stderr=slave, stdout=subprocess.PIPE, env=environment) as process:
        os.close(slave)
        with suppress(OSError):  # how a terminal says that nobody writes any more
            while part := os.read(master, 1 << 16):
                said += part
        assert process.stdout
        written = process.stdout.read()
    os.close(master)
    return subprocess.CompletedProcess(command, process.returncode, written.decode(), said.decode())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
