"""A changed copy of a bundle: made beside its place, sealed, checked, put in place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ihlclass.bundle import CARD_FILE, Bundle, accurate_only, check_target, load_bundle, put_in_place, seal
from ihlclass.classifier import Classifier
from ihlclass.errors import UsageError
from ihlclass.training.card import model_card
from ihlclass.verify import make_vectors


@contextmanager
def changed_copy(bundle: Bundle, target: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Hand out a copy of a bundle to be changed and finished (`finish`); once the block is done, put it in place.

    Parameters
    ----------
    bundle
        The accurate profile.
    target
        Where the copy goes; the folder of the bundle itself replaces it. If the block fails, nothing is changed there.

    Yields
    ------
    folder, content
        Of the copy, and what its manifest says without what `ihlclass.bundle.seal` computes.

    Raises
    ------
    UsageError
        If `bundle` is not loaded as its accurate profile, or `target` lies inside it.
    BundleError, OutputError
        If `target` is something else than a bundle, or cannot be written; if what was made is no whole bundle.
    """
    accurate_only(bundle)
    target, own = target.resolve(), bundle.path.resolve()
    if target.is_relative_to(own) and target != own:
        raise UsageError(f"{target}: lies inside the bundle; choose another folder")
    check_target(target)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.copy-", dir=target.parent) as scratch:
        made = Path(scratch) / "bundle"
        shutil.copytree(bundle.path, made)
        yield made, {k: v for k, v in bundle.manifest.items() if k not in ("protocol", "files", "digest")}
        load_bundle(made)
        put_in_place(made, target)


def finish(folder: Path, content: dict[str, Any], profiles: Sequence[str]) -> None:
    """Seal a bundle whose parts were changed: test vectors, model card, manifest.

    Parameters
    ----------
    folder
        Of a whole bundle that is not in place yet; its test vectors may be old ones.
    content
        Of the manifest, see `ihlclass.bundle.seal`.
    profiles
        Those that were changed, of ``accurate`` and ``fast``: they get new test vectors.
    """
    seal(folder, content)
    accurate = load_bundle(folder)
    changed = [accurate if profile == "accurate" else load_bundle(folder, profile=profile) for profile in profiles]
    for one in changed:
        make_vectors(Classifier(one))
    (folder / CARD_FILE).write_text(model_card(content, accurate.scheme), encoding="utf-8")
    seal(folder, content)
