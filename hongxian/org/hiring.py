"""
Taking people on (入职), one or a list of them: all or nobody. A dry run says for each row what is wrong and writes nothing.

Whoever is new gets an account without a password and a one-time code with which they choose one themselves: nobody else ever
knows it. The code is shown once, only its hash is kept. Somebody whose first day is to come begins on that day.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import ROLE_NAMES, Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import agreements, editing, queries, signing_in, staffing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

MOST, LONGEST_NAME, NEW_TIER = 500, 40, "Z"
EMPLOYEE_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,15}", re.ASCII)
CODE_LASTS, AHEAD, BACK = timedelta(days=14), timedelta(days=366), timedelta(days=366 * 40)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike
CODE_LENGTH = 16  # 80 bits


class CannotHire(Refusal):
    """Nobody was taken on; the rows say why."""

    code = "org.cannot_hire"
    message = gettext_lazy("有的行不对，一个人也没有录入。")
    status = 422


class BadCode(Refusal):
    """No such invitation any more, or the wrong code: the same answer."""

    code = "org.bad_code"
    message = gettext_lazy("工号或邀请码不对，或邀请码已过期、已用过。")
    status = 422


class BadPassword(Refusal):
    """Too short, or one that everybody uses."""

    code = "org.bad_password"
    message = gettext_lazy("密码至少 10 位，不能是常见密码。")
    status = 422


class TooManyTries(Refusal):
    """The door is shut for a while."""

    code = "org.too_many_tries"
    message = gettext_lazy("尝试次数过多，请 15 分钟后再试。")
    status = 429


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody to be taken on, as a row of a list has them."""

    row: Annotated[int, PLAIN]
    employee_no: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    store: Annotated[str, PLAIN] = ""
    team: Annotated[str, PLAIN] = ""
    tier: Annotated[str, PLAIN] = ""
    joined_on: Annotated[str, PLAIN] = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row and what is wrong with it; nothing where it is fine."""

    wanted: Annotated[Wanted, PLAIN]
    problems: Annotated[tuple[str | Promise, ...], PLAIN]


@dataclass(frozen=True, slots=True)
class Code:
    """Somebody new and the code that is shown this once."""

    employee_no: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    code: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was invited and has not come in yet."""

    staff_id: Annotated[int, PLAIN]
    employee_no: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    joined_on: Annotated[date, PLAIN]
    active: Annotated[bool, PLAIN]
    until: Annotated[datetime, PLAIN]


@dataclass(frozen=True, slots=True)
class _New:
    staff_id: int
    employee_no: str


@dataclass(frozen=True, slots=True)
class _Alias:
    store_id: int
    alias: str


@dataclass(frozen=True, slots=True)
class _Number:
    employee_no: str


@dataclass(frozen=True, slots=True)
class _Account:
    account_id: int


_add = Statement("org", "add_staff", _New)
_taken = Statement("org", "taken_numbers", _Number)
_taken_aliases = Statement("org", "taken_aliases", _Alias)
_invite = Command("org", "add_invitations")
_use = Statement("org", "use_invitation", _Account)
_invitations = Statement("org", "invitations", Invited)


def check(*, by: Actor, people: Sequence[Wanted], now: datetime) -> list[Line]:
    """
    What is wrong with each row. Writes nothing.

    :raises NotAllowed: not of operations.
    """
    by.require(Permission.ORG_OFFICE_RUN)
    return [line for line, _place in _checked(people, now=now)]


def hire(*, by: Actor, people: Sequence[Wanted], why: str, now: datetime) -> list[Code]:
    """
    Takes everybody on, or nobody; gives the codes with which they come in, which nobody can be shown again.

    :raises NotAllowed: not of operations.
    :raises agreements.NoReason: not said why.
    :raises CannotHire: a row is wrong.
    """
    by.require(Permission.ORG_OFFICE_RUN)
    if not why.strip():
        raise agreements.NoReason
    found = _checked(people, now=now)
    if not found or any(line.problems for line, _place in found):
        raise CannotHire
    try:
        with transaction.atomic():
            return _hire(by=by, found=found, why=why, now=now)
    except IntegrityError as error:  # somebody has taken a number meanwhile
        raise CannotHire from error


