"""The members in a consultant's hands, with how to address them: one traced statement, one question to the keeper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN, Label, without
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Statement
from hongxian.vault import asking

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

FIELDS = ("alias", "district", "best_time", "contact_history")
# Of those whose consent does not run nothing else is shown.
CARD_FIELDS = ("sex", "birth_year", "district", "grade")
LONGEST = 200
BESIDE = 10  # beside a member: each line is a look at somebody, and a consultant opens a hundred members a day


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held member as the database gives it; `speaks` where consent runs, so that the keeper will answer."""

    trace_at: datetime | None
    trace_id: int | None
    city_id: int
    member_id: int
    city_code: str
    sex: str
    birth_year: int | None
    district: str
    grade: str
    held_until: datetime
    call_back_at: datetime | None
    last_outcome: str
    last_tried_at: datetime | None
    silent: int
    speaks: bool
    due: bool
    done_today: bool
    unfiled: bool
    total: int


@dataclass(frozen=True, slots=True)
class Held:
    """One line of the worklist."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    city_code: Annotated[str, PLAIN]
    alias: Annotated[str, Label("alias")]
    sex: Annotated[str, Label("sex")]
    birth_year: Annotated[int | None, Label("birth_year")]
    district: Annotated[str, Label("district")]
    grade: Annotated[str, Label("grade")]
    held_until: Annotated[datetime, PLAIN]
    call_back_at: Annotated[datetime | None, Label("best_time")]
    last_outcome: Annotated[str, Label("contact_history")]
    last_tried_at: Annotated[datetime | None, Label("contact_history")]
    silent: Annotated[int, Label("contact_history")]
    speaks: Annotated[bool, Label("consent_state")]
    due: Annotated[bool, PLAIN]
    done_today: Annotated[bool, PLAIN]
    unfiled: Annotated[bool, PLAIN]  # a call of theirs that nobody has filed


_held = Statement("outreach", "in_hand", HeldRow, brief=True)


def in_hand(*, by: Actor, now: datetime) -> list[Held]:
    """
    Everybody this consultant holds, in the order to work through them; one trace with all ids, another with those
    whose consent does not run.

    :raises NotAllowed: the role works no members.
    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    """
    return _twice(by=by, open_id=0, most=LONGEST, now=now)[0]


def beside(*, by: Actor, member_id: int, now: datetime) -> tuple[list[Held], int]:
    """
    The first few of them, with the one who is open; and how many there are. The traces name only the few.

    :raises NotAllowed: the role works no members.
    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    """
    return _twice(by=by, open_id=member_id, most=BESIDE, now=now)


def _twice(*, by: Actor, open_id: int, most: int, now: datetime) -> tuple[list[Held], int]:
    by.require(Permission.POOLS_HOLDING_WORK)
    try:
        return _look(by=by, open_id=open_id, most=most, now=now)
    except asking.KeeperDenied:  # somebody left her hands, or took their consent back, since the list was made
        return _look(by=by, open_id=open_id, most=most, now=now)


def _look(*, by: Actor, open_id: int, most: int, now: datetime) -> tuple[list[Held], int]:
    shown = assessing.within(by=by, action="member.list", purpose="outreach.call", fields=FIELDS, now=now)
    traits = assessing.within(by=by, action="member.list", purpose="pool.card", fields=CARD_FIELDS, now=now)
    rows = _held.all(
        city_id=by.city_id,
        staff_id=by.staff_id,
        now=now,
        today=day_of(now),
        midnight=start_of(day_of(now)),
        notice_hash=catalogue().purposes["outreach.call"].notice_hash,
        size=LONGEST,
        open_id=open_id,
        most=most,
        **recording.trace_parameters(by=by, action="member.list", purpose="outreach.call", fields=shown, ground="claim"),
    )
    silenced = [row.member_id for row in rows if not row.speaks]
    if silenced:  # their coarse traits are on the page all the same
        recording.record(
            by=by, action="member.list", purpose="pool.card", ground="claim", member_ids=silenced, fields=traits, now=now
        )
    aliases: dict[int, str] = {}
    if "alias" in shown and rows and rows[0].trace_at is not None and rows[0].trace_id is not None:
        opened = asking.reveal(recording.TraceRef(by.city_id, rows[0].trace_at, rows[0].trace_id))
        aliases = {member_id: str(fields.get("alias", "")) for member_id, fields in opened.items()}
    lines = [_line(row, aliases.get(row.member_id, "")) for row in rows]
    return without(lines, {*FIELDS, *CARD_FIELDS} - {*shown, *traits}), rows[0].total if rows else 0


def _line(row: HeldRow, alias: str) -> Held:
    return Held(
        city_id=row.city_id,
        member_id=row.member_id,
        city_code=row.city_code,
        alias=alias,
        sex=row.sex,
        birth_year=row.birth_year,
        district=row.district,
        grade=row.grade,
        held_until=row.held_until,
        call_back_at=row.call_back_at,
        last_outcome=row.last_outcome,
        last_tried_at=row.last_tried_at,
        silent=row.silent,
        speaks=row.speaks,
        due=row.due,
        done_today=row.done_today,
        unfiled=row.unfiled,
    )
