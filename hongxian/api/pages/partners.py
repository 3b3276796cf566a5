"""/api/v1/…: what partners ask for. Everything that could tell whether a number is known is done later, by the worker."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Header, Status

from hongxian.api import partner_door as door
from hongxian.api import partner_schemas as schemas
from hongxian.consent.purposes import catalogue
from hongxian.consent.receipts import VALID_FOR
from hongxian.intake import registering
from hongxian.intake.fields import Field
from hongxian.kernel.clock import day_of
from hongxian.partners import taking
from hongxian.partners.scopes import PURPOSES, Kind, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9_-]{8,64}$")]
NOES = {"refused": "refused", "married": "married", "number_given_up": "wrong_person"}
_PROBLEMS = (400, 401, 403, 409, 413, 415, 422, 429)
TAKES: dict[int, Any] = {202: schemas.Accepted, **dict.fromkeys(_PROBLEMS, schemas.Error)}


def _reads(answer: Any) -> dict[int, Any]:
    return {200: answer, **dict.fromkeys((401, 404, 422, 429), schemas.Error)}


@door.api.post("/registrations", response=TAKES, auth=door.PartnerKey(Scope.REGISTRATIONS))
def register(
    request: HttpRequest, response: HttpResponse, told: schemas.RegistrationIn, idempotency_key: IdempotencyKey
) -> Status[Any]:
    """登记：一个人加入一家门店。| A person joins in a store."""
    moment, key = door.now(), _key(request)
    person = told.person
    registering.read(cells={Field.PHONE: person.number, Field.NAME: person.name, Field.BIRTH: person.birth}, now=moment)
    _check_consents(told.consents, moment)
    taking.require_store(key=key, code=told.store, now=moment)
    return _take(key, response, Kind.REGISTER, idempotency_key, told.model_dump(mode="json"), moment)


@door.api.post("/profiles", response=TAKES, auth=door.PartnerKey(Scope.PROFILES))
def profile(
    request: HttpRequest, response: HttpResponse, told: schemas.ProfileIn, idempotency_key: IdempotencyKey
) -> Status[Any]:
    """更新：资料有变化。| Something of the coarse record has changed."""
    moment = door.now()
    _check_number(told.number, moment)
    return _take(_key(request), response, Kind.PROFILE, idempotency_key, told.model_dump(mode="json"), moment)


@door.api.post("/consents", response=TAKES, auth=door.PartnerKey(Scope.CONSENTS))
def consent(
    request: HttpRequest, response: HttpResponse, told: schemas.ConsentsIn, idempotency_key: IdempotencyKey
) -> Status[Any]:
    """同意：逐项、按现行文本。| A yes, each purpose by itself, under the text in force."""
    moment = door.now()
    _check_number(told.number, moment)
    _check_consents(told.consents, moment)
    return _take(_key(request), response, Kind.CONSENT, idempotency_key, told.model_dump(mode="json"), moment)


@door.api.post("/withdrawals", response=TAKES, auth=door.PartnerKey(Scope.CONSENTS))
def withdraw(
    request: HttpRequest, response: HttpResponse, told: schemas.WithdrawalIn, idempotency_key: IdempotencyKey
) -> Status[Any]:
    """撤回同意。| A yes is taken back."""
    moment = door.now()
    _check_number(told.number, moment)
    return _take(_key(request), response, Kind.WITHDRAW, idempotency_key, told.model_dump(mode="json"), moment)


@door.api.post("/events", response=TAKES, auth=door.PartnerKey(Scope.EVENTS))
def event(request: HttpRequest, response: HttpResponse, told: schemas.EventIn, idempotency_key: IdempotencyKey) -> Status[Any]:
    """事件：拒绝、已婚、换号、注销、意向。| Refused, married, number given up, account closed, intent."""
    moment, key = door.now(), _key(request)
    _check_number(told.number, moment)
    content: dict[str, Any] = {"number": told.number}
    if told.type in NOES:
        return _take(key, response, Kind.NO, idempotency_key, content | {"reason": NOES[told.type]}, moment)
    if told.type == "account_closed":
        return _take(key, response, Kind.WITHDRAW, idempotency_key, content | {"purposes": list(PURPOSES)}, moment)
    return _take(key, response, Kind.INTENT, idempotency_key, content, moment)


@door.api.get("/requests/{request_id}", response=_reads(schemas.RequestOut), auth=door.PartnerKey())
def standing(request: HttpRequest, request_id: UUID) -> Any:
    """自己的一次请求办得怎样了。| How one of the partner's own requests stands."""
    found = taking.standing(key=_key(request), public_id=request_id)
    told = {
        "kind": found.kind,
        "state": found.state,
        "reason": found.reason,
        "taken_at": found.taken_at,
        "done_at": found.done_at,
    }
    return schemas.RequestOut.model_validate({"id": found.public_id} | told)


@door.api.get("/notices", response=_reads(list[schemas.NoticeOut]), auth=door.PartnerKey())
def notices(request: HttpRequest) -> Any:  # noqa: ARG001 - ninja's signature
    """现行文本，展示给本人后才能取得同意。| The texts in force, to be shown before a yes."""
    known = catalogue().purposes
    return [
        schemas.NoticeOut(purpose=name, notice=known[name].notice_hash, zh=known[name].notice_zh, en=known[name].notice_en)
        for name in PURPOSES
        if known[name].live
    ]


@door.api.get("/stores", response=_reads(list[schemas.StoreOut]), auth=door.PartnerKey())
def stores(request: HttpRequest) -> Any:
    """可接收会员的门店。| The stores that may take people in today."""
    found = taking.open_stores(city_id=_key(request).city_id, now=door.now())
    return [schemas.StoreOut(code=store.code) for store in found]


def _key(request: HttpRequest) -> taking.Key:
    found: taking.Key = request.auth  # type: ignore[attr-defined] # ninja puts there what the door gave
    return found


def _take(
    key: taking.Key, response: HttpResponse, kind: Kind, name: str, content: Mapping[str, Any], moment: datetime
) -> Status[Any]:
    taken = taking.take(key=key, kind=kind, idempotency_key=name, content=content, now=moment)
    if taken.repeated:
        response["Idempotent-Replayed"] = "true"
    return Status(HTTPStatus.ACCEPTED, schemas.Accepted(id=taken.public_id))


def _check_number(number: str, moment: datetime) -> None:
    """Whether it is a mobile number at all, which anybody could find out without us."""
    registering.read(cells={Field.PHONE: number}, now=moment)


def _check_consents(consents: Sequence[schemas.ConsentIn], moment: datetime) -> None:
    today: date = day_of(moment)
    known = catalogue().purposes
    for place, each in enumerate(consents):
        if each.notice != known[each.purpose].notice_hash or not known[each.purpose].live:
            raise door.BadBody("notice_outdated", f"consents[{place}].notice")
        if each.given_on > today:
            raise door.BadBody("in_the_future", f"consents[{place}].given_on")
        if each.given_on < today - timedelta(days=VALID_FOR.days):
            raise door.BadBody("too_old", f"consents[{place}].given_on")
