"""
Numbers for whoever hands over (递号): the keeper's answer to the worker, which texts, and to the dialer, which calls.

Many permits of one city at once, each with the committed trace that names its member. The keeper believes neither: it reads
trace, permit, receipt, ground or campaign, sender and member itself, and leaves out what it would not open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hongxian.consent import ordering
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hongxian.vault.visiting import Visits

    Run = Callable[..., list[tuple[Any, ...]]]

# Who gets numbers for which channel, and for what.
CHANNELS = {"worker": "sms", "dialer": "call"}
PURPOSES = {"sms": ("outreach.sms", "outreach.promotion"), "call": ("outreach.call",)}
FIELDS = frozenset({"alias", "number"})
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A permit, and the trace it is asked for with."""

    at: datetime
    id: int
    permit_id: int


@dataclass(frozen=True, slots=True)
class Used:
    """A permit that has just been used up: whose number, and with which fields."""

    permit_id: int
    member_id: int
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a trace says that counts."""

    purpose: str
    staff_id: int
    member_ids: frozenset[int]
    fields: frozenset[str]


def asked_in(given: object) -> list[Asked]:
    """:raises ValueError: not [[when, trace, permit], …] of at most a thousand, each permit once."""
    if not isinstance(given, list) or not 0 < len(given) <= MOST_AT_ONCE:
        raise ValueError
    asked = [Asked(datetime.fromisoformat(at), int(trace_id), int(permit_id)) for at, trace_id, permit_id in given]
    if len({each.permit_id for each in asked}) < len(asked):
        raise ValueError
    return asked


@dataclass(frozen=True, slots=True)
class Handing:
    """One request, on the keeper's connection."""

    run: Run
    process: str
    city_id: int
    now: datetime

    def traces(self, asked: Sequence[Asked]) -> dict[tuple[datetime, int], Trace]:
        """Those of the named traces that count: committed, fresh, of this process, for a contact by its channel."""
        ats = [each.at for each in asked]
        rows = self.run(
            "keeper_traces", city_id=self.city_id, now=self.now, first=min(ats), last=max(ats), **_keys(asked)
        )  # the span spares it the other months
        known = {}
        for at, trace_id, purpose, staff_id, process, member_ids, fields in rows:
            trace = Trace(purpose, staff_id, frozenset(member_ids), frozenset(fields))
            if process == self.process and self._counts(trace):
                known[(at, trace_id)] = trace
        return known

    def _counts(self, trace: Trace) -> bool:
        purpose = catalogue().purpose(trace.purpose)
        if purpose is None or trace.purpose not in PURPOSES[CHANNELS[self.process]]:
            return False
        if "number" not in trace.fields or not trace.fields <= purpose.fields & FIELDS:
            return False
        rows = self.run("keeper_assessed", purpose=purpose.name, today=day_of(self.now))
        return bool(rows) and trace.fields <= set(rows[0][0])

    def unanswered(self, asked: Sequence[Asked], traces: Mapping[tuple[datetime, int], Trace]) -> dict[int, Trace]:
        """Marks the traces answered: what is asked for with one that had no answer yet, by permit."""
        named = [each for each in asked if _key(each) in traces]
        marked = set(self.run("keeper_mark_all", city_id=self.city_id, now=self.now, **_keys(named)))
        return {each.permit_id: traces[_key(each)] for each in named if _key(each) in marked}

    def use(self, fresh: Mapping[int, Trace]) -> list[Used]:
        """
        Uses the permits up; members are held until the answer is out (consent/ordering.py).

        :raises ValueError: a permit is for somebody whom its trace does not name; then none is used.
        """
        members = {member_id for trace in fresh.values() for member_id in trace.member_ids}
        self.run("keeper_hold", space=ordering.SPACE, buckets=ordering.buckets_of(self.city_id, members))
        rows = self.run(
            "keeper_use_permits",
            city_id=self.city_id,
            channel=CHANNELS[self.process],
            permit_ids=list(fresh),
            staff_ids=[trace.staff_id for trace in fresh.values()],
            purposes=[trace.purpose for trace in fresh.values()],
            notice_hashes=[catalogue().purposes[trace.purpose].notice_hash for trace in fresh.values()],
            today=day_of(self.now),
            now=self.now,
        )
        if any(member_id not in fresh[permit_id].member_ids for permit_id, member_id in rows):
            raise ValueError
        return [Used(permit_id, member_id, fresh[permit_id].fields) for permit_id, member_id in rows]

    def with_stop_links(
        self, found: dict[str, dict[str, Any]], used: Sequence[Used], visits: Visits
    ) -> dict[str, dict[str, Any]]:
        """The same with `stop`: what stands at the end of each text, so that it can be answered with a "no"."""
        named = [each for each in used if "number" in found[str(each.permit_id)]]
        numbers = [str(found[str(each.permit_id)]["number"]) for each in named]
        members = [each.member_id for each in named]
        tokens = visits.stop_links(self.run, numbers=numbers, city_id=self.city_id, member_ids=members, now=self.now)
        stops = {str(each.permit_id): token for each, token in zip(named, tokens, strict=True)}
        return {permit_id: fields | {"stop": stops[permit_id]} for permit_id, fields in found.items() if permit_id in stops}


def _key(asked: Asked) -> tuple[datetime, int]:
    return asked.at, asked.id


def _keys(asked: Sequence[Asked]) -> dict[str, list[Any]]:
    keys = sorted({_key(each) for each in asked})
    return {"ats": [at for at, _ in keys], "ids": [trace_id for _, trace_id in keys]}
