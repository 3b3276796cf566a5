"""Erasing a person (删除): the way out. What stays is the suppression of the number and rows that name nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import recording, sealing
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.letters import forgetting as letters
from hongxian.members import records
from hongxian.pools import removing
from hongxian.vault import shredding

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor


def erase(*, by: Actor, city_id: int, member_id: int, now: datetime) -> None:
    """
    Shreds the member's keys and sealed fields with their letters, empties the record, takes it out of pools and hands.

    :raises NotAllowed: the actor may not erase.
    :raises NotFound: no such member, or erased already.
    """
    by.require(Permission.VAULT_MEMBER_ERASE)
    with transaction.atomic():
        records.lock(city_id=city_id, member_id=member_id)
        known = records.hashes_of(city_id=city_id, member_id=member_id)
        if known is None or known.state == "erased":
            raise NotFound
        removing.remove(by=by, city_id=city_id, member_id=member_id, reason="erased", now=now)
        shredding.shred(city_id=city_id, member_id=member_id)
        letters.forget(city_id=city_id, member_id=member_id)
        records.erase(city_id=city_id, member_id=member_id)
        sealing.forget(city_id=city_id, member_id=member_id)
        recording.record(
            by=by, action="member.erase", purpose="intake", city_id=city_id, member_ids=[member_id], reason="erased", now=now
        )
