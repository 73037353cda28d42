"""Reports behind an address: an archive, a web server, a file system in memory."""

from __future__ import annotations

import functools
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from helpers_cli import ihlclass

from ihlclass.errors import ReportError
from ihlclass.reports import read_reports, total_size

STORY = "On Monday a shell hit the hospital in Velin. Two nurses were killed.\n"


def read(*paths: str) -> dict[str, str]:
    """What came of each report, by name."""
    return {
        item.where if isinstance(item, ReportError) else item.name: item.reason
        if isinstance(item, ReportError)
        else item.text
        for item in read_reports(paths)
    }


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "posts.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("a.txt", "2024/b.txt", "2024/.hidden.txt", "out/.run.json", "out/reports.jsonl", "__MACOSX/a.txt"):
            file.writestr(name, STORY)
        file.writestr("2024/t.csv", f'id,text\n7,"{STORY.strip()}"\n')
    (tmp_path / "x.txt").write_text(STORY)
    return path


def test_a_folder_in_an_archive(archive: Path) -> None:
    found = read(f"zip://::file://{archive}")
    assert [*found] == ["2024/b.txt", "2024/t.csv#7", "a.txt"], "neither hidden files nor our own results"
    assert set(map(str.strip, found.values())) == {STORY.strip()}
    assert [*read(f"zip://2024/*.txt::file://{archive}")] == ["b.txt"]
    assert total_size([f"zip://a.txt::file://{archive}"]) == len(STORY)
    assert [*read(f"zip://2*::file://{archive}")] == ["2024/b.txt", "2024/t.csv#7"], "a folder that matches"
    assert [
        *read(f"zip://::file://{archive}", f"zip://2024/*.txt::file://{archive}", f"file://{archive.parent}/x.txt")
    ] == [
        "posts.zip/2024/b.txt",
        "posts.zip/2024/t.csv#7",
        "posts.zip/a.txt",
        "2024/b.txt",
        "x.txt",
    ]
    own = f"zip://out::file://{archive}"
    assert read(own) == {own: "unreadable"}


def test_an_archive_of_here(archive: Path) -> None:
    with tarfile.open(archive.with_suffix(".tar"), "w") as file:
        file.add(archive.parent / "x.txt", "./x.txt")
    assert [*read(f"tar://::file://{archive.with_suffix('.tar')}")] == ["x.txt"]


def test_the_same_files_give_the_same_results_wherever_they_lie(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        file.extractall(tmp_path / "posts", members=["a.txt", "2024/b.txt", "2024/t.csv"])
    for path, out in ((f"zip://::file://{archive}", "far"), (tmp_path / "posts", "near")):
        done = ihlclass("classify", path, "-o", tmp_path / out)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "far/incidents.jsonl").read_bytes() == (tmp_path / "near/incidents.jsonl").read_bytes()
    again = ihlclass("classify", f"zip://::file://{archive}", "-o", tmp_path / "far", "--resume")
    assert again.returncode == 0 and "3 reports" in again.stderr


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.txt").write_text(STORY)
    (tmp_path / "web" / "t.csv").write_text(f'id,text\n7,"{STORY.strip()}"\n')
    page = f"<html><body><article><p>{STORY * 3}</p><a href='a.txt'>more</a></article></body></html>"
    (tmp_path / "web" / "page.html").write_text(page)
    one = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path / "web"))
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{one.server_port}"
    one.shutdown()
    one.server_close()


def test_a_file_on_a_web_server(server: str) -> None:
    assert read(f"{server}/a.txt?sig=SECRET") == {"a.txt": STORY}
    assert [*read(f"{server}/page.html")] == ["page.html"], "not the pages that it links to"
    assert [*read(f"{server}/t.csv?sig=SECRET")] == ["t.csv#7"]
    assert read(f"{server}/b.txt") == {f"{server}/b.txt": "unreadable"}


def test_no_secret_is_written(server: str, tmp_path: Path) -> None:
    address = f"{server.replace('//', '//me:HIDDEN@')}/a.txt?sig=SECRET"
    gone = address.replace("a.txt", "gone.txt")
    done = ihlclass("classify", address, gone, "-o", tmp_path / "out")
    assert done.returncode == 3
    written = [done.stdout, done.stderr, *(path.read_text() for path in (tmp_path / "out").iterdir() if path.is_file())]
    assert not [text for text in written if "SECRET" in text or "HIDDEN" in text]
    renewed = ihlclass("classify", address.replace("SECRET", "OTHER"), gone, "-o", tmp_path / "out", "--resume")
    assert renewed.returncode == 3 and "2 reports" in renewed.stderr


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("zip://*.pdf::file://{archive}", "no file matches the pattern"),
        ("zip://none.txt::file://{archive}", "no such file or folder"),
        ("zip://::file:///nowhere.zip", "cannot be read (FileNotFoundError)"),
        ("nosuch://bucket/a.txt", "cannot be read (ValueError)"),
        ("http://127.0.0.1:9/a.txt", "cannot be reached"),
    ],
)
def test_what_is_not_there_is_said_and_the_rest_goes_on(archive: Path, tmp_path: Path, address: str, what: str) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    done = ihlclass("classify", address.format(archive=archive), tmp_path / "a.txt", "-o", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_text().splitlines()]
    assert [row["reason"] for row in rows] == ["unreadable"] and what in rows[0]["message"]
