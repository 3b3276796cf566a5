"""Texts at the gate: decided again when their turn comes, many at once; previews; and closed wherever something can't be read."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from hongxian.consent import purposes
from hongxian.kernel.clock import day_of, start_of
from hongxian.org import rules
from hongxian.outreach import gate, ruling
from hongxian.vault import asking, deciding
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach import texts
from tests.outreach.test_gate import say_no
from tests.outreach.texts import ALL, campaign, permit, text, version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cast import Someone


@pytest.fixture(autouse=True)
def worker(company: None) -> Iterator[None]:
    with signed_in_as("worker"):
        yield


def reasons(verdicts: list[gate.Verdict]) -> list[str]:
    return [each.reason for each in verdicts]


def permits_of(member: Someone) -> list[tuple[Any, ...]]:
    return casting.rows(
        "SELECT id, staff_id, channel, purpose, how, receipt_id, version_id, campaign_id, message_id, latest_at FROM vault_permit"
        " WHERE city_id = %(city)s AND member_id = %(member)s ORDER BY id",
        city=member.city_id,
        member=member.member_id,
    )


class TestPermitTexts:
    def test_carries_what_it_rests_on(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        asked, now = text(member, cast.lan, wording, how="library"), casting.now()
        [verdict] = permit(cast, asked, at=now)
        [(number, *rest, latest_at)] = permits_of(member)
        [(receipt,)] = casting.rows(
            "SELECT id FROM consent_receipt WHERE member_id = %(id)s AND purpose = 'outreach.sms'", id=member.member_id
        )
        assert (verdict.allowed, verdict.reason, verdict.permit_id) == (True, "", number)
        assert rest == [cast.lan.staff_id, "sms", "outreach.sms", "library", receipt, wording, None, asked.id]
        assert latest_at == now + timedelta(seconds=60)
        [(action, purpose, ground, outcome, _, staff_id, fields)] = casting.traces(member)
        assert (action, purpose, ground, outcome) == ("gate.permit", "outreach.sms", "claim", "allowed")
        assert (staff_id, fields) == (cast.lan.staff_id, ["alias", "number"])

    def test_opens_the_numbers_after_the_commit(self, cast: Cast) -> None:
        members, wording = [cast.member(held_by=who) for who in (cast.lan, cast.lan, cast.mei)], version()
        verdicts = permit(
            cast, *(text(each, who, wording) for each, who in zip(members, (cast.lan, cast.lan, cast.mei), strict=True))
        )
        pairs = [(each.trace, each.permit_id) for each in verdicts if each.trace and each.permit_id]
        found = asking.numbers(pairs)
        assert [found[permit_id]["number"] for _, permit_id in pairs] == [each.number for each in members]

    def test_answers_in_order_with_one_trace_for_each_sender_and_answer(self, cast: Cast) -> None:
        wording = version()
        good, bad = [cast.member(held_by=cast.lan) for _ in range(6)], [cast.member(held_by=cast.lan) for _ in range(4)]
        for each in bad:
            say_no(each)
        mixed = [each for pair in zip(good, bad, strict=False) for each in pair] + good[4:]
        verdicts = permit(cast, *(text(each, cast.lan, wording) for each in mixed))
        assert reasons(verdicts) == ["suppressed" if each in bad else "" for each in mixed]
        assert len({each.trace.id for each in verdicts if each.trace}) == 1
        found = casting.rows(
            "SELECT outcome, reason, member_ids FROM audit_trace WHERE city_id = %(city)s ORDER BY outcome", city=cast.city_id
        )
        assert [each[:2] for each in found] == [("allowed", ""), ("denied", "suppressed")]
        assert found[1][2] == sorted(each.member_id for each in bad)

    def test_reads_the_facts_of_a_batch_once(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        """As many statements for forty as for two; the rules, which are asked for once a second, beside."""
        monkeypatch.setattr(rules, "TRUSTED_FOR", 600.0)
        rules.read()
        wording, told = version(), []
        for many in (2, 40):
            asked = [text(cast.member(held_by=cast.lan), cast.lan, wording, how="automatic") for _ in range(many)]
            with CaptureQueriesContext(connection) as queries:
                assert set(reasons(permit(cast, *asked))) == {""}
            told.append([each["sql"].split(" ", 1)[0] for each in queries.captured_queries])
        assert told[0] == told[1]
        assert told[0].count("WITH") == 1
        with CaptureQueriesContext(connection) as queries:
            ids = [cast.member(held_by=cast.lan).member_id for _ in range(20)]
            gate.sift(
                by=cast.lan.actor("worker"),
                city_id=cast.city_id,
                member_ids=ids,
                channel="sms",
                purpose="outreach.sms",
                how="library",
                now=casting.now(),
            )
        assert len([each for each in queries.captured_queries if "gate" in each["sql"] or "vault_permit" in each["sql"]]) == 1

    def test_counts_two_to_one_member_one_after_the_other(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        texts.sent(member, cast.wu, 1, 2)
        verdicts = permit(cast, *(text(member, cast.lan, wording) for _ in range(4)))
        assert reasons(verdicts) == ["", "", "cap_month", "cap_month"]

    def test_counts_texts_within_the_same_minutes_apart(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        assert [reasons(permit(cast, text(member, cast.lan, wording))) for _ in range(5)] == [[""]] * 4 + [["cap_month"]]

    def test_no_longer_counts_one_that_was_never_used(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        texts.sent(member, cast.wu, 1, 2, 3)
        texts.sent(member, cast.wu, 0.5, used=False)
        assert reasons(permit(cast, text(member, cast.lan, wording))) == [""]

    def test_budgets_texts_by_hand_by_the_day(self, cast: Cast) -> None:
        """Thirty a day, one at a time or many; what the system sends is not hers."""
        members, wording = [cast.member(held_by=cast.lan) for _ in range(34)], version()
        hows = ["hand", "library"] * 17
        asked = [text(each, cast.lan, wording, how=how) for each, how in zip(members, hows, strict=True)]
        assert reasons(permit(cast, *asked[:20])) == [""] * 20
        assert reasons(permit(cast, *asked[20:])) == [""] * 10 + ["cap_day"] * 4
        assert reasons(permit(cast, text(members[-1], cast.lan, wording, how="automatic"))) == [""]
        other = cast.member(held_by=cast.mei)
        assert reasons(permit(cast, text(other, cast.mei, wording))) == [""]
        tomorrow = start_of(day_of(casting.now()) + timedelta(days=1)) + (casting.now() - start_of(day_of(casting.now())))
        assert reasons(permit(cast, text(members[-1], cast.lan, wording), at=tomorrow)) == [""]

    def test_ends_with_the_hours(self, cast: Cast) -> None:
        """A permit of 20:59:30 is not good at 21:00."""
        member, wording = cast.member(held_by=cast.lan), version()
        closes = ruling.closes_at(cast.timezone, casting.now(), gate.limits(city_id=cast.city_id, now=casting.now()))
        assert closes is not None
        assert permit(cast, text(member, cast.lan, wording), at=closes - timedelta(seconds=30))[0].allowed
        assert permits_of(member)[0][-1] == closes
        assert reasons(permit(cast, text(member, cast.lan, wording), at=closes)) == ["hours"]

    def test_of_another_city_finds_nobody(self, cast: Cast) -> None:
        elsewhere = Cast(timezone=cast.timezone)
        member = cast.member(held_by=cast.lan)
        casting.ground(member, elsewhere.lan)
        assert reasons(permit(cast, text(member, elsewhere.lan, version()))) == ["no_such_member"]
        assert reasons(permit(elsewhere, text(member, elsewhere.lan, version()))) == ["no_such_member"]

    def test_promotion_takes_its_own_yes_and_its_own_template(self, cast: Cast) -> None:
        willing, unwilling = cast.member(held_by=cast.lan, consents=ALL), cast.member(held_by=cast.lan)
        promotion, service = version("promotion"), version()
        about = {"purpose": "outreach.promotion"}
        asked = [text(each, cast.lan, promotion, **about) for each in (willing, unwilling)]
        assert reasons(permit(cast, *asked)) == ["", "no_consent"]
        assert reasons(permit(cast, text(willing, cast.lan, service, **about))) == ["template"]
        assert reasons(permit(cast, text(willing, cast.lan, promotion))) == ["template"]
        assert reasons(permit(cast, text(willing, cast.lan, version(state="retired")))) == ["template"]
        assert reasons(permit(cast, text(willing, cast.lan, 2**40))) == ["template"]


class TestPause:
    @pytest.mark.parametrize(
        ("made", "reason"),
        [
            ({}, "paused"),
            ({"channel": "all"}, "paused"),
            ({"channel": "call"}, ""),
            ({"until": timedelta(hours=1)}, "paused"),
            ({"until": timedelta(seconds=-1)}, ""),
            ({"ended_at": timedelta(), "ended_by": 1, "ended_why": "看过了"}, ""),
        ],
        ids=str,
    )
    def test_holds_the_sender_up(self, cast: Cast, made: dict[str, Any], reason: str) -> None:
        now = casting.now()
        about = {name: now + value if isinstance(value, timedelta) else value for name, value in made.items()}
        texts.pause(cast, cast.lan, **({"since": now - timedelta(hours=2)} | about))
        wording = version()
        assert reasons(permit(cast, text(cast.member(held_by=cast.lan), cast.lan, wording))) == [reason]
        assert reasons(permit(cast, text(cast.member(held_by=cast.mei), cast.mei, wording))) == [""]


class TestCampaign:
    @pytest.mark.parametrize(
        ("made", "reason"),
        [
            ({}, ""),
            ({"state": "paused"}, "campaign"),
            ({"state": "stopped"}, "campaign"),
            ({"state": "approved"}, "campaign"),
            ({"west": True}, "out_of_reach"),
        ],
        ids=str,
    )
    def test_to_one_whom_nobody_holds(self, cast: Cast, made: dict[str, Any], reason: str) -> None:
        member, wording = cast.member(pooled=True, consents=ALL), version("promotion")
        number = campaign(cast, wording, **made)
        asked = text(member, cast.chen, wording, how="campaign", purpose="outreach.promotion", campaign_id=number)
        assert reasons(permit(cast, asked)) == [reason]
        assert [trace[2] for trace in casting.traces(member)] == ["" if reason else "campaign"]

    def test_leaves_out_who_was_just_claimed(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan, consents=ALL), version("promotion")
        number = campaign(cast, wording)
        about = {"how": "campaign", "purpose": "outreach.promotion", "campaign_id": number}
        assert reasons(permit(cast, text(member, cast.chen, wording, **about))) == ["held"]

    def test_reaches_the_citys_pool(self, cast: Cast) -> None:
        member, wording = cast.member(pooled=True, west=True, consents=ALL), version("promotion")
        about = {"how": "campaign", "purpose": "outreach.promotion", "campaign_id": campaign(cast, wording)}
        assert reasons(permit(cast, text(member, cast.chen, wording, **about))) == ["out_of_reach"]
        casting.run("UPDATE pools_entry SET pool_id = %(p)s WHERE member_id = %(id)s", p=cast.city_pool, id=member.member_id)
        assert reasons(permit(cast, text(member, cast.chen, wording, **about))) == [""]

    def test_to_a_library_is_the_holders(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan, consents=ALL), version("promotion")
        number = campaign(cast, wording, audience="library")
        about = {"how": "campaign", "purpose": "outreach.promotion", "campaign_id": number}
        assert reasons(permit(cast, text(member, cast.lan, wording, **about))) == [""]
        assert reasons(permit(cast, text(member, cast.mei, wording, **about))) == ["no_ground"]


class TestSift:
    def sift(self, cast: Cast, members: list[Someone], **changed: Any) -> dict[int, str]:
        about: dict[str, Any] = {"channel": "sms", "purpose": "outreach.sms", "how": "library", "now": casting.now()} | changed
        return gate.sift(
            by=cast.lan.actor("worker"), city_id=cast.city_id, member_ids=[each.member_id for each in members], **about
        )

    def test_says_what_the_gate_would_say_and_leaves_nothing_behind(self, cast: Cast) -> None:
        fine, refused, foreign = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        say_no(refused)
        found = self.sift(cast, [fine, refused, foreign])
        assert found == {fine.member_id: "", refused.member_id: "suppressed", foreign.member_id: "no_ground"}
        assert casting.rows("SELECT count(*) FROM audit_trace WHERE city_id = %(city)s", city=cast.city_id) == [(0,)]
        assert permits_of(fine) == []

    def test_goes_by_each_holder(self, cast: Cast) -> None:
        mine, theirs = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        holders = {mine.member_id: cast.lan.staff_id, theirs.member_id: cast.mei.staff_id}
        assert set(self.sift(cast, [mine, theirs], holders=holders, how="automatic").values()) == {""}

    def test_stops_at_the_budget_of_the_day(self, cast: Cast) -> None:
        found = self.sift(cast, [cast.member(held_by=cast.lan) for _ in range(32)])
        assert list(found.values()) == [""] * 30 + ["cap_day"] * 2

    def test_is_for_calls_too(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        texts.sent(member, cast.wu, 1, 2, 3, channel="call")
        assert self.sift(cast, [member], channel="call", purpose="outreach.call", how="call") == {member.member_id: "cap_month"}
        assert self.sift(cast, [member]) == {member.member_id: ""}


READ = [
    "consent_suppression",
    "consent_lifting",
    "consent_receipt",
    "consent_withdrawal",
    "consent_assessment",
    "consent_ending",
    "vault_ground",
    "vault_permit",
    "pools_resting",
    "pools_entry",
    "members_member",
    "org_city",
    "org_staff",
    "org_store",
    "org_training",
    "org_agreement",
    "outreach_pause",
    "outreach_version",
    "outreach_template",
    "outreach_campaign",
]


class TestFailsClosed:
    @pytest.mark.parametrize("table", READ)
    def test_when_something_cannot_be_read(self, cast: Cast, table: str) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        asked = text(member, cast.lan, wording)
        with without("SELECT", table), pytest.raises(DatabaseError):
            permit(cast, asked)
        with without("SELECT", table), pytest.raises(DatabaseError):
            TestSift().sift(cast, [member])
        assert permits_of(member) == []
        assert permit(cast, asked)[0].allowed, "and opens again"

    def test_when_a_table_has_gone(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        casting.run("ALTER TABLE outreach_pause RENAME TO outreach_pause_away")
        try:
            with pytest.raises(DatabaseError):
                permit(cast, text(member, cast.lan, wording))
        finally:
            casting.run("ALTER TABLE outreach_pause_away RENAME TO outreach_pause")
        assert permits_of(member) == []

    @pytest.mark.parametrize("table", ["audit_trace", "vault_permit"])
    def test_when_something_cannot_be_written(self, cast: Cast, table: str) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        with without("INSERT", table), pytest.raises(DatabaseError):
            permit(cast, text(member, cast.lan, wording))
        assert permits_of(member) == []

    @pytest.mark.parametrize("broken", ["", "rubbish = ", None])
    def test_when_the_catalogue_cannot_be_read(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str | None
    ) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        file = tmp_path / "purposes.toml"
        if broken is not None:
            file.write_text(broken)
        monkeypatch.setattr(deciding, "catalogue", lambda: purposes.catalogue(file))
        with pytest.raises(purposes.CatalogueUnreadable):
            permit(cast, text(member, cast.lan, wording))
        assert permits_of(member) == []

    def test_when_the_keeper_cannot_read_the_list(self, cast: Cast) -> None:
        member, wording = cast.member(held_by=cast.lan), version()
        [verdict] = permit(cast, text(member, cast.lan, wording))
        assert verdict.trace
        assert verdict.permit_id
        with without("SELECT", "consent_suppression", role="keeper"), pytest.raises(asking.KeeperAway):
            asking.numbers([(verdict.trace, verdict.permit_id)])
        assert casting.rows("SELECT used_at FROM vault_permit WHERE id = %(id)s", id=verdict.permit_id) == [(None,)]


@contextmanager
def without(verb: str, table: str, *, role: str = "worker") -> Iterator[None]:
    """A process may not read the table, or add to it, meanwhile."""
    casting.run(f"REVOKE {verb} ON {table} FROM hongxian_{role}")
    try:
        yield
    finally:
        casting.run(f"GRANT {verb} ON {table} TO hongxian_{role}")
