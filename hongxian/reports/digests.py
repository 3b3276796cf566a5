"""
The hourly digest (每小时简报): a team's counts of the past hour and of the day, to its group, once.

For each channel and hour there is one row. Whoever sends takes it first and commits that; only then anything leaves. A worker
that dies in between leaves a row that says so, and nobody sends it again: a digest that may have arrived is not worth a second
one. What a robot certainly did not take is tried again later, within its hour.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from hongxian.kernel.clock import COMPANY_ZONE, day_of, hour_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Command, Statement
from hongxian.reports import board, robots, work
from hongxian.reports.channels import name_of
from hongxian.vault import files

if TYPE_CHECKING:
    from collections.abc import Callable

    from hongxian.kernel.actor import Actor
    from hongxian.reports.robots import Answer
    from hongxian.reports.work import Work

    Send = Callable[..., Answer]

log = logging.getLogger("hongxian.reports")
FIRST_HOUR, END_HOUR = 9, 21  # the hours of work that are told of
WAITS = [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16)]  # then it has failed
ORPHANED = timedelta(minutes=3)  # a try lasts some tens of seconds at most
KEPT = timedelta(days=30)
_MARKS = str.maketrans(dict.fromkeys("<>*_`#[]()\\|~", " "))  # what would be markup in a group


@dataclass(frozen=True, slots=True)
class _Taken:
    channel_id: int
    tries: int
    store_id: int
    team_id: int | None
    kind: str
    fingerprint: bytes
    sealed: bytes
    active: bool
    store_name: str
    team_name: str


_open = Command("reports", "open_digests")
_take = Statement("reports", "take_digest", _Taken)
_end = Command("reports", "end_digest")
_settle = Command("reports", "settle_digests")
_forget = Command("reports", "forget_digests")


def prepare(*, by: Actor, city_id: int, now: datetime) -> int:
    """Puts the past hour's digests down, settles what was left over, forgets what is old. How many were put down."""
    by.require(Permission.REPORTS_DIGEST_SET)
    hour = hour_of(now) - timedelta(hours=1)
    _settle.run(city_id=city_id, hour=hour, orphaned=now - ORPHANED, now=now)
    _forget.run(city_id=city_id, before=now - KEPT)
    if not FIRST_HOUR <= hour.astimezone(COMPANY_ZONE).hour < END_HOUR:
        return 0
    return _open.run(city_id=city_id, hour=hour, today=day_of(now), now=now)


def send_next(*, by: Actor, city_id: int, now: datetime, send: Send = robots.send) -> bool:
    """Sends one digest of the past hour that is due. False when there is none. Not inside a transaction: each step is committed."""
    by.require(Permission.REPORTS_DIGEST_SET)
    hour = hour_of(now) - timedelta(hours=1)
    taken = _take.one(city_id=city_id, hour=hour, now=now)
    if taken is None:
        return False
    answer = _send(taken, city_id=city_id, hour=hour, now=now, send=send)
    state, retry_at = _after(answer, taken.tries, now)
    _end.run(
        city_id=city_id,
        channel_id=taken.channel_id,
        hour=hour,
        tries=taken.tries,
        state=state,
        code=answer.code,
        retry_at=retry_at,
        now=now,
    )
    if state != "sent":
        log.warning("digest", extra={"code": f"digest_{state}", "channel": taken.channel_id, "said": answer.code})
    return True


def _send(taken: _Taken, *, city_id: int, hour: datetime, now: datetime, send: Send) -> Answer:
    if not taken.active:
        return robots.Answer(robots.WRONG, "stopped")
    try:
        opened = json.loads(
            files.unseal(folder=settings.HOME.keys, name=name_of(bytes(taken.fingerprint)), sealed=bytes(taken.sealed))
        )
    except files.Unopenable:
        return robots.Answer(robots.WRONG, "sealed")
    robot = robots.Robot(kind=taken.kind, address=opened["address"], secret=opened["secret"])
    works = {
        name: work.of(unit=work.TEAM, city_id=city_id, store_id=taken.store_id, team_id=taken.team_id, span=span)
        for name, span in (("hour", work.Span.of_hour(hour)), ("day", work.Span.of_days(day_of(hour), day_of(hour))))
    }
    past, day = work.total(works["hour"]), work.total(works["day"])
    with translation.override("zh-hans"):
        title = title_of(taken.store_name, taken.team_name, hour)
        lines = lines_of(past, day) + (_by_team(works["day"]) if taken.team_id is None else [])
    return send(robot, title=title, lines=lines, calm=board.state_of(day) in {board.CALM, board.BEGINNING}, now=now)


def _after(answer: Answer, tries: int, now: datetime) -> tuple[str, datetime | None]:
    if answer.outcome == robots.SENT:
        return "sent", None
    if answer.outcome == robots.UNKNOWN:
        return "unknown", None
    if answer.outcome == robots.AGAIN and tries <= len(WAITS):
        return "waiting", now + WAITS[tries - 1]
    return "failed", None


def title_of(store_name: str, team_name: str, hour: datetime) -> str:
    """Whose hour."""
    begins = hour.astimezone(COMPANY_ZONE)
    where = " ".join(each.translate(_MARKS) for each in (store_name, team_name) if each)
    return _("红线简报 {where} {begins}:00–{ends}:00").format(where=where, begins=begins.hour, ends=begins.hour + 1)


def lines_of(past: Work, day: Work) -> list[str]:
    """Results beside what they cost, of the hour and of the day; counts only."""

    def told(each: Work) -> str:
        return _(
            "通话 {calls}，接通 {connects}，{minutes} 分钟，短信 {texts}；约到 {booked}，到店 {arrived}，签约 {contracts}"
        ).format(**_counts(each))

    def cost(each: Work) -> str:
        return _("拒绝退订 {noes}，投诉 {complaints}，触顶 {cap_hits}，休息 {rests}").format(**_counts(each))

    harm = _("每百次联系打扰 {rate}").format(rate=f"{day.per_hundred(day.harm):.1f}")
    return [
        _("**这一小时** {told}").format(told=told(past)),
        _("**打扰** {cost}").format(cost=cost(past)),
        _("**今天** 认领 {claims}，{told}").format(claims=day.claims, told=told(day)),
        _("**今天打扰** {cost}，{harm}").format(cost=cost(day), harm=harm),
    ]


def _by_team(days: list[Work]) -> list[str]:
    return [
        _("{name}：通话 {calls}，约到 {booked}，拒绝退订 {noes}，投诉 {complaints}").format(
            **_counts(each) | {"name": each.name.translate(_MARKS)}
        )
        for each in days
        if each.unit_id
    ]


def _counts(each: Work) -> dict[str, object]:
    names = ("calls", "connects", "minutes", "texts", "booked", "arrived", "contracts", "noes", "complaints", "cap_hits", "rests")
    return {name: getattr(each, name) for name in names}
