"""Runs that go on: what an earlier run left, whole, cut, damaged, or of reports that have changed since."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers_batch import ATTACK, cut_after, make_reports, results, rows, run
from helpers_cli import ihlclass

from ihlclass.batch import BatchRun
from ihlclass.classifier import Classifier
from ihlclass.errors import UsageError
from ihlclass.reports import read_reports

NOTHING = "The council met on Tuesday and spoke of the harvest, the roads and the new library.\n"


@pytest.fixture(scope="module")
def finished(classifier: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports in ``in``, the results of a finished run over them in ``out``."""
    top = tmp_path_factory.mktemp("finished")
    run(classifier, make_reports(top / "in", 6), top / "out")
    return top


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def write_table(path: Path, *rows: tuple[str, str]) -> None:
    path.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in rows))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"identity": 3}', '{"model": "x", "options": {}}', "\0" * 9])
def test_a_damaged_state_is_said(classifier: Classifier, copy: Path, content: str) -> None:
    (copy / "out" / ".run.json").write_text(content)
    with pytest.raises(UsageError, match=r"\.run\.json: is damaged"):
        run(classifier, copy / "in", copy / "out", resume=True)
    assert len(rows(copy / "out" / "reports.jsonl")) == 7, "nothing is lost"


@pytest.mark.parametrize(
    "line",
    [
        b"\n", b"{\n", b"\0\0\0\n", b"[]\n", b'{"report": "x"}\n', b"\xff\n",
        b'{"key": "a", "report": "x", "status": "classified", "ends": {"incidents.jsonl": 1, "rejected.jsonl": 0}, '
        b'"rows": ""}\n',
    ],
)  # fmt: skip
def test_a_damaged_ledger_line_is_named(classifier: Classifier, copy: Path, line: bytes) -> None:
    ledger = copy / "out" / "reports.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join([*lines[:2], line, *lines[3:]]))
    with pytest.raises(UsageError, match=r"reports\.jsonl:3: the line is damaged; remove it"):
        run(classifier, copy / "in", copy / "out", resume=True)
    ledger.write_bytes(b"".join(lines[:2]))  # as told
    run(classifier, copy / "in", copy / "out", resume=True)
    assert len(results(copy / "out")[0]) == 7


def test_damage_is_one_line_and_exit_code_2_at_the_command_line(copy: Path) -> None:
    (copy / "out" / ".run.json").write_text("")
    done = ihlclass("classify", copy / "in", "-o", copy / "out", "--resume")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1 and "is damaged" in done.stderr


