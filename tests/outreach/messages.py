"""Texts put in the tables by hand, in any state, for tests of what counts, paces and shows them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hongxian.kernel.clock import day_of, hour_of, start_of
from tests.owner import insert, insert_bare, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cast import Cast, Person

GIVEN = {"handing", "handed", "delivered", "failed", "unknown"}


def version_of(
    name: str = "",
    *,
    kind: str = "service",
    body: str = "{alias}，您好。",
    by: int = 0,
    uses: Sequence[str] = ("hand", "library", "campaign"),
) -> int:
    """An approved wording of a template of its own; its number."""
    template = insert(
        "outreach_template",
        name=name or f"模板 {uuid4().hex[:8]}",
        kind=kind,
        uses=list(uses),
        made_by=by,
        made_at=now(),
    )
    version: int = insert(
        "outreach_version",
        template_id=template,
        number=1,
        body=body,
        state="approved",
        asked_by=by,
        asked_at=now(),
        decided_by=by + 1,
        decided_at=now(),
    )
    return version


def text_of(
    cast: Cast,
    by: Person,
    *,
    version_id: int,
    member_id: int = 1,
    at: datetime | None = None,
    how: str = "hand",
    state: str = "waiting",
    parts: int | None = None,
    store_id: int | None = None,
    team_id: int | None = None,
    **more: Any,
) -> int:
    """A row of outreach_message; its number."""
    at = at or now()
    given: dict[str, Any] = {}
    if state in GIVEN:
        given = {"permit_id": 1, "handing_at": at, "handed_at": at, "parts": parts or 1}
    if state in {"dropped", "delivered", "failed", "unknown"}:
        given["ended_at"] = at
    number: int = insert(
        "outreach_message",
        city_id=cast.city_id,
        at=at,
        member_id=member_id,
        staff_id=by.staff_id,
        store_id=cast.east if store_id is None else store_id,
        team_id=cast.team if team_id is None else team_id,
        how=how,
        purpose="outreach.sms",
        version_id=version_id,
        variables="{}",
        state=state,
        latest_at=at + timedelta(hours=12),
        request_key=uuid4(),
        **{**given, **more},
    )
    return number


def pause_of(cast: Cast, person: Person, *, reason: str = "budget", seen: str = '{"asked": 1500, "today": 0}') -> int:
    """A pause that runs until a manager ends it; its number."""
    number: int = insert(
        "outreach_pause",
        city_id=cast.city_id,
        staff_id=person.staff_id,
        store_id=cast.west if person is cast.people["wu"] else cast.east,
        channel="sms",
        reason=reason,
        seen=seen,
        since=now(),
    )
    return number


def tally_of(
    cast: Cast,
    person: Person,
    *,
    version_id: int,
    at: datetime,
    how: str = "hand",
    team_id: int | None = None,
    store_id: int | None = None,
    **numbers: int,
) -> None:
    """An hour's counts of texts, in its hour and its day."""
    for span, begins in (("hour", hour_of(at)), ("day", start_of(day_of(at)))):
        insert_bare(
            "outreach_texttally",
            city_id=cast.city_id,
            staff_id=person.staff_id,
            version_id=version_id,
            how=how,
            span=span,
            begins=begins,
            store_id=cast.east if store_id is None else store_id,
            team_id=cast.team if team_id is None else team_id,
            **(dict.fromkeys(("handed", "parts", "delivered", "failed", "unknown", "dropped", "opted_out"), 0) | numbers),
        )
