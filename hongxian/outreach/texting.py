"""
Queueing texts (发短信): what waits here is decided again by the gate, one by one, when its turn comes.

Nothing is read of a member and nothing leaves. A second press with the same key finds what the first one queued.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.outreach import pausing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hongxian.kernel.actor import Actor

HOWS = frozenset({"hand", "library", "campaign", "automatic"})
PURPOSE_OF = {"service": "outreach.sms", "promotion": "outreach.promotion"}
WAITS = {
    "hand": timedelta(hours=12),
    "library": timedelta(hours=24),
    "campaign": timedelta(days=3),
    "automatic": timedelta(hours=12),
}
CHANNEL = "hongxian_texts"


class CannotQueue(Refusal):
    """Nothing was queued."""


class NoGateway(CannotQueue):
    """Nothing here carries texts."""

    code = "outreach.no_text_gateway"
    message = _("没有短信通道，不能发送短信。")
    status = 503


class NotApproved(CannotQueue):
    """Only an approved wording leaves."""

    code = "outreach.version_not_approved"
    message = _("此短信模板没有获批，不能发送。")


@dataclass(frozen=True, slots=True)
class Queued:
    """What was queued, or had been by the same key."""

    count: Annotated[int, PLAIN]
    repeated: Annotated[bool, PLAIN]
    message_ids: Annotated[list[int], PLAIN]


@dataclass(frozen=True, slots=True)
class Sendable:
    """A wording and what its template is for."""

    version_id: int
    state: str
    body: str
    kind: str
    uses: list[str]


@dataclass(frozen=True, slots=True)
class _Row:
    message_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class _Waited:
    waited: bool


_lock = Statement("outreach", "lock_request", _Waited)
_known = Statement("outreach", "texts_by_request", _Row)
_queue = Statement("outreach", "queue_texts", _Row)
_wake = Statement("outreach", "wake", _Waited)
version_of = Statement("outreach", "sendable_version", Sendable)


def queue(  # noqa: PLR0913 - a text has that many sides
    *,
    by: Actor,
    city_id: int,
    member_ids: Sequence[int],
    version_id: int,
    how: str,
    variables: Mapping[str, str],
    request_key: UUID,
    now: datetime,
    campaign_id: int | None = None,
    latest_at: datetime | None = None,
    asked: int = 0,
) -> Queued:
    """
    Queues one text to each member, in `by`'s name: the consultant whose member it is, or the manager who asked for a campaign.

    Whoever sends is woken by the commit. `latest_at` is when it would be too late; `asked` is how many texts somebody wished
    for, where some were left out before. Texts by hand are weighed (outreach/pausing.py): not inside a larger transaction,
    which would take the pause back with the refusal.

    :raises NoGateway: there is nothing to send with.
    :raises NotApproved: not the approved version of its template.
    :raises NotFound: no such version, or no such way to send.
    :raises pausing.Paused: the sender is held up, from now on or already.
    :raises pausing.BudgetSpent: more than today's budget, or the store's this hour, has left. Nothing was queued.
    """
    if how not in HOWS or (how == "campaign") != (campaign_id is not None):
        raise NotFound
    if settings.SMS_GATEWAY == "none":
        raise NoGateway
    version = version_of.one(version_id=version_id)
    if version is None:
        raise NotFound
    if version.state != "approved":
        raise NotApproved
    with transaction.atomic():
        _lock.all(request_key=str(request_key))
        known = _known.all(city_id=city_id, staff_id=by.staff_id, request_key=request_key, now=now)
        if known:
            return Queued(count=len(known), repeated=True, message_ids=[row.message_id for row in known])
        allowance = pausing.check(
            by=by,
            city_id=city_id,
            version_id=version_id,
            texts=len(set(member_ids)),
            asked=asked,
            how=how,
            now=now,
        )
        rows = (
            []
            if allowance.refusal
            else _queue.all(
                city_id=city_id,
                now=now,
                member_ids=list(dict.fromkeys(member_ids)),
                staff_id=by.staff_id,
                team_id=by.team_id,
                store_id=by.store_id,
                how=how,
                purpose=PURPOSE_OF[version.kind],
                version_id=version_id,
                campaign_id=campaign_id,
                variables=json.dumps(dict(variables), ensure_ascii=False),
                latest_at=latest_at or now + WAITS[how],
                request_key=request_key,
            )
        )
        wake()
    if allowance.refusal is not None:
        raise allowance.refusal
    return Queued(count=len(rows), repeated=False, message_ids=[row.message_id for row in rows])


def wake() -> None:
    """Tells whoever sends that something waits, once the surrounding transaction has committed."""
    _wake.all(channel=CHANNEL)
