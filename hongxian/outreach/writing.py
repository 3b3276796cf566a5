"""
Writing to one's own members (发短信): one from the member's page, or some of those in one's hands, by an approved wording.

The gate is asked here as well, so that whoever presses learns at once what stands in the way; it decides again when a text's
turn comes. The same key a second time finds what the first press queued, whatever has changed since.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.outreach import gate, pausing, previewing, tallying, templates, texting
from hongxian.outreach.reasons import REASONS
from hongxian.vault import deciding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from hongxian.kernel.actor import Actor
    from hongxian.outreach.previewing import Preview
    from hongxian.outreach.templates import Sendable

HAND, LIBRARY = "hand", "library"
MOST = 200
GROUNDS = frozenset({"claim", "contract"})


class CannotWrite(Refusal):
    """No text was queued."""


class BadValues(CannotWrite):
    """Something in the text has not been filled in, or not as a day or an hour."""

    code = "outreach.bad_values"
    status = 422


class Barred(CannotWrite):
    """The gate says no; `reason` is its code."""

    code = "outreach.text_barred"

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS.get(reason, _("现在不能给此会员发短信。")))
        self.reason = reason


class NobodyLeft(CannotWrite):
    """Nobody was chosen, or the gate lets nobody through."""

    code = "outreach.nobody_left"
    message = _("所选的会员现在都不能发。")
    status = 422


@dataclass(frozen=True, slots=True)
class Sifted:
    """How many of those chosen a text would go to now, and why not to the others."""

    fit: Annotated[int, PLAIN]
    left_out: Annotated[list[tuple[str, int]], PLAIN]

    @property
    def chosen(self) -> int:
        """How many were chosen."""
        return self.fit + sum(count for _reason, count in self.left_out)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one press queued."""

    queued: Annotated[int, PLAIN]
    left_out: Annotated[int, PLAIN]
    repeated: Annotated[bool, PLAIN]
    message_ids: Annotated[list[int], PLAIN]


@dataclass(frozen=True, slots=True)
class _Known:
    message_id: int
    member_id: int


_known = Statement("outreach", "texts_by_request", _Known)


def preview_one(
    *, by: Actor, city_id: int, member_id: int, version_id: int, given: Mapping[str, str], alias: str, now: datetime
) -> tuple[Sendable, Preview, str]:
    """
    The wording, the text as it would leave, and the gate's reason against it ("" for none).

    :raises NotAllowed: may not send texts.
    :raises NotFound: the member is not the acting person's.
    :raises templates.NotInUse: the wording cannot be sent.
    """
    _must_hold(by=by, city_id=city_id, member_id=member_id, now=now)
    wording = templates.to_send(version_id=version_id, use=HAND)
    reason = _reason(by=by, city_id=city_id, member_id=member_id, wording=wording, now=now)
    return wording, previewing.of_text(by=by, body=wording.body, given=given, alias=alias), reason


def send_one(
    *, by: Actor, city_id: int, member_id: int, version_id: int, given: Mapping[str, str], request_key: UUID, now: datetime
) -> Sent:
    """
    Queues one text to one of the acting person's members.

    :raises NotAllowed: may not send texts.
    :raises NotFound: the member is not the acting person's; the try is recorded.
    :raises Barred: the gate says no; the try is recorded.
    :raises BadValues: something has not been filled in.
    :raises templates.NotInUse: the wording cannot be sent.
    :raises texting.CannotQueue: there is no gateway.
    :raises pausing.Paused, pausing.BudgetSpent: too many, or too much like a machine.
    """
    by.require(Permission.OUTREACH_TEXT_SEND)
    known = _known.all(city_id=city_id, staff_id=by.staff_id, request_key=request_key, now=now)
    if known:
        return _again(known)
    _must_hold(by=by, city_id=city_id, member_id=member_id, now=now)
    wording = templates.to_send(version_id=version_id, use=HAND)
    _check(by=by, wording=wording, given=given)
    reason = _reason(by=by, city_id=city_id, member_id=member_id, wording=wording, now=now)
    if reason:
        _trace_denied(by=by, city_id=city_id, member_id=member_id, purpose=wording.purpose, reason=reason, now=now)
        if reason == "cap_day":  # the gate has counted what left; whoever goes on pressing is held up, and the managers see it
            pausing.press_past_budget(by=by, city_id=city_id, version_id=version_id, how=HAND, now=now)
        raise Barred(reason)
    queued = texting.queue(
        by=by,
        city_id=city_id,
        member_ids=[member_id],
        version_id=version_id,
        how=HAND,
        variables=previewing.values(by=by, given=given),
        request_key=request_key,
        now=now,
    )
    return Sent(queued=queued.count, left_out=0, repeated=queued.repeated, message_ids=queued.message_ids)


