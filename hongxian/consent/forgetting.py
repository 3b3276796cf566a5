"""Forgetting: of an erased member's yeses stay purpose, days and what was shown; what proved them could name somebody."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.kernel.sql import Statement


@dataclass(frozen=True, slots=True)
class _Emptied:
    receipts: int


_forget = Statement("consent", "forget", _Emptied)


def forget(*, city_id: int, member_id: int) -> int:
    """
    Empties evidence and origin of the receipts of a member who has just been erased; how many. Of nobody else: receipts are
    append-only for every process, and the database's own function looks at the record's state.
    """
    found = _forget.one(city_id=city_id, member_id=member_id)
    return found.receipts if found else 0
