"""
Passkeys and company accounts (OIDC, DingTalk, Feishu, WeCom) with which somebody who works here signs in besides the password.

The rows are django-allauth's. Of a company account only a digest of its tenant and name is kept: no name, number or address comes with it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LONGEST_NAME = 30
MOST_PASSKEYS = 10
_passkeys: Any = Authenticator._default_manager.filter(type=Authenticator.Type.WEBAUTHN)  # noqa: SLF001 - Django's public private
_accounts: Any = SocialAccount._default_manager  # noqa: SLF001 - Django's public private


class Taken(Refusal):
    """A company account is one person's."""

    code = "org.identity_taken"
    message = _("这个账号已经绑定了别人。")


class TooManyPasskeys(Refusal):
    """Nobody has that many devices."""

    code = "org.too_many_passkeys"
    message = _("通行密钥已经太多，请先删除不用的。")


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey, as its holder sees it."""

    passkey_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    added_at: Annotated[datetime, PLAIN]
    used_at: Annotated[datetime | None, PLAIN]


@dataclass(frozen=True, slots=True)
class Identity:
    """A company account that is linked, as its holder sees it."""

    identity_id: Annotated[int, PLAIN]
    provider: Annotated[str, PLAIN]
    linked_at: Annotated[datetime, PLAIN]
    used_at: Annotated[datetime, PLAIN]


@dataclass(frozen=True, slots=True)
class Account:
    """The account of somebody who works here."""

    account_id: int
    employee_no: str
    alias: str


_account = Statement("org", "account_of", Account)


def account(*, by: Actor) -> Account:
    """
    The actor's own account.

    :raises NotFound: they have none, or don't work here any more.
    """
    found = _account.one(staff_id=by.staff_id)
    if found is None:
        raise NotFound
    return found


def subject(*, tenant: str, name: str) -> str:
    """What is kept of somebody's name with a company: a digest, so that two tenants' names can't be taken for each other."""
    return hashlib.sha256(f"{len(tenant)}:{tenant}:{name}".encode()).hexdigest()


def account_behind(*, provider: str, subject: str) -> int | None:
    """The account to which a company account is linked; None where nobody linked it."""
    found: int | None = _accounts.filter(provider=provider, uid=subject).values_list("user_id", flat=True).first()
    return found


def note_use(*, provider: str, subject: str, now: datetime) -> None:
    """Somebody signed in with it."""
    _accounts.filter(provider=provider, uid=subject).update(last_login=now)


def linked(*, by: Actor) -> list[Identity]:
    """The actor's own company accounts."""
    rows = _accounts.filter(user_id=account(by=by).account_id).order_by("id")
    return [
        Identity(identity_id=row.pk, provider=row.provider, linked_at=row.date_joined, used_at=row.last_login) for row in rows
    ]


def link(*, by: Actor, provider: str, subject: str, now: datetime) -> None:
    """
    Links a company account to the actor's own; whoever calls has asked for the password again.

    :raises Taken: it is somebody else's, or linked already.
    """
    account_id = account(by=by).account_id
    try:
        with transaction.atomic():
            SocialAccount(user_id=account_id, provider=provider, uid=subject, extra_data={}).save(force_insert=True)
            _note(by, "org.identity_link", after={"provider": provider}, now=now)
    except IntegrityError as error:
        raise Taken from error


def unlink(*, by: Actor, identity_id: int, now: datetime) -> None:
    """
    Takes one of the actor's own company accounts off.

    :raises NotFound: it isn't theirs.
    """
    with transaction.atomic():
        row = _accounts.filter(user_id=account(by=by).account_id, pk=identity_id).first()
        if row is None:
            raise NotFound
        row.delete()
        _note(by, "org.identity_unlink", before={"provider": row.provider}, now=now)


def passkeys(*, by: Actor) -> list[Passkey]:
    """The actor's own passkeys."""
    rows = _passkeys.filter(user_id=account(by=by).account_id).order_by("id")
    return [
        Passkey(passkey_id=row.pk, name=str(row.data.get("name", "")), added_at=row.created_at, used_at=row.last_used_at)
        for row in rows
    ]


def add_passkey(*, by: Actor, name: str, credential: dict[str, Any], now: datetime) -> None:
    """
    Adds a passkey whose answer has been checked; whoever calls has asked for the password again.

    :raises TooManyPasskeys: enough of them.
    """
    account_id = account(by=by).account_id
    with transaction.atomic():
        if _passkeys.filter(user_id=account_id).count() >= MOST_PASSKEYS:
            raise TooManyPasskeys
        shown = "".join(each for each in name if each.isprintable()).strip()[:LONGEST_NAME]
        data = {"name": shown, "credential": credential}
        kind = Authenticator.Type.WEBAUTHN
        Authenticator(user_id=account_id, type=kind, data=data, created_at=now).save(force_insert=True)
        _note(by, "org.passkey_add", after={"passkeys": 1}, now=now)


def note_passkey_use(*, passkey_id: int, now: datetime) -> None:
    """Somebody signed in with it."""
    _passkeys.filter(pk=passkey_id).update(last_used_at=now)


def remove_passkey(*, by: Actor, passkey_id: int, now: datetime) -> None:
    """
    Removes one of the actor's own passkeys.

    :raises NotFound: it isn't theirs.
    """
    with transaction.atomic():
        row = _passkeys.filter(user_id=account(by=by).account_id, pk=passkey_id).first()
        if row is None:
            raise NotFound
        row.delete()
        _note(by, "org.passkey_remove", before={"passkeys": 1}, now=now)


def remove_all(*, account_id: int) -> None:
    """Nothing but a password is left of an account: its holder leaves, or lost their telephone."""
    _passkeys.filter(user_id=account_id).delete()
    _accounts.filter(user_id=account_id).delete()


def _note(
    by: Actor, action: str, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, now: datetime
) -> None:
    changing.note_change(by=by, action=action, thing=f"staff {by.staff_id}", before=before, after=after, why="", now=now)
