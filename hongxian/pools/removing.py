"""Removing: a member who said no, or was erased, leaves pools, hands and rests in the transaction that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.audit import recording
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

# What the ledger calls it; every other reason is a "no".
MOVES = {"erased": "erased", "withdrawn": "left"}
_entry = Command("pools", "remove_entry")
_holding = Command("pools", "remove_holding")
_resting = Command("pools", "remove_resting")
_former = Command("pools", "forget_former_of")


def remove(*, by: Actor, city_id: int, member_id: int, reason: str, now: datetime) -> None:
    """
    Takes a member out of every pool and every hand. The caller has already changed the member's row in this transaction.

    Three statements, each with a fresh look, in this order: a claim under way has either taken the entry, and then its
    holding is there when the second one looks, or it finds the entry gone.
    """
    facts = {"city_id": city_id, "member_id": member_id, "now": now, "day": day_of(now), "reason": reason}
    facts |= {"move": MOVES.get(reason, "refused"), "staff_id": by.staff_id}
    _entry.run(**facts)
    trace = recording.trace_parameters(by=by, action="pools.remove", purpose="suppression", ground="claim")
    _holding.run(**facts, **trace)
    _resting.run(city_id=city_id, member_id=member_id)


def forget_former(*, city_id: int, member_id: int) -> None:
    """Part of erasing a member: nobody waits for them any more."""
    _former.run(city_id=city_id, member_id=member_id)
