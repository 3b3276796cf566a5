"""
Taking in a batch of the dating site's feed: whose it is, coarse and sealed at once, each batch once.

Numbers are hashed by the keeper against a trace; what belongs to a number that nobody here has is dropped and counted, and the
site is not told which. The portal's role cannot read what it writes, and can write only for members whose number it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit.recording import TraceRef
from hongxian.kernel.actor import COMPANY
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.letters import feeding, naming
from hongxian.vault import asking, own_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_A_MINUTE = 60


class TooFast(Refusal):
    """More batches within a minute than any site needs."""

    code = "too_fast"
    message = _("发送过快，请稍后再试。")
    status = 429


class BatchChanged(Refusal):
    """A batch of this name came in before and said something else."""

    code = "batch_changed"
    message = _("该批次号已用于其他内容。")
    status = 409


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch that is in."""

    repeated: bool


@dataclass(frozen=True, slots=True)
class _Known:
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Lately:
    batches: int


@dataclass(frozen=True, slots=True)
class _Set:
    done: bool


@dataclass(frozen=True, slots=True)
class _Home:
    number_hash: bytes
    city_id: int
    member_id: int


@dataclass(frozen=True, slots=True, repr=False)
class _Part:
    """What one member did, and where they are."""

    city_id: int
    member_id: int
    viewed: tuple[feeding.ViewedItem, ...]
    sent: tuple[feeding.SentItem, ...]

    def others(self, key: bytes) -> Iterable[bytes]:
        """Everybody in it, by when they were first met."""
        items: list[feeding.ViewedItem | feeding.SentItem] = [*self.viewed, *self.sent]
        return dict.fromkeys(self.call(key, each.other) for each in sorted(items, key=lambda each: each.at))

    def call(self, key: bytes, other: str) -> bytes:
        """What this member's rows call somebody."""
        return naming.pseudonym_of(naming.hash_of(key, other), self.member_id)


_known = Statement("portal", "feed_batch", _Known)
_lately = Statement("portal", "feed_lately", _Lately)
_record = Statement("portal", "feed_record", TraceRef)
_lock = Statement("portal", "feed_lock", _Set)
_with = Statement("portal", "feed_with", _Set)
_homes = Statement("portal", "feed_homes", _Home)
_add_batch = Command("portal", "feed_add_batch")
_add_others = Command("portal", "feed_add_others")
_add_viewed = Command("portal", "feed_add_viewed")
_add_sent = Command("portal", "feed_add_sent")
_opt_out = Command("portal", "feed_opt_out")


def take(*, batch: feeding.BatchIn, digest: bytes, now: datetime) -> Taken:
    """
    Stores a batch, all of it or nothing; a second time it changes nothing. Call it outside a transaction.

    :raises BatchChanged: another batch had this name.
    :raises TooFast: more than 60 within a minute.
    :raises vault.asking.KeeperAway: nothing was stored.
    :raises vault.asking.KeeperDenied: more numbers within a minute than the keeper hashes for the feed.
    """
    if _is_known(batch, digest):
        return Taken(repeated=True)
    found = _lately.one(since=now - timedelta(minutes=1))
    if found is None or found.batches >= MOST_A_MINUTE:
        raise TooFast
    hashes = _hashed([each.number for each in batch.members], now=now)
    with transaction.atomic():
        _lock.one()
        if _is_known(batch, digest):  # while this one waited
            return Taken(repeated=True)
        parts = _at_home(batch.members, hashes)
        _add_batch.run(key=batch.key, digest=digest, now=now, taken=len(parts), dropped=len(batch.members) - len(parts))
        _store(parts, now=now)
        if batch.opted_out:
            key = naming.key()
            _opt_out.run(ref_hashes=[naming.hash_of(key, each) for each in batch.opted_out], now=now)
    return Taken(repeated=False)


def _is_known(batch: feeding.BatchIn, digest: bytes) -> bool:
    known = _known.one(key=batch.key)
    if known is not None and bytes(known.digest) != digest:
        raise BatchChanged
    return known is not None


def _hashed(numbers: Sequence[str], *, now: datetime) -> dict[str, list[bytes]]:
    different = sorted(set(numbers))
    if not different:
        return {}
    trace = _trace(COMPANY, action="vault.hash", fields=["number_hash"], reason=f"n={len(different)}", member_ids=[], now=now)
    return dict(zip(different, asking.hash_against(trace=trace, numbers=different), strict=True))


def _trace(
    city_id: int, *, action: str, fields: Sequence[str], reason: str, member_ids: Sequence[int], now: datetime
) -> TraceRef:
    found = _record.one(city_id=city_id, action=action, fields=list(fields), reason=reason, member_ids=list(member_ids), now=now)
    if found is None:  # INSERT … RETURNING gives a row or raises
        message = "the trace gave no number back"
        raise RuntimeError(message)
    return found


def _at_home(members: Sequence[feeding.MembersPart], hashes: dict[str, list[bytes]]) -> list[_Part]:
    """The parts of those who have a record that lives; from here on the transaction may write for them, and for nobody else."""
    everything = sorted({each.hex() for of_one in hashes.values() for each in of_one})
    _with.one(hashes=",".join(f"\\x{each}" for each in everything))
    homes = {bytes(home.number_hash): (home.city_id, home.member_id) for home in _homes.all()}
    parts = []
    for member in members:
        home = next((homes[each] for each in hashes[member.number] if each in homes), None)
        if home is not None:
            parts.append(_Part(*home, member.viewed, member.sent))
    return parts


def _store(parts: Sequence[_Part], *, now: datetime) -> None:
    key, last_day = naming.key(), feeding.kept_until(day_of(now))
    others = dict.fromkeys((part.city_id, part.member_id, ref) for part in parts for ref in part.others(key))
    viewed = [(part, each) for part in parts for each in part.viewed]
    sent = [(part, each) for part in parts for each in part.sent]
    if others:
        cities, members, refs = zip(*others, strict=True)
        _add_others.run(city_ids=list(cities), member_ids=list(members), refs=list(refs))
    if viewed:
        _add_viewed.run(
            **_of(key, viewed),
            births=[each.birth_from for _part, each in viewed],
            heights=[each.height_from for _part, each in viewed],
            educations=[each.education for _part, each in viewed],
            districts=[each.district for _part, each in viewed],
            kept_until=last_day,
        )
    if sent:
        sealed = own_words.seal(field=own_words.SENT, texts=[(part.member_id, each.text) for part, each in sent])
        _add_sent.run(
            **_of(key, sent),
            kek_ids=[each.kek_id for each in sealed],
            wrapped=[each.wrapped for each in sealed],
            sealed=[each.sealed for each in sealed],
            kept_until=last_day,
        )
    for city_id in sorted({part.city_id for part in parts}):
        ids = sorted({part.member_id for part in parts if part.city_id == city_id})
        _trace(city_id, action="letters.take", fields=["own_viewed", "own_sent"], reason="", member_ids=ids, now=now)


def _of(
    key: bytes, items: Sequence[tuple[_Part, feeding.ViewedItem]] | Sequence[tuple[_Part, feeding.SentItem]]
) -> dict[str, list[int] | list[bytes] | list[datetime]]:
    return {
        "city_ids": [part.city_id for part, _each in items],
        "member_ids": [part.member_id for part, _each in items],
        "refs": [part.call(key, each.other) for part, each in items],
        "times": [each.at for _part, each in items],
    }
