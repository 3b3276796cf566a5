"""A call through the SIP gateway, with real sipp as both phones: how it begins, and each way in which it ends."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.gateways.sip.phones import PCMA, Sound, free_udp_port, needs_sipp, phone, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gateways.sip.conftest import Desk

pytestmark = needs_sipp
TALKED = ["consultant", "member", "talking"]
AGAIN = 2.2  # seconds after which an invitation would be sent again: 0.5, 1, 2 after the one before


class TestCall:
    def test_rings_the_consultant_then_the_member_and_ends_both_from_the_desk(self, desk: Desk, tmp_path: Path) -> None:
        with phone(tmp_path, "answers", port=desk.consultants) as ours, phone(tmp_path, "answers", port=desk.members) as theirs:
            ref = desk.place()
            desk.reaches(ref, "talking")
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert desk.cause(ref) == "desk_hung_up"
            assert ours.went_well()
            assert theirs.went_well()
        assert desk.kinds(ref) == [*TALKED, "ended"]
        times = [event.at for event in desk.told[ref]]
        assert times == sorted(times)

    def test_carries_the_sound_both_ways_and_tells_neither_the_others_address(
        self, desk: Desk, tmp_path: Path, sounds: tuple[Sound, Sound]
    ) -> None:
        here, there = sounds
        with (
            phone(tmp_path, "answers", port=desk.consultants, sound=here) as ours,
            phone(tmp_path, "answers", port=desk.members, sound=there) as theirs,
        ):
            ref = desk.place()
            desk.reaches(ref, "talking")
            until(lambda: here.reaches(there, ours.relay_port()))
            until(lambda: there.reaches(here, theirs.relay_port()))
            there.say(theirs.relay_port(), kind=PCMA, payload=b"\x55" * 160)
            assert here.heard()[-1][12:] == b"\x55" * 160
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert ours.went_well()
        assert str(there.port) not in ours.seen()
        assert str(here.port) not in theirs.seen()

    def test_shows_the_consultant_only_its_own_word(self, desk: Desk, tmp_path: Path) -> None:
        with phone(tmp_path, "answers", port=desk.consultants) as ours, phone(tmp_path, "hangs_up", port=desk.members) as theirs:
            ref = desk.place()
            desk.cause(ref)
            assert ours.went_well()
            assert "8613800131234" in theirs.seen()
            assert f"call-{ref}" in ours.seen()
        for part in ("13800131234", "0131234", str(desk.members), "02100000000"):
            assert part not in ours.seen()
        assert "REFER" not in ours.seen()

    def test_asks_for_the_number_only_when_the_consultant_has_picked_up(self, desk: Desk, tmp_path: Path) -> None:
        with phone(tmp_path, "rings_only", port=desk.consultants):
            ref = desk.place()
            assert desk.cause(ref) == "consultant_no_answer"
        assert ref not in desk.asked

    def test_goes_no_further_when_nobody_may_be_called_any_more(self, desk: Desk, tmp_path: Path) -> None:
        with phone(tmp_path, "answers", port=desk.consultants) as ours, phone(tmp_path, "answers", port=desk.members) as theirs:
            ref = desk.place(number=None)
            assert desk.cause(ref) == "denied"
            assert ours.went_well()
            assert theirs.seen() == ""

    def test_lets_the_consultant_hear_that_the_other_phone_rings(
        self, desk: Desk, tmp_path: Path, sounds: tuple[Sound, Sound]
    ) -> None:
        here, _ = sounds
        with (
            phone(tmp_path, "answers", port=desk.consultants, sound=here),
            phone(tmp_path, "answers_late", port=desk.members) as theirs,
        ):
            ref = desk.place()
            until(lambda: len(here.heard()) > 1)
            assert "talking" not in desk.kinds(ref)
            desk.reaches(ref, "talking")
            here.heard()
            assert here.heard() == []
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert theirs.went_well()


class TestEnding:
    @pytest.mark.parametrize(
        ("code", "cause"),
        [
            ("486", "busy"),
            ("600", "busy"),
            ("480", "no_answer"),
            ("403", "rejected"),
            ("603", "rejected"),
            ("404", "invalid"),
            ("484", "invalid"),
            ("503", "gateway_error"),
            ("488", "gateway_error"),
        ],
    )
    def test_by_what_the_trunk_answers(self, desk: Desk, tmp_path: Path, code: str, cause: str) -> None:
        with (
            phone(tmp_path, "answers", port=desk.consultants) as ours,
            phone(tmp_path, "turns_away", port=desk.members, code=code) as theirs,
        ):
            ref = desk.place()
            assert desk.cause(ref) == cause
            assert ours.went_well()
            assert theirs.went_well()
        assert "talking" not in desk.kinds(ref)

    @pytest.mark.parametrize(
        ("code", "cause"), [("486", "consultant_no_answer"), ("404", "no_extension"), ("500", "gateway_error")]
    )
    def test_by_what_the_office_answers(self, desk: Desk, tmp_path: Path, code: str, cause: str) -> None:
        with phone(tmp_path, "turns_away", port=desk.consultants, code=code) as ours:
            ref = desk.place()
            assert desk.cause(ref) == cause
            assert ours.went_well()
        assert desk.kinds(ref) == ["ended"]

    def test_when_the_member_does_not_pick_up(self, desk: Desk, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "answers", port=desk.consultants) as ours,
            phone(tmp_path, "rings_only", port=desk.members) as theirs,
        ):
            ref = desk.place()
            assert desk.cause(ref) == "no_answer"
            assert ours.went_well()
            assert theirs.went_well()
        assert desk.kinds(ref) == ["consultant", "member", "ended"]

    def test_when_the_consultant_hangs_up_first(self, desk: Desk, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "hangs_up", port=desk.consultants) as ours,
            phone(tmp_path, "answers", port=desk.members) as theirs,
        ):
            ref = desk.place()
            assert desk.cause(ref) == "consultant_hung_up"
            assert ours.went_well()
            assert theirs.went_well()
        assert desk.kinds(ref) == [*TALKED, "ended"]

    def test_when_the_consultant_hangs_up_while_the_members_phone_rings(self, desk: Desk, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "hangs_up", port=desk.consultants) as ours,
            phone(tmp_path, "rings_only", port=desk.members) as theirs,
        ):
            ref = desk.place()
            assert desk.cause(ref) == "consultant_hung_up"
            assert ours.went_well()
            assert theirs.went_well()
        assert desk.kinds(ref) == ["consultant", "member", "ended"]

    def test_when_the_member_hangs_up_first(self, desk: Desk, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "answers", port=desk.consultants) as ours,
            phone(tmp_path, "hangs_up", port=desk.members) as theirs,
        ):
            ref = desk.place()
            assert desk.cause(ref) == "member_hung_up"
            assert ours.went_well()
            assert theirs.went_well()

    def test_when_nothing_answers_at_all(self, desk: Desk, tmp_path: Path) -> None:
        ref = desk.place()
        assert desk.cause(ref) == "gateway_error"
        with phone(tmp_path, "answers", port=desk.consultants) as ours:
            ref = desk.place()
            assert desk.cause(ref) == "gateway_error"
            assert ours.went_well()

    def test_is_the_last_that_a_phone_hears_of_a_call_which_nobody_answered(self, desk: Desk) -> None:
        for sort in ("given up", "hung up"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
                plug.bind(("127.0.0.1", desk.consultants))
                plug.settimeout(AGAIN)
                ref = desk.place()
                assert b"INVITE" in plug.recv(4096)
                if sort == "hung up":
                    desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
                assert desk.cause(ref) == {"given up": "gateway_error", "hung up": "desk_hung_up"}[sort]
                plug.setblocking(False)
                with suppress(BlockingIOError):
                    while True:
                        plug.recv(4096)
                plug.settimeout(AGAIN)
                with pytest.raises(TimeoutError):
                    plug.recv(4096)

    def test_an_answer_that_comes_after_all_is_cancelled(self, desk: Desk) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
            plug.bind(("127.0.0.1", desk.consultants))
            plug.settimeout(5)
            ref = desk.place()
            invited = plug.recv(4096).decode()
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert desk.cause(ref) == "desk_hung_up"
            kept = [
                line for line in invited.split("\r\n") if line.split(":")[0].lower() in {"via", "from", "to", "call-id", "cseq"}
            ]
            rings = "\r\n".join(["SIP/2.0 180 Ringing", *kept, "Content-Length: 0", "", ""])
            plug.sendto(rings.encode(), ("127.0.0.1", desk.listen))
            while (heard := plug.recv(4096)).startswith(b"INVITE"):
                pass
            assert heard.startswith(b"CANCEL")

    def test_from_the_desk_while_the_consultants_phone_rings(self, desk: Desk, tmp_path: Path) -> None:
        with phone(tmp_path, "rings_only", port=desk.consultants) as ours:
            ref = desk.place()
            desk.reaches(ref, "consultant")
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert desk.cause(ref) == "desk_hung_up"
            assert ours.went_well()
        assert ref not in desk.asked


class TestNine:
    def test_by_info_ends_the_call_as_refused(self, desk: Desk, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "answers", port=desk.consultants) as ours,
            phone(tmp_path, "presses_by_info", port=desk.members, key="9") as theirs,
        ):
            ref = desk.place()
            assert desk.cause(ref) == "nine"
            assert ours.went_well()
            assert theirs.went_well()
        assert desk.kinds(ref) == [*TALKED, "nine", "ended"]

    def test_in_the_sound_ends_the_call_as_refused(self, desk: Desk, tmp_path: Path, sounds: tuple[Sound, Sound]) -> None:
        here, there = sounds
        with (
            phone(tmp_path, "answers", port=desk.consultants, sound=here) as ours,
            phone(tmp_path, "answers", port=desk.members, sound=there) as theirs,
        ):
            ref = desk.place()
            desk.reaches(ref, "talking")
            there.press(theirs.relay_port(), 9)
            assert desk.cause(ref) == "nine"
            assert ours.went_well()
            assert theirs.went_well()

    def test_is_no_other_key_and_not_the_consultants(self, desk: Desk, tmp_path: Path, sounds: tuple[Sound, Sound]) -> None:
        here, there = sounds
        with (
            phone(tmp_path, "presses_by_info", port=desk.consultants, sound=here, key="9") as ours,
            phone(tmp_path, "presses_by_info", port=desk.members, sound=there, key="8") as theirs,
        ):
            ref = desk.place()
            desk.reaches(ref, "talking")
            there.press(theirs.relay_port(), 5)
            assert [packet[12] for packet in here.heard() if packet[1] & 0x7F == 101] == [5] * 6
            here.press(ours.relay_port(), 9, moment=9000)
            assert [packet[12] for packet in there.heard() if packet[1] & 0x7F == 101] == [9] * 6
            until(lambda: all(" INFO" in it.seen().rsplit("UDP message received", 1)[-1] for it in (ours, theirs)))
            assert "ended" not in desk.kinds(ref)
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert theirs.went_well()


class TestAbuse:
    def test_a_transfer_is_refused_and_the_call_goes_on(self, desk: Desk, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "transfers", port=desk.consultants) as ours,
            phone(tmp_path, "answers", port=desk.members) as theirs,
        ):
            ref = desk.place()
            until(lambda: "405 Method Not Allowed" in ours.seen())
            assert "ended" not in desk.kinds(ref)
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert ours.went_well()
            assert theirs.went_well()
        assert "elsewhere" not in theirs.seen()

    def test_garbage_stops_nothing_and_is_printed_nowhere(
        self, desk: Desk, tmp_path: Path, sounds: tuple[Sound, Sound], capfd: pytest.CaptureFixture[str]
    ) -> None:
        for words in (
            b"SIP/2.0 abc +8613800131234\r\n" * 3,
            b"\xff\xfe 13800131234" * 9,
            b"INVITE sip:13800131234@x SIP/2.0\r\n\r\n" * 2,
        ):
            sounds[0].plug.sendto(words, ("127.0.0.1", desk.listen))
        with phone(tmp_path, "answers", port=desk.consultants), phone(tmp_path, "hangs_up", port=desk.members):
            assert desk.cause(desk.place()) == "member_hung_up"
        assert "13800131234" not in "".join(capfd.readouterr())

    def test_sound_from_elsewhere_is_not_relayed(self, desk: Desk, tmp_path: Path, sounds: tuple[Sound, Sound]) -> None:
        here, there = sounds
        with (
            phone(tmp_path, "answers", port=desk.consultants, sound=here),
            phone(tmp_path, "answers", port=desk.members, sound=there) as theirs,
        ):
            ref = desk.place()
            desk.reaches(ref, "talking")
            here.heard()  # the ringing before
            there.say(theirs.relay_port(), kind=96)
            there.plug.sendto(b"short", ("127.0.0.1", theirs.relay_port()))
            assert here.heard() == []
            desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            desk.cause(ref)


class TestMany:
    def test_fifty_calls_at_once_each_end_right(self, desk: Desk, tmp_path: Path) -> None:
        with (
            phone(tmp_path, "answers", port=desk.consultants, calls=50) as ours,
            phone(tmp_path, "answers", port=desk.members, calls=50) as theirs,
        ):
            refs = [desk.place(number=f"+861380013{number:04}") for number in range(50)]
            until(lambda: all("talking" in desk.kinds(ref) for ref in refs), patience=20)
            for ref in refs:
                desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
            assert [desk.cause(ref) for ref in refs] == ["desk_hung_up"] * 50
            assert ours.went_well()
            assert theirs.went_well()
        assert all(desk.kinds(ref) == [*TALKED, "ended"] for ref in refs)
        assert "1380013" not in ours.seen()
        assert free_udp_port() > 0