def _hire(*, by: Actor, found: Sequence[tuple[Line, staffing.Place]], why: str, now: datetime) -> list[Code]:
    wanted = [line.wanted for line, _place in found]
    joined = [_day(each.joined_on) or day_of(now) for each in wanted]
    accounts: Any = get_user_model()
    made = [accounts(username=each.employee_no, password=make_password(None), date_joined=now) for each in wanted]
    account_ids = {each.username: each.pk for each in accounts._default_manager.bulk_create(made)}  # noqa: SLF001 - Django's public private
    places = [place for _line, place in found]
    rows = _add.all(
        account_ids=[account_ids[each.employee_no] for each in wanted],
        employee_nos=[each.employee_no for each in wanted],
        names=[each.name for each in wanted],
        aliases=[each.alias for each in wanted],
        roles=[place.role for place in places],
        city_ids=[place.city_id for place in places],
        store_ids=[place.store_id for place in places],
        team_ids=[place.team_id for place in places],
        tiers=[place.tier for place in places],
        joined=joined,
        today=day_of(now),
    )
    numbers = {row.employee_no: row.staff_id for row in rows}
    for each, place, day in zip(wanted, places, joined, strict=True):
        begins = max(start_of(day), now)
        after = {"employee_no": each.employee_no, "role": place.role, "store_id": place.store_id, "tier": place.tier}
        edit_id = editing.note(
            by=by,
            kind=editing.STAFF,
            thing_id=numbers[each.employee_no],
            before=None,
            after={**after, "joined_on": day.isoformat()},
            effective_from=begins,
            why=why,
            now=now,
        )
        if begins <= now:
            editing.done(by=by, edit_id=edit_id, now=now)
    first = {each.employee_no: day for each, day in zip(wanted, joined, strict=True)}
    aliases = {each.employee_no: each.alias for each in wanted}
    return _codes(
        by=by, people=[(row.staff_id, row.employee_no, aliases[row.employee_no], first[row.employee_no]) for row in rows], now=now
    )


def _codes(*, by: Actor, people: Sequence[tuple[int, str, str, date]], now: datetime) -> list[Code]:
    """Good for two weeks from the first day on."""
    codes = ["".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH)) for _person in people]
    _invite.run(
        staff_ids=[staff_id for staff_id, *_rest in people],
        code_hashes=[_hash(code) for code in codes],
        made_by=by.staff_id,
        untils=[max(now, start_of(day)) + CODE_LASTS for *_who, day in people],
        now=now,
    )
    told = ["-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)) for code in codes]
    return [Code(number, alias, code) for (_id, number, alias, _first), code in zip(people, told, strict=True)]


def invitations(*, by: Actor) -> list[Invited]:
    """Who has not come in yet. :raises NotAllowed: not of operations."""
    by.require(Permission.ORG_OFFICE_RUN)
    return _invitations.all()


def invite_again(*, by: Actor, staff_id: int, now: datetime) -> Code:
    """
    A new code for somebody who never came in; the old one is worth nothing any more.

    :raises NotAllowed: not of operations.
    :raises NotFound: nobody who waits: whoever has a password of their own gets no code.
    """
    by.require(Permission.ORG_OFFICE_RUN)
    with transaction.atomic():
        staffing.lock(staff_id=staff_id)
        found = next((each for each in _invitations.all() if each.staff_id == staff_id), None)
        if found is None:
            raise NotFound
        [code] = _codes(by=by, people=[(staff_id, found.employee_no, found.alias, found.joined_on)], now=now)
    return code


def come_in(*, employee_no: str, code: str, password: str, address: str, now: datetime) -> None:
    """
    Somebody new chooses their password; good once. For nobody who is signed in: the code is what proves it.

    :raises TooManyTries: too many wrong ones lately.
    :raises BadPassword: too weak; the code stays good.
    :raises BadCode: no such invitation.
    """
    employee_no, code = employee_no.strip(), re.sub(r"[\s-]", "", code).upper()
    if not EMPLOYEE_NO.fullmatch(employee_no):  # nobody's, and perhaps what no column can hold
        _refuse_nobody(address=address, now=now)
    if signing_in.too_many_tries(employee_no=employee_no, address=address, since=now - timedelta(minutes=15)):
        raise TooManyTries
    try:
        validate_password(password)
    except ValidationError as error:
        raise BadPassword from error
    encoded = make_password(password)
    accounts: Any = get_user_model()
    with transaction.atomic():
        found = _use.one(employee_no=employee_no, code_hash=_hash(code), now=now)
        if found is not None:
            accounts._default_manager.filter(pk=found.account_id).update(password=encoded)  # noqa: SLF001 - Django's public private
    if found is None:
        signing_in.note_failed_try(employee_no=employee_no, address=address, at=now)
        raise BadCode


def _refuse_nobody(*, address: str, now: datetime) -> NoReturn:
    if signing_in.too_many_from(address=address, since=now - timedelta(minutes=15)):
        raise TooManyTries
    signing_in.note_failed_try(employee_no="", address=address, at=now)
    raise BadCode


def _hash(code: str) -> bytes:
    return hashlib.sha256(f"hongxian invitation {code}".encode()).digest()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip().replace("/", "-").replace(".", "-")) if text.strip() else None
    except ValueError:
        return None


