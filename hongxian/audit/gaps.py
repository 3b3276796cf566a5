"""
Numbers that no trace was seen to have.

Traces take their numbers when they are written and are seen when their transactions commit, so a number may be seen late, or
never. Sealing waits for nobody: it goes on past the holes, remembers them, and seals what appears in them when it appears.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers from `first_id` to `last_id`. `horizon`: nothing comes any more once all transactions before it have ended."""

    first_id: int
    last_id: int
    seen_at: datetime
    horizon: int | None


def holes(*, low: int, ids: Sequence[int], now: datetime) -> Iterator[Gap]:
    """The ranges between these numbers (ascending, all above `low`), from `low` to the last of them."""
    before = low
    for each in ids:
        if each > before + 1:
            yield Gap(before + 1, each - 1, now, None)
        before = each


def without(gap: Gap, ids: Sequence[int]) -> Iterator[Gap]:
    """What is left of a gap once these of its numbers (ascending) have been seen; as old as the gap."""
    first = gap.first_id
    for each in (*ids, gap.last_id + 1):
        if each > first:
            yield Gap(first, each - 1, gap.seen_at, gap.horizon)
        first = each + 1
