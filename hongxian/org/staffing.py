"""Who works where: the people of a store or of headquarters, and the row that says so. Leaving and moving are pools/leaving.py."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing, recording
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

EXTENSION = re.compile(r"[A-Za-z0-9._-]{0,32}", re.ASCII)
LEAVERS_SHOWN = timedelta(days=90)
TIERS = ("X", "Y", "Z")
IN_TEAMS = (Role.CONSULTANT, Role.TEAM_MANAGER)
IN_STORES = (*IN_TEAMS, Role.STORE_MANAGER)
AT_HEADQUARTERS = (Role.OPERATIONS, Role.PRIVACY_OFFICER, Role.FRAUD_DESK, Role.AUDITOR, Role.TRAINER)


class BadPlace(Refusal):
    """No such place of work; the message says what is missing."""

    code = "org.bad_place"
    message = _("请选择去向：顾问要有门店、团队和级别，主管要有团队，店长要有门店。")
    status = 422


class BadExtension(Refusal):
    """No such phone."""

    code = "org.bad_extension"
    message = _("分机只能用字母、数字和 . _ -，最多 32 位。")
    status = 422


class ExtensionTaken(Refusal):
    """A phone is one person's."""

    code = "org.extension_taken"
    message = _("这个分机已经是别人的。")


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who works or worked here, as managers see them."""

    staff_id: Annotated[int, PLAIN]
    employee_no: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    city_id: Annotated[int, PLAIN]
    store_id: Annotated[int | None, PLAIN]
    store_code: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    team_name: Annotated[str, PLAIN]
    tier: Annotated[str, PLAIN]
    active: Annotated[bool, PLAIN]
    left_on: Annotated[date | None, PLAIN]
    trained: Annotated[bool, PLAIN]
    extension: Annotated[str, PLAIN] = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A team and the store that it is of."""

    team_id: Annotated[int, PLAIN]
    team_name: Annotated[str, PLAIN]
    store_id: Annotated[int, PLAIN]
    store_code: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]
    city_id: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works and as what."""

    role: str
    city_id: int | None = None
    store_id: int | None = None
    team_id: int | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A staff row, held until the transaction ends."""

    staff_id: int
    employee_no: str
    account_id: int | None
    role: str
    city_id: int | None
    store_id: int | None
    team_id: int | None
    tier: str | None
    active: bool
    extension: str = ""

    @property
    def place(self) -> Place:
        """Where they work, or worked last."""
        return Place(role=self.role, city_id=self.city_id, store_id=self.store_id, team_id=self.team_id, tier=self.tier)


_lock = Statement("org", "lock_staff", Locked)
_place = Command("org", "place_staff")
_set_tier = Command("org", "set_tier")
_set_extension = Command("org", "set_extension")
_employee = Statement("org", "employee", Employee)
_employees = Statement("org", "employees", Employee)
_teams = Statement("org", "teams", Team)


def employees(*, by: Actor, store_id: int | None, today: date) -> list[Employee]:
    """
    Who works in a store, or at headquarters where none is named, and who left in the last 90 days.

    :raises NotAllowed: the actor moves nobody.
    :raises NotFound: a store manager sees their own store only.
    """
    by.require(Permission.ORG_STAFF_MOVE)
    if by.role == Role.STORE_MANAGER and (store_id is None or store_id != by.store_id):
        raise NotFound
    return _employees.all(store_id=store_id, today=today, left_since=today - LEAVERS_SHOWN)


def employee(*, by: Actor, staff_id: int, today: date) -> Employee:
    """
    One employee within the actor's reach.

    :raises NotAllowed: the actor moves nobody.
    :raises NotFound: not within reach.
    """
    by.require(Permission.ORG_STAFF_MOVE)
    found = _employee.one(staff_id=staff_id, employee_no=None, today=today)
    if found is None or not within_reach(by, staff_id=found.staff_id, role=found.role, store_id=found.store_id):
        raise NotFound
    return found


def number_of_record(*, employee_no: str, today: date) -> int | None:
    """The staff number behind an employee number; for the console."""
    found = _employee.one(staff_id=None, employee_no=employee_no, today=today)
    return found.staff_id if found else None


def teams(*, store_id: int | None = None) -> list[Team]:
    """The teams of every active store, or of one."""
    return _teams.all(store_id=store_id)


