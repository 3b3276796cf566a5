"""Rows of the roll-ups, as a day of a store leaves them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from hongxian.kernel.clock import day_of, hour_of, start_of
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.contracts.visit_pages import cast_room
from tests.owner import insert, insert_bare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.cast import Person

_MEMBERS = count(70_000)
NUMBERS = ("calls", "connects", "no_answers", "interested", "visits", "refusals")


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    """A city of its own, while this thread is the desk."""
    people = Cast()
    with signed_in_as("desk"):
        yield people


def worked(cast: Cast, person: Person, *, at: datetime, team_id: int, store_id: int | None = None, **numbers: int) -> None:
    """One hour of somebody's calls, in its hour and its day."""
    for span, begins in (("hour", hour_of(at)), ("day", start_of(day_of(at)))):
        insert_bare(
            "outreach_tally",
            city_id=cast.city_id,
            staff_id=person.staff_id,
            span=span,
            begins=begins,
            store_id=store_id or cast.east,
            team_id=team_id,
            **(dict.fromkeys(NUMBERS, 0) | numbers),
        )


def booked(
    cast: Cast,
    person: Person,
    *,
    at: datetime,
    team_id: int,
    many: int = 1,
    state: str = "booked",
    store_id: int | None = None,
    ahead: int = 1,
) -> None:
    """Visits that were booked at that hour, each for another member and on another day; or that came or didn't at that hour."""
    over = {"settled_at": at, "settled_by": 0} if state in {"arrived", "no_show"} else {}
    over |= {"arrived_at": at} if state == "arrived" else {}
    over |= {"cancelled_at": at, "cancelled_by": 0, "why": "member"} if state == "cancelled" else {}
    for number in range(many):
        begins = at + timedelta(days=ahead + number) if state in {"booked", "cancelled"} else at
        insert(
            "visits_visit",
            city_id=cast.city_id,
            store_id=store_id or cast.east,
            room_id=cast_room(cast, store_id or cast.east),
            member_id=next(_MEMBERS),
            staff_id=person.staff_id,
            team_id=team_id,
            begins=begins,
            ends=begins + timedelta(minutes=30),
            state=state,
            booked_at=at if state in {"booked", "cancelled"} else at - timedelta(days=60),
            request_key=uuid4(),
            **over,
        )


def complained(cast: Cast, *, at: datetime, alias: str = "", store_id: int | None = None, **more: Any) -> int:
    """A complaint of a member of this city about a store, or one of its people."""
    number: int = insert(
        "rights_complaint",
        **{
            "city_id": cast.city_id,
            "member_id": 1,
            "about": "staff",
            "store_id": store_id or cast.east,
            "staff_alias": alias,
            "opened_at": at,
            **more,
        },
    )
    return number
