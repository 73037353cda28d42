"""The registered model as a column of a Spark data frame. Needs PySpark and Java 17, which `make test` does not install."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ihlclass.classifier import load

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed")
if shutil.which("java") is None:
    pytest.skip("no Java", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("default")

TEXTS = [
    "A missile hit the clinic in Velin at dawn, killing two nurses.",
    "The council will vote on the tram line.",
    "Der Bürgermeister sagte, dass die Schule am Montag wieder öffnet und alle Kinder kommen sollen.",
]


@pytest.fixture
def spark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # the workers', else whatever python3 is
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


def test_a_column_of_tags(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlflow
    from pyspark.sql.functions import col, struct

    from ihlclass.bundle import load_bundle
    from ihlclass.training.tracking import log_bundle

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    _, uri = log_bundle(load_bundle())
    tagger = mlflow.pyfunc.spark_udf(spark, uri, env_manager="local")
    frame = spark.createDataFrame([(str(n), text) for n, text in enumerate(TEXTS)], "id string, text string")
    rows = frame.withColumn("tags", tagger(struct("text", "id"))).select("id", col("tags.*")).drop("id").collect()
    for row, tags in zip(rows, load().tag(TEXTS), strict=True):
        assert row.probabilities == pytest.approx(dict(tags.probabilities), abs=1e-6)
        assert row.unsupported_language or row.labels == list(tags.labels)
    assert [row.language for row in rows] == ["en", "en", "de"]
