"""Encode: texts -> unit vectors. One protocol, two back ends.

Every text is encoded alone, never padded to its neighbours' length. That costs nothing on a CPU (no padding is
computed; threads work on different texts) and makes a text's vector, and so its scores, independent of the batch
it stands in, bit for bit, also with weights and activations in 8-bit integers.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import BundleError, MissingExtraError, UsageError
from ihlclass.onnx_session import encodable, open_session
from ihlclass.word_pieces import reader_of

if TYPE_CHECKING:
    from ihlclass.label_attention import LabelAttention

Embeddings = NDArray[np.float32]

ENCODER_FILE = "encoder.json"
ONNX_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
ATTENTION_FILE = "label_attention.npz"
#: So many texts are given to a thread at once: few enough that no thread is left without.
PART = 16


class Encoder(Protocol):
    """What every back end offers.

    Attributes
    ----------
    max_tokens
        Longest input in tokens; what goes beyond is not seen by the encoder.
    """

    max_tokens: int

    @property
    def dimension(self) -> int:
        """Number of columns of the embeddings."""
        ...

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return one float32 row for each text, shape ``(len(texts), dimension)``.

        It is the sentence embedding, of length 1 (L2), and, where the encoder was fine-tuned with label attention, a
        tenth of the log-odds that it gives each label.
        """
        ...


class OnnxEncoder:
    """Encoder of a shipped bundle: ONNX Runtime and tokenizers, no torch.

    Parameters
    ----------
    folder
        Folder with ``encoder.json``, ``model.onnx`` and ``tokenizer.json``.
    threads
        Number of texts encoded side by side; the number of usable cores where None.

    Raises
    ------
    BundleError
        If a file is missing or ONNX Runtime cannot load it.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        settings = read_settings(folder)
        self.dimension = int(settings["dimension"])
        self.max_tokens = int(settings["max_tokens"])
        self.threads = threads or usable_cores()
        try:
            self._session, tokenizer = open_session(folder / ONNX_FILE, folder / TOKENIZER_FILE, self.max_tokens)
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise BundleError(f"{folder}: the encoder cannot be loaded ({type(error).__name__})") from error
        self._pieces = reader_of(tokenizer)
        # graphs of older bundles ask for a mask too
        self._masked = "attention_mask" in {one.name for one in self._session.get_inputs()}

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of `texts`, shape ``(len(texts), dimension)``, float32."""
        size = max(1, min(PART, -(-len(texts) // self.threads)))
        parts = [texts[start : start + size] for start in range(0, len(texts), size)]
        if len(parts) < 2 or self.threads == 1:
            return _stack(chain.from_iterable(map(self._some, parts)), self.dimension)
        with ThreadPoolExecutor(self.threads) as pool:
            return _stack(chain.from_iterable(pool.map(self._some, parts)), self.dimension)

    def _some(self, texts: Sequence[str]) -> list[Embeddings]:
        # Python's part of the work first: threads that take turns at it text by text wait for each other
        given = [self._given(text) for text in texts]
        return [self._session.run(None, one)[0][0] for one in given]

    def _given(self, text: str) -> dict[str, NDArray[np.int64]]:
        ids = np.array([self._pieces(encodable(text))], dtype=np.int64)
        return {"input_ids": ids, "attention_mask": np.ones_like(ids)} if self._masked else {"input_ids": ids}


class SentenceTransformerEncoder:
    """Encoder by sentence-transformers: any local folder or hub name.

    Parameters
    ----------
    name_or_path
        Folder of a saved model, or its name on the hub.
    device
        Torch device; chosen by sentence-transformers where None.
    max_tokens
        Longest input in tokens; the model's own limit where None.

    Raises
    ------
    MissingExtraError
        If sentence-transformers is not installed (extra ``train``).
    UsageError
        If the model cannot be loaded from that name.
    """

    def __init__(self, name_or_path: str | Path, *, device: str | None = None, max_tokens: int | None = None) -> None:
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging
        except ImportError as error:
            raise MissingExtraError("the sentence-transformers back end", "train") from error
        transformers_logging.disable_progress_bar()  # ours are the only bars
        try:
            self.model = SentenceTransformer(str(name_or_path), device=device)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"encoder {str(name_or_path)!r} cannot be loaded: give a local folder of a sentence-transformers "
                f"model, or a hub name on a machine with a network ({type(error).__name__})"
            ) from error
        if max_tokens is not None:
            self.model.max_seq_length = max_tokens
        self.attention: LabelAttention | None = None
        if Path(name_or_path).is_dir() and (Path(name_or_path) / ATTENTION_FILE).is_file():
            from ihlclass.label_attention import LabelAttention

            self.attend(LabelAttention.load(Path(name_or_path) / ATTENTION_FILE))
        self.model.eval()
        self.max_tokens = int(self.model.max_seq_length or 512)

    @property
    def dimension(self) -> int:
        """Number of columns of the embeddings."""
        return int(self.model.get_embedding_dimension() or 0)

    def attend(self, attention: LabelAttention | None) -> None:
        """Put label attention at the end of the model, which widens the embeddings by a column for each label.

        What stood there before is replaced; None takes it away.
        """
        if self.attention is not None:
            del self.model.label_attention
        self.attention = attention
        if attention is not None:
            self.model.add_module("label_attention", attention.to(self.model.device))

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of `texts`, shape ``(len(texts), dimension)``, float32."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        rows: Any = self.model.encode(
            [encodable(text) for text in texts],
            batch_size=1,
            normalize_embeddings=self.attention is None,
            show_progress_bar=False,
        )
        return np.asarray(rows, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the model into `folder`, for `load_encoder` to read."""
        if self.attention is None:
            self.model.save(str(folder))
            return
        del self.model.label_attention  # sentence-transformers reads parts of its own alone
        try:
            self.model.save(str(folder))
        finally:
            self.model.add_module("label_attention", self.attention)
        self.attention.save(folder / ATTENTION_FILE)


def load_encoder(folder: Path, *, threads: int | None = None) -> Encoder:
    """Load the encoder part of a bundle, by the back end that its ``encoder.json`` names.

    Raises
    ------
    BundleError
        If the folder has no valid ``encoder.json`` or names an unknown back end.
    """
    backend = read_settings(folder).get("backend")
    if backend == "onnx":
        return OnnxEncoder(folder, threads=threads)
    if backend == "sentence-transformers":
        return SentenceTransformerEncoder(folder)
    raise BundleError(
        f"{folder / ENCODER_FILE}: unknown back end {backend!r}; this version reads: onnx, sentence-transformers"
    )


def read_settings(folder: Path) -> dict[str, Any]:
    """Read ``encoder.json``: ``backend``, ``dimension``, ``max_tokens`` and where the encoder comes from.

    Raises
    ------
    BundleError
        If the file is missing or not valid.
    """
    path = folder / ENCODER_FILE
    try:
        settings: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not {"backend", "dimension", "max_tokens"} <= settings.keys():
            raise ValueError("it lacks backend, dimension or max_tokens")
    except (OSError, ValueError) as error:
        raise BundleError(f"{path}: missing or not valid ({error.__class__.__name__})") from error
    return settings


def fingerprint(folder: Path) -> str:
    """SHA-256 (hex) over the names and contents of an encoder folder's files: what decides every embedding."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def usable_cores() -> int:
    """Cores that this process may use (respects CPU affinity)."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # macOS, Windows
        return max(1, os.cpu_count() or 1)


def _stack(rows: Iterable[Embeddings], dimension: int) -> Embeddings:
    kept = list(rows)
    return np.stack(kept) if kept else np.empty((0, dimension), dtype=np.float32)
