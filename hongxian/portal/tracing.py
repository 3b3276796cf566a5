"""The portal's own traces: what the person did here themselves. They see these lines, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.audit.recording import TraceRef
from hongxian.kernel.actor import COMPANY
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.portal.door import Visit

_record = Statement("portal", "record", TraceRef)


def record(
    *,
    visit: Visit | None,
    action: str,
    purpose: str,
    now: datetime,
    fields: Sequence[str] = (),
    reason: str = "",
    denied: bool = False,
) -> TraceRef:
    """Adds one trace about the visitor, or about nobody while it isn't known who it is. Inside `own.visiting`, for a visitor."""
    known = visit is not None and visit.member_id is not None
    found = _record.one(
        city_id=visit.city_id if visit is not None and visit.city_id is not None else COMPANY,
        now=now,
        action=action,
        purpose=purpose,
        ground="self" if known else "",
        member_ids=[visit.member_id] if visit is not None and known else [],
        fields=list(fields),
        outcome="denied" if denied else "allowed",
        reason=reason,
    )
    if found is None:  # INSERT … RETURNING gives a row or raises
        message = "the trace gave no number back"
        raise RuntimeError(message)
    return found
