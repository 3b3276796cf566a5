"""The pulse of contacts (脉搏): a handful of counts over the whole company for whoever watches the machines. Nobody is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hongxian.kernel.sql import Statement

SPAN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Of the last 24 hours what has a day; the rest is what stands now."""

    waiting: int
    waiting_since: datetime | None
    handing: int
    unknown: int
    failed: int
    handed: int
    arrived: int
    arrived_since: datetime | None
    calling: int


_pulse = Statement("outreach", "pulse", Pulse)


def pulse(*, now: datetime) -> Pulse:
    """Counted now; one statement."""
    (found,) = _pulse.all(since=now - SPAN)
    return found
