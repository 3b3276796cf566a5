"""
Pushing (推送): the member gives their own consultant a copy of their own words, for some days, and takes it back in one press.

What is pushed is covered (blotting.py) and sealed here, written through the visitor's own views for the one consultant in
whose hands the member is at that moment, and bound to a ground; when the holding ends, by whichever way, the database deletes
it. Taking back holds the member first, so that the keeper opens nothing of it in a transaction that commits later; the copy is
destroyed in the same breath.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from hongxian.consent import ordering
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.letters import card as cards
from hongxian.letters.blotting import blot
from hongxian.portal import own, tracing
from hongxian.vault import own_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hongxian.letters.card import Card
    from hongxian.portal.door import Visit
    from hongxian.portal.own_letters import Letter

SHORTEST, LONGEST = 1, 30
MOST_MESSAGES = 20
MOST_RUNNING = 60
HELD_BY = "vault_pushed_while_held"


class CannotPush(Refusal):
    """Nothing was pushed."""

    code = "portal.cannot_push"
    status = 422


class NobodyThere(CannotPush):
    """Nobody looks after this member now."""

    code = "portal.nobody_there"
    message = _("目前没有顾问负责您，无法推送。")
    status = 409


class NothingChosen(CannotPush):
    """No letter of one's own, no line of the card."""

    code = "portal.nothing_chosen"
    message = _("请先选择要推送的内容。")


class BadDays(CannotPush):
    """Between 1 and 30 days."""

    code = "portal.bad_days"
    message = _("请选择 1 到 30 天。")


class TooMany(CannotPush):
    """More than a consultant can read."""

    code = "portal.too_many"
    message = _("一次最多推送 20 条，同时最多 60 条；请先撤回一些。")


@dataclass(frozen=True, slots=True)
class Hand:
    """The consultant in whose hands the visitor is, as members know them."""

    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    held_until: Annotated[datetime, PLAIN]


@dataclass(frozen=True, slots=True)
class Pushed:
    """Something that was pushed, without its words."""

    number: Annotated[int, PLAIN]
    kind: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    pushed_at: Annotated[datetime, PLAIN]
    until: Annotated[datetime, PLAIN]
    revoked_at: Annotated[datetime | None, PLAIN]

    def runs(self, now: datetime) -> bool:
        """Whether the consultant can see it now, as far as it hangs on this row."""
        return self.revoked_at is None and self.until > now


_hand = Statement("portal", "own_hand", Hand)
_pushed = Statement("portal", "own_pushed", Pushed)
_push = Command("portal", "push")
_ground = Command("portal", "push_ground")
_revoke = Command("portal", "revoke_push")
_end_grounds = Command("portal", "end_push_grounds")


def hand(*, visit: Visit) -> Hand | None:
    """Who looks after the visitor now, if anybody does."""
    with own.visiting(visit.token):
        return _hand.one()


def pushed(*, visit: Visit) -> list[Pushed]:
    """What the visitor pushed lately, the newest first."""
    with own.visiting(visit.token):
        return _pushed.all()


def as_shown(letter: Letter) -> str:
    """What the consultant would read of a letter: contact data covered."""
    return blot(letter.text)


def push_messages(*, visit: Visit, letters: Sequence[Letter], to: int, days: int, now: datetime) -> int:
    """
    Pushes letters of the visitor's own to the consultant `to`, who must hold them still; how many.

    :raises CannotPush: see its kinds.
    """
    texts = [
        json.dumps({"to": each.other, "on": day_of(each.at).isoformat(), "text": as_shown(each)}, ensure_ascii=False)
        for each in letters
    ]
    return _write(visit=visit, kind="message", texts=texts, to=to, days=days, now=now)


def push_card(*, visit: Visit, card: Card, to: int, days: int, now: datetime) -> None:
    """
    Pushes a preference card to the consultant `to`, in place of the one before.

    :raises CannotPush: see its kinds.
    """
    texts = [] if card.is_empty else [cards.written(card)]
    _write(visit=visit, kind="card", texts=texts, to=to, days=days, now=now)


def _write(*, visit: Visit, kind: str, texts: Sequence[str], to: int, days: int, now: datetime) -> int:
    if visit.city_id is None or visit.member_id is None or not texts:
        raise NothingChosen
    if not SHORTEST <= days <= LONGEST:
        raise BadDays
    sealed = own_words.seal(field=own_words.PUSHED[kind], texts=[(visit.member_id, text) for text in texts])
    until = now + timedelta(days=days)
    with _while_held(), own.visiting(visit.token):
        ordering.lock_member(city_id=visit.city_id, member_id=visit.member_id)  # a new card takes the old one back
        running = [each for each in _pushed.all() if each.runs(now)]
        if kind == "card":
            _revoke.run(ids=[each.number for each in running if each.kind == "card"], now=now)
        if len(texts) > MOST_MESSAGES or len(running) + len(texts) > MOST_RUNNING:
            raise TooMany
        count = _push.run(
            kind=kind,
            staff_id=to,
            now=now,
            until=until,
            kek_ids=[each.kek_id for each in sealed],
            wrapped=[each.wrapped for each in sealed],
            sealed=[each.sealed for each in sealed],
        )
        if not count:
            raise NobodyThere
        _ground.run(staff_id=to, until=until)
        fields = [own_words.PUSHED[kind]]
        tracing.record(visit=visit, action="letters.push", purpose="preference.push", fields=fields, reason=f"n={count}", now=now)
    return count


@contextmanager
def _while_held() -> Iterator[None]:
    """A holding that ends between look and push: the foreign key says so."""
    try:
        yield
    except IntegrityError as error:
        if HELD_BY in str(error):
            raise NobodyThere from error
        raise


def revoke(*, visit: Visit, numbers: Sequence[int], now: datetime) -> None:
    """
    Takes back what was pushed: in force for every look that commits after this, and the copy is gone.

    :raises NotFound: none of them is the visitor's, or all are taken back already.
    """
    if visit.city_id is None or visit.member_id is None:
        raise NotFound
    with own.visiting(visit.token):
        ordering.lock_member(city_id=visit.city_id, member_id=visit.member_id)
        if not _revoke.run(ids=list(numbers), now=now):
            raise NotFound
        _end_grounds.run(now=now)
        tracing.record(
            visit=visit, action="letters.revoke", purpose="preference.push", fields=sorted(own_words.PUSHED.values()), now=now
        )
