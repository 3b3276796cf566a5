"""Requests for files, as they stand in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.owner import insert, now

if TYPE_CHECKING:
    from tests.cast import Cast


def refused_export(cast: Cast) -> int:
    """One of store East that was turned down; its number."""
    export_id: int = insert(
        "outreach_export",
        city_id=cast.city_id,
        store_id=cast.east,
        requested_by=cast.people["zheng"].staff_id,
        requested_at=now(),
        why="x",
        purpose="pool.card",
        place="",
        cap=10,
        state="refused",
        refused_by=cast.people["privacy_officer"].staff_id,
        refused_why="x",
    )
    return export_id
