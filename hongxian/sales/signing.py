"""
Contracts (签约): the consultant files what was signed on paper; the store manager, never the same person, puts it in force.

From that moment the consultant has the ground on which matchmaking stands, until the contract's last day; the member's own
separate consent is needed beside it. Declining, cancelling and the last day take the ground away in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import Command, Statement, constraint_of
from hongxian.org import staffing
from hongxian.sales import packages
from hongxian.vault import deciding, grounds

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

PURPOSE, GROUND, FILED = "contract", "contract", "filed"
FIELDS = ("amount",)
OLDEST, FARTHEST = timedelta(days=30), timedelta(days=366 * 3 + 31)
DECLINED = {"paper": _("与纸质合同不符"), "unsigned": _("纸质合同没有签字"), "mistake": _("登记错误")}
CANCELLED = {"member": _("会员要求解除"), "refund": _("退款"), "mistake": _("登记错误"), "conduct": _("服务违规")}


class CannotSign(Refusal):
    """Nothing has changed."""


class BadContract(CannotSign):
    """A contract has an open package, an amount, a day of signing, and a later last day."""

    code = "sales.bad_contract"
    message = _("请选择套餐，填写 100 万元以内的金额；签约日不晚于今天、不早于 30 天前，到期日在签约日之后、三年之内。")
    status = 422


class FiledAlready(CannotSign):
    """The member has a contract that waits or is in force."""

    code = "sales.filed_already"
    message = _("这位会员已有一份待核对或生效中的合同。")


class DecidedAlready(CannotSign):
    """Somebody was quicker."""

    code = "sales.decided_already"
    message = _("这份合同已经有人处理，请刷新后再看。")


class OwnContract(CannotSign):
    """Who filed it never decides."""

    code = "sales.own_contract"
    message = _("不能核对自己登记的合同，需要另一个人。")
    status = 403


class ConsultantGone(CannotSign):
    """A contract puts its consultant in charge: somebody who works in this store, now."""

    code = "sales.consultant_gone"
    message = _("登记这份合同的顾问已离职或调岗，不能生效；请退回，由现在的顾问重新登记。")


class NoReason(CannotSign):
    """A no and an early end have a reason."""

    code = "sales.no_reason"
    message = _("请选择原因。")
    status = 422


@dataclass(frozen=True, slots=True)
class Filed:
    """What was filed, or had been by the same press."""

    contract_id: Annotated[int, PLAIN]
    repeated: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class _Row:
    contract_id: int


@dataclass(frozen=True, slots=True)
class _Contract:
    member_id: int
    staff_id: int
    state: str
    ends_on: date
    amount_fen: int


_known = Statement("sales", "contract_by_request", _Row)
_file = Statement("sales", "file", _Row)
_lock = Statement("sales", "lock_contract", _Contract)
_decide = Command("sales", "decide")
_cancel = Command("sales", "cancel")


def file(  # noqa: PLR0913 - a contract has that many sides
    *,
    by: Actor,
    city_id: int,
    member_id: int,
    package_id: int,
    amount_fen: int,
    signed_on: date,
    ends_on: date,
    request_key: UUID,
    now: datetime,
) -> Filed:
    """
    Files a contract of a member of one's own. It waits for the store manager and gives no right to anything before.

    :raises NotAllowed: the role may not file, or training or agreement are missing.
    :raises NotFound: no ground on the member.
    :raises BadContract: package, amount or days don't fit.
    :raises FiledAlready: the member has one that waits or is in force.
    """
    ground = _decided(by=by, city_id=city_id, member_id=member_id, now=now)
    today = day_of(now)
    known_packages = {each.package_id for each in packages.packages()}
    fits = package_id in known_packages and 0 < amount_fen <= packages.MOST_FEN
    if not fits or not today - OLDEST <= signed_on <= today or not signed_on < ends_on <= signed_on + FARTHEST or ends_on < today:
        raise BadContract
    try:
        with transaction.atomic():
            known = _known.one(city_id=city_id, request_key=request_key, staff_id=by.staff_id, member_id=member_id)
            if known is not None:
                return Filed(contract_id=known.contract_id, repeated=True)
            filed = _file.one(
                city_id=city_id,
                store_id=by.store_id,
                team_id=by.team_id,
                staff_id=by.staff_id,
                member_id=member_id,
                package_id=package_id,
                amount_fen=amount_fen,
                signed_on=signed_on,
                ends_on=ends_on,
                now=now,
                request_key=request_key,
            )
            if filed is None:  # INSERT … RETURNING gives a row or raises
                raise FiledAlready
            _trace(by=by, city_id=city_id, member_id=member_id, action="sales.file", ground=ground, now=now)
    except IntegrityError as error:
        name = constraint_of(error)
        if name.startswith(("sales_contract_one_at_a_time", "sales_contract_filed_once")):
            raise FiledAlready from None
        raise
    return Filed(contract_id=filed.contract_id, repeated=False)


def sign(*, by: Actor, city_id: int, contract_id: int, now: datetime) -> None:
    """
    Puts a contract in force: it says what the paper says. The consultant has the ground from now on.

    :raises NotFound: not a contract of the acting manager's store.
    :raises OwnContract: filed by the same person.
    :raises ConsultantGone: who filed it has left, or doesn't work here as a consultant any more.
    :raises DecidedAlready: it doesn't wait any more, or its last day is over.
    """
    with transaction.atomic():
        contract = _take(by=by, city_id=city_id, contract_id=contract_id)
        if contract.state == FILED and not _works_here(contract.staff_id, by.store_id):
            raise ConsultantGone
        if contract.ends_on < day_of(now) or not _moved(by, city_id, contract_id, "signed", "", now):
            raise DecidedAlready
        until = start_of(contract.ends_on + timedelta(days=1))
        grounds.give(city_id=city_id, member_id=contract.member_id, staff_id=contract.staff_id, kind=GROUND, until=until)
        _trace(by=by, city_id=city_id, member_id=contract.member_id, action="sales.sign", ground="store", now=now)


def decline(*, by: Actor, city_id: int, contract_id: int, why: str, now: datetime) -> None:
    """
    Says that a contract is not what the paper says.

    :raises NotFound: not a contract of the acting manager's store.
    :raises NoReason: no reason of the list.
    :raises DecidedAlready: it doesn't wait any more.
    """
    with transaction.atomic():
        contract = _take(by=by, city_id=city_id, contract_id=contract_id)
        if why not in DECLINED:
            raise NoReason
        if not _moved(by, city_id, contract_id, "declined", why, now):
            raise DecidedAlready
        _trace(by=by, city_id=city_id, member_id=contract.member_id, action="sales.decline", ground="store", now=now)


def cancel(*, by: Actor, city_id: int, contract_id: int, why: str, now: datetime) -> None:
    """
    Ends a contract in force before its day, and with it the ground.

    :raises NotFound: not a contract of the acting manager's store.
    :raises NoReason: no reason of the list.
    :raises DecidedAlready: it is not in force.
    """
    with transaction.atomic():
        contract = _take(by=by, city_id=city_id, contract_id=contract_id)
        if why not in CANCELLED:
            raise NoReason
        if not _cancel.run(city_id=city_id, contract_id=contract_id, staff_id=by.staff_id, why=why, now=now):
            raise DecidedAlready
        grounds.end(city_id=city_id, member_id=contract.member_id, staff_id=contract.staff_id, kind=GROUND)
        _trace(by=by, city_id=city_id, member_id=contract.member_id, action="sales.cancel", ground="store", now=now)


def _take(*, by: Actor, city_id: int, contract_id: int) -> _Contract:
    by.require(Permission.SALES_CONTRACT_DECIDE)
    if by.store_id is None or by.city_id != city_id:
        raise NotFound
    contract = _lock.one(city_id=city_id, contract_id=contract_id, store_id=by.store_id)
    if contract is None:
        raise NotFound
    if contract.staff_id == by.staff_id:
        raise OwnContract
    return contract


def _works_here(staff_id: int, store_id: int | None) -> bool:
    """Holds the row until the ground is given: leaving and moving take every ground away, and must find this one."""
    known = staffing.lock(staff_id=staff_id)
    return known is not None and known.active and known.role == Role.CONSULTANT and known.store_id == store_id


def _moved(by: Actor, city_id: int, contract_id: int, state: str, why: str, now: datetime) -> bool:
    return _decide.run(city_id=city_id, contract_id=contract_id, staff_id=by.staff_id, state=state, why=why, now=now) > 0


def _decided(*, by: Actor, city_id: int, member_id: int, now: datetime) -> str:
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    decision = deciding.may(
        by=by, permission=Permission.SALES_CONTRACT_FILE, purpose=PURPOSE, fields=FIELDS, facts=facts, city_id=city_id
    )
    if decision.allowed:
        return decision.ground
    recording.record(
        by=by,
        action="sales.file",
        purpose=PURPOSE,
        ground=decision.ground,
        city_id=city_id,
        member_ids=[] if facts is None else [member_id],
        fields=FIELDS,
        reason=decision.reason,
        denied=True,
        now=now,
    )
    if decision.reason in {"role", "training", "agreement", "inactive"}:
        raise NotAllowed(decision.reason)
    raise NotFound


def _trace(*, by: Actor, city_id: int, member_id: int, action: str, ground: str, now: datetime) -> None:
    recording.record(
        by=by,
        action=action,
        purpose=PURPOSE,
        ground=ground,
        city_id=city_id,
        member_ids=[member_id],
        fields=FIELDS,
        now=now,
    )
