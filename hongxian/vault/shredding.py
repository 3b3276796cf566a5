"""Erasure is shredding: the wrapped keys go, and with them every copy of what they opened."""

from __future__ import annotations

from hongxian.kernel.sql import Command

_shred = Command("vault", "shred")


def shred(*, city_id: int, member_id: int) -> None:
    """Destroys a member's data keys, sealed fields and grounds, in the surrounding transaction."""
    _shred.run(city_id=city_id, member_id=member_id)
