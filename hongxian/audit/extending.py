"""Months ahead for tables that only grow; the owner's function makes them, the worker asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.kernel.partitions import MONTHS_AHEAD
from hongxian.kernel.sql import Statement

TABLES = ("audit_trace", "outreach_call", "outreach_message", "outreach_placedcall", "pools_ledger")


@dataclass(frozen=True, slots=True)
class _Made:
    made: int


_extend = Statement("audit", "extend_partitions", _Made)


def extend_all() -> int:
    """Adds the months ahead that are missing; how many."""
    rows = [_extend.one(parent=table, ahead=MONTHS_AHEAD) for table in TABLES]
    return sum(row.made for row in rows if row)
