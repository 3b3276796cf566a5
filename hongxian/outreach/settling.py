"""
What becomes of a text (短信状态): the rule of its states, and every change of state that does not come from handing it over.

waiting → handing → handed → delivered or failed; unknown where nobody can say. A handset's word that it has the text outranks
everything; a word that it failed outranks not knowing. What the sender was handing over when it died is unknown, and only a
report can make it anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.sql import Command, Statement
from hongxian.outreach import counting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AT_ONCE = 500
DELIVERED, FAILED, ACCEPTED, BUFFERED, OPTED_OUT = "delivered", "failed", "accepted", "buffered", "opted_out"
LEFT = frozenset({"handing", "handed", "unknown"})
FAR_OFF = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """A text as far as its counts need it."""

    city_id: int
    at: datetime
    message_id: int
    staff_id: int
    team_id: int | None
    store_id: int | None
    version_id: int
    how: str
    state: str
    parts: int | None
    handing_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Reported:
    message_id: int


_orphaned = Statement("outreach", "orphaned_texts", Known)
_silent = Statement("outreach", "silent_texts", Known)
_late = Statement("outreach", "late_texts", Known)
_reported = Statement("outreach", "texts_to_report", Known)
last_to = Statement("outreach", "last_text_to", Known)
_settle = Command("outreach", "texts_settled")
_add_reports = Statement("outreach", "add_reports", _Reported)


@dataclass(frozen=True, slots=True)
class Said:
    """One report of a gateway: what it said of which text."""

    at: datetime
    message_id: int
    state: str
    code: str
    received_at: datetime


def next_state(state: str, said: str) -> str:
    """What a text becomes when its gateway says this of it, in whatever order and however often it says so."""
    if said == DELIVERED and (state in LEFT or state == FAILED):
        return DELIVERED
    if said == FAILED and state in LEFT:
        return FAILED
    return state


def report(*, city_id: int, said: Sequence[Said], now: datetime) -> int:
    """Writes down what was said of these texts of one city and changes their states; how many states changed. Repeatable."""
    with transaction.atomic():
        texts = {
            (row.at, row.message_id): row
            for row in _reported.all(
                city_id=city_id, ats=[each.at for each in said], message_ids=[each.message_id for each in said]
            )
        }
        known = [each for each in said if (each.at, each.message_id) in texts]
        _note(city_id=city_id, said=known)
        states, reasons = {key: row.state for key, row in texts.items()}, dict.fromkeys(texts, "")
        for each in known:
            key = (each.at, each.message_id)
            states[key] = next_state(states[key], each.state)
            if each.state == FAILED and states[key] == FAILED:
                reasons[key] = each.code or "undelivered"
        changed = {texts[key]: state for key, state in states.items() if state != texts[key].state}
        by_text = {texts[key]: reason for key, reason in reasons.items() if states[key] == FAILED}
        settle(city_id=city_id, states=changed, reasons=by_text, now=now)
    return len(changed)


def opted_out(*, city_id: int, member_id: int, since: datetime, now: datetime) -> None:
    """Counts an opt-out with the text that it most likely answers. Not together with the refusal itself: see the order of locks."""
    with transaction.atomic():
        text = last_to.one(city_id=city_id, member_id=member_id, since=since)
        if text is None:
            return
        said = Said(at=text.at, message_id=text.message_id, state=OPTED_OUT, code="", received_at=now)
        if _note(city_id=city_id, said=[said]):
            counting.add(city_id=city_id, changes=[_change(text, text.state, now=now, opted_out=True)])


def give_up_orphans(*, city_id: int, now: datetime) -> int:
    """What was being handed over by a sender that is no more becomes unknown; only for who knows that no other one lives."""
    return _all_of(_orphaned, city_id=city_id, state="unknown", reason="sender_died", now=now)


def give_up_silent(*, city_id: int, now: datetime, after: timedelta) -> int:
    """Texts of which no last word has come for so long are unknown. A later report still settles them."""
    return _all_of(_silent, city_id=city_id, state="unknown", reason="no_report", now=now, before=now - after)


def drop_late(*, city_id: int, now: datetime) -> int:
    """Texts whose latest time has passed while they waited do not go out any more."""
    return _all_of(_late, city_id=city_id, state="dropped", reason="late", now=now)


def drop_restored(*, city_id: int, now: datetime) -> int:
    """
    What waits in a backup that was restored may have gone out since it was taken: nobody knows, and nobody gets it twice.

    :returns: how many texts.
    """
    total = 0
    while True:
        with transaction.atomic():
            texts = _late.all(city_id=city_id, most=AT_ONCE, now=FAR_OFF)
            settle(city_id=city_id, states=dict.fromkeys(texts, "dropped"), reasons=dict.fromkeys(texts, "restored"), now=now)
        total += len(texts)
        if len(texts) < AT_ONCE:
            return total


def _all_of(which: Statement[Known], *, city_id: int, state: str, reason: str, now: datetime, **more: datetime) -> int:
    total = 0
    while True:
        given = more if which is not _late else {"now": now}
        with transaction.atomic():
            texts = which.all(city_id=city_id, most=AT_ONCE, **given)
            settle(city_id=city_id, states=dict.fromkeys(texts, state), reasons=dict.fromkeys(texts, reason), now=now)
        total += len(texts)
        if len(texts) < AT_ONCE:
            return total


def settle(*, city_id: int, states: Mapping[Known, str], reasons: Mapping[Known, str], now: datetime) -> None:
    """Writes and counts new states of texts that the surrounding transaction holds."""
    if not states:
        return
    texts = list(states)
    _settle.run(
        city_id=city_id,
        now=now,
        ats=[text.at for text in texts],
        message_ids=[text.message_id for text in texts],
        states=[states[text] for text in texts],
        reasons=[reasons.get(text, "") for text in texts],
        first=min(text.at for text in texts),
        last=max(text.at for text in texts),
    )
    counting.add(city_id=city_id, changes=[_change(text, states[text], now=now) for text in texts])


def _note(*, city_id: int, said: Sequence[Said]) -> int:
    """How many of these nobody had said before."""
    if not said:
        return 0
    rows = _add_reports.all(
        city_id=city_id,
        ats=[each.at for each in said],
        message_ids=[each.message_id for each in said],
        states=[each.state for each in said],
        codes=[each.code for each in said],
        received=[each.received_at for each in said],
    )
    return len(rows)


def _change(text: Known, state: str, *, now: datetime, opted_out: bool = False) -> counting.Change:
    return counting.Change(
        staff_id=text.staff_id,
        store_id=text.store_id,
        team_id=text.team_id,
        version_id=text.version_id,
        how=text.how,
        moment=text.handing_at or now,
        was=text.state,
        state=state,
        parts=text.parts,
        opted_out=opted_out,
    )
