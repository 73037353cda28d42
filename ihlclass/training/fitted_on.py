"""Which passages a bundle was fitted on, by digests, so that training that goes on from it never holds them out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ihlclass.bundle_files import readable_arrays
from ihlclass.errors import BundleError
from ihlclass.training.data import LabelledPassage

FITTED_ON_FILE = "fitted_on.npz"

Keys = NDArray[np.uint64]


@dataclass(frozen=True)
class FittedOn:
    """Keys of texts, sorted, each once: 64 bits of a SHA-256, from which no text can be read.

    Attributes
    ----------
    keys
        Of all texts that the encoder and the heads were fitted on, those of bundles that it went on from among them.
    before
        Of those among them that it had been fitted on before this run; empty where it started from a base encoder.
    """

    keys: Keys
    before: Keys

    def holds(self, texts: Iterable[str]) -> NDArray[np.bool_]:
        """Which texts are among them, shape ``(n,)``."""
        return np.isin(text_keys(texts), self.keys)

    def save(self, folder: Path) -> None:
        """Write ``fitted_on.npz`` into `folder`."""
        np.savez_compressed(folder / FITTED_ON_FILE, keys=self.keys, before=self.before)

    @classmethod
    def load(cls, folder: Path) -> FittedOn:
        """Read ``fitted_on.npz``.

        Raises
        ------
        BundleError
            If it is missing or not valid.
        """
        path = folder / FITTED_ON_FILE
        if not path.is_file():
            raise BundleError(
                f"{path}: missing, as in bundles made before it was kept: which passages may be held out cannot be "
                "told. Retrain it, or start from the base encoder"
            )
        with readable_arrays(path, "not readable as the keys of passages") as arrays:
            keys, before = (np.asarray(arrays[name], dtype=np.uint64) for name in ("keys", "before"))
        return cls(keys, before)


def text_keys(texts: Iterable[str]) -> Keys:
    """Key of each text, shape ``(n,)``; upper and lower case and white space make no difference."""
    plain = (" ".join(text.casefold().split()) for text in texts)
    return np.array([int.from_bytes(hashlib.sha256(t.encode()).digest()[:8], "big") for t in plain], dtype=np.uint64)


def known(passages: Sequence[LabelledPassage], keys: Keys) -> NDArray[np.bool_]:
    """Which passages are among `keys`, or tell an event of one that is; shape ``(n,)``."""
    found = np.isin(text_keys(p.text for p in passages), keys)
    groups = np.unique([p.group for p in passages], return_inverse=True)[1]
    return np.asarray(np.isin(groups, groups[found]))


def repeated(keys: Keys, before: Keys, times: int) -> NDArray[np.int64]:
    """Rows of an epoch: each passage once, one whose key is not among `before` so many times; shape ``(m,)``."""
    new = np.flatnonzero(~np.isin(keys, before))
    return np.concatenate([np.arange(len(keys)), np.repeat(new, times - 1)])
