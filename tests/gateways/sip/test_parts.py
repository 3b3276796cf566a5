"""The small parts of the SIP gateway: what descriptions say, what answers mean, what the tone sounds like."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.outreach.gateways.calling import CAUSES
from hongxian.outreach.gateways.sip import answers, sdp, tone

SAID = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\n"


class TestDescription:
    def test_of_theirs_is_read(self) -> None:
        assert sdp.read(SAID) == sdp.Theirs("10.0.0.1", 4000, sdp.PCMU, 96)

    def test_of_the_media_outranks_that_of_the_session(self) -> None:
        said = sdp.read(SAID + "c=IN IP4 10.0.0.2\r\na=sendonly\r\n")
        assert said is not None
        assert (said.host, said.direction) == ("10.0.0.2", "sendonly")

    def test_of_an_old_phone_on_hold(self) -> None:
        said = sdp.read(SAID.replace("c=IN IP4 10.0.0.1", "c=IN IP4 0.0.0.0"))
        assert said is not None
        assert said.direction == "inactive"

    @pytest.mark.parametrize(
        "wrong",
        [
            SAID.replace("4000", "70000"),
            SAID.replace("c=IN IP4 10.0.0.1", "c=IN IP4 999.0.0.1"),
            SAID.replace("c=IN IP4 10.0.0.1", "c=IN IP4 224.0.0.1"),
            SAID.replace("c=IN IP4 10.0.0.1", "c=IN IP4 phone.example"),
            SAID.replace("0 8 96", "18 96"),
            SAID.replace("m=audio", "m=video"),
            "",
        ],
    )
    def test_that_cannot_be_used(self, wrong: str) -> None:
        assert sdp.read(wrong) is None

    @given(st.text())
    def test_of_anything_is_no_trouble(self, text: str) -> None:
        found = [sdp.read(each) for each in (text, "m=audio " + text, SAID + text)]
        assert all(each is None or isinstance(each, sdp.Theirs) for each in found)

    def test_of_ours_is_read_by_ourselves(self) -> None:
        text = sdp.ours(host="127.0.0.1", port=5000, codecs=(sdp.PCMA,), session=1)
        assert sdp.read(text) == sdp.Theirs("127.0.0.1", 5000, sdp.PCMA, sdp.EVENTS)


class TestAnswers:
    @pytest.mark.parametrize("code", [0, *range(300, 700)])
    def test_each_has_a_cause(self, code: int) -> None:
        assert answers.of_member(code) in CAUSES
        assert answers.of_consultant(code) in CAUSES


class TestTone:
    @pytest.mark.parametrize("codec", [sdp.PCMA, sdp.PCMU])
    def test_sounds_for_one_second_of_five(self, codec: int) -> None:
        packets = [tone.packet(codec=codec, number=number, source=7) for number in range(500)]
        assert [packet is not None for packet in packets] == ([True] * 50 + [False] * 200) * 2
        assert {len(packet) for packet in packets if packet} == {172}
        assert [packet[1] >> 7 for packet in packets[:2] if packet] == [1, 0]

    def test_is_what_g711_makes_of_a_sine(self) -> None:
        for n, coded in enumerate(b"".join(tone.frames(sdp.PCMU))[:400]):
            code = coded ^ 0xFF
            size = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
            heard = -size if code & 0x80 else size
            meant = tone.LOUD * math.sin(2 * math.pi * tone.HERTZ * n / 8000)
            assert abs(heard - meant) <= 8 + abs(meant) / 16
        for n, coded in enumerate(b"".join(tone.frames(sdp.PCMA))[:400]):
            code = coded ^ 0x55
            segment, low = code >> 4 & 7, (code & 0x0F) << 4
            size = low + 8 if segment == 0 else (low + 0x108) << segment - 1
            heard = size if code & 0x80 else -size
            meant = tone.LOUD * math.sin(2 * math.pi * tone.HERTZ * n / 8000)
            assert abs(heard - meant) <= 16 + abs(meant) / 16
