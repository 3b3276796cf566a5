"""Sums of calls and texts over any days for reports, by unit and step of time: from the roll-ups, never from calls themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hongxian.kernel.sql import Statement


@dataclass(frozen=True, slots=True)
class CallSums:
    """Calls of one unit in one step of time; `begins` is None where time is not broken down."""

    unit_id: int
    begins: datetime | None
    placed: int
    talked: int
    talk_seconds: int
    calls: int
    connects: int
    interested: int
    visits: int
    refusals: int


@dataclass(frozen=True, slots=True)
class TextSums:
    """Texts, likewise."""

    unit_id: int
    begins: datetime | None
    handed: int
    delivered: int
    dropped: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class FoldedSums:
    """Calls, texts and claims of days that are folded; `folded` are those days, in the first row alone."""

    unit_id: int
    begins: datetime | None
    placed: int
    talked: int
    talk_seconds: int
    calls: int
    connects: int
    interested: int
    visits: int
    refusals: int
    handed: int
    delivered: int
    dropped: int
    opted_out: int
    claims: int
    folded: list[datetime]


_folded = Statement("outreach", "sums_of_folded", FoldedSums)
_calls = Statement("outreach", "sums_of_calls", CallSums)
_texts = Statement("outreach", "sums_of_texts", TextSums)


def calls(**span: Any) -> list[CallSums]:
    """`span` as reports.spans gives it: city_ids, store_id, team_id, staff_id, unit, step, begins, ends."""
    return _calls.all(**span)


def texts(**span: Any) -> list[TextSums]:
    """The same of texts."""
    return _texts.all(**span)


def folded(**span: Any) -> list[FoldedSums]:
    """What is folded of it; `unit` none, city, store or team. What else there is of the days that it doesn't name is in `calls` and so on."""
    return _folded.all(**span)
