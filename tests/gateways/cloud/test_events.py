"""What the cloud says by itself: through the door, sealed, and noted by the worker, however often and in whatever order."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client

from hongxian.api import door
from hongxian.outreach import call_events, calling, dialling
from hongxian.outreach.gateways import signing
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("company")
TALK = [("a_ringing", 1), ("a_answered", 3), ("b_ringing", 4), ("b_answered", 9), ("released", 69)]


@pytest.fixture(autouse=True)
def cloudy(settings: Any) -> Iterator[None]:
    settings.CALL_GATEWAY = "cloud"
    door.wrong.forget()
    door.right.forget()
    with signed_in_as("desk"):
        yield


@pytest.fixture
def call() -> calling.Placed:
    cast = Cast(timezone=zone_at_noon())
    casting.run(
        "UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=f"+86138{cast.lan.staff_id:08d}", id=cast.lan.staff_id
    )
    member = cast.member(held_by=cast.lan)
    placed = casting.now() - timedelta(seconds=80)
    return calling.place(by=cast.lan.actor(), city_id=member.city_id, member_id=member.member_id, request_key=uuid4(), now=placed)


def event(call: calling.Placed, name: str, after: float, **more: str) -> dict[str, str]:
    """As the cloud writes it, with more than we want to know."""
    ref = dialling.ref_of(city_id=call.city_id, at=call.at, id=call.id)
    said = {"event_id": uuid4().hex, "reference": ref, "event": name, "at": (call.at + timedelta(seconds=after)).isoformat()}
    said |= {"side": "b", "reason": "hang_up"} if name == "released" else {}
    return said | {"called": "+8613800138000", "x": "+8616700000001"} | more


def post(content: Any, *, address: str = "", status: int = 200) -> None:
    path = (address or signing.call_address()).split("/api/", 1)[1]
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    assert Client().post(f"/api/{path}", body, content_type="application/json").status_code == status


def deal() -> int:
    with signed_in_as("worker"):
        return call_events.deal_calls(now=casting.now())


def record_of(call: calling.Placed) -> tuple[Any, ...]:
    query = (
        "SELECT state, cause, consultant_at, member_at, talking_at, ended_at FROM outreach_placedcall"
        " WHERE city_id = %(city)s AND id = %(id)s"
    )
    found: tuple[Any, ...] = casting.rows(query, city=call.city_id, id=call.id)[0]
    return found


def moments(call: calling.Placed, *after: float) -> tuple[datetime, ...]:
    return tuple(call.at + timedelta(seconds=each) for each in after)


class TestEvents:
    def test_in_order_make_the_call(self, call: calling.Placed) -> None:
        for name, after in TALK:
            post(event(call, name, after))
        assert deal() == 5
        assert record_of(call) == ("ended", "member_hung_up", *moments(call, 1, 4, 9, 69))

    @pytest.mark.parametrize("seed", range(4))
    def test_out_of_order_and_repeated_make_the_same_call(self, call: calling.Placed, seed: int) -> None:
        said = [event(call, name, after) for name, after in TALK] * 2
        random.Random(seed).shuffle(said)
        for each in said[:5]:
            post(each)
        deal()
        post({"events": said[5:]})
        deal()
        assert record_of(call) == ("ended", "member_hung_up", *moments(call, 1, 4, 9, 69))
        tallies = casting.rows(
            "SELECT sum(talked), sum(talk_seconds) FROM outreach_tally WHERE city_id = %(city)s AND span = 'day'",
            city=call.city_id,
        )
        assert tallies == [(1, 60)]

    def test_a_nine_is_the_members_no(self, call: calling.Placed) -> None:
        post([event(call, "b_answered", 9), event(call, "b_digits", 12, digits="9")])
        deal()
        query = "SELECT nine_at FROM outreach_placedcall WHERE city_id = %(city)s AND id = %(id)s"
        assert casting.rows(query, city=call.city_id, id=call.id) == [moments(call, 12)]

    def test_before_the_call_or_after_now_are_put_right(self, call: calling.Placed) -> None:
        post([event(call, "a_ringing", -3600), event(call, "released", 3600, side="b", reason="busy")])
        deal()
        state, cause, consultant_at, *_, ended_at = record_of(call)
        assert (state, cause, consultant_at) == ("ended", "busy", call.at)
        assert ended_at <= casting.now()

    def test_lie_sealed_and_without_numbers_until_they_are_dealt_with(self, call: calling.Placed) -> None:
        post(event(call, "a_ringing", 1))
        ref = dialling.ref_of(city_id=call.city_id, at=call.at, id=call.id)
        [(key, sealed)] = casting.rows("SELECT key, sealed FROM outreach_arrived WHERE kind = 'call' AND done_at IS NULL")
        assert ref not in key
        assert ref.encode() not in bytes(sealed)
        deal()
        assert casting.rows("SELECT count(*) FROM outreach_arrived WHERE kind = 'call'") == [(0,)]


class TestForged:
    def test_without_the_address_nothing_is_taken_in(self, call: calling.Placed) -> None:
        post(event(call, "released", 5), address="x/api/gateways/cloud/call/" + "0" * 40 + "/", status=403)
        post(event(call, "released", 5), address=signing.call_address().replace("/cloud/", "/other/"), status=403)
        assert deal() == 0

    def test_for_a_call_that_another_gateway_carries_nothing_happens(self, call: calling.Placed) -> None:
        casting.run("UPDATE outreach_placedcall SET gateway = 'sip' WHERE id = %(id)s", id=call.id)
        post(event(call, "released", 5))
        deal()
        assert record_of(call)[0] == "asked"

    def test_for_a_call_that_is_none_nothing_happens(self, call: calling.Placed) -> None:
        post(event(call, "released", 5, reference=f"{call.city_id}-1-1"))
        assert deal() == 1

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[" * 5000,
            b"{}",
            [],
            {"events": []},
            {"event_id": "1", "reference": "x", "event": "released", "at": "2026-01-01T00:00:00+00:00"},
            {"event_id": "1", "reference": "1-1-1", "event": "released", "at": "2026-01-01T00:00:00"},
            {"event_id": "1", "reference": "1-1-1", "event": "released", "at": "yesterday"},
            {"event_id": "1" * 200, "reference": "1-1-1", "event": "released", "at": "2026-01-01T00:00:00+00:00"},
            {"event_id": ["1"], "reference": "1-1-1", "event": "released", "at": "2026-01-01T00:00:00+00:00"},
            {"events": [{"event_id": "1"}] * 101},
        ],
    )
    def test_what_cannot_be_read_is_refused_whole(self, content: Any) -> None:
        post(content, status=400)
        assert deal() == 0
