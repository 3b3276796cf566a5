"""
Doing (办理) what partners asked for: the worker's work, a city at a time, by the rules of every other way in.

Each thing may be done twice (a worker that died may have done it and not said so): a registration that is there changes
nothing, a "no" has its origin, a receipt its day. What comes of it is the same word for a number that is new, known or
suppressed: the partner is told that its request was done, and nothing about the person.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import DataError, transaction

from hongxian.consent import withdrawing
from hongxian.intake import registering, runs
from hongxian.intake.fields import Field
from hongxian.intake.people import NamedRow
from hongxian.intake.rows import CleanRow
from hongxian.intake.terms import Car, Education, Housing, IncomeBand, Marital
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.logs import redact
from hongxian.kernel.sql import Statement
from hongxian.members import joining, records
from hongxian.org import queries as org
from hongxian.outreach import refusing
from hongxian.partners import macs, taking, telling
from hongxian.partners.scopes import Kind
from hongxian.pools import consenting, correcting
from hongxian.vault import asking, files

log = logging.getLogger("hongxian.partners")
LOCK_SPACE = 7_103
AT_ONCE = 250
WAY = "partner"
DONE, FAILED = "done", "failed"
# What a partner may tell of the coarse record, under the names that the record has for them.
FACETS = ("height_cm", "education", "income_band", "marital", "housing", "car", "home_city", "district", "occupation")
HOW = {"ticked": "合作网站勾选同意", "signed": "合作方书面签署", "scanned": "合作方扫码同意"}


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A request, opened. Not shown by `repr`: it must reach no log."""

    request_id: int
    public_id: uuid.UUID
    partner_id: int
    partner: str
    kind: str
    taken_at: datetime
    content: Mapping[str, Any]

    @property
    def origin(self) -> str:
        """What a record says of where it came from, as far as this partner's records have it in common."""
        return f"P{self.partner_id} "

    def named(self, row: CleanRow, *, purposes: Sequence[str] = ()) -> NamedRow:
        return NamedRow(f"{self.origin}{day_of(self.taken_at):%Y%m%d}", row, purposes=tuple(purposes))


@dataclass(frozen=True, slots=True)
class _Waiting:
    request_id: int
    public_id: uuid.UUID
    partner_id: int
    partner: str
    kind: str
    sealed: bytes
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class _Got:
    got: bool


@dataclass(frozen=True, slots=True)
class _City:
    city_id: int


Reasons = dict[int, str]  # of requests that were not done
_waiting = Statement("partners", "waiting", _Waiting)
_cities = Statement("partners", "waiting_cities", _City)
_end = Statement("partners", "end_requests", telling.Ended)
_lock = Statement("partners", "lock_city", _Got)
_unlock = Statement("partners", "unlock_city", _Got)


@contextmanager
def alone(*, space: int, city_id: int) -> Iterator[bool]:
    """Holds a city against other workers; gives False where another one is at it."""
    got = _lock.one(space=space, city_id=city_id)
    held = got is not None and got.got
    try:
        yield held
    finally:
        if held:
            _unlock.one(space=space, city_id=city_id)


def waiting_cities() -> list[int]:
    """Where something waits."""
    return [row.city_id for row in _cities.all()]


def do_city(*, city_id: int, now: datetime, most: int = AT_ONCE) -> int:
    """
    Does what waits in a city, up to so many; how many were ended.

    :raises vault.asking.KeeperAway: what is left is done later.
    """
    with alone(space=LOCK_SPACE, city_id=city_id) as held:
        if not held:
            return 0
        waiting = _waiting.all(city_id=city_id, most=most)
        reasons: Reasons = {}
        asked = [each for row in waiting if (each := _opened(row, reasons)) is not None]
        for kind, some in groupby(asked, key=lambda each: each.kind):
            reasons |= _do(_WORK[Kind(kind)], city_id, list(some), now)
        with transaction.atomic():
            ended = _end.all(
                city_id=city_id,
                request_ids=[row.request_id for row in waiting],
                states=[FAILED if row.request_id in reasons else DONE for row in waiting],
                reasons=[reasons.get(row.request_id, "") for row in waiting],
                now=now,
            )
            telling.queue_ended(city_id=city_id, ended=ended, now=now)
    return len(ended)


