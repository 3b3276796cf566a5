"""
Retention (保存期限): what sweeps each purpose of the catalogue that is kept for a number of days.

To add one: write a `forget…` function into the context that owns the rows, taking what it must know by name, and register
it here under the purpose. Traces, receipts and the ledger are not swept: the law asks for at least three years, and nobody
who serves may delete them. Every sweep can be repeated; a second run finds nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hongxian.audit import recording
from hongxian.consent.purposes import catalogue
from hongxian.intake import forgetting as intake
from hongxian.kernel.actor import COMPANY, Actor
from hongxian.letters import forgetting as letters
from hongxian.org import queries as org
from hongxian.outreach import forgetting as outreach
from hongxian.pools import consenting, entering, grading
from hongxian.rights import forgetting as rights
from hongxian.safety import keeping as safety
from hongxian.vault import forgetting as vault
from hongxian.visits import tidying as visits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger("hongxian.retention")


@dataclass(frozen=True, slots=True)
class Span:
    """What a sweep goes by: the city, and the moment before which things are past their time."""

    by: Actor
    city_id: int
    before: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`sweep` gives how many rows went. `once`: for the whole company at a time, not city by city."""

    sweep: Callable[[Span], int]
    once: bool = False


SWEEPERS: Mapping[str, Mapping[str, Sweeper]] = {
    "account": {
        "permits of the erased": Sweeper(lambda at: vault.forget_permits_of_erased(city_id=at.city_id, before=at.before))
    },
    "outreach.call": {
        "permits": Sweeper(lambda at: vault.forget_permits(city_id=at.city_id, purpose="outreach.call", before=at.before)),
        "notes": Sweeper(lambda at: vault.forget_notes(city_id=at.city_id, before=at.before)),
        "records": Sweeper(lambda at: rights.forget_leads(by=at.by, city_id=at.city_id, before=at.before, now=at.now)),
        "calls": Sweeper(lambda at: outreach.forget_calls(before=at.before), once=True),
        "placed calls": Sweeper(lambda at: outreach.forget_placed(before=at.before), once=True),
    },
    "outreach.sms": {
        "permits": Sweeper(lambda at: vault.forget_permits(city_id=at.city_id, purpose="outreach.sms", before=at.before)),
        "texts": Sweeper(lambda at: outreach.forget_texts(before=at.before), once=True),
    },
    "outreach.promotion": {
        "permits": Sweeper(lambda at: vault.forget_permits(city_id=at.city_id, purpose="outreach.promotion", before=at.before)),
    },
    "pool.card": {
        "consents to an old text": Sweeper(lambda at: consenting.settle_all(by=at.by, city_id=at.city_id, now=at.now)),
        "places in pools": Sweeper(lambda at: entering.sweep_unreachable(by=at.by, city_id=at.city_id, now=at.now)),
    },
    "pool.grading": {"grades": Sweeper(lambda at: grading.forget_past(city_id=at.city_id, now=at.now))},
    "rights.code": {"codes": Sweeper(lambda at: vault.forget_codes(before=at.before), once=True)},
    "intake": {"imports": Sweeper(lambda at: intake.forget_runs(city_id=at.city_id, before=at.before))},
    "rights": {"requests": Sweeper(lambda at: rights.forget_requests(city_id=at.city_id, before=at.before))},
    "rights.request": {"requests": Sweeper(lambda at: rights.forget_requests(city_id=at.city_id, before=at.before))},
    "rights.complaint": {"complaints": Sweeper(lambda at: rights.forget_complaints(city_id=at.city_id, before=at.before))},
    "preference.push": {
        "what was pushed": Sweeper(lambda at: vault.forget_pushes(city_id=at.city_id, before=at.before, now=at.now))
    },
    "safety": {"cases": Sweeper(lambda at: safety.sweep(city_id=at.city_id, before=at.before))},
    "visit": {"visits": Sweeper(lambda at: visits.forget(city_id=at.city_id, before=at.before))},
    "letters": {"letters": Sweeper(lambda at: letters.expire(city_id=at.city_id, now=at.now))},
}
# In use, kept for a number of days, and nothing of it is kept yet.
NOTHING_YET: Mapping[str, str] = {
    "outreach.birthday": "the worker looks at the date and forgets it; the text is outreach.sms",
    "matchmaking": "what it shows is the record and its envelopes, kept under purposes of their own; the ground ends with the contract",
}


def sweep(*, now: datetime) -> dict[str, int]:
    """Removes everything that is past its time; how many rows by purpose. What went is traced by count."""
    gone: dict[str, int] = {}
    for name, sweepers in SWEEPERS.items():
        days = catalogue().purposes[name].keep.days
        if days is not None:
            gone[name] = sum(_sweep(name, each, before=now - timedelta(days=days), now=now) for each in sweepers.values())
    return gone


def _sweep(purpose: str, sweeper: Sweeper, *, before: datetime, now: datetime) -> int:
    total = 0
    for city_id in (COMPANY,) if sweeper.once else (COMPANY, *(city.city_id for city in org.cities())):
        by = Actor.system("retention", city_id=city_id)
        count = sweeper.sweep(Span(by=by, city_id=city_id, before=before, now=now))
        if count:
            recording.record(by=by, action="retention.sweep", purpose=purpose, reason=f"n={count}", now=now)
        total += count
    if total:
        log.info("forgotten", extra={"purpose": purpose, "count": total})
    return total
