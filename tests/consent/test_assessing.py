"""Without a signed assessment that runs nothing is served for a purpose; a field that none names is not served."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.audit import recording
from hongxian.consent import assessing, founding, signing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.outreach import gate, library, queries, showing, worklist
from hongxian.pools import claiming
from hongxian.pools import queries as pools
from hongxian.pools.filtering import EVERYBODY
from hongxian.vault import asking
from tests import cast as casting
from tests.cast import Cast, Someone
from tests.consent.conftest import assess

if TYPE_CHECKING:
    from collections.abc import Callable

STOPS: dict[str, Callable[[str], object]] = {
    "ended": lambda purpose: assess(purpose, ended=True),
    "expired": lambda purpose: assess(purpose, days=-1),
    "never signed": lambda purpose: casting.run(
        "UPDATE consent_assessment SET purpose = 'parked ' || purpose WHERE purpose = %(purpose)s", purpose=purpose
    ),
}


def held(cast: Cast) -> Someone:
    return cast.member(held_by=cast.lan)


def look(cast: Cast, member: Someone) -> queries.MemberPage:
    return queries.member_page(by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, now=casting.now())


class TestFounding:
    def test_covers_every_live_purpose_with_all_its_fields_and_roles(self) -> None:
        """A purpose that you add needs its text in assessments.toml, or stays off in new installations until it is signed."""
        shipped = {each.purpose: each for each in founding.assessments()}
        for name, purpose in catalogue().purposes.items():
            if not purpose.live:
                continue
            assert name in shipped, f"{name} has no founding assessment: live = false, or write one into assessments.toml"
            assert set(shipped[name].fields) == purpose.fields, name
            assert set(shipped[name].roles) == purpose.roles, name

    def test_says_something_in_both_languages(self) -> None:
        for each in founding.assessments():
            for text in (each.necessity, each.risks, each.measures):
                chinese, english = text.split("\n")
                assert len(chinese) > 5, each.purpose
                assert len(english) > 20, each.purpose

    @pytest.mark.usefixtures("home")
    def test_is_signed_for_a_year_by_setting_up_and_only_once(self) -> None:
        from hongxian.cli import catalogue as setting_up
        from hongxian.cli import company

        before = casting.rows("SELECT count(*) FROM consent_assessment WHERE staff_id = 0")
        setting_up.ensure(company.site())
        assert casting.rows("SELECT count(*) FROM consent_assessment WHERE staff_id = 0") == before
        lasts = casting.rows("SELECT DISTINCT valid_until - signed_on FROM consent_assessment ORDER BY 1 DESC LIMIT 1")
        assert lasts == [(365,)]


@pytest.mark.parametrize("stop", STOPS)
class TestStopped:
    def test_purpose_shows_no_member_page(self, cast: Cast, stop: str) -> None:
        member = held(cast)
        assert look(cast, member).alias == member.alias
        STOPS[stop]("outreach.call")
        with pytest.raises(assessing.PurposeStopped):
            look(cast, member)
        assert casting.traces(member)[-1][3:5] == ("denied", "purpose_not_assessed")

    def test_purpose_gives_no_number_and_no_permit(self, cast: Cast, stop: str) -> None:
        member = held(cast)
        STOPS[stop]("outreach.call")
        given: dict[str, Any] = {"city_id": cast.city_id, "member_id": member.member_id, "now": casting.now()}
        assert gate.permit(by=cast.lan.actor(), channel="call", **given).reason == "purpose_not_assessed"
        with pytest.raises(showing.ContactDenied, match="contact_denied"):
            showing.show_number(by=cast.lan.actor(), **given)
        assert casting.rows("SELECT count(*) FROM vault_permit WHERE member_id = %(id)s", id=member.member_id) == [(0,)]
        assert gate.permit(by=cast.lan.actor(), channel="sms", **given).reason != "purpose_not_assessed"

    def test_purpose_is_not_opened_by_the_keeper(self, cast: Cast, stop: str) -> None:
        """It takes nobody's word: also where the desk writes an allowed trace."""
        member = held(cast)
        STOPS[stop]("outreach.call")
        trace = recording.record(
            by=cast.lan.actor(),
            action="member.view",
            purpose="outreach.call",
            city_id=cast.city_id,
            member_ids=[member.member_id],
            fields=["alias"],
            now=casting.now(),
        )
        with pytest.raises(asking.KeeperDenied) as denied:
            asking.reveal(trace)
        assert denied.value.reason == "purpose_not_assessed"

    def test_purpose_shows_no_worklist(self, cast: Cast, stop: str) -> None:
        held(cast)
        STOPS[stop]("outreach.call")
        with pytest.raises(assessing.PurposeStopped):
            worklist.in_hand(by=cast.lan.actor(), now=casting.now())

    def test_pool_cards_show_no_list_and_no_claim(self, cast: Cast, stop: str) -> None:
        cast.member(pooled=True)
        STOPS[stop]("pool.card")
        with pytest.raises(assessing.PurposeStopped):
            pools.pool_page(by=cast.lan.actor(), pool_id=cast.east_pool, filters=EVERYBODY, after=None, size=5, now=casting.now())
        with pytest.raises(assessing.PurposeStopped):
            library.store_members(by=cast.zheng.actor(), place="", below=None, now=casting.now())
        with pytest.raises(assessing.PurposeStopped):
            pools.holdings_of_team(by=cast.chen.actor(), now=casting.now(), staff_id=None)
        assessing.forget()
        with pytest.raises(assessing.PurposeStopped):
            claiming.claim_next(by=cast.lan.actor(), pool_id=cast.east_pool, n=1, filters=EVERYBODY, now=casting.now())
        denied = casting.rows(
            "SELECT DISTINCT action FROM audit_trace WHERE city_id = %(city)s AND reason = 'purpose_not_assessed'",
            city=cast.city_id,
        )
        assert {action for (action,) in denied} == {"pools.list", "member.library", "pools.team", "pools.claim"}


