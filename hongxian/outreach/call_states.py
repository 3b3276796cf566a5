"""What an event makes of a call's record: one pure function, so that repeated, late and out-of-order events can be tried out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hongxian.outreach.gateways.calling import STATES

# How a call ended, to whoever made it.
CAUSES = {
    "consultant_hung_up": _("您挂断了"),
    "member_hung_up": _("会员挂断了"),
    "desk_hung_up": _("已在页面上挂断"),
    "nine": _("会员按 9：不再联系"),
    "busy": _("会员忙线"),
    "no_answer": _("会员无人接听"),
    "rejected": _("会员拒接"),
    "invalid": _("空号"),
    "consultant_no_answer": _("您的话机没有接听"),
    "no_extension": _("您的话机没有接通：请检查分机"),
    "gateway_error": _("线路故障"),
    "too_late": _("线路没有及时接手，没有拨出"),
    "denied": _("拨给会员之前许可已失效，没有拨出"),
    "dialer_stopped": _("线路停止服务，通话中断"),
    "dialer_died": _("线路中断，通话情况不明"),
}
# What a call that ended so suggests for the outcome; talking suggests nothing.
FILED_AS = {"busy": "busy", "rejected": "busy", "no_answer": "no_answer", "invalid": "invalid"}


@dataclass(frozen=True, slots=True)
class Call:
    """A placed call as its record stands."""

    member_id: int
    staff_id: int
    request_key: UUID
    state: str
    cause: str
    consultant_at: datetime | None
    member_at: datetime | None
    talking_at: datetime | None
    ended_at: datetime | None
    nine_at: datetime | None
    refused_at: datetime | None
    filed_at: datetime | None
    permit_id: int | None
    team_id: int | None
    store_id: int | None

    @property
    def talked(self) -> int:
        """1 when somebody talked."""
        return int(self.talking_at is not None)

    @property
    def seconds(self) -> int:
        """How long they talked, once it is over."""
        return seconds_between(self.talking_at, self.ended_at)


def seconds_between(talking_at: datetime | None, ended_at: datetime | None) -> int:
    """Whole seconds from answer to end; 0 where nobody talked or nothing is over."""
    if talking_at is None or ended_at is None:
        return 0
    return max(0, int((ended_at - talking_at).total_seconds()))


def after(call: Call, *, kind: str, cause: str, at: datetime) -> Call:
    """
    The record after an event. The first of each kind counts; the first end is the last word, and what comes late is
    kept where it happened before the end. A nine outranks every other cause, whenever it is told.

    :raises ValueError: no such event.
    """
    if kind not in {*STATES, "nine"}:
        message = f"no such event of a call: {kind}"
        raise ValueError(message)
    if kind == "ended":
        call = _ended(call, cause=cause, at=at)
    elif kind != "nine":
        call = _reached(call, kind=kind, at=at)
    if "nine" in {kind, call.cause} and call.nine_at is None:
        call = replace(call, nine_at=at)
    if call.nine_at is not None and call.state == "ended":
        call = replace(call, cause="nine")
    return call


def _ended(call: Call, *, cause: str, at: datetime) -> Call:
    if call.ended_at is not None:
        return call
    return replace(call, state="ended", cause=cause or "gateway_error", ended_at=at)


def _reached(call: Call, *, kind: str, at: datetime) -> Call:
    name = f"{kind}_at"
    late = call.ended_at is not None and at > call.ended_at
    if kind == "asked" or late or getattr(call, name) is not None:
        return call
    reached: dict[str, Any] = {name: at, "state": max(call.state, kind, key=STATES.index)}
    return replace(call, **reached)
