"""Tell MLflow about a run. The only module that knows MLflow.

The store is a local SQLite file (``mlflow.db``) unless the usual ``MLFLOW_TRACKING_URI`` names a server. Tracking
never decides whether a training run succeeds: where the store fails, a warning says so and the bundle stands.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EXPERIMENT = "ihlclass"
LOCAL_STORE = "sqlite:///mlflow.db"


def log_run(
    *,
    config: Mapping[str, Any],
    facts: Mapping[str, str],
    metrics: Mapping[str, Any],
    bundle: Path,
) -> str:
    """Write one training run to MLflow.

    Parameters
    ----------
    config
        The run's config, nested; logged as parameters with dotted names.
    facts
        Digests, versions, git commit: logged as tags.
    metrics
        As `ihlclass.training.evaluation.evaluate` gives them; labels become ``f1.medical_facility`` and so on.
    bundle
        Folder logged as the artefact ``bundle``.

    Returns
    -------
    str
        The run's id.

    Raises
    ------
    Exception
        Whatever MLflow raises when its store is out of reach; the caller turns it into a warning.
    """
    import mlflow

    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI") or LOCAL_STORE)
    mlflow.set_experiment(EXPERIMENT)
    with mlflow.start_run() as run:
        mlflow.log_params(dict(_flat(config)))
        mlflow.set_tags(dict(facts))
        mlflow.log_metrics(dict(flat_metrics(metrics)))
        mlflow.log_artifacts(str(bundle), artifact_path="bundle")
        return str(run.info.run_id)


def flat_metrics(metrics: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield every figure by one searchable name, leaving out those that are not defined."""
    for key, value in metrics.items():
        if key == "labels":
            for label, row in value.items():
                yield from ((f"{name}.{label}", float(v)) for name, v in row.items() if v is not None)
        elif isinstance(value, (int, float)):
            yield key, float(value)


def git_state(folder: Path) -> dict[str, str]:
    """Commit and dirty flag of the checkout that `folder` lies in; empty strings outside one."""

    def git(*arguments: str) -> str:
        try:
            done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return ""
        return done.stdout.strip()

    commit = git("rev-parse", "HEAD")
    return {"git_commit": commit, "git_dirty": str(bool(git("status", "--porcelain"))).lower() if commit else ""}


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
