"""What the gate looks at: one statement for any number of asks of one city, and nothing is guessed where a table can't be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.outreach.ruling import Ask


@dataclass(frozen=True, slots=True)
class Facts:
    """
    One member, whoever asks about them, and what the contact would rest on, as of one moment.

    `calls` are those whose number was given, or still may be, with `callers` beside them; `texts` are counted likewise.
    """

    member_id: int
    known: bool
    state: str
    marked: bool  # the record is marked with a "no"
    said_no: bool  # the list of noes has the number
    contacts: int  # calls that were filed, ever
    timezone: str
    resting: bool
    grounds: list[str]  # of whoever asks
    held: bool  # somebody has a claim or a contract
    contract: bool
    receipt_id: int | None
    calls: list[datetime]
    callers: list[int]
    texts: int
    texts_lately: int  # within the span of the cap
    assessed: bool
    fields: list[str]  # what the purpose's assessment covers
    roles: list[str]
    role: str  # of whoever asks; empty for nobody who works here
    active: bool
    staff_city_id: int  # 0: the whole company
    staff_store_id: int | None
    trained: bool
    agreement_live: bool
    paused: bool
    by_hand: int  # texts by hand that this person sent today
    version_state: str
    version_kind: str
    campaign_state: str
    campaign_audience: str
    campaign_version_id: int
    campaign_reaches: bool  # of the store that asks, or in the city's pool


_facts = Statement("outreach", "gate_facts", Facts)


def about(*, city_id: int, asks: Sequence[Ask], since: datetime, now: datetime) -> list[Facts]:
    """
    The facts of each ask, in their order; texts after `since` are counted apart.

    One statement. What cannot be read is an error, and then nothing goes out.
    """
    return _facts.all(
        city_id=city_id,
        member_ids=[each.member_id for each in asks],
        staff_ids=[each.staff_id for each in asks],
        channels=[each.channel for each in asks],
        purposes=[each.purpose for each in asks],
        notice_hashes=[each.known.notice_hash if each.known else "" for each in asks],
        version_ids=[each.version_id or 0 for each in asks],
        campaign_ids=[each.campaign_id or 0 for each in asks],
        since=since,
        now=now,
        today=day_of(now),
        day=start_of(day_of(now)),
    )
