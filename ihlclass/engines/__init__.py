"""Classify many reports side by side: in processes of this machine, or on the workers of a Dask cluster.

Reports go out in shards and come back in the order in which they were read, so that the results, and a run that goes
on, are those of a single process. A worker may die: its shards are given out again. A report on which workers die is
found out by itself and rejected.
"""

from __future__ import annotations

from ihlclass.engines.cluster import dask_engine
from ihlclass.engines.engine import Engine
from ihlclass.engines.local import local_engine
from ihlclass.engines.work import Model

__all__ = ["Engine", "Model", "dask_engine", "local_engine"]
