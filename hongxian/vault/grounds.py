"""Grounds that are no claim's: a case's; and their end for whoever leaves or moves. A claim's are written and removed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_give = Command("vault", "give_ground")
_end = Command("vault", "end_ground")
_remove_all = Command("vault", "remove_all_grounds")
_add_readers = Command("vault", "add_readers")
_remove_readers = Command("vault", "remove_readers")


def give(*, city_id: int, member_id: int, staff_id: int, kind: str, until: datetime) -> None:
    """Somebody may see a member until then, for what this kind of ground allows; in the surrounding transaction."""
    _give.run(city_id=city_id, member_id=member_id, staff_id=staff_id, kind=kind, until=until)


def end(*, city_id: int, member_id: int, staff_id: int, kind: str) -> None:
    """The same, no more."""
    _end.run(city_id=city_id, member_id=member_id, staff_id=staff_id, kind=kind)


def let_read(*, city_id: int, subjects: Sequence[int], staff_id: int, until: datetime) -> None:
    """Somebody may read words that are sealed under numbers that are nobody's; in the surrounding transaction."""
    _add_readers.run(city_id=city_id, subjects=list(subjects), staff_id=staff_id, until=until)


def stop_reading(*, city_id: int, subjects: Sequence[int], staff_id: int) -> None:
    """The same, no more."""
    _remove_readers.run(city_id=city_id, subjects=list(subjects), staff_id=staff_id)


def remove_all(*, city_id: int, staff_id: int) -> int:
    """
    Removes every ground that somebody has in a city, in the surrounding transaction; how many.

    The keeper asks for a living ground at the moment it answers, also where a trace was committed or a permit issued before:
    with the commit nothing opens any more.
    """
    _remove_readers.run(city_id=city_id, subjects=None, staff_id=staff_id)
    return _remove_all.run(city_id=city_id, staff_id=staff_id)