def _checked(people: Sequence[Wanted], *, now: datetime) -> list[tuple[Line, staffing.Place]]:
    today = day_of(now)
    taken = {row.employee_no for row in _taken.all(employee_nos=[each.employee_no for each in people])}
    known = {(row.store_id, row.alias) for row in _taken_aliases.all(aliases=[each.alias.strip() for each in people])}
    stores = {store.code.casefold(): store for store in queries.stores()}
    agreed = {store.code for store in stores.values() if agreements.runs(store_id=store.store_id, today=today)}
    teams = {(team.store_id, team.team_name): team for team in staffing.teams()}
    seen: set[str] = set()
    found: list[tuple[Line, staffing.Place]] = []
    for each in people:
        role = _role(each.role)
        store = stores.get(each.store.strip().casefold())
        team = teams.get((store.store_id, each.team.strip())) if store else None
        tier = (each.tier.strip().upper() or NEW_TIER) if role == Role.CONSULTANT else None
        problems = [*_of_person(each, taken=taken, seen=seen, today=today)]
        seen.add(each.employee_no)
        if role is None:
            problems.append(_("没有这个岗位。"))
        elif role in staffing.IN_STORES:
            problems += _of_place(each, role, store=store, agreed=agreed, team=team, tier=tier)
            if store is not None and (store.store_id, each.alias.strip()) in known:
                problems.append(_("这家门店已经有人用这个对外称呼：会员投诉时分不清是谁。"))
            known |= {(store.store_id, each.alias.strip())} if store else set()
        elif each.store.strip() or each.team.strip():
            problems.append(_("总部岗位不属于门店。"))
        in_team = role in staffing.IN_TEAMS and team is not None
        place = staffing.Place(
            role=role.value if role else "",
            city_id=store.city_id if store else None,
            store_id=store.store_id if store else None,
            team_id=team.team_id if team is not None and in_team else None,
            tier=tier,
        )
        if len(found) >= MOST:
            problems.append(_("一次最多 %d 人。") % MOST)
        found.append((Line(each, tuple(problems)), place))
    return found


def _role(text: str) -> Role | None:
    allowed = (*staffing.IN_STORES, *staffing.AT_HEADQUARTERS)
    text = text.strip()
    return next((role for role in allowed if text in {role.value, str(ROLE_NAMES[role])} or text == _in_chinese(role)), None)


def _in_chinese(role: Role) -> str:
    """As lists have it, whatever language the page is read in."""
    with override("zh-hans"):
        return str(ROLE_NAMES[role])


def _of_person(each: Wanted, *, taken: set[str], seen: set[str], today: date) -> list[str]:
    found = []
    if not EMPLOYEE_NO.fullmatch(each.employee_no):
        found.append(_("工号是 2 到 16 位字母、数字、- 或 _。"))
    elif each.employee_no in taken:
        found.append(_("这个工号已经有人。"))
    elif each.employee_no in seen:
        found.append(_("这个工号在名单里出现了两次。"))
    for text, what in ((each.name, _("姓名")), (each.alias, _("对外称呼"))):
        if not text.strip() or len(text) > LONGEST_NAME or any(ord(letter) < ord(" ") for letter in text):
            found.append(_("请填写%(what)s，最长 %(most)d 个字。") % {"what": what, "most": LONGEST_NAME})
    if each.name.strip() and each.name.strip() == each.alias.strip():
        found.append(_("对外称呼不能就是姓名：会员只看到对外称呼。"))
    day = _day(each.joined_on)
    if each.joined_on.strip() and (day is None or not today - BACK <= day <= today + AHEAD):
        found.append(_("入职日期不对，最远一年以后。"))
    return found


def _of_place(
    each: Wanted,
    role: Role,
    *,
    store: queries.StoreRow | None,
    agreed: set[str],
    team: staffing.Team | None,
    tier: str | None,
) -> list[str]:
    if store is None:
        return [_("没有这家营业中的门店。")]
    found = []
    if store.code not in agreed:
        found.append(_("这家门店没有有效的数据协议：先登记协议。"))
    if role in staffing.IN_TEAMS and team is None:
        found.append(_("这家门店没有这个团队。"))
    if role not in staffing.IN_TEAMS and each.team.strip():
        found.append(_("店长不属于团队。"))
    if tier is not None and tier not in staffing.TIERS:
        found.append(_("级别是 X、Y 或 Z；不填就是 Z。"))
    return found
