"""What gateways bring, dealt with by the worker: opt-outs in every spelling, reports in any order, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from hongxian.kernel.clock import day_of
from hongxian.outreach import arriving, counting, settling
from hongxian.outreach.gateways import signing
from hongxian.outreach.gateways.port import Ref
from tests.cast import insert_bare, now, rows, run
from tests.conftest import signed_in_as
from tests.gateways.crowds import Crowd
from tests.outreach.test_sending import send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast, Someone

NO = [
    "T",
    "t",
    "TD",
    "td",
    "R",
    "r",
    "N",
    "n",
    "退订",
    "退訂",
    "Ｔ",
    "ｔｄ",
    " T ",
    "T D",
    "退 订",
    "退　订",
    "退订。",
    "【T】",
    "回复T",
]
NO += [
    "回T退订",
    "T退订",
    "TD!!",
    "T\u200b",
    "ＴＤ退订",
    "退订谢谢",
    "请退订",
    "拒收",
    "STOP",
    "Unsubscribe",
    "别再发了",
    "不要再给我发短信",
]
YES = [
    "",
    " ",
    "。",
    "好的",
    "今天不来了",
    "取消预约",
    "明天10点",
    "that",
    "Torn",
    "Nora",
    "T恤多少钱",
    "我是R先生的朋友",
    "谢谢",
    "停车方便吗",
    "123",
]


@pytest.mark.parametrize("text", NO)
def test_no_more_is_understood(text: str) -> None:
    assert arriving.is_opt_out(text)


@pytest.mark.parametrize("text", YES)
def test_other_answers_are_no_no(text: str) -> None:
    assert not arriving.is_opt_out(text)


@given(st.sampled_from(["T", "TD", "R", "N", "退订"]), st.data())
def test_width_case_and_spacing_do_not_matter(word: str, data: st.DataObject) -> None:
    written = "".join(
        data.draw(st.sampled_from(["", " ", "\u3000", "\u200b", "\t", "。"]))
        + data.draw(st.sampled_from([each.lower(), each.upper(), chr(ord(each) + 0xFEE0) if each.isascii() else each]))
        for each in word
    )
    assert arriving.is_opt_out(written)


@given(st.text(max_size=5_000))
def test_any_text_at_all_is_read_in_no_time(text: str) -> None:
    assert not arriving.is_opt_out(text + "x" * 30), "too long to be one"
    assert not arriving.is_opt_out("t" * len(text) + "x")


@pytest.mark.parametrize(
    "written", ["+8613800138000", "8613800138000", "13800138000", "008613800138000", "+86 138 0013 8000", "８６13800138000"]
)
def test_numbers_are_read_however_carriers_write_them(written: str) -> None:
    assert arriving.e164(written) == "+8613800138000"


@pytest.fixture
def crowd(cast: Cast) -> Iterator[Crowd]:
    run("DELETE FROM outreach_arrived")
    with override_settings(SMS_GATEWAY="loopback"):
        made = Crowd(cast, cast.lan)
        made.grow(3)
        made.campaign()
        yield made
    assert counting.recount(city_id=cast.city_id, since=day_of(now()), until=day_of(now())) == []


def noes(someone: Someone) -> list[tuple[str, str]]:
    return rows("SELECT reason, origin FROM consent_suppression WHERE number_hash = %(h)s", h=someone.hashes[0])


def reply(*, number: str, text: str, sent: str) -> None:
    with signed_in_as("desk"):
        arriving.take_reply(number=number, text=text, sent=sent, now=now())


def report(*, word: str, state: str, code: str) -> None:
    with signed_in_as("desk"):
        arriving.take_report(word=word, state=state, code=code, now=now())


class TestReplies:
    def test_that_say_no_end_all_contact_and_count_with_the_text(self, crowd: Crowd) -> None:
        crowd.queue()
        send(crowd)
        someone = crowd.members[0]
        reply(number=someone.number, text="ＴＤ", sent="1")
        assert arriving.deal_replies(now=now()) == 1
        [(reason, origin)] = noes(someone)
        assert (reason, origin.split()[0]) == ("refused", "text")
        assert rows(
            "SELECT count(*) FROM pools_holding WHERE city_id = %(c)s AND member_id = %(m)s",
            c=someone.city_id,
            m=someone.member_id,
        ) == [(0,)]
        assert rows("SELECT state FROM outreach_report WHERE city_id = %(c)s", c=someone.city_id) == [("opted_out",)]
        assert rows(
            "SELECT sum(opted_out) FROM outreach_texttally WHERE city_id = %(c)s AND span = 'day'", c=someone.city_id
        ) == [(1,)]
        assert rows("SELECT count(*) FROM outreach_arrived") == [(0,)]

    def test_that_come_again_after_the_person_lifted_the_no_do_not_say_it_anew(self, crowd: Crowd) -> None:
        someone = crowd.members[0]
        for _ in range(2):
            reply(number=someone.number, text="T", sent="2026-11-26 09:42:48")
            arriving.deal_replies(now=now())
        assert len(noes(someone)) == 1
        insert_bare("consent_lifting", number_hash=someone.hashes[0], lifted_at=now(), proof="test")
        reply(number=someone.number, text="T", sent="2026-11-26 09:42:48")
        arriving.deal_replies(now=now())
        assert len(noes(someone)) == 1

    def test_that_say_something_else_are_kept_nowhere(self, crowd: Crowd) -> None:
        reply(number=crowd.members[0].number, text="好的，明天见", sent="1")
        reply(number="10086", text="T", sent="1")
        assert arriving.deal_replies(now=now()) == 2
        assert noes(crowd.members[0]) == []
        assert rows("SELECT count(*) FROM outreach_arrived") == [(0,)]

    def test_from_numbers_that_nobody_knows_are_noes_all_the_same(self, crowd: Crowd) -> None:
        before = rows("SELECT count(*) FROM consent_suppression")[0][0]
        reply(number="+8613800138777", text="退订", sent=uuid4().hex)
        arriving.deal_replies(now=now())
        assert rows("SELECT count(*) FROM consent_suppression")[0][0] > before

    def test_that_cannot_be_opened_stay_for_people_and_stop_nobody(self, crowd: Crowd) -> None:
        insert_bare("outreach_arrived", kind="reply", key="broken", sealed=b"nothing", received_at=now())
        reply(number=crowd.members[0].number, text="T", sent="1")
        arriving.deal_replies(now=now())
        assert len(noes(crowd.members[0])) == 1
        assert arriving.deal_replies(now=now()) == 0
        run("DELETE FROM outreach_arrived")


class TestReports:
    def test_settle_their_texts_in_batches(self, crowd: Crowd) -> None:
        crowd.queue()
        send(crowd)
        keys = crowd.texts("at, id")
        words = [signing.word_of(Ref(crowd.cast.city_id, *keys[each.member_id][0])) for each in crowd.members]
        report(word=words[0], state="delivered", code="")
        report(word=words[1], state="failed", code="rejected")
        report(word="0-0-0", state="failed", code="rejected")
        assert arriving.deal_reports(now=now()) == 3
        assert [crowd.texts()[each.member_id][0] for each in crowd.members] == [
            ("delivered", ""),
            ("failed", "rejected"),
            ("handed", ""),
        ]
        report(word=words[0], state="delivered", code="")
        assert arriving.deal_reports(now=now()) == 1
        assert rows("SELECT count(*) FROM outreach_report WHERE city_id = %(c)s", c=crowd.cast.city_id) == [(2,)]

    def test_that_overtake_the_hand_over_wait_for_it(self, crowd: Crowd) -> None:
        """The sender holds its texts while it hands them over; a report of a text that is being handed over is none too early."""
        assert settling.next_state("handing", "delivered") == "delivered"
