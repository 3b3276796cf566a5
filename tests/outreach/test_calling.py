"""Calling (拨打): placed in one transaction, one at a time; what the dialer notes, in whatever order."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.outreach import calling, minding, outcomes, placed
from hongxian.outreach.showing import ContactDenied
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.outreach.test_outcomes import ask, calls_of, file
from tests.outreach.test_refusing import places_of

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(autouse=True)
def gateway(settings: Any) -> None:
    settings.CALL_GATEWAY = "loopback"


@pytest.fixture
def lan(cast: Cast) -> Person:
    return with_phone(cast.lan)


def with_phone(person: Person) -> Person:
    casting.run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=person.employee_no, id=person.staff_id)
    return person


def place(member: Someone, by: Person, *, key: UUID | None = None, now: datetime | None = None) -> calling.Placed:
    return calling.place(
        by=by.actor(), city_id=member.city_id, member_id=member.member_id, request_key=key or uuid4(), now=now or casting.now()
    )


def tell(call: calling.Placed, state: str, cause: str = "", *, after: float = 0) -> bool:
    """An event, so many seconds after the press, in the dialer's role."""
    with signed_in_as("dialer"):
        now = call.at + timedelta(seconds=after)
        return calling.note(city_id=call.city_id, at=call.at, id=call.id, state=state, cause=cause, now=now)


def talk(call: calling.Placed, *, seconds: int = 60, cause: str = "member_hung_up") -> None:
    for state, after in (("consultant", 1), ("member", 4), ("talking", 10)):
        tell(call, state, after=after)
    tell(call, "ended", cause, after=10 + seconds)


def record_of(call: calling.Placed, columns: str = "state, cause") -> tuple[Any, ...]:
    return casting.rows(
        f"SELECT {columns} FROM outreach_placedcall WHERE city_id = %(c)s AND id = %(i)s", c=call.city_id, i=call.id
    )[0]


def tallied(person: Person) -> list[tuple[Any, ...]]:
    query = "SELECT span, placed, talked, talk_seconds FROM outreach_tally WHERE staff_id = %(id)s ORDER BY span"
    return casting.rows(query, id=person.staff_id)


