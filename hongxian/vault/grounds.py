"""Grounds as a whole: who leaves or moves keeps none. Single ones are written and removed with what they stand for."""

from __future__ import annotations

from hongxian.kernel.sql import Command

_remove_all = Command("vault", "remove_all_grounds")


def remove_all(*, city_id: int, staff_id: int) -> int:
    """
    Removes every ground that somebody has in a city, in the surrounding transaction; how many.

    The keeper asks for a living ground at the moment it answers, also where a trace was committed or a permit issued before:
    with the commit nothing opens any more.
    """
    return _remove_all.run(city_id=city_id, staff_id=staff_id)
