"""
Who was erased and which numbers said no, outside the database: HOME/lists, replayed before any keeper starts.

A backup that is restored brings erased people and forgotten noes back; the lists take them out again. They name nobody: ids
and keyed hashes, of which only the keeper has the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.kernel import lists
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from pathlib import Path


AT_ONCE = 10_000
LATE = timedelta(hours=1)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Erased:
    """Somebody who was erased. `created_at` tells the record from another that a restored sequence gave the same number."""

    city_id: int
    member_id: int
    person_id: int
    created_at: datetime
    number_hashes: Sequence[bytes]
    at: datetime


@dataclass(frozen=True, slots=True)
class ListedNo:
    """A number that said no."""

    number_hash: bytes
    reason: str
    recorded_at: datetime


_since = Statement("consent", "noes_since", ListedNo)


def _erased_file() -> Path:
    folder: Path = settings.HOME.lists
    return folder / "erased.jsonl"


def _noes_file() -> Path:
    folder: Path = settings.HOME.lists
    return folder / "suppressed.jsonl"


def note_erased(erased: Erased) -> None:
    """
    One line, on the disk before the erasure commits: a line too many would erase who asked for it, one too few would not.

    :raises OSError: the list can't be written; then nothing is erased.
    """
    line = {
        "city": erased.city_id,
        "member": erased.member_id,
        "person": erased.person_id,
        "created_at": erased.created_at.isoformat(),
        "numbers": [bytes(each).hex() for each in erased.number_hashes],
        "at": erased.at.isoformat(),
    }
    lists.append(_erased_file(), [line])


def erased() -> Iterator[Erased]:
    """Everybody on the list; a line that can't be understood is skipped."""
    for line in lists.read(_erased_file()):
        try:
            yield Erased(
                city_id=int(line["city"]),
                member_id=int(line["member"]),
                person_id=int(line["person"]),
                created_at=datetime.fromisoformat(line["created_at"]),
                number_hashes=[bytes.fromhex(each) for each in line["numbers"]],
                at=datetime.fromisoformat(line["at"]),
            )
        except (KeyError, TypeError, ValueError):
            continue


def note_noes(noes: Iterable[ListedNo]) -> None:
    """:raises OSError: the list can't be written."""
    lists.append(
        _noes_file(),
        [{"number": no.number_hash.hex(), "reason": no.reason, "at": no.recorded_at.isoformat()} for no in noes],
    )


def noes() -> Iterator[ListedNo]:
    """Every no on the list; one may stand there twice."""
    for line in lists.read(_noes_file()):
        try:
            yield ListedNo(bytes.fromhex(line["number"]), str(line["reason"]), datetime.fromisoformat(line["at"]))
        except (KeyError, TypeError, ValueError):
            continue


@dataclass(slots=True)
class NoesKept:
    """
    Keeps the list of noes: now and then what is new in the table is added to the file. One for a process.

    A "no" counts from the moment it commits; only for a database restored from a backup does it take until it is on the list,
    which is the pause between two looks. Transactions commit late, so each look goes back an hour; a line may stand twice.
    """

    since: datetime | None = None
    seen: set[tuple[bytes, datetime]] = field(default_factory=set)

    def keep(self, *, now: datetime) -> int:
        """
        Adds what is new; how many lines.

        :raises OSError: the list can't be written; the next look tries again.
        """
        if self.since is None:
            self._learn(now)
        added, since, more = 0, self.since or BEGINNING, True
        while more:
            rows = _since.all(since=since, most=AT_ONCE)
            new = [row for row in rows if (bytes(row.number_hash), row.recorded_at) not in self.seen]
            note_noes(ListedNo(bytes(row.number_hash), row.reason, row.recorded_at) for row in new)
            self.seen |= {(bytes(row.number_hash), row.recorded_at) for row in new}
            added += len(new)
            more = len(rows) == AT_ONCE and rows[-1].recorded_at > since
            since = rows[-1].recorded_at if rows else since
        self._forget(since, now)
        return added

    def _learn(self, now: datetime) -> None:
        """What the file has of the last hour that it has at all."""
        newest = max((no.recorded_at for no in noes()), default=None)
        if newest is not None:
            self.since = min(newest, now) - LATE
            self.seen = {(no.number_hash, no.recorded_at) for no in noes() if no.recorded_at >= self.since}

    def _forget(self, newest: datetime, now: datetime) -> None:
        if newest != BEGINNING:
            self.since = min(newest, now) - LATE
            self.seen = {each for each in self.seen if each[1] >= self.since}
