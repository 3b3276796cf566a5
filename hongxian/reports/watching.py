"""Finding what stands out (异常): the worker counts the day of each of the staff, and sets it against their own and the team's."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.clock import start_of
from hongxian.kernel.sql import Command, Statement
from hongxian.reports import judging

if TYPE_CHECKING:
    from collections.abc import Iterable

HISTORY = timedelta(days=28)
KEPT = timedelta(days=400)
# Looks that show who somebody is. Not among them: pool cards, which show nobody, and the list of one's own members.
VIEWS = ("member.view", "member.library", "member.state", "pools.team", "consent.receipts", "gate.probe", "rights.read")
# Denied because it is none of theirs; what the gate denies for hours or caps is the gate's everyday work.
REASONS = (
    "role",
    "no_ground",
    "not_holder",
    "out_of_reach",
    "role_outside_purpose",
    "field_outside_purpose",
    "pool_out_of_reach",
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one of the staff."""

    staff_id: int
    day: date
    role: str
    store_id: int | None
    team_id: int | None
    viewed: int
    night: int
    denied: int
    texted: int


@dataclass(frozen=True, slots=True)
class _Found:
    found: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands out."""

    staff_id: int
    kind: str
    store_id: int | None
    team_id: int | None
    seen: int
    verdict: judging.Verdict


_watch = Command("reports", "watch")
_days = Statement("reports", "watched_days", Day)
_add = Statement("reports", "add_anomalies", _Found)
_forget = Command("reports", "forget_watched")


def watch(*, city_id: int, day: date, now: datetime) -> int:
    """Counts that day anew and adds what stands out; how many are new. May be repeated as the day goes on."""
    _watch.run(
        city_id=city_id,
        day=day,
        begins=start_of(day),
        ends=start_of(day + timedelta(days=1)),
        views=list(VIEWS),
        reasons=list(REASONS),
    )
    _forget.run(city_id=city_id, before=day - KEPT)
    found = standing_out(_days.all(city_id=city_id, since=day - HISTORY, until=day, staff_id=None), day)
    if not found:
        return 0
    added = _add.one(
        city_id=city_id,
        day=day,
        now=now,
        staff_ids=[each.staff_id for each in found],
        kinds=[each.kind for each in found],
        store_ids=[each.store_id for each in found],
        team_ids=[each.team_id for each in found],
        seens=[each.seen for each in found],
        whys=[json.dumps(asdict(each.verdict)) for each in found],
    )
    return added.found if added else 0


def days_of(*, city_id: int, staff_id: int, until: date) -> list[Day]:
    """The days that one of the staff is judged by, and that day itself."""
    return _days.all(city_id=city_id, since=until - HISTORY, until=until, staff_id=staff_id)


def standing_out(days: Iterable[Day], today: date) -> list[Standing]:
    """
    What stands out in the last of these days.

    Mates are those of the same team and role; where there is no team, of the same store, or of headquarters.
    """
    known = list(days)
    own: dict[int, list[Day]] = defaultdict(list)
    groups: dict[tuple[object, ...], list[Day]] = defaultdict(list)
    for each in known:
        groups[_group(each)].append(each)
        if each.day < today:
            own[each.staff_id].append(each)
    found = []
    for each in known:
        if each.day != today:
            continue
        mates = [other for other in groups[_group(each)] if other.staff_id != each.staff_id]
        for kind in judging.KINDS:
            verdict = judging.judge(
                kind=kind,
                seen=getattr(each, kind),
                own=[getattr(day, kind) for day in own[each.staff_id]],
                team=[getattr(day, kind) for day in mates],
                ceiling=judging.CEILINGS.get(kind) if each.role == "consultant" else None,
            )
            if verdict is not None:
                found.append(Standing(each.staff_id, kind, each.store_id, each.team_id, getattr(each, kind), verdict))
    return found


def _group(day: Day) -> tuple[object, ...]:
    """Who is compared with whom; managers of teams with those of the store's other teams."""
    return day.role, day.store_id, day.team_id if day.role == "consultant" else None
