"""What stands out, put into the tables by hand; and days to stand out against."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hongxian.kernel.clock import day_of
from tests.owner import insert, insert_bare, now

if TYPE_CHECKING:
    from tests.cast import Cast, Person

HOW_MANY: Counter[int] = Counter()  # of each person's
WHY = {
    "rule": "both",
    "own_median": 31.0,
    "own_z": 11.7,
    "own_days": 20,
    "team_median": 29.0,
    "team_z": 12.4,
    "team_days": 60,
    "ceiling": 150,
}


def place_of(cast: Cast, person: Person) -> dict[str, int | None]:
    """Store and team as the staff table has them."""
    if person.role == "consultant":
        west, other = person is cast.people["wu"], person is cast.people["liu"]
        team = cast.west_team if west else cast.other_team if other else cast.team
        return {"store_id": cast.west if west else cast.east, "team_id": team}
    return {"store_id": cast.west if person is cast.people["xu"] else cast.east, "team_id": None}


def anomaly_of(cast: Cast, person: Person, *, seen: int = 96, kind: str = "viewed", day: date | None = None, **why: Any) -> int:
    """One that nobody has looked into; its number. Another day for each of a person's, backwards from yesterday."""
    HOW_MANY[person.staff_id] += 1
    number: int = insert(
        "reports_anomaly",
        city_id=cast.city_id,
        staff_id=person.staff_id,
        day=day or day_of(now()) - timedelta(days=HOW_MANY[person.staff_id]),
        kind=kind,
        seen=seen,
        why=json.dumps(WHY | why),
        found_at=now(),
        **place_of(cast, person),
    )
    return number


def watched(cast: Cast, person: Person, day: date, **counts: int) -> None:
    """A counted day."""
    insert_bare(
        "reports_watched",
        city_id=cast.city_id,
        staff_id=person.staff_id,
        day=day,
        role=person.role,
        **place_of(cast, person),
        **{"viewed": 0, "night": 0, "denied": 0, "texted": 0, **counts},
    )


def looked(cast: Cast, person: Person, at: datetime, members: list[int], **more: Any) -> None:
    """A trace of a look."""
    insert(
        "audit_trace",
        city_id=cast.city_id,
        at=at,
        staff_id=person.staff_id,
        role=person.role,
        store_id=cast.east,
        **{
            "process": "desk",
            "action": "member.view",
            "purpose": "outreach.call",
            "member_ids": members,
            "fields": ["alias"],
            "outcome": "allowed",
            "reason": "",
            **more,
        },
    )
