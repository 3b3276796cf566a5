"""Campaigns, as they stand in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.outreach.messages import version_of
from tests.owner import insert, now

if TYPE_CHECKING:
    from tests.cast import Cast


def refused_campaign(cast: Cast, *, store_id: int = 0) -> int:
    """One of store East's first team that was turned down; its number."""
    campaign_id: int = insert(
        "outreach_campaign",
        city_id=cast.city_id,
        store_id=store_id or cast.east,
        team_id=None if store_id else cast.team,
        name="x",
        audience="library",
        filters="{}",
        variables="{}",
        version_id=version_of(),
        state="refused",
        asked_by=cast.people["chen"].staff_id,
        asked_role="team_manager",
        asked_at=now(),
        request_key=uuid4(),
        why="x",
        decided_by=cast.people["zheng"].staff_id,
        decided_at=now(),
        decided_why="x",
        walked_to=0,
        walked=0,
    )
    return campaign_id