class TestPlace:
    def test_is_permit_record_line_count_and_trace_at_once(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan)
        call = place(member, lan)
        assert record_of(call, "state, gateway, staff_id, member_id, permit_id IS NOT NULL") == (
            "asked",
            "loopback",
            lan.staff_id,
            member.member_id,
            True,
        )
        assert casting.rows("SELECT request_key FROM outreach_busyline WHERE staff_id = %(i)s", i=lan.staff_id) == [
            (call.request_key,)
        ]
        assert tallied(lan) == [("day", 1, 0, 0), ("hour", 1, 0, 0)]
        assert [trace[0] for trace in casting.traces(member)] == ["gate.permit", "outreach.call"]

    def test_pressed_again_is_the_same_call(self, cast: Cast, lan: Person) -> None:
        member, key = cast.member(held_by=lan), uuid4()
        first, second = place(member, lan, key=key), place(member, lan, key=key)
        assert (first.id, first.repeated, second.repeated) == (second.id, False, True)
        assert tallied(lan)[0] == ("day", 1, 0, 0)
        talk(first)
        assert place(member, lan, key=key).id == first.id, "after its end, too"

    def test_pressed_many_times_at_once_is_one_call(self, cast: Cast, lan: Person) -> None:
        member, key = cast.member(held_by=lan), uuid4()

        def press(_: int) -> int:
            with signed_in_as("desk"):
                return place(member, lan, key=key).id

        with ThreadPoolExecutor(6) as threads:
            assert len(set(threads.map(press, range(6)))) == 1

    def test_to_many_at_once_is_one_call(self, cast: Cast, lan: Person) -> None:
        """Two tabs, two members: the line is one."""
        members = [cast.member(held_by=lan) for _ in range(6)]

        def press(member: Someone) -> str:
            with signed_in_as("desk"):
                try:
                    place(member, lan)
                except calling.LineBusy:
                    return "busy"
                return "placed"

        with ThreadPoolExecutor(6) as threads:
            assert sorted(threads.map(press, members)) == ["busy"] * 5 + ["placed"]
        permits = casting.rows("SELECT count(*) FROM vault_permit WHERE staff_id = %(i)s", i=lan.staff_id)
        assert permits == [(1,)], "what is not placed takes no permit"

    def test_that_the_gate_denies_leaves_the_line_free_and_a_trace(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan, consents=())
        with pytest.raises(ContactDenied) as refusal:
            place(member, lan)
        assert refusal.value.reason == "no_consent"
        assert [(trace[0], trace[3]) for trace in casting.traces(member)] == [("gate.permit", "denied")]
        assert casting.rows("SELECT count(*) FROM outreach_busyline WHERE staff_id = %(i)s", i=lan.staff_id) == [(0,)]
        place(cast.member(held_by=lan), lan)

    def test_keeps_the_hours(self, cast: Cast, lan: Person) -> None:
        now = casting.now()
        with pytest.raises(ContactDenied) as refusal:
            place(cast.member(held_by=lan), lan, now=now + timedelta(hours=10))
        assert refusal.value.reason == "hours"

    def test_of_somebody_elses_is_not_there(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        for who in (cast.mei, cast.wu):
            with pytest.raises(NotFound):
                place(member, with_phone(who))

    @pytest.mark.parametrize("who", ["chen", "zheng", "operations", "auditor"])
    def test_is_for_consultants(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            place(cast.member(held_by=cast.lan), with_phone(cast.people[who]))

    def test_needs_a_phone_and_a_gateway(self, cast: Cast, settings: Any) -> None:
        member = cast.member(held_by=cast.lan)
        with pytest.raises(calling.NoExtension):
            place(member, cast.lan)
        settings.CALL_GATEWAY = ""
        with pytest.raises(calling.NoGateway):
            place(member, with_phone(cast.lan))
        assert casting.traces(member) == []

    def test_wakes_the_dialer(self, cast: Cast, lan: Person) -> None:
        listener = casting.owner()
        listener.execute("LISTEN hongxian_calls")
        place(cast.member(held_by=lan), lan)
        assert [each.payload for each in listener.notifies(timeout=5, stop_after=1)] == [str(cast.city_id)]
        listener.execute("UNLISTEN hongxian_calls")


class TestHangUp:
    def test_is_a_wish_that_the_first_press_makes(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        wish: dict[str, Any] = {"city_id": call.city_id, "member_id": call.member_id, "request_key": call.request_key}
        calling.hang_up(by=lan.actor(), **wish, now=call.at + timedelta(seconds=5))
        calling.hang_up(by=lan.actor(), **wish, now=call.at + timedelta(seconds=9))
        assert record_of(call, "state, hang_up_at") == ("asked", call.at + timedelta(seconds=5))
        with pytest.raises(NotFound):
            calling.hang_up(by=cast.mei.actor(), **wish, now=casting.now())

    def test_of_what_is_over_changes_nothing(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        talk(call)
        wish: dict[str, Any] = {"city_id": call.city_id, "member_id": call.member_id, "request_key": call.request_key}
        calling.hang_up(by=lan.actor(), **wish, now=casting.now())
        assert record_of(call, "hang_up_at") == (None,)


class TestNote:
    def test_follows_the_call_and_counts_the_talk(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        talk(call, seconds=75)
        assert record_of(call) == ("ended", "member_hung_up")
        assert tallied(lan) == [("day", 1, 1, 75), ("hour", 1, 1, 75)]
        assert casting.rows("SELECT count(*) FROM outreach_busyline WHERE staff_id = %(i)s", i=lan.staff_id) == [(0,)]
        place(cast.member(held_by=lan), lan)

    def test_the_first_end_is_the_last_word(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        assert tell(call, "ended", "busy", after=5)
        assert not tell(call, "ended", "no_answer", after=6)
        assert not tell(call, "talking", after=7)
        assert record_of(call) == ("ended", "busy")
        assert tallied(lan)[0] == ("day", 1, 0, 0)

    @pytest.mark.parametrize("seed", range(8))
    def test_comes_to_the_same_in_any_order_and_repeated(self, cast: Cast, lan: Person, seed: int) -> None:
        call = place(cast.member(held_by=lan), lan)
        events = [("consultant", "", 1), ("member", "", 3), ("talking", "", 8), ("nine", "", 20), ("ended", "member_hung_up", 40)]
        shuffled = events * 2
        random.Random(seed).shuffle(shuffled)
        for state, cause, after in shuffled:
            tell(call, state, cause, after=after)
        times = [call.at + timedelta(seconds=each) for each in (1, 3, 8, 40, 20)]
        told = "state, cause, consultant_at, member_at, talking_at, ended_at, nine_at"
        assert record_of(call, told) == ("ended", "nine", *times)
        assert tallied(lan) == [("day", 1, 1, 32), ("hour", 1, 1, 32)]

    def test_of_an_old_call_leaves_the_line_of_the_new_one(self, cast: Cast, lan: Person) -> None:
        first = place(cast.member(held_by=lan), lan)
        tell(first, "ended", "too_late", after=1)
        second = place(cast.member(held_by=lan), lan)
        assert not tell(first, "ended", "busy", after=2)
        assert casting.rows("SELECT request_key FROM outreach_busyline WHERE staff_id = %(i)s", i=lan.staff_id) == [
            (second.request_key,)
        ]

    def test_of_nobodys_call_is_nothing(self, cast: Cast) -> None:
        assert not calling.note(city_id=cast.city_id, at=casting.now(), id=2**60, state="ended", now=casting.now())
        assert connection.get_autocommit()


class TestOutcome:
    def test_takes_duration_and_permit_from_the_call(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan)
        call = place(member, lan)
        talk(call, seconds=83)
        now = call.at + timedelta(seconds=120)
        assert placed.telephone_of(by=lan.actor(), city_id=cast.city_id, member_id=member.member_id, now=now).current is not None
        file(member, lan, "interested", seconds=9999, now=now)
        assert calls_of(member) == [("interested", lan.staff_id, 83, True)]
        assert record_of(call, "filed_at") == (now,)
        assert placed.telephone_of(by=lan.actor(), city_id=cast.city_id, member_id=member.member_id, now=now).current is None

    def test_waits_for_the_end_but_a_no_does_not(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan)
        call = place(member, lan)
        for state, after in (("consultant", 1), ("member", 2), ("talking", 3)):
            tell(call, state, after=after)
        with pytest.raises(outcomes.StillOnTheLine):
            file(member, lan, "interested")
        filed = file(member, lan, "refused")
        assert filed.ended
        tell(call, "ended", "member_hung_up", after=30)
        assert record_of(call, "state, filed_at IS NOT NULL") == ("ended", True)

    @pytest.mark.parametrize(
        ("cause", "suggested"), [("busy", "busy"), ("rejected", "busy"), ("no_answer", "no_answer"), ("invalid", "invalid")]
    )
    def test_is_suggested_by_the_cause(self, cast: Cast, lan: Person, cause: str, suggested: str) -> None:
        call = place(cast.member(held_by=lan), lan)
        tell(call, "member", after=2)
        tell(call, "ended", cause, after=20)
        live = live_of(call, lan)
        assert (live.suggested, live.to_file, live.seconds) == (suggested, True, 0)

    def test_of_talk_is_the_consultants_to_choose(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        talk(call, seconds=61)
        live = live_of(call, lan)
        assert (live.suggested, live.to_file, live.seconds) == ("", True, 61)

    def test_needs_no_filing_when_the_members_phone_never_rang(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        tell(call, "consultant", after=1)
        tell(call, "ended", "consultant_no_answer", after=20)
        assert not live_of(call, lan).to_file


def live_of(call: calling.Placed, by: Person) -> placed.Live:
    return placed.state_of(
        by=by.actor(), city_id=call.city_id, member_id=call.member_id, request_key=call.request_key, now=casting.now()
    )


def settle(call: calling.Placed) -> bool:
    with signed_in_as("worker"):
        return minding.settle_nine(city_id=call.city_id, at=call.at, id=call.id, now=casting.now())


class TestNine:
    def test_is_a_no_for_ever_with_its_outcome(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan)
        call = place(member, lan)
        talk(call, seconds=20, cause="nine")
        assert settle(call)
        assert not settle(call)
        assert ask(member, cast.privacy_officer) == "suppressed"
        assert places_of(member) == []
        assert calls_of(member) == [("refused", lan.staff_id, 20, True)]
        assert casting.rows(
            "SELECT calls, refusals FROM outreach_tally WHERE staff_id = %(i)s AND span = 'day'", i=lan.staff_id
        ) == [(1, 1)]
        assert record_of(call, "cause, refused_at IS NOT NULL, filed_at IS NOT NULL") == ("nine", True, True)
        [trace] = casting.traces(member, action="outreach.refuse")
        assert trace[5] == 0, "the person's own act, by the system"

    @pytest.mark.parametrize("settled", [False, True])
    def test_outranks_what_is_filed_afterwards(self, cast: Cast, lan: Person, *, settled: bool) -> None:
        member = cast.member(held_by=lan)
        call = place(member, lan)
        talk(call, seconds=20, cause="nine")
        if settled:
            settle(call)
        for outcome in ("interested", "visit", "fraud", "married"):
            with pytest.raises(outcomes.RefusedByNine) as refusal:
                file(member, lan, outcome)
            assert refusal.value.status == 409
        assert file(member, lan, "refused").repeated, "that is what it is already"
        settle(call)
        assert [each[0] for each in calls_of(member)] == ["refused"]
        assert ask(member, cast.privacy_officer) == "suppressed"

    def test_is_told_to_the_worker(self, cast: Cast, lan: Person) -> None:
        listener = casting.owner()
        listener.execute("LISTEN hongxian_nines")
        call = place(cast.member(held_by=lan), lan)
        tell(call, "talking", after=2)
        tell(call, "nine", after=9)
        told = [each.payload for each in listener.notifies(timeout=5, stop_after=1)]
        listener.execute("UNLISTEN hongxian_nines")
        assert told == [f"{call.city_id} {call.at.isoformat()} {call.id}"]

    def test_whose_word_was_lost_is_found(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan)
        call = place(member, lan)
        talk(call, cause="nine")
        with signed_in_as("worker"):
            assert minding.settle_left_over(city_id=cast.city_id, now=casting.now()) == 1
            assert minding.settle_left_over(city_id=cast.city_id, now=casting.now()) == 0
        assert ask(member, cast.privacy_officer) == "suppressed"

    def test_at_the_same_moment_as_the_consultants_refusal(self, cast: Cast, lan: Person) -> None:
        """Both end; nothing waits for the other for ever."""
        for _ in range(4):
            member = cast.member(held_by=lan)
            call = place(member, lan)
            talk(call, seconds=20, cause="nine")

            def press(member: Someone = member) -> None:
                with signed_in_as("desk"):
                    file(member, lan, "refused")

            with ThreadPoolExecutor(3) as threads:
                pressed = threads.submit(press)
                settled = [threads.submit(settle, call) for _ in range(2)]
                assert sum(each.result(20) for each in settled) == 1
                pressed.result(20)
            assert [each[0] for each in calls_of(member)] == ["refused"]

    def test_the_dialer_itself_may_refuse_nobody(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        talk(call, cause="nine")
        with signed_in_as("dialer"), pytest.raises(Exception, match="permission denied"):
            minding.settle_nine(city_id=call.city_id, at=call.at, id=call.id, now=casting.now())


class TestOverdue:
    def test_what_nobody_took_up_ends_and_frees_the_line(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        with signed_in_as("worker"):
            assert minding.end_overdue(city_id=cast.city_id, now=call.at + timedelta(seconds=60)) == 0
            assert minding.end_overdue(city_id=cast.city_id, now=call.at + timedelta(seconds=75)) == 1
        assert record_of(call) == ("ended", "too_late")
        place(cast.member(held_by=lan), lan)

    def test_what_nobody_sees_any_more_ends_when_it_was_last_seen(self, cast: Cast, lan: Person) -> None:
        call = place(cast.member(held_by=lan), lan)
        for state, after in (("consultant", 1), ("member", 2), ("talking", 10)):
            tell(call, state, after=after)
        casting.run("UPDATE outreach_placedcall SET seen_at = at + interval '40 seconds' WHERE id = %(i)s", i=call.id)
        with signed_in_as("worker"):
            assert minding.end_overdue(city_id=cast.city_id, now=call.at + timedelta(seconds=150)) == 0
            assert minding.end_overdue(city_id=cast.city_id, now=call.at + timedelta(seconds=170)) == 1
        assert record_of(call) == ("ended", "dialer_died")
        assert tallied(lan)[0] == ("day", 1, 1, 30)
