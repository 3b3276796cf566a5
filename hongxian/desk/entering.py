"""
Coming in: every door (password, passkey, company account) ends here, and only here does a session begin.

Whoever has left, whose account is shut or whose store is closed is let in by none of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, authenticate, get_user_model, login
from django.utils.http import url_has_allowed_host_and_scheme

from hongxian.desk import door
from hongxian.org import sessions, signing_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from hongxian.org.identities import Account

TRIES_COUNT_FOR = timedelta(minutes=15)
BACKEND = "django.contrib.auth.backends.ModelBackend"
COMING_IN = 600  # seconds that a session of nobody is kept, while they are on their way
NO_NUMBER = ""


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting failed tries."""
    return str(request.META.get("REMOTE_ADDR", ""))


def too_many(request: HttpRequest, *, now: datetime, employee_no: str = NO_NUMBER) -> bool:
    """Whether the door stays shut for now; one that asks for no number counts by the address."""
    since, address = now - TRIES_COUNT_FOR, address_of(request)
    if employee_no == NO_NUMBER:
        return signing_in.too_many_from(address=address, since=since)
    return signing_in.too_many_tries(employee_no=employee_no, address=address, since=since)


def failed(request: HttpRequest, *, now: datetime, employee_no: str = NO_NUMBER) -> None:
    """Counts a failed try."""
    signing_in.note_failed_try(employee_no=employee_no, address=address_of(request), at=now)


def password_is_right(request: HttpRequest, *, account: Account, password: str, now: datetime) -> bool:
    """
    Whether somebody who is signed in knows their password: asked again before another way in is added.

    Wrong ones count as at the sign-in page, so that an open screen is no place to guess at.
    """
    if not password or too_many(request, employee_no=account.employee_no, now=now):
        return False
    user = authenticate(request, username=account.employee_no, password=password)
    if user is not None and user.pk == account.account_id:
        return True
    failed(request, employee_no=account.employee_no, now=now)
    return False


def let_in(request: HttpRequest, *, account_id: int, how: str, now: datetime) -> bool:
    """Begins a session for whoever has this account; False where it lets nobody in, and nothing has begun."""
    opens = signing_in.opens(account_id=account_id)
    users: Any = get_user_model()._default_manager  # noqa: SLF001 - Django's public private
    user = users.filter(pk=account_id, is_active=True).first()
    if opens is None or user is None:
        return False
    request.session.set_expiry(sessions.WALL_LASTS if how == sessions.WALL else None)
    login(request, user, backend=BACKEND)
    user_agent = request.headers.get("User-Agent", "")
    request.session[door.EPOCH] = opens.epoch
    request.session[door.SESSION] = sessions.begin(
        account_id=account_id, epoch=opens.epoch, how=how, user_agent=user_agent, now=now
    )
    return True


def on_the_way(request: HttpRequest) -> None:
    """A session of nobody's, for the few minutes between asking and the answer; somebody's own stays as it is."""
    if SESSION_KEY not in request.session:
        request.session.set_expiry(COMING_IN)


def safe_next(request: HttpRequest, asked: str) -> str:
    """Where somebody wanted to go, if it is a page of ours; else the first one."""
    hosts = {request.get_host()}
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=hosts, require_https=request.is_secure()):
        return asked
    return "/"


def origin_of(request: HttpRequest) -> str:
    """Our own address as the browser sees it; behind a proxy that speaks https for us, https."""
    secure = settings.SESSION_COOKIE_SECURE or request.is_secure()
    return f"{'https' if secure else 'http'}://{request.get_host()}"