class TestField:
    def test_that_no_assessment_names_is_not_served_while_the_rest_goes_on(self, cast: Cast) -> None:
        member = held(cast)
        cast.seal(member, note="一条备注")
        assert look(cast, member).notes
        fields = set(catalogue().purposes["outreach.call"].fields)
        assess("outreach.call", fields=sorted(fields - {"note", "district"}))
        page = look(cast, member)
        assert (page.alias, page.notes) == (member.alias, [])
        assert casting.traces(member, action="member.view")[-1][6] == ["alias", "best_time", "contact_history"]

    def test_that_no_assessment_names_is_not_opened_by_the_keeper(self, cast: Cast) -> None:
        member = held(cast)
        fields = set(catalogue().purposes["outreach.call"].fields)
        assess("outreach.call", fields=sorted(fields - {"alias"}))
        assert look(cast, member).alias == ""
        [line] = worklist.in_hand(by=cast.lan.actor(), now=casting.now())
        assert (line.alias, line.district) == ("", "静安区")

    def test_is_blank_on_cards_and_lists(self, cast: Cast) -> None:
        cast.member(pooled=True)
        fields = set(catalogue().purposes["pool.card"].fields)
        assess("pool.card", fields=sorted(fields - {"height", "education", "district"}))
        [card] = pools.pool_page(
            by=cast.lan.actor(), pool_id=cast.east_pool, filters=EVERYBODY, after=None, size=5, now=casting.now()
        )
        assert (card.height_cm, card.education, card.district, card.birth_year) == (0, 0, "", 1993)
        [row] = library.store_members(by=cast.zheng.actor(), place="", below=None, now=casting.now())
        assert (row.height_cm, row.education, row.district, row.birth_year) == (None, "", "", 1993)
        seen = casting.rows(
            "SELECT fields FROM audit_trace WHERE city_id = %(city)s AND action = 'pools.list'", city=cast.city_id
        )
        assert "height" not in seen[0][0]

    def test_needed_for_contact_denies_it(self, cast: Cast) -> None:
        member = held(cast)
        fields = set(catalogue().purposes["outreach.call"].fields)
        assess("outreach.call", fields=sorted(fields - {"number"}))
        verdict = gate.permit(
            by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, channel="call", now=casting.now()
        )
        assert verdict.reason == "field_not_assessed"


