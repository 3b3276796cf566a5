"""
Defence against machines that send (宏防护): budgets, rhythms, and the pause that follows.

A text by hand is one that a consultant sends: from a member's page (`hand`) or to many of the own library (`library`). Campaigns
and automatic texts have a decision of their own behind them and are neither counted nor held up here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import rules
from hongxian.outreach import rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence

BY_HAND = frozenset({"hand", "library"})
FLAGRANT = 200  # asked for at once: more than any page lets somebody tick
LOOK_BACK = timedelta(hours=3)  # for rhythms
LOCK_SPACE = 0x7054  # advisory locks over stores' texts


class Paused(Refusal):
    """The sender is held up until a manager, or time, ends it."""

    code = "outreach.paused"
    message = _("您的短信发送已暂停，店长会看到原因。请联系店长。")


class BudgetSpent(Refusal):
    """More than is left of today's budget, or of the store's this hour."""

    code = "outreach.budget"
    status = 422


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether all the texts asked for may be queued. If not: none of them, and `refusal` says why, to be raised after the commit."""

    refusal: Refusal | None = None
    paused: str = ""


@dataclass(frozen=True, slots=True)
class _Waited:
    waited: bool


@dataclass(frozen=True, slots=True)
class _Pace:
    own_today: int
    store_hour: int
    accounts: int
    paused: str


@dataclass(frozen=True, slots=True)
class _Press:
    staff_id: int
    at: datetime
    version_id: int


@dataclass(frozen=True, slots=True)
class _Added:
    pause_id: int


_hold = Statement("outreach", "hold_texts_of_store", _Waited)
_pace = Statement("outreach", "pace", _Pace)
_presses = Statement("outreach", "presses", _Press)
_add = Statement("outreach", "add_pause", _Added)


def check(*, by: Actor, city_id: int, version_id: int, texts: int, how: str, now: datetime, asked: int = 0) -> Allowance:
    """
    Weighs a wish to send `texts` texts (out of `asked`); whoever queues texts calls this once a press, in their transaction.

    Before the rows are added, and after a repeated press (same request key) was found out: that one isn't weighed again. The
    answer is all or nothing. It may have written a pause, so the transaction must commit even when nothing is queued:

        with transaction.atomic():
            allowance = pausing.check(by=by, city_id=…, version_id=…, texts=len(member_ids), how=how, now=now)
            if allowance.refusal is None:
                …  # add the rows
        if allowance.refusal is not None:
            raise allowance.refusal

    One sender's and one store's presses are weighed one after the other (a lock per store, until the transaction ends).
    """
    if how not in BY_HAND:
        return Allowance()
    if by.store_id is None:  # nobody sends by hand but a store's consultants
        return Allowance(Paused(), "no_store")
    _hold.all(space=LOCK_SPACE, store_id=by.store_id)
    pace = _pace.one(
        city_id=city_id,
        store_id=by.store_id,
        staff_id=by.staff_id,
        day=start_of(day_of(now)),
        hour=now - timedelta(hours=1),
        now=now,
    )
    if pace is None:  # an aggregate gives a row; without one there is no budget to go by
        return Allowance(Paused(), "unreadable")
    if pace.paused:
        return Allowance(Paused(), pace.paused)
    sign = _sign(by=by, city_id=city_id, version_id=version_id, now=now)
    if sign is not None:
        _pause(by=by, city_id=city_id, reason=sign.kind, seen=sign.numbers, until=None, now=now)
        return Allowance(Paused(), sign.kind)
    return _within_budgets(by=by, city_id=city_id, pace=pace, texts=texts, asked=max(asked, texts), now=now)


def press_past_budget(*, by: Actor, city_id: int, version_id: int, how: str, now: datetime) -> None:
    """A press that the gate's own count has turned away already: weighed all the same, so that it leaves its pause."""
    with transaction.atomic():
        check(by=by, city_id=city_id, version_id=version_id, texts=1, how=how, now=now)


