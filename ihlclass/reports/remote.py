"""Find files behind an address, such as ``s3://bucket/folder`` or ``zip://*.txt::posts.zip``: what fsspec knows.

An address may hold a password or a signature. Nothing but fsspec sees those: `shown` is what stands in names, errors
and manifests.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from ihlclass.errors import ReportError

#: Two letters or more, so that ``C://`` is a drive; several where one lies inside the other.
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]+::)*[A-Za-z][A-Za-z0-9+.-]+://")
_WEB = re.compile(r"https?://")
#: What tells an address with wildcards; on the web ``?`` begins a query, and ``[`` stands in a host.
_WILD, _WILD_ON_THE_WEB = re.compile(r"[*?\[]"), re.compile(r"\*")
#: Libraries whose errors are those of a network, or of who may read what.
_NETWORK = frozenset(
    {"aiohttp", "adlfs", "azure", "botocore", "fsspec", "gcsfs", "google", "paramiko", "requests", "s3fs"}
)


class RemoteFile(NamedTuple):
    """A file of a file system of fsspec's."""

    system: Any
    path: str

    @property
    def streams(self) -> bool:
        """Whether it can only be read from start to end: web servers need not know of ranges."""
        return _WEB.match(self.path) is not None

    def open(self, where: str) -> IO[bytes]:
        """Open the file to read.

        Raises
        ------
        ReportError
            If it cannot be; `where` names it there.
        """
        try:
            file: IO[bytes] = self.system.open(self.path, "rb", **({"block_size": 0} if self.streams else {}))
        except Exception as error:  # each kind of file system raises its own
            raise unreadable(where, error) from error
        return file


class Found(NamedTuple):
    """A file behind an address: its path below it, where it is, and its size in bytes, 0 where that is not known."""

    below: str
    file: RemoteFile
    size_bytes: int
    itself: bool


def is_address(path: object) -> bool:
    """Whether a path is an address."""
    return isinstance(path, str) and _ADDRESS.match(path) is not None


def shown(address: str) -> str:
    """Return an address without user, password, query and fragment."""
    links = []
    for link in address.split("::"):
        bare = re.sub(r"//[^/@]*@", "//", link)
        secret = re.search(r"[?#]" if _WEB.match(bare) else r"\?(?=[^/]*=)", bare)
        links.append(bare[: secret.start()] if secret else bare)
    return "::".join(links)


def place(address: str) -> str:
    """Return the path that names what lies behind an address: that of its fixed part, or of the archive it is in."""
    for link in shown(address).split("::"):
        path = link.partition("://")[2]
        if wild := (_WILD_ON_THE_WEB if _WEB.match(link) else _WILD).search(path):
            path = path[: wild.start()].rpartition("/")[0]
        if path.strip("/"):
            return path.strip("/")
    return shown(address)


def find(address: str) -> Iterator[Found]:
    """Yield the files that an address leads to, sorted: itself, those of a folder and below, or that match wildcards.

    Raises
    ------
    ReportError
        ``unreadable``, if fsspec or what it needs for such an address is not installed, nothing is there, or it cannot
        be listed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ReportError("unreadable", "needs: pip install 'ihlclass[remote]'", shown(address)) from error
    wild, files, itself = None, dict[str, Any](), False
    try:
        system, path = url_to_fs(address, skip_instance_cache=True)  # what was listed before may be out of date
        if not path.endswith("/") and system.isfile(path):
            files, itself = {path: system.info(path)}, True
        elif wild := (_WILD_ON_THE_WEB if _WEB.match(path) else _WILD).search(path):
            for name, facts in system.glob(path, detail=True).items():
                files |= system.find(name, detail=True) if facts.get("type") == "directory" else {name: facts}
        else:
            files = system.find(path, detail=True)
    except Exception as error:
        raise unreadable(shown(address), error) from error
    files = {name: facts for name, facts in files.items() if facts.get("type") != "directory"}
    if not files:
        what = "no file matches the pattern" if wild else "no such file or folder, or it cannot be reached"
        raise ReportError("unreadable", f"{what}; check the address", shown(address))
    top = posixpath.dirname(path) if itself else path[: wild.start()].rpartition("/")[0] if wild else path
    for name in sorted(files):
        below = shown(name) if _WEB.match(name) else name
        below = posixpath.relpath(below.strip("/") or ".", (shown(top) if _WEB.match(top) else top).strip("/") or ".")
        yield Found(below, RemoteFile(system, name), int(files[name].get("size") or 0), itself)


def unreadable(where: str, error: Exception) -> ReportError:
    """Say that something cannot be read, by what kind of fault the file system has raised."""
    hint = str(error) if isinstance(error, ImportError) else type(error).__name__
    return ReportError("unreadable", f"cannot be read ({hint}); check the address, the network and your rights", where)


def is_of_the_network(error: Exception) -> bool:
    """Whether an error that came while a file was being read is one of the way to it."""
    return type(error).__module__.partition(".")[0] in _NETWORK
