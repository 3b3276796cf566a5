"""Who looked at the demo's members in the last 90 days: the traces that its claims, looks and calls would have left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.cli.sample import times
from hongxian.cli.sample.rows import episodes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hongxian.cli.sample.places import Placed
    from hongxian.cli.sample.rows import Row
    from hongxian.cli.sample.staff import Consultant

VIEWED = ["alias", "district", "best_time", "note", "contact_history"]
BEFORE_A_CALL = timedelta(seconds=45)


def traces(placed: list[Placed], permit_ids: list[int]) -> Iterator[Row]:
    """audit_trace, in the order of time: a claim, and for every call a look and the number that was shown."""
    found: list[Row] = []
    number = 0
    for each, episode in episodes(placed):
        begun, member_id = times.at(episode.begun), each.member.member_id
        if episode.how == "claimed":
            found.append(_row(episode.holder, begun, member_id, action="pools.claim", purpose="pool.card", ground="pool"))
        for call in episode.calls:
            rang = times.at(call.at - (call.seconds or 20) - 30)
            permit = permit_ids[number]
            found.append(_row(episode.holder, rang - BEFORE_A_CALL, member_id, action="member.view", fields=VIEWED))
            found.append(_row(episode.holder, rang, member_id, action="gate.permit", fields=["number"], permit_id=permit))
            number += 1
    yield from sorted(found, key=lambda row: row[1])


def _row(
    holder: Consultant,
    at: datetime,
    member_id: int,
    *,
    action: str,
    purpose: str = "outreach.call",
    ground: str = "claim",
    fields: list[str] | None = None,
    permit_id: int | None = None,
) -> Row:
    who = (holder.city_id, at, holder.staff_id, "consultant", holder.store_id, "desk")
    return (*who, action, purpose, ground, [member_id], fields or [], "allowed", "", permit_id)
