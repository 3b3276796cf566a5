"""
Counts of texts (短信统计), hour by hour and day by day, kept in the transaction of what they count.

A text counts in the hour in which its hand over began (`handing_at`), whatever it becomes later: a report that comes the next
morning counts into the same row as the hand over, so that of every row delivered + failed + unknown never outgrow handed.
What the gate dropped was never handed over and counts in the hour in which it was dropped (`ended_at`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.sql import Command, Statement
from hongxian.outreach import folding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

# States of a text that was given to the gateway. What the gateway would not take is among them: it is failed.
HANDED = frozenset({"handed", "delivered", "failed", "unknown"})
COUNTS = ("handed", "parts", "delivered", "failed", "unknown", "dropped", "opted_out")


@dataclass(frozen=True, slots=True)
class Change:
    """One text that went from one state to another. `moment` is `handing_at`, or `ended_at` of what was never handed over."""

    staff_id: int
    store_id: int | None
    team_id: int | None
    version_id: int
    how: str
    moment: datetime
    was: str
    state: str
    parts: int | None = None
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A count that is not what the rows say."""

    staff_id: int
    store_id: int
    team_id: int
    version_id: int
    how: str
    span: str
    begins: datetime
    kept: list[int]
    counted: list[int]


_add = Command("outreach", "add_texts")
_recount = Statement("outreach", "recount_texts", Difference)


def add(*, city_id: int, changes: Sequence[Change]) -> None:
    """
    Counts changes of state, in the caller's transaction: one statement for a whole batch.

    Whoever changes the state of a text calls this before they commit, with the states before and after as the UPDATE's
    RETURNING gave them. A change from a state to itself counts nothing. Rows are taken in one order, so that two batches
    wait for each other and do not lock up.
    """
    sums: dict[tuple[int, int, int, int, str, str, datetime], list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for change in changes:
        by = _by(change)
        if not any(by):
            continue
        for span, begins in (("day", start_of(day_of(change.moment))), ("hour", hour_of(change.moment))):
            key = (change.staff_id, change.version_id, change.store_id or 0, change.team_id or 0, change.how, span, begins)
            sums[key] = [kept + more for kept, more in zip(sums[key], by, strict=True)]
    if not sums:
        return
    keys = sorted(sums)
    staff_ids, version_ids, store_ids, team_ids, hows, spans, begins_at = (list(column) for column in zip(*keys, strict=True))
    folding.unfold(city_id=city_id, begins=(begins for span, begins in zip(spans, begins_at, strict=True) if span == "day"))
    counts = zip(COUNTS, zip(*(sums[key] for key in keys), strict=True), strict=True)
    _add.run(
        city_id=city_id,
        staff_ids=staff_ids,
        version_ids=version_ids,
        store_ids=store_ids,
        team_ids=team_ids,
        hows=hows,
        spans=spans,
        begins_at=begins_at,
        **{name: list(column) for name, column in counts},
    )


def recount(*, city_id: int, since: date, until: date) -> list[Difference]:
    """Every hour and day of those days, `until` among them, whose counts are not what the texts themselves say. Empty is right."""
    begins, ends = start_of(since), start_of(until)
    return _recount.all(city_id=city_id, begins=begins, ends=ends)


def _by(change: Change) -> list[int]:
    """How much each of COUNTS grows; less than nothing where a text leaves a state."""
    before, after = _counts(change.was, change.parts), _counts(change.state, change.parts)
    return [*(now - then for then, now in zip(before, after, strict=True)), int(change.opted_out)]


def _counts(state: str, parts: int | None) -> list[int]:
    handed = int(state in HANDED)
    return [handed, handed * (parts or 0), *(int(state == each) for each in ("delivered", "failed", "unknown", "dropped"))]
