"""Names of reports, and how far reading has come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ihlclass.errors import ReportError
from ihlclass.reports import read_reports, total_size
from ihlclass.reports.names import UniqueNames, shortest_names
from ihlclass.reports.walk import count_skipped

STORY = "On Monday a shell hit the hospital in Velin. Two nurses were killed.\n"


def names(*paths: Path | str) -> list[str]:
    return [item.where if isinstance(item, ReportError) else item.name for item in read_reports(paths)]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("A/x.txt", "B/x.txt", "B/sub/y.txt", "old/posts/x.txt", "new/posts/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(STORY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["B"], ["sub/y.txt", "x.txt"]),
        (["A", "B"], ["A/x.txt", "B/sub/y.txt", "B/x.txt"]),
        (["./A/", "B/sub/../sub"], ["A/x.txt", "sub/y.txt"]),
        (["old/posts", "new/posts", "A"], ["old/posts/x.txt", "new/posts/x.txt", "A/x.txt"]),
        (["A/x.txt", "B/sub/y.txt"], ["x.txt", "y.txt"]),
        (["A/x.txt", "B/x.txt"], ["A/x.txt", "B/x.txt"]),
        (["A", "A/x.txt", "B/x.txt"], ["A/x.txt", "A/x.txt~2", "B/x.txt"]),
        (["A", "./A", "A"], ["x.txt"]),
    ],
)
def test_names_tell_reports_apart(folders: Path, paths: list[str], expected: list[str]) -> None:
    assert names(*paths) == expected
    if len(paths) > 1:
        assert names(*(folders / path for path in paths)) == expected, "however the paths are spelled"


def test_rows_with_one_id_are_told_apart(tmp_path: Path) -> None:
    rows = [{"id": i, "text": STORY} for i in ("a", "b", "a", "a~2", "a")] + [
        {"text": STORY},
        {"id": "6", "text": STORY},
    ]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert names(tmp_path / "t.jsonl") == [f"t.jsonl#{i}" for i in ("a", "b", "a~2", "a~2~2", "a~3", "6", "6~2")]


def test_a_report_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(json.dumps({"id": "a", "text": STORY}) + "\n{\n")
    (tmp_path / "x.txt").write_text(STORY)
    assert [item.source for item in read_reports([tmp_path])] == ["t.jsonl", "t.jsonl", "x.txt"]


def test_shortest_names_are_quick_for_many_paths() -> None:
    paths = [f"/data/{n % 7}/{n}.txt" for n in range(100_000)] + ["/data/x/1.txt", "/"]
    found = shortest_names(paths)
    assert found[0] == "0.txt" and found[1] == "1/1.txt" and found[-2] == "x/1.txt"
    assert len(set(found)) == len(found)


def test_unique_names_are_unique() -> None:
    unique = UniqueNames()
    given = ["a", "a", "a~2", "a", "a~2~2", "b"]
    assert len({unique(name) for name in given}) == len(given)


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.csv").write_text("text\n" + f'"{STORY}"\n' * 2000)
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.4 broken")
    done: list[int] = []
    count = sum(1 for _ in read_reports([tmp_path], progress=done.append))
    assert count == 2003
    assert done == sorted(done) and len(set(done)) > 10
    assert done[-1] == sum(path.stat().st_size for path in tmp_path.iterdir())
    (tmp_path / "b.txt").unlink()
    assert total_size([tmp_path]) == done[-1]
    assert total_size([tmp_path, "-"]) is None


def test_hidden_files_are_counted(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in (".a.txt", "sub/.b.txt", "sub/Thumbs.db"):
        (tmp_path / name).write_text(STORY)
    assert names(tmp_path) == []
    assert count_skipped(tmp_path) == 3


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["*/x.txt"], ["A/x.txt", "B/x.txt"]),
        (["old/*"], ["posts/x.txt"]),
        (["B/**/*.txt"], ["sub/y.txt", "x.txt"]),
        (["B/**/*"], ["sub/y.txt", "x.txt"]),
        (["B/**"], ["sub/y.txt"]),
        (["B/**.txt"], ["x.txt"]),
        (["A/*.txt", "new"], ["A/x.txt", "new/posts/x.txt"]),
        (["old/posts/*.txt", "new/posts/*.txt"], ["old/posts/x.txt", "new/posts/x.txt"]),
        (["*/z.txt"], ["{}/*/z.txt"]),
    ],
)
def test_patterns(folders: Path, paths: list[str], expected: list[str]) -> None:
    expected = [name.format(folders) for name in expected]
    assert names(*paths) == expected
    assert names(*(str(folders / path) for path in paths)) == expected, "however they are spelled"


def test_patterns_pass_over_what_folders_do(folders: Path) -> None:
    for name in ("A/.git/z.txt", "A/node_modules/z.txt", "A/out/.run.json", "A/out/reports.jsonl", "A/.h.txt"):
        (folders / name).parent.mkdir(parents=True, exist_ok=True)
        (folders / name).write_text(STORY)
    assert names("A/**/*") == ["x.txt"]
    assert names("A/out/*.jsonl") == [f"{folders}/A/out/*.jsonl"]


def test_a_file_with_a_wildcard_in_its_name_is_a_file(folders: Path) -> None:
    (folders / "A" / "[draft].txt").write_text(STORY)
    assert names("A/[draft].txt") == ["[draft].txt"]
