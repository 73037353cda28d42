"""Write a bundle's nets anew, as this version writes them: the same weights in graphs that run faster."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import ihlclass
from ihlclass.bundle import FAST_FOLDER, Bundle, accurate_only, load_bundle, seal
from ihlclass.classifier import Classifier
from ihlclass.encoder import ONNX_FILE
from ihlclass.errors import BundleError, UsageError
from ihlclass.training.base_encoder import encoder_of
from ihlclass.training.config import TrainConfig
from ihlclass.training.copies import changed_copy, finish
from ihlclass.training.export import export_encoder
from ihlclass.training.fast_graph import export_net, read_net
from ihlclass.training.tracking import git_state
from ihlclass.verify import verify

#: So many of the labels on a bundle's test vectors may come or go when its nets are written anew: a share, and a number
#: where they are few.
OTHER, FEW = 0.02, 2


def rewrite(bundle: Bundle, target: Path, config: TrainConfig) -> Bundle:
    """Write a copy of a bundle with the encoder of its accurate profile, and the net of its fast one, written anew.

    Weights, heads, calibration and thresholds stay, and to the byte a net that was written so before, or a fast one
    that cannot be read back (`ihlclass.training.fast_graph.read_net`), as the oldest. What another says of a passage
    differs as it does between two back ends, since 8-bit arithmetic rounds in other places.

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
    with changed_copy(bundle, target) as (made, content), tempfile.TemporaryDirectory() as scratch:
        export_encoder(encoder, Path(scratch) / "encoder", backend="onnx", source=str(trained["base"]))
        written = {"accurate": (Path(scratch) / "encoder" / ONNX_FILE, made / "encoder" / ONNX_FILE)}
        if (fast := made / FAST_FOLDER / "encoder" / ONNX_FILE).is_file():
            with contextlib.suppress(BundleError):  # one of another make stays; 'model distil' makes it anew
                export_net(read_net(fast), Path(scratch) / ONNX_FILE)
                written["fast"] = (Path(scratch) / ONNX_FILE, fast)
        changed = [profile for profile, (new, old) in written.items() if _operators(new) != _operators(old)]
        for profile in changed:
            shutil.copyfile(*written[profile])
        if changed:
            content["rewritten"] = {"from": bundle.digest, "ihlclass": ihlclass.__version__, **git_state(config.root)}
        seal(made, content)
        for profile in changed:
            found = verify(Classifier(load_bundle(made, profile=profile)))  # by the vectors of the bundle before
            other = found.decisions - found.equal_decisions
            if other > max(FEW, OTHER * found.labels):
                why = {
                    "accurate": f"{trained['base']} is not the base encoder that it was made of",
                    "fast": "its net was not read back as it is; 'ihlclass model distil' makes it anew",
                }
                raise BundleError(
                    f"{bundle.path}: written anew, its profile {profile} decides otherwise ({other} of {found.labels} "
                    f"labels come or go on its test vectors): {why[profile]}"
                )
        finish(made, content, changed)
    return load_bundle(target)


def _operators(path: Path) -> list[str]:
    """What a graph computes, node by node."""
    import onnx

    return [node.op_type for node in onnx.load(path).graph.node]
