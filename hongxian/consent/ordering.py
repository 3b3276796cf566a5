"""
Before or after (先后): a yes taken back and a look at the same moment are put in an order.

Whoever takes back a consent, records a "no", revokes what was shared or changes a member's state holds the member first,
alone; the keeper holds the members it answers about in common with other answers, until its own commit. So nothing is
opened by a transaction that commits after the withdrawal's. Members share buckets: a neighbour waits a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

SPACE, BUCKETS = 7_200, 256


@dataclass(frozen=True, slots=True)
class _Held:
    waited: bool


_hold = Statement("consent", "hold_member", _Held)
_hold_some = Statement("consent", "hold_some", _Held)
_hold_all = Statement("consent", "hold_members", _Held)


def lock_member(*, city_id: int, member_id: int) -> None:
    """First thing in a transaction that takes something back, right after the locks of numbers; in force until it ends."""
    _hold.all(space=SPACE, bucket=bucket_of(city_id, member_id))


def hold_some(*, city_id: int, member_ids: Iterable[int]) -> None:
    """
    For doing something about these members that a "no" must not be followed by, as the keeper's answers do: whatever is read
    after this stands until the transaction ends. Nothing that waits for the keeper may happen in between: it takes the same
    locks, and would queue behind whoever queues behind us.
    """
    _hold_some.all(space=SPACE, buckets=buckets_of(city_id, member_ids))


def hold_members() -> None:
    """For bringing in what members agreed to, right after the locks of numbers: a withdrawal is seen, or comes after."""
    _hold_all.all(space=SPACE, buckets=BUCKETS)


def bucket_of(city_id: int, member_id: int) -> int:
    """Which lock stands for a member."""
    return (city_id * 31 + member_id) % BUCKETS


def buckets_of(city_id: int, member_ids: Iterable[int]) -> list[int]:
    """The locks of several members, each once, in everybody's order."""
    return sorted({bucket_of(city_id, member_id) for member_id in member_ids})