def sift_many(*, by: Actor, member_ids: Sequence[int], wording: Sendable, now: datetime) -> Sifted:
    """
    To how many of these a text would go now, and the reasons for the others, the most frequent first.

    :raises NotAllowed: may not send texts.
    """
    counts = Counter(_sift(by=by, member_ids=member_ids, wording=wording, now=now).values())
    fit = counts.pop("", 0)
    return Sifted(fit=fit, left_out=counts.most_common())


def send_many(
    *, by: Actor, member_ids: Sequence[int], version_id: int, given: Mapping[str, str], request_key: UUID, now: datetime
) -> Sent:
    """
    Queues one text to each of these whom the gate would let through now, out of the acting person's own members.

    :raises NotAllowed: may not send texts.
    :raises NobodyLeft: see there.
    :raises BadValues: something has not been filled in.
    :raises templates.NotInUse: the wording cannot be sent.
    :raises texting.CannotQueue: there is no gateway.
    :raises pausing.Paused, pausing.BudgetSpent: too many, or too much like a machine.
    """
    by.require(Permission.OUTREACH_TEXT_SEND)
    known = _known.all(city_id=by.city_id, staff_id=by.staff_id, request_key=request_key, now=now)
    if known:
        return _again(known)
    wording = templates.to_send(version_id=version_id, use=LIBRARY)
    _check(by=by, wording=wording, given=given)
    reasons = _sift(by=by, member_ids=member_ids, wording=wording, now=now)
    fit = [member_id for member_id, reason in reasons.items() if not reason]
    tallying.cap_hits(city_id=by.city_id, denied=[(by.staff_id, reason) for reason in reasons.values()], now=now)
    if not fit:
        if "cap_day" in reasons.values():
            pausing.press_past_budget(by=by, city_id=by.city_id, version_id=version_id, how=LIBRARY, now=now)
        raise NobodyLeft
    queued = texting.queue(
        by=by,
        city_id=by.city_id,
        member_ids=fit,
        version_id=version_id,
        how=LIBRARY,
        variables=previewing.values(by=by, given=given),
        request_key=request_key,
        asked=len(set(member_ids)),
        now=now,
    )
    return Sent(queued=queued.count, left_out=len(reasons) - len(fit), repeated=queued.repeated, message_ids=queued.message_ids)


def _again(known: Sequence[_Known]) -> Sent:
    return Sent(queued=len(known), left_out=0, repeated=True, message_ids=[row.message_id for row in known])


def _sift(*, by: Actor, member_ids: Sequence[int], wording: Sendable, now: datetime) -> dict[int, str]:
    by.require(Permission.OUTREACH_TEXT_SEND)
    chosen = list(dict.fromkeys(member_ids))[:MOST]
    if not chosen:
        return {}
    return gate.sift(
        by=by,
        city_id=by.city_id,
        member_ids=chosen,
        channel="sms",
        purpose=wording.purpose,
        how=LIBRARY,
        version_id=wording.version_id,
        now=now,
    )


def _must_hold(*, by: Actor, city_id: int, member_id: int, now: datetime) -> None:
    """Not yours and not there look alike, and leave their trace."""
    by.require(Permission.OUTREACH_TEXT_SEND)
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    if facts is None or not GROUNDS & set(facts.grounds) or by.city_id not in {0, city_id}:
        _trace_denied(by=by, city_id=city_id, member_id=member_id, purpose="outreach.sms", reason="no_ground", now=now)
        raise NotFound


def _reason(*, by: Actor, city_id: int, member_id: int, wording: Sendable, now: datetime) -> str:
    found = gate.sift(
        by=by,
        city_id=city_id,
        member_ids=[member_id],
        channel="sms",
        purpose=wording.purpose,
        how=HAND,
        version_id=wording.version_id,
        now=now,
    )
    return found[member_id]


def _check(*, by: Actor, wording: Sendable, given: Mapping[str, str]) -> None:
    found = previewing.of_text(by=by, body=wording.body, given=given, alias="")
    if found.refusal:
        raise BadValues(found.refusal)


def _trace_denied(*, by: Actor, city_id: int, member_id: int, purpose: str, reason: str, now: datetime) -> None:
    with transaction.atomic():
        recording.record(
            by=by,
            action="gate.permit",
            purpose=purpose,
            city_id=city_id,
            member_ids=[member_id],
            fields=["number"],
            reason=reason,
            denied=True,
            now=now,
        )
        tallying.cap_hits(city_id=city_id, denied=[(by.staff_id, reason)], now=now)
