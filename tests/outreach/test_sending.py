"""Texts on their way out: what waits is decided again, what leaves is written down before and after, and nothing leaves twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.test import override_settings

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotFound
from hongxian.outreach import counting, refusing, sending, settling, texting
from hongxian.outreach.gateways import port
from hongxian.outreach.gateways.port import Outgoing, Result
from tests.cast import now, receipt, rows, run, withdrawal
from tests.gateways.crowds import VARIABLES, Crowd
from tests.outreach.messages import version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from tests.cast import Cast


@dataclass
class Scripted:
    """A gateway that answers as it is told; it has everything, by number."""

    answer: Callable[[Outgoing], Result] = lambda _text: Result(port.TAKEN)
    name: str = "scripted"
    stand_in: bool = False
    got: list[Outgoing] = field(default_factory=list)

    def room(self) -> int:
        return 1_000

    def hand_over(self, batch: Sequence[Outgoing], *, now: datetime) -> list[Result]:
        self.got += batch
        return [self.answer(each) for each in batch]

    def close(self) -> None:
        pass


@pytest.fixture
def crowd(cast: Cast) -> Iterator[Crowd]:
    with override_settings(SMS_GATEWAY="loopback"):
        made = Crowd(cast, cast.lan)
        made.grow(5)
        made.campaign()
        yield made
    assert counting.recount(city_id=cast.city_id, since=day_of(now()), until=day_of(now())) == []


def send(crowd: Crowd, gateway: Scripted | None = None) -> Scripted:
    gateway = gateway or Scripted()
    picked = sending.prepare(city_id=crowd.cast.city_id, now=now())
    if picked.prepared is not None:
        sending.hand_over(prepared=picked.prepared, gateway=gateway, now=now())
    return gateway


class TestQueueing:
    def test_puts_one_text_to_each_once_however_often_it_is_pressed(self, crowd: Crowd) -> None:
        given = {
            "by": crowd.holder.actor(),
            "city_id": crowd.cast.city_id,
            "member_ids": [each.member_id for each in crowd.members],
            "version_id": crowd.version_id,
            "how": "library",
            "variables": VARIABLES,
            "request_key": uuid4(),
            "now": now(),
        }
        first, second = texting.queue(**given), texting.queue(**given)  # type: ignore[arg-type]
        assert (first.count, first.repeated, second.count, second.repeated) == (5, False, 5, True)
        assert first.message_ids == second.message_ids
        assert crowd.states() == {"waiting": 5}

    def test_takes_approved_wordings_only(self, crowd: Crowd) -> None:
        run("UPDATE outreach_version SET state = 'retired' WHERE id = %(id)s", id=crowd.version_id)
        with pytest.raises(texting.NotApproved):
            crowd.queue()
        with pytest.raises(NotFound):
            texting.queue(
                by=crowd.holder.actor(),
                city_id=crowd.cast.city_id,
                member_ids=[1],
                version_id=10**9,
                how="hand",
                variables={},
                request_key=uuid4(),
                now=now(),
            )

    def test_says_so_where_nothing_carries_texts(self, crowd: Crowd) -> None:
        with override_settings(SMS_GATEWAY="none"), pytest.raises(texting.NoGateway):
            crowd.queue()

    def test_takes_the_purpose_from_the_template(self, crowd: Crowd) -> None:
        crowd.version_id = version_of(kind="promotion")
        crowd.queue()
        assert rows("SELECT DISTINCT purpose FROM outreach_message WHERE city_id = %(c)s", c=crowd.cast.city_id) == [
            ("outreach.promotion",)
        ]


class TestSending:
    def test_hands_over_with_signature_name_values_and_way_out(self, crowd: Crowd) -> None:
        crowd.queue()
        gateway = send(crowd)
        assert {each.number for each in gateway.got} == {each.number for each in crowd.members}
        by_number = {each.number: each.text for each in gateway.got}
        for someone in crowd.members:
            text = by_number[someone.number]
            assert text.startswith("【红线")
            assert someone.alias in text
            assert "兰老师" in text
            assert "T退订" in text
            assert "/s" in text
        assert crowd.states() == {"handed": 5}
        rested = rows(
            "SELECT permit_id IS NOT NULL, parts >= 1, handing_at <= handed_at, ended_at, gateway FROM outreach_message WHERE city_id = %(c)s",
            c=crowd.cast.city_id,
        )
        assert set(rested) == {(True, True, True, None, "scripted")}

    def test_decides_again_and_says_why_not(self, crowd: Crowd) -> None:
        crowd.queue()
        refused, taken_back, gone, late = crowd.members[:4]
        by = Actor.system("test", city_id=crowd.cast.city_id)
        refusing.refuse_number(by=by, number_hashes=refused.hashes, origin="test", reason="refused", now=now())
        withdrawal(taken_back, "outreach.sms")
        run("DELETE FROM vault_ground WHERE member_id = %(m)s AND city_id = %(c)s", m=gone.member_id, c=crowd.cast.city_id)
        run(
            "UPDATE outreach_message SET latest_at = %(n)s WHERE member_id = %(m)s AND city_id = %(c)s",
            m=late.member_id,
            c=crowd.cast.city_id,
            n=now(),
        )
        gateway = send(crowd)
        assert [each.number for each in gateway.got] == [crowd.members[4].number]
        reasons = {member: said for member, [(state, said)] in crowd.texts().items() if state == "dropped"}
        assert reasons == {
            refused.member_id: "suppressed",
            taken_back.member_id: "no_consent",
            gone.member_id: "no_ground",
            late.member_id: "late",
        }

    def test_sends_nothing_that_was_refused_after_the_decision(self, crowd: Crowd) -> None:
        crowd.queue()
        picked = sending.prepare(city_id=crowd.cast.city_id, now=now())
        assert picked.prepared is not None
        refused, taken_back = crowd.members[:2]
        by = Actor.system("test", city_id=crowd.cast.city_id)
        refusing.refuse_number(by=by, number_hashes=refused.hashes, origin="test", reason="refused", now=now())
        withdrawal(taken_back, "outreach.sms")
        gateway = Scripted()
        sending.hand_over(prepared=picked.prepared, gateway=gateway, now=now())
        assert {each.number for each in gateway.got} == {each.number for each in crowd.members[2:]}
        assert crowd.states() == {"handed": 3, "dropped": 2}
        assert crowd.texts()[refused.member_id] == [("dropped", "refused_meanwhile")]

    def test_says_what_the_gateway_said(self, crowd: Crowd) -> None:
        crowd.queue()
        answers = [
            Result(port.TAKEN),
            Result(port.REFUSED, "400"),
            Result(port.AWAY, "busy"),
            Result(port.UNKNOWN, "no_answer"),
            Result(port.TAKEN, delivered=True),
        ]
        by_number = {each.number: answer for each, answer in zip(crowd.members, answers, strict=True)}
        send(crowd, Scripted(lambda text: by_number[text.number]))
        said = [crowd.texts()[each.member_id][0] for each in crowd.members]
        assert said == [("handed", ""), ("failed", "gateway 400"), ("waiting", ""), ("unknown", "no_answer"), ("delivered", "")]
        again = send(crowd)  # only what surely has not left goes out again
        assert [each.number for each in again.got] == [crowd.members[2].number]

    def test_leaves_campaigns_that_are_held_up_waiting_and_lets_people_go_first(self, crowd: Crowd) -> None:
        crowd.queue()
        run(
            "UPDATE outreach_campaign SET state = 'paused' WHERE id = %(i)s AND city_id = %(c)s",
            i=crowd.campaign_id,
            c=crowd.cast.city_id,
        )
        assert send(crowd).got == []
        texting.queue(
            by=crowd.holder.actor(),
            city_id=crowd.cast.city_id,
            member_ids=[crowd.members[3].member_id],
            version_id=crowd.version_id,
            how="hand",
            variables=VARIABLES,
            request_key=uuid4(),
            now=now(),
        )
        run(
            "UPDATE outreach_campaign SET state = 'sending' WHERE id = %(i)s AND city_id = %(c)s",
            i=crowd.campaign_id,
            c=crowd.cast.city_id,
        )
        picked = sending.prepare(city_id=crowd.cast.city_id, now=now(), most=1)
        assert picked.prepared is not None
        assert [each.text.how for each in picked.prepared.ready] == ["hand"]
        assert crowd.states() == {"waiting": 6}

    def test_sleeps_where_members_sleep(self, crowd: Crowd) -> None:
        crowd.queue()
        assert crowd.cast.city_id in sending.cities(now=now())
        assert crowd.cast.city_id not in sending.cities(now=now() + timedelta(hours=11))


class TestStates:
    @pytest.mark.parametrize(
        ("state", "said", "then"),
        [
            ("handed", "delivered", "delivered"),
            ("handing", "delivered", "delivered"),
            ("unknown", "delivered", "delivered"),
            ("failed", "delivered", "delivered"),
            ("delivered", "failed", "delivered"),
            ("handed", "failed", "failed"),
            ("unknown", "failed", "failed"),
            ("handed", "buffered", "handed"),
            ("handed", "accepted", "handed"),
            ("dropped", "delivered", "dropped"),
            ("waiting", "delivered", "waiting"),
            ("stopped", "failed", "stopped"),
            ("delivered", "delivered", "delivered"),
        ],
    )
    def test_the_rule(self, state: str, said: str, then: str) -> None:
        assert settling.next_state(state, said) == then

    def test_reports_in_any_order_and_number_come_to_the_same(self, crowd: Crowd) -> None:
        crowd.queue()
        send(crowd)
        found_keys = crowd.texts("at, id")
        keys = [found_keys[each.member_id][0] for each in crowd.members]
        said = [
            settling.Said(keys[place][0], keys[place][1], state, code, now())
            for place, state, code in [
                (0, "delivered", ""),
                (0, "buffered", ""),
                (0, "delivered", ""),
                (1, "failed", "undelivered"),
                (1, "accepted", ""),
                (2, "failed", "undelivered"),
                (2, "delivered", ""),
            ]
        ]
        for each in (*said, *reversed(said)):
            settling.report(city_id=crowd.cast.city_id, said=[each], now=now())
        settling.report(city_id=crowd.cast.city_id, said=said, now=now())
        found = [crowd.texts()[each.member_id][0] for each in crowd.members]
        assert found == [("delivered", ""), ("failed", "undelivered"), ("delivered", ""), ("handed", ""), ("handed", "")]
        assert Counter(
            row[0] for row in rows("SELECT state FROM outreach_report WHERE city_id = %(c)s", c=crowd.cast.city_id)
        ) == {
            "delivered": 2,
            "failed": 2,
            "buffered": 1,
            "accepted": 1,
        }

    def test_report_on_a_text_that_is_nobodys_is_forgotten(self, crowd: Crowd) -> None:
        settling.report(city_id=crowd.cast.city_id, said=[settling.Said(now(), 1, "delivered", "", now())], now=now())
        assert rows("SELECT count(*) FROM outreach_report WHERE city_id = %(c)s", c=crowd.cast.city_id) == [(0,)]

    def test_silence_becomes_unknown_and_a_late_word_still_counts(self, crowd: Crowd) -> None:
        crowd.queue()
        send(crowd)
        hours = timedelta(hours=24)
        assert settling.give_up_silent(city_id=crowd.cast.city_id, now=now(), after=hours) == 0
        assert settling.give_up_silent(city_id=crowd.cast.city_id, now=now() + hours + timedelta(minutes=1), after=hours) == 5
        assert crowd.texts()[crowd.members[0].member_id] == [("unknown", "no_report")]
        at, number = crowd.texts("at, id")[crowd.members[0].member_id][0]
        settling.report(city_id=crowd.cast.city_id, said=[settling.Said(at, number, "delivered", "", now())], now=now())
        assert crowd.states() == {"unknown": 4, "delivered": 1}

    def test_what_a_dead_sender_held_is_unknown_and_stays_so(self, crowd: Crowd) -> None:
        crowd.queue()
        picked = sending.prepare(city_id=crowd.cast.city_id, now=now())
        assert picked.prepared is not None
        assert crowd.states() == {"waiting": 5}  # whoever dies here has lost nothing
        assert sending.prepare(city_id=crowd.cast.city_id, now=now(), skipped=picked.prepared.ids).taken == 0
        sending._begin(picked.prepared, gateway="scripted", now=now())
        assert crowd.states() == {"handing": 5}
        assert settling.give_up_orphans(city_id=crowd.cast.city_id, now=now()) == 5
        assert send(crowd).got == []
        assert crowd.texts()[crowd.members[0].member_id] == [("unknown", "sender_died")]

    def test_what_waited_too_long_is_dropped(self, crowd: Crowd) -> None:
        crowd.queue()
        assert settling.drop_late(city_id=crowd.cast.city_id, now=now() + timedelta(days=4)) == 5
        assert crowd.states() == {"dropped": 5}

    def test_promotion_needs_its_own_yes(self, crowd: Crowd) -> None:
        crowd.campaign()
        run(
            "UPDATE outreach_template SET kind = 'promotion' WHERE id = (SELECT template_id FROM outreach_version WHERE id = %(v)s)",
            v=crowd.version_id,
        )
        receipt(crowd.members[0], "outreach.promotion")
        crowd.queue()
        assert [each.number for each in send(crowd).got] == [crowd.members[0].number]
        assert crowd.states() == {"handed": 1, "dropped": 4}
