"""Claiming (认领): a consultant takes members out of a pool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import rules
from hongxian.pools import books, hinting
from hongxian.pools.filtering import EVERYBODY, Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

MOST_AT_ONCE = 50


class CannotClaim(Refusal):
    """Nothing has moved and nothing was charged."""


class QuotaUsedUp(CannotClaim):
    """What a release gives back is never quota."""

    code = "pools.quota_used_up"
    message = _("今日的认领额度已用完。")


class HandFull(CannotClaim):
    """The holding limit is reached."""

    code = "pools.hand_full"
    message = _("名下会员已到上限，请先跟进或释放一些。")


class NothingToClaim(CannotClaim):
    """Nobody here for this consultant; a pool out of reach says the same."""

    code = "pools.nothing_to_claim"
    message = _("公海里暂时没有您可以认领的会员。")


class BadNumber(CannotClaim):
    """Between 1 and 50 at once."""

    code = "pools.bad_number"
    message = _("一次认领 1 到 50 位。")
    status = 422


@dataclass(frozen=True, slots=True)
class Claim:
    """A member now held; `quota_left` is what remains of today's quota after the whole claim."""

    member_id: Annotated[int, PLAIN]
    held_until: Annotated[datetime, PLAIN]
    quota_left: Annotated[int, PLAIN]


class Result(StrEnum):
    """What became of a chosen member."""

    ABOVE_TIER = "above_tier"
    CLAIMED = "claimed"
    GONE = "gone"
    NO_ROOM = "no_room"
    WAITING = "waiting"