def _opened(row: _Waiting, reasons: Reasons) -> Asked | None:
    try:
        raw = files.unseal(folder=settings.HOME.keys, name=taking.name_of(row.public_id), sealed=bytes(row.sealed))
        content: dict[str, Any] = json.loads(raw)
    except (files.Unopenable, ValueError):
        log.exception("unusable request", extra={"code": "unusable_request", "request": row.request_id})
        reasons[row.request_id] = "unusable"
        return None
    return Asked(row.request_id, row.public_id, row.partner_id, row.partner, row.kind, row.taken_at, content)


def _do(work: Callable[[int, Sequence[Asked], datetime], Reasons], city_id: int, some: Sequence[Asked], now: datetime) -> Reasons:
    """What the database will not have in a batch, or has no shape, is looked for one by one, so that it stops nobody else's."""
    try:
        return work(city_id, some, now)
    except (DataError, registering.CannotRegister, KeyError, ValueError):
        if len(some) == 1:
            log.warning("unusable value", extra={"request": some[0].request_id})
            return {some[0].request_id: "unusable"}
        reasons: Reasons = {}
        for each in some:
            reasons |= _do(work, city_id, [each], now)
        return reasons


def _register(city_id: int, some: Sequence[Asked], now: datetime) -> Reasons:
    open_codes = {store.code for store in taking.open_stores(city_id=city_id, now=now)}
    reasons = {each.request_id: "store" for each in some if each.content["store"] not in open_codes}
    by_store: dict[str, list[NamedRow]] = {}
    for each in some:
        if each.request_id not in reasons:
            by_store.setdefault(each.content["store"], []).extend(_rows_of(each, now))
    for code, rows in by_store.items():
        store = org.store(code=code)
        if store is not None:
            registering.register_all(by=runs.system_for(store), store=store, rows=rows, way=WAY, now=now)
    return reasons


def _rows_of(asked: Asked, now: datetime) -> list[NamedRow]:
    """The person; several rows where they said yes on several days."""
    person = asked.content["person"]
    cells = {
        Field.PHONE: person["number"],
        Field.NAME: person["name"],
        Field.SEX: person["sex"],
        Field.BIRTH: person["birth"],
        Field.SOURCE: WAY,
        Field.REGISTERED_ON: day_of(asked.taken_at),
    }
    row = _with_facets(registering.read(cells=cells, now=now), person)
    return _agreeing(asked, row) or [asked.named(row)]


def _with_facets(row: CleanRow, told: Mapping[str, Any]) -> CleanRow:
    marital = Marital(told["marital"]) if told.get("marital") else None
    return replace(
        row,
        height_cm=told.get("height_cm"),
        education=Education(told["education"]) if told.get("education") else None,
        income_band=IncomeBand(told["income_band"]) if told.get("income_band") else IncomeBand.UNKNOWN,
        marital=marital,
        housing=Housing(told["housing"]) if told.get("housing") else None,
        car=Car(told["car"]) if told.get("car") else None,
        city=told.get("home_city") or "",
        district=told.get("district") or "",
        occupation=told.get("occupation") or "",
        says_no=marital is Marital.MARRIED,
    )


