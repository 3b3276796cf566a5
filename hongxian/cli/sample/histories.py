"""
What happened to a member in the last 90 days: who held them from when to when, every call in between, and how it ended.

The rules of the real thing hold in what is invented: a member is held by one consultant at a time, called on her working
days between 9 and 21, at most three times in 30 days; three silences in different parts of days end in a rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hongxian.cli.sample import times
from hongxian.cli.sample.dice import happens

if TYPE_CHECKING:
    from random import Random

    from hongxian.cli.sample.people import Member
    from hongxian.cli.sample.staff import Consultant
    from hongxian.cli.sample.times import Calendar

APART = 31 * times.DAY  # from the last call of one holder to the next holder
AWAY = 3  # days off in a row
LONGEST = 7  # days without contact before a holding is taken back
CALLS = 3
CONNECTED = frozenset({"call_back", "interested", "visit", "refused", "married", "fraud"})
OUTCOMES = ("no_answer", "busy", "call_back", "interested", "visit")
WEIGHTS = (59, 11, 19, 8, 3)
RELEASES = ("not_suitable", "no_interest", "out_of_area", "too_many", "other")


@dataclass(slots=True)
class Call:
    """One call: when, what came of it, how long it took."""

    at: int
    outcome: str
    seconds: int | None


@dataclass(slots=True)
class Episode:
    """One holding; `ended` is 0 while it lasts. `move` and `reason` are how it ended."""

    holder: Consultant
    how: str
    begun: int
    calls: list[Call] = field(default_factory=list)
    ended: int = 0
    move: str = ""
    reason: str = ""
    charged: int = 0
    rank: int = 0  # while it lasts: where the member stood in the pool when taken
    mate: Consultant | None = None  # reassigned: who had claimed before, and when
    mate_begun: int = 0


class Historian:
    """Invents episodes; charges every claim to the consultant's day, never above her cap."""

    def __init__(self, rng: Random, calendar: Calendar, consultants: list[Consultant]) -> None:
        self._rng, self._calendar = rng, calendar
        self._by_store: dict[int, list[Consultant]] = {}
        self._by_city: dict[int, list[Consultant]] = {}
        for each in consultants:
            self._by_store.setdefault(each.store_id, []).append(each)
            self._by_city.setdefault(each.city_id, []).append(each)
        self.used: dict[tuple[int, int, int, str], int] = {}

    def past(self, member: Member, *, until: int) -> None:
        """Episodes that are over, the last one before `until`."""
        rng, calendar = self._rng, self._calendar
        if member.given is None or happens(rng, 0.12):
            return
        begins = max(times.start_of(calendar.first) + rng.randrange(45 * times.DAY), times.start_of(member.given + 1))
        while begins < until:
            episode = self._begin(member, times.day_at(begins))
            if episode is None or episode.begun >= until:
                return
            self._call(episode, rng.choices((0, 1, 2, 3), (6, 24, 38, 32))[0], member)
            if not self._end(episode) or episode.ended >= until:
                return
            if not self._keep(member, episode):
                return
            last = episode.calls[-1].at if episode.calls else episode.begun
            begins = last + APART + int(rng.expovariate(1 / (6 * times.DAY)))

    def refusal(self, member: Member, reason: str) -> bool:
        """A last episode that ends with the person's "no" to the consultant."""
        begins = self._calendar.first + self._rng.randrange(times.PAST_DAYS - 1)
        return self._final(member, max(begins, (member.given or 0) + 1), reason, self._rng.choice((0, 0, 1)))

    def rest(self, member: Member, outcome: str) -> bool:
        """A last episode that ends in a rest which still lasts: silence, a number that is none, or a suspicion."""
        back = times.PAST_DAYS - 1 if outcome in {"invalid", "fraud"} else 26
        begins = max(self._calendar.today - self._rng.randint(1, back), (member.given or 0) + 1)
        if outcome != "no_answer":
            return self._final(member, begins, outcome, 0)
        episode = self._begin(member, begins)
        if episode is None:
            return False
        day: int | None = times.day_at(episode.begun)
        for slot in self._rng.sample(range(4), CALLS):
            moment = self._calendar.in_slot(self._rng, day, slot, after=_last(episode)) if day is not None else None
            if moment is None or day is None:
                return False
            episode.calls.append(Call(moment, "no_answer", None))
            day = times.next_of(episode.holder.days, day + 1)
        self._finish(episode, _last(episode), "rested", "no_answer")
        return self._keep(member, episode)

    def open(self, member: Member, holder: Consultant, rank: int) -> bool:
        """The holding that lasts today; False where her quota of that day is spent or she is not at work."""
        rng, calendar = self._rng, self._calendar
        days = [day for day in holder.days[-6:] if day > calendar.last - 6 and day > (member.given or 0)]
        if not days:
            return False
        day = days[-1] if happens(rng, 0.34) else rng.choice(days)
        episode = self._begin(member, day, holder)
        spent = self.used.get((holder.city_id, holder.staff_id, calendar.today, member.kind), 0)
        if episode is None or (day == calendar.today and spent >= holder.caps[member.kind] // 2):
            return False  # half of today's quota is left for whoever looks at the demo
        episode.rank = rank
        if episode.how == "claimed" and happens(rng, 0.06):
            self._hand_over(episode)
        self._call(episode, rng.choices((0, 1, 2, 3), (30, 36, 24, 10))[0], member, final=False)
        if episode.calls and happens(rng, 0.18):
            episode.calls[-1] = Call(episode.calls[-1].at, "call_back", self._seconds("call_back"))
        return self._keep(member, episode)

    def _begin(self, member: Member, day: int, holder: Consultant | None = None) -> Episode | None:
        rng = self._rng
        if holder is None:
            near = self._by_store if member.kind == "store" else self._by_city
            among = near.get(member.shop.store_id if member.kind == "store" else member.shop.city_id)
            if not among:
                return None
            holder = rng.choice(among)
        found = times.next_of(holder.days, day)
        if found is None or found - day > AWAY:  # she had not begun yet
            return None
        how = "dealt" if member.kind == "store" and happens(rng, 0.2) else "claimed"
        morning = times.start_of(found) + 9 * times.HOUR
        begun = morning - 1800 + 20 if how == "dealt" else morning + int(rng.random() ** 2 * 5 * times.HOUR)
        if begun >= self._calendar.now - 300:
            begun = rng.randint(morning, self._calendar.now - 300) if morning < self._calendar.now - 300 else morning - 1800
        return Episode(holder, how, begun)

    def _call(self, episode: Episode, count: int, member: Member, *, final: bool = True) -> None:
        """Up to `count` calls that end nothing; never three silences."""
        rng, silences = self._rng, 0
        day: int | None = times.day_at(episode.begun)
        for number in range(count):
            if number or happens(rng, 0.2):
                day = times.next_of(episode.holder.days, (day or 0) + rng.choice((1, 1, 2)))
            if day is None or day - times.day_at(_last(episode)) >= LONGEST:
                return
            moment = self._calendar.moment(rng, day, after=_last(episode))
            if moment is None:
                return
            outcome = rng.choices(OUTCOMES, WEIGHTS)[0]
            silences += outcome == "no_answer"
            if silences >= CALLS:
                outcome = "busy"
            episode.calls.append(Call(moment, outcome, self._seconds(outcome)))
            if final and outcome == "visit":
                return
        if member.states_intent and episode.calls and happens(rng, 0.5):
            episode.calls[-1] = Call(episode.calls[-1].at, "interested", self._seconds("interested"))

    def _final(self, member: Member, day: int, outcome: str, before: int) -> bool:
        episode = self._begin(member, day)
        if episode is None:
            return False
        self._call(episode, before, member)
        found = times.next_of(episode.holder.days, times.day_at(_last(episode)))
        moment = self._calendar.moment(self._rng, found, after=_last(episode)) if found is not None else None
        if moment is None:
            return False
        episode.calls.append(Call(moment, outcome, self._seconds(outcome)))
        ends = "refused" if outcome in {"refused", "married"} else "rested"
        self._finish(episode, moment, ends, outcome)
        return self._keep(member, episode)

    def _end(self, episode: Episode) -> bool:
        """Released by hand or taken back by the clock; False when neither can have happened yet."""
        rng, now = self._rng, self._calendar.now
        last = _last(episode)
        overdue = last + LONGEST * times.DAY
        if happens(rng, 0.35) and overdue < now:
            self._finish(episode, overdue + rng.randint(1, 600), "recycled", "no_follow_up")
            return True
        released = min(last + rng.randint(60, 6 * times.HOUR), times.start_of(times.day_at(last)) + 22 * times.HOUR)
        if released <= last or released >= now:
            return False
        self._finish(episode, released, "released", rng.choices(RELEASES, (30, 40, 8, 14, 8))[0])
        return True

    def _finish(self, episode: Episode, ended: int, move: str, reason: str) -> None:
        episode.ended, episode.move, episode.reason = ended, move, reason

    def _keep(self, member: Member, episode: Episode) -> bool:
        """Charges the claim; False, and nothing is kept, where that day's quota is spent."""
        if episode.how != "dealt":
            holder, begun = episode.mate or episode.holder, episode.mate_begun or episode.begun
            key = (holder.city_id, holder.staff_id, times.day_at(begun), member.kind)
            if self.used.get(key, 0) >= holder.caps[member.kind]:
                return False
            self.used[key] = self.used.get(key, 0) + 1
            episode.charged = 1
        member.episodes.append(episode)
        return True

    def _hand_over(self, episode: Episode) -> None:
        """A mate of the team had claimed the day before; the team's manager moved the member."""
        near = self._by_store[episode.holder.store_id]
        mates = [one for one in near if one.team_id == episode.holder.team_id and one is not episode.holder]
        mate = self._rng.choice(mates) if mates else None
        day = times.day_at(episode.begun) - 1
        if mate is not None and day in mate.days:
            episode.how, episode.mate = "reassigned", mate
            episode.mate_begun = times.start_of(day) + 9 * times.HOUR + self._rng.randrange(8 * times.HOUR)

    def _seconds(self, outcome: str) -> int | None:
        if outcome not in CONNECTED:
            return None
        return min(3600, max(8, int(self._rng.lognormvariate(4.6, 0.9))))


def _last(episode: Episode) -> int:
    return episode.calls[-1].at if episode.calls else episode.begun