RESULTS = {
    Result.CLAIMED: _("已认领"),
    Result.GONE: _("已不在公海"),
    Result.WAITING: _("本组不久前跟进过，暂不能认领"),
    Result.ABOVE_TIER: _("高于您当前层级可认领的等级"),
    Result.NO_ROOM: _("额度或名下人数已到上限"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One id of a choice and what happened to it."""

    member_id: Annotated[int, PLAIN]
    result: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class _Taken:
    member_id: int
    quota_left: int


_next = Statement("pools", "claim_next", _Taken, brief=True)
_filtered = Statement("pools", "claim_filtered", _Taken, brief=True)
_chosen = Statement("pools", "claim_chosen", _Taken, brief=True)
_why = Statement("pools", "why_not_chosen", Chosen)


def claim_next(*, by: Actor, pool_id: int, n: int, filters: Filters, now: datetime) -> list[Claim]:
    """
    Moves up to `n` of the pool's best free members into the acting consultant's hands.

    One statement: quota, hand, pool, holding, ledger, ground and trace change together or not at all. Fewer than `n` come
    back when quota, hand or pool run short; what was received is charged, nothing else.

    :raises NotAllowed: the consultant may not claim at all (role, training, agreement).
    :raises consent.assessing.PurposeStopped: pool cards are not in use.
    :raises BadNumber: `n` is not between 1 and 50.
    :raises QuotaUsedUp: today's quota for this kind of pool is spent.
    :raises HandFull: the holding limit is reached.
    :raises NothingToClaim: nobody for this consultant in this pool; a pool of others answers the same.
    """
    by.require(Permission.POOLS_ENTRY_CLAIM)
    if not 1 <= n <= MOST_AT_ONCE:
        raise BadNumber
    assessing.require(by=by, action="pools.claim", purpose="pool.card", now=now)
    parameters = _parameters(by=by, pool_id=pool_id, now=now)
    if filters == EVERYBODY:
        statement = _next
    else:
        statement = _filtered
        parameters |= filters.parameters()
    claims = statement.all(n=n, **parameters)
    if len(claims) < n:
        claims += _once_more(statement, parameters, by=by, pool_id=pool_id, n=n - len(claims), nothing_yet=not claims, now=now)
    if not claims:
        raise _why_nothing(by=by, pool_id=pool_id, member_ids=(), now=now)
    hinting.after_claim(by=by, pool_id=pool_id, member_ids=[each.member_id for each in claims], now=now)
    held_until, quota_left = parameters["held_until"], claims[-1].quota_left
    return [Claim(each.member_id, held_until, quota_left) for each in claims]


def claim_chosen(*, by: Actor, pool_id: int, member_ids: Sequence[int], now: datetime) -> list[Chosen]:
    """
    Moves the chosen members of a pool into the acting consultant's hands, as far as quota and hand reach.

    Every id is looked at; the answer says for each what happened, in the order asked. One statement, as in `claim_next`.

    :raises NotAllowed: the consultant may not claim at all.
    :raises BadNumber: not between 1 and 50 ids.
    :raises QuotaUsedUp: today's quota is spent.
    :raises HandFull: the holding limit is reached.
    :raises NothingToClaim: a pool out of this consultant's reach.
    """
    by.require(Permission.POOLS_ENTRY_CLAIM)
    asked = list(dict.fromkeys(member_ids))
    if not 1 <= len(asked) <= MOST_AT_ONCE:
        raise BadNumber
    assessing.require(by=by, action="pools.claim", purpose="pool.card", now=now)
    parameters = _parameters(by=by, pool_id=pool_id, now=now) | {"member_ids": asked, "n": len(asked)}
    claims = _chosen.all(**parameters)
    if not claims:
        books.open_for(by=by, now=now)
        claims = _chosen.all(**parameters)
    taken = {claim.member_id for claim in claims}
    if not taken:
        nothing = _why_nothing(by=by, pool_id=pool_id, member_ids=asked, now=now)
        if not isinstance(nothing, NothingToClaim) or not books.standing(by=by, pool_id=pool_id, now=now).visible:
            raise nothing
    left = [member_id for member_id in asked if member_id not in taken]
    why = {row.member_id: row.result for row in _why.all(**_why_parameters(by=by, pool_id=pool_id, left=left, now=now))}
    return [
        Chosen(member_id=member_id, result=Result.CLAIMED if member_id in taken else Result(why[member_id]))
        for member_id in asked
    ]


def _parameters(*, by: Actor, pool_id: int, now: datetime) -> dict[str, Any]:
    return {
        "city_id": by.city_id,
        "store_id": by.store_id,
        "team_id": by.team_id,
        "staff_id": by.staff_id,
        "pool_id": pool_id,
        "now": now,
        "day": day_of(now),
        "held_until": now + rules.claims(city_id=by.city_id, now=now).held_for,
        **recording.trace_parameters(by=by, action="pools.claim", purpose="pool.card", ground="pool"),
    }


def _why_parameters(*, by: Actor, pool_id: int, left: list[int], now: datetime) -> dict[str, Any]:
    return {
        "city_id": by.city_id,
        "staff_id": by.staff_id,
        "team_id": by.team_id,
        "pool_id": pool_id,
        "tier": by.tier,
        "member_ids": left,
        "now": now,
        **rules.tier_parameters(city_id=by.city_id, store_id=by.store_id, now=now),
    }


def _once_more(
    statement: Statement[_Taken], parameters: dict[str, Any], *, by: Actor, pool_id: int, n: int, nothing_yet: bool, now: datetime
) -> list[_Taken]:
    """After a claim that came up short: opens the day's books, and looks once from the tier's floor."""
    claims: list[_Taken] = []
    if books.open_for(by=by, now=now) or nothing_yet:  # another of her devices may have opened them since
        claims = statement.all(n=n, **parameters)
        if len(claims) == n:
            return claims
    standing = books.standing(by=by, pool_id=pool_id, now=now)
    if not standing.visible or standing.quota_left == 0 or standing.hand_left == 0:
        return claims
    if not hinting.look_from_floor(city_id=by.city_id, pool_id=pool_id, rank_floor=standing.rank_floor, now=now):
        return claims
    return claims + statement.all(n=n - len(claims), **parameters)


def _why_nothing(*, by: Actor, pool_id: int, member_ids: Sequence[int], now: datetime) -> CannotClaim:
    standing = books.standing(by=by, pool_id=pool_id, now=now)
    if not standing.visible:
        recording.record(
            by=by,
            action="pools.claim",
            purpose="pool.card",
            member_ids=member_ids,
            reason="pool_out_of_reach",
            denied=True,
            now=now,
        )
        return NothingToClaim()
    if standing.quota_left == 0:
        return QuotaUsedUp()
    if standing.hand_left == 0:
        return HandFull()
    return NothingToClaim()
