"""Tracking and the registry against a real MLflow server: told, registered, restarted, promoted, served over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers_cli import free_port, ihlclass

from ihlclass.bundle import load_bundle
from ihlclass.training.measure import file_digest

CORE = ("medical_facility", "residential_building", "dormitory", "shopping_mall")


@contextlib.contextmanager
def running(command: list[str], url: str, log: Path) -> Iterator[int]:
    """Run a server in a process group of its own, whose number it gives, until the block ends; wait until it answers."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # as in an activated environment
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=log.parent, env={**os.environ, "PATH": path}, start_new_session=True
        )
    try:
        for _ in range(300):
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
                break
            time.sleep(0.3)
        else:
            raise AssertionError(log.read_text())
        yield process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], contextlib.AbstractContextManager[int]]:
    """Start the tracking server; started twice, it is the same store behind the same address."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{folder}/store.db", "--artifacts-destination", str(folder / "artefacts"),
    ]  # fmt: skip
    os.environ["MLFLOW_TRACKING_URI"] = f"http://127.0.0.1:{port}"
    os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "1"
    return lambda: running(command, f"http://127.0.0.1:{port}/health", folder / "server.log")


@pytest.fixture(scope="module", autouse=True)
def environment_as_before() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def gold(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Passages of core objects that the small bundle was not fitted on, and some background."""
    rows = [json.loads(line) for line in (root / "seeds/passages/passages-61.jsonl").read_text().splitlines()[15:]]
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


def test_from_a_bundle_to_a_served_champion(
    small_bundle: Path, gold: Path, server: Callable[[], contextlib.AbstractContextManager[int]], tmp_path: Path
) -> None:
    worse = tmp_path / "worse"  # tags next to nothing
    done = ihlclass("model", "thresholds", small_bundle, "-o", worse, "--lowest", "0.985", "--highest", "0.985")
    assert done.returncode == 0, done.stderr
    with server():
        told = ihlclass("model", "log", small_bundle)
        assert told.returncode == 0, told.stderr
        first, again = (ihlclass("model", "register", small_bundle) for _ in range(2))
        assert first.returncode == 0, first.stderr
        assert "version 1: registered, and is the challenger" in first.stdout
        assert "version 1: was registered already" in again.stdout
        done = ihlclass("model", "promote", gold, "--why", "the first", "--by", "A. Tester")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "no champion yet" in done.stdout
        assert "already" in ihlclass("model", "promote", gold, "--why", "x", "--version", "1").stderr
        assert ihlclass("model", "register", worse).returncode == 0
    with server():  # a restart in between: all of it stands
        refused = ihlclass("model", "promote", gold, "--why", "surely better")
        assert refused.returncode == 6, refused.stdout + refused.stderr
        assert "worse, and not by luck" in refused.stdout
        store = _asked()
        assert store["aliases"] == {"champion": "1", "challenger": "2"}
        assert (store["tags"]["promoted_by"], store["tags"]["promoted_why"]) == ("A. Tester", "the first")
        assert json.loads(store["tags"]["promoted_gate"])["passed"]
        assert store["tags"]["promoted_on_sha256"] == file_digest(gold)
        assert store["refused"]["refused_why"] == "surely better"
        assert not json.loads(store["refused"]["refused_gate"])["passed"]
        _check_run(store["run"], load_bundle(small_bundle).manifest)
        fetched = ihlclass("model", "fetch", "-o", tmp_path / "got")
        assert fetched.returncode == 0, fetched.stderr
        assert load_bundle(tmp_path / "got").digest == load_bundle(small_bundle).digest
        missing = ihlclass("model", "fetch", "-o", tmp_path / "nine", "--version", "9")
        assert missing.returncode == 2
        assert "no version or alias '9'. Registered versions: 1, 2" in missing.stderr
        _check_served(small_bundle, tmp_path)


