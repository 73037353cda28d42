"""Open an ONNX graph and its tokenizer the way that this package runs both: one thread a text, nothing sent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def import_onnxruntime() -> Any:
    """Import ONNX Runtime with its telemetry off: else it keeps a device id, and usage may be sent."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime


def open_session(graph: Path, tokenizer: Path, longest: int) -> tuple[Any, Any]:
    """Load a graph and its tokenizer.

    Parameters
    ----------
    graph, tokenizer
        ONNX file and JSON file.
    longest
        Tokens from which a text is cut off.

    Returns
    -------
    session : onnxruntime.InferenceSession
        On the processor, with one thread; texts run side by side.
    tokenizer : tokenizers.Tokenizer
        It pads nothing.

    Raises
    ------
    Exception
        Whatever the two libraries raise where a file is missing or damaged; both raise bare exceptions of their own.
    """
    onnxruntime = import_onnxruntime()
    # texts run side by side already: a pool of threads below each of them costs the fast profile a fifth of its speed
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    cutter = Tokenizer.from_file(str(tokenizer))
    cutter.no_padding()
    cutter.enable_truncation(longest)
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"]), cutter


def encodable(text: str) -> str:
    """Return a text with a mark for each lone surrogate, which is no text to a tokenizer."""
    return text.encode("utf-8", "replace").decode("utf-8")
