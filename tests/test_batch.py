from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from helpers_batch import ATTACK, cut_after, make_reports, rows, run
from helpers_cli import PROGRAM

from ihlclass.batch import BatchRun
from ihlclass.classifier import Classifier
from ihlclass.errors import REJECTION_REASONS, ReportError, UsageError
from ihlclass.reports import read_reports


def test_everything_adds_up(classifier: Classifier, tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 8), tmp_path / "out"
    batch = run(classifier, source, out)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["counts"]["reports"] == 9 == len(manifest["inputs"]) == len(rows(out / "reports.jsonl"))
    assert manifest["counts"]["rejected"] == 1 == len(rows(out / "rejected.jsonl"))
    found = [incident["incident_id"] for incident in batch.incidents()]
    assert manifest["counts"]["incidents"] == len(found)
    cases = rows(out / "cases.jsonl")
    assert manifest["counts"]["cases"] == len(cases)
    assert sorted(account["incident_id"] for case in cases for account in case["accounts"]) == sorted(found)
    assert rows(out / "rejected.jsonl")[0]["reason"] == "empty"
    for name, facts in manifest["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == facts["sha256"]
    assert manifest["model"]["digest"] == classifier.bundle.digest
    assert manifest["scheme"]["digest"] == classifier.scheme.digest


def test_evidence_is_the_reports_own_text(classifier: Classifier, tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 3), tmp_path / "out"
    for record in run(classifier, source, out).incidents():
        text = (source / record["report"]).read_text()
        for passage in record["passages"]:
            assert text[passage["start"] : passage["end"]] == passage["text"]
        for label in record["objects"] + record["indicators"]:
            assert any(label in passage["labels"] for passage in record["passages"])


def test_a_folder_that_holds_something_is_left_alone(classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        BatchRun(classifier, tmp_path, options={})
    with pytest.raises(UsageError, match="no interrupted run"):
        BatchRun(classifier, tmp_path, options={}, resume=True)


def test_a_file_where_the_folder_should_be(classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        BatchRun(classifier, tmp_path / "out", options={})


def test_resume_needs_the_same_options(classifier: Classifier, tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 2), tmp_path / "out"
    run(classifier, source, out)
    with pytest.raises(UsageError, match="same model and options"):
        BatchRun(classifier, out, options={"published": "2024-01-01"}, resume=True)


@pytest.mark.parametrize("keep", [0, 1, 4, 7])
def test_resume_after_a_cut_gives_the_same_bytes(classifier: Classifier, tmp_path: Path, keep: int) -> None:
    source = make_reports(tmp_path / "in", 8)
    run(classifier, source, tmp_path / "whole")
    out = tmp_path / "cut"
    batch = BatchRun(classifier, out, options={}, formats=["csv", "parquet"])

    with pytest.raises(KeyboardInterrupt):
        batch.run(cut_after(source, keep))
    assert not (out / "manifest.json").exists()
    with (out / "incidents.jsonl").open("a") as file:  # as a kill in the middle of a write would leave it
        file.write('{"incident_id": "half')
    with (out / "reports.jsonl").open("a") as file:
        file.write('{"report": "r0')
    run(classifier, source, out, resume=True)
    for name in ("incidents.jsonl", "cases.jsonl", "rejected.jsonl", "reports.jsonl", "incidents.csv"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_killed_process_is_resumed(tmp_path: Path) -> None:
    source, out = make_reports(tmp_path / "in", 120), tmp_path / "out"
    command = [*PROGRAM, "classify", str(source), "-o", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    ledger = out / "reports.jsonl"
    for _ in range(600):
        if ledger.exists() and ledger.stat().st_size > 3000:
            break
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (out / "manifest.json").exists()
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    whole = tmp_path / "whole"
    subprocess.run([*command[:-1], str(whole)], capture_output=True, check=False)
    for name in ("incidents.jsonl", "cases.jsonl", "rejected.jsonl", "reports.jsonl"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()


def test_a_fault_in_one_report_does_not_stop_the_rest(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = make_reports(tmp_path / "in", 4), tmp_path / "out"
    real = Classifier.tag_report

    def faulty(self: Classifier, report: object) -> object:
        if report.name == "r002.txt":  # type: ignore[attr-defined]
            raise ZeroDivisionError("secret text of the report")
        return real(self, report)  # type: ignore[arg-type]

    monkeypatch.setattr(Classifier, "tag_report", faulty)
    run(classifier, source, out)
    rejected = {row["report"]: row for row in rows(out / "rejected.jsonl")}
    assert rejected["r002.txt"]["reason"] == "failed"
    assert "secret" not in json.dumps(rejected)
    assert len(rows(out / "reports.jsonl")) == 5


def test_another_language_is_said_and_not_scored(classifier: Classifier, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "uk.txt").write_text(
        "У понеділок вранці снаряд влучив у лікарню в центрі міста. Загинули дві медсестри, ще семеро людей поранені. "
        "Рятувальники розбирають завали, під якими можуть бути люди."
    )
    run(classifier, source, tmp_path / "out")
    row = rows(tmp_path / "out" / "rejected.jsonl")[0]
    assert (row["reason"], row["language"], row["unsupported_language"]) == ("unsupported_language", "uk", True)
    run(classifier, source, tmp_path / "out2", any_language=True)
    assert rows(tmp_path / "out2" / "reports.jsonl")[0]["status"] == "classified"


def test_same_name_and_content_twice_is_resumed_twice(classifier: Classifier, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text(ATTACK.format(n=1))
    sources = [str(tmp_path / "a"), str(tmp_path / "b")]
    out = tmp_path / "out"
    BatchRun(classifier, out, options={}).run(read_reports(sources))
    before = (out / "reports.jsonl").read_bytes()
    again = BatchRun(classifier, out, options={}, resume=True)
    again.run(read_reports(sources))
    assert (out / "reports.jsonl").read_bytes() == before
    assert again.counts["reports"] == 2


def test_the_same_text_twice_gives_two_ids_and_another_run_the_same_ones(
    classifier: Classifier, tmp_path: Path
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.txt", "b.txt"):
        (source / name).write_text(ATTACK.format(n=1))
    row = json.dumps({"id": "7", "text": ATTACK.format(n=1)}) + "\n"
    (source / "t.jsonl").write_text(row * 3)
    found = [run(classifier, source, tmp_path / name).incidents() for name in ("one", "two")]
    first, second = ([(i["report"], i["incident_id"]) for i in incidents] for incidents in found)
    assert first == second
    assert [name for name, _ in first] == ["a.txt", "b.txt", "t.jsonl#7", "t.jsonl#7~2", "t.jsonl#7~3"]
    assert len({identifier for _, identifier in first}) == 5


def test_the_manifest_says_which_tables_were_written(classifier: Classifier, tmp_path: Path) -> None:
    run(classifier, make_reports(tmp_path / "in", 1), tmp_path / "out", options={"any_language": False})
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["options"] == {"any_language": False, "formats": ["jsonl", "csv", "parquet"]}


def test_the_documented_reasons_are_those_of_the_code(root: Path) -> None:
    text = " ".join((root / "docs" / "output.md").read_text().split())
    listed = text.split("Reasons are stable:")[1].split(".")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(REJECTION_REASONS)


def test_rejection_reasons_are_a_closed_list() -> None:
    with pytest.raises(AssertionError):
        ReportError("because", "x", "y")
