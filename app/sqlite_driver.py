"""The SQLite module in use."""

import sqlite3
from types import ModuleType

try:  # It brings an SQLite in which resetting the write-ahead log cannot lose a commit.
    import pysqlite3.dbapi2 as pysqlite
except ImportError:  # pragma: no cover - depends on the machine: no wheel exists for it
    pysqlite = sqlite3

DRIVER: ModuleType = pysqlite
"""The driver of Python's own SQLite, or a newer one where there is a wheel."""
