"""
The texts of the last two weeks: to whom the demo's consultants wrote, by which wording, and what became of it.

As with calls the rules of the real thing hold in what is invented: the holder writes, on her working days between 9 and 21, to
members whose yes runs. Nothing is of today, and nobody has had more than two, so that whoever looks at the demo can write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from hongxian.cli.sample import times
from hongxian.cli.sample.dice import draw, happens
from hongxian.cli.sample.rows import episodes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from hongxian.cli.sample.histories import Call, Episode
    from hongxian.cli.sample.places import Placed
    from hongxian.cli.sample.staff import Consultant
    from hongxian.cli.sample.times import Calendar

DAYS = 14
A_MEMBER, A_DAY = 2, 12  # of four and thirty
GREETING, REMINDER, NO_ANSWER, CHECK = "首次问候", "预约提醒", "电话没有接通", "核对资料"
LAST = 20 * times.HOUR + 45 * 60  # of a day: what is queued by then has left before 21
FATES = (("delivered", 870), ("failed", 40), ("unknown", 25), ("late", 20), ("no_ground", 45))
NO_REPORT_AFTER = 72 * times.HOUR


@dataclass(slots=True)
class Text:
    """One text: when it was queued, by which template, and how it ended. A moment of 0 is none."""

    member_id: int
    alias: str
    holder: Consultant
    at: int
    how: str
    template: str
    key: UUID
    latest: int
    day: int = 0  # of the appointment that it speaks of
    quarter: int = 0
    state: str = "delivered"
    reason: str = ""
    handing: int = 0
    ended: int = 0
    message_id: int = 0
    permit_id: int | None = None

    @property
    def denied(self) -> bool:
        """The gate said no when its turn came; what is late the gate never saw."""
        return self.state == "dropped" and self.reason != "late"


class Writer:
    """Invents texts along the holdings; counts them by member, and by consultant and day."""

    def __init__(self, rng: Random, calendar: Calendar) -> None:
        self._rng, self._calendar = rng, calendar
        self._begins, self._ends = times.start_of(calendar.today - DAYS), times.start_of(calendar.today)
        self._members: dict[int, int] = {}
        self._days: dict[tuple[int, int], int] = {}
        self._presses: dict[tuple[int, int], tuple[int, str, UUID]] = {}

    def write(self, placed: list[Placed]) -> list[Text]:
        """Every text, in the order of time."""
        found = [text for each, episode in episodes(placed) for text in self._along(each, episode)]
        return sorted(found, key=lambda text: (text.at, text.member_id))

    def _along(self, each: Placed, episode: Episode) -> Iterator[Text]:
        if (episode.ended or self._calendar.now) <= self._begins:
            return
        for at, how, template, key, day in self._occasions(episode):
            if not self._fits(episode, at, how) or self._members.get(each.member.member_id, 0) >= A_MEMBER:
                continue
            spent = (episode.holder.staff_id, times.day_at(at))
            if how != "automatic" and self._days.get(spent, 0) >= A_DAY:
                continue
            waits = (24 if how == "library" else 12) * times.HOUR
            text = Text(each.member.member_id, each.member.alias, episode.holder, at, how, template, key, at + waits)
            if day:
                text.day, text.quarter = day, self._rng.randrange(40, 72)
                text.latest = times.start_of(day) + text.quarter * 900
            if not self._end(text, episode):
                continue
            self._members[text.member_id] = self._members.get(text.member_id, 0) + 1
            self._days[spent] = self._days.get(spent, 0) + (how != "automatic")
            yield text

    def _occasions(self, episode: Episode) -> Iterator[tuple[int, str, str, UUID, int]]:
        """When and how somebody would write: a greeting, after a call, before an appointment, to many at once."""
        rng = self._rng
        first = episode.calls[0].at if episode.calls else 0
        if happens(rng, 0.35):
            at = episode.begun + rng.randint(180, 2400)
            if not first or at < first - 300:
                yield at, "hand", GREETING, self._key(), 0
        for call in episode.calls:
            if call.outcome in {"no_answer", "busy"} and happens(rng, 0.4):
                yield call.at + rng.randint(60, 1200), "hand", NO_ANSWER, self._key(), 0
        yield from self._automatic(episode)
        days = [day for day in episode.holder.days if day >= self._calendar.today - DAYS]
        if days and happens(rng, 0.6):
            day = rng.choice(days)
            at, template, key = self._press(episode.holder, day)
            yield at, "library", template, key, 0

    def _automatic(self, episode: Episode) -> Iterator[tuple[int, str, str, UUID, int]]:
        last: Call | None = episode.calls[-1] if episode.calls else None
        if last is None:
            return
        day = times.day_at(last.at)
        if episode.move == "recycled" and last.outcome in {"visit", "call_back"}:
            on = day + self._rng.randint(2, 5)
            yield times.start_of(on - 1) + 9 * times.HOUR + self._rng.randint(5, 900), "automatic", REMINDER, self._key(), on
        if last.outcome == "interested":
            yield (
                times.start_of(day + 3) + 9 * times.HOUR + self._rng.randint(5, 900), "automatic", NO_ANSWER, self._key(), 0,
            )  # fmt: skip

    def _press(self, holder: Consultant, day: int) -> tuple[int, str, UUID]:
        """She writes to many once a day at most."""
        found = self._presses.get((holder.staff_id, day))
        if found is None:
            at = times.start_of(day) + self._rng.randint(14 * times.HOUR, 20 * times.HOUR)
            found = at, self._rng.choice((CHECK, CHECK, GREETING)), self._key()
            self._presses[holder.staff_id, day] = found
        return found

    def _fits(self, episode: Episode, at: int, how: str) -> bool:
        """Within the holding, in the two weeks, within the hours, and on a day on which she is at work."""
        day = times.day_at(at)
        if not max(self._begins, episode.begun + 60) < at < min(self._ends, (episode.ended or self._ends) - 600):
            return False
        if not 9 * times.HOUR <= at - times.start_of(day) <= LAST:
            return False
        return how == "automatic" or day in episode.holder.days

    def _end(self, text: Text, episode: Episode) -> bool:
        """Draws how it ended; False where that would have to come after the end of yesterday."""
        rng, fate = self._rng, draw(self._rng, FATES)
        begun = text.at + 1 + text.key.int % 4  # a press leaves in one batch
        text.handing, text.ended = begun, begun + rng.randint(3, 40)
        if fate == "no_ground" and episode.move == "released" and self._may_drop(episode.ended + 30):
            text.handing, text.ended, text.state, text.reason = 0, episode.ended + 30, "dropped", fate
            return text.ended < text.latest
        if fate == "late" and self._may_drop(text.latest + 20, seen=False):
            text.handing, text.ended, text.state, text.reason = 0, text.latest + 20, "dropped", fate
        elif fate == "failed":
            text.state, text.reason = fate, rng.choice(("undelivered", "undelivered", "undelivered", "rejected"))
        elif fate == "unknown":
            text.state, text.reason, text.ended = fate, "no_report", begun + NO_REPORT_AFTER + rng.randint(60, 600)
            if text.ended >= self._calendar.now:
                text.ended, text.reason = begun, "no_answer"
        return text.ended < self._ends or text.reason == "no_report"

    def _may_drop(self, moment: int, *, seen: bool = True) -> bool:
        """Before today; and what the gate drops, within the hours in which it is asked (`seen`) at all."""
        hours = moment - times.start_of(times.day_at(moment))
        return moment < self._ends and (not seen or 9 * times.HOUR <= hours < 21 * times.HOUR)

    def _key(self) -> UUID:
        return UUID(int=self._rng.getrandbits(128), version=4)
