from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ihlclass.bundle import (
    MANIFEST_FILE,
    REQUIRED_FILES,
    default_bundle,
    load_bundle,
    manifest_digest,
    put_in_place,
    seal,
)
from ihlclass.classifier import Classifier
from ihlclass.errors import EXIT_BUNDLE, BundleError
from ihlclass.heads import LinearHeads, SklearnHeads, load_heads
from ihlclass.verify import verify


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_bundle(), tmp_path / "bundle"))


def rewrite(folder: Path, change: Callable[[dict], None], *, honest: bool = True) -> None:
    """Change the manifest; `honest` gives it the digest of its new content."""
    path = folder / MANIFEST_FILE
    manifest = json.loads(path.read_text())
    change(manifest)
    if honest:
        manifest["digest"] = manifest_digest(manifest)
    path.write_text(json.dumps(manifest))


def refused(folder: Path, words: str) -> None:
    with pytest.raises(BundleError, match=words) as caught:
        load_bundle(folder)
    assert caught.value.exit_code == EXIT_BUNDLE


def test_the_shipped_bundle_loads_and_verifies(classifier: Classifier) -> None:
    result = verify(classifier)
    assert result.passed
    assert result.vectors >= 68


def test_missing_folder(tmp_path: Path) -> None:
    refused(tmp_path / "nothing", "no model bundle there")


def test_empty_folder(tmp_path: Path) -> None:
    refused(tmp_path, "no model bundle there")


@pytest.mark.parametrize("name", [*REQUIRED_FILES, "encoder/model.onnx", "heads.npz"])
def test_a_missing_file_is_named_with_its_digest(copy: Path, name: str) -> None:
    (copy / name).unlink()
    refused(copy, rf"{Path(name).name}: missing \(expected sha256 [0-9a-f]{{64}}\)")


@pytest.mark.parametrize("name", [*REQUIRED_FILES, "encoder/model.onnx", "heads.npz"])
def test_an_altered_file_is_named_with_both_digests(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    refused(copy, rf"{Path(name).name}: altered: sha256 [0-9a-f]{{64}}, expected [0-9a-f]{{64}}")


def test_a_file_that_the_manifest_does_not_name(copy: Path) -> None:
    (copy / "heads.pkl").write_bytes(b"cos\nsystem\n")
    refused(copy, "heads.pkl: not part of the bundle")


def test_an_altered_manifest(copy: Path) -> None:
    rewrite(copy, lambda m: m["metrics"].update(micro_f1=1.0), honest=False)
    refused(copy, "altered after it was written")


def test_another_protocol(copy: Path) -> None:
    rewrite(copy, lambda m: m.update(protocol=99))
    refused(copy, "bundle protocol 99, this version reads 2 to 6")


def test_another_label_scheme(copy: Path) -> None:
    rewrite(copy, lambda m: m["scheme"].update(digest="0" * 64))
    refused(copy, "was trained for label scheme")


def test_another_encoder(copy: Path) -> None:
    rewrite(copy, lambda m: m["encoder"].update(fingerprint="0" * 64))
    refused(copy, "not the encoder that the heads were fitted on")


def test_a_part_that_the_manifest_leaves_out(copy: Path) -> None:
    (copy / "thresholds.json").unlink()
    rewrite(copy, lambda m: m["files"].pop("thresholds.json"))
    refused(copy, r"lacks thresholds\.json")


def test_a_path_out_of_the_bundle(copy: Path) -> None:
    rewrite(copy, lambda m: m["files"].update({"../../etc/hostname": "0" * 64}))
    refused(copy, "outside the bundle")


def test_garbage_for_a_manifest(copy: Path) -> None:
    (copy / MANIFEST_FILE).write_text("[1, 2")
    refused(copy, "not a bundle manifest")


def test_a_skops_file_with_a_foreign_type_is_refused(tmp_path: Path) -> None:
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    skops.io.dump(FunctionTransformer(print_it), tmp_path / "heads.skops")
    with pytest.raises(BundleError, match="not trusted"):
        load_heads(tmp_path)


def print_it(value: object) -> object:  # a function of ours that a hostile file might name
    return value


def test_a_damaged_skops_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "heads.skops").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(BundleError, match="not readable as a skops file"):
        load_heads(tmp_path)


def test_linear_heads_survive_the_disk(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    heads = LinearHeads(rng.normal(size=(5, 8)), rng.normal(size=5))
    heads.save(tmp_path)
    x = rng.normal(size=(3, 8)).astype(np.float32)
    assert np.array_equal(load_heads(tmp_path).score(x), heads.score(x))


def test_any_other_classifier_survives_the_disk_as_skops(tmp_path: Path) -> None:
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4)).astype(np.float32)
    y = (x[:, :2] > 0).astype(np.int8)
    fitted = OneVsRestClassifier(MLPClassifier((4,), solver="lbfgs", max_iter=200, random_state=0)).fit(x, y)
    heads = SklearnHeads(fitted)
    heads.save(tmp_path)
    assert np.array_equal(load_heads(tmp_path).score(x), heads.score(x))


def test_a_good_bundle_stands_until_the_new_one_is_whole(tmp_path: Path, copy: Path) -> None:
    made = Path(shutil.copytree(copy, tmp_path / "made"))
    (made / MANIFEST_FILE).unlink()
    content = json.loads((copy / MANIFEST_FILE).read_text())
    seal(
        made, {k: v for k, v in content.items() if k not in ("files", "digest", "protocol", "encoder")} | {"note": "2"}
    )
    put_in_place(made, copy)
    assert load_bundle(copy).manifest["note"] == "2"
    assert not made.exists()


def test_something_that_is_no_bundle_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(BundleError, match="is no bundle"):
        put_in_place(tmp_path / "made", tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").exists()