@pytest.mark.parametrize("name", ["incidents.jsonl", "rejected.jsonl"])
@pytest.mark.parametrize("harm", ["deleted", "emptied", "shortened", "a line removed", "bytes lost", "a word changed"])
def test_missing_results_are_made_again(
    classifier: Classifier, copy: Path, name: str, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = copy / "out" / name
    data = path.read_bytes()
    if harm == "deleted":
        path.unlink()
    else:
        lines = data.splitlines(keepends=True)
        harmed = {
            "emptied": b"", "shortened": data[:-20], "a line removed": b"".join(lines[1:]),
            "a word changed": data.replace(b"r005", b"r004"), "bytes lost": data[:20] + b"\0" * 30 + data[50:],
        }  # fmt: skip
        path.write_bytes(harmed[harm])
    run(classifier, copy / "in", copy / "out", resume=True)
    assert path.read_bytes() == data
    assert "they are done again" in caplog.text
    assert len(results(copy / "out")[0]) == 7


def test_a_ledger_that_is_gone_is_made_again(
    classifier: Classifier, copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = results(copy / "out")
    (copy / "out" / "reports.jsonl").unlink()
    run(classifier, copy / "in", copy / "out", resume=True)
    assert results(copy / "out") == before
    assert "the ledger is empty" in caplog.text


def test_ends_are_right_where_the_first_report_after_a_cut_holds_no_incident(
    classifier: Classifier, tmp_path: Path
) -> None:
    source, out = make_reports(tmp_path / "in", 2), tmp_path / "out"
    (source / "s.txt").write_text(NOTHING)
    with pytest.raises(KeyboardInterrupt):
        BatchRun(classifier, out, options={}).run(cut_after(source, 2))
    with (out / "incidents.jsonl").open("a") as file:
        file.write('{"incident_id": "half')
    run(classifier, source, out, resume=True)
    assert len(results(out)[0]) == 4


def test_changed_and_mended_reports_count_once(
    classifier: Classifier, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source, out = make_reports(tmp_path / "in", 4), tmp_path / "out"
    write_table(source / "t.jsonl", ("a", ATTACK.format(n=50)), ("b", ATTACK.format(n=51)))
    with (source / "t.jsonl").open("a") as file:
        file.write('{"id": "c", "text": \n')
    run(classifier, source, out)
    assert {row["report"] for row in rows(out / "rejected.jsonl")} == {"r005x.txt", "t.jsonl:3"}
    (source / "r001.txt").write_text(ATTACK.format(n=98))
    (source / "r002.txt").write_text(NOTHING)
    (source / "r003.txt").write_bytes(b"")
    (source / "r005x.txt").write_text(ATTACK.format(n=99))
    write_table(source / "t.jsonl", *((row, ATTACK.format(n=n)) for row, n in (("a", 50), ("b2", 51), ("c", 52))))
    run(classifier, source, out, resume=True)
    run(classifier, source, tmp_path / "fresh")
    assert results(out) == results(tmp_path / "fresh")
    assert "6 results of reports that have changed since were replaced" in caplog.text
    caplog.clear()
    before = {path.name: path.read_bytes() for path in out.glob("*.jsonl")}
    run(classifier, source, out, resume=True)
    assert {path.name: path.read_bytes() for path in out.glob("*.jsonl")} == before
    assert not caplog.text


def test_a_row_with_another_date_is_done_again(classifier: Classifier, tmp_path: Path) -> None:
    source, out = tmp_path / "t.csv", tmp_path / "out"
    for day in ("2024-05-15", "2024-05-22"):
        source.write_text(f'id,published,text\n1,{day},"{ATTACK.format(n=1).strip()}"\n')
        run(classifier, source, out, resume=True)
    (incident,) = rows(out / "incidents.jsonl")
    assert incident["date"] == "2024-05-20"


def test_a_change_in_a_run_that_was_cut_counts_once(classifier: Classifier, tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 6), tmp_path / "out"
    for kept in (3, 5):
        (source / "r001.txt").write_text(ATTACK.format(n=90 + kept))
        with pytest.raises(KeyboardInterrupt):
            BatchRun(classifier, out, options={}, resume=True).run(cut_after(source, kept))
    run(classifier, source, out, resume=True)
    run(classifier, source, tmp_path / "fresh")
    assert results(out) == results(tmp_path / "fresh")


def test_results_of_reports_that_are_gone_are_kept(
    classifier: Classifier, copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = results(copy / "out")
    (copy / "in" / "r001.txt").unlink()
    run(classifier, copy / "in", copy / "out", resume=True)
    assert results(copy / "out") == before
    assert "1 reports are no longer there; their results are kept" in caplog.text
    assert json.loads((copy / "out" / "manifest.json").read_text())["gone"] == 1


def test_what_standard_input_no_longer_gives_is_kept(tmp_path: Path) -> None:
    out, lines = tmp_path / "out", [json.dumps({"id": str(n), "text": ATTACK.format(n=n)}) for n in range(4)]
    lines[3] = lines[3][:20]
    command = ["classify", "-", "-o", out, "--input-format", "jsonl", "--resume"]
    assert ihlclass(*command, stdin="\n".join(lines[1:])).returncode == 3
    lines[1], lines[3] = json.dumps({"id": "1", "text": ATTACK.format(n=71)}), ""
    done = ihlclass(*command, stdin="\n".join(lines[:2]))
    assert done.returncode == 0, done.stderr
    assert {row["report"] for row in rows(out / "incidents.jsonl")} == {"stdin#0", "stdin#1", "stdin#2"}
    assert len(results(out)[0]) == 3


def test_the_first_start_is_kept_and_later_ones_listed(classifier: Classifier, copy: Path) -> None:
    path = copy / "out" / ".run.json"
    state = json.loads(path.read_text())
    path.write_text(json.dumps({**state, "started": "2024-05-01T00:00:00+00:00"}))
    for number in (1, 2):
        run(classifier, copy / "in", copy / "out", resume=True)
        manifest = json.loads((copy / "out" / "manifest.json").read_text())
        assert manifest["started"] == "2024-05-01T00:00:00+00:00"
        assert len(manifest["resumed"]) == number
        assert manifest["started"] < manifest["resumed"][-1] <= manifest["ended"]


def test_no_manifest_stands_while_a_run_goes_on(classifier: Classifier, copy: Path) -> None:
    (copy / "in" / "r009.txt").write_text(ATTACK.format(n=9))
    with pytest.raises(KeyboardInterrupt):
        BatchRun(classifier, copy / "out", options={}, resume=True).run(cut_after(copy / "in", 7))
    assert not (copy / "out" / "manifest.json").exists()


def test_tables_of_the_earlier_run_are_never_left_behind(classifier: Classifier, copy: Path) -> None:
    (copy / "in" / "r009.txt").write_text(ATTACK.format(n=9))
    run(classifier, copy / "in", copy / "out", formats=["parquet"], resume=True)
    assert "r009.txt" in (copy / "out" / "incidents.csv").read_text(encoding="utf-8-sig")
    assert set(json.loads((copy / "out" / "manifest.json").read_text())["files"]) >= {"incidents.csv"}


def test_paths_are_the_same_however_they_are_spelled(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reports(tmp_path / "J", 1)
    make_reports(tmp_path / "K", 1)
    monkeypatch.chdir(tmp_path)
    for spelled in ("J", "./J", "K/../J/", str(tmp_path / "J")):
        run(classifier, Path(spelled), tmp_path / "out", options={"paths": [spelled]}, resume=True)
    assert len(rows(tmp_path / "out" / "reports.jsonl")) == 2
    monkeypatch.chdir(tmp_path / "K")
    with pytest.raises(UsageError, match=r"same model and options .*\(paths changed\)"):
        BatchRun(classifier, tmp_path / "out", options={"paths": ["J"]}, resume=True)
    with pytest.raises(UsageError, match=r"\(any_language, paths changed\)"):
        BatchRun(classifier, tmp_path / "out", options={"paths": ["../K"], "any_language": True}, resume=True)
    assert str(tmp_path) not in (tmp_path / "out" / ".run.json").read_text()


def test_a_run_that_ended_before_its_state_was_written_is_begun_anew(classifier: Classifier, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / ".run.json.part").write_text("{")
    source = make_reports(tmp_path / "in", 1)
    run(classifier, source, out)
    assert sorted(path.name for path in out.iterdir()) == [
        ".run.json", ".run.lock", "cases.csv", "cases.jsonl", "cases.parquet", "incidents.csv", "incidents.jsonl",
        "incidents.parquet", "manifest.json", "rejected.jsonl", "reports.jsonl",
    ]  # fmt: skip


def test_a_folder_that_another_run_writes_into_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 3), tmp_path / "out"
    first = BatchRun(classifier, out, options={})
    for resume in (False, True):
        done = ihlclass("classify", source, "-o", out, *(["--resume"] if resume else []))
        assert done.returncode == 2 and ("another run is writing" in done.stderr) == resume, done.stderr
    with pytest.raises(KeyboardInterrupt):
        first.run(cut_after(source, 1))
    BatchRun(classifier, out, options={}, resume=True).run(read_reports([str(source)]))
    assert len(rows(out / "reports.jsonl")) == 4


def test_a_file_that_cannot_be_read_for_once_loses_nothing(classifier: Classifier, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    table = [(str(n), ATTACK.format(n=n)) for n in range(5)]
    write_table(source / "t.jsonl", *table)
    run(classifier, source, out)
    whole = results(out)
    (source / "t.jsonl").rename(tmp_path / "aside")
    (source / "t.jsonl").symlink_to(tmp_path / "gone")  # listed, and not there
    run(classifier, source, out, resume=True)
    assert len(rows(out / "incidents.jsonl")) == 5
    assert [row["reason"] for row in rows(out / "rejected.jsonl")] == ["unreadable"]
    (source / "t.jsonl").unlink()
    (tmp_path / "aside").rename(source / "t.jsonl")
    run(classifier, source, out, resume=True)
    assert results(out) == whole
