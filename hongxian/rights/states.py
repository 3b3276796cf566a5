"""
What may happen with a record at all: restricted at the person's wish, deceased, or a minor's.

From the commit on, every purpose of staff denies, and the person is out of pools and hands. Lifting a restriction does not put
anybody back into a pool: that takes a new yes, as for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent import assessing, ordering
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.members import records
from hongxian.pools import removing
from hongxian.rights.requesting import GROUND, PURPOSE, UnknownChoice

if TYPE_CHECKING:
    from datetime import date, datetime

    from hongxian.kernel.actor import Actor

ADULT, OLDEST = 18, 120


class Change(models.TextChoices):
    """What the privacy officer may do."""

    RESTRICTED = "restricted", _("限制处理")
    DECEASED = "deceased", _("登记已故")
    LIVE = "live", _("解除限制或更正登记")


class Why(models.TextChoices):
    """On the strength of what; a list, so that nothing personal is written into the record."""

    PERSON = "person", _("本人提出")
    KIN = "kin", _("近亲属告知并已核实")
    PAPERS = "papers", _("证件或公开文书")
    MISTAKE = "mistake", _("原登记有误")


# From which states each change leads. A minor's record becomes live by a birth date only, an erased one never.
FROM = {
    Change.RESTRICTED: frozenset({"live"}),
    Change.DECEASED: frozenset({"live", "restricted", "minor"}),
    Change.LIVE: frozenset({"restricted", "deceased"}),
}


class WrongState(Refusal):
    """The record's state does not lead there."""

    code = "rights.wrong_state"
    message = _("这份资料现在的状态不能这样改。")


class BadBirth(Refusal):
    """No birth date that a living person has."""

    code = "rights.bad_birth"
    message = _("请填写真实的出生日期。")
    status = 422


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A record as the privacy office sees it: its number and state, nothing that says who it is."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    city_code: Annotated[str, PLAIN]
    state: Annotated[str, Label("consent_state")]
    suppressed: Annotated[bool, Label("consent_state")]
    changes: Annotated[list[str], PLAIN]


def record_page(*, by: Actor, city_id: int, city_code: str, member_id: int, now: datetime) -> RecordPage:
    """
    One record by its number; the person finds a trace of it.

    :raises NotFound: no such record.
    :raises consent.assessing.PurposeStopped: the purpose has no assessment that counts.
    """
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    fields = assessing.within(by=by, action="member.state", purpose=PURPOSE, fields=["resource_no"], now=now)
    known = records.standing(city_id=city_id, member_id=member_id)
    if known is None:
        raise NotFound
    _record(by=by, action="member.state", city_id=city_id, member_id=member_id, reason="", now=now, fields=fields)
    return RecordPage(
        city_id=city_id,
        member_id=member_id,
        city_code=city_code,
        state=known.state,
        suppressed=known.suppressed,
        changes=[change.value for change, states in FROM.items() if known.state in states],
    )


def change(*, by: Actor, city_id: int, member_id: int, to: str, why: str, now: datetime) -> None:
    """
    Restricts a record, marks its person as deceased, or takes either back.

    :raises UnknownChoice: no such change, or no reason on the list.
    :raises NotFound: no such record.
    :raises WrongState: see FROM.
    """
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    if to not in Change.values or why not in Why.values:
        raise UnknownChoice
    with transaction.atomic():
        known = _held(city_id=city_id, member_id=member_id)
        if known.state not in FROM[Change(to)]:
            raise WrongState
        if to == Change.LIVE and known.birth_year is not None and day_of(now).year - known.birth_year < ADULT:
            to = "minor"
        _set(by=by, city_id=city_id, member_id=member_id, state=to, why=why, now=now)


def set_birth(*, by: Actor, city_id: int, member_id: int, birth: date, why: str, now: datetime) -> str:
    """
    Corrects the year of birth from a date that was shown; under eighteen the record becomes a minor's. Gives the new state.

    The date itself is not kept here: only its year is, as of everybody.

    :raises BadBirth: in the future, or before anybody's time.
    :raises UnknownChoice: no reason on the list.
    :raises NotFound: no such record.
    """
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    if why not in Why.values:
        raise UnknownChoice
    today = day_of(now)
    age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    if not 0 <= age <= OLDEST:
        raise BadBirth
    with transaction.atomic():
        known = _held(city_id=city_id, member_id=member_id)
        state = known.state
        if age < ADULT and state != "deceased":
            state = "minor"
        elif age >= ADULT and state == "minor":
            state = "live"
        _set(by=by, city_id=city_id, member_id=member_id, state=state, why=why, now=now, birth_year=birth.year)
    return state


def _held(*, city_id: int, member_id: int) -> records.Standing:
    """Holds the member against every look that is under way, then the record's row."""
    ordering.lock_member(city_id=city_id, member_id=member_id)
    records.lock(city_id=city_id, member_id=member_id)
    known = records.standing(city_id=city_id, member_id=member_id)
    if known is None or known.state == "erased":
        raise NotFound
    return known


def _set(*, by: Actor, city_id: int, member_id: int, state: str, why: str, now: datetime, birth_year: int | None = None) -> None:
    records.set_state(city_id=city_id, member_id=member_id, state=state, birth_year=birth_year)
    if state != "live":
        removing.remove(by=by, city_id=city_id, member_id=member_id, reason=state, now=now)
    _record(by=by, action="member.set_state", city_id=city_id, member_id=member_id, reason=f"{state} {why}", now=now)


def _record(
    *, by: Actor, action: str, city_id: int, member_id: int, reason: str, now: datetime, fields: tuple[str, ...] = ()
) -> None:
    recording.record(
        by=by,
        action=action,
        purpose=PURPOSE,
        ground=GROUND,
        city_id=city_id,
        member_ids=[member_id],
        fields=fields,
        reason=reason,
        now=now,
    )
