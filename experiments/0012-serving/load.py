"""A served bundle under load: does its memory stay flat, is overload answered, are bad requests?

usage: python experiments/0012-serving/load.py [--requests 50000] [--clients 8] [--bundle FOLDER]

Registers the bundle with a store of its own (SQLite), starts `mlflow models serve` on the loopback interface with one
worker that takes no more than 32 connections at once, and sends requests of one passage each (the development passages
over and over) from so many clients that keep their connections. The resident memory of the server is read after each
twentieth of them. Then 200 clients come at once, and then requests that are wrong.

Writes load.json beside this file. Every request goes to 127.0.0.1; the server is ended at the end.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEV = ROOT.parent / "shared" / "dev" / "passages.jsonl"
LIMIT, CROWD, PARTS = 32, 200, 20
BAD = {
    "no JSON": b"{",
    "no column text": b'{"dataframe_records": [{"body": "x"}]}',
    "an empty text": b'{"dataframe_records": [{"text": " "}]}',
    "a number as text": b'{"dataframe_records": [{"text": 7}]}',
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--bundle", type=Path, default=ROOT / "models" / "default")
    arguments = parser.parse_args()
    texts = [json.loads(line)["text"] for line in DEV.read_text(encoding="utf-8").splitlines()]
    bodies = [json.dumps({"dataframe_records": [{"text": text}]}).encode() for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        server, port = serve(arguments.bundle, folder)
        try:
            result = {
                "machine": f"{os.cpu_count()} cores, one worker of the server, clients on the same machine",
                **steady(server.pid, port, bodies, arguments.requests, arguments.clients),
                "overload": overload(port, bodies),
                "bad": {name: told(port, body) for name, body in BAD.items()},
                "after": send(port, bodies[0])[0],
            }
        finally:
            os.killpg(server.pid, signal.SIGKILL)
    (HERE / "load.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def serve(bundle: Path, folder: str) -> tuple[subprocess.Popen[bytes], int]:
    program = Path(sys.executable).with_name
    env = {
        **os.environ,
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "UVICORN_LIMIT_CONCURRENCY": str(LIMIT),
    }
    command = [program("ihlclass"), "model", "register", bundle, "--name", "load"]
    subprocess.run(command, check=True, env=env, cwd=folder, capture_output=True)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [program("mlflow"), "models", "serve", "-m", "models:/load@challenger", "--env-manager", "local"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    with Path(folder, "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/ping")
            if connection.getresponse().status == 200:
                return server, port
        except OSError:
            time.sleep(0.5)
    os.killpg(server.pid, signal.SIGKILL)
    raise SystemExit(f"the server did not start: {Path(folder, 'server.log').read_text()[-500:]}")


def post(connection: http.client.HTTPConnection, body: bytes) -> tuple[int, bytes]:
    connection.request("POST", "/invocations", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def send(port: int, body: bytes) -> tuple[int, bytes]:
    return post(http.client.HTTPConnection("127.0.0.1", port, timeout=60), body)


def told(port: int, body: bytes) -> dict[str, Any]:
    status, answer = send(port, body)
    return {"status": status, "message": json.loads(answer).get("message", "")[:160]}


def steady(group: int, port: int, bodies: list[bytes], requests: int, clients: int) -> dict[str, Any]:
    memory, answers, times = [resident_mib(group)], Counter[str](), list[float]()
    part = requests // PARTS
    began = time.perf_counter()
    for number in range(PARTS):
        waiting = iter(range(number * part, (number + 1) * part))
        lock = threading.Lock()

        def client(waiting: Any = waiting, lock: threading.Lock = lock) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            while True:
                with lock:
                    row = next(waiting, None)
                if row is None:
                    return
                start = time.perf_counter()
                try:
                    status = str(post(connection, bodies[row % len(bodies)])[0])
                except (OSError, http.client.HTTPException) as error:
                    status = type(error).__name__
                    connection.close()  # the next request opens it anew
                with lock:
                    answers[status] += 1
                    times.append(time.perf_counter() - start)

        crowd = [threading.Thread(target=client) for _ in range(clients)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        memory.append(resident_mib(group))
    seconds = time.perf_counter() - began
    times.sort()
    return {
        "requests": answers.total(),
        "clients": clients,
        "answers": dict(answers),
        "a_second": round(answers["200"] / seconds),
        "milliseconds": {name: round(1000 * times[int(q * (len(times) - 1))], 1)
                         for name, q in (("median", 0.5), ("p99", 0.99), ("longest", 1.0))},
        "resident_mib": memory,
    }  # fmt: skip


def resident_mib(group: int) -> int:
    """Memory of all processes of the server's session."""
    pages = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == group:
                pages += int((folder / "statm").read_text().split()[1])
        except (OSError, ValueError):
            continue
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def overload(port: int, bodies: list[bytes]) -> dict[str, Any]:
    answers, gate, lock = Counter[str](), threading.Barrier(CROWD), threading.Lock()

    def client(row: int) -> None:
        gate.wait()
        try:
            came = str(send(port, bodies[row])[0])
        except (OSError, http.client.HTTPException) as error:
            came = type(error).__name__
        with lock:
            answers[came] += 1

    crowd = [threading.Thread(target=client, args=(row,)) for row in range(CROWD)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return {"at_once": CROWD, "allowed": LIMIT, "answers": dict(answers)}


if __name__ == "__main__":
    main()
