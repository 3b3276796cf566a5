"""/desk/account/: one's own ways in and one's own sessions. Another way in takes the password once more."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import arriving, door, entering
from hongxian.desk.pages import account, coming_in
from hongxian.org import identities, sessions

ADDING = "passkey_adding"  # in a session: for whom the password was given, when, and for which challenge


@require_safe
@door.staff_page(None)
def own(request: door.DeskRequest) -> HttpResponse:
    """Everything on one page."""
    return _page(request, why=arriving.why_not(request.GET.get("why", "")))


@require_POST
@door.staff_page(None)
def begin_passkey(request: door.DeskRequest) -> HttpResponse:
    """The password is right: a challenge for a new passkey, good for this person, this session and a few minutes."""
    mine = identities.account(by=request.actor)
    if not _password(request, mine):
        return JsonResponse({"error": _password_words()}, status=422)
    if len(identities.passkeys(by=request.actor)) >= identities.MOST_PASSKEYS:
        return JsonResponse({"error": str(identities.TooManyPasskeys.message)}, status=409)
    users: Any = get_user_model()._default_manager  # noqa: SLF001 - Django's public private
    options = auth.begin_registration(users.get(pk=mine.account_id), passwordless=True)
    state = auth.get_state() or {}
    request.session[ADDING] = [mine.account_id, int(request.now.timestamp()), state.get("challenge")]
    return JsonResponse(json.loads(json.dumps(options, default=dict)))


@require_POST
@door.staff_page(None)
def add_passkey(request: door.DeskRequest) -> HttpResponse:
    """The new passkey's answer, for the challenge that the password opened."""
    mine = identities.account(by=request.actor)
    credential = _new_passkey(request, mine)
    if credential is None:
        return _page(request, why=_("通行密钥没有添加成功，请再试一次。"), status=422)
    name = request.POST.get("name", "").strip() or sessions.device_of(request.headers.get("User-Agent", ""))
    try:
        identities.add_passkey(by=request.actor, name=name, credential=credential, now=request.now)
    except identities.TooManyPasskeys as refusal:
        return _page(request, why=str(refusal.message), status=refusal.status)
    messages.success(request, _("通行密钥已添加。"))
    return door.redirect("/desk/account/")


def _new_passkey(request: door.DeskRequest, mine: identities.Account) -> dict[str, Any] | None:
    adding, state = request.session.pop(ADDING, None), auth.get_state() or {}
    try:
        account_id, since, challenge = adding
        if account_id != mine.account_id or challenge != state.get("challenge"):
            return None
        if int(request.now.timestamp()) - since > entering.COMING_IN:
            return None
        credential: dict[str, Any] = json.loads(request.POST.get("credential", ""))
        auth.parse_registration_response(credential)
        if not auth.complete_registration(credential).is_user_verified():
            return None
    except coming_in.NO_ANSWER:
        return None
    finally:
        auth.clear_state()
    return credential


@require_POST
@door.staff_page(None)
def remove_passkey(request: door.DeskRequest, passkey_id: int) -> HttpResponse:
    """It opens nothing any more."""
    identities.remove_passkey(by=request.actor, passkey_id=passkey_id, now=request.now)
    messages.success(request, _("通行密钥已删除。"))
    return door.redirect("/desk/account/")


@require_POST
@door.staff_page(None)
def link(request: door.DeskRequest, provider: str) -> HttpResponse:
    """To a company's page, whose answer will be linked to this account."""
    mine = identities.account(by=request.actor)
    if provider in dict(account.company_names()) and not _password(request, mine):
        return _page(request, why=_password_words(), status=422)
    try:
        address = arriving.set_out(request, provider=provider, account_id=mine.account_id, now=request.now)
    except arriving.Unreachable as refusal:
        return _page(request, why=str(refusal.message), status=refusal.status)
    return coming_in.going(request, provider, address)


@require_POST
@door.staff_page(None)
def unlink(request: door.DeskRequest, identity_id: int) -> HttpResponse:
    """It opens nothing any more."""
    identities.unlink(by=request.actor, identity_id=identity_id, now=request.now)
    messages.success(request, _("已解除绑定。"))
    return door.redirect("/desk/account/")


@require_POST
@door.staff_page(None)
def end_session(request: door.DeskRequest, session_id: int) -> HttpResponse:
    """That device is out with its next press."""
    sessions.end(by=request.actor, session_id=session_id, now=request.now)
    if session_id == request.session.get(door.SESSION):
        logout(request)
        return door.redirect("/login/")
    messages.success(request, _("那个登录已经结束。"))
    return door.redirect("/desk/account/")


@require_POST
@door.staff_page(None)
def end_sessions(request: door.DeskRequest) -> HttpResponse:
    """All of them, this one too or not."""
    which = request.POST.get("which")
    if which not in {"all", "others"}:
        return _page(request, why=_("请选择要结束哪些登录。"), status=422)
    keep = request.session.get(door.SESSION) if which == "others" else None
    epoch = sessions.end_all(by=request.actor, keep=keep, now=request.now)
    if keep is None or epoch is None:
        logout(request)
        return door.redirect("/login/")
    request.session[door.EPOCH] = epoch
    messages.success(request, _("其他登录都已结束。"))
    return door.redirect("/desk/account/")


def _password(request: door.DeskRequest, mine: identities.Account) -> bool:
    given = request.POST.get("password", "")
    return entering.password_is_right(request, account=mine, password=given, now=request.now)


def _password_words() -> str:
    return _("密码不对，或尝试次数过多。什么也没有改动。")


def _page(request: door.DeskRequest, *, why: str = "", status: int = 200) -> HttpResponse:
    by = request.actor
    context = {
        "why": why,
        "passkeys": identities.passkeys(by=by),
        "identities": identities.linked(by=by),
        "sessions": sessions.sessions(by=by, now=request.now),
        "here": request.session.get(door.SESSION),
        "companies": account.company_names(),
        "names": dict(account.company_names()),
        "longest_name": identities.LONGEST_NAME,
    }
    return door.render(request, "desk/account/account.html", context, status=status)
