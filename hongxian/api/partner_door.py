"""
The door for partners: a key in the Authorization header, JSON and nothing else, every "no" in one shape.

No cookie is read here, so Django's token for forms has nothing to protect; ninja exempts its views from it by itself, and a
test names the addresses that this concerns. What belongs to the letters door (portal, docs/feed.md) is refused by name and by shape.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from hongxian.api.door import Limit
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.partners import taking

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from hongxian.partners.scopes import Scope

log = logging.getLogger("hongxian.api")
WRONG_A_MINUTE = 30
LONGEST_BODY, DEEPEST = 16_384, 8
# What feeds of other systems call messages, histories and other people: named, so that nobody wonders where it went.
NOT_HERE = frozenset(
    {
        *("message", "messages", "msg", "text", "content", "body", "chat", "chats", "conversation", "conversations", "thread"),
        *(
            "inbox",
            "outbox",
            "sent",
            "received",
            "reply",
            "replies",
            "letter",
            "letters",
            "mail",
            "voice",
            "attachment",
            "attachments",
        ),
        *(
            "history",
            "viewed",
            "views",
            "viewed_by",
            "visitors",
            "visits",
            "browsing",
            "browse",
            "footprints",
            "searches",
            "clicks",
        ),
        *(
            "other",
            "others",
            "target",
            "to",
            "from",
            "sender",
            "recipient",
            "friends",
            "contacts",
            "contact_list",
            "matches",
            "likes",
        ),
        *(
            "liked",
            "liked_by",
            "followers",
            "following",
            "blocked",
            "partner",
            "spouse",
            "parents",
            "remark",
            "note",
            "notes",
            "comment",
        ),
    }
)
NOT_HERE_ZH = ("消息", "私信", "聊天", "来信", "信件", "留言", "浏览", "访客", "历史", "对方", "好友", "通讯录", "备注")
wrong = Limit(WRONG_A_MINUTE, 60.0)


class NotHere(Refusal):
    """Messages, histories and other people's data: there is one door for what the person viewed and sent, and none for the rest."""

    code = "not_here"
    message = _("这里不接收消息、浏览记录或他人资料；本人的往来只能送到 /feed/v1/letters。")
    status = 422

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at


class BadBody(Refusal):
    """Nothing of it was taken in. `at` names the place, never the value."""

    code = "body"
    message = _("数据格式不正确，未接收。")
    status = 422

    def __init__(self, code: str, at: str = "") -> None:
        super().__init__()
        self.code, self.at = code, at  # type: ignore[misc] # one class, several codes


class Unread(Refusal):
    """Turned away before anything was read."""

    code = "not_json"
    message = _("请以 application/json 发送，不超过 16 KB。")
    status = 400

    def __init__(self, code: str, status: int) -> None:
        super().__init__()
        self.code, self.status = code, status  # type: ignore[misc] # one class, several codes


class PartnerKey(HttpBearer):
    """A key that is good for one thing, or for reading what every partner may."""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> taking.Key:
        """:raises Refusal: no such key, too many wrong ones, not for this, not JSON."""
        number = taking.number_in(token)
        if number is None:  # not even shaped like one: no question to the database
            raise taking.NoKey
        place = f"{request.META.get('REMOTE_ADDR', '')} {number}"
        now = timezone.now()
        try:
            key = taking.key_of(shown=token, now=now)  # a right one is let in, whatever others bring from the same address
        except taking.NoKey:
            if wrong.full(place):
                raise taking.TooFast from None
            wrong.add(place)
            raise
        if self._scope is None:
            taking.use(key=key, now=now)
            return key
        key.require(self._scope)
        _check_head(request)
        return key


