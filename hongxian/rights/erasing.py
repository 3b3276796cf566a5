"""
Erasing a person (删除): the way out. What stays is the "no" of the number and rows that name nobody.

Keys and envelopes are destroyed, the record is emptied, what a store's books said is emptied, and what leads from the number
to the person goes. Before it commits, the erasure stands on a list outside the database (listing.py), so that a restored
backup does not bring the person back. What rests with a number of record: traces, the ledger, calls, receipts without their
evidence, and a fraud desk's cases, which the law keeps (docs/decisions/0013).
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import recording, sealing
from hongxian.consent import forgetting as consent
from hongxian.consent import ordering, suppressing
from hongxian.intake import forgetting as intake
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Command, Statement
from hongxian.letters import forgetting as letters
from hongxian.members import records
from hongxian.org import queries as org
from hongxian.outreach import outbox
from hongxian.pools import removing
from hongxian.rights import listing
from hongxian.rights.kinds import What
from hongxian.sales import ending as contracts
from hongxian.vault import shredding
from hongxian.visits import tidying as visits

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

HASH = 32

AT_LEAST = timedelta(minutes=1)
CLOCKS_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Pressed:
    member_id: int


_pressed = Statement("rights", "pressed_deletions", _Pressed)
_close = Command("rights", "close_of_erased")
_unlink_requests = Command("rights", "unlink_requests")
_unlink_complaints = Command("rights", "unlink_complaints")


def erase(*, by: Actor, city_id: int, member_id: int, now: datetime, listed: bool = False) -> None:
    """
    Erases a member, all at once. `listed` when the list outside has them already.

    :raises NotAllowed: the actor may not erase.
    :raises NotFound: no such member, or erased already.
    :raises OSError: the list outside can't be written; nothing was erased.
    """
    by.require(Permission.VAULT_MEMBER_ERASE)
    with transaction.atomic():
        known = _hold(city_id=city_id, member_id=member_id)
        numbers = [bytes(each) for each in known.number_hashes]
        removing.remove(by=by, city_id=city_id, member_id=member_id, reason="erased", now=now)
        removing.forget_former(city_id=city_id, member_id=member_id)
        shredding.shred(city_id=city_id, member_id=member_id)
        shredding.forget_numbers(city_id=city_id, member_id=member_id, number_hashes=numbers)
        letters.forget(city_id=city_id, member_id=member_id)
        visits.forget_member(city_id=city_id, member_id=member_id, now=now)
        contracts.end_of_erased(city_id=city_id, member_id=member_id, now=now)
        intake.forget_member(city_id=city_id, member_id=member_id, resource_no=_resource_no(city_id, member_id))
        records.erase(city_id=city_id, member_id=member_id)
        consent.forget(city_id=city_id, member_id=member_id)
        sealing.forget(city_id=city_id, member_id=member_id)
        _forget_rights(city_id=city_id, member_id=member_id, numbers=numbers, now=now)
        recording.record(
            by=by, action="member.erase", purpose="intake", city_id=city_id, member_ids=[member_id], reason="erased", now=now
        )
        outbox.forget(numbers)
        if not listed:
            listing.note_erased(listing.Erased(city_id, member_id, known.person_id, known.created_at, numbers, now))


def erase_pressed(*, by: Actor, city_id: int, member_id: int, now: datetime) -> bool:
    """
    Erases a member who pressed "delete" in the portal; False where nobody did, or it has been done.

    The job that calls this names whom it likes: whoever serves pages may add one. What the person pressed is a request that
    only their own visit can make, and that is what counts. A job without it is in the traces.
    """
    if _pressed.all(city_id=city_id, member_id=member_id, before=now + CLOCKS_APART):
        erase(by=by, city_id=city_id, member_id=member_id, now=now)
        return True
    known = records.leaving(city_id=city_id, member_id=member_id)
    if known is not None and known.state != "erased":
        recording.record(
            by=by,
            action="member.erase",
            purpose="intake",
            city_id=city_id,
            member_ids=[member_id],
            reason="not_pressed",
            denied=True,
            now=now,
        )
    return False


def erase_left_over(*, by: Actor, now: datetime) -> int:
    """Does the deletions of a city that people pressed in the portal and that have not been done; how many."""
    waiting = _pressed.all(city_id=by.city_id, member_id=None, before=now - AT_LEAST)
    for each in waiting:
        with suppress(NotFound):
            erase(by=by, city_id=by.city_id, member_id=each.member_id, now=now)
    return len(waiting)


def _hold(*, city_id: int, member_id: int) -> records.Leaving:
    """The locks in everybody's order: numbers, member, record. What is read counts after them."""
    known = records.leaving(city_id=city_id, member_id=member_id)
    if known is None:
        raise NotFound
    suppressing.lock_numbers([bytes(each) for each in known.number_hashes])
    ordering.lock_member(city_id=city_id, member_id=member_id)
    records.lock(city_id=city_id, member_id=member_id)
    known = records.leaving(city_id=city_id, member_id=member_id)
    if known is None or known.state == "erased":
        raise NotFound
    return known


def _resource_no(city_id: int, member_id: int) -> str:
    code = next((city.code for city in org.cities() if city.city_id == city_id), "")
    return records.resource_no(code, member_id)


def _forget_rights(*, city_id: int, member_id: int, numbers: list[bytes], now: datetime) -> None:
    """What was asked is closed; its words are shredded. What the number asked before it had a record leads to nobody any more."""
    facts = {"thing": "request", "who": "system", "staff_id": None, "what": What.ANSWERED.value, "words_id": None}
    _close.run(city_id=city_id, member_id=member_id, now=now, **facts)
    instead = secrets.token_bytes(HASH)
    _unlink_requests.run(number_hashes=numbers, instead=instead)
    _unlink_complaints.run(number_hashes=numbers, instead=instead)
