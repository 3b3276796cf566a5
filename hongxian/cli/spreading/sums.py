"""What a table holds, in two numbers that don't depend on the order of rows: how many, and the sum of their hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

_SUM = "SELECT count(*), coalesce(sum(hashtextextended(each::text, 0)::numeric), 0) FROM {} AS each"
# Values are written the same on every node; SET LOCAL reaches the workers.
_SAME_WORDS = (
    "SET LOCAL citus.propagate_set_commands = 'local'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)


@dataclass(frozen=True, slots=True)
class Sum:
    """Rows, and the sum of their hashes."""

    rows: int
    hashes: int

    def __str__(self) -> str:
        return f"{self.rows:>10}  {self.hashes % (1 << 64):016x}"


def of(owner: Connection[tuple[object, ...]], tables: Iterable[str]) -> dict[str, Sum]:
    """Counts every table. Inside the caller's transaction, whose settings it changes."""
    for statement in _SAME_WORDS:
        owner.execute(statement)
    found = {}
    for table in tables:
        row = owner.execute(sql.SQL(_SUM).format(sql.Identifier(table))).fetchone()
        assert row is not None  # noqa: S101 - an aggregate without GROUP BY has one row
        found[table] = Sum(int(str(row[0])), int(str(row[1])))
    return found
