"""收回登录: a telephone is lost, or something looks wrong. Every session of somebody's ends, and only a password opens again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing, recording
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.org import identities, sessions, staffing

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

LONGEST_WHY = 400


class NeedsReason(Refusal):
    """Whoever is locked out may ask why."""

    code = "org.needs_reason"
    message = _("请写明原因。")
    status = 422


def lock_out(*, by: Actor, staff_id: int, why: str, now: datetime) -> None:
    """
    Ends every session of somebody within the actor's reach, and takes their passkeys and company accounts off. The account stays.

    :raises NotAllowed: the actor moves nobody.
    :raises NotFound: not within reach, or gone; the try is recorded.
    :raises NeedsReason: no reason, or too long a one.
    """
    by.require(Permission.ORG_STAFF_MOVE)
    with transaction.atomic():
        known = staffing.lock(staff_id=staff_id)
        near = known is not None and staffing.within_reach(by, staff_id=staff_id, role=known.role, store_id=known.store_id)
        if known is not None and known.active and near:
            if not 0 < len(why.strip()) <= LONGEST_WHY:
                raise NeedsReason
            sessions.end_every(staff_id=staff_id, now=now)
            if known.account_id is not None:
                identities.remove_all(account_id=known.account_id)
            changing.note_change(
                by=by,
                action="org.lock_out",
                thing=f"staff {staff_id}",
                before={"open": "all sessions, passkeys, company accounts"},
                after=None,
                why=why.strip(),
                now=now,
            )
            return
        recording.record(by=by, action="org.lock_out", purpose="statistics", reason="out_of_reach", denied=True, now=now)
    raise NotFound
