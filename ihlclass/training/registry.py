"""MLflow's model registry: register a bundle as challenger, promote it to champion through the gate, fetch it.

Registered versions carry tags: the bundle's and the scheme's digest; once promoted, ``promoted_by``, ``_at``,
``_why``, ``_on`` which passages (and their SHA-256), ``_over`` which version, what the ``_gate`` said; and
``refused_by`` and so on for the last time that the gate refused them.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ihlclass.bundle import MANIFEST_FILE, Bundle, check_target, load_bundle, put_in_place
from ihlclass.classifier import Classifier
from ihlclass.errors import BundleError, IhlclassError, RegistryError
from ihlclass.training.gate import Bounds, Verdict, gate
from ihlclass.training.measure import file_digest, read_gold
from ihlclass.training.tracking import connect, find_run, log_bundle
from ihlclass.verify import verify

NAME = "ihlclass"
CHALLENGER, CHAMPION = "challenger", "champion"


@dataclass(frozen=True)
class Registered:
    """A registered version; `new` says whether it was registered just now."""

    name: str
    version: str
    run_id: str
    new: bool


@dataclass(frozen=True)
class Promotion:
    """What came of an attempt to promote a version."""

    name: str
    version: str
    over: str | None
    passages: int
    verdict: Verdict


def log(bundle: Bundle) -> str:
    """Write one run to MLflow, see `ihlclass.training.tracking.log_bundle`, and return its id.

    Raises
    ------
    RegistryError
        If MLflow cannot be reached or refuses.
    """
    with _reported():
        return log_bundle(bundle)[0]


def register(bundle: Bundle, name: str = NAME) -> Registered:
    """Register a bundle and point the alias ``challenger`` to it; one that is registered already is found again.

    Raises
    ------
    BundleError
        If this machine decides otherwise than the one that made the bundle.
    RegistryError
        If MLflow cannot be reached or refuses.
    """
    if not verify(Classifier(bundle)).passed:
        raise BundleError(f"{bundle.path}: this machine gives other answers than the one that made the bundle")
    with _reported():
        client = connect().MlflowClient()
        for version in _versions(client, name):
            if version.tags.get("bundle_digest") == bundle.digest:
                if str(version.version) != _aliases(client, name).get(CHAMPION):
                    client.set_registered_model_alias(name, CHALLENGER, version.version)
                return Registered(name, str(version.version), str(version.run_id), new=False)
        run_id, uri = find_run(bundle) or log_bundle(bundle)
        tags = {"bundle_digest": bundle.digest, "scheme_digest": bundle.scheme.digest}
        version = connect().register_model(uri, name, tags=tags)
        client.set_registered_model_alias(name, CHALLENGER, version.version)
        return Registered(name, str(version.version), run_id, new=True)


def promote(
    data: Path, *, by: str, why: str, bounds: Bounds, name: str = NAME, version: str | None = None
) -> Promotion:
    """Make a version the champion if it passes the gate; the verdict says why it does not.

    Parameters
    ----------
    data
        Passages with gold labels that neither the version nor the champion was trained on.
    by, why
        Recorded with the version.
    version
        The alias ``challenger`` where None.

    Raises
    ------
    RegistryError
        If MLflow cannot be reached, or there is no such version.
    DataError
        If `data` cannot be used.
    """
    with _reported(), tempfile.TemporaryDirectory() as folder:
        client = connect().MlflowClient()
        wanted = _find(client, name, version or CHALLENGER)
        aliases = _aliases(client, name)
        over = aliases.get(CHAMPION)
        if over == wanted:
            raise RegistryError(f"{name}: version {over} is the champion already")
        new = load_bundle(_download(name, wanted, Path(folder) / "new"))
        old = _champion(_download(name, over, Path(folder) / "old"), new) if over else None
        gold = read_gold(data, new.scheme)
        verdict = gate(new, old, gold, bounds)
        record = {
            "by": by,
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "why": why,
            "on": data.name,
            "on_sha256": file_digest(data),
            "over": over or "",
            "gate": json.dumps(verdict.as_dict()),
        }
        if verdict.passed and _aliases(client, name).get(CHAMPION) != over:
            raise RegistryError(f"{name}: the champion changed meanwhile; promote again, against the new one")
        for key, value in record.items():
            client.set_model_version_tag(name, wanted, f"{'promoted' if verdict.passed else 'refused'}_{key}", value)
        if verdict.passed:
            client.set_registered_model_alias(name, CHAMPION, wanted)
            if aliases.get(CHALLENGER) == wanted:
                client.delete_registered_model_alias(name, CHALLENGER)
        return Promotion(name, wanted, over, len(gold.ids), verdict)


def fetch(target: Path, *, name: str = NAME, version: str = CHAMPION) -> Bundle:
    """Bring a registered bundle to a folder, checked.

    Parameters
    ----------
    version
        A number, or an alias.

    Raises
    ------
    RegistryError
        If MLflow cannot be reached, or there is no such version.
    BundleError
        If what comes is not a whole bundle, or `target` holds something else.
    """
    target = target.resolve()
    check_target(target)
    with _reported(), tempfile.TemporaryDirectory(prefix=".fetching-", dir=target.parent) as folder:
        client = connect().MlflowClient()
        found = _download(name, _find(client, name, version), Path(folder))
        bundle = replace(load_bundle(found), path=target)
        put_in_place(found, target)
    return bundle


def _champion(folder: Path, challenger: Bundle) -> Bundle:
    """Load the champion, or say why the challenger cannot be compared with it.

    Raises
    ------
    RegistryError
        If it has another label scheme, or this version of ihlclass cannot read it.
    """
    try:
        champion = load_bundle(folder)
        same = champion.scheme.digest == challenger.scheme.digest
    except BundleError as error:
        raise RegistryError(f"the champion cannot be read here ({error}); use another name for new models") from error
    if not same:
        theirs, ours = champion.scheme.version, challenger.scheme.version
        raise RegistryError(
            f"the champion speaks another label scheme ({theirs}, this one {ours}), so they cannot be compared; use "
            "another name for models of this scheme"
        )
    return champion


def _versions(client: Any, name: str) -> list[Any]:
    return [*client.search_model_versions(f"name = '{name}'")]


def _aliases(client: Any, name: str) -> dict[str, str]:
    """Version by alias of a registered model; searches do not tell of aliases."""
    return {alias: str(version) for alias, version in client.get_registered_model(name).aliases.items()}


def _find(client: Any, name: str, wanted: str) -> str:
    """Return the number of a version, given it or an alias; where there is none, an error says which there are."""
    numbers = {str(version.version) for version in _versions(client, name)}
    number = _aliases(client, name).get(wanted, wanted) if numbers else wanted
    if number in numbers:
        return number
    known = ", ".join(sorted(numbers, key=int)) or "none; register a bundle first"
    raise RegistryError(f"{name}: no version or alias {wanted!r}. Registered versions: {known}")


def _download(name: str, version: str, folder: Path) -> Path:
    """Bring a version's files here and return the bundle among them."""
    folder.mkdir(parents=True, exist_ok=True)
    uri = f"models:/{name}/{version}"
    got = connect().artifacts.download_artifacts(artifact_uri=uri, dst_path=str(folder))
    found = sorted(Path(got).glob(f"data/*/{MANIFEST_FILE}"))
    if len(found) != 1:
        raise BundleError(f"{uri}: holds no model bundle; 'ihlclass model register' puts one there")
    return found[0].parent


@contextmanager
def _reported() -> Iterator[None]:
    """Turn whatever MLflow and its stores raise into one clear line, without passwords."""
    try:
        yield
    except IhlclassError:
        raise
    except Exception as error:
        store = re.sub(r"//[^/@]*@", "//", str(connect().get_tracking_uri()))
        lines = str(error).strip().splitlines() or [""]
        first = re.sub(r"//[^/@]*@", "//", lines[0])[:200]
        raise RegistryError(f"{store}: MLflow could not be used ({type(error).__name__}: {first})") from error
