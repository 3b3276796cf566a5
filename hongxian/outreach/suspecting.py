"""举报可疑: whoever looks after a member reports a suspicion about them to the fraud desk. Nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.audit import recording
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.members import records
from hongxian.outreach import refusing
from hongxian.safety import reporting

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor


def report(*, by: Actor, city_id: int, member_id: int, kind: str, text: str, now: datetime) -> None:
    """
    The holder, or a manager of the member's store, reports a suspicion.

    :raises NotAllowed: the role reports nothing.
    :raises NotFound: not held by this person, or of another store; the try is recorded as a look at the member, not as a report.
    :raises safety.reporting.UnknownKind: not on the list.
    :raises safety.reporting.TooLong: more than a few sentences.
    """
    by.require(Permission.SAFETY_SUSPICION_REPORT)
    known = records.hashes_of(city_id=city_id, member_id=member_id)
    if known is None or not refusing.within_reach(by=by, city_id=city_id, member_id=member_id, store_id=known.store_id):
        recording.record(
            by=by,
            action="member.view",
            purpose="outreach.call",
            city_id=city_id,
            member_ids=[member_id],
            reason="no_ground",
            denied=True,
            now=now,
        )
        raise NotFound
    reporting.report_member(by=by, city_id=city_id, member_id=member_id, kind=kind, text=text, now=now)
