"""A bundle for programs in other languages: two ONNX graphs, a tokeniser, a word list, and a written contract."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle import VECTORS_FILE, Bundle, accurate_only
from ihlclass.calibration import DECIMALS, HIGHEST, LOGIT_BOUND, BetaCurve
from ihlclass.encoder import ONNX_FILE, TOKENIZER_FILE
from ihlclass.errors import MissingExtraError, UsageError
from ihlclass.heads import LinearHeads
from ihlclass.lexical import STEM

SCORES_FILE, VOCABULARY_FILE, LABELS_FILE, CONTRACT_FILE = "scores.onnx", "vocabulary.txt", "labels.json", "CONTRACT.md"
#: ONNX operator set of ``scores.onnx``; every runtime of the last years has it.
OPSET = 18


def export_portable(bundle: Bundle, output: Path) -> list[str]:
    """Write a bundle as files that need no Python; return their names.

    Parameters
    ----------
    output
        Folder; must be new or empty.

    Raises
    ------
    UsageError
        If the folder holds something, or the bundle has parts that cannot be written so: an encoder of the other back
        end, heads that are not linear, isotonic calibration.
    MissingExtraError
        If ``onnx`` is not installed (extra ``train``).
    """
    accurate_only(bundle)
    source = bundle.path / "encoder"
    if not (source / ONNX_FILE).is_file():
        raise UsageError(f'{bundle.path}: its encoder is no ONNX file; train with encoder.backend = "onnx"')
    if not isinstance(bundle.heads, LinearHeads):
        raise UsageError(f"{bundle.path}: its heads are not linear; train with a linear classifier")
    if any(not isinstance(curve, BetaCurve) for curve in bundle.calibration.curves.values()):
        raise UsageError(f'{bundle.path}: isotonic calibration has no portable form; train with calibration "auto"')
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError("model export", "train") from error
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UsageError(f"{output}: must be a new or empty folder")
    output.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / ONNX_FILE, output / "encoder.onnx")
    shutil.copyfile(source / TOKENIZER_FILE, output / TOKENIZER_FILE)
    for path in (source / "NOTICE", bundle.path / VECTORS_FILE):
        if path.is_file():
            shutil.copyfile(path, output / path.name)
    onnx.save(_graph(bundle), output / SCORES_FILE)
    vocabulary = bundle.lexical.vocabulary if bundle.lexical else ()
    (output / VOCABULARY_FILE).write_text("".join(f"{term}\n" for term in vocabulary), encoding="utf-8", newline="\n")
    (output / LABELS_FILE).write_text(json.dumps(_labels(bundle), indent=1, ensure_ascii=False) + "\n", "utf-8")
    contract = Path(__file__).with_name("contract.md").read_text(encoding="utf-8")
    numbers = {"MAX_TOKENS": bundle.encoder.max_tokens, "STEM": STEM}
    for name, value in numbers.items():
        contract = contract.replace("{" + name + "}", str(value))
    (output / CONTRACT_FILE).write_text(contract, encoding="utf-8")
    return sorted(path.name for path in output.iterdir())


def _labels(bundle: Bundle) -> dict[str, Any]:
    scheme = bundle.scheme
    return {
        "model": bundle.digest,
        "scheme": {"version": scheme.version, "digest": scheme.digest},
        "notice": "A tag says that the report says so: a machine suggestion, unverified, no finding of fact or law.",
        "labels": [
            {
                "id": label,
                "accept": bundle.thresholds[label].accept,
                "review": bundle.thresholds[label].review,
                "clear": bundle.thresholds[label].clear,
                "implies": list(scheme.implies.get(label, ())),
            }
            for label in scheme.ids
        ],
    }


def _graph(bundle: Bundle) -> Any:
    """Make the graph from embedding and terms to probabilities, in float64, as `Bundle.probabilities` computes them."""
    from onnx import TensorProto, checker, helper

    graph = _Graph(_constants(bundle))
    labels = len(bundle.scheme.ids)
    graph.add("Cast", ["embedding"], "e", to=TensorProto.DOUBLE)
    graph.add("MatMul", ["e", "coefficients"], "e_score")
    graph.add("Add", ["e_score", "intercepts"], "score")
    if bundle.lexical:
        graph.add("Cast", ["counts"], "n", to=TensorProto.DOUBLE)
        graph.add("Log", ["n"], "log_n")
        graph.add("Add", ["log_n", "one"], "tf")
        graph.add("Gather", ["idf", "terms"], "idf_of")
        graph.add("Mul", ["tf", "idf_of"], "raw")
        graph.add("Mul", ["raw", "raw"], "squares")
        graph.add("ReduceSum", ["squares"], "square", keepdims=1)
        graph.add("Sqrt", ["square"], "norm")
        graph.add("Max", ["norm", "tiny"], "length")
        graph.add("Div", ["raw", "length"], "weights")
        graph.add("Unsqueeze", ["weights", "axis_1"], "weights_column")
        graph.add("Gather", ["word_coefficients", "terms"], "words_half", axis=0)
        graph.add("Cast", ["words_half"], "words", to=TensorProto.DOUBLE)
        graph.add("Mul", ["weights_column", "words"], "weighted")
        graph.add("ReduceSum", ["weighted", "axis_0"], "words_sum", keepdims=1)
        graph.add("Add", ["words_sum", "word_intercepts"], "word_score")
        graph.add("Mul", ["word_score", "lexical_slopes"], "word_part")
        graph.add("Mul", ["score", "slopes"], "score_part")
        graph.add("Add", ["score_part", "word_part"], "both")
    else:
        graph.add("Mul", ["score", "slopes"], "both")
    graph.add("Add", ["both", "shift"], "logits")
    graph.sigmoid("logits", "platt")
    graph.add("Clip", ["logits", "low", "high"], "bounded")
    graph.add("Exp", ["bounded"], "exp_up")
    graph.add("Add", ["exp_up", "one"], "exp_up_1")
    graph.add("Log", ["exp_up_1"], "falling")
    graph.add("Sub", ["bounded", "falling"], "rising")
    graph.add("Mul", ["rising", "beta_a"], "part_a")
    graph.add("Mul", ["falling", "beta_b"], "part_b")
    graph.add("Add", ["part_a", "part_b"], "parts")
    graph.add("Add", ["parts", "beta_c"], "beta_logits")
    graph.sigmoid("beta_logits", "beta")
    graph.add("Where", ["has_beta", "beta", "platt"], "unrounded")
    graph.add("Mul", ["unrounded", "decimals"], "scaled")
    graph.add("Round", ["scaled"], "rounded")
    graph.add("Div", ["rounded", "decimals"], "calibrated")
    graph.add("Min", ["calibrated", "highest"], "p")
    graph.add("Unsqueeze", ["p", "axis_2"], "p_column")
    graph.add("Mul", ["p_column", "implication"], "implied")
    graph.add("ReduceMax", ["implied", "axis_1"], "probabilities", keepdims=0)
    inputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, bundle.encoder.dimension])]
    if bundle.lexical:
        inputs += [helper.make_tensor_value_info(name, TensorProto.INT64, ["m"]) for name in ("terms", "counts")]
    output = helper.make_tensor_value_info("probabilities", TensorProto.DOUBLE, [1, labels])
    made = helper.make_model(
        helper.make_graph(graph.nodes, "scores", inputs, [output], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="ihlclass",
        ir_version=9,
    )
    checker.check_model(made, full_check=True)
    return made


def _constants(bundle: Bundle) -> Mapping[str, NDArray[Any]]:
    calibration, labels = bundle.calibration, bundle.scheme.ids
    assert isinstance(bundle.heads, LinearHeads)
    beta = np.zeros((3, len(labels)))
    for column, curve in calibration.curves.items():
        assert isinstance(curve, BetaCurve)
        beta[:, column] = curve.a, curve.b, curve.c
    has_beta = np.isin(np.arange(len(labels)), list(calibration.curves))
    implication = np.eye(len(labels))
    for label, implied in bundle.scheme.implies.items():
        for other in implied:
            implication[labels.index(label), labels.index(other)] = 1.0
    made: dict[str, NDArray[Any]] = {
        "coefficients": bundle.heads.coefficients.T.astype(np.float64),
        "intercepts": bundle.heads.intercepts,
        "slopes": calibration.slopes,
        "shift": calibration.intercepts,
        "one": np.array(1.0),
        "low": np.array(-LOGIT_BOUND),
        "high": np.array(LOGIT_BOUND),
        "beta_a": beta[0],
        "beta_b": beta[1],
        "beta_c": beta[2],
        "has_beta": has_beta,
        "decimals": np.array(10.0**DECIMALS),
        "highest": np.array(HIGHEST),
        "implication": implication,
        "axis_1": np.array([1]),
        "axis_2": np.array([2]),
    }
    if bundle.lexical:
        made |= {
            "idf": bundle.lexical.idf,
            "word_coefficients": bundle.lexical.coefficients,
            "word_intercepts": bundle.lexical.intercepts,
            "lexical_slopes": calibration.lexical_slopes,
            "tiny": np.array(1e-300),
            "axis_0": np.array([0]),
        }
    return made


class _Graph:
    """Nodes as they are added, and constants by name."""

    def __init__(self, constants: Mapping[str, NDArray[Any]]) -> None:
        from onnx import numpy_helper

        self.nodes: list[Any] = []
        self.constants = [numpy_helper.from_array(np.ascontiguousarray(v), name) for name, v in constants.items()]

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))

    def sigmoid(self, logits: str, output: str) -> None:
        self.add("Clip", [logits, "low", "high"], f"{output}_bounded")
        self.add("Neg", [f"{output}_bounded"], f"{output}_negative")
        self.add("Exp", [f"{output}_negative"], f"{output}_exp")
        self.add("Add", [f"{output}_exp", "one"], f"{output}_1")
        self.add("Div", ["one", f"{output}_1"], output)
