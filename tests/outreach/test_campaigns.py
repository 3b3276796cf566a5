"""Campaigns: who may ask for what, who decides, and what becomes of a second press or of two at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.outreach import audiences, campaign_queries, campaigns
from hongxian.pools.filtering import EVERYBODY, Filters
from tests.conftest import signed_in_as
from tests.outreach.campaigning import SERVICE, Company
from tests.outreach.messages import version_of
from tests.owner import now, rows, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hongxian.kernel.actor import Actor


@pytest.fixture
def company(home: None) -> Iterator[Company]:
    made = Company()
    with signed_in_as("desk"):
        yield made


def asked(campaign_id: int) -> int:
    found: int = rows("SELECT count(*) FROM outreach_campaign WHERE id = %(id)s", id=campaign_id)[0][0]
    return found


def denials(who: Actor) -> list[str]:
    found = rows(
        "SELECT reason FROM audit_trace WHERE staff_id = %(id)s AND action = 'campaign' AND outcome = 'denied' ORDER BY at, id",
        id=who.staff_id,
    )
    return [reason.split(" ")[0] for (reason,) in found]


def outlook(company: Company, by: Actor, **more: Any) -> audiences.Outlook:
    return audiences.outlook(
        by=by, audience=company.audience(by, **more), purpose=SERVICE, version_id=company.version_id, now=now()
    )


class TestAudience:
    def test_of_a_team_manager_is_the_own_team(self, company: Company) -> None:
        mine, others = company.held(company.lan, 3), company.held(company.liu, 2)
        theirs = [each.member_id for each in company.audience(company.chen).page(after=0, most=100, now=now())]
        all_of_them = [each.member_id for each in company.audience(company.zheng).page(after=0, most=100, now=now())]
        assert (theirs, all_of_them) == (mine, sorted(mine + others))

    def test_is_written_to_in_the_name_of_the_holder(self, company: Company) -> None:
        company.held(company.lan, 1)
        company.held(company.liu, 1)
        found = company.audience(company.zheng).page(after=0, most=100, now=now())
        assert [(each.staff_id, each.team_id) for each in found] == [
            (company.lan.staff_id, company.lan.team_id),
            (company.liu.staff_id, company.liu.team_id),
        ]

    def test_of_another_store_is_nobodys(self, company: Company) -> None:
        company.held(company.lan, 2)
        assert company.audience(company.xu).page(after=0, most=10, now=now()) == []

    def test_that_nobody_holds_is_of_a_pool_within_reach(self, company: Company) -> None:
        free = company.pooled(3)
        company.held(company.lan, 2)
        found = company.audience(company.chen, unheld=True).page(after=0, most=10, now=now())
        assert [each.member_id for each in found] == free
        assert {each.staff_id for each in found} == {company.chen.staff_id}

    @pytest.mark.parametrize("kind", ["library", "unheld", "everybody"])
    def test_with_another_stores_pool_is_refused(self, company: Company, kind: str) -> None:
        with pytest.raises(campaigns.BadCampaign):
            campaigns.audience_for(by=company.chen, kind=kind, pool_id=company.world.stores[1].pool_id, filters=EVERYBODY)

    @pytest.mark.parametrize("unheld", [False, True])
    def test_is_narrowed_by_traits(self, company: Company, *, unheld: bool) -> None:
        make: Callable[..., list[int]] = company.pooled if unheld else lambda n, **more: company.held(company.lan, n, **more)
        make(2, sex="male", birth_year=1990)
        wanted = make(3, sex="female", birth_year=1988, district="静安")
        make(2, sex="female", birth_year=1999)
        filters = Filters(sex="female", born_to=1990, district="静安")
        found = company.audience(company.chen, unheld=unheld, filters=filters).page(after=0, most=10, now=now())
        assert [each.member_id for each in found] == wanted

    def test_is_walked_through_batch_by_batch(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(audiences, "BATCH", 4)
        for n in (4, 3, 5):
            ids = company.held(company.lan, n)
            pages = list(company.audience(company.chen).pages(now=now()))
            assert ids[-1] == pages[-1][-1].member_id
        assert [len(page) for page in pages] == [4, 4, 4]


class TestOutlook:
    def test_counts_reason_by_reason_and_writes_nothing(self, company: Company) -> None:
        ids = company.held(company.lan, 6)
        company.held(company.lan, 2, consents=False)
        company.world.suppress(ids[0])
        company.withdraw(ids[1])
        company.rest(ids[2])
        before = rows("SELECT count(*) FROM outreach_message WHERE city_id = %(c)s", c=company.city_id)
        found = outlook(company, company.chen)
        assert (found.audience, found.reached, found.left_out_in_all) == (8, 3, 5)
        assert dict(found.left_out) == {"no_consent": 3, "suppressed": 1, "resting": 1}
        assert rows("SELECT count(*) FROM outreach_message WHERE city_id = %(c)s", c=company.city_id) == before

    def test_of_few_strangers_tells_no_reasons(self, company: Company) -> None:
        """With filters one could ask for a single person."""
        ids = company.pooled(4)
        company.world.suppress(ids[0])
        found = outlook(company, company.chen, unheld=True)
        assert (found.audience, found.reached, found.left_out) == (4, 3, (("few", 1),))
        more = company.pooled(20)
        company.withdraw(more[0])
        assert dict(outlook(company, company.chen, unheld=True).left_out) == {"suppressed": 1, "no_consent": 1}

    def test_is_for_who_may_ask_or_decide(self, company: Company) -> None:
        audience = company.audience(company.chen)
        for who in (company.lan, company.headquarters(Role.AUDITOR)):
            with pytest.raises(NotAllowed):
                audiences.outlook(by=who, audience=audience, purpose=SERVICE, version_id=company.version_id, now=now())


class TestAsk:
    def test_is_kept_with_its_reason_and_traced(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        [(state, role, team, why)] = rows(
            "SELECT state, asked_role, team_id, why FROM outreach_campaign WHERE id = %(id)s", id=campaign_id
        )
        assert (state, role, team, why) == ("asked", "team_manager", company.chen.team_id, "请来看看")
        traced = rows("SELECT reason, member_ids FROM audit_trace WHERE staff_id = %(id)s", id=company.chen.staff_id)
        assert traced == [(f"asked {campaign_id}", [])]

    def test_is_for_managers(self, company: Company) -> None:
        company.held(company.lan, 1)
        audience = company.audience(company.chen)
        for who in (
            company.lan,
            company.operations,
            company.headquarters(Role.PRIVACY_OFFICER),
            company.headquarters(Role.AUDITOR),
        ):
            with pytest.raises(NotAllowed):
                company.ask(who, audience=audience)

    def test_with_anothers_audience_is_refused(self, company: Company) -> None:
        company.held(company.lan, 1)
        with pytest.raises(campaigns.BadCampaign):
            company.ask(company.chen, audience=company.audience(company.zheng))
        with pytest.raises(campaigns.BadCampaign):
            company.ask(company.xu, audience=company.audience(company.zheng))

    def test_pressed_twice_is_one(self, company: Company) -> None:
        company.held(company.lan, 1)
        key = uuid4()
        first, second = company.ask(request_key=key), company.ask(request_key=key)
        assert first == second
        with pytest.raises(campaigns.BadCampaign):
            company.ask(company.zheng, request_key=key)
        assert len(campaign_queries.campaigns_within_reach(by=company.zheng)) == 1

    @pytest.mark.parametrize("part", [{"name": " "}, {"name": "长" * 41}, {"why": ""}, {"why": "长" * 201}])
    def test_needs_a_name_and_a_reason(self, company: Company, part: dict[str, Any]) -> None:
        company.held(company.lan, 1)
        with pytest.raises(campaigns.BadCampaign):
            company.ask(**part)

    def test_for_nobody_is_refused(self, company: Company) -> None:
        with pytest.raises(campaigns.NobodyThere):
            company.ask()

    @pytest.mark.parametrize("change", ["state = 'retired'", "state = 'refused'", "state = 'asked', decided_by = NULL"])
    def test_uses_approved_wordings_only(self, company: Company, change: str) -> None:
        company.held(company.lan, 1)
        run(f"UPDATE outreach_version SET {change} WHERE id = %(id)s", id=company.version_id)
        with pytest.raises(campaigns.WordingGone):
            company.ask()

    def test_uses_wordings_for_campaigns_only(self, company: Company) -> None:
        company.held(company.lan, 1)
        other = version_of()
        run(
            "UPDATE outreach_template SET uses = '{hand}' WHERE id = (SELECT template_id FROM outreach_version WHERE id = %(id)s)",
            id=other,
        )
        with pytest.raises(campaigns.WordingGone):
            company.ask(version_id=other)


class TestDecision:
    def test_of_the_store_manager_about_anothers_request(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        company.approve(campaign_id)
        assert (company.state(campaign_id), company.jobs(campaign_id)) == ("approved", ["plan_campaign"])

    def test_of_operations_about_the_store_managers_own(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask(company.zheng)
        with pytest.raises(campaigns.OwnRequest):
            company.approve(campaign_id, company.zheng)
        second = company.world.store_manager()
        with pytest.raises(campaigns.NotYours):
            company.approve(campaign_id, second)
        assert (denials(company.zheng), company.state(campaign_id)) == (["outreach.campaign_own_request"], "asked")
        company.approve(campaign_id, company.operations)
        assert company.state(campaign_id) == "approved"

    def test_is_not_for_operations_about_a_team_managers(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        with pytest.raises(campaigns.NotYours):
            company.approve(campaign_id, company.operations)

    def test_is_not_for_who_asked_whatever_their_role_is_now(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        risen = company.world.store_manager()
        run("UPDATE outreach_campaign SET asked_by = %(s)s WHERE id = %(id)s", s=risen.staff_id, id=campaign_id)
        with pytest.raises(campaigns.OwnRequest):
            company.approve(campaign_id, risen)

    def test_is_for_nobody_else(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        with pytest.raises(NotAllowed):
            company.approve(campaign_id, company.lan)
        with pytest.raises(NotAllowed):
            company.approve(campaign_id, company.chen)
        with pytest.raises(NotFound):
            company.approve(campaign_id, company.xu)
        for who in (Role.PRIVACY_OFFICER, Role.AUDITOR):
            with pytest.raises(NotAllowed):
                company.approve(campaign_id, company.headquarters(who))
        assert company.state(campaign_id) == "asked"

    def test_with_no_says_why(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        with pytest.raises(campaigns.BadCampaign):
            campaigns.refuse(by=company.zheng, city_id=company.city_id, campaign_id=campaign_id, why=" ", now=now())
        campaigns.refuse(by=company.zheng, city_id=company.city_id, campaign_id=campaign_id, why="太频繁", now=now())
        assert (company.state(campaign_id), company.jobs(campaign_id)) == ("refused", [])
        with pytest.raises(campaigns.DecidedAlready):
            company.approve(campaign_id)

    def test_comes_within_a_week(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask(now=now() - timedelta(days=7, seconds=1))
        with pytest.raises(campaigns.Expired):
            company.approve(campaign_id)

    def test_looks_at_the_wording_again(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        run("UPDATE outreach_version SET state = 'retired' WHERE id = %(id)s", id=company.version_id)
        with pytest.raises(campaigns.WordingGone):
            company.approve(campaign_id)

    def test_of_two_at_once_counts_once(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        second = company.world.store_manager()
        barrier = threading.Barrier(2)

        def press(who: Actor) -> str:
            with signed_in_as("desk"):
                barrier.wait()
                try:
                    company.approve(campaign_id, who)
                except Refusal as refusal:
                    return refusal.code
                return "approved"

        with ThreadPoolExecutor(2) as pool:
            results = sorted(pool.map(press, (company.zheng, second)))
        assert results == ["approved", "outreach.campaign_decided"]
        assert company.jobs(campaign_id) == ["plan_campaign"]


class TestReach:
    def test_of_the_list(self, company: Company) -> None:
        company.held(company.lan, 1)
        company.held(company.liu, 1)
        of_team, of_store = company.ask(), company.ask(company.zheng)

        def seen(by: Actor) -> set[int]:
            return {
                each.campaign_id for each in campaign_queries.campaigns_within_reach(by=by) if each.city_id == company.city_id
            }

        assert seen(company.chen) == {of_team}
        assert seen(company.zheng) == seen(company.operations) == {of_team, of_store}
        assert seen(company.xu) == set()
        with pytest.raises(NotAllowed):
            seen(company.lan)

    def test_of_whoever_decides_has_the_outlook(self, company: Company) -> None:
        company.held(company.lan, 2)
        company.held(company.lan, 1, consents=False)
        campaign_id = company.ask(company.zheng)
        campaign = campaign_queries.one(by=company.operations, city_id=company.city_id, campaign_id=campaign_id)
        found = campaign_queries.outlook(by=company.operations, campaign=campaign, now=now())
        assert (found.audience, found.left_out) == (3, (("no_consent", 1),))

    def test_of_one(self, company: Company) -> None:
        company.held(company.lan, 1)
        of_store = company.ask(company.zheng)
        other_team = company.world.team_manager(team=company.world.stores[0].teams[1])
        for who in (company.chen, other_team, company.xu):
            with pytest.raises(NotFound):
                campaign_queries.one(by=who, city_id=company.city_id, campaign_id=of_store)
            with pytest.raises(NotFound):
                campaigns.stop(by=who, city_id=company.city_id, campaign_id=of_store, now=now())
        assert campaign_queries.one(by=company.operations, city_id=company.city_id, campaign_id=of_store).name == "周末活动"


class TestSteps:
    def step(self, company: Company, what: str, campaign_id: int, by: Actor) -> None:
        getattr(campaigns, what)(by=by, city_id=company.city_id, campaign_id=campaign_id, now=now())

    def test_follow_one_another(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        for what in ("pause", "resume", "stop"):
            with pytest.raises(campaigns.WrongState):
                self.step(company, what, campaign_id, company.zheng)
        company.approve(campaign_id)
        self.step(company, "pause", campaign_id, company.chen)
        assert company.state(campaign_id) == "paused"
        with pytest.raises(campaigns.WrongState):
            self.step(company, "pause", campaign_id, company.zheng)
        with pytest.raises(NotAllowed):  # who asked may hold it up, not let it go on
            self.step(company, "resume", campaign_id, company.chen)
        self.step(company, "resume", campaign_id, company.zheng)
        assert company.state(campaign_id) == "planning"
        self.step(company, "stop", campaign_id, company.chen)
        assert company.state(campaign_id) == "stopped"
        for what in ("pause", "resume", "stop"):
            with pytest.raises(campaigns.WrongState):
                self.step(company, what, campaign_id, company.zheng)
        assert company.jobs(campaign_id) == ["plan_campaign", "plan_campaign", "settle_campaign"]

    def test_are_not_for_consultants(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.approved()
        for what in ("pause", "stop"):
            with pytest.raises(NotAllowed):
                self.step(company, what, campaign_id, company.lan)
