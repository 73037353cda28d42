"""Write a bundle's encoder anew, as this version writes encoders: the same weights in a graph that runs faster."""

from __future__ import annotations

import shutil
from pathlib import Path

import ihlclass
from ihlclass.bundle import Bundle, accurate_only, load_bundle
from ihlclass.encoder import ONNX_FILE
from ihlclass.errors import BundleError, UsageError
from ihlclass.training.base_encoder import encoder_of
from ihlclass.training.config import TrainConfig
from ihlclass.training.copies import changed_copy, finish
from ihlclass.training.export import copy_notice, export_encoder
from ihlclass.training.tracking import git_state


def rewrite(bundle: Bundle, target: Path, config: TrainConfig) -> Bundle:
    """Write a copy of a bundle whose accurate profile has its encoder written anew.

    Weights, heads, calibration and thresholds stay. What the encoder says of a passage differs as it does between two
    back ends, since 8-bit arithmetic rounds what reaches it in another order.

    Parameters
    ----------
    bundle
        The accurate profile.
    target
        Where the copy goes; the folder of the bundle itself replaces it, once the new one is whole.
    config
        Its ``encoder`` says how long inputs may be, its ``root`` where relative paths to the base encoder start.

    Raises
    ------
    MissingExtraError
        If torch, sentence-transformers or onnx is not installed (extra ``train``).
    UsageError
        If `bundle` is not loaded as its accurate profile, its encoder is of the other back end, `target` lies inside
        it, or the base encoder cannot be loaded.
    BundleError
        If `target` is something else than a bundle, or the encoder cannot be read back.
    """
    accurate_only(bundle)
    if not (bundle.path / "encoder" / ONNX_FILE).is_file():
        raise UsageError(f"{bundle.path}: its encoder is no ONNX graph, so there is nothing to write anew")
    try:
        base = str(bundle.manifest["training"]["base"])
        encoder = encoder_of(bundle, config.encoder, config.root)
    except KeyError as error:
        raise BundleError(f"{bundle.path}: does not say how it was trained; retrain it") from error
    encoder.model.max_seq_length = encoder.max_tokens = bundle.encoder.max_tokens
    with changed_copy(bundle, target) as (made, content):
        folder = made / "encoder"
        notice = bundle.path / "encoder" / "NOTICE"
        shutil.rmtree(folder)
        export_encoder(encoder, folder, backend="onnx", source=base)
        copy_notice(folder, notice)
        content["rewritten"] = {"from": bundle.digest, "ihlclass": ihlclass.__version__, **git_state(config.root)}
        finish(made, content, ["accurate"])
    return load_bundle(target)