def _agreeing(asked: Asked, row: CleanRow) -> list[NamedRow]:
    """A row for each day and way in which the person said yes to something."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in asked.content["consents"]:
        found.setdefault((each["given_on"], each["how"]), []).append(each["purpose"])
    return [
        asked.named(
            replace(row, consent=True, consent_given_on=date.fromisoformat(day), basis=f"{HOW[how]}（{asked.partner}）"),
            purposes=purposes,
        )
        for (day, how), purposes in found.items()
    ]


def _bare(asked: Asked, now: datetime) -> CleanRow:
    return registering.read(cells={Field.PHONE: asked.content["number"]}, now=now)


def _known_only(city_id: int, rows: Sequence[NamedRow], now: datetime) -> dict[str, registering.Registered]:
    """By the rules of an import, for whoever has a record in this city; all others are left out and nobody is told."""
    store = next((store for store in org.stores() if store.city_id == city_id), None)
    if store is None:
        return {}
    by = runs.system_for(store)
    return registering.register_all(by=by, store=store, rows=rows, way=WAY, known_only=True, now=now)


def _consent(city_id: int, some: Sequence[Asked], now: datetime) -> Reasons:
    rows = [row for asked in some for row in _agreeing(asked, _bare(asked, now))]
    by = Actor.system("settle", city_id=city_id)
    for done in _known_only(city_id, rows, now).values():
        if done.member_id is not None:
            consenting.settle(by=by, city_id=city_id, member_id=done.member_id, now=now)
    return {}


def _profile(city_id: int, some: Sequence[Asked], now: datetime) -> Reasons:
    """Blanks are filled as from any other source; what this partner brought before is put right, unless the person did so."""
    rows = [(asked, _with_facets(_bare(asked, now), asked.content)) for asked in some]
    done = _known_only(city_id, [asked.named(row) for asked, row in rows], now)
    by = Actor.system("settle", city_id=city_id)
    for asked, row in rows:
        member = done.get(row.phone or "")
        if member is None or member.member_id is None:
            continue
        told = {name: redact(value) if isinstance(value, str) else value for name, value in _told(asked)}
        joining.renew(city_id=city_id, origin=asked.origin, told={member.member_id: told})
        correcting.settle(by=by, city_id=city_id, member_id=member.member_id, now=now)
    return {}


def _told(asked: Asked) -> list[tuple[str, Any]]:
    return [(name, asked.content[name]) for name in FACETS if asked.content.get(name)]


def _intent(city_id: int, some: Sequence[Asked], now: datetime) -> Reasons:
    done = _known_only(city_id, [asked.named(replace(_bare(asked, now), intends=True)) for asked in some], now)
    by = Actor.system("settle", city_id=city_id)
    for member in done.values():
        if member.member_id is not None:
            correcting.settle(by=by, city_id=city_id, member_id=member.member_id, now=now)
    return {}


def _withdraw(city_id: int, some: Sequence[Asked], now: datetime) -> Reasons:
    """Wherever the person's record is: what they take back holds for the whole company."""
    for asked, hashes in _hashed(city_id, some, "intake", now):
        home = records.home_of(hashes)
        if home is None:
            continue
        by, about = Actor.system("withdraw", city_id=home.city_id), {"city_id": home.city_id, "member_id": home.member_id}
        withdrawing.withdraw(by=by, purposes=asked.content["purposes"], via=WAY, now=now, **about)
        consenting.settle(by=by, now=now, **about)
    return {}


def _no(city_id: int, some: Sequence[Asked], now: datetime) -> Reasons:
    """Whether anybody knows the number or not."""
    by = Actor.system("partner_no", city_id=city_id)
    for asked, hashes in _hashed(city_id, some, "suppression", now):
        origin = "partner " + macs.mac("no", str(asked.public_id)).hex()[:32]
        refusing.refuse_number(by=by, number_hashes=hashes, origin=origin, reason=asked.content["reason"], now=now)
    return {}


def _hashed(city_id: int, some: Sequence[Asked], purpose: str, now: datetime) -> list[tuple[Asked, list[bytes]]]:
    numbers = [_bare(asked, now).phone or "" for asked in some]
    by = Actor.system("partner", city_id=city_id)
    return list(zip(some, asking.hash_numbers(by=by, numbers=numbers, purpose=purpose, now=now), strict=True))


_WORK: Mapping[Kind, Callable[[int, Sequence[Asked], datetime], Reasons]] = {
    Kind.REGISTER: _register,
    Kind.PROFILE: _profile,
    Kind.CONSENT: _consent,
    Kind.WITHDRAW: _withdraw,
    Kind.NO: _no,
    Kind.INTENT: _intent,
}
