"""No room left: one line, exit code 2, what was written is whole, and the run goes on once there is room."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from helpers_batch import make_reports, results, rows, run
from helpers_cli import PROGRAM, ihlclass

from ihlclass.classifier import Classifier
from ihlclass.errors import OutputError, UsageError
from ihlclass.reports.language import detect_language


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 40 kilobytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("may not mount a file system here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_training_where_there_is_no_room_goes_on_once_there_is(small_disk: Path, root: Path, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    lines = (root / "seeds" / "passages" / "passages-108.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    (small_disk / "some.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (small_disk / "c.toml").write_text(
        'output = "bundle"\n[data]\npassages = ["some.jsonl"]\n[encoder]\nbackend = "sentence-transformers"\n'
        "[fine_tuning]\nepochs = 0\n[calibration]\nfolds = 2\n[fast]\nenabled = false\n"
    )
    done = ihlclass("train", small_disk / "c.toml", "--no-track")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2,
        f"ihlclass: {small_disk}: no room left to train there; make room, and the same command goes on after the last "
        "finished epoch",
    )
    assert not (small_disk / "bundle").exists()
    subprocess.run(["mount", "-o", "remount,size=600m", small_disk], check=True)
    assert ihlclass("train", small_disk / "c.toml", "--no-track").returncode == 0
    assert sorted(path.name for path in small_disk.iterdir()) == ["bundle", "c.toml", "some.jsonl"]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_one_line_and_the_run_goes_on(small_disk: Path, tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 30), small_disk / "out"
    done = ihlclass("classify", source, "-o", out)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "rejected: r005x.txt: the file is empty",
        f"ihlclass: {out}: the results cannot be written (No space left on device); what was finished is whole: make "
        "room, then go on with --resume",
    ]
    assert not (out / "manifest.json").exists()
    assert 0 < len(rows(out / "reports.jsonl")) < 31
    assert len(rows(out / "incidents.jsonl")) > 0
    assert [row["report"] for row in rows(out / "rejected.jsonl")] == ["r005x.txt"]
    subprocess.run(["mount", "-o", "remount,size=4m", small_disk], check=True)
    assert ihlclass("classify", source, "-o", out, "--resume").returncode == 3
    assert len(results(out)[0]) == 31


def test_a_disk_that_is_full_from_the_start(small_disk: Path, tmp_path: Path) -> None:
    source = make_reports(tmp_path / "in", 1)
    with suppress(OSError):
        (small_disk / "filler").write_bytes(b"x" * 100_000)
    done = ihlclass("classify", source, "-o", small_disk / "out")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "cannot be written (No space left on device)" in done.stderr
    assert [path.name for path in (small_disk / "out").iterdir()] == [".run.lock"]
    (small_disk / "filler").unlink()
    assert ihlclass("classify", source, "-o", small_disk / "out").returncode == 3


@pytest.mark.parametrize("size", [300, 3_000, 10_000])
def test_whatever_does_not_fit_leaves_whole_lines(classifier: Classifier, tmp_path: Path, size: int) -> None:
    source, out = make_reports(tmp_path / "in", 30), tmp_path / "out"
    detect_language("Der Beschuss hat am Montag das Krankenhaus getroffen.")  # loads its model by a temporary file
    with (
        files_of_at_most(size),
        pytest.raises((OutputError, UsageError), match=r"cannot be written \(File too large\)"),
    ):
        run(classifier, source, out)
    for name in ("incidents.jsonl", "rejected.jsonl", "reports.jsonl"):
        if (out / name).exists():
            rows(out / name)
    assert not [path for path in out.iterdir() if path.name.endswith(".part")]
    run(classifier, source, out, resume=True)
    run(classifier, source, tmp_path / "fresh")
    assert results(out) == results(tmp_path / "fresh")


def test_no_room_for_a_table_or_the_manifest(classifier: Classifier, tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 30), tmp_path / "out"
    run(classifier, source, out)
    with files_of_at_most(3_000), pytest.raises(OutputError, match="File too large"):
        run(classifier, source, out, resume=True)
    assert not (out / "manifest.json").exists()
    assert not [path for path in out.iterdir() if path.name.endswith(".part")]
    run(classifier, source, out, resume=True)
    assert len(results(out)[0]) == 31


def test_no_room_for_a_temporary_file_is_no_fault_of_the_reports(tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 3), tmp_path / "out"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))

    command = [*PROGRAM, "classify", str(source), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "the language model cannot be loaded, no room for a temporary file (File too large)" in done.stderr
    assert not (out / "rejected.jsonl").read_bytes()
