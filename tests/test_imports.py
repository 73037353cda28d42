from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_after(code: str) -> set[str]:
    watched = "('numpy', 'torch', 'mlflow', 'typer', 'sklearn', 'onnxruntime', 'pandas', 'sentence_transformers')"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*[m for m in {watched} if m in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import ihlclass; ihlclass.__version__") == set()


def test_scoring_loads_neither_torch_nor_mlflow_nor_typer() -> None:
    found = loaded_after(
        "import ihlclass; ihlclass.load().classify_text('On Monday, shells hit the hospital in Velin.')"
    )
    assert not found & {"torch", "mlflow", "typer", "sentence_transformers", "sklearn"}


def test_an_unknown_attribute_is_an_attribute_error() -> None:
    import ihlclass

    with pytest.raises(AttributeError, match="no attribute 'laod'"):
        _ = ihlclass.laod  # type: ignore[attr-defined]
