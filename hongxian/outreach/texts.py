"""Texts as their senders see them: to one member, of one day, and how one stands just now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import recording
from hongxian.kernel.clock import start_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.outreach.gateways import rendering

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN = timedelta(days=365)
OF_MEMBER, OF_DAY = 30, 300
# On its way: a page asks again. What the carrier has is asked about for so long.
OPEN = frozenset({"waiting", "handing"})
HANDED_LATELY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text. Its words are the template's with what was filled in; the form of address is not in them."""

    city_id: Annotated[int, PLAIN]
    message_id: Annotated[int, PLAIN]
    at: Annotated[datetime, Label("contact_history")]
    member_id: Annotated[int, Label("resource_no")]
    city_code: Annotated[str, PLAIN]
    template: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    body: Annotated[str, PLAIN]
    variables: Annotated[str, PLAIN]
    how: Annotated[str, PLAIN]
    state: Annotated[str, Label("contact_history")]
    reason: Annotated[str, Label("consent_state")]
    parts: Annotated[int, PLAIN]
    handed_at: Annotated[datetime | None, Label("contact_history")]
    ended_at: Annotated[datetime | None, Label("contact_history")]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]

    @property
    def words(self) -> str:
        """What it says, without who is addressed."""
        filled = json.loads(self.variables) | {"alias": "……"}
        return rendering.PLACE.sub(lambda found: str(filled.get(found[1], found[0])), self.body)

    @property
    def at_number(self) -> int:
        """When it was queued, in microseconds: its key together with city and number."""
        return number_of(self.at)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one text stands."""

    city_id: Annotated[int, PLAIN]
    message_id: Annotated[int, PLAIN]
    at: Annotated[datetime, PLAIN]
    state: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    handed_at: Annotated[datetime | None, PLAIN]

    @property
    def at_number(self) -> int:
        """See TextRow."""
        return number_of(self.at)


_of_day = Statement("outreach", "texts_of_day", TextRow)
_one = Statement("outreach", "text_of_sender", TextRow)
_standing = Statement("outreach", "state_of_text", Standing)


def number_of(at: datetime) -> int:
    """A moment as a whole number of microseconds."""
    return (at - EPOCH) // timedelta(microseconds=1)


def lasts(row: TextRow | Standing, *, now: datetime) -> bool:
    """Whether its state may change while somebody looks."""
    return row.state in OPEN or (row.state == "handed" and row.handed_at is not None and now - row.handed_at < HANDED_LATELY)


def of_day(*, by: Actor, day: date, now: datetime) -> list[TextRow]:
    """
    What the acting person sent on a day; one trace with everybody on the list.

    :raises NotAllowed: may not send texts.
    """
    by.require(Permission.OUTREACH_TEXT_SEND)
    return _of_day.all(
        city_id=by.city_id,
        staff_id=by.staff_id,
        begins=start_of(day),
        ends=start_of(day + timedelta(days=1)),
        most=OF_DAY,
        now=now,
        **recording.trace_parameters(
            by=by, action="member.texts", purpose="outreach.sms", fields=["resource_no"], ground="claim"
        ),
    )


def one_of(*, by: Actor, city_id: int, at: datetime, message_id: int) -> TextRow | None:
    """A text that the acting person has just queued, as a row."""
    by.require(Permission.OUTREACH_TEXT_SEND)
    return _one.one(city_id=city_id, at=at, message_id=message_id, staff_id=by.staff_id)


def standing(*, by: Actor, city_id: int, at: int, message_id: int) -> Standing:
    """
    How one of the acting person's own texts stands; it says nothing of the member.

    :raises NotAllowed: may not send texts.
    :raises NotFound: not theirs, or not there.
    """
    by.require(Permission.OUTREACH_TEXT_SEND)
    try:
        moment = EPOCH + timedelta(microseconds=at)
    except OverflowError:
        raise NotFound from None
    found = _standing.one(city_id=city_id, at=moment, message_id=message_id, staff_id=by.staff_id)
    if found is None:
        raise NotFound
    return found
