"""What others see of visits: a store's calendar, a member's visits, and counts for reports, which never name a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import recording
from hongxian.kernel.clock import start_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.vault import deciding
from hongxian.visits import booking

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

SHOWN, LISTED = 10, 1_000


@dataclass(frozen=True, slots=True)
class Counted:
    """One consultant's hour: what was booked in it and not called off since, who came in it, and whose time began in it without them."""

    staff_id: Annotated[int, PLAIN]
    store_id: Annotated[int, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    day: Annotated[date, PLAIN]
    hour: Annotated[int, PLAIN]
    booked: Annotated[int, PLAIN]
    arrived: Annotated[int, PLAIN]
    no_show: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit in the calendar. `member_id` stands there for the consultant's own alone."""

    city_id: Annotated[int, PLAIN]
    visit_id: Annotated[int, PLAIN]
    room_id: Annotated[int, PLAIN]
    staff_id: Annotated[int, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    alias: Annotated[str, PLAIN]
    begins: Annotated[datetime, Label("visit_time")]
    ends: Annotated[datetime, Label("visit_time")]
    state: Annotated[str, Label("visit_time")]
    member_id: Annotated[int | None, Label("resource_no")]


@dataclass(frozen=True, slots=True)
class MemberVisit:
    """One visit on the member's page."""

    visit_id: Annotated[int, PLAIN]
    room_name: Annotated[str, PLAIN]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    begins: Annotated[datetime, Label("visit_time")]
    ends: Annotated[datetime, Label("visit_time")]
    state: Annotated[str, Label("visit_time")]


_counts = Statement("visits", "counts", Counted)
_calendar = Statement("visits", "calendar", VisitLine)
_of_member = Statement("visits", "visits_of_member", MemberVisit)


def counts(*, city_id: int, store_id: int | None, since: datetime, until: datetime) -> list[Counted]:
    """
    Counts of a store, or of all of a city's, from `since` until before `until`; hours without any are left out.

    A plain aggregate over two indexes: a store has some ten visits a day, so that there is nothing to roll up.
    """
    return _counts.all(city_id=city_id, store_id=store_id, since=since, until=until)


def calendar(*, by: Actor, first: date, days: int, now: datetime) -> list[VisitLine]:
    """
    The visits of the actor's own store on some days, by time. Whose they are stands there only for the actor's own members.

    :raises NotAllowed: the role has no calendar, or training or agreement are missing.
    """
    by.require(Permission.VISITS_CALENDAR_READ)
    if by.store_id is None:
        raise NotFound
    return _calendar.all(
        city_id=by.city_id,
        store_id=by.store_id,
        staff_id=by.staff_id,
        since=start_of(first),
        until=start_of(first + timedelta(days=days)),
        most=LISTED,
        now=now,
        **recording.trace_parameters(
            by=by, action="visits.calendar", purpose=booking.PURPOSE, fields=("resource_no", "visit_time"), ground="claim"
        ),
    )


def of_member(*, by: Actor, city_id: int, member_id: int, now: datetime) -> list[MemberVisit]:
    """
    The newest visits of a member on whom the actor has a ground; none where there is none, or the purpose is stopped.

    Part of the member's page, whose own trace names the look; this one, in the same breath, the visits.
    """
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    decision = deciding.may(
        by=by,
        permission=Permission.VISITS_VISIT_BOOK,
        purpose=booking.PURPOSE,
        fields=booking.FIELDS,
        facts=facts,
        city_id=city_id,
    )
    if not decision.allowed:
        return []
    trace = recording.trace_parameters(
        by=by, action="visits.view", purpose=booking.PURPOSE, fields=decision.fields, ground=decision.ground
    )
    return _of_member.all(city_id=city_id, member_id=member_id, staff_id=by.staff_id, most=SHOWN, now=now, **trace)