def _within_budgets(*, by: Actor, city_id: int, pace: _Pace, texts: int, asked: int, now: datetime) -> Allowance:
    """A little too much is told and no more; at the end of a budget, or far beyond it, the sender is held up and the managers see it."""
    limits = rules.contact(city_id=city_id, store_id=by.store_id, now=now)
    own, shared = limits.by_hand_a_day - pace.own_today, limits.by_hand_store_an_hour - pace.store_hour
    if texts <= min(own, shared) and asked <= FLAGRANT:
        return Allowance()
    seen = {"asked": asked, "today": pace.own_today, "store_hour": pace.store_hour, "accounts": pace.accounts}
    if asked > FLAGRANT:
        _pause(by=by, city_id=city_id, reason="budget", seen=seen, until=None, now=now)
        return Allowance(Paused(), "budget")
    if own <= 0:
        tomorrow = start_of(day_of(now) + timedelta(days=1))
        _pause(by=by, city_id=city_id, reason="budget", seen=seen, until=tomorrow, now=now)
        return Allowance(BudgetSpent(_("今天的 %(n)s 条短信已经用完，明天恢复。") % {"n": limits.by_hand_a_day}), "budget")
    if shared <= 0:
        _pause(by=by, city_id=city_id, reason="store_budget", seen=seen, until=hour_of(now) + timedelta(hours=1), now=now)
        return Allowance(BudgetSpent(_("本店这一小时的短信已经用完，请稍后再发。")), "store_budget")
    return Allowance(BudgetSpent(_("现在最多还能发 %(n)s 条，一条也没有发出。") % {"n": min(own, shared)}))


def _sign(*, by: Actor, city_id: int, version_id: int, now: datetime) -> rhythm.Sign | None:
    presses = _presses.all(city_id=city_id, store_id=by.store_id, since=now - LOOK_BACK)
    own = [each for each in presses if each.staff_id == by.staff_id]
    found = rhythm.sign_in([*(each.at for each in own), now])
    if found is not None:
        return found
    same = [each for each in presses if each.version_id == version_id]
    others = _moments_of([each for each in same if each.staff_id != by.staff_id])
    return rhythm.lockstep([*(each.at for each in same if each.staff_id == by.staff_id), now], others)


def _moments_of(presses: Sequence[_Press]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = {}
    for each in presses:
        found.setdefault(each.staff_id, []).append(each.at)
    return found


def _pause(*, by: Actor, city_id: int, reason: str, seen: dict[str, Any], until: datetime | None, now: datetime) -> None:
    """By the system, about the sender: the row, and a change that says what was seen."""
    pause(
        by=Actor.system("macro_defence", city_id=city_id),
        city_id=city_id,
        staff_id=by.staff_id,
        store_id=by.store_id,
        reason=reason,
        seen=seen,
        until=until,
        why=json.dumps(seen),
        now=now,
    )


def pause(  # noqa: PLR0913 - who, where, why, from when and until when
    *,
    by: Actor,
    city_id: int,
    staff_id: int,
    store_id: int | None,
    reason: str,
    seen: dict[str, Any],
    until: datetime | None,
    why: str,
    now: datetime,
) -> None:
    """Holds a sender up, in the surrounding transaction; whoever may do so has been asked before (outreach/pauses.py)."""
    added = _add.one(
        city_id=city_id,
        staff_id=staff_id,
        store_id=store_id,
        reason=reason,
        seen=json.dumps(seen),
        now=now,
        until=until,
    )
    if added is None:  # INSERT … RETURNING gives a row or raises
        message = "the pause gave no number back"
        raise RuntimeError(message)
    after = {"pause": added.pause_id, "reason": reason, "until": until, **seen}
    changing.note_change(by=by, action="outreach.pause", thing=f"staff {staff_id}", before=None, after=after, why=why, now=now)
