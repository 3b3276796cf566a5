"""Booking: whose member, which room, at what time; nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.visits import booking, queries, receiving, rooms
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime.now(COMPANY_ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    made = Cast()
    for name in ("一号房", "二号房"):
        with signed_in_as("desk"):
            rooms.open_room(by=made.zheng.actor(), name=name, now=NOW)
    with signed_in_as("desk"):
        yield made


def book(
    by: Person, someone: Someone, *, at: datetime = TOMORROW, minutes: int = 60, key: UUID | None = None, **more: Any
) -> booking.Booked:
    return booking.book(
        by=by.actor(),
        city_id=someone.city_id,
        member_id=someone.member_id,
        begins=at,
        minutes=minutes,
        request_key=key or uuid4(),
        now=NOW,
        **more,
    )


def state_of(visit_id: int) -> str:
    [(state,)] = casting.rows("SELECT state::text FROM visits_visit WHERE id = %(i)s", i=visit_id)
    return str(state)


class TestBook:
    def test_takes_the_first_free_room_and_keeps_the_member_until_a_day_after(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        booked = book(cast.lan, someone, at=NOW + timedelta(days=20))
        [line] = queries.calendar(by=cast.lan.actor(), first=(NOW + timedelta(days=20)).date(), days=1, now=NOW)
        assert (line.visit_id, line.member_id, line.state) == (booked.visit_id, someone.member_id, "booked")
        [(until,)] = casting.rows("SELECT held_until FROM pools_holding WHERE member_id = %(m)s", m=someone.member_id)
        assert until == NOW + timedelta(days=21)
        assert casting.traces(someone, action="visits.book")[0][:4] == ("visits.book", "visit", "claim", "allowed")

    def test_a_second_press_books_nothing_more(self, cast: Cast) -> None:
        someone, key = cast.member(held_by=cast.lan), uuid4()
        first, again = book(cast.lan, someone, key=key), book(cast.lan, someone, key=key)
        assert (again.visit_id, again.repeated) == (first.visit_id, True)

    def test_another_members_key_books_nothing_and_texts_nobody(self, cast: Cast) -> None:
        """Otherwise one visit would send its confirming text to as many members as somebody likes."""
        one, other, key = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan), uuid4()
        book(cast.lan, one, key=key)
        with pytest.raises(booking.CannotBook):
            book(cast.lan, other, key=key, at=TOMORROW + timedelta(hours=3))

    def test_not_the_same_room_twice(self, cast: Cast) -> None:
        one, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        room = book(cast.lan, one).room_id
        with pytest.raises(booking.RoomTaken):
            book(cast.mei, other, at=TOMORROW + timedelta(minutes=45), room_id=room)
        assert book(cast.mei, other, at=TOMORROW + timedelta(minutes=60), room_id=room).room_id == room

    def test_not_the_same_consultant_twice_whatever_the_room(self, cast: Cast) -> None:
        one, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        book(cast.lan, one)
        with pytest.raises(booking.ConsultantBusy):
            book(cast.lan, other, at=TOMORROW + timedelta(minutes=15))

    def test_not_when_every_room_is_taken(self, cast: Cast) -> None:
        for person in (cast.lan, cast.mei):
            book(person, cast.member(held_by=person))
        with pytest.raises(booking.NoRoom):
            book(cast.liu, cast.member(held_by=cast.liu))

    def test_one_visit_ahead_a_member(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        book(cast.lan, someone)
        with pytest.raises(booking.BookedAlready):
            book(cast.lan, someone, at=TOMORROW + timedelta(days=3))

    @pytest.mark.parametrize(
        ("at", "minutes"),
        [
            (NOW - timedelta(hours=1), 60),
            (NOW + timedelta(days=61), 60),
            (TOMORROW + timedelta(minutes=7), 60),
            (TOMORROW, 45),
            (TOMORROW.replace(hour=8), 60),
            (TOMORROW.replace(hour=20, minute=30), 60),
            (TOMORROW.replace(hour=23, minute=30), 60),
        ],
    )
    def test_not_at_a_time_that_is_none(self, cast: Cast, at: datetime, minutes: int) -> None:
        with pytest.raises(booking.BadTime):
            book(cast.lan, cast.member(held_by=cast.lan), at=at, minutes=minutes)

    def test_nobody_elses_member_and_the_try_is_in_the_traces(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        with pytest.raises(NotFound):
            book(cast.mei, someone)
        assert casting.traces(someone)[-1][:5] == ("visits.book", "visit", "", "denied", "no_ground")

    @pytest.mark.parametrize("who", ["chen", "zheng", "operations", "auditor"])
    def test_is_the_consultants_alone(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            book(cast.people[who], cast.member(held_by=cast.lan))

    def test_not_without_training_or_agreement(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        cast.expire_agreement(cast.east)
        with pytest.raises(NotAllowed):
            book(cast.lan, someone)

    def test_not_into_a_room_of_another_store_or_one_that_is_closed(self, cast: Cast) -> None:
        west = rooms.open_room(by=cast.xu.actor(), name="一号房", now=NOW)
        closed = rooms.open_room(by=cast.zheng.actor(), name="旧房", now=NOW)
        rooms.close_room(by=cast.zheng.actor(), room_id=closed, now=NOW)
        someone = cast.member(held_by=cast.lan)
        for room_id in (west, closed, 2**53):
            with pytest.raises(NotFound):
                book(cast.lan, someone, room_id=room_id)


class TestCalendar:
    def test_says_whose_a_visit_is_to_the_consultant_alone(self, cast: Cast) -> None:
        mine, hers = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        book(cast.lan, mine)
        book(cast.mei, hers)
        day = TOMORROW.date()
        seen = {line.alias: line.member_id for line in queries.calendar(by=cast.lan.actor(), first=day, days=1, now=NOW)}
        assert seen == {"lan老师": mine.member_id, "mei老师": None}
        for manager in (cast.zheng, cast.chen):
            assert {line.member_id for line in queries.calendar(by=manager.actor(), first=day, days=1, now=NOW)} == {None}
        assert queries.calendar(by=cast.wu.actor(), first=day, days=1, now=NOW) == []
        assert casting.traces(hers, action="visits.calendar") == []
        assert [trace[5] for trace in casting.traces(mine, action="visits.calendar")] == [cast.lan.staff_id]

    def test_forgets_whose_it_is_once_the_member_is_given_back(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        book(cast.lan, someone)
        casting.run("DELETE FROM vault_ground WHERE member_id = %(m)s", m=someone.member_id)
        [line] = queries.calendar(by=cast.lan.actor(), first=TOMORROW.date(), days=1, now=NOW)
        assert line.member_id is None


class TestReceive:
    def test_goes_from_booked_to_arrived_and_is_counted_in_its_hour(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        visit, by, then = book(cast.lan, someone).visit_id, cast.lan.actor(), TOMORROW + timedelta(minutes=10)
        receiving.confirm(by=by, city_id=cast.city_id, visit_id=visit, now=NOW)
        assert state_of(visit) == "confirmed"
        receiving.arrive(by=by, city_id=cast.city_id, visit_id=visit, now=then)
        counted = queries.counts(city_id=cast.city_id, store_id=cast.east, since=NOW, until=NOW + timedelta(days=3))
        assert [(each.day, each.hour, each.booked, each.arrived, each.no_show) for each in counted] == [
            (NOW.date(), 10, 1, 0, 0),
            (TOMORROW.date(), 10, 0, 1, 0),
        ]
        assert queries.counts(city_id=cast.city_id, store_id=cast.west, since=NOW, until=NOW + timedelta(days=3)) == []
        assert [trace[0] for trace in casting.traces(someone)] == ["visits.book", "visits.confirm", "visits.arrive"]

    def test_frees_room_and_consultant_when_called_off(self, cast: Cast) -> None:
        someone, by = cast.member(held_by=cast.lan), cast.lan.actor()
        first = book(cast.lan, someone)
        with pytest.raises(receiving.NoReason):
            receiving.cancel(by=by, city_id=cast.city_id, visit_id=first.visit_id, why="x", now=NOW)
        receiving.cancel(by=by, city_id=cast.city_id, visit_id=first.visit_id, why="member", now=NOW)
        assert book(cast.lan, someone).room_id == first.room_id
        with pytest.raises(receiving.WrongState):
            receiving.confirm(by=by, city_id=cast.city_id, visit_id=first.visit_id, now=NOW)

    def test_the_store_manager_may_and_others_may_not(self, cast: Cast) -> None:
        visit = book(cast.lan, cast.member(held_by=cast.lan)).visit_id
        for person in (cast.mei, cast.wu, cast.xu):
            with pytest.raises(NotFound):
                receiving.confirm(by=person.actor(), city_id=cast.city_id, visit_id=visit, now=NOW)
        for person in (cast.chen, cast.operations, cast.auditor):
            with pytest.raises(NotAllowed):
                receiving.confirm(by=person.actor(), city_id=cast.city_id, visit_id=visit, now=NOW)
        receiving.no_show(by=cast.zheng.actor(), city_id=cast.city_id, visit_id=visit, now=TOMORROW + timedelta(hours=1))
        assert state_of(visit) == "no_show"

    def test_nobody_arrives_the_day_before_or_stays_away_before_the_hour(self, cast: Cast) -> None:
        visit, by = book(cast.lan, cast.member(held_by=cast.lan)).visit_id, cast.lan.actor()
        with pytest.raises(receiving.WrongMoment):
            receiving.arrive(by=by, city_id=cast.city_id, visit_id=visit, now=NOW)
        with pytest.raises(receiving.WrongMoment):
            receiving.no_show(by=by, city_id=cast.city_id, visit_id=visit, now=TOMORROW)
        with pytest.raises(receiving.WrongMoment):
            receiving.arrive(by=by, city_id=cast.city_id, visit_id=visit, now=TOMORROW + timedelta(days=4))

    def test_what_was_wrong_is_put_right_unless_somebody_else_has_the_room_by_now(self, cast: Cast) -> None:
        one, by = book(cast.lan, cast.member(held_by=cast.lan)), cast.lan.actor()
        then = TOMORROW + timedelta(minutes=20)
        receiving.no_show(by=by, city_id=cast.city_id, visit_id=one.visit_id, now=then)
        other = book(cast.mei, cast.member(held_by=cast.mei), at=TOMORROW + timedelta(minutes=30), room_id=one.room_id)
        with pytest.raises(booking.RoomTaken):
            receiving.arrive(by=by, city_id=cast.city_id, visit_id=one.visit_id, now=then)
        receiving.cancel(by=cast.mei.actor(), city_id=cast.city_id, visit_id=other.visit_id, why="member", now=NOW)
        receiving.arrive(by=by, city_id=cast.city_id, visit_id=one.visit_id, now=then)
        assert state_of(one.visit_id) == "arrived"


class TestRooms:
    def test_are_the_store_managers(self, cast: Cast) -> None:
        for person in (cast.lan, cast.chen, cast.operations):
            with pytest.raises(NotAllowed):
                rooms.open_room(by=person.actor(), name="三号房", now=NOW)
        for name in ("", "  ", "x" * 21):
            with pytest.raises(rooms.BadRoom):
                rooms.open_room(by=cast.zheng.actor(), name=name, now=NOW)

    def test_stay_open_while_somebody_is_to_come(self, cast: Cast) -> None:
        booked = book(cast.lan, cast.member(held_by=cast.lan))
        with pytest.raises(rooms.StillBooked):
            rooms.close_room(by=cast.zheng.actor(), room_id=booked.room_id, now=NOW)
        with pytest.raises(NotFound):
            rooms.close_room(by=cast.xu.actor(), room_id=booked.room_id, now=NOW)
