"""
The books of partners (合作方): who may ask for what, until when; each change with who, when and why, and never undone in place.

A key's secret and a hook's are shown once, in the answer that makes them. What is kept is a hash of the one, and the other
sealed to the worker, which signs with it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.partners import posting, taking
from hongxian.partners.scopes import Scope
from hongxian.vault import files

if TYPE_CHECKING:
    from collections.abc import Collection

    from hongxian.kernel.actor import Actor

LONGEST_DAYS = 366
LEAST, MOST = 10, 12_000
LONGEST_NAME = 40


class NoReason(Refusal):
    """A change needs its reason."""

    code = "partners.no_reason"
    message = _("请写明原因。")
    status = 422


class BadName(Refusal):
    """A partner has a name of its own in its city, short, and without a number in it."""

    code = "partners.bad_name"
    message = _("请填写合作方名称（不超过 40 字，本市不重复）。")
    status = 422


class BadKey(Refusal):
    """A key is good for something, for a year at most, and so many times a minute."""

    code = "partners.bad_key"
    message = _("请选择至少一项权限；有效期从今天起，最长一年；每分钟 10 到 12,000 次。")
    status = 422


class Over(Refusal):
    """It was ended before."""

    code = "partners.over"
    message = _("已经停用。")


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A secret, for the one page that shows it."""

    secret: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class _Made:
    made_id: int


@dataclass(frozen=True, slots=True)
class _Partner:
    partner_id: int
    city_id: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Of:
    partner_id: int


_add_partner = Statement("partners", "add_partner", _Made)
_lock_partner = Statement("partners", "lock_partner", _Partner)
_end_partner = Command("partners", "end_partner")
_end_keys = Command("partners", "end_keys")
_add_key = Statement("partners", "add_key", _Made)
_end_key = Statement("partners", "end_key", _Of)
_add_hook = Statement("partners", "add_hook", _Made)
_end_hook = Command("partners", "end_hook")


def add(*, by: Actor, city_id: int, name: str, why: str, now: datetime) -> int:
    """
    Writes down a partner for one city; its number.

    :raises NotAllowed: may not keep partners.
    :raises BadName: see there.
    :raises NoReason: not said why.
    :raises NotFound: no such city.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadName
    reason = _reason(why)
    with transaction.atomic():
        made = _add_partner.one(city_id=city_id, name=name, staff_id=by.staff_id, why=reason, now=now)
        if made is None or made.made_id == 0:
            raise NotFound if made is None else BadName
        _note(by, "partners.partner.add", f"partner {made.made_id}", {"city": city_id, "name": name}, reason, now)
    return made.made_id


def end(*, by: Actor, partner_id: int, why: str, now: datetime) -> None:
    """
    Ends a partner with all its keys, from the next request on; it is told nothing more.

    :raises NotFound: no such partner.
    :raises Over: see there.
    :raises NoReason: not said why.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    reason = _reason(why)
    about = {"partner_id": partner_id, "staff_id": by.staff_id, "why": reason, "now": now}
    with transaction.atomic():
        _living(partner_id)
        _end_keys.run(**about)
        _end_hook.run(**about)
        _end_partner.run(**about)
        _note(by, "partners.partner.end", f"partner {partner_id}", None, reason, now)


def add_key(
    *, by: Actor, partner_id: int, scopes: Collection[str], a_minute: int, expires_on: date, why: str, now: datetime
) -> Shown:
    """
    Makes a key; its secret is in the answer and nowhere else.

    :raises NotFound: no such partner.
    :raises Over: the partner was ended.
    :raises BadKey: see there.
    :raises NoReason: not said why.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    today = day_of(now)
    wanted = [scope.value for scope in Scope if scope in scopes]
    in_time = today <= expires_on <= today + timedelta(days=LONGEST_DAYS)
    if not wanted or len(wanted) != len(set(scopes)) or not in_time or not LEAST <= a_minute <= MOST:
        raise BadKey
    reason, secret = _reason(why), secrets.token_urlsafe(32)
    with transaction.atomic():
        _living(partner_id)
        made = _add_key.one(
            partner_id=partner_id,
            digest=taking.digest_of(secret),
            scopes=wanted,
            a_minute=a_minute,
            expires_on=expires_on,
            staff_id=by.staff_id,
            why=reason,
            now=now,
        )
        number = made.made_id if made else 0
        after = {"partner": partner_id, "scopes": wanted, "a_minute": a_minute, "expires_on": expires_on.isoformat()}
        _note(by, "partners.key.add", f"key {number}", after, reason, now)
    return Shown(f"hx_{number}_{secret}")


def end_key(*, by: Actor, partner_id: int, key_id: int, why: str, now: datetime) -> None:
    """
    Ends a key: its next request is refused.

    :raises NotFound: no such key of this partner.
    :raises Over: see there.
    :raises NoReason: not said why.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    reason = _reason(why)
    with transaction.atomic():
        if _lock_partner.one(partner_id=partner_id) is None:
            raise NotFound
        found = _end_key.one(partner_id=partner_id, key_id=key_id, staff_id=by.staff_id, why=reason, now=now)
        if found is None:
            raise NotFound
        if found.partner_id == 0:
            raise Over
        _note(by, "partners.key.end", f"key {key_id}", None, reason, now)


def set_hook(*, by: Actor, partner_id: int, url: str, why: str, now: datetime) -> Shown:
    """
    Says where a partner is to be told, in the place of what was said before; the secret that signs is in the answer.

    :raises NotFound: no such partner.
    :raises Over: the partner was ended.
    :raises posting.BadAddress: see there.
    :raises NoReason: not said why.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    host, reason, secret = posting.check(url.strip()), _reason(why), secrets.token_urlsafe(32)
    name = f"partner hook {secrets.token_hex(12)}"
    content = json.dumps({"url": url.strip(), "secret": secret}).encode()
    sealed = files.seal(folder=settings.HOME.keys, name=name, content=content)
    about = {"partner_id": partner_id, "staff_id": by.staff_id, "why": reason, "now": now}
    with transaction.atomic():
        _living(partner_id)
        _end_hook.run(**about)
        _add_hook.one(name=name, sealed=sealed, host=host, **about)
        _note(by, "partners.hook.set", f"partner {partner_id}", {"host": host}, reason, now)
    return Shown(secret)


def end_hook(*, by: Actor, partner_id: int, why: str, now: datetime) -> None:
    """
    A partner is told nothing more; what waits is given up.

    :raises NotFound: no such partner.
    :raises Over: it is told nothing as it is.
    :raises NoReason: not said why.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    reason = _reason(why)
    with transaction.atomic():
        if _lock_partner.one(partner_id=partner_id) is None:
            raise NotFound
        if not _end_hook.run(partner_id=partner_id, staff_id=by.staff_id, why=reason, now=now):
            raise Over
        _note(by, "partners.hook.end", f"partner {partner_id}", None, reason, now)


def _living(partner_id: int) -> None:
    """Holds the partner until the transaction ends: an end and a new key come one after the other."""
    found = _lock_partner.one(partner_id=partner_id)
    if found is None:
        raise NotFound
    if found.ended_at is not None:
        raise Over


def _reason(why: str) -> str:
    if not why.strip():
        raise NoReason
    return why.strip()


def _note(by: Actor, action: str, thing: str, after: dict[str, object] | None, why: str, now: datetime) -> None:
    changing.note_change(by=by, action=action, thing=thing, before=None, after=after, why=why, now=now)
