"""Find the files: paths as given -> sources in a fixed order."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ihlclass.errors import ReportError
from ihlclass.reports import remote
from ihlclass.reports.names import UniqueNames, place_of, shortest_names

#: Name of the report (or table) that comes on standard input.
STANDARD_INPUT = "stdin"

#: What a folder of our own results holds from its first moment on; `ihlclass.batch` writes them.
STATE, LEDGER = ".run.json", "reports.jsonl"

#: Of a file that was listed and is not there any more.
GONE = "the file disappeared before it could be read; put it back and run again"

_WILD = re.compile(r"[*?\[]")
JUNK_NAMES = {"thumbs.db", "desktop.ini", "__macosx", "__pycache__", "node_modules"}
JUNK_ENDINGS = ("~", ".swp", ".tmp", ".part", ".crdownload")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    Attributes
    ----------
    name
        Where one path is given: path relative to that folder, with ``/``, or the file's own name. Where several are
        given it begins with the last part of the one that it was found in, with more parts if two of those are alike.
    path
        Where it lies; None for standard input, and behind an address.
    size_bytes
        Size of the file; 0 for standard input and pipes.
    remote
        The file, where it lies behind an address.
    """

    name: str
    path: Path | None
    size_bytes: int = 0
    remote: remote.RemoteFile | None = None


def find_sources(paths: Iterable[str | Path]) -> Iterator[Source | ReportError]:
    """Yield the files below `paths`, each argument in order, folders sorted by name.

    Parameters
    ----------
    paths
        Files, folders, patterns such as ``2024/*.txt``, addresses that fsspec knows, ``-``. Folders are searched
        recursively; links are followed, but no folder is entered twice.
        Hidden files and common junk (``~$x.docx``, ``Thumbs.db``...) are skipped, unless given by name. Folders of our
        own results are never read, so that a run whose output lies inside its input comes to an end. A path given
        twice is read once.

    Yields
    ------
    Source or ReportError
        ``unreadable`` for what is not there or may not be listed.
    """
    given: dict[str, str | Path] = {}
    for argument in paths:
        given.setdefault(place_of(argument), argument if remote.is_address(argument) else Path(argument))
    unique = UniqueNames() if len(given) > 1 else str
    for (place, path), label in zip(given.items(), shortest_names([*given]), strict=True):
        if isinstance(path, str):
            for item in _behind(path, f"{label}/" if len(given) > 1 else ""):
                yield item if isinstance(item, ReportError) else replace(item, name=unique(item.name))
        elif place == "-":
            yield Source(unique(STANDARD_INPUT), None)
        elif is_pattern(path):
            for item in _matching(path, len(given) > 1):
                yield item if isinstance(item, ReportError) else replace(item, name=unique(item.name))
        elif _is_own_output(path):
            message = "a folder of ihlclass results, not of reports; give the folder of the reports"
            yield ReportError("unsupported_type", message, path.as_posix())
        elif path.is_dir():
            for item in _walk(path, label, label if len(given) > 1 else ""):
                yield item if isinstance(item, ReportError) else replace(item, name=unique(item.name))
        elif not path.exists():
            yield ReportError("unreadable", "no such file or folder; check the path", path.as_posix())
        else:
            yield Source(unique(label), path, path.stat().st_size if path.is_file() else 0)


def is_pattern(path: str | Path) -> bool:
    """Whether a path holds wildcards, and no file or folder has that very name."""
    return _WILD.search(str(path)) is not None and not Path(path).exists()


def _matching(pattern: Path, several: bool) -> Iterator[Source | ReportError]:
    """Yield the files that match, sorted, and those of folders that do."""
    fixed = 0
    while not _WILD.search(pattern.parts[fixed]):
        fixed += 1
    top = Path(*pattern.parts[:fixed])
    found = False
    for path in sorted(top.glob("/".join(pattern.parts[fixed:]))):
        if not _is_junk(path.name) and not _is_own_output(path.parent):
            found = True
            below = path.relative_to(top).as_posix()
            yield from _walk(path, below, f"{top.name}/{below}".lstrip("/") if several else below)
    if not found:
        yield ReportError("unreadable", "no file matches the pattern; check it", pattern.as_posix())


def _behind(address: str, prefix: str) -> Iterator[Source | ReportError]:
    """Yield the files behind an address but for hidden ones, junk, and folders of our own results."""
    try:
        found = [one for one in remote.find(address) if not any(map(_is_junk, one.below.split("/")[:-1]))]
    except ReportError as error:
        yield error
        return
    names = {one.below for one in found}
    own = {name.removesuffix(STATE) for name in names if name.rpartition("/")[2] == STATE}
    own = {folder for folder in own if folder + LEDGER in names}
    for one in found:
        if not _is_junk(one.below.rpartition("/")[2]) and not any(one.below.startswith(folder) for folder in own):
            yield Source(prefix + one.below, None, one.size_bytes, one.file)


def count_skipped(folder: Path) -> int:
    """Count the hidden and junk files and folders that `find_sources` passes over in a folder."""
    return sum(_is_junk(name) for _, folders, files in os.walk(folder) for name in (*folders, *files))


def _walk(top: Path, top_name: str, prefix: str) -> Iterator[Source | ReportError]:
    entered: set[tuple[int, int]] = set()
    waiting: list[tuple[Path, str]] = [(top, prefix)]
    while waiting:
        path, name = waiting.pop()
        try:
            if path.is_dir():
                status = path.stat()
                key = (status.st_dev, status.st_ino)
                if key not in entered and not _is_own_output(path):
                    entered.add(key)
                    children = sorted(
                        (child.name for child in path.iterdir() if not _is_junk(child.name)), reverse=True
                    )
                    waiting += [(path / child, f"{name}/{child}".lstrip("/")) for child in children]
            elif path.is_file():
                yield Source(name, path, path.stat().st_size)
            elif path.is_symlink() and not path.exists():
                yield ReportError("unreadable", "a link that leads nowhere; mend or remove it", name)
            elif not path.exists():
                yield ReportError("unreadable", GONE, name)
            else:
                yield ReportError("unsupported_type", "not a regular file (a pipe, socket or device)", name)
        except OSError as error:
            message = f"cannot be listed ({error.strerror or type(error).__name__}); check the permissions"
            yield ReportError("unreadable", message, name or top_name)


def _is_own_output(path: Path) -> bool:
    return all((path / name).is_file() for name in (STATE, LEDGER))


def _is_junk(name: str) -> bool:
    low = name.lower()
    return low.startswith((".", "~$")) or low in JUNK_NAMES or low.endswith(JUNK_ENDINGS)
