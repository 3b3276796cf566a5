"""/login/passkey/, /login/with/…/: coming in without a password."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import arriving, door, entering
from hongxian.desk.pages import account
from hongxian.kernel.refusal import Refusal
from hongxian.org import identities, sessions

if TYPE_CHECKING:
    from django.http import HttpRequest

ASKED = "passkey_asked"  # in a session: since when a passkey has been asked for
# What allauth and fido2 raise about an answer that isn't one.
NO_ANSWER = (ValidationError, ValueError, TypeError, KeyError, AttributeError, DataError, RecursionError)


@never_cache
@require_POST
def ask_passkey(request: HttpRequest) -> HttpResponse:
    """A challenge for any passkey of ours; it names nobody."""
    now = timezone.now()
    if entering.too_many(request, now=now):
        return JsonResponse({"error": arriving.why_not(arriving.SHUT)}, status=429)
    options = auth.begin_authentication(None)
    request.session[ASKED] = int(now.timestamp())
    entering.on_the_way(request)
    return JsonResponse(_plain(options))


@never_cache
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """The passkey's answer. The same words for whatever is wrong with it, and for whoever doesn't work here any more."""
    now = timezone.now()
    if entering.too_many(request, now=now):
        return account.sign_in_page(request, why=arriving.why_not(arriving.SHUT), status=422)
    asked = ASKED in request.session
    found = _answered(request, now_=int(now.timestamp()))
    if found is None or not entering.let_in(request, account_id=found[0], how=sessions.PASSKEY, now=now):
        if asked:
            entering.failed(request, now=now)
        return account.sign_in_page(request, why=_("通行密钥没有通过，请用工号和密码登录。"), status=422)
    identities.note_passkey_use(passkey_id=found[1], now=now)
    return HttpResponseRedirect(entering.safe_next(request, request.POST.get("next", "")))


def _answered(request: HttpRequest, *, now_: int) -> tuple[int, int] | None:
    """The account and the passkey behind an answer; a challenge is good for one answer, and not for long."""
    asked = request.session.pop(ASKED, None)
    try:
        if not isinstance(asked, int) or now_ - asked > entering.COMING_IN:
            return None
        answer = json.loads(request.POST.get("credential", ""))
        user = auth.extract_user_from_response(answer)
        known = auth.complete_authentication(user, answer)
    except NO_ANSWER:
        return None
    finally:
        auth.clear_state()
    return user.pk, known.pk


@never_cache
@require_POST
def with_company(request: HttpRequest, provider: str) -> HttpResponse:
    """To a company's page, which asks who somebody is."""
    now = timezone.now()
    if entering.too_many(request, now=now):
        return account.sign_in_page(request, why=arriving.why_not(arriving.SHUT), status=422)
    next_page = entering.safe_next(request, request.POST.get("next", ""))
    try:
        address = arriving.set_out(request, provider=provider, next_page=next_page, now=now)
    except arriving.Unreachable as refusal:
        return account.sign_in_page(request, why=str(refusal.message), status=refusal.status)
    except Refusal as refusal:
        return door.refused(request, refusal)
    return going(request, provider, address)


def going(request: HttpRequest, provider: str, address: str) -> HttpResponse:
    """A page that goes on by itself: a form of ours may not lead elsewhere (`form-action 'self'`), a page may."""
    name = dict(account.company_names())[provider]
    return door.render(request, "desk/account/going.html", {"address": address, "name": name})


@never_cache
@require_safe
def back(request: HttpRequest, provider: str) -> HttpResponse:
    """From a company's page."""
    try:
        return arriving.come_back(request, provider)
    except Refusal as refusal:
        return door.refused(request, refusal)


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    """As JSON takes it."""
    found: dict[str, Any] = json.loads(json.dumps(options, default=dict))
    return found
