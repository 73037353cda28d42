"""Incidents and cases as GeoJSON (RFC 7946), for QGIS and other maps: one point each, streaming."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ihlclass.writers.tables import Layout


def write_geojson(layout: Layout, records: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write records as a feature collection, one feature a line, longitude before latitude (WGS 84).

    A record whose place the gazetteer does not know is a feature without geometry (``null``): it stands in the
    attribute table of a map and not on the map, so that nothing is lost. The attributes are the columns of the table.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for number, record in enumerate(records):
            file.write((",\n" if number else "\n") + json.dumps(_feature(layout, record), ensure_ascii=False))
        file.write("\n]}\n")


def _feature(layout: Layout, record: Mapping[str, Any]) -> dict[str, Any]:
    row = layout.row(record)
    identifier = row[layout.columns[0]]
    where = (row["longitude"], row["latitude"])
    return {
        "type": "Feature",
        "id": identifier,
        "geometry": None if None in where else {"type": "Point", "coordinates": list(where)},
        "properties": {key: row[key] for key in layout.columns if key not in ("longitude", "latitude")},
    }