class TestRole:
    def test_that_no_assessment_names_is_shut_out(self, cast: Cast) -> None:
        member = held(cast)
        assess("outreach.call", roles=["system"])
        with pytest.raises(NotFound):
            look(cast, member)
        assert casting.traces(member)[-1][3:5] == ("denied", "role_outside_purpose")


class TestNewest:
    def test_alone_counts(self, cast: Cast) -> None:
        """A wider one of before does not come back when the newest is taken back."""
        member = held(cast)
        assess("outreach.call")
        assess("outreach.call", fields=["alias"], ended=True)
        with pytest.raises(assessing.PurposeStopped):
            look(cast, member)
        assess("outreach.call")
        assert look(cast, member).alias == member.alias

    def test_lasts_three_years_at_most_whoever_writes_it(self, cast: Cast) -> None:
        with pytest.raises(Exception, match="three_years"):
            assess("outreach.call", days=1097)


def draft(**changes: object) -> signing.Draft:
    purpose = catalogue().purposes["outreach.sms"]
    given: dict[str, object] = {
        "purpose": purpose.name,
        "notice_hash": purpose.notice_hash,
        "fields": sorted(purpose.fields),
        "roles": sorted(purpose.roles),
        "necessity": "为什么非要这样做不可",
        "risks": "可能发生什么样的坏事情",
        "measures": "我们采取了哪些保护措施",
        "until": day_of(casting.now()) + timedelta(days=365),
    }
    return signing.Draft(**(given | changes))  # type: ignore[arg-type] # a test's changes


class TestSign:
    def test_puts_a_purpose_back_to_work_and_taking_back_stops_it(self, cast: Cast) -> None:
        member, officer = held(cast), cast.privacy_officer.actor()
        assess("outreach.sms", ended=True)
        given: dict[str, Any] = {"city_id": cast.city_id, "member_id": member.member_id, "channel": "sms", "now": casting.now()}
        assert gate.permit(by=cast.lan.actor(), **given).reason == "purpose_not_assessed"
        signing.sign(by=officer, draft=draft(), now=casting.now())
        assert gate.permit(by=cast.lan.actor(), **given).allowed
        signing.take_back(by=officer, purpose="outreach.sms", reason="试", now=casting.now())
        assert gate.permit(by=cast.lan.actor(), **given).reason == "purpose_not_assessed"
        with pytest.raises(signing.NothingToEnd):
            signing.take_back(by=officer, purpose="outreach.sms", reason="试", now=casting.now())

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"notice_hash": "0" * 32}, signing.TextChanged),
            ({"fields": []}, signing.NothingCovered),
            ({"fields": ["number", "wechat"]}, signing.NothingCovered),
            ({"roles": []}, signing.NothingCovered),
            ({"roles": ["auditor"]}, signing.NothingCovered),
            ({"risks": "无"}, signing.TextMissing),
            ({"measures": "   " * 10}, signing.TextMissing),
            ({"until": day_of(casting.now())}, signing.WrongDay),
            ({"until": day_of(casting.now()) + timedelta(days=1098)}, signing.WrongDay),
            ({"purpose": "curiosity"}, NotFound),
        ],
    )
    def test_refuses_what_assesses_nothing(self, cast: Cast, changes: dict[str, object], refusal: type[Exception]) -> None:
        before = casting.rows("SELECT count(*) FROM consent_assessment")
        with pytest.raises(refusal):
            signing.sign(by=cast.privacy_officer.actor(), draft=draft(**changes), now=casting.now())
        assert casting.rows("SELECT count(*) FROM consent_assessment") == before

    def test_is_for_the_privacy_officer_alone(self, cast: Cast) -> None:
        for who in ("lan", "zheng", "operations", "auditor", "fraud_desk"):
            with pytest.raises(NotAllowed):
                signing.sign(by=cast.people[who].actor(), draft=draft(), now=casting.now())
            with pytest.raises(NotAllowed):
                signing.take_back(by=cast.people[who].actor(), purpose="outreach.sms", reason="试", now=casting.now())
        with pytest.raises(NotAllowed):
            signing.sign(by=Actor.system("test"), draft=draft(), now=casting.now())
