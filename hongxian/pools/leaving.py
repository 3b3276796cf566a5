"""
Leaving and moving (离职、调岗): everything that somebody could still reach ends in one transaction.

With its commit their sessions are dead, their account is shut (who moves signs in anew), what they held is back in its
pools, no ground of any kind is left, and so neither an open permit nor a trace that was committed before opens anything.

Locks: the staff row first, then as everywhere members, hints, hand (docs/decisions/0004). A claim takes no member's row, so
one may come in while we lock; then we let go and begin again. Once the hand is bound to nobody, or to the new store, no
claim, no deal and no reassignment that began before can put anybody into it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing, recording
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org
from hongxian.org import rules, staffing
from hongxian.pools import moving, releasing
from hongxian.safety import cases
from hongxian.vault import grounds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

LONGEST_WHY = 200
NOBODYS = -1
TRIES = 20


class CannotLeave(Refusal):
    """Nothing has changed."""


class NeedsWhy(CannotLeave):
    """Leaving and moving are written down with their reason."""

    code = "pools.needs_why"
    message = _("请写明原因，最多 200 字。")
    status = 422


class HasLeft(CannotLeave):
    """Somebody who has left cannot leave again or move."""

    code = "pools.has_left"
    message = _("此人已经离职。")


class SamePlace(CannotLeave):
    """They work there already."""

    code = "pools.same_place"
    message = _("去向和现在的岗位一样，没有改动。")
    status = 422


class StillClaiming(CannotLeave):
    """Claims keep coming in; tried twenty times."""

    code = "pools.still_claiming"
    message = _("此人正在连续认领，请再试一次。")


@dataclass(frozen=True, slots=True)
class Gone:
    """What ended: holdings that went back (or out, where nobody may be contacted), and grounds of other kinds."""

    staff_id: int
    returned: int
    grounds: int


@dataclass(frozen=True, slots=True)
class _Hand:
    staff_id: int
    held: int


_bind = Command("pools", "bind_hand")
_hands = Statement("pools", "hands_of_store", _Hand)


def leave(*, by: Actor, staff_id: int, why: str, now: datetime) -> Gone:
    """
    Somebody leaves the company.

    :raises NotAllowed: the actor moves nobody.
    :raises NotFound: not within the actor's reach; the try is recorded.
    :raises NeedsWhy: without a reason.
    :raises HasLeft: they have left already.
    """
    return _go(by=by, staff_id=staff_id, place=None, why=why, now=now)


def move(*, by: Actor, staff_id: int, place: staffing.Place, why: str, now: datetime) -> Gone:
    """
    Somebody goes to another store, team, role or tier; what they held stays behind, and they sign in anew.

    :raises NotAllowed: the actor moves nobody.
    :raises NotFound: not within the actor's reach; the try is recorded.
    :raises NeedsWhy: without a reason.
    :raises HasLeft: they have left already.
    :raises SamePlace: they work there already.
    :raises staffing.BadPlace: no such place.
    """
    return _go(by=by, staff_id=staff_id, place=place, why=why, now=now)


def hands_of_store(*, by: Actor, city_id: int, store_id: int) -> dict[int, int]:
    """
    How many members each of a store's people holds; who has no hand is absent.

    :raises NotAllowed: the actor moves nobody.
    """
    by.require(Permission.ORG_STAFF_MOVE)
    return {row.staff_id: row.held for row in _hands.all(city_id=city_id, store_id=store_id)}


def _go(*, by: Actor, staff_id: int, place: staffing.Place | None, why: str, now: datetime) -> Gone:
    by.require(Permission.ORG_STAFF_MOVE)
    action = "org.leave" if place is None else "org.move"
    with transaction.atomic():
        known = staffing.lock(staff_id=staff_id)
        if known is not None and staffing.within_reach(by, staff_id=staff_id, role=known.role, store_id=known.store_id):
            return _end(by=by, known=known, place=place, action=action, why=why.strip(), now=now)
        recording.record(by=by, action=action, purpose="statistics", reason="out_of_reach", denied=True, now=now)
    raise NotFound


def _end(*, by: Actor, known: staffing.Locked, place: staffing.Place | None, action: str, why: str, now: datetime) -> Gone:
    if not known.active:
        raise HasLeft
    if not 0 < len(why) <= LONGEST_WHY:
        raise NeedsWhy
    to = known.place if place is None else staffing.checked(by=by, place=place)
    if place is not None and to == known.place:
        raise SamePlace
    returned = _empty_hand(by=by, known=known, to=None if place is None else to, now=now)
    left_on = day_of(now) if place is None else None
    removed = 0
    for city in org.cities():
        removed += grounds.remove_all(city_id=city.city_id, staff_id=known.staff_id)
        cases.let_go_all(by=by, city_id=city.city_id, staff_id=known.staff_id, now=now)
    staffing.write(staff_id=known.staff_id, place=to, left_on=left_on)
    if place is None and known.account_id is not None:
        staffing.close_account(known.account_id)
    after: Mapping[str, Any] = asdict(to) | {"active": left_on is None, "left_on": left_on}
    changing.note_change(
        by=by,
        action=action,
        thing=f"staff {known.staff_id}",
        before=asdict(known.place) | {"active": True, "left_on": None},
        after=after,
        why=why,
        now=now,
    )
    return Gone(staff_id=known.staff_id, returned=returned, grounds=removed)


def _empty_hand(*, by: Actor, known: staffing.Locked, to: staffing.Place | None, now: datetime) -> int:
    """Everybody goes back, and the hand is bound: to the new store, or to nobody."""
    if known.city_id is None:
        return 0
    system = replace(Actor.system("leave", city_id=known.city_id), process=by.process)
    stays = to is not None and to.city_id == known.city_id and to.store_id is not None and to.tier is not None
    for _try in range(TRIES):
        with transaction.atomic():  # a savepoint: going back to it lets every lock go that was taken since
            gone = releasing.return_hand(by=system, city_id=known.city_id, staff_id=known.staff_id, now=now)
            _bind.run(
                city_id=known.city_id,
                staff_id=known.staff_id,
                tier=to.tier if to is not None and stays else None,
                store_id=to.store_id if to is not None and stays else NOBODYS,
                **rules.tier_parameters(city_id=known.city_id, store_id=to.store_id if to is not None else None, now=now),
            )
            if to is not None and to.tier is not None and to.city_id != known.city_id:
                given = rules.tier_parameters(city_id=to.city_id or 0, store_id=to.store_id, now=now)
                _bind.run(city_id=to.city_id, staff_id=known.staff_id, tier=to.tier, store_id=to.store_id, **given)
            came_in_between = moving.holds_any(city_id=known.city_id, staff_id=known.staff_id)
            if came_in_between:
                transaction.set_rollback(True)
        if not came_in_between:
            return len(gone)
    raise StillClaiming
