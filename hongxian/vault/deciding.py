"""
The decision: may this person, for this purpose, see these fields of this member?

Deny overrides, unknown is deny. The order is fixed: the person, the purpose with its assessment, the relationship, the
fields, the member's state, the receipts. Contact has further rules of its own (outreach/gate.py).
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
    assessed: list[str]  # what assessments cover today: "purpose field" and "purpose @role"


@dataclass(frozen=True, slots=True)
class Decision:
    """
    Yes with its ground and law, or no with its reason.

    `fields` are those of the asked ones that may be served: without what no assessment names yet.
    """

    allowed: bool
    reason: str = ""
    ground: str = ""
    law: str = ""
    fields: tuple[str, ...] = ()


_facts = Statement("vault", "facts", Facts, brief=True)


def facts_about(*, by: Actor, city_id: int, member_id: int, now: datetime) -> Facts | None:
    """None where no such member is."""
    return _facts.one(city_id=city_id, member_id=member_id, staff_id=by.staff_id, now=now, today=day_of(now))


def in_use(purpose: str) -> Purpose | None:
    """The purpose as the catalogue has it; None where it has none, or keeps it switched off."""
    return catalogue().purpose(purpose)


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
    served = _assessed_of(known, fields, facts)
    reason = _against(by=by, purpose=known, fields=fields, served=served, facts=facts, ground=ground)
    if reason:
        return Decision(allowed=False, reason=reason, ground=ground, law=known.law)
    return Decision(allowed=True, ground=ground, law=known.law, fields=served)


def _against(*, by: Actor, purpose: Purpose, fields: Collection[str], served: Collection[str], facts: Facts, ground: str) -> str:
    if not is_assessed(purpose, facts):
        return "purpose_not_assessed"
    if purpose.grounds and not ground:
        return "no_ground"
    return _against_fields(by=by, purpose=purpose, fields=fields, served=served, facts=facts) or _against_member(purpose, facts)


def _against_fields(*, by: Actor, purpose: Purpose, fields: Collection[str], served: Collection[str], facts: Facts) -> str:
    if by.role.value not in purpose.roles or not is_assessed(purpose, facts, role=by.role.value):
        return "role_outside_purpose"
    if not set(fields) <= purpose.fields:
        return "field_outside_purpose"
    if fields and not served:
        return "field_not_assessed"
    return ""


def _against_member(purpose: Purpose, facts: Facts) -> str:
    if facts.state != "live":
        return facts.state
    if purpose.receipt and not has_receipt(purpose, facts):
        return "no_consent"
    return ""


def part(*, by: Actor, purpose: str, fields: Collection[str], facts: Facts) -> tuple[str, ...]:
    """Which of these fields a part of a page may show that stands on a purpose of its own; nothing where that is stopped."""
    known = catalogue().purpose(purpose)
    if known is None or by.role.value not in known.roles or not is_assessed(known, facts, role=by.role.value):
        return ()
    return tuple(field for field in _assessed_of(known, fields, facts) if field in known.fields)


def _assessed_of(purpose: Purpose, fields: Collection[str], facts: Facts) -> tuple[str, ...]:
    return tuple(field for field in fields if not purpose.needs_assessment or f"{purpose.name} {field}" in facts.assessed)


def has_receipt(purpose: Purpose, facts: Facts) -> bool:
    """Whether a receipt runs that was given for the purpose's notice as it stands."""
    return f"{purpose.name} {purpose.notice_hash}" in facts.receipts


def is_assessed(purpose: Purpose, facts: Facts, *, role: str = "") -> bool:
    """Whether an assessment of the purpose counts today; with `role`, whether it lets that role."""
    if not purpose.needs_assessment:
        return True
    if role:
        return f"{purpose.name} @{role}" in facts.assessed
    return any(each.startswith(f"{purpose.name} ") for each in facts.assessed)
