"""Does the encoder in 8-bit integers (ONNX Runtime) decide as it does in 32-bit floats (torch)?

usage: python experiments/0014-back-ends/agree.py [--checkpoint FILE] [--passages 2000] [--shared DIR]

One fine-tuned encoder goes both ways through the shipped bundle's heads, words, calibration and thresholds: as torch
holds it, and as the bundle would ship it. FILE is the last checkpoint of a training run (`fold-0.checkpoint` in its
`.NAME.training`), the one that the bundle comes from; without it an encoder is fine-tuned here on N passages for one
epoch, of which the bundle's heads say little of use: a rough guide only.

Scored are N passages that the bundle was not fitted on, and the development passages. Writes agree.json beside this
file: share of equal decisions, and of probabilities no more than 0.02 apart.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from ihlclass.bundle import Bundle, load_bundle
from ihlclass.decisions import decided_matrix, label_matrix
from ihlclass.encoder import Encoder, SentenceTransformerEncoder, load_encoder
from ihlclass.label_attention import LabelAttention
from ihlclass.training.base_encoder import load_base_encoder
from ihlclass.training.config import load_config
from ihlclass.training.data import read_passages
from ihlclass.training.export import export_encoder
from ihlclass.training.finetune import fine_tune
from ihlclass.training.fitted_on import FittedOn, known

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CLOSE = 0.02


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--passages", type=int, default=2_000)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    bundle, config = load_bundle(ROOT / "models" / "default"), load_config()
    passages = read_passages([ROOT / "seeds" / "passages"], bundle.scheme)
    seen = known(passages, FittedOn.load(bundle.path).keys)
    plain = load_base_encoder(config.encoder, ROOT).encoder
    if arguments.checkpoint:
        put(plain, arguments.checkpoint)
    else:
        some = [p for p, was_seen in zip(passages, seen, strict=True) if was_seen][: arguments.passages]
        gold = label_matrix([p.labels for p in some], bundle.scheme.ids)
        fine_tune(plain, [p.text for p in some], gold, replace(config.fine_tuning, epochs=1), seed=config.seed)
    rows = (arguments.shared / "dev" / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    sets = {
        "held out": [p.text for p, was_seen in zip(passages, seen, strict=True) if not was_seen][: arguments.passages],
        "development": [json.loads(row)["text"] for row in rows],
    }
    floats = {name: said(bundle, plain, some) for name, some in sets.items()}  # the export takes the model to pieces
    with tempfile.TemporaryDirectory() as scratch:
        export_encoder(plain, Path(scratch) / "encoder", backend="onnx", source="")
        integers = {name: said(bundle, load_encoder(Path(scratch) / "encoder"), some) for name, some in sets.items()}
    result = {}
    for name, some in sets.items():
        (p, decided), (q, others) = floats[name], integers[name]
        result[name] = {
            "passages": len(some),
            "equal decisions": round(float((decided == others).mean()), 5),
            "no decision other": round(float((decided == others).all(axis=1).mean()), 4),
            f"no more than {CLOSE} apart": round(float((np.abs(p - q) <= CLOSE).mean()), 5),
            "farthest apart": round(float(np.abs(p - q).max()), 3),
        }
        print(name, result[name])
    (HERE / "agree.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def put(encoder: SentenceTransformerEncoder, checkpoint: Path) -> None:
    """Put the weights of a checkpoint of fine-tuning into a base encoder."""
    content = torch.load(checkpoint, weights_only=True)
    own = dict(encoder.model.named_parameters())
    with torch.no_grad():
        for name, weights in content["moving"].items():
            own[name].copy_(weights)
    encoder.attend(LabelAttention.of(content["layer"]))
    encoder.model.eval()


def said(bundle: Bundle, encoder: Encoder, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and decisions of the bundle with another encoder, shape ``(n, k)`` each."""
    scheme = bundle.scheme
    p = replace(bundle, encoder=encoder).probabilities(texts)
    return p, decided_matrix(p, scheme.ids, bundle.thresholds, scheme.implies)


if __name__ == "__main__":
    main()
