"""
The decision: may this person, for this purpose, see these fields of this member?

Deny overrides, unknown is deny. The order is fixed: the person, the purpose, the relationship, the fields, the member's
state, the receipts. Contact has further rules of its own (outreach/gate.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.consent.purposes import Purpose, catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from hongxian.kernel.actor import Actor
    from hongxian.kernel.permissions import Permission


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows about one member and this person's grounds on them."""

    member_id: int
    state: str
    suppressed: bool
    store_id: int
    number_hashes: list[bytes]
    contacts: int
    grounds: list[str]
    receipts: list[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes with its ground and law, or no with its reason."""

    allowed: bool
    reason: str = ""
    ground: str = ""
    law: str = ""


_facts = Statement("vault", "facts", Facts)


def facts_about(*, by: Actor, city_id: int, member_id: int, now: datetime) -> Facts | None:
    """None where no such member is."""
    return _facts.one(city_id=city_id, member_id=member_id, staff_id=by.staff_id, now=now, today=day_of(now))


def may(
    *, by: Actor, permission: Permission, purpose: str, fields: Collection[str], facts: Facts | None, city_id: int
) -> Decision:
    """Decides from facts; changes nothing, writes nothing. The caller writes the trace, yes or no."""
    reason = by.reason_against(permission)
    if reason is not None:
        return Decision(allowed=False, reason=reason)
    known = catalogue().purpose(purpose)
    if known is None:
        return Decision(allowed=False, reason="purpose_not_live")
    if facts is None or by.city_id not in {0, city_id}:
        return Decision(allowed=False, reason="no_such_member")
    ground = next(iter(sorted(known.grounds & set(facts.grounds))), "")
    reason = _against(by=by, purpose=known, fields=fields, facts=facts, ground=ground)
    if reason:
        return Decision(allowed=False, reason=reason, ground=ground, law=known.law)
    return Decision(allowed=True, ground=ground, law=known.law)


def _against(*, by: Actor, purpose: Purpose, fields: Collection[str], facts: Facts, ground: str) -> str:
    if purpose.grounds and not ground:
        return "no_ground"
    if by.role.value not in purpose.roles:
        return "role_outside_purpose"
    if not set(fields) <= purpose.fields:
        return "field_outside_purpose"
    if facts.state != "live":
        return facts.state
    if purpose.receipt and not has_receipt(purpose, facts):
        return "no_consent"
    return ""


def has_receipt(purpose: Purpose, facts: Facts) -> bool:
    """Whether a receipt runs that was given for the purpose's notice as it stands."""
    return f"{purpose.name} {purpose.notice_hash}" in facts.receipts
