"""
Replaying the lists outside the database (重放): after a backup was restored, who had been erased is erased again and who had
said no has said no, before any keeper starts. A second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hongxian.kernel.actor import Actor
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import text_of
from hongxian.outreach import refusing
from hongxian.rights import erasing, listing

if TYPE_CHECKING:
    from datetime import datetime

AT_ONCE = 5_000
# Runs a statement as some role: its text and its parameters; the first column of what it gives.
Ask = Callable[[str, dict[str, Any]], list[int]]


def still_here(ask: Ask) -> Iterator[listing.Erased]:
    """Who was erased and is in the database all the same. A record made at another moment is somebody else's."""
    for some in _batches(listing.erased()):
        parameters = {
            "city_ids": [each.city_id for each in some],
            "member_ids": [each.member_id for each in some],
            "created_ats": [each.created_at for each in some],
        }
        yield from (some[place - 1] for place in ask(text_of("members", "still_here"), parameters))


def forgotten_noes(ask: Ask) -> Iterator[listing.ListedNo]:
    """Noes that the database does not know."""
    for some in _batches(listing.noes()):
        parameters = {
            "number_hashes": [each.number_hash for each in some],
            "recorded_ats": [each.recorded_at for each in some],
        }
        yield from (some[place - 1] for place in ask(text_of("consent", "missing_noes"), parameters))


def replay(ask: Ask, *, now: datetime) -> tuple[int, int]:
    """
    How many were erased again, and how many noes came back. Noes first: an erased record leads to no number any more.

    :raises OSError: a list can't be read.
    """
    noes = erased = 0
    for no in forgotten_noes(ask):
        refusing.restore(
            by=Actor.system("replay"), number_hash=no.number_hash, reason=no.reason, recorded_at=no.recorded_at, now=now
        )
        noes += 1
    for each in still_here(ask):
        with suppress(NotFound):
            by = Actor.system("replay", city_id=each.city_id)
            erasing.erase(by=by, city_id=each.city_id, member_id=each.member_id, now=now, listed=True)
            erased += 1
    return erased, noes


def _batches(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    some: list[Any] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some
