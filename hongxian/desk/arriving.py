"""Somebody comes back from their company's page: they are let in, a link is made, or they are told why not."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from requests import RequestException as NotReached

from hongxian.desk import door, entering
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.org import identities

if TYPE_CHECKING:
    from django.http import HttpRequest

LOGIN, LINK = "login", "connect"  # allauth's words; the second for a link to an account that is signed in
# What allauth raises where a company's answer lacks something or has another shape.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
MAKE_HASTE = timedelta(minutes=10)
CANCELLED, FAILED, UNKNOWN, SHUT, TAKEN = "cancelled", "failed", "unknown", "shut", "taken"


class Unreachable(Refusal):
    """A company's page doesn't answer."""

    code = "desk.company_unreachable"
    message = gettext_lazy("现在连不上，请稍后再试，或用工号和密码登录。")
    status = 503


def why_not(why: str) -> str:
    """The sentence for people; empty for a word that isn't one of ours."""
    return {
        CANCELLED: _("已取消。"),
        FAILED: _("没有成功，请再试一次；仍不行请用工号和密码登录。"),
        UNKNOWN: _("这个账号还没有绑定员工。请先用工号和密码登录，再到“我的登录”里绑定。"),
        SHUT: _("尝试次数过多，请 15 分钟后再试。"),
        TAKEN: _("这个账号已经绑定了别人。"),
    }.get(why, "")


def set_out(request: HttpRequest, *, provider: str, account_id: int | None = None, next_page: str = "", now: datetime) -> str:
    """
    Where a company asks people who they are; what is needed on the way back waits in the session.

    :raises NotFound: no such company is configured.
    :raises Unreachable: it doesn't answer.
    """
    if provider not in settings.SIGN_IN:
        raise NotFound
    nonce = secrets.token_urlsafe(24)
    company = get_adapter(request).get_provider(request, provider=provider)
    given = {"nonce": nonce} if provider == "oidc" else {}
    waiting = {"account_id": account_id, "at": int(now.timestamp()), "nonce": nonce}
    try:
        answer = company.redirect(
            request,
            process=LOGIN if account_id is None else LINK,
            next_url=next_page or None,
            data=waiting,
            auth_params=company.get_auth_params() | given,
        )
    except (OAuth2Error, NotReached, *MALFORMED) as error:
        raise Unreachable from error
    entering.on_the_way(request)
    return str(answer["Location"])


def come_back(request: HttpRequest, provider: str) -> HttpResponse:
    """
    The company sends somebody back. Whatever is wrong with what it says, nobody is let in.

    :raises NotFound: no such company is configured.
    """
    if provider not in settings.SIGN_IN:
        raise NotFound
    adapter = get_adapter(request).get_provider(request, provider=provider).oauth2_adapter_class
    try:
        return OAuth2CallbackView.adapter_view(adapter)(request)  # type: ignore[no-any-return] # allauth has no types
    except MALFORMED:
        return failed(request, state={}, why=FAILED)


def arrived(request: HttpRequest, found: Any) -> HttpResponse:
    """A company has named somebody, and allauth has checked that it was asked from this very session."""
    now, state = timezone.now(), found.state
    data = state.get("data") or {}
    if now - datetime.fromtimestamp(data.get("at", 0), tz=UTC) > MAKE_HASTE or found.nonce not in {None, data.get("nonce")}:
        return failed(request, state=state, why=FAILED)
    provider, subject = found.account.provider, found.account.uid
    if state.get("process") == LINK:
        return _link(request, data, provider=provider, subject=subject, now=now)
    if entering.too_many(request, now=now):
        return turned_away(state=state, why=SHUT)
    account_id = identities.account_behind(provider=provider, subject=subject)
    if account_id is None or not entering.let_in(request, account_id=account_id, how=provider, now=now):
        entering.failed(request, now=now)
        return turned_away(state=state, why=UNKNOWN)
    identities.note_use(provider=provider, subject=subject, now=now)
    return HttpResponseRedirect(entering.safe_next(request, state.get("next") or ""))


def _link(request: HttpRequest, data: dict[str, Any], *, provider: str, subject: str, now: datetime) -> HttpResponse:
    """Only for whoever gave the password for it, in the session in which they did."""
    actor = door.actor_of(request, now=now)
    if actor is None or actor.wall or identities.account(by=actor).account_id != data.get("account_id"):
        return HttpResponseRedirect("/login/")
    try:
        identities.link(by=actor, provider=provider, subject=subject, now=now)
    except identities.Taken:
        return turned_away(state={"process": LINK}, why=TAKEN)
    messages.success(request, _("已绑定，下次可以用它登录。"))
    return HttpResponseRedirect("/desk/account/")


def failed(request: HttpRequest, *, state: dict[str, Any] | None, why: str) -> HttpResponse:
    """It came to nothing; what was asked of a company in vain counts as a try."""
    if state is not None and why == FAILED:
        entering.failed(request, now=timezone.now())
    return turned_away(state=state, why=why)


def turned_away(*, state: dict[str, Any] | None, why: str) -> HttpResponse:
    """Back to where they came from, with the reason as a word of ours."""
    back = "/desk/account/" if (state or {}).get("process") == LINK else "/login/"
    return HttpResponseRedirect(f"{back}?why={why}")
