"""The tutorial: every command in it is run, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from helpers_cli import free_port


def test_every_command_of_the_tutorial_runs(root: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"^```bash\n(.*?)^```", (root / "docs" / "tutorial.md").read_text(), flags=re.S | re.M)
    assert len(blocks) == 6
    script = "set -e\n" + "\n".join(blocks).replace("5001", str(free_port()))
    bin_folder = Path(sys.executable).parent
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("MLFLOW")},
        "REPO": str(root),
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-m", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=1500
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "is the champion now" in done.stdout
    assert "verified" in done.stdout
    assert '"unsupported_language": false' in done.stdout
    for name in ("mlflow.db", "figures/metrics.json", "figures/pr-curves.png", "models/champion/manifest.json"):
        assert (tmp_path / name).exists(), name
