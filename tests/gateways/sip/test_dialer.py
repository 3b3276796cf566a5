"""The dialer's process between the database and the phones: taken up once, written down as it goes, and what its death leaves."""

from __future__ import annotations

import re
import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.cli import processes
from hongxian.outreach import calling, dialling
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.gateways.sip.office import Office, dialing, reaches, record_of
from tests.gateways.sip.phones import needs_sipp, phone
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [needs_sipp, pytest.mark.usefixtures("company")]


@pytest.fixture
def office(settings: Any) -> Office:
    settings.CALL_GATEWAY = "sip"
    cast = Cast(timezone=zone_at_noon())
    for person in (cast.lan, cast.mei):
        casting.run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=f"8{person.staff_id}", id=person.staff_id)
    return Office(cast, processes.log_file("dialer"))


def hang_up(office: Office, call: calling.Placed, by: Person) -> None:
    with signed_in_as("desk"):
        key: dict[str, Any] = {"city_id": call.city_id, "member_id": member_of(call), "request_key": call.request_key}
        calling.hang_up(by=by.actor(), now=casting.now(), **key)


def member_of(call: calling.Placed) -> int:
    return int(record_of(call, "member_id")[0])


class TestDialer:
    def test_carries_a_call_from_the_press_to_its_end(self, office: Office, tmp_path: Path) -> None:
        member = office.member()
        with (
            dialing(office),
            phone(tmp_path, "answers", port=office.consultants) as ours,
            phone(tmp_path, "hangs_up", port=office.members) as theirs,
        ):
            call = office.call(member)
            reaches(call, "ended")
            assert ours.went_well()
            assert theirs.went_well()
        state, cause, *times = record_of(call, "state, cause, at, consultant_at, member_at, talking_at, ended_at")
        assert (state, cause) == ("ended", "member_hung_up")
        assert times == sorted(times)
        assert record_of(call, "dialer <> '', seen_at IS NOT NULL, gateway") == (True, True, "sip")
        assert casting.rows("SELECT used_at IS NOT NULL FROM vault_permit WHERE member_id = %(id)s", id=member.member_id) == [
            (True,)
        ]
        self.never_tells_the_number(office, member, ours.seen())
        assert member.number in theirs.seen()

    @staticmethod
    def never_tells_the_number(office: Office, member: Someone, trace: str) -> None:
        for secret in (*member.secrets, member.number[-8:], member.alias):
            assert secret not in trace
            assert secret not in office.said()
        assert not re.search(r"13\d{9}|\+86", office.said())

    def test_hangs_up_when_somebody_presses(self, office: Office, tmp_path: Path) -> None:
        member = office.member()
        with (
            dialing(office),
            phone(tmp_path, "answers", port=office.consultants) as ours,
            phone(tmp_path, "answers", port=office.members) as theirs,
        ):
            call = office.call(member)
            reaches(call, "talking")
            with signed_in_as("desk"):
                calling.hang_up(
                    by=office.cast.lan.actor(),
                    city_id=member.city_id,
                    member_id=member.member_id,
                    request_key=call.request_key,
                    now=casting.now(),
                )
            reaches(call, "ended")
            assert record_of(call) == ("ended", "desk_hung_up")
            assert ours.went_well()
            assert theirs.went_well()

    def test_a_nine_is_written_down(self, office: Office, tmp_path: Path) -> None:
        with (
            dialing(office),
            phone(tmp_path, "answers", port=office.consultants),
            phone(tmp_path, "presses_by_info", port=office.members, key="9"),
        ):
            call = office.call(office.member())
            reaches(call, "ended")
        assert record_of(call, "cause, nine_at IS NOT NULL") == ("nine", True)

    def test_killed_in_mid_call_leaves_a_record_that_says_so_and_never_calls_again(self, office: Office, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "answers", port=office.consultants, calls=2) as ours,
            phone(tmp_path, "answers", port=office.members, calls=2) as theirs,
        ):
            dialer = office.start()
            call = office.call(office.member())
            reaches(call, "talking")
            processes.kill(dialer)
            dialer.wait()
            assert record_of(call)[0] == "talking"
            with dialing(office):
                reaches(call, "ended")
                time.sleep(1.5)
            assert record_of(call) == ("ended", "dialer_died")
            assert record_of(call, "ended_at = seen_at OR ended_at < seen_at + interval '1 second'") == (True,)
            assert (ours.seen().count("INVITE sip:"), theirs.seen().count("INVITE sip:")) == (1, 1)

    def test_killed_between_taking_and_ringing_never_calls_again(self, office: Office) -> None:
        call = office.call(office.member())
        with signed_in_as("dialer"):
            from hongxian.cli.dialer import machine

            [taken] = dialling.take(city_id=call.city_id, dialer=machine() + "gone", now=casting.now())
            assert taken.id == call.id
            assert dialling.take(city_id=call.city_id, dialer="another", now=casting.now()) == []
        with dialing(office):
            reaches(call, "ended")
        assert record_of(call) == ("ended", "dialer_died")

    def test_told_to_stop_it_hangs_up_first(self, office: Office, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "answers", port=office.consultants) as ours,
            phone(tmp_path, "answers", port=office.members) as theirs,
        ):
            with dialing(office):
                call = office.call(office.member())
                reaches(call, "talking")
            assert record_of(call) == ("ended", "dialer_stopped")
            assert ours.went_well()
            assert theirs.went_well()

    def test_told_to_drain_it_takes_no_call_more_and_ends_with_the_last(self, office: Office, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "answers", port=office.consultants, calls=2) as ours,
            phone(tmp_path, "answers", port=office.members, calls=2) as theirs,
        ):
            dialer = office.start()
            first = office.call(office.member())
            reaches(first, "talking")
            dialer.send_signal(signal.SIGUSR1)
            second = office.call(office.cast.member(held_by=office.cast.mei), by=office.cast.mei)
            time.sleep(4)  # longer than between two looks for what waits
            assert (record_of(first)[0], record_of(second)[0], dialer.poll()) == ("talking", "asked", None)
            hang_up(office, first, office.cast.lan)
            assert dialer.wait(10) == 0  # by itself
            assert record_of(first) == ("ended", "desk_hung_up")
            with dialing(office):  # the new version takes up what waited
                reaches(second, "talking")
                hang_up(office, second, office.cast.mei)
                reaches(second, "ended")
            assert ours.went_well()
            assert theirs.went_well()

    def test_told_to_drain_with_nobody_on_the_line_it_ends_at_once(self, office: Office) -> None:
        dialer = office.start()
        dialer.send_signal(signal.SIGUSR1)
        assert dialer.wait(5) == 0

    def test_what_waited_a_minute_is_not_called(self, office: Office) -> None:
        call = office.call(office.member())
        with signed_in_as("dialer"):
            late = call.at + timedelta(seconds=61)
            assert dialling.take(city_id=call.city_id, dialer="d/1", now=late) == []
        assert record_of(call) == ("ended", "too_late")

    def test_a_no_that_comes_while_the_consultants_phone_rings_stops_it(self, office: Office, tmp_path: Path) -> None:
        member = office.member()
        with (
            dialing(office),
            phone(tmp_path, "answers_late", port=office.consultants) as ours,
            phone(tmp_path, "answers", port=office.members) as theirs,
        ):
            call = office.call(member)
            reaches(call, "consultant")
            casting.withdrawal(member, "outreach.call")
            reaches(call, "ended")
            assert record_of(call) == ("ended", "denied")
            assert ours.went_well()
            assert theirs.seen() == ""


