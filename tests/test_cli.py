from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers_cli import PROGRAM, ihlclass

from ihlclass.bundle import MANIFEST_FILE, default_bundle, manifest_digest
from ihlclass.classifier import Classifier


def test_tag_reads_standard_input_and_keeps_order(classifier: Classifier) -> None:
    lines = [
        {"id": i, "text": t} for i, t in enumerate(["The clinic in Velin was shelled.", "It rained.", "Two men died."])
    ]
    done = ihlclass("tag", "-", stdin="\n".join(map(json.dumps, lines)))
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == [0, 1, 2]
    for row in rows:
        assert list(row) == ["id", "labels", "probabilities", "review", "language"]
        assert tuple(row["probabilities"]) == classifier.scheme.ids
    assert "medical_facility" in rows[0]["labels"]


def test_tag_goes_on_after_bad_lines(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(
        b'{"id": 1, "text": "Shells hit a school."}\n{broken\n\n{"id": 2}\n[]\n{"id": 3, "text": "\xff ok"}\n'
    )
    done = ihlclass("tag", source, "-o", tmp_path / "out.jsonl")
    assert done.returncode == 3
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [1, None, 2, None, 3]
    assert rows[1]["error"].endswith("in.jsonl:2: not valid JSON")
    assert rows[2]["error"].endswith(":4: needs a string 'text' that is not empty")
    assert "labels" in rows[0] and "labels" in rows[4]


def test_tag_answers_each_line_while_the_pipe_stays_open() -> None:
    with subprocess.Popen([*PROGRAM, "tag", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        for n in range(3):
            process.stdin.write(json.dumps({"id": n, "text": "A market was bombed."}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == n
        process.stdin.close()
        assert process.wait() == 0


def test_tag_does_not_load_torch_or_scikit_learn() -> None:
    code = (
        "import sys, io; sys.argv = ['ihlclass', 'tag', '-']\n"
        "from ihlclass.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print({m for m in ('torch', 'mlflow', 'sklearn', 'pandas') if m in sys.modules}, file=sys.stderr)"
    )
    line = json.dumps({"id": 1, "text": "A shell fell."})
    done = subprocess.run([sys.executable, "-c", code], input=line, capture_output=True, text=True)
    assert json.loads(done.stdout)["id"] == 1
    assert done.stderr.strip() == "set()"


def test_classify_the_sample_reports(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = ihlclass("classify", root / "seeds" / "reports", "-o", out, "--format", "jsonl,csv,parquet", "--table")
    assert done.returncode == 0, done.stderr
    incidents = [json.loads(line) for line in (out / "incidents.jsonl").read_text().splitlines()]
    assert "Incidents (machine suggestions, unverified)" in done.stdout
    assert {"01-wire-sudan.txt", "03-news-ukraine.html", "05-inquiry-yemen.docx", "06-bulletin-bosnia.pdf"} <= {
        i["report"] for i in incidents
    }
    assert not [i for i in incidents if i["report"] == "08-no-incident.txt"]
    with (out / "incidents.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(incidents)
    import pyarrow.parquet as pq

    assert pq.read_table(out / "incidents.parquet").num_rows == len(incidents)


def test_classify_standard_input(tmp_path: Path) -> None:
    done = ihlclass("classify", "-", "-o", tmp_path / "out", stdin="Gunmen shot dead a nurse in Velin on Monday.")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "reports.jsonl").read_text())["media_type"] == "text/plain"


def test_classify_a_folder_with_bad_files(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "good.txt").write_text("Shells hit the hospital in Velin on Monday. Two people were killed.")
    (source / "empty.txt").write_bytes(b"")
    (source / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (source / "page.html").write_text("<html><body><script>x()</script></body></html>")
    (source / "posts.jsonl").write_text('{"text": "A school was burnt down in Orlovo."}\n{"text": \n{"id": 3}\n')
    done = ihlclass("classify", source, "-o", tmp_path / "out")
    assert done.returncode == 3
    reasons = {json.loads(line)["reason"] for line in (tmp_path / "out" / "rejected.jsonl").read_text().splitlines()}
    assert {"empty", "binary", "no_main_text", "bad_json", "bad_record"} <= reasons
    said = done.stderr.strip().splitlines()
    assert len(said) == 1 + len((tmp_path / "out" / "rejected.jsonl").read_text().splitlines())
    assert "rejected: posts.jsonl:2: the line is not valid JSON; mend or remove it" in said
    for line in (tmp_path / "out" / "rejected.jsonl").read_text().splitlines():
        assert "\n" not in json.loads(line)["message"]


def test_an_output_folder_inside_the_input_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Shells hit the hospital in Velin on Monday. Two people were killed.")
    for name in ("out", "again"):
        done = ihlclass("classify", tmp_path, "-o", tmp_path / name, timeout=120)
        assert done.returncode == 0, done.stderr
        assert len((tmp_path / name / "reports.jsonl").read_text().splitlines()) == 1
    assert ihlclass("classify", tmp_path / "out", "-o", tmp_path / "third", timeout=120).returncode == 3


def test_one_missing_path_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Shells hit the hospital in Velin on Monday. Two people were killed.")
    done = ihlclass("classify", tmp_path / "a.txt", tmp_path / "no.txt", "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "1 classified" in done.stderr and "no.txt: no such file or folder" in done.stderr


def test_tag_goes_on_after_half_a_character_and_a_byte_order_mark(tmp_path: Path) -> None:
    good = '{"id": "%d", "text": "Shells hit the clinic."}\n'
    done = ihlclass("tag", "-", stdin="\ufeff" + good % 1 + '{"id": "2", "text": "x \\ud800 clinic"}\n' + good % 3)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 3
    assert [row["id"] for row in rows] == ["1", None, "3"]
    assert "lone surrogate" in rows[1]["error"] and rows[0]["labels"] == rows[2]["labels"]


def test_tag_does_not_empty_its_own_input(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": "1", "text": "Shells hit the clinic."}\n')
    before = path.read_text()
    assert ihlclass("tag", path, "-o", path).returncode == 2
    assert path.read_text() == before


def test_nothing_is_written_into_the_home_folder_by_tagging(tmp_path: Path) -> None:
    done = ihlclass("tag", "-", stdin='{"id": "1", "text": "Shells hit the clinic."}\n', env={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["classify", "nowhere", "-o", "out"], "no such file or folder"),
        (["classify", ".", "-o", "out", "--format", "xml"], "unknown output format xml"),
        (["classify", ".", "-o", "out", "--published", "soon"], "must be a date"),
        (["tag", "nowhere.jsonl"], "cannot be read"),
        (["train", "nowhere.toml"], "cannot be read"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = ihlclass(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A shell hit a school.")
    done = ihlclass("classify", tmp_path / "a.txt", "-o", tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr


def test_a_damaged_bundle_is_exit_code_5(tmp_path: Path) -> None:
    bundle = Path(shutil.copytree(default_bundle(), tmp_path / "bundle"))
    (bundle / "heads.npz").write_bytes(b"x")
    for command in (["tag", "-", "-b", bundle], ["model", "verify", bundle]):
        done = ihlclass(*command, stdin='{"id": 1, "text": "x"}')
        assert done.returncode == 5
        assert "heads.npz: altered: sha256" in done.stderr
        assert done.stdout == ""


def test_model_info_and_verify() -> None:
    info = ihlclass("model", "info")
    assert info.returncode == 0 and "label scheme" in info.stdout
    assert json.loads(ihlclass("model", "info", "--json").stdout)["protocol"] == 6
    verified = ihlclass("model", "verify")
    assert verified.returncode == 0, verified.stderr
    assert "verified" in verified.stdout


def test_model_info_on_an_altered_bundle_warns(tmp_path: Path) -> None:
    bundle = Path(shutil.copytree(default_bundle(), tmp_path / "bundle"))
    (bundle / "heads.npz").write_bytes(b"x")
    for options in ([], ["--json"]):
        done = ihlclass("model", "info", bundle, *options)
        assert done.returncode == 5
        assert "heads.npz: altered: sha256" in done.stderr and len(done.stderr.splitlines()) == 1
        assert "micro_f1" in done.stdout


def test_model_info_prints_what_is_there(tmp_path: Path) -> None:
    bundle = Path(shutil.copytree(default_bundle(), tmp_path / "bundle"))
    manifest = json.loads((bundle / MANIFEST_FILE).read_text())
    for name in ("metrics", "data", "training", "ihlclass"):
        del manifest[name]
    manifest["digest"] = manifest_digest(manifest)
    (bundle / MANIFEST_FILE).write_text(json.dumps(manifest))
    done = ihlclass("model", "info", bundle)
    assert done.returncode == 0, done.stderr
    assert manifest["digest"] in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines() if line.endswith("  not known")] == [
        "made", "base", "training", "git", "figures",
    ]  # fmt: skip


def test_two_folders_that_hold_files_of_one_name(tmp_path: Path) -> None:
    for name in ("A", "B"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("Shells hit the hospital in Velin on Monday. Two people were killed.")
    done = ihlclass("classify", "A", "B", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    incidents = [json.loads(line) for line in (tmp_path / "out" / "incidents.jsonl").read_text().splitlines()]
    assert [incident["report"] for incident in incidents] == ["A/x.txt", "B/x.txt"]
    assert len({incident["incident_id"] for incident in incidents}) == 2


def test_a_folder_without_reports_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = ihlclass("classify", "in", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0
    assert "ihlclass: in: no report was found there\n" in done.stderr
    (tmp_path / "in" / ".hidden.txt").write_text("Shells hit the hospital.")
    (tmp_path / "x.txt").write_text("Shells hit the hospital.")
    done = ihlclass("classify", "in", "x.txt", "-o", "out2", cwd=tmp_path)
    assert done.returncode == 0
    assert "in: no report was found there (1 hidden or junk files and folders in it are passed over)" in done.stderr


def test_evaluate_writes_what_it_says(tmp_path: Path) -> None:
    gold = [
        {"id": "1", "text": "Shells hit the hospital in Velin.",
         "labels": ["medical_facility", "artillery_or_rocket_fire", "incident"]},
        {"id": "2", "text": "The parliament met on Tuesday.", "labels": []},
    ]  # fmt: skip
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, gold)))
    done = ihlclass("evaluate", "default", tmp_path / "gold.jsonl", "-o", tmp_path / "figures")
    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "figures" / "metrics.json").read_text())
    assert metrics["passages"] == 2 and metrics["labels"]["medical_facility"]["support"] == 1
    assert (tmp_path / "figures" / "reliability.png").stat().st_size > 1000


def test_evaluate_names_a_bad_line(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": 1, "text": "x", "labels": ["hospital"]}\n')
    done = ihlclass("evaluate", "default", tmp_path / "gold.jsonl")
    assert done.returncode == 4
    assert "gold.jsonl:1" in done.stderr


@pytest.mark.parametrize("command", [[], ["tag"], ["classify"], ["train"], ["evaluate"], ["labels"], ["model"], ["model", "info"],
                                     ["model", "verify"], ["labels", "list"], ["labels", "show"], ["labels", "check"]])  # fmt: skip
def test_every_command_has_help(command: list[str]) -> None:
    done = ihlclass(*command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_documented_commands_exist(root: Path) -> None:
    readme = (root / "README.md").read_text()
    for command in ("classify", "tag", "train", "evaluate", "labels list", "labels show", "labels check", "model info",
                    "model verify"):  # fmt: skip
        assert f"ihlclass {command}" in readme
