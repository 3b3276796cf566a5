"""The confirming text, and what the worker does about visits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.visits import confirming, tidying
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.contracts.visit_pages import book, cast_room
from tests.outreach.messages import version_of

if TYPE_CHECKING:
    from tests.cast import Someone

NOW = datetime.now(COMPANY_ZONE).replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def cast(company: None, settings: Any) -> Cast:
    settings.SMS_GATEWAY = "loopback"
    made = Cast()
    cast_room(made)
    return made


@pytest.fixture
def version(cast: Cast) -> int:
    return version_of(f"到店确认 {cast.code}", uses=["visit"])


def texts(someone: Someone) -> list[tuple[Any, ...]]:
    return casting.rows(
        "SELECT how, purpose, variables->>'time', latest_at FROM outreach_message WHERE member_id = %(m)s", m=someone.member_id
    )


class TestArrange:
    def test_queues_one_automatic_text_that_the_gate_decides_later(self, cast: Cast, version: int) -> None:
        someone, key, begins = cast.member(held_by=cast.lan), uuid4(), NOW + timedelta(days=1, hours=4)
        about: dict[str, Any] = {
            "city_id": cast.city_id,
            "member_id": someone.member_id,
            "begins": begins,
            "minutes": 60,
            "request_key": key,
            "now": NOW,
        }
        with signed_in_as("desk"):
            first = confirming.arrange(by=cast.lan.actor(), **about)
            again = confirming.arrange(by=cast.lan.actor(), **about)
        assert (first.texted, again.repeated, again.visit_id) == (True, True, first.visit_id)
        with signed_in_as("worker"):
            confirming.queue_due(city_id=cast.city_id, now=NOW)
            confirming.queue_due(city_id=cast.city_id, now=NOW)
        assert texts(someone) == [("automatic", "outreach.sms", "14:00", begins)]

    def test_stands_without_a_gateway(self, cast: Cast, settings: Any) -> None:
        settings.SMS_GATEWAY = "none"
        someone = cast.member(held_by=cast.lan)
        with signed_in_as("desk"):
            arranged = confirming.arrange(
                by=cast.lan.actor(),
                city_id=cast.city_id,
                member_id=someone.member_id,
                begins=NOW + timedelta(days=1),
                minutes=30,
                request_key=uuid4(),
                now=NOW,
            )
        assert (arranged.texted, texts(someone)) == (False, [])

    def test_what_was_lost_on_the_way_the_worker_queues(self, cast: Cast, version: int) -> None:
        someone = cast.member(held_by=cast.lan)
        book(cast, someone, cast.lan, cast_room(cast), state="booked")
        gone = cast.member(held_by=cast.mei)
        book(cast, gone, cast.mei, cast_room(cast), state="cancelled")
        with signed_in_as("worker"):
            confirming.queue_due(city_id=cast.city_id, now=casting.now())
        assert len(texts(someone)) == 1
        assert texts(gone) == []


class TestTidying:
    def test_settles_yesterdays_and_frees_the_time_of_who_said_no(self, cast: Cast) -> None:
        past, ahead, refused = (cast.member(held_by=cast.lan) for _ in range(3))
        room, now = cast_room(cast), casting.now()
        ids = [
            book(cast, past, cast.lan, room, state="booked", days=-2),
            book(cast, ahead, cast.lan, room, state="booked", days=2),
            book(cast, refused, cast.lan, room, state="booked", days=3),
        ]
        casting.run("UPDATE members_member SET suppressed_at = now() WHERE id = %(m)s", m=refused.member_id)
        with signed_in_as("worker"):
            assert tidying.cancel_gone(city_id=cast.city_id, now=now) == 1
            assert tidying.settle(city_id=cast.city_id, now=now) == 1
            assert (tidying.cancel_gone(city_id=cast.city_id, now=now), tidying.settle(city_id=cast.city_id, now=now)) == (0, 0)
        states = dict(casting.rows("SELECT id, state::text FROM visits_visit WHERE city_id = %(c)s", c=cast.city_id))
        assert [states[each] for each in ids] == ["no_show", "booked", "cancelled"]

    def test_old_visits_go(self, cast: Cast) -> None:
        someone = cast.member()
        book(cast, someone, cast.lan, cast_room(cast), state="cancelled", days=-400)
        book(cast, someone, cast.lan, cast_room(cast), state="cancelled", days=-300)
        with signed_in_as("worker"):
            assert tidying.forget(city_id=cast.city_id, before=casting.now() - timedelta(days=365)) == 1