def within_reach(by: Actor, *, staff_id: int, role: str, store_id: int | None) -> bool:
    """Nobody moves themselves; operations moves everybody else, a store's manager the teams of that store."""
    if staff_id == by.staff_id:
        return False
    if by.role == Role.STORE_MANAGER:
        return store_id is not None and store_id == by.store_id and role in IN_TEAMS
    return by.role == Role.OPERATIONS


def checked(*, by: Actor, place: Place) -> Place:
    """
    The place with its store and city, after checking that there is one and that this actor may send people there.

    :raises BadPlace: a part is missing, or no such place is within the actor's reach.
    """
    if place.role in IN_TEAMS:
        team = next((each for each in _teams.all(store_id=None) if each.team_id == place.team_id), None)
        if team is None or (place.role == Role.CONSULTANT and place.tier not in TIERS):
            raise BadPlace
        tier = place.tier if place.role == Role.CONSULTANT else None
        found = replace(place, city_id=team.city_id, store_id=team.store_id, tier=tier)
    elif place.role == Role.STORE_MANAGER:
        store = queries.store(store_id=place.store_id) if place.store_id is not None else None
        if store is None:
            raise BadPlace
        found = Place(role=place.role, city_id=store.city_id, store_id=store.store_id)
    elif place.role in AT_HEADQUARTERS:
        found = Place(role=place.role)
    else:
        raise BadPlace
    if by.role == Role.STORE_MANAGER and (found.store_id != by.store_id or found.role not in IN_TEAMS):
        raise BadPlace
    return found


def lock(*, staff_id: int) -> Locked | None:
    """Takes a staff row until the transaction ends; None where nobody has this number."""
    return _lock.one(staff_id=staff_id)


def write(*, staff_id: int, place: Place, left_on: date | None = None) -> None:
    """Writes where somebody works, or that they left; the row is locked. Sessions begun before are dead with the commit."""
    _place.run(staff_id=staff_id, **asdict(place), active=left_on is None, left_on=left_on)


def set_tier(*, staff_id: int, tier: str) -> None:
    """Another tier for a consultant who stays where they are; the row is locked. What they hold stays with them."""
    _set_tier.run(staff_id=staff_id, tier=tier)


@dataclass(frozen=True, slots=True)
class Serving:
    """A consultant, their tier and since when they work here."""

    staff_id: int
    tier: str
    joined_on: date


_serving = Statement("org", "consultants_since", Serving)


def consultants_since(*, store_id: int) -> list[Serving]:
    """A store's active consultants."""
    return _serving.all(store_id=store_id)


def set_extension(*, by: Actor, staff_id: int, extension: str, now: datetime) -> None:
    """
    Says which phone rings when somebody calls through a gateway; an empty one: none. Written down as every change.

    :raises NotAllowed: the actor moves nobody.
    :raises NotFound: not within the actor's reach, or gone; the try is recorded.
    :raises BadExtension: no such phone.
    :raises ExtensionTaken: it is somebody else's.
    """
    by.require(Permission.ORG_STAFF_MOVE)
    extension = extension.strip()
    if not EXTENSION.fullmatch(extension):
        raise BadExtension
    try:
        with transaction.atomic():
            known = lock(staff_id=staff_id)
            near = known is not None and within_reach(by, staff_id=staff_id, role=known.role, store_id=known.store_id)
            if known is not None and known.active and near:
                _set_extension.run(staff_id=staff_id, extension=extension)
                before, after = {"extension": known.extension}, {"extension": extension}
                changing.note_change(
                    by=by, action="org.extension", thing=f"staff {staff_id}", before=before, after=after, why="", now=now
                )
                return
            recording.record(by=by, action="org.extension", purpose="statistics", reason="out_of_reach", denied=True, now=now)
    except IntegrityError as error:
        raise ExtensionTaken from error
    raise NotFound


def close_account(account_id: int) -> None:
    """Nobody signs in with this account any more, whatever the password; passkeys and company accounts are gone for good."""
    from hongxian.org import identities  # its tables are known to the processes that serve staff

    identities.remove_all(account_id=account_id)
    accounts: Any = get_user_model()
    accounts._default_manager.filter(pk=account_id).update(is_active=False)  # noqa: SLF001 - Django's public private