#: Asks the store in a process of its own: MLflow's client leaves sockets open.
ASK = """
import json, mlflow
client = mlflow.MlflowClient()
model, version = client.get_registered_model("ihlclass"), client.get_model_version("ihlclass", "1")
data = client.get_run(version.run_id).data
files = [f.path for folder in (None, "plots") for f in client.list_artifacts(version.run_id, folder)]
run = {"metrics": data.metrics, "params": data.params, "tags": data.tags, "files": files}
refused = client.get_model_version("ihlclass", "2").tags
aliases = {k: str(v) for k, v in model.aliases.items()}
print(json.dumps({"aliases": aliases, "tags": version.tags, "refused": refused, "run": run}))
"""


def _asked() -> dict:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", ASK], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _check_run(run: dict, manifest: Mapping[str, Any]) -> None:
    f1 = manifest["metrics"]["labels"]["medical_facility"]["f1"]
    assert run["metrics"]["f1.medical_facility"] == pytest.approx(f1)
    assert run["params"]["count.passages"] == "400"
    assert run["params"]["fine_tuning.epochs"] == "0"
    assert run["tags"]["bundle_digest"] == manifest["digest"]
    plots = {f"plots/{name}.png" for name in ("pr-curves", "reliability", "heat-map")}
    assert {"MODEL_CARD.md", "label-scheme.json", "metrics.json", *plots} <= set(run["files"])


def _check_served(bundle: Path, folder: Path) -> None:
    """`mlflow models serve` answers as `ihlclass tag` does."""
    port = free_port()
    command = [
        sys.executable, "-m", "mlflow", "models", "serve", "-m", "models:/ihlclass@champion", "--host", "127.0.0.1",
        "--port", str(port), "--env-manager", "local", "--workers", "1",
    ]  # fmt: skip
    rows = [{"id": "a", "text": "Shells struck the maternity ward in Velin, killing two nurses."}]
    with running(command, f"http://127.0.0.1:{port}/ping", folder / "serve.log"):
        answer = _ask(port, {"dataframe_records": rows})["predictions"]
        with pytest.raises(urllib.error.HTTPError) as refused:
            _ask(port, {"dataframe_records": [{"text": " "}]})
        assert refused.value.code == 400
        with refused.value:
            assert "row 0: needs a string 'text' that is not empty" in json.loads(refused.value.read())["stack_trace"]
    said = json.loads(ihlclass("tag", "-", "-b", bundle, stdin=json.dumps(rows[0])).stdout)
    assert answer[0].pop("unsupported_language") is False
    assert answer[0].pop("probabilities") == pytest.approx(said.pop("probabilities"))
    assert answer[0] == said


def _ask(port: int, body: object) -> dict:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/invocations", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_a_server_that_is_down_is_one_clear_line(small_bundle: Path, gold: Path) -> None:
    away = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    for command in (("log", small_bundle), ("register", small_bundle), ("promote", gold, "--why", "x")):
        done = ihlclass("model", *command, env=away)
        assert done.returncode == 2
        assert "MLflow could not be used" in done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


#: Trains, and kills the server once the run has begun.
DIES = """
import os, signal, sys, time
from dataclasses import replace
from pathlib import Path
import mlflow
from helpers_training import quick
from ihlclass.training.run import train

log_metrics = mlflow.log_metrics
def dying(*arguments, **options):
    os.killpg(int(sys.argv[3]), signal.SIGKILL)
    time.sleep(0.5)
    return log_metrics(*arguments, **options)
mlflow.log_metrics = dying
config = quick(Path(sys.argv[1]), Path(sys.argv[2]))
result = train(replace(config, encoder=replace(config.encoder, backend="sentence-transformers")))
print(result.run_id, *result.warnings)
"""


def test_a_server_that_dies_midway_loses_nothing(
    server: Callable[[], contextlib.AbstractContextManager[int]], root: Path, tmp_path: Path
) -> None:
    lines = (root / "seeds/passages/passages-61.jsonl").read_text().splitlines()[:60]
    (tmp_path / "few.jsonl").write_text("\n".join(lines) + "\n")
    with server() as group:
        command = [sys.executable, "-W", "ignore", "-c", DIES, tmp_path / "few.jsonl", tmp_path / "bundle", str(group)]
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    assert "None" in done.stdout and "MLflow could not be told" in done.stdout
    load_bundle(tmp_path / "bundle")
    with server():
        later = ihlclass("model", "log", tmp_path / "bundle")
        assert later.returncode == 0, later.stderr