def _check_head(request: HttpRequest) -> None:
    if request.content_type != "application/json":
        raise Unread("content_type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = request.headers.get("Content-Length") or "0"
    if not (length.isascii() and length.isdecimal()) or int(length) > LONGEST_BODY:
        raise Unread("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class StrictJson(Parser):
    """JSON in which every name stands once, without NaN and its like, and without what belongs to another door."""

    def parse_body(self, request: HttpRequest) -> Any:
        """:raises Refusal: see there."""
        try:
            found = json.loads(request.body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Unread("not_json", HTTPStatus.BAD_REQUEST) from None  # its own words would quote the text
        _refuse_foreign(found, "", 0)
        return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_word: str) -> float:
    raise ValueError


def is_not_here(name: str) -> bool:
    """Whether a field is called like that, however it is written: chatHistory, MESSAGE_TEXT, ｍｓｇ, 聊天记录."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
    words = re.split(r"[\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower())
    return bool(NOT_HERE & {*words, "_".join(words)}) or any(word in plain for word in NOT_HERE_ZH)


def _refuse_foreign(value: Any, at: str, depth: int) -> None:
    if depth > DEEPEST:
        raise BadBody("too_deep")
    if isinstance(value, dict):
        for name, inner in value.items():
            if is_not_here(name):
                raise NotHere(at)
            _refuse_foreign(inner, f"{at}.{name}" if at else name, depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _refuse_foreign(inner, f"{at}[{place}]", depth + 1)


api = NinjaAPI(
    title="红线 hongxian",
    version="1",
    description="合作方接口：登记、更新、同意与撤回、事件。说明见 docs/partners.md。| For partners: register, update, consent, events.",
    docs_url=None,  # nothing is loaded from elsewhere, and no page of it is needed
    openapi_url="/openapi.json",
    parser=StrictJson(),
    urls_namespace="partners",
)


def answer(request: HttpRequest, code: str, message: object, status: int, at: str = "") -> HttpResponse:
    """A "no" in the one shape that they all have."""
    told = {"error": code, "message": str(message)} | ({"at": at} if at else {})
    found: HttpResponse = api.create_response(request, told, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        found["Retry-After"] = str(60 - timezone.now().second)
    if status == HTTPStatus.UNAUTHORIZED:
        found["WWW-Authenticate"] = "Bearer"
    log.info("partner", extra={"code": code, "status": status})
    return found


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal | type[Refusal]) -> HttpResponse:
    """What an operation said."""
    code = str(refusal.code).rpartition(".")[2]
    return answer(request, code, refusal.message, refusal.status, getattr(refusal, "at", ""))


@api.exception_handler(AuthenticationError)
def no_key(request: HttpRequest, _error: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    """No key at all."""
    return refused(request, taking.NoKey())


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    """What ninja could not read; our own reason where there is one."""
    cause = getattr(error, "__cause__", None)
    return refused(request, cause if isinstance(cause, Refusal) else Unread("not_json", HTTPStatus.BAD_REQUEST))


@api.exception_handler(UnreadablePostError)
def gone(request: HttpRequest, _error: UnreadablePostError | type[UnreadablePostError]) -> HttpResponse:
    """Whoever sent it has gone."""
    return refused(request, Unread("not_json", HTTPStatus.BAD_REQUEST))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """The first thing that does not fit, by its place."""
    first: dict[str, Any] = error.errors[0] if isinstance(error, ValidationError) else {"type": "", "loc": ()}
    code = {"extra_forbidden": "unknown_field", "missing": "missing_field"}.get(first["type"], "invalid")
    place = _place(first["loc"][:-1] if code == "unknown_field" else first["loc"])
    if place == "header.Idempotency-Key":
        return refused(request, BadBody("idempotency_key", place))
    return refused(request, BadBody(code, place))


def _place(steps: Iterable[object]) -> str:
    """body, body (the argument's name), then the way: consents[0].notice."""
    found = ""
    for step in list(steps):
        found += f"[{step}]" if isinstance(step, int) else f".{step}"
    return found.removeprefix(".").removeprefix("body.").removeprefix("told").removeprefix(".")


def nowhere(request: HttpRequest) -> HttpResponse:
    """Any other address below /api/v1/: a machine is told in its own words, too."""
    return refused(request, NotFound())


def now() -> datetime:
    """The moment of a request."""
    return timezone.now()


__all__ = ["BadBody", "PartnerKey", "api", "now", "wrong"]
