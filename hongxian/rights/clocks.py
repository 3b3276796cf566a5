"""The clocks that run by themselves: a reminder three working days before a request is due, then up to headquarters; complaints on day 10."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.sql import Command
from hongxian.rights.complaining import ESCALATES_AFTER_DAYS
from hongxian.rights.kinds import What
from hongxian.rights.requesting import event

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

_remind = Command("rights", "remind_requests")
_escalate = Command("rights", "escalate_requests")
_escalate_complaints = Command("rights", "escalate_complaints")


@dataclass(frozen=True, slots=True)
class Moved:
    """How many were marked."""

    reminded: int
    escalated: int
    complaints: int


def mind(*, by: Actor, city_id: int, now: datetime) -> Moved:
    """Marks what is due in one city (0: of persons without a record). A second run finds nothing left to do."""
    today = day_of(now)
    facts = {"city_id": city_id, "now": now, "today": today, "words_id": None}
    since = start_of(today - timedelta(days=ESCALATES_AFTER_DAYS - 1))
    complaint = event(by, "complaint", What.ESCALATED)
    return Moved(
        reminded=_remind.run(**facts, **event(by, "request", What.REMINDED)),
        escalated=_escalate.run(**facts, **event(by, "request", What.ESCALATED)),
        complaints=_escalate_complaints.run(city_id=city_id, now=now, before=since, words_id=None, **complaint),
    )
