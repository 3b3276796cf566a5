"""A yes taken back, told by somebody else than the person in the portal: by the system in which they pressed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import recording
from hongxian.consent import ordering
from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

_withdraw = Command("consent", "withdraw")


def withdraw(*, by: Actor, city_id: int, member_id: int, purposes: Sequence[str], via: str, now: datetime) -> None:
    """In force for whatever commits after; record and pools follow (pools/consenting.py). Twice does no harm."""
    with transaction.atomic():
        ordering.lock_member(city_id=city_id, member_id=member_id)
        _withdraw.run(city_id=city_id, member_id=member_id, purposes=list(dict.fromkeys(purposes)), via=via, now=now)
        recording.record(
            by=by,
            action="consent.withdraw",
            purpose="intake",
            city_id=city_id,
            member_ids=[member_id],
            fields=["consent_state"],
            reason=via,
            now=now,
        )
