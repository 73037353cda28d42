"""Group: tagged passages of one report -> incidents, each with place, date, casualties, author and evidence."""

from __future__ import annotations

from ihlclass.incidents.gazetteer import Gazetteer, Settlement, default_gazetteer
from ihlclass.incidents.grouping import Facets, group

__all__ = ["Facets", "Gazetteer", "Settlement", "default_gazetteer", "group"]
