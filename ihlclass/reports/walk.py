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
#: Two stars that are no part of their own mean no more than one.
_GLUED = re.compile(r"[^/]\*\*|\*\*[^/]")
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
    several = len(given) > 1
    unique = UniqueNames() if several else str
    labels = shortest_names([_named_by(place, path) for place, path in given.items()])
    for (place, path), label in zip(given.items(), labels, strict=True):
        prefix = label if several else ""
        if isinstance(path, str):
            found = _behind(path, prefix)
        elif place == "-":
            found = iter([Source(STANDARD_INPUT, None)])
        elif is_pattern(path):
            found = _matching(Path(place), prefix)
        elif _is_own_output(path):
            message = "a folder of ihlclass results, not of reports; give the folder of the reports"
            found = iter([ReportError("unsupported_type", message, path.as_posix())])
        elif path.is_dir():
            found = _walk(path, label, prefix)
        elif not path.exists():
            found = iter([ReportError("unreadable", "no such file or folder; check the path", path.as_posix())])
        else:
            found = iter([Source(label, path, path.stat().st_size if path.is_file() else 0)])
        for item in found:
            yield item if isinstance(item, ReportError) else replace(item, name=unique(item.name))


def is_pattern(path: str | Path) -> bool:
    """Whether a path holds wildcards, and no file or folder has that very name."""
    path = Path(path)
    return _WILD.search(path.as_posix().removeprefix(path.anchor)) is not None and not path.exists()


def matches(pattern: Path) -> Iterator[Path]:
    """Yield what a pattern matches, sorted; nothing that lies below a folder that it matches too."""
    top = _fixed(pattern)
    rest = pattern.relative_to(top).as_posix()
    folder: Path | None = None
    if _GLUED.search(rest):
        rest = re.sub(r"\*\*+", "*", rest)
    for path in sorted(top.glob(rest)):
        if folder is None or not path.is_relative_to(folder):
            below = path.relative_to(top).parts
            if not any(map(_is_junk, below)) and path != top:
                folder = path if path.is_dir() else folder
                yield path


def _named_by(place: str, path: str | Path) -> str:
    """The path whose last parts name what was found: for a pattern that of its part without wildcards."""
    if isinstance(path, str):
        return remote.place(path)
    return str(_fixed(Path(place))) if place != "-" and is_pattern(path) else place


def _fixed(pattern: Path) -> Path:
    parts = pattern.parts
    wild = next(number for number, part in enumerate(parts) if number and _WILD.search(part))
    return Path(*parts[:wild])


def _matching(pattern: Path, prefix: str) -> Iterator[Source | ReportError]:
    """Yield the files that match, and those of folders that do."""
    top, found = _fixed(pattern), False
    for path in matches(pattern):
        if not _is_own_output(path.parent):
            found = True
            below = path.relative_to(top).as_posix()
            yield from _walk(path, below, f"{prefix}/{below}".lstrip("/"))
    if not found:
        yield ReportError("unreadable", "no file matches the pattern; check it", pattern.as_posix())


def _behind(address: str, prefix: str) -> Iterator[Source | ReportError]:
    """Yield the files behind an address but for hidden ones, junk, and folders of our own results."""
    try:
        found = list(remote.find(address))
    except ReportError as error:
        yield error
        return
    if found[0].itself:
        yield Source(prefix or found[0].below, None, found[0].size_bytes, found[0].file)
        return
    ours: dict[str, bool] = {}
    any_left = False
    for one in found:
        *folders, name = one.below.split("/")
        if any(map(_is_junk, (*folders, name))) or name.startswith(("?", "#")):
            continue
        parent = one.file.path.rpartition("/")[0]
        if parent not in ours:
            ours[parent] = any(parent.startswith(f"{top}/") for top, own in ours.items() if own) or all(
                one.file.system.exists(f"{parent}/{file}".lstrip("/")) for file in (STATE, LEDGER)
            )
        if not ours[parent]:
            any_left = True
            yield Source(f"{prefix}/{one.below}".lstrip("/"), None, one.size_bytes, one.file)
    if not any_left:
        message = "holds hidden files, or results of ihlclass, and no report; check the address"
        yield ReportError("unreadable", message, remote.shown(address))


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
