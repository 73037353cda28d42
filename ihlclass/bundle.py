"""A model on disk: manifest, checksums, safe loading.

A bundle is a folder. ``manifest.json`` names every file with its SHA-256; loading checks the protocol number, the
manifest's own digest, every file, the label scheme and the encoder before anything is used, and never unpickles.
How to change the layout: ``docs/decisions/0004-bundle-protocol.md``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.calibration import CALIBRATION_FILE, Calibration
from ihlclass.decisions import THRESHOLDS_FILE, Threshold, decide, enforce_implications, load_thresholds
from ihlclass.encoder import ENCODER_FILE, Encoder, fingerprint, load_encoder
from ihlclass.errors import BundleError, OutputError, UsageError
from ihlclass.handing_on import HandingOn
from ihlclass.heads import Heads, load_heads
from ihlclass.labels import LabelScheme, load_scheme
from ihlclass.lexical import LexicalHeads, load_lexical
from ihlclass.resources import resource
from ihlclass.types import Tags

PROTOCOL = 6
#: Protocols that this version reads: in 6 a label may have a probability from which it is clear; in 5 a graph may take
#: no mask, and the cascade may have a share and a bound for core objects; in 4 neither is so; 3 is 4 without a fast
#: profile, 2 is 3 without curves of calibration.
READABLE = (2, 3, 4, 5, 6)
MANIFEST_FILE = "manifest.json"
VECTORS_FILE = "vectors.json"
CARD_FILE = "MODEL_CARD.md"
#: Where a bundle keeps its label scheme, if that is not the shipped one.
SCHEME_FOLDER = "labels"
#: Where a bundle keeps the parts of its fast profile, if it has one.
FAST_FOLDER = "fast"
PROFILES = ("accurate", "fast", "cascade")
REQUIRED_FILES = (f"encoder/{ENCODER_FILE}", CALIBRATION_FILE, THRESHOLDS_FILE, VECTORS_FILE, CARD_FILE)


@dataclass(frozen=True)
class Bundle:
    """A loaded model: the parts that turn texts into tags, and where they come from.

    Attributes
    ----------
    manifest
        Content of ``manifest.json``.
    lexical
        Heads on words beside those on embeddings; None where the bundle was trained without.
    profile
        ``accurate``; ``fast``, whose parts are small ones that were taught by the accurate profile's; or ``cascade``,
        see `Cascade`.
    """

    path: Path
    manifest: Mapping[str, Any]
    scheme: LabelScheme
    encoder: Encoder
    heads: Heads
    lexical: LexicalHeads | None
    calibration: Calibration
    thresholds: Mapping[str, Threshold]
    profile: str = "accurate"

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the manifest, and so over every file: with the profile, the model's identity."""
        return str(self.manifest["digest"])

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return calibrated probabilities in 0..1 that keep to the scheme's implications.

        Shape ``(len(texts), k)``, columns in scheme order.
        """
        scores = self.heads.score(self.encoder.encode(texts))
        lexical_scores = self.lexical.score(texts) if self.lexical else None
        calibrated = self.calibration.apply(scores, lexical_scores)
        return enforce_implications(calibrated, self.scheme.ids, self.scheme.implies)

    def tag(self, texts: Sequence[str]) -> Iterator[Tags]:
        """Tag texts, in order."""
        return decide(self.probabilities(texts), self.scheme.ids, self.thresholds, self.scheme.implies)


@dataclass(frozen=True, kw_only=True)
class Cascade(Bundle):
    """The accurate profile, asked only about passages that the fast one would tag, or nearly so.

    Attributes
    ----------
    fast
        The same bundle's fast profile.
    handing_on
        Where a passage is not settled by the fast profile.
    """

    fast: Bundle
    handing_on: HandingOn

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return calibrated probabilities, each row by the profile that settled it; shape ``(len(texts), k)``."""
        found = self.fast.probabilities(texts)
        asked = self._asked(found)
        if len(asked):
            found[asked] = super().probabilities([texts[row] for row in asked])
        return found

    def tag(self, texts: Sequence[str]) -> Iterator[Tags]:
        """Tag texts, in order, each by the thresholds of the profile that settled it."""
        found = self.fast.probabilities(texts)
        asked = self._asked(found).tolist()
        scores = super().probabilities([texts[row] for row in asked])
        accurate = dict(zip(asked, decide(scores, self.scheme.ids, self.thresholds, self.scheme.implies), strict=True))
        settled = decide(found, self.scheme.ids, self.fast.thresholds, self.scheme.implies)
        return (accurate.get(row, tags) for row, tags in enumerate(settled))

    def _asked(self, found: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.flatnonzero(self.handing_on.asked(found, self.scheme, self.fast.thresholds))


def default_bundle() -> Path:
    """Folder of the bundle that ships with the package."""
    return resource("models", "default")


def load_bundle(path: Path | None = None, *, threads: int | None = None, profile: str = "accurate") -> Bundle:
    """Check and load a bundle.

    Parameters
    ----------
    path
        Bundle folder; the shipped one where None.
    threads
        Texts encoded side by side; the number of usable cores where None.
    profile
        One of `PROFILES`.

    Raises
    ------
    UsageError
        If there is no such profile, or the bundle does not have it.
    BundleError
        If the bundle is missing, damaged, altered, of another protocol or label scheme, or lacks a part. The
        message names the file and the digests.
    """
    if profile not in PROFILES:
        raise UsageError(f"profile {profile!r}: must be one of {', '.join(PROFILES)}")
    folder = path if path is not None else default_bundle()
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    own_scheme = folder / SCHEME_FOLDER
    scheme = load_scheme(own_scheme if own_scheme.is_dir() else None)
    theirs = manifest["scheme"]
    if theirs["digest"] != scheme.digest:
        raise BundleError(
            f"{folder}: was trained for label scheme {theirs['version']} ({theirs['digest'][:12]}), this installation "
            f"has {scheme.version} ({scheme.digest[:12]}). Retrain it, or install the version it was made with"
        )
    if manifest["encoder"]["fingerprint"] != fingerprint(folder / "encoder"):
        raise BundleError(f"{folder / 'encoder'}: is not the encoder that the heads were fitted on")
    if profile != "accurate" and not (folder / FAST_FOLDER).is_dir():
        raise UsageError(
            f"{folder}: has no fast profile, which {profile} needs; make one with 'ihlclass model distil', "
            "or use the profile accurate"
        )

    def parts(where: Path) -> dict[str, Any]:
        return {
            "path": folder,
            "manifest": manifest,
            "scheme": scheme,
            "encoder": load_encoder(where / "encoder", threads=threads),
            "heads": load_heads(where),
            "lexical": load_lexical(where),
            "calibration": Calibration.load(where, scheme.ids),
            "thresholds": load_thresholds(where, scheme.ids),
        }

    if profile == "accurate":
        return Bundle(**parts(folder))
    fast = Bundle(**parts(folder / FAST_FOLDER), profile="fast")
    if profile == "fast":
        return fast
    handing_on = HandingOn.load(folder / FAST_FOLDER)
    return Cascade(**parts(folder), profile="cascade", fast=fast, handing_on=handing_on)


def accurate_only(bundle: Bundle) -> None:
    """Refuse a bundle that is loaded as another profile, where the files of the accurate one are meant.

    Raises
    ------
    UsageError
        If it is loaded as another profile.
    """
    if bundle.profile != "accurate":
        raise UsageError(f"{bundle.path}: is loaded as profile {bundle.profile}; load it as accurate for this")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read ``manifest.json`` and check protocol, digest and completeness.

    Raises
    ------
    BundleError
        If it is missing, not valid, altered, or of another protocol.
    """
    path = folder / MANIFEST_FILE
    if not path.is_file():
        raise BundleError(f"{path}: no model bundle there (no manifest). Give a folder made by 'ihlclass train'")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        protocol, digest, files = manifest["protocol"], manifest["digest"], set(manifest["files"])
        _ = manifest["scheme"]["version"], manifest["scheme"]["digest"], manifest["encoder"]["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path}: not a bundle manifest ({type(error).__name__})") from error
    if protocol not in READABLE:
        raise BundleError(
            f"{path}: bundle protocol {protocol}, this version reads {READABLE[0]} to {READABLE[-1]}. "
            "Install the version that wrote it, or retrain"
        )
    if digest != manifest_digest(manifest):
        raise BundleError(
            f"{path}: altered after it was written (digest {digest[:12]} is not that of its content, "
            f"{manifest_digest(manifest)[:12]})"
        )
    missing = sorted(set(REQUIRED_FILES) - files)
    if missing:
        raise BundleError(f"{path}: the bundle lacks {', '.join(missing)}")
    return manifest


def check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Compare every file with the SHA-256 in the manifest; files that the manifest does not name are refused too.

    Raises
    ------
    BundleError
        Naming the first file that is missing, altered or foreign, with both digests.
    """
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BundleError(f"{folder}: the manifest names a file outside the bundle: {name}")
        if not path.is_file():
            raise BundleError(f"{path}: missing (expected sha256 {expected})")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != expected:
            raise BundleError(f"{path}: altered: sha256 {found}, expected {expected}. Fetch the bundle anew")
    known = {*manifest["files"], MANIFEST_FILE}
    foreign = sorted(f for f in _files(folder) if f not in known)
    if foreign:
        raise BundleError(f"{folder / foreign[0]}: not part of the bundle (the manifest does not name it)")


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the manifest's canonical JSON without its ``digest`` field."""
    content = {key: value for key, value in manifest.items() if key != "digest"}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def seal(folder: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """Write ``manifest.json`` for the files that lie in `folder`, as the last step of making a bundle.

    Parameters
    ----------
    content
        Everything but ``protocol``, ``encoder``, ``files`` and ``digest``, which are computed here.

    Returns
    -------
    dict
        The manifest as written.
    """
    manifest: dict[str, Any] = {
        "protocol": PROTOCOL,
        **content,
        "encoder": {**content.get("encoder", {}), "fingerprint": fingerprint(folder / "encoder")},
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in _files(folder)
            if name != MANIFEST_FILE
        },
    }
    manifest["digest"] = manifest_digest(manifest)
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def check_target(target: Path) -> None:
    """Check that a bundle may be put at `target`, and make the folder that it goes into.

    Raises
    ------
    BundleError
        If something stands there that is not a bundle.
    OutputError
        If nothing can be written there.
    """
    if target.is_file() or (target.is_dir() and any(target.iterdir()) and not _is_bundle(target)):
        raise BundleError(f"{target}: exists and is no bundle; it is left alone. Choose another folder")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise OutputError(f"{target.parent}: cannot be written ({error.strerror})") from error


def _is_bundle(folder: Path) -> bool:
    """Whether a folder holds the manifest of a bundle, of whatever protocol, and not that of a run of 'classify'."""
    try:
        return {"protocol", "encoder"} <= set(json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return False


def put_in_place(made: Path, target: Path) -> None:
    """Move a finished bundle to `target`; a bundle that stands there is replaced only once the new one is whole.

    Raises
    ------
    BundleError
        If `target` holds something that is not a bundle.
    """
    check_target(target)
    if target.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
        old = aside / target.name
        target.rename(old)
        try:
            made.rename(target)
        except BaseException:
            old.rename(target)
            aside.rmdir()
            raise
        shutil.rmtree(aside)
    else:
        made.rename(target)


def _files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
