"""
Taking in (接收) what a partner asks for: whose key, how often, each thing once. Sealed at once to the worker, which does it.

Whoever serves the door asks nobody whether a number is known, and could not: the answer is the same, and as quick, for a
number that is new, known, suppressed or in another city. That is decided where nobody waits for it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.partners import macs
from hongxian.partners.scopes import Kind, Scope
from hongxian.vault import files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

LARGEST = 2**63 - 1
_KEY = re.compile(r"hx_([0-9]{1,19})_([A-Za-z0-9_-]{43})\Z")


class NoKey(Refusal):
    """No such key, or it is over; the two look alike."""

    code = "key"
    message = _("密钥无效或已停用。")
    status = 401


class OutOfScope(Refusal):
    """The key is not good for this."""

    code = "scope"
    message = _("该密钥没有此项权限。")
    status = 403


class TooFast(Refusal):
    """The key's minute is full."""

    code = "too_fast"
    message = _("请求过快，请在下一分钟重试。")
    status = 429


class OtherBody(Refusal):
    """The partner used this idempotency key for something else."""

    code = "idempotency_key_used"
    message = _("该幂等键已用于其他内容。")
    status = 409


class NoSuchStore(Refusal):
    """Not a store of the key's city, or it may not take anybody in today."""

    code = "store"
    message = _("没有这家门店，或该店目前不能接收会员。")
    status = 422


@dataclass(frozen=True, slots=True)
class Key:
    """A partner's key that was shown and opens something."""

    key_id: int
    partner_id: int
    city_id: int
    digest: bytes
    scopes: Sequence[str]
    a_minute: int

    def require(self, scope: Scope) -> None:
        """:raises OutOfScope: the key is not good for this."""
        if scope not in self.scopes:
            raise OutOfScope


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that is in; `repeated` when it was in already."""

    public_id: uuid.UUID
    repeated: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands, for whoever brought it."""

    public_id: uuid.UUID
    kind: str
    state: str
    reason: str
    taken_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Used:
    used: int


@dataclass(frozen=True, slots=True)
class _In:
    within: bool
    taken: bool


@dataclass(frozen=True, slots=True)
class _Before:
    public_id: uuid.UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class OpenStore:
    """A store that may take people in today."""

    store_id: int
    code: str


_key = Statement("partners", "key", Key)
_use = Statement("partners", "use_key", _Used)
_take = Statement("partners", "take", _In)
_before = Statement("partners", "taken_before", _Before)
_request = Statement("partners", "request", Standing)
_open_stores = Statement("partners", "open_stores", OpenStore)


def number_in(shown: str) -> int | None:
    """The number of the key that this seems to be; None where it is none."""
    found = _KEY.match(shown)
    number = int(found[1]) if found else 0
    return number if 0 < number <= LARGEST else None


def digest_of(secret: str) -> bytes:
    """What is kept of a key's secret, which has 256 bits of chance in it."""
    return hashlib.sha256(secret.encode()).digest()


def key_of(*, shown: str, now: datetime) -> Key:
    """
    The key that somebody shows, as the database knows it now: one that was ended opens nothing from the next request on.

    :raises NoKey: see there.
    """
    number, found = number_in(shown), _KEY.match(shown)
    known = None if number is None else _key.one(key_id=number, today=day_of(now))
    if found is None or known is None or not hmac.compare_digest(bytes(known.digest), digest_of(found[2])):
        raise NoKey
    return known


def use(*, key: Key, now: datetime) -> None:
    """
    Counts a question that changes nothing.

    :raises TooFast: see there.
    """
    if _use.one(city_id=key.city_id, key_id=key.key_id, cap=key.a_minute, now=now) is None:
        raise TooFast


def take(*, key: Key, kind: Kind, idempotency_key: str, content: Mapping[str, Any], now: datetime) -> Taken:
    """
    Takes in one request, sealed; the same one again changes nothing, and two at once are one.

    :raises TooFast: the key's minute is full.
    :raises OtherBody: see there.
    """
    text = json.dumps({"kind": kind, **content}, sort_keys=True, ensure_ascii=False, default=str)
    idem, digest = macs.mac("idem", idempotency_key), macs.mac("body", text)
    public_id = uuid.uuid4()
    found = _take.one(
        city_id=key.city_id,
        public_id=public_id,
        partner_id=key.partner_id,
        key_id=key.key_id,
        cap=key.a_minute,
        idem=idem,
        digest=digest,
        kind=kind.value,
        sealed=files.seal(folder=settings.HOME.keys, name=name_of(public_id), content=text.encode()),
        now=now,
    )
    if found is None or not found.within:
        raise TooFast
    if found.taken:
        return Taken(public_id, repeated=False)
    before = _before.one(city_id=key.city_id, partner_id=key.partner_id, idem=idem)
    if before is None:  # it has just been forgotten, after a week: the next try is a new one
        raise TooFast
    if not hmac.compare_digest(bytes(before.digest), digest):
        raise OtherBody
    return Taken(before.public_id, repeated=True)


def name_of(public_id: uuid.UUID) -> str:
    """Under which a request is sealed, so that none can be put in another's place."""
    return f"partner request {public_id}"


def standing(*, key: Key, public_id: uuid.UUID) -> Standing:
    """
    How a request of the same partner stands.

    :raises NotFound: none of theirs.
    """
    found = _request.one(city_id=key.city_id, public_id=public_id, partner_id=key.partner_id)
    if found is None:
        raise NotFound
    return found


def open_stores(*, city_id: int, now: datetime) -> list[OpenStore]:
    """The stores of a city that may take people in today."""
    return _open_stores.all(city_id=city_id, today=day_of(now))


def require_store(*, key: Key, code: str, now: datetime) -> None:
    """:raises NoSuchStore: see there."""
    if code not in {store.code for store in open_stores(city_id=key.city_id, now=now)}:
        raise NoSuchStore
