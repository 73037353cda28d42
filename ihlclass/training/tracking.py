"""Tell MLflow about a bundle: config, data, figures, plots, and the model itself. Only this and `registry` know MLflow.

The store is a local SQLite file (``mlflow.db``) unless the usual ``MLFLOW_TRACKING_URI`` names a server. Everything
that is told stands in the bundle, so a run whose store was out of reach can be told later; tracking never decides
whether a training run succeeds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import CARD_FILE, Bundle
from ihlclass.decisions import decided_matrix
from ihlclass.errors import MissingExtraError
from ihlclass.heads import LinearHeads
from ihlclass.training.cross_fitting import cross_fit_bundle, kept_of
from ihlclass.training.held_out import HELD_OUT_FILE, HeldOut
from ihlclass.training.plots import save_learning_curve, save_plots
from ihlclass.training.rethreshold import thresholds_config

EXPERIMENT = "ihlclass"
LOCAL_STORE = "sqlite:///mlflow.db"
#: What the served model needs at run time, in the versions of here.
SERVED_WITH = ("numpy", "onnxruntime", "tokenizers", "py3langid", "pandas", "mlflow")
EXAMPLE = "A missile hit the maternity ward in Velin, killing two nurses, the governor said."


def connect() -> Any:
    """Return the module mlflow, set to the store that the user means.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import mlflow
    except ImportError as error:
        raise MissingExtraError("tracking", "train") from error
    logging.getLogger("mlflow").setLevel(logging.WARNING)  # else it tells of every step
    logging.getLogger("alembic").setLevel(logging.WARNING)
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault(
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3"
    )  # a server that is down is told of in seconds, not minutes
    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI") or LOCAL_STORE)
    return mlflow


def log_bundle(bundle: Bundle) -> tuple[str, str]:
    """Write one run to MLflow: all that a bundle's manifest says, plots, model card, label scheme, and the model.

    Returns
    -------
    run_id, model_uri
        The run, and the model in it, as MLflow names it.

    Raises
    ------
    Exception
        Whatever MLflow raises when its store is out of reach; the run is then marked as failed where it can be.
    """
    mlflow = connect()
    mlflow.set_experiment(EXPERIMENT)
    with mlflow.start_run() as run:
        mlflow.log_params(_parameters(bundle.manifest))
        mlflow.set_tags(_tags(bundle.manifest))
        mlflow.log_metrics(dict(flat_metrics(bundle.manifest["metrics"])))
        for row in bundle.manifest["training"].get("history", []):
            losses = {name: value for name, value in row.items() if name.endswith("loss")}
            mlflow.log_metrics(losses, step=int(row["epoch"]))
        mlflow.log_dict(dict(bundle.manifest["metrics"]), "metrics.json")
        mlflow.log_dict({label.id: label.title for label in bundle.scheme.labels}, "label-scheme.json")
        mlflow.log_artifact(str(bundle.path / CARD_FILE))
        with tempfile.TemporaryDirectory() as folder:
            _draw(bundle, Path(folder))
            mlflow.log_artifacts(folder, "plots")
        model = mlflow.pyfunc.log_model(
            name="model",
            loader_module="ihlclass.serving",
            data_path=str(bundle.path),
            signature=_signature(),
            input_example=_example(),
            pip_requirements=requirements(bundle),
            metadata={"bundle_digest": bundle.digest, "scheme_digest": bundle.scheme.digest},
        )
        return str(run.info.run_id), str(model.model_uri)


def find_run(bundle: Bundle) -> tuple[str, str] | None:
    """Return the run that told of this bundle, and its model, as `log_bundle` does; None where there is none."""
    client = connect().MlflowClient()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        return None
    wanted = f"tags.bundle_digest = '{bundle.digest}' and attributes.status = 'FINISHED'"
    runs = client.search_runs([experiment.experiment_id], wanted)
    for run in runs:
        if run.outputs and run.outputs.model_outputs:
            return str(run.info.run_id), f"models:/{run.outputs.model_outputs[0].model_id}"
    return None


def requirements(bundle: Bundle) -> list[str]:
    """Pinned requirements of a served bundle. ``ihlclass`` itself must be installable where it is served."""
    other_heads = () if isinstance(bundle.heads, LinearHeads) else ("scikit-learn", "skops")
    backend = bundle.manifest["training"]["config"]["encoder"]["backend"]
    other_encoder = ("sentence-transformers", "torch") if backend == "sentence-transformers" else ()
    names = ("ihlclass", *SERVED_WITH, *other_heads, *other_encoder)
    return [f"{name}=={version(name)}" for name in names]


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


def _parameters(manifest: Mapping[str, Any]) -> dict[str, Any]:
    data = {f"count.{key}": manifest["data"][key] for key in ("passages", "groups", "unlabelled")}
    return {**dict(_flat(manifest["training"]["config"])), **data}


def _tags(manifest: Mapping[str, Any]) -> dict[str, str]:
    training = manifest["training"]
    return {
        "bundle_digest": manifest["digest"],
        "data_digest": manifest["data"]["digest"],
        "scheme_digest": manifest["scheme"]["digest"],
        "scheme_version": manifest["scheme"]["version"],
        "git_commit": training["git_commit"],
        "git_dirty": training["git_dirty"],
        "version.ihlclass": manifest["ihlclass"],
        **{f"version.{name}": number for name, number in manifest["versions"].items()},
    }


def _draw(bundle: Bundle, folder: Path) -> None:
    """Draw the learning curve and the plots of the held-out passages.

    None where the bundle keeps no losses or scores, or matplotlib is missing.
    """
    history = bundle.manifest["training"].get("history")
    with contextlib.suppress(MissingExtraError):
        if history:
            save_learning_curve(history, folder)
        if (bundle.path / HELD_OUT_FILE).is_file():
            held_out = HeldOut.load(bundle.path)
            save_plots(held_out.gold, *_said(bundle, held_out), bundle.thresholds, bundle.scheme, folder)


def _said(bundle: Bundle, held_out: HeldOut) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Decisions and probabilities that the figures of a bundle are of: cross-fitted, but not in older bundles."""
    scheme = bundle.scheme
    if "cross_fitted" in bundle.manifest["metrics"]:
        own = "sha256" in bundle.manifest.get("thresholds", {}).get("on", {})  # set on other passages
        said = cross_fit_bundle(
            bundle, held_out, bundle.thresholds if own else thresholds_config(bundle), kept_of(bundle)
        )
        return said.decided, said.probabilities
    probabilities = held_out.probabilities(bundle.calibration, scheme)
    return decided_matrix(probabilities, scheme.ids, bundle.thresholds, scheme.implies), probabilities


def _example() -> Any:
    import pandas as pd

    return pd.DataFrame({"id": ["1"], "text": [EXAMPLE]})


def _signature() -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types.schema import Array, ColSpec, DataType, Map, Schema

    names = Array(DataType.string)
    return ModelSignature(
        inputs=Schema([ColSpec("string", "text"), ColSpec("string", "id", required=False)]),
        outputs=Schema(
            [
                ColSpec("string", "id"),
                ColSpec(names, "labels"),
                ColSpec(names, "review"),
                ColSpec(Map(DataType.double), "probabilities"),
                ColSpec("string", "language"),
                ColSpec("boolean", "unsupported_language"),
            ]
        ),
    )


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
