"""Numbers for the worker's texts and the dialer's calls: many at once, each against its permit and a trace, each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from hongxian.audit import recording
from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Role
from hongxian.vault import asking, permits
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.consent.conftest import assess, assessed
from tests.vault.test_keeper import line, say, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["assessed"]  # a fixture
CALLS: dict[str, Any] = {"purpose": "outreach.call", "channel": "call"}


@pytest.fixture(autouse=True)
def worker(company: None) -> Iterator[None]:
    with signed_in_as("worker"):
        yield


def permit(
    member: Someone, by: Person, *, purpose: str = "outreach.sms", channel: str = "sms", seconds: float = 60, **more: Any
) -> int:
    wanted = permits.Wanted(
        member_id=member.member_id,
        staff_id=by.staff_id,
        channel=channel,
        purpose=purpose,
        how="library",
        latest_at=casting.now() + timedelta(seconds=seconds),
        **more,
    )
    return permits.issue_all(city_id=member.city_id, wanted=[wanted], now=casting.now())[0]


def trace(
    members: Sequence[Someone],
    by: Person,
    *,
    purpose: str = "outreach.sms",
    process: str = "worker",
    fields: Sequence[str] = ("alias", "number"),
    at: datetime | None = None,
    denied: bool = False,
) -> recording.TraceRef:
    return recording.record(
        by=Actor(staff_id=by.staff_id, role=Role.CONSULTANT, city_id=members[0].city_id, process=process),
        action="gate.permit",
        purpose=purpose,
        city_id=members[0].city_id,
        member_ids=[each.member_id for each in members],
        fields=fields,
        reason="hours" if denied else "",
        denied=denied,
        now=at or casting.now(),
    )


def one(cast: Cast, member: Someone, **permitted: Any) -> list[tuple[recording.TraceRef, int]]:
    return [(trace([member], cast.lan), permit(member, cast.lan, **permitted))]


def used(*permit_ids: int) -> list[bool]:
    found = dict(casting.rows("SELECT id, used_at IS NOT NULL FROM vault_permit WHERE id = ANY (%(ids)s)", ids=list(permit_ids)))
    return [found[each] for each in permit_ids]


def refused(pairs: list[tuple[recording.TraceRef, int]]) -> str:
    with pytest.raises(asking.KeeperDenied) as denied:
        asking.numbers(pairs)
    return denied.value.reason


def campaign(cast: Cast, *, state: str = "sending", audience: str = "unheld") -> int:
    number: int = casting.insert(
        "outreach_campaign",
        city_id=cast.city_id,
        store_id=cast.east,
        name="活动",
        audience=audience,
        filters="{}",
        version_id=1,
        state=state,
        asked_by=cast.chen.staff_id,
        asked_at=casting.now(),
        why="试",
        decided_by=cast.zheng.staff_id,
        decided_at=casting.now(),
    )
    return number


def change(statement: str) -> Callable[[Cast, Someone], object]:
    return lambda _cast, member: casting.run(statement, id=member.member_id)


def no_on_the_list(_cast: Cast, member: Someone) -> None:
    for each in member.hashes:
        casting.insert_bare(
            "consent_suppression", number_hash=each, origin="t", reason="refused", recorded_at=casting.now(), staff_id=0
        )


class TestNumbers:
    def test_come_for_many_permits_at_once_with_what_the_trace_names(self, cast: Cast) -> None:
        members = [cast.member(held_by=cast.lan) for _ in range(20)]
        named = trace(members, cast.lan)
        bare = trace(members[:3], cast.lan, fields=["number"])
        pairs = [(named, permit(each, cast.lan)) for each in members]
        more = [(bare, permit(each, cast.lan)) for each in members[:3]]
        found = asking.numbers(pairs + more)
        links = {permit_id: fields.pop("stop") for permit_id, fields in found.items()}
        assert [found[permit_id] for _, permit_id in pairs] == [{"alias": e.alias, "number": e.number} for e in members]
        assert [found[permit_id] for _, permit_id in more] == [{"number": each.number} for each in members[:3]]
        assert len(set(links.values())) == 20, "a link for each number, the same for two texts of one month"
        assert used(*found) == [True] * 23

    def test_come_once(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        pairs = one(cast, member)
        assert asking.numbers(pairs)
        assert refused(pairs) == "already_answered"
        assert asking.numbers([(trace([member], cast.lan), pairs[0][1])]) == {}, "the permit is used, whatever the trace"

    def test_come_once_when_ten_ask_at_the_same_moment(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(member, cast.lan)
        asked = [[(trace([member], cast.lan), permit_id)] for _ in range(10)]
        heard: list[int] = []
        threads = [Thread(target=lambda pairs=pairs: heard.append(len(asking.numbers(pairs)))) for pairs in asked]
        for each in threads:
            each.start()
        for each in threads:
            each.join(20)
        assert sorted(heard) == [0] * 9 + [1]

    @pytest.mark.parametrize(
        "happens",
        {
            "a no on the record": change("UPDATE members_member SET suppressed_at = now() WHERE id = %(id)s"),
            "a no on the list": no_on_the_list,
            "restricted": change("UPDATE members_member SET state = 'restricted' WHERE id = %(id)s"),
            "erased": change("UPDATE members_member SET state = 'erased' WHERE id = %(id)s"),
            "taken back": lambda _cast, member: casting.withdrawal(member, "outreach.sms"),
            "consent gone": change("DELETE FROM consent_receipt WHERE member_id = %(id)s"),
            "consent to another text": change("UPDATE consent_receipt SET notice_hash = 'x' WHERE member_id = %(id)s"),
            "ground gone": change("DELETE FROM vault_ground WHERE member_id = %(id)s"),
            "ground over": change("UPDATE vault_ground SET until = now() - interval '1 s' WHERE member_id = %(id)s"),
            "held by another": change("UPDATE vault_ground SET staff_id = 1 WHERE member_id = %(id)s"),
            "sender gone": lambda cast, _member: cast.deactivate(cast.lan),
            "agreement over": lambda cast, _member: cast.expire_agreement(cast.east),
            "permit over": change("UPDATE vault_permit SET latest_at = now() WHERE member_id = %(id)s"),
        }.items(),
        ids=lambda each: each[0],
    )
    def test_do_not_come_after(self, cast: Cast, happens: tuple[str, Callable[[Cast, Someone], object]]) -> None:
        """The permit was issued, the trace is committed, and then something happens to this member alone."""
        member, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        pairs = [*one(cast, member), (trace([other], cast.mei), permit(other, cast.mei))]
        happens[1](cast, member)
        found = asking.numbers(pairs)
        others = [] if happens[0] == "agreement over" else [pairs[1][1]]
        assert list(found) == others, "the others of the batch get theirs"
        assert used(pairs[0][1]) == [False]

    def test_do_not_come_with_another_permit(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan, consents=(*casting.CONTACT, "outreach.promotion"))
        casting.ground(member, cast.mei)
        for permit_id in (
            permit(member, cast.mei),
            permit(member, cast.lan, purpose="outreach.promotion"),
            permit(member, cast.lan, channel="call"),
            2**60,
        ):
            assert asking.numbers([(trace([member], cast.lan), permit_id)]) == {}

    def test_do_not_come_for_somebody_whom_the_trace_does_not_name(self, cast: Cast) -> None:
        mine, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        named = trace([mine], cast.lan)
        permit_ids = permit(mine, cast.lan), permit(other, cast.lan)
        assert refused([(named, each) for each in permit_ids]) == "bad_request"
        assert used(*permit_ids) == [False, False]
        assert asking.numbers([(named, permit_ids[0])]), "nothing had happened"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"process": "dialer"},
            {"process": "desk"},
            {"purpose": "outreach.call", "fields": ("number",)},
            {"purpose": "account", "fields": ("number",)},
            {"purpose": "rights", "fields": ("number",)},
            {"fields": ("alias",)},
            {"fields": ("number", "name")},
            {"denied": True},
            {"at": "a minute ago"},
        ],
        ids=str,
    )
    def test_do_not_come_for_a_trace_of(self, cast: Cast, wrong: dict[str, Any]) -> None:
        member = cast.member(held_by=cast.lan)
        given = wrong if "at" not in wrong else {"at": casting.now() - timedelta(seconds=61)}
        permit_id = permit(member, cast.lan)
        assert refused([(trace([member], cast.lan, **given), permit_id)]) == "no_committed_trace"
        assert used(permit_id) == [False]

    def test_do_not_come_for_an_uncommitted_trace(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        with transaction.atomic():
            pairs = one(cast, member)
            assert refused(pairs) == "no_committed_trace"

    def test_do_not_come_when_the_purpose_has_no_assessment(self, cast: Cast, assessed: None) -> None:
        pairs = one(cast, cast.member(held_by=cast.lan))
        assess("outreach.sms", ended=True)
        assert refused(pairs) == "no_committed_trace"

    def test_promotion_takes_its_own_yes(self, cast: Cast) -> None:
        willing = cast.member(held_by=cast.lan, consents=(*casting.CONTACT, "outreach.promotion"))
        unwilling = cast.member(held_by=cast.lan)
        named = trace([willing, unwilling], cast.lan, purpose="outreach.promotion")
        yes, no = (permit(each, cast.lan, purpose="outreach.promotion") for each in (willing, unwilling))
        assert set(asking.numbers([(named, yes), (named, no)])) == {yes}


class TestCampaign:
    @pytest.mark.parametrize("state", ["asked", "approved", "planning", "sending", "paused", "stopped", "done"])
    def test_gets_numbers_while_it_is_being_sent(self, cast: Cast, state: str) -> None:
        member = cast.member(pooled=True)
        permit_id = permit(member, cast.chen, campaign_id=campaign(cast, state=state))
        assert set(asking.numbers([(trace([member], cast.chen), permit_id)])) == ({permit_id} if state == "sending" else set())

    def test_to_people_whom_nobody_holds_gets_none_for_who_was_just_claimed(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(member, cast.chen, campaign_id=campaign(cast))
        assert asking.numbers([(trace([member], cast.chen), permit_id)]) == {}

    def test_to_a_library_gets_those_of_the_holder(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        number = campaign(cast, audience="library")
        theirs, others = permit(member, cast.lan, campaign_id=number), permit(member, cast.mei, campaign_id=number)
        assert set(asking.numbers([(trace([member], cast.lan), theirs)])) == {theirs}
        assert asking.numbers([(trace([member], cast.mei), others)]) == {}


class TestProcess:
    def test_of_the_dialer_gets_those_of_calls(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        call, text = permit(member, cast.lan, **CALLS), permit(member, cast.lan)
        named = trace([member], cast.lan, purpose="outreach.call", process="dialer", fields=["number"])
        other = trace([member], cast.lan, process="dialer")
        with signed_in_as("dialer"):
            assert asking.numbers([(named, call), (other, text)]) == {call: {"number": member.number}}
            assert used(call, text) == [True, False]

    @pytest.mark.parametrize("process", ["desk", "portal", "auditor", "keeper"])
    def test_of_others_gets_nothing(self, cast: Cast, process: str) -> None:
        member = cast.member(held_by=cast.lan)
        named, permit_id = trace([member], cast.lan, process=process), permit(member, cast.lan)
        asked = [[named.at.isoformat(), named.id, permit_id]]
        request = line(token=token(process), do="numbers", city_id=cast.city_id, permits=asked)
        assert say(request) == [{"denied": "process_may_not_open"}]
        assert used(permit_id) == [False]

    @pytest.mark.parametrize(
        "permits_",
        [None, [], {}, "x", [[]], [["yesterday", 1, 1]], [[1, 1, 1]], [["2026-01-01T00:00:00Z", 1, 5]] * 2, [["x"]] * 1001],
    )
    def test_that_asks_oddly_gets_nothing(self, cast: Cast, permits_: object) -> None:
        request = line(token=token("worker"), do="numbers", city_id=cast.city_id, permits=permits_)
        assert say(request)[0]["denied"] == "bad_request"
