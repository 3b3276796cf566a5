"""Undoing (撤回分配): a wrong dealing is taken back, as far as nobody has been called or texted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.pools import hinting, moving, releasing

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LONGEST_AGO = timedelta(days=6)  # what was dealt is held for seven days


class NothingToUndo(Refusal):
    """No dealing of that day stands, or it is too long ago."""

    code = "pools.nothing_to_undo"
    message = _("这一天没有可以撤回的分配。")


class WhyMissing(Refusal):
    """Undoing needs its reason."""

    code = "pools.why_missing"
    message = _("请写明撤回的原因。")
    status = 422


@dataclass(frozen=True, slots=True)
class Undone:
    """How many went back to the pool, and how many stayed because somebody had begun to work on them or they had moved on."""

    returned: Annotated[int, PLAIN]
    stayed: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class _Id:
    member_id: int


@dataclass(frozen=True, slots=True)
class _Pool:
    id: int


@dataclass(frozen=True, slots=True)
class _Dealing:
    run: int
    at: datetime
    members: int


_pool = Statement("pools", "store_pool", _Pool)
_dealing = Statement("pools", "hold_dealing", _Dealing)
_held = Statement("pools", "held_of_dealing", _Id)
_undeal = Statement("pools", "undeal", releasing.Released)
_mark = Command("pools", "mark_undone")


def undo(*, by: Actor, day: date, why: str, now: datetime) -> Undone:
    """
    Takes back what the acting manager's store was dealt on a day: whoever is untouched goes back to the pool, at once free for all.

    Untouched is who has not been called or texted and for whom no call or text was let through, and who is still in the
    hand that the dealing gave them to. The others stay, and are counted. Nobody waits on account of it.

    :raises NotAllowed: no store manager.
    :raises WhyMissing: no reason.
    :raises NothingToUndo: nothing of that day stands, or it is more than six days ago.
    """
    by.require(Permission.POOLS_SHARE_DEAL)
    if by.role == Role.SYSTEM or by.store_id is None:
        raise NotFound
    why = " ".join(why.split())[:200]
    if not why:
        raise WhyMissing
    pool = _pool.one(city_id=by.city_id, store_id=by.store_id)
    if pool is None or not timedelta(0) <= day_of(now) - day <= LONGEST_AGO:
        raise NothingToUndo
    with transaction.atomic():
        dealing = _dealing.one(city_id=by.city_id, store_id=by.store_id, day=day)
        if dealing is None:
            raise NothingToUndo
        returned = _take_back(by=by, pool_id=pool.id, dealt_at=dealing.at, now=now)
        done = Undone(returned=returned, stayed=dealing.members - returned)
        _mark.run(
            city_id=by.city_id,
            store_id=by.store_id,
            day=day,
            run=dealing.run,
            staff_id=by.staff_id,
            why=why,
            returned=done.returned,
            stayed=done.stayed,
            now=now,
        )
        after = {"day": day, "members": dealing.members, "returned": done.returned, "stayed": done.stayed}
        thing = f"store {by.store_id}"
        changing.note_change(by=by, action="pools.undeal", thing=thing, before=None, after=after, why=why, now=now)
    return done


def _take_back(*, by: Actor, pool_id: int, dealt_at: datetime, now: datetime) -> int:
    ids = [row.member_id for row in _held.all(city_id=by.city_id, pool_id=pool_id, dealt_at=dealt_at)]
    if not ids:
        return 0
    # Whoever lets a call or a text through has the member's row too: what they were let through for is seen below.
    held = moving.lock(city_id=by.city_id, member_ids=ids)
    hinting.hold(pool_ids=[pool_id])
    moving.lock_hands(city_id=by.city_id, staff_ids=[each.staff_id for each in held])
    freed = _undeal.all(
        city_id=by.city_id,
        member_ids=ids,
        dealt_at=dealt_at,
        **moving.return_parameters(
            by=by, action="pools.undeal", move="undealt", reason="wrong_dealing", waits_for=timedelta(0), now=now
        ),
    )
    return len(freed)
