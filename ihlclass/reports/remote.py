"""Find files behind an address, such as ``s3://bucket/folder`` or ``zip://*.txt::posts.zip``: what fsspec knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from ihlclass.errors import ReportError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
#: What tells an address that holds wildcards from one of a file or folder.
_WILD = re.compile(r"[*?\[]")


class RemoteFile(NamedTuple):
    """A file of a file system of fsspec's."""

    system: Any
    path: str

    def open(self, where: str) -> IO[bytes]:
        """Open the file to read and seek in.

        Raises
        ------
        ReportError
            If it cannot be; `where` names it there.
        """
        try:
            file: IO[bytes] = self.system.open(self.path, "rb")
        except Exception as error:  # each kind of file system raises its own
            raise unreadable(where, error) from error
        return file


class Found(NamedTuple):
    """A file below an address: its path below it, where it is, and its size in bytes, 0 where that is not known."""

    below: str
    file: RemoteFile
    size_bytes: int


def is_address(path: object) -> bool:
    """Whether a path is an address."""
    return isinstance(path, str) and _ADDRESS.match(path) is not None


def find(address: str) -> Iterator[Found]:
    """Yield the files that an address leads to, sorted: those of a folder and below, or that match its wildcards.

    Raises
    ------
    ReportError
        ``unreadable``, if fsspec or what it needs for such an address is not installed, nothing is there, or it cannot
        be listed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ReportError("unreadable", "needs: pip install 'ihlclass[remote]'", address) from error
    try:
        system, path = url_to_fs(address)
        wild = _WILD.search(path)
        listed = system.glob(path, detail=True) if wild else system.find(path, detail=True)
        if not listed and not wild and system.exists(path):
            listed = {path: system.info(path)}
    except Exception as error:
        raise unreadable(address, error) from error
    files = {name: facts for name, facts in listed.items() if facts.get("type") != "directory"}
    if not files:
        what = "no file matches the pattern" if wild else "no such file or folder, or it cannot be reached"
        raise ReportError("unreadable", f"{what}; check the address", address)
    top = path[: wild.start()].rpartition("/")[0] if wild else path
    for name in sorted(files):
        yield Found(_below(name, top), RemoteFile(system, name), int(files[name].get("size") or 0))


def unreadable(where: str, error: Exception) -> ReportError:
    """Say that something cannot be read, by what the file system says of its kind of fault."""
    hint = str(error) if isinstance(error, ImportError) else type(error).__name__
    return ReportError("unreadable", f"cannot be read ({hint}); check the address, the network and your rights", where)


def _below(name: str, top: str) -> str:
    """Path of a file below the folder that was asked for; its own name where it was asked for itself."""
    name, top = name.strip("/"), top.strip("/")
    return name.removeprefix(top).lstrip("/") or PurePosixPath(name).name
