"""What the database server says of itself to whoever signs in as the worker: snapshots, connections, sizes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import datetime

# Whose snapshot is old is nobody's business here; the clean-up's own workers hold nothing up.
_SNAPSHOTS = """
SELECT pid, backend_xmin::text FROM pg_stat_activity
 WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""
_SERVER = """
SELECT pg_database_size(current_database()),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       current_setting('max_connections')::int,
       coalesce((SELECT sum(n_dead_tup) FROM pg_stat_user_tables WHERE relname = 'pools_entry'), 0)::bigint
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Bytes of the database, its connections and how many there may be, and entries of pools that nobody has cleared away."""

    size: int
    connections: int
    most_connections: int
    dead_entries: int


@dataclass(slots=True)
class Snapshots:
    """
    How long snapshots have been open. The server tells a serving role which ones there are, and not since when: so each
    counts from the scrape that saw it first. One that is always open is known within one interval.
    """

    _seen: dict[tuple[int, str], datetime] = field(default_factory=dict)

    def oldest(self, *, now: datetime) -> float:
        """Seconds that the oldest has been seen for; 0 where none was there before."""
        with connection.cursor() as cursor:
            cursor.execute(_SNAPSHOTS)
            found = [(int(pid), str(xmin)) for pid, xmin in cursor.fetchall()]
        self._seen = {each: self._seen.get(each, now) for each in found}
        return max(((now - since).total_seconds() for since in self._seen.values()), default=0.0)


def server() -> Server:
    """Asked now."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        (row,) = cursor.fetchall()
    return Server(*(int(each) for each in row))
