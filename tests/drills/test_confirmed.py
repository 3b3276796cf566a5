"""What a drill knows beside the audit: a press that was confirmed and lost, or kept twice, and a text that came twice, are named."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from drills import _confirmed
from drills._carrier import Carrier
from drills._people import Told
from hongxian.outreach.gateways import signing
from hongxian.outreach.gateways.port import Ref
from tests.cast import Cast, now, rows
from tests.outreach.messages import text_of, version_of

if TYPE_CHECKING:
    from tests.cast import Someone

pytestmark = pytest.mark.usefixtures("company")


def named(cast: Cast, told: Told, *members: Someone) -> list[str]:
    return list(_confirmed.lost(cast, told, {each.member_id: each for each in members}))


def test_what_was_confirmed_and_is_not_there_is_named() -> None:
    cast = Cast()
    member = cast.member(held_by=cast.lan)
    told = Told()
    assert named(cast, told, member) == []
    for what, key in (
        *((press, uuid4()) for press in ("outcome", "text", "call", "visit")),
        ("import", 2**40),
        ("claim", (cast.lan.staff_id, member.member_id)),
        ("no in the portal", member.member_id),
    ):
        told.note(what, 303, key)
    found = named(cast, told, member)
    assert len(found) == 7
    assert {line.split(" ")[2] for line in found} == {"outcome", "text", "call", "visit", "import", "staff", "no"}


def test_what_was_refused_or_not_answered_need_not_be_there() -> None:
    told = Told()
    for status in (0, 403, 503):
        told.note("outcome", status, uuid4())
    assert named(Cast(), told) == []
    assert told.counts == {"outcome silent": 1, "outcome no": 1, "outcome closed": 1}
    told.note("outcome", 500, uuid4())
    assert told.errors == ["✗ outcome was answered by 500"]


def test_what_came_to_the_carrier_twice_or_was_never_sent_is_named() -> None:
    cast = Cast()
    member, version_id = cast.member(held_by=cast.lan), version_of()
    ref: dict[str, Ref] = {}
    for state in ("delivered", "waiting"):
        number = text_of(cast, cast.lan, version_id=version_id, member_id=member.member_id, state=state)
        [(at,)] = rows("SELECT at FROM outreach_message WHERE city_id = %(c)s AND id = %(i)s", c=cast.city_id, i=number)
        ref[state] = Ref(city_id=cast.city_id, at=at, id=number)
    carrier = Carrier()
    try:
        carrier.take(signing.report_address(ref["delivered"]), member.number)
        assert at_the(carrier, member) == []
        carrier.take(signing.report_address(ref["delivered"]), member.number)
        carrier.take(signing.report_address(ref["waiting"]), member.number)
        carrier.take(signing.report_address(Ref(city_id=cast.city_id, at=now(), id=2**40)), member.number)
        assert [line.split(" came ")[1] for line in at_the(carrier, member)] == ["2 times", "and is waiting", "and is nowhere"]
        assert all(moment <= time.time() for moments in carrier.taken.values() for moment in moments)
    finally:
        carrier._server.server_close()


def at_the(carrier: Carrier, member: Someone) -> list[str]:
    return list(_confirmed.at_the_carrier(carrier, {member.member_id: member}, within=2.0))
