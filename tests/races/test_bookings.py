"""Many book at once, each over a connection of their own in the desk's role: no room and no consultant is booked twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection

from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.refusal import Refusal
from hongxian.visits import booking, receiving, rooms
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOW = datetime.now(COMPANY_ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
TOMORROW = NOW + timedelta(days=1)
OVERLAPS = """
    SELECT count(*) FROM visits_visit AS one JOIN visits_visit AS other
        ON one.city_id = other.city_id AND one.id < other.id AND (one.room_id = other.room_id OR one.staff_id = other.staff_id)
           AND tstzrange(one.begins, one.ends) && tstzrange(other.begins, other.ends)
     WHERE one.city_id = %(city)s AND one.state <> 'cancelled' AND other.state <> 'cancelled'
"""
Tried = tuple[Person, Someone, datetime, int | None]


@pytest.fixture
def cast(company: None) -> Cast:
    made = Cast()
    with signed_in_as("desk"):
        for number in range(3):
            rooms.open_room(by=made.zheng.actor(), name=f"{number} 号房", now=NOW)
    return made


def rooms_of(cast: Cast) -> list[int]:
    return [number for (number,) in casting.rows("SELECT id FROM visits_room WHERE city_id = %(c)s ORDER BY id", c=cast.city_id)]


def at_once(tries: Sequence[Tried]) -> list[str]:
    """Everybody waits at one line and presses together; what each was told, "" for a booking."""
    line = threading.Barrier(len(tries))

    def press(each: Tried) -> str:
        person, someone, at, room_id = each
        with signed_in_as("desk"):
            by = person.actor()
            line.wait(30)
            try:
                booking.book(
                    by=by,
                    city_id=someone.city_id,
                    member_id=someone.member_id,
                    begins=at,
                    minutes=60,
                    request_key=uuid4(),
                    now=NOW,
                    room_id=room_id,
                )
            except Refusal as refusal:
                return refusal.code
            return ""

    with ThreadPoolExecutor(len(tries)) as threads:
        return list(threads.map(press, tries))


def check(cast: Cast, told: Sequence[str], *, booked: int) -> None:
    [(found,)] = casting.rows(
        "SELECT count(*) FROM visits_visit WHERE city_id = %(city)s AND state = 'booked'", city=cast.city_id
    )
    assert told.count("") == found == booked, told
    assert casting.rows(OVERLAPS, city=cast.city_id) == [(0,)]
    connection.close()


def test_one_room_at_one_time_is_one_consultants(cast: Cast) -> None:
    people = [cast.lan, cast.mei, cast.liu] * 4
    room = rooms_of(cast)[0]
    told = at_once(
        [(who, cast.member(held_by=who), TOMORROW + timedelta(minutes=15 * (at % 4)), room) for at, who in enumerate(people)]
    )
    assert set(told) <= {"", "visits.room_taken", "visits.consultant_busy"}
    check(cast, told, booked=1)


def test_one_consultant_is_in_one_room_at_a_time(cast: Cast) -> None:
    told = at_once([(cast.lan, cast.member(held_by=cast.lan), TOMORROW, room) for room in rooms_of(cast) * 4])
    assert set(told) <= {"", "visits.room_taken", "visits.consultant_busy"}
    check(cast, told, booked=1)


def test_one_member_has_one_visit_ahead(cast: Cast) -> None:
    someone = cast.member(held_by=cast.lan)
    told = at_once([(cast.lan, someone, TOMORROW + timedelta(hours=hours), None) for hours in range(8)])
    assert set(told) == {"", "visits.booked_already"}
    check(cast, told, booked=1)


def test_any_room_is_given_to_as_many_as_there_are_rooms(cast: Cast) -> None:
    people = [cast.lan, cast.mei, cast.liu]
    extra = [extra_consultant(cast, f"x{number}") for number in range(5)]
    told = at_once([(who, cast.member(held_by=who), TOMORROW, None) for who in [*people, *extra]])
    assert set(told) == {"", "visits.no_room"}
    check(cast, told, booked=3)


def test_a_storm_of_bookings_and_cancellings_leaves_no_overlap(cast: Cast) -> None:
    people = [cast.lan, cast.mei, cast.liu]
    members = {who.staff_id: [cast.member(held_by=who) for _ in range(6)] for who in people}
    errors: list[BaseException] = []

    def work(number: int) -> int:
        done, who = 0, people[number % 3]
        with signed_in_as("desk"):
            by = who.actor()
            for turn in range(12):
                someone = members[who.staff_id][(turn + number) % 6]
                at = TOMORROW + timedelta(minutes=15 * ((turn * 7 + number) % 12))
                room = rooms_of(cast)[(turn + number) % 3] if turn % 2 else None
                try:
                    done += _turn(by.city_id, who, someone, at, room)
                except Refusal:
                    continue
                except BaseException as error:  # noqa: BLE001 - told to the test
                    errors.append(error)
        return done

    with ThreadPoolExecutor(6) as threads:
        done = sum(threads.map(work, range(6)))
    assert not errors
    assert done > 0
    assert casting.rows(OVERLAPS, city=cast.city_id) == [(0,)]
    connection.close()


def _turn(city_id: int, who: Person, someone: Someone, at: datetime, room: int | None) -> int:
    by = who.actor()
    booked = booking.book(
        by=by, city_id=city_id, member_id=someone.member_id, begins=at, minutes=90, request_key=uuid4(), now=NOW, room_id=room
    )
    if booked.visit_id % 2:
        receiving.cancel(by=by, city_id=city_id, visit_id=booked.visit_id, why="member", now=NOW)
    return 1


def extra_consultant(cast: Cast, name: str) -> Person:
    join: Callable[..., None] = cast._join
    join(name, role="consultant", tier="X", store=cast.east, team=cast.team)
    return cast.people[name]
