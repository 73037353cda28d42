"""Write a bundle's encoder anew, as this version writes encoders: the same weights in a graph that runs faster."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import ihlclass
from ihlclass.bundle import FAST_FOLDER, Bundle, accurate_only, load_bundle, seal
from ihlclass.classifier import Classifier
from ihlclass.encoder import ONNX_FILE, TOKENIZER_FILE
from ihlclass.errors import BundleError, UsageError
from ihlclass.training.base_encoder import encoder_of
from ihlclass.training.config import TrainConfig
from ihlclass.training.copies import changed_copy, finish
from ihlclass.training.export import export_encoder
from ihlclass.training.fast_net import round_once
from ihlclass.training.tracking import git_state
from ihlclass.verify import verify

#: Share of the decisions on a bundle's test vectors that stay when its encoder is written anew.
EQUAL = 0.995


def rewrite(bundle: Bundle, target: Path, config: TrainConfig) -> Bundle:
    """Write a copy of a bundle whose accurate profile has its encoder written anew, and whose fast one rounds once.

    Weights, heads, calibration and thresholds stay. What the encoder says of a passage differs as it does between two
    back ends, since 8-bit arithmetic rounds what reaches it in another order; what the fast profile says is the same.

    Parameters
    ----------
    bundle
        The accurate profile.
    target
        Where the copy goes; the folder of the bundle itself replaces it, once the new one is whole.
    config
        Its ``root`` says where relative paths to the base encoder start.

    Raises
    ------
    MissingExtraError
        If torch, sentence-transformers or onnx is not installed (extra ``train``).
    UsageError
        If `bundle` is not loaded as its accurate profile, its encoder is of the other back end, `target` lies inside
        it, or the base encoder cannot be loaded.
    BundleError
        If `target` is something else than a bundle, the encoder cannot be read back, or what was written decides
        otherwise than the bundle's test vectors say.
    """
    accurate_only(bundle)
    if not (bundle.path / "encoder" / ONNX_FILE).is_file():
        raise UsageError(f"{bundle.path}: its encoder is no ONNX graph, so there is nothing to write anew")
    trained = bundle.manifest.get("training", {})
    if not {"base", "base_sha256", "config"} <= trained.keys():
        raise BundleError(f"{bundle.path}: does not say how it was trained; retrain it")
    encoder = encoder_of(bundle, replace(config.encoder, max_tokens=bundle.encoder.max_tokens), config.root)
    with changed_copy(bundle, target) as (made, content):
        folder = made / "encoder"
        shutil.rmtree(folder)
        export_encoder(encoder, folder, backend="onnx", source=str(trained["base"]))
        for name in (TOKENIZER_FILE, "NOTICE"):
            if (own := bundle.path / "encoder" / name).is_file():
                shutil.copyfile(own, folder / name)
        if (fast := made / FAST_FOLDER / "encoder" / ONNX_FILE).is_file():
            round_once(fast)
        content["rewritten"] = {"from": bundle.digest, "ihlclass": ihlclass.__version__, **git_state(config.root)}
        seal(made, content)
        found = verify(Classifier(load_bundle(made)))  # its test vectors are still those of the bundle before
        if found.equal_decisions < EQUAL * found.decisions:
            raise BundleError(
                f"{bundle.path}: written anew it decides otherwise ({found.equal_decisions} of {found.decisions} "
                f"decisions equal on its test vectors): {trained['base']} is not the base encoder that it was made of"
            )
        finish(made, content, ["accurate"])
    return load_bundle(target)
