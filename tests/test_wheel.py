"""The wheel in an empty environment and an empty folder, with the network blocked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

BLOCK = """
import socket
def refuse(*a, **k): raise OSError("no network in this test")
socket.socket.connect = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
"""


def test_the_wheel_works_from_an_empty_folder_without_network(root: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path), str(root)], check=True
    )
    wheel = next(tmp_path.glob("ihlclass-*.whl"))
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    packages = json.loads(
        subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, check=True).stdout
    )
    assert not {p["name"].lower() for p in packages} & {"torch", "mlflow", "sentence-transformers", "transformers"}
    (home / "sitecustomize_dir").mkdir()
    (home / "sitecustomize_dir" / "sitecustomize.py").write_text(BLOCK)
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(home / "sitecustomize_dir"), "HOME": str(tmp_path / "home")}
    code = (
        "import ihlclass; i = ihlclass.load().classify_text('Shells hit the hospital in Kharkiv on Monday, killing two "
        "nurses.')[0]; print(i.objects, i.killed)"
    )
    done = subprocess.run([python, "-c", code], cwd=empty, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "medical_facility" in done.stdout
    labels = subprocess.run([home / "bin" / "ihlclass", "labels", "check"], cwd=empty, env=environment)
    assert labels.returncode == 0
    assert list(empty.iterdir()) == []
