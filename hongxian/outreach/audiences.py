"""
Whom a campaign (群发) is meant for, and what would become of it: the people in a store's hands, or those whom nobody holds in one pool.

An audience is walked through by member number, so many at once. Nobody sees who is in it: what comes out are numbers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Statement
from hongxian.members import facets
from hongxian.org import queries as org
from hongxian.outreach import gate, ruling
from hongxian.pools.filtering import EVERYBODY, Filters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hongxian.kernel.actor import Actor

LIBRARY, UNHELD = "library", "unheld"
PURPOSES = {"service": "outreach.sms", "promotion": "outreach.promotion"}
BATCH = 5_000
FEW = 20  # of fewer than these, reasons would tell about single people
CODES = {f"{facet}_codes": facets.codes_of(facet) for facet in ("education", "income_band", "marital")}


@dataclass(frozen=True, slots=True)
class Member:
    """One of an audience, and in whose name they would be written to: their holder's, else that of whoever asks."""

    member_id: int
    staff_id: int
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Audience:
    """
    Whom: of a store, or of one team of it where `team_id` is given; `pool_id` where nobody holds them.

    `asked_by` is whoever asks.
    """

    city_id: int
    store_id: int
    team_id: int | None
    asked_by: int
    kind: str
    pool_id: int | None = None
    filters: Filters = field(default=EVERYBODY)

    def kept(self) -> dict[str, Any]:
        """What is kept of it beside store and team; see `kept_in`."""
        asked = {name: value for name, value in asdict(self.filters).items() if value is not None}
        return asked | ({"pool_id": self.pool_id} if self.pool_id is not None else {})

    def page(self, *, after: int, most: int, now: datetime) -> list[Member]:
        """The next `most` members above a number."""
        parameters = {
            "city_id": self.city_id,
            "store_id": self.store_id,
            "after": after,
            "most": most,
        } | self.filters.parameters()
        if self.kind == UNHELD:
            return _unheld.all(pool_id=self.pool_id, staff_id=self.asked_by, asking_team_id=self.team_id, **parameters)
        return _held.all(team_id=self.team_id, now=now, **CODES, **parameters)

    def pages(self, *, now: datetime) -> Iterator[list[Member]]:
        """All of it, batch by batch."""
        after, size = 0, BATCH
        while size == BATCH:
            members = self.page(after=after, most=BATCH, now=now)
            size = len(members)
            if members:
                after = members[-1].member_id
                yield members


def filters_in(kept: Mapping[str, Any]) -> Filters:
    """The traits that were asked for."""
    return Filters(**{name: value for name, value in kept.items() if name != "pool_id"})


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    What would become of a campaign if it were planned now: numbers only.

    Of few people the reasons are not told apart: with filters one could ask for a single person.
    """

    audience: Annotated[int, PLAIN]
    reached: Annotated[int, PLAIN]
    left_out: Annotated[tuple[tuple[str, int], ...], PLAIN]

    @property
    def left_out_in_all(self) -> int:
        """How many would get nothing."""
        return self.audience - self.reached


_held = Statement("outreach", "audience_held", Member)
_unheld = Statement("outreach", "audience_unheld", Member)


def outlook(*, by: Actor, audience: Audience, purpose: str, version_id: int, now: datetime) -> Outlook:
    """
    Tries a campaign out (试算): counts for each reason who would be left out; writes nothing, sends nothing.

    :raises NotAllowed: has nothing to do with campaigns.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_READ)
    reasons: Counter[str] = Counter()
    for members in audience.pages(now=now):
        reasons.update(
            sifted(by=by, audience=audience, members=members, purpose=purpose, version_id=version_id, now=now).values()
        )
    reached, size = reasons.pop("", 0), reasons.total()
    size += reached
    return Outlook(
        audience=size, reached=reached, left_out=told(reasons, size=size, telling=is_telling(audience.kind, audience.filters))
    )


def is_telling(kind: str, filters: Filters) -> bool:
    """Whether one could ask for a stranger with it: one's own people one knows."""
    return kind == UNHELD or filters != EVERYBODY


def told(reasons: Mapping[str, int], *, size: int, telling: bool) -> tuple[tuple[str, int], ...]:
    """Reasons with their counts, the commonest first; as one sum where they would tell about single people."""
    found = sorted(((reason, count) for reason, count in reasons.items() if count), key=lambda each: (-each[1], each[0]))
    if telling and size < FEW and found:
        return (("few", sum(count for _, count in found)),)
    return tuple(found)


def sifted(
    *, by: Actor, audience: Audience, members: Sequence[Member], purpose: str, version_id: int, now: datetime
) -> dict[int, str]:
    """Why each would be left out, empty for who would not: by the gate, at the first moment at which texts may go out there."""
    return gate.sift(
        by=by,
        city_id=audience.city_id,
        member_ids=[each.member_id for each in members],
        holders={each.member_id: each.staff_id for each in members},
        channel="sms",
        purpose=purpose,
        how="campaign",
        version_id=version_id,
        audience=audience.kind,
        now=next_hours(now, zone=_zone_of(audience.city_id), limits=gate.limits(city_id=audience.city_id, now=now)),
    )


def next_hours(now: datetime, *, zone: ZoneInfo, limits: ruling.Limits) -> datetime:
    """`now` within the hours of contact in that place, else when they next begin: a plan made at night is for the morning."""
    there = now.astimezone(zone)
    if limits.first_hour <= there.hour < limits.end_hour:
        return now
    morning = there.date() + timedelta(days=int(there.hour >= limits.end_hour))
    return datetime.combine(morning, time(limits.first_hour), zone)


def _zone_of(city_id: int) -> ZoneInfo:
    return next(ZoneInfo(city.timezone) for city in org.cities() if city.city_id == city_id)