class TestNumber:
    """The last look, between the keeper's answer and the ring."""

    def test_is_given_once(self, office: Office) -> None:
        member = office.member()
        call = office.call(member)
        with signed_in_as("dialer"):
            [taken] = dialling.take(city_id=call.city_id, dialer="d/1", now=casting.now())
            with dialling.number_of(taken, clock=casting.now) as number:
                assert number == member.number
            with dialling.number_of(taken, clock=casting.now) as number:
                assert number is None

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE members_member SET suppressed_at = now() WHERE id = %(id)s",
            "UPDATE members_member SET state = 'restricted' WHERE id = %(id)s",
        ],
    )
    def test_is_not_used_when_something_was_said_after_the_keepers_answer(
        self, office: Office, change: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        member = office.member()
        call = office.call(member)
        before = dialling._opened

        def opened(*args: Any, **more: Any) -> str | None:
            found = before(*args, **more)
            casting.run(change, id=member.member_id)
            return found

        monkeypatch.setattr(dialling, "_opened", opened)
        with signed_in_as("dialer"):
            [taken] = dialling.take(city_id=call.city_id, dialer="d/1", now=casting.now())
            with dialling.number_of(taken, clock=casting.now) as number:
                assert number is None

    def test_word_leads_back_to_the_call(self) -> None:
        at = casting.now()
        assert dialling.key_of(dialling.ref_of(city_id=7, at=at, id=4711)) == (7, at, 4711)
        for wrong in ("", "7-1", "a-b-c", f"7-{'9' * 30}-1"):
            with pytest.raises(dialling.NoCall):
                dialling.key_of(wrong)
