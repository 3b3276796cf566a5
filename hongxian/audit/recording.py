"""Writing the record. A read that cannot be recorded does not happen: callers put the trace in the read's own statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class TraceRef:
    """Names one trace; what the keeper is asked with."""

    city_id: int
    at: datetime
    id: int


_record = Statement("audit", "record", TraceRef, brief=True)


def trace_parameters(*, by: Actor, action: str, purpose: str, fields: Sequence[str] = (), ground: str = "") -> dict[str, Any]:
    """
    What a statement needs that includes `audit/add_trace` after a CTE named `seen(member_id)`.

    The statement itself gives `city_id`, `now` and `staff_id`.
    """
    return {
        "trace_role": by.role.value,
        "trace_store_id": by.store_id,
        "trace_process": by.process,
        "trace_action": action,
        "trace_purpose": purpose,
        "trace_ground": ground,
        "trace_fields": list(fields),
    }


def record(  # noqa: PLR0913 - the columns of a trace
    *,
    by: Actor,
    action: str,
    purpose: str,
    now: datetime,
    city_id: int | None = None,
    member_ids: Sequence[int] = (),
    fields: Sequence[str] = (),
    ground: str = "",
    reason: str = "",
    denied: bool = False,
    permit_id: int | None = None,
) -> TraceRef:
    """Adds one trace in the surrounding transaction; `denied` with its `reason` for a try that was turned away."""
    found = _record.one(
        city_id=by.city_id if city_id is None else city_id,
        now=now,
        staff_id=by.staff_id,
        role=by.role.value,
        store_id=by.store_id,
        process=by.process,
        action=action,
        purpose=purpose,
        ground=ground,
        member_ids=list(member_ids),
        fields=list(fields),
        outcome="denied" if denied else "allowed",
        reason=reason,
        permit_id=permit_id,
    )
    if found is None:  # INSERT … RETURNING gives a row or raises
        message = "the trace gave no number back"
        raise RuntimeError(message)
    return found
