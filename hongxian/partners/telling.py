"""
Telling partners (回调): what became of their own requests, by name, and nothing about anybody. Signed; tried until it is taken.

    X-Hongxian-Event: the message's id, the same at each try      X-Hongxian-Time: seconds since 1970
    X-Hongxian-Signature: hex of HMAC-SHA256(secret, time + "." + body)

What is due is put off before it is tried, so a worker that dies in between only tries again: a partner may hear a thing
twice and knows it by its id. After a day it is given up, and the partner asks for itself (GET /api/v1/requests/…).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings

from hongxian.kernel.sql import Command, Statement
from hongxian.partners import posting
from hongxian.vault import files

log = logging.getLogger("hongxian.partners")
FIRST, LONGEST, GIVE_UP = timedelta(seconds=10), timedelta(hours=1), timedelta(days=1)
AT_ONCE, IN_ONE = 20, 200
WAITING, TOLD, GIVEN_UP = "waiting", "told", "given_up"


@dataclass(frozen=True, slots=True)
class Ended:
    """A request that has just ended."""

    public_id: uuid.UUID
    partner_id: int
    kind: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Due:
    delivery_id: int
    public_id: uuid.UUID
    partner_id: int
    body: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class _Hook:
    name: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class _City:
    city_id: int


@dataclass(frozen=True, slots=True, repr=False)
class Hook:
    """Where to, and what the message is signed with."""

    url: str
    secret: str


_add = Command("partners", "add_deliveries")
_take = Statement("partners", "take_deliveries", _Due)
_end = Command("partners", "end_delivery")
_cities = Statement("partners", "due_cities", _City)
_hook = Statement("partners", "hook", _Hook)


def sign(secret: str, time: str, body: bytes) -> str:
    """The signature of a body sent at that time."""
    return hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()


def queue_ended(*, city_id: int, ended: Sequence[Ended], now: datetime) -> None:
    """Puts the ends of requests in line for those partners that want to hear of them, in the surrounding transaction."""
    by_partner: dict[int, list[Ended]] = {}
    for each in ended:
        by_partner.setdefault(each.partner_id, []).append(each)
    told = [
        (partner_id, some[start : start + IN_ONE])
        for partner_id, some in by_partner.items()
        for start in range(0, len(some), IN_ONE)
    ]
    if told:
        ids = [uuid.uuid4() for _ in told]
        _add.run(
            city_id=city_id,
            public_ids=ids,
            partner_ids=[partner_id for partner_id, _ in told],
            bodies=[_body(public_id, some, now) for public_id, (_, some) in zip(ids, told, strict=True)],
            now=now,
        )


def _body(public_id: uuid.UUID, ended: Sequence[Ended], now: datetime) -> str:
    requests = [
        {"id": str(each.public_id), "kind": each.kind, "state": each.state} | ({"reason": each.reason} if each.reason else {})
        for each in ended
    ]
    return json.dumps({"id": str(public_id), "type": "requests.ended", "at": now.isoformat(), "requests": requests})


def due_cities(*, now: datetime) -> list[int]:
    """Where something is due."""
    return [row.city_id for row in _cities.all(now=now)]


def tell_due(*, city_id: int, now: datetime, most: int = AT_ONCE) -> int:
    """Tries what is due in a city; how many messages were tried."""
    due = _take.all(city_id=city_id, now=now, first=FIRST, longest=LONGEST, most=most)
    silent: set[int] = set()  # who doesn't answer now is asked once in a round: the others wait behind them
    for each in due:
        hook = _hook_of(each.partner_id)
        status = None if hook is None or each.partner_id in silent else _try(hook, each, now)
        if status is None:
            silent.add(each.partner_id)
        if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            state = TOLD
        else:
            state = GIVEN_UP if hook is None or now - each.made_at > GIVE_UP else WAITING
        _end.run(city_id=city_id, delivery_id=each.delivery_id, state=state, answered=status, now=now)
        log.info("told", extra={"partner": each.partner_id, "state": state, "status": status})
    return len(due)


def _hook_of(partner_id: int) -> Hook | None:
    row = _hook.one(partner_id=partner_id)
    if row is None:
        return None
    try:
        found = json.loads(files.unseal(folder=settings.HOME.keys, name=row.name, sealed=bytes(row.sealed)))
    except files.Unopenable:
        log.exception("unusable address", extra={"code": "unusable_hook", "partner": partner_id})
        return None
    return Hook(found["url"], found["secret"])


def _try(hook: Hook, due: _Due, now: datetime) -> int | None:
    body, time = due.body.encode(), str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Hongxian-Event": str(due.public_id),
        "X-Hongxian-Time": time,
        "X-Hongxian-Signature": sign(hook.secret, time, body),
    }
    try:
        return posting.post(hook.url, body=body, headers=headers)
    except posting.NotPosted:
        return None
